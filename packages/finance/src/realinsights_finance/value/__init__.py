"""Value: what flows, loans and hedges are worth, and at which rate; fees as part of the yield."""

from realinsights_finance.rates.curves import CurveEndsEarly
from realinsights_finance.schedule import weighted_average_life
from realinsights_finance.value.annual_percentage_rate import UnitPeriod, annual_percentage_rate
from realinsights_finance.value.caps import Caplet, CollarValue, OptionValue, Volatility, collar, rate_option
from realinsights_finance.value.compounding import Compounding, InvalidRate
from realinsights_finance.value.discount_curve import (
    BeforeCurve,
    Beyond,
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
from realinsights_finance.value.hedge_mismatches import (
    ComparedTerms,
    Hedge,
    HedgeKind,
    Mismatch,
    MismatchField,
    hedge_mismatches,
)
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
from realinsights_finance.value.rate_options import BlackNeedsPositiveRates, OptionKind, OptionModel
from realinsights_finance.value.rate_periods import InvalidHedge, RatePeriod, forward_rates, rate_periods
from realinsights_finance.value.rate_search import HIGHEST_RATE, LOWEST_RATE, Unresolved
from realinsights_finance.value.swaps import SwapValue, swap_value

__all__ = [
    "HIGHEST_RATE",
    "LOWEST_RATE",
    "RATE_TOLERANCE",
    "BeforeCurve",
    "Beyond",
    "BlackNeedsPositiveRates",
    "Caplet",
    "CollarValue",
    "ComparedTerms",
    "Compounding",
    "CurveEndsEarly",
    "DatedFlow",
    "DiscountCurve",
    "EffectiveInterest",
    "EffectiveRow",
    "EffectiveTime",
    "FairValue",
    "Hedge",
    "HedgeKind",
    "Interpolation",
    "InvalidCurve",
    "InvalidFees",
    "InvalidFlow",
    "InvalidHedge",
    "InvalidRate",
    "Mismatch",
    "MismatchField",
    "NoFlows",
    "NoSolution",
    "NothingDue",
    "OptionKind",
    "OptionModel",
    "OptionValue",
    "PastFlow",
    "RatePeriod",
    "SameSign",
    "Sensitivity",
    "SeveralSolutions",
    "SwapValue",
    "UnitPeriod",
    "Unresolved",
    "Volatility",
    "WorthNothing",
    "annual_percentage_rate",
    "collar",
    "effective_interest",
    "fair_value",
    "fair_value_on_curve",
    "forward_rates",
    "hedge_mismatches",
    "irr",
    "irr_solutions",
    "loan_sensitivity",
    "npv",
    "rate_option",
    "rate_periods",
    "sensitivity",
    "straight_line",
    "swap_value",
    "timed_sensitivity",
    "weighted_average_life",
    "xirr",
    "xirr_solutions",
    "xnpv",
]
