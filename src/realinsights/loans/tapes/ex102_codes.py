"""Code lists of exhibit EX-102, from the EDGAR ABS XML technical specification, 4.3.x (March 2025)."""

from __future__ import annotations

from types import MappingProxyType

from realinsights.contracts.loans import LoanStatus, LoanStructure, PropertyType, RateType
from realinsights_finance.day_count import DayCount
from realinsights_finance.time import Interval

# 4.3.1: the day counts a schedule can follow; the others (Actual/366, Simple, 78s, Other) are not scheduled.
DAY_COUNTS = MappingProxyType(
    {
        "1": DayCount.THIRTY_360,
        "2": DayCount.ACTUAL_365_FIXED,
        "3": DayCount.ACTUAL_360,
        "4": DayCount.ACTUAL_ACTUAL_ISDA,
    }
)
DAY_COUNTS_WITHOUT_SCHEDULE = MappingProxyType({"5": "Actual/366", "6": "Simple", "7": "78s", "98": "Other"})

# 4.3.2
RATE_TYPES = MappingProxyType({"1": RateType.FIXED, "2": RateType.FLOATING, "3": RateType.STEPPED})
RATE_TYPES_WITHOUT_SCHEDULE = MappingProxyType({"4": "Other"})

# 4.3.4: mezzanine and C notes stand behind the A note as a B note does: none of them is held against the value.
STRUCTURES = MappingProxyType(
    {
        "WL": LoanStructure.WHOLE_LOAN,
        "PP": LoanStructure.PARI_PASSU,
        "A1": LoanStructure.A_NOTE,
        "A2": LoanStructure.A_NOTE,
        "B1": LoanStructure.B_NOTE,
        "B2": LoanStructure.B_NOTE,
        "C2": LoanStructure.B_NOTE,
        "MZ": LoanStructure.B_NOTE,
    }
)

# 4.3.5: how principal is repaid is told by the months of the terms; these say it is not repaid before maturity.
PAYMENT_TYPES = MappingProxyType(
    {
        "1": "fully amortizing",
        "2": "amortizing balloon",
        "3": "interest only/balloon",
        "4": "interest only/amortizing",
        "5": "interest only/amortizing/balloon",
        "6": "principal only",
        "7": "hyper-amortization",
        "98": "other",
    }
)
INTEREST_ONLY_PAYMENT_TYPE = "3"
PAYMENT_TYPES_WITHOUT_PLAN = frozenset({"6", "98"})

# 4.3.6: months between payments
FREQUENCIES = MappingProxyType(
    {"1": Interval.MONTHLY, "3": Interval.QUARTERLY, "6": Interval.SEMI_ANNUAL, "12": Interval.ANNUAL}
)
FREQUENCIES_WITHOUT_SCHEDULE = MappingProxyType({"365": "Daily"})

# 4.3.7
INDEXES = MappingProxyType(
    {
        "A": "11th District COFI (1 month)",
        "B": "11th District COFI (6 months)",
        "C": "1-year Treasury (weekly average)",
        "D": "3-year Treasury (weekly average)",
        "E": "5-year Treasury (weekly average)",
        "F": "Prime (Wall Street Journal)",
        "G": "1-month LIBOR",
        "H": "3-month LIBOR",
        "I": "6-month LIBOR",
        "J": "National Mortgage Index Rate",
        "K": "30-day average SOFR (in advance)",
        "L": "90-day average SOFR (in advance)",
        "M": "180-day average SOFR (in advance)",
        "N": "30-day average SOFR (in arrears)",
        "O": "90-day average SOFR (in arrears)",
        "P": "180-day average SOFR (in arrears)",
        "Q": "1-month Term SOFR",
        "R": "3-month Term SOFR",
        "S": "6-month Term SOFR",
        "98": "other",
    }
)

# 4.3.8: months between resets
RESETS = MappingProxyType({"1": 1, "3": 3, "6": 6, "12": 12, "365": None})

# 4.3.3: 1 to 3; other and unknown are left out
LIEN_POSITIONS = MappingProxyType({"1": 1, "2": 2, "3": 3, "98": None, "99": None})

# 4.3.10: SE is securities (after a defeasance there is no building any more); ZZ says the type is missing.
PROPERTY_TYPES = MappingProxyType(
    {
        "CH": PropertyType.COOPERATIVE,
        "HC": PropertyType.MEDICAL,
        "IN": PropertyType.INDUSTRIAL,
        "LO": PropertyType.HOSPITALITY,
        "MF": PropertyType.MULTIFAMILY,
        "MH": PropertyType.MANUFACTURED_HOUSING,
        "MU": PropertyType.MIXED_USE,
        "OF": PropertyType.OFFICE,
        "RT": PropertyType.RETAIL,
        "SE": PropertyType.OTHER,
        "SS": PropertyType.STORAGE,
        "WH": PropertyType.INDUSTRIAL,
        "98": PropertyType.OTHER,
    }
)
PROPERTY_TYPES_MISSING = frozenset({"ZZ"})
SUB_TYPES = MappingProxyType({"WH": "warehouse", "SE": "securities", "MH": "mobile home park"})

# 4.3.11, 4.3.12
VALUATION_SOURCES = MappingProxyType(
    {
        "BPO": "broker price opinion",
        "MAI": "MAI appraisal",
        "MS": "master servicer estimate",
        "Non-MAI": "non-MAI appraisal",
        "SS": "special servicer estimate",
        "98": "other",
    }
)

# 4.3.14: a loan is defeased once all of it is (F); IP says that part of it was, N none, X that it may not be.
DEFEASED = MappingProxyType({"F": True, "IP": False, "N": False, "X": False})

# 4.3.15, 4.3.16
INCOME_METHODS = MappingProxyType({"CREFC": "CREFC", "PSA": "PSA", "UW": "UW"})

# 4.3.20: late by less than 30 days (B) and in grace (A) are current; a matured balloon is past its maturity (4, 5).
PAYMENT_STATUSES = MappingProxyType(
    {
        "0": LoanStatus.CURRENT,
        "A": LoanStatus.CURRENT,
        "B": LoanStatus.CURRENT,
        "1": LoanStatus.DAYS_30,
        "2": LoanStatus.DAYS_60,
        "3": LoanStatus.DAYS_90,
        "4": LoanStatus.DEFAULT,
        "5": LoanStatus.DEFAULT,
    }
)

# 4.3.23: curtailments (1, 10, 11) leave a loan; a repurchase or substitution (4) pays the deal out.
LIQUIDATIONS = MappingProxyType(
    {
        "1": None,
        "2": LoanStatus.PAID_OFF,
        "3": LoanStatus.LIQUIDATED,
        "4": LoanStatus.PAID_OFF,
        "5": LoanStatus.PAID_OFF,
        "6": LoanStatus.LIQUIDATED,
        "7": LoanStatus.LIQUIDATED,
        "8": LoanStatus.PAID_OFF,
        "9": LoanStatus.PAID_OFF,
        "10": None,
        "11": None,
    }
)
