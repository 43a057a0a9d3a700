"""Credit: coverage, sizing, refinance, headroom, covenants, cash traps, extensions, watchlists."""

from realinsights_finance.credit.constant import loan_constant
from realinsights_finance.credit.coverage import (
    Coverage,
    IncomeMeasure,
    coverage,
    coverages,
    stressed_debt_service,
    trailing_twelve_months,
)
from realinsights_finance.credit.figures import InvalidFigure, MissingFigure
from realinsights_finance.credit.headroom import Headroom, debt_yield_headroom, dscr_headroom, ltv_headroom
from realinsights_finance.credit.refinance import NoBreakEvenRate, Refinance, break_even_rate, refinance
from realinsights_finance.credit.sizing import Collateral, LendingTests, Limit, Quote, Sizing, SizingTest, size

__all__ = [
    "Collateral",
    "Coverage",
    "Headroom",
    "IncomeMeasure",
    "InvalidFigure",
    "LendingTests",
    "Limit",
    "MissingFigure",
    "NoBreakEvenRate",
    "Quote",
    "Refinance",
    "Sizing",
    "SizingTest",
    "break_even_rate",
    "coverage",
    "coverages",
    "debt_yield_headroom",
    "dscr_headroom",
    "loan_constant",
    "ltv_headroom",
    "refinance",
    "size",
    "stressed_debt_service",
    "trailing_twelve_months",
]
