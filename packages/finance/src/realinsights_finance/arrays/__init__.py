"""The schedule of many loans at once: numpy columns of integer cents, every cell equal to the Decimal one."""

from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.arrays.schedules import ScheduleArrays, schedules

__all__ = ["ScheduleArrays", "TermsColumns", "schedules"]
