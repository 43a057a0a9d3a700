"""Repayment: loans of any kind, their periods, rates and repayment rules, and their life to the cent."""

from realinsights_finance.repayment.amortize import LifeRow, balloon_in_advance, known_life, life
from realinsights_finance.repayment.loan import Loan, UnusedFee
from realinsights_finance.repayment.rules import (
    Afterwards,
    Capitalizing,
    Curtailment,
    Draw,
    FixedPrincipal,
    HyperAmortization,
    InterestOnly,
    InvalidRepayment,
    LevelPayment,
    PaidAt,
    PrincipalSchedule,
    Repayment,
)

__all__ = [
    "Afterwards",
    "Capitalizing",
    "Curtailment",
    "Draw",
    "FixedPrincipal",
    "HyperAmortization",
    "InterestOnly",
    "InvalidRepayment",
    "LevelPayment",
    "LifeRow",
    "Loan",
    "PaidAt",
    "PrincipalSchedule",
    "Repayment",
    "UnusedFee",
    "balloon_in_advance",
    "known_life",
    "life",
]
