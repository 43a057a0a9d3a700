"""Credit: coverage, sizing, refinance, headroom, covenants, cash traps, extensions, watchlists."""

from realinsights_finance.credit.cash_trap import CashTrap, TrapState, TrapTest, run_cash_trap
from realinsights_finance.credit.constant import loan_constant
from realinsights_finance.credit.covenants import (
    Compliance,
    ComplianceState,
    Covenant,
    CovenantTest,
    CureRule,
    Outcome,
    TestPeriods,
    compliance,
    first_breach,
    run_test,
    run_tests,
)
from realinsights_finance.credit.coverage import (
    Coverage,
    IncomeMeasure,
    coverage,
    coverages,
    stressed_debt_service,
    trailing_twelve_months,
)
from realinsights_finance.credit.extension import (
    Extension,
    ExtensionCheck,
    ExtensionCondition,
    ExtensionFacts,
    ExtensionOption,
    check_extension,
)
from realinsights_finance.credit.figures import InvalidFigure, MissingFigure
from realinsights_finance.credit.growth import grown
from realinsights_finance.credit.headroom import Headroom, debt_yield_headroom, dscr_headroom, ltv_headroom
from realinsights_finance.credit.new_loan import NewLoanPayments, new_loan_payments
from realinsights_finance.credit.refinance import NoBreakEvenRate, Refinance, break_even_rate, refinance
from realinsights_finance.credit.room import Room, room
from realinsights_finance.credit.sizing import Collateral, LendingTests, Limit, Quote, Sizing, SizingTest, size
from realinsights_finance.credit.watchlist import (
    DEFAULT_RULES,
    WatchlistFinding,
    WatchlistRule,
    WatchlistState,
    watchlist,
)

__all__ = [
    "DEFAULT_RULES",
    "CashTrap",
    "Collateral",
    "Compliance",
    "ComplianceState",
    "Covenant",
    "CovenantTest",
    "Coverage",
    "CureRule",
    "Extension",
    "ExtensionCheck",
    "ExtensionCondition",
    "ExtensionFacts",
    "ExtensionOption",
    "Headroom",
    "IncomeMeasure",
    "InvalidFigure",
    "LendingTests",
    "Limit",
    "MissingFigure",
    "NewLoanPayments",
    "NoBreakEvenRate",
    "Outcome",
    "Quote",
    "Refinance",
    "Room",
    "Sizing",
    "SizingTest",
    "TestPeriods",
    "TrapState",
    "TrapTest",
    "WatchlistFinding",
    "WatchlistRule",
    "WatchlistState",
    "break_even_rate",
    "check_extension",
    "compliance",
    "coverage",
    "coverages",
    "debt_yield_headroom",
    "dscr_headroom",
    "first_breach",
    "grown",
    "loan_constant",
    "ltv_headroom",
    "new_loan_payments",
    "refinance",
    "room",
    "run_cash_trap",
    "run_test",
    "run_tests",
    "size",
    "stressed_debt_service",
    "trailing_twelve_months",
    "watchlist",
]
