"""The schedule of many loans at once: numpy columns of integer cents, every cell equal to the Decimal one."""

from realinsights_finance.arrays.columns import DAY_COUNTS, RATE_SCALE, TermsColumns
from realinsights_finance.arrays.payments import level_payments
from realinsights_finance.arrays.schedules import ScheduleArrays, schedules, unpaid_balances

__all__ = [
    "DAY_COUNTS",
    "RATE_SCALE",
    "ScheduleArrays",
    "TermsColumns",
    "level_payments",
    "schedules",
    "unpaid_balances",
]
