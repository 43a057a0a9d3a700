"""Headline figure: its value, its formula, its sums, its date, and what it leaves out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from realinsights.dashboard.model.codes import IncomeSource


class Unit(StrEnum):
    """What a value is measured in."""

    MONEY = "money"  # dollars
    RATE = "rate"  # a fraction a year: 0.0525 is 5.25 %
    RATIO = "ratio"
    YEARS = "years"
    MONTHS = "months"
    COUNT = "count"


class AsOf(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The earliest and the latest of some dates."""

    earliest: datetime.date
    latest: datetime.date


class Sum(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel", omit_defaults=True):
    """One side of a quotient.

    `as_of` are the dates of what is added up in a ratio, as far as they are known: of `undated` loans none is. `old`
    says that the earliest was more than 15 months before the business date.
    """

    name: str
    value: str
    as_of: AsOf | None = None
    undated: int = 0
    old: bool = False


class OnBasis(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The part of the balance behind a ratio whose income stands on statements of one basis."""

    basis: IncomeSource
    loans: int
    balance: str


class CoveredBalance(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The part of the outstanding balance that a figure covers; `share` is None where nothing is outstanding."""

    balance: str
    share: str | None


class LoanReference(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A loan's number and name, and what is owed of it."""

    number: str
    name: str
    balance: str


class LeftOutReason(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """All loans left out for one reason; `loans` are the ids of the largest."""

    reason: str
    count: int
    balance: str
    loans: tuple[str, ...]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """What a figure does not cover; its reasons name a bounded number of loans between them, the largest."""

    count: int
    balance: str
    reasons: tuple[LeftOutReason, ...]


class Figure(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A value that can say how it came about; `value` is None where there is nothing to divide by.

    `as_of` are the dates of the balances behind it; an occupancy has none. `bases` say on what the latest income of a
    ratio stands, the largest part first; they are empty where one basis was asked for. `coverage` of a ratio or an
    occupancy is how much of the outstanding balance it covers.

    `loans` counts those behind it. `left_out` says under which name the answer tells what it leaves out, None where
    that is nothing. `loan` is the id of the one loan a figure is of, where it is of one.
    """

    value: str | None
    unit: Unit
    formula: str
    numerator: Sum | None
    denominator: Sum | None
    loans: int
    as_of: AsOf | None
    left_out: str | None
    loan: str | None = None
    bases: tuple[OnBasis, ...] = ()
    coverage: CoveredBalance | None = None


class FigureName(StrEnum):
    """The headline figures, as they are called on the wire."""

    OUTSTANDING = "outstanding"
    ORIGINAL = "original"
    LOAN_COUNT = "loanCount"
    PROPERTY_COUNT = "propertyCount"
    WEIGHTED_RATE = "weightedRate"
    WEIGHTED_REMAINING_YEARS = "weightedRemainingYears"
    WEIGHTED_REMAINING_MONTHS = "weightedRemainingMonths"
    DSCR = "dscr"
    DSCR_NCF = "dscrNcf"
    LTV = "ltv"
    DEBT_YIELD = "debtYield"
    DEBT_YIELD_NCF = "debtYieldNcf"
    OCCUPANCY = "occupancy"
    LARGEST_LOAN = "largestLoan"
    LARGEST_FIVE = "largestFive"
    MATURING_WITHIN_YEAR = "maturingWithinYear"
    PAST_MATURITY = "pastMaturity"


UNITS: Mapping[FigureName, Unit] = MappingProxyType(
    {
        **dict.fromkeys(FigureName, Unit.RATIO),
        FigureName.OUTSTANDING: Unit.MONEY,
        FigureName.ORIGINAL: Unit.MONEY,
        FigureName.LOAN_COUNT: Unit.COUNT,
        FigureName.PROPERTY_COUNT: Unit.COUNT,
        FigureName.WEIGHTED_RATE: Unit.RATE,
        FigureName.WEIGHTED_REMAINING_YEARS: Unit.YEARS,
        FigureName.WEIGHTED_REMAINING_MONTHS: Unit.MONTHS,
        FigureName.LARGEST_LOAN: Unit.MONEY,
        FigureName.PAST_MATURITY: Unit.MONEY,
    }
)
"""What each figure is measured in."""


class Headline(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """All headline figures."""

    outstanding: Figure
    original: Figure
    loan_count: Figure
    property_count: Figure
    weighted_rate: Figure
    weighted_remaining_years: Figure
    weighted_remaining_months: Figure
    dscr: Figure
    dscr_ncf: Figure
    ltv: Figure
    debt_yield: Figure
    debt_yield_ncf: Figure
    occupancy: Figure
    largest_loan: Figure
    largest_five: Figure
    maturing_within_year: Figure
    past_maturity: Figure
