"""The convention solver: by which day count, dates, rounding and payment a lender computed a statement."""

from realinsights_finance.solver.conventions import AccrualDates, Convention, PaymentRule
from realinsights_finance.solver.known import KnownTerms
from realinsights_finance.solver.solution import Decision, FirstDifference, Solution, StatementField, Status
from realinsights_finance.solver.solve import solve
from realinsights_finance.solver.statement import InvalidStatement, LenderStatement, Precision, StatementRow, statement

__all__ = [
    "AccrualDates",
    "Convention",
    "Decision",
    "FirstDifference",
    "InvalidStatement",
    "KnownTerms",
    "LenderStatement",
    "PaymentRule",
    "Precision",
    "Solution",
    "StatementField",
    "StatementRow",
    "Status",
    "solve",
    "statement",
]
