"""The columns of a CSV tape, by name and in the template's order. The template and `docs/tapes.md` say the same."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from realinsights.loans.tapes.loan_columns import LOAN_COLUMNS
from realinsights.loans.tapes.period_columns import PERIOD_COLUMNS
from realinsights.loans.tapes.property_columns import PROPERTY_COLUMNS
from realinsights.loans.tapes.term_columns import TERM_COLUMNS

COLUMNS: Final = (*LOAN_COLUMNS, *TERM_COLUMNS, *PERIOD_COLUMNS, *PROPERTY_COLUMNS)
BY_NAME: Final = MappingProxyType({column.name: column for column in COLUMNS})
REQUIRED: Final = tuple(column.name for column in COLUMNS if column.required)
