"""Schedules of floating loans as they are told: each period's rates, how each is known, and the present accrual."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from realinsights.contracts.explained import Explanation
from realinsights.loans.model.fixing_revisions import revised_in
from realinsights.loans.model.plan import PeriodStanding
from realinsights.loans.model.quantities import tidy
from realinsights_finance.rates import BoundBy, Fixings, Known, RateSpan


class RevisedFixingView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A fixing that was revised: the value that it replaced, and the day from which the new one was known."""

    on: datetime.date
    former: Decimal
    value: Decimal
    known_on: datetime.date


class ResetView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A setting of the rate: the index as read on a day, rounded and floored, and what bounded the sum.

    The fixing is null where the index is projected, or made of several days. `provisional`: an earlier day's fixing
    stands in for the one that is missing. `revised` are the fixings of the rate that replaced an earlier value.
    """

    determined_on: datetime.date
    index_value: Decimal
    rounded: Decimal
    floored: Decimal
    bound_by: BoundBy
    fixing_on: datetime.date | None = None
    fixing_source: str | None = None
    revision: int | None = None
    provisional: bool = False
    revised: tuple[RevisedFixingView, ...] = ()


class RateOfPeriod(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rate of a part of a period, from `start` to `end` (not counted), and how it is known."""

    start: datetime.date
    end: datetime.date
    rate: Decimal
    known: Known
    reset: ResetView | None = None


class PeriodAdjustment(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What fixings that were revised after an installment fell due make of its interest, on the same balance.

    `former_rate` and `former_interest` are by what was known then; `difference` is what is still owed, or, below
    nothing, was too much.
    """

    former_rate: Decimal
    former_interest: Decimal
    difference: Decimal


class FloatingPeriod(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The rates behind the installment of the same number; `known` is the least certain of them.

    `rate` is the one of the period, or where there are several their average by days. `adjustment` is that of a past
    period whose fixings were revised since it fell due.
    """

    number: int
    start: datetime.date
    end: datetime.date
    standing: PeriodStanding
    known: Known
    rate: Decimal
    rates: tuple[RateOfPeriod, ...]
    adjustment: PeriodAdjustment | None = None


class PresentAccrual(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The interest of the present period, from `since` to the business date (not counted), half up to the cent."""

    on: datetime.date
    since: datetime.date
    balance: Decimal
    interest: Decimal
    rates: tuple[RateOfPeriod, ...]
    explained: Explanation | None = None


class MissingKind(StrEnum):
    """What a rate lacks."""

    FIXING = "fixing"
    CURVE = "curve"


class MissingRate(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A fixing that is needed and not there, or a day that a curve does not answer for."""

    kind: MissingKind
    index: str
    on: datetime.date


class FloatingSchedule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is behind the installments of a floating loan.

    `scenario` is `flat` where the last fixing stands for all that is to come, else the id of a curve, which is as of
    `curve_as_of`; `shift` moves it, in basis points. `present_rate` is what the note makes on the business date and
    `recorded_rate` what was stated: a `rate_difference` is theirs. What cannot be computed is `missing`.
    `adjustment` is what revised fixings add to the interest of periods past, since each fell due; null where they
    change none.
    """

    index: str
    index_name: str
    scenario: str
    shift: int
    curve_as_of: datetime.date | None
    curve_source: str | None
    periods: tuple[FloatingPeriod, ...]
    present_rate: Decimal | None
    recorded_rate: Decimal
    rate_difference: Decimal | None
    accrual: PresentAccrual | None
    missing: MissingRate | None
    adjustment: Decimal | None = None
    adjustment_explained: Explanation | None = None


def rate_of_period(span: RateSpan, known: Fixings) -> RateOfPeriod:
    """Return a rate as it is told, with what was revised of the fixings that are known."""
    reset = span.reset
    if reset is None:
        return RateOfPeriod(start=span.start, end=span.end, rate=shown(span.rate), known=span.known)
    fixing, made = reset.fixing, reset.all_in
    return RateOfPeriod(
        start=span.start,
        end=span.end,
        rate=shown(span.rate),
        known=span.known,
        reset=ResetView(
            determined_on=reset.determined_on,
            index_value=shown(made.index),
            rounded=shown(made.rounded),
            floored=shown(made.floored),
            bound_by=made.bound_by,
            fixing_on=None if fixing is None else fixing.on,
            fixing_source=None if fixing is None else fixing.source,
            revision=None if fixing is None else fixing.revision,
            provisional=reset.provisional,
            revised=tuple(
                RevisedFixingView(on=one.on, former=shown(one.former), value=shown(one.value), known_on=one.known_on)
                for one in revised_in(reset, known)
            ),
        ),
    )


def shown(rate: Decimal) -> Decimal:
    """Return a rate with 10 decimals at most: one in arrears is known to 60, with which interest is computed."""
    return tidy(round(rate, _SHOWN))


_SHOWN = 10
