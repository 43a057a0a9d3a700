"""Portfolios: sums over sums at the owner's share, the maturity wall, the cash-flow calendar, joint stress."""

from realinsights_finance.portfolio.cash_calendar import (
    CalendarMonth,
    CashFlow,
    cash_flow_calendar,
    cash_flows,
    cash_flows_until,
)
from realinsights_finance.portfolio.concentration import (
    Concentration,
    Lease,
    WeightedLeaseTerm,
    concentration,
    weighted_lease_term,
)
from realinsights_finance.portfolio.holdings import (
    Holding,
    PortfolioRatio,
    PortfolioTotals,
    RatioSums,
    portfolio_totals,
)
from realinsights_finance.portfolio.maturity_wall import Bar, Maturity, MaturityWall, WallStep, maturity_wall
from realinsights_finance.portfolio.reverse_stress import Breaking, Lever, reverse_stress
from realinsights_finance.portfolio.share import at_share
from realinsights_finance.portfolio.stress import (
    Refinancing,
    Scenario,
    Stressed,
    StressedLoan,
    StressedRate,
    stress,
)
from realinsights_finance.portfolio.stress_arrays import StressArrays, stress_many
from realinsights_finance.portfolio.stress_columns import StressColumns
from realinsights_finance.portfolio.stress_totals import StressTotals, stress_totals

__all__ = [
    "Bar",
    "Breaking",
    "CalendarMonth",
    "CashFlow",
    "Concentration",
    "Holding",
    "Lease",
    "Lever",
    "Maturity",
    "MaturityWall",
    "PortfolioRatio",
    "PortfolioTotals",
    "RatioSums",
    "Refinancing",
    "Scenario",
    "StressArrays",
    "StressColumns",
    "StressTotals",
    "Stressed",
    "StressedLoan",
    "StressedRate",
    "WallStep",
    "WeightedLeaseTerm",
    "at_share",
    "cash_flow_calendar",
    "cash_flows",
    "cash_flows_until",
    "concentration",
    "maturity_wall",
    "portfolio_totals",
    "reverse_stress",
    "stress",
    "stress_many",
    "stress_totals",
    "weighted_lease_term",
]
