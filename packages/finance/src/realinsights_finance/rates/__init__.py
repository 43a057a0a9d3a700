"""Rates: fixings, curves, what a note makes of them, and the rate of any period of a loan."""

from realinsights_finance.rates.checks import Move, gaps, outliers, staleness
from realinsights_finance.rates.curves import (
    CurveEndsEarly,
    CurveStartsLate,
    ForwardCurve,
    Interpolation,
    InvalidCurve,
    OutsideCurve,
    Shock,
    parallel_shocks,
)
from realinsights_finance.rates.fall_back import FALL_BACKS, FallBack, NoFallBack, fall_back_of
from realinsights_finance.rates.fixings import Fixing, Fixings, InvalidFixing, MissingFixing, StaleFixing
from realinsights_finance.rates.floating import AllIn, BoundBy, FloatingTerms, InvalidFloatingTerms, all_in_rate
from realinsights_finance.rates.in_arrears import Averaging, InArrears, Observation, observations, rate_in_arrears
from realinsights_finance.rates.index_rounding import IndexRounding
from realinsights_finance.rates.indices import Index, IndexFacts, published_on
from realinsights_finance.rates.paths import (
    FixedRate,
    FloatingRate,
    HybridRate,
    Known,
    RateNotStated,
    RatePath,
    RateSpan,
    Reset,
    stepped_rate,
    unrounded_interest_over,
)
from realinsights_finance.rates.purchased_cap import cap_receipt, unrounded_cap_receipt
from realinsights_finance.rates.readings import Market, Reading
from realinsights_finance.rates.resets import EachDay, EachPeriod, Every, OnDates
from realinsights_finance.rates.sofr import rate_between, sofr_average, sofr_index, sofr_indices

__all__ = [
    "FALL_BACKS",
    "AllIn",
    "Averaging",
    "BoundBy",
    "CurveEndsEarly",
    "CurveStartsLate",
    "EachDay",
    "EachPeriod",
    "Every",
    "FallBack",
    "FixedRate",
    "Fixing",
    "Fixings",
    "FloatingRate",
    "FloatingTerms",
    "ForwardCurve",
    "HybridRate",
    "InArrears",
    "Index",
    "IndexFacts",
    "IndexRounding",
    "Interpolation",
    "InvalidCurve",
    "InvalidFixing",
    "InvalidFloatingTerms",
    "Known",
    "Market",
    "MissingFixing",
    "Move",
    "NoFallBack",
    "Observation",
    "OnDates",
    "OutsideCurve",
    "RateNotStated",
    "RatePath",
    "RateSpan",
    "Reading",
    "Reset",
    "Shock",
    "StaleFixing",
    "all_in_rate",
    "cap_receipt",
    "fall_back_of",
    "gaps",
    "observations",
    "outliers",
    "parallel_shocks",
    "published_on",
    "rate_between",
    "rate_in_arrears",
    "sofr_average",
    "sofr_index",
    "sofr_indices",
    "staleness",
    "stepped_rate",
    "unrounded_cap_receipt",
    "unrounded_interest_over",
]
