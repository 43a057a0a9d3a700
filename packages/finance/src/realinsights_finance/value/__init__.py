"""Value: what flows, loans and hedges are worth, and at which rate; fees as part of the yield."""

from realinsights_finance.schedule import weighted_average_life
from realinsights_finance.value.annual_percentage_rate import UnitPeriod, annual_percentage_rate
from realinsights_finance.value.compounding import Compounding, InvalidRate
from realinsights_finance.value.discount_curve import (
    BeforeCurve,
    Beyond,
    CurveEndsEarly,
    DiscountCurve,
    Interpolation,
    InvalidCurve,
)
from realinsights_finance.value.duration import (
    PastFlow,
    Sensitivity,
    WorthNothing,
    sensitivity,
    timed_sensitivity,
)
from realinsights_finance.value.effective_interest import (
    EffectiveInterest,
    EffectiveRow,
    EffectiveTime,
    InvalidFees,
    NothingDue,
    effective_interest,
    straight_line,
)
from realinsights_finance.value.fair_value import FairValue, fair_value, fair_value_on_curve, loan_sensitivity
from realinsights_finance.value.flows import DatedFlow, InvalidFlow, NoFlows, SameSign
from realinsights_finance.value.internal_rate import (
    RATE_TOLERANCE,
    NoSolution,
    SeveralSolutions,
    irr,
    irr_solutions,
    xirr,
    xirr_solutions,
)
from realinsights_finance.value.present_value import npv, xnpv
from realinsights_finance.value.rate_search import HIGHEST_RATE, LOWEST_RATE, Unresolved

__all__ = [
    "HIGHEST_RATE",
    "LOWEST_RATE",
    "RATE_TOLERANCE",
    "BeforeCurve",
    "Beyond",
    "Compounding",
    "CurveEndsEarly",
    "DatedFlow",
    "DiscountCurve",
    "EffectiveInterest",
    "EffectiveRow",
    "EffectiveTime",
    "FairValue",
    "Interpolation",
    "InvalidCurve",
    "InvalidFees",
    "InvalidFlow",
    "InvalidRate",
    "NoFlows",
    "NoSolution",
    "NothingDue",
    "PastFlow",
    "SameSign",
    "Sensitivity",
    "SeveralSolutions",
    "UnitPeriod",
    "Unresolved",
    "WorthNothing",
    "annual_percentage_rate",
    "effective_interest",
    "fair_value",
    "fair_value_on_curve",
    "irr",
    "irr_solutions",
    "loan_sensitivity",
    "npv",
    "sensitivity",
    "straight_line",
    "timed_sensitivity",
    "weighted_average_life",
    "xirr",
    "xirr_solutions",
    "xnpv",
]
