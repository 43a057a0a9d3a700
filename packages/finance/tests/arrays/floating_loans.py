"""Loans of any rate for the tests of the array engine: a plain one to vary, a market, and random ones."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from realinsights_finance import DayCount
from realinsights_finance.business_days import HolidayCalendar
from realinsights_finance.rates import (
    Every,
    FixedRate,
    Fixings,
    FloatingRate,
    FloatingTerms,
    ForwardCurve,
    HybridRate,
    IndexRounding,
    Interpolation,
    Market,
    OnDates,
    stepped_rate,
)
from realinsights_finance.repayment import (
    FixedPrincipal,
    InterestOnly,
    LevelPayment,
    Loan,
)
from realinsights_finance.time import Interval, PeriodRule, accrual_periods

DATE = datetime.date
BUSINESS_DATE = DATE(2016, 6, 15)
FINEST = Decimal(1).scaleb(-12)


def _market():
    """Fixings of each day until the business date, then curves, of indices that step and that run in proportion."""
    days = [DATE(1992, 1, 1) + datetime.timedelta(days=count) for count in range(8932)]
    past = {day: Decimal((day.toordinal() * 7919) % 60_000 - 4000).scaleb(-6) for day in days}
    fixings = [fixing for index in ("steps", "runs") for fixing in Fixings.of(index, past)]
    months = [DATE(2016 + count // 12, count % 12 + 1, 1) for count in range(5, 1000)]
    points = tuple((day, Decimal((place * 5003) % 90_000 - 7000).scaleb(-6)) for place, day in enumerate(months))
    curves = tuple(
        ForwardCurve(index=index, as_of=DATE(2016, 6, 1), points=points, interpolation=between, until=DATE(2150, 1, 1))
        for index, between in (("steps", Interpolation.STEP), ("runs", Interpolation.LINEAR))
    )
    return Market(business_date=BUSINESS_DATE, fixings=Fixings(fixings), curves=curves)


MARKET = _market()


def scaled(rate):
    return int(rate.quantize(FINEST, ROUND_HALF_UP).scaleb(12))


BEGIN, END = DATE(2020, 1, 1), DATE(2022, 1, 1)


def a_loan(start=BEGIN, end=END, interval=Interval.MONTHLY, **changes):
    said = {
        "principal": Decimal("1200000.00"), "rate": FixedRate(Decimal("0.0525")), "day_count": DayCount.THIRTY_360,
        "interval": interval, "periods": accrual_periods(start, end, PeriodRule(interval=interval, anchor=start)),
    }  # fmt: skip
    return Loan(**(said | changes))


def floats(market=MARKET, **terms):
    return FloatingRate(terms=FloatingTerms(**({"index": "steps", "spread": Decimal("0.03")} | terms)), market=market)


_SPREADS = st.one_of(st.sampled_from([Decimal(0), Decimal("0.0275")]), st.decimals("-0.01", "0.2", places=12))
_BOUNDS = st.one_of(st.none(), st.decimals("-0.02", "0.1", places=5))


@st.composite
def _floating(draw, since, until):
    rate_floor, ceiling = draw(_BOUNDS), draw(_BOUNDS)
    if rate_floor is not None and ceiling is not None and rate_floor > ceiling:
        rate_floor, ceiling = ceiling, rate_floor
    resets = draw(st.sampled_from(["period", "period", "every", "dates"]))
    said = {}
    if resets == "every":
        end = until + datetime.timedelta(days=1)
        rule = PeriodRule(interval=draw(st.sampled_from([Interval.MONTHLY, Interval.QUARTERLY, Interval.ANNUAL])))
        said["resets"] = Every(rule=rule, start=since - datetime.timedelta(days=draw(st.integers(0, 90))), end=end)
    elif resets == "dates":
        days = draw(st.lists(st.dates(since, until), max_size=5))
        first = since - datetime.timedelta(days=draw(st.integers(0, 90)))
        said["resets"] = OnDates(tuple(sorted({first, *days})))
    return FloatingTerms(
        index=draw(st.sampled_from(["steps", "runs"])),
        spread=draw(_SPREADS),
        index_floor=draw(_BOUNDS),
        rate_floor=rate_floor,
        ceiling=ceiling,
        rounding=draw(st.sampled_from(IndexRounding)),
        adjustment=draw(st.sampled_from([Decimal(0), Decimal("0.0011448")])),
        floor_on_adjusted=draw(st.booleans()),
        determination_lag=draw(st.integers(0, 5)),
        determination_calendar=draw(st.sampled_from(HolidayCalendar)),
        **said,
    )


@st.composite
def path(draw, since, until, *, whole=True):
    kinds = ["fixed", "stepped", "floating", "floating", "hybrid", "hybrid"] if whole else ["fixed", "floating"]
    kind = draw(st.sampled_from(kinds))
    rates = st.one_of(st.sampled_from([Decimal(0), Decimal("0.06"), Decimal(1)]), st.decimals("-0.01", "1", places=12))
    if kind == "fixed":
        return FixedRate(draw(rates))
    if kind == "floating":
        return FloatingRate(terms=draw(_floating(since, until)), market=MARKET)
    days = sorted({since, *draw(st.lists(st.dates(since, until), max_size=4))})
    if kind == "stepped":
        return stepped_rate((day, draw(rates)) for day in days)
    return HybridRate(tuple((day, draw(path(day, until, whole=False))) for day in days))


@st.composite
def repayment(draw, terms):
    interest_only = draw(st.sampled_from([0, 0, 1, 5, terms.periods + 1]))
    periods = draw(st.integers(1, 400 // terms.frequency.months))
    interest_only = min(interest_only, 1200 // terms.frequency.months)
    kind = draw(st.sampled_from(["none", "level", "anew", "anew", "stated", "fixed"]))
    amount = max(terms.principal / draw(st.integers(1, 500)), Decimal("0.01")).quantize(Decimal("0.01"))
    if kind == "level":
        computed_on = draw(st.one_of(st.none(), st.decimals("0", "1", places=12)))
        return LevelPayment(periods=periods, interest_only=interest_only, computed_on=computed_on)
    if kind == "anew":
        return LevelPayment(periods=periods, interest_only=interest_only, reamortizes=True)
    if kind == "stated":
        return LevelPayment(periods=1, interest_only=interest_only, payment=amount)
    return FixedPrincipal(amount=amount, interest_only=interest_only) if kind == "fixed" else InterestOnly()
