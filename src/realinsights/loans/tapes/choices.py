"""The words and codes a CSV may use where a column holds one of several things."""

from __future__ import annotations

from realinsights.contracts.loans import (
    AmortizationType,
    LoanStatus,
    LoanStructure,
    PropertyType,
    RateType,
    StatementBasis,
)
from realinsights.loans.model.parties import LenderType
from realinsights.loans.model.terms import IndexRounding, RateSetting
from realinsights.loans.tapes import csv_values as values
from realinsights.loans.tapes import ex102_codes as codes
from realinsights_finance.business_days import BusinessDayRule
from realinsights_finance.day_count import DayCount
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.terms import PaymentBasis
from realinsights_finance.time import Interval

RATE_TYPES = values.choice(
    {
        **{kind.value: kind for kind in RateType},
        **codes.RATE_TYPES,
        **dict.fromkeys(("fixed rate", "fix", "fxd"), RateType.FIXED),
        **dict.fromkeys(("floating rate", "arm", "adjustable", "variable", "flt", "float"), RateType.FLOATING),
        **dict.fromkeys(("step", "step rate"), RateType.STEPPED),
    }
)
BASES = values.choice(
    {
        **{basis.value: basis for basis in StatementBasis},
        **dict.fromkeys(("uw", "underwriting", "securitization"), StatementBasis.UNDERWRITTEN),
        **dict.fromkeys(("ttm", "t12", "t-12", "trailing", "trailing 12"), StatementBasis.TRAILING_TWELVE_MONTHS),
        **dict.fromkeys(("full year", "year end", "actual"), StatementBasis.ANNUAL),
    }
)
STRUCTURES = values.choice(
    {**{kind.value: kind for kind in LoanStructure}, **codes.STRUCTURES, "whole": LoanStructure.WHOLE_LOAN}
)
DAY_COUNTS = values.choice(
    {
        **{count.value: count for count in DayCount},
        **codes.DAY_COUNTS,
        "30/360": DayCount.THIRTY_360,
        "30/360 US": DayCount.THIRTY_360_US,
        "30E/360": DayCount.THIRTY_E_360,
        "Actual/360": DayCount.ACTUAL_360,
        **dict.fromkeys(("Act/360", "A/360", "365/360"), DayCount.ACTUAL_360),
        "360/360": DayCount.THIRTY_360,
        "Actual/365": DayCount.ACTUAL_365_FIXED,
        **dict.fromkeys(("Act/365", "A/365", "365/365"), DayCount.ACTUAL_365_FIXED),
        "Actual/Actual": DayCount.ACTUAL_ACTUAL_ISDA,
        "Act/Act": DayCount.ACTUAL_ACTUAL_ISDA,
    }
)
FREQUENCIES = values.choice(
    {
        **{kind.value: kind for kind in Interval},
        **codes.FREQUENCIES,
        **dict.fromkeys(("W", "week"), Interval.WEEKLY),
        **dict.fromkeys(("biweekly", "every two weeks", "fortnightly"), Interval.BI_WEEKLY),
        **dict.fromkeys(("semimonthly", "twice a month"), Interval.SEMI_MONTHLY),
        **dict.fromkeys(("M", "mo", "month"), Interval.MONTHLY),
        **dict.fromkeys(("Q", "qtr", "quarter"), Interval.QUARTERLY),
        **dict.fromkeys(
            ("S", "SA", "semiannual", "semiannually", "semi-annually", "half-yearly"), Interval.SEMI_ANNUAL
        ),
        **dict.fromkeys(("A", "Y", "annually", "yearly"), Interval.ANNUAL),
    }
)
STATUSES = values.choice(
    {
        **{status.value: status for status in LoanStatus},
        **codes.PAYMENT_STATUSES,
        "30": LoanStatus.DAYS_30,
        "60": LoanStatus.DAYS_60,
        "90": LoanStatus.DAYS_90,
        "90+": LoanStatus.DAYS_90,
        "30-59 days delinquent": LoanStatus.DAYS_30,
        "30+ days delinquent": LoanStatus.DAYS_30,
        "60+ days delinquent": LoanStatus.DAYS_60,
        "60-89 days delinquent": LoanStatus.DAYS_60,
        "90+ days delinquent": LoanStatus.DAYS_90,
        "performing": LoanStatus.CURRENT,
        "paid": LoanStatus.PAID_OFF,
    }
)
PROPERTY_TYPES = values.choice(
    {
        **{kind.value: kind for kind in PropertyType},
        **codes.PROPERTY_TYPES,
        "multi-family": PropertyType.MULTIFAMILY,
        "hotel": PropertyType.HOSPITALITY,
        "lodging": PropertyType.HOSPITALITY,
        "self storage": PropertyType.STORAGE,
        "apartment": PropertyType.MULTIFAMILY,
        "apartments": PropertyType.MULTIFAMILY,
        "warehouse": PropertyType.INDUSTRIAL,
        "healthcare": PropertyType.MEDICAL,
        "mobile home park": PropertyType.MANUFACTURED_HOUSING,
        "co-op": PropertyType.COOPERATIVE,
    }
)
YES_OR_NO = values.choice({"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False})
AMORTIZATION_TYPES = values.choice({kind.value: kind for kind in AmortizationType})
PAYMENT_BASES = values.choice({basis.value: basis for basis in PaymentBasis})
INTEREST_ROUNDINGS = values.choice({rounding.value: rounding for rounding in InterestRounding})
PAYMENT_ROUNDINGS = values.choice({rounding.value: rounding for rounding in PaymentRounding})
BUSINESS_DAY_RULES = values.choice({rule.value: rule for rule in BusinessDayRule})
LENDER_TYPES = values.choice({kind.value: kind.value for kind in LenderType})
INDEX_ROUNDINGS = values.choice(
    {
        **{rounding.value: rounding for rounding in IndexRounding},
        **dict.fromkeys(("1/8", "up to 1/8%"), IndexRounding.UP_TO_EIGHTH),
        "nearest 1/8%": IndexRounding.NEAREST_EIGHTH,
    }
)
RATE_SETTINGS = values.choice(
    {
        **{setting.value: setting for setting in RateSetting},
        **dict.fromkeys(("advance", "in advance"), RateSetting.IN_ADVANCE),
        "daily": RateSetting.EACH_DAY,
        **dict.fromkeys(("daily simple", "simple in arrears"), RateSetting.SIMPLE_IN_ARREARS),
        **dict.fromkeys(("compounded", "daily compounded", "compounded in arrears"), RateSetting.COMPOUNDED_IN_ARREARS),
    }
)
