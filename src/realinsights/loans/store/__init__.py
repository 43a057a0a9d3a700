"""The documents this service keeps."""

from typing import Any

from realinsights.loans.store.demonstration import DEMONSTRATIONS
from realinsights.loans.store.kinds import FUNDS, LENDERS, LOAN_KINDS, LOANS, PERIODS, PORTFOLIOS, PROPERTIES
from realinsights.loans.store.tapes import IMPORT_ROWS, IMPORTS, MAPPINGS, STATEMENTS, TAPE_KINDS
from realinsights_platform.documents.port import Kind

KINDS: tuple[Kind[Any], ...] = (*LOAN_KINDS, *TAPE_KINDS, DEMONSTRATIONS)

__all__ = [
    "DEMONSTRATIONS",
    "FUNDS",
    "IMPORTS",
    "IMPORT_ROWS",
    "KINDS",
    "LENDERS",
    "LOANS",
    "MAPPINGS",
    "PERIODS",
    "PORTFOLIOS",
    "PROPERTIES",
    "STATEMENTS",
]
