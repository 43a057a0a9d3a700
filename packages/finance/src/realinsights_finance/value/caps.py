"""Interest rate caps, floors and collars: their value today, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, from_cents
from realinsights_finance.value.discount_curve import DiscountCurve
from realinsights_finance.value.rate_options import OptionKind, OptionModel, bachelier, black
from realinsights_finance.value.rate_periods import InvalidHedge, RatePeriod, matched
from realinsights_finance.value.whole_cents import parts_in_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Volatility:
    """A rate's movement in a year, in the units of its model, the same for each period or one for each.

    `displacement` is added to forward and strike in Black's model alone. `day_count` measures the years until a fixing.
    Raises InvalidHedge.
    """

    model: OptionModel
    rate: Decimal | tuple[Decimal, ...]
    displacement: Decimal = Decimal(0)
    day_count: DayCount = DayCount.ACTUAL_365_FIXED

    def __post_init__(self) -> None:
        rates = (self.rate,) if isinstance(self.rate, Decimal) else self.rate
        if any(not rate.is_finite() or not 0 <= rate <= 10 for rate in rates):
            raise InvalidHedge("volatility: each is a number from 0 to 10")
        if self.displacement and self.model is OptionModel.BACHELIER:
            raise InvalidHedge("displacement: Bachelier's model has none")

    def each(self, count: int) -> Sequence[Decimal]:
        """Return the volatility of each of a number of periods. Raises InvalidHedge where there are others."""
        if isinstance(self.rate, Decimal):
            return [self.rate] * count
        if len(self.rate) != count:
            raise InvalidHedge(f"volatility: {len(self.rate)} for {count} periods")
        return self.rate


@dataclass(frozen=True, kw_only=True, slots=True)
class Caplet:
    """The option on one period, in dollars and cents; `intrinsic` is its value if rates came as the forwards say."""

    period: RatePeriod
    forward: Decimal
    value: Decimal
    intrinsic: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionValue:
    """The value of a cap or a floor to its holder, in dollars and cents: the sum of its caplets, exactly."""

    kind: OptionKind
    strike: Decimal
    value: Decimal
    intrinsic: Decimal
    caplets: tuple[Caplet, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CollarValue:
    """The value of a collar to the borrower who holds the cap and has sold the floor."""

    cap: OptionValue
    floor: OptionValue

    @property
    def value(self) -> Decimal:
        """Return the cap's value less the floor's, in dollars and cents."""
        return EXACT.subtract(self.cap.value, self.floor.value)


def rate_option(
    kind: OptionKind,
    periods: Sequence[RatePeriod],
    forwards: Sequence[Decimal],
    *,
    strike: Decimal,
    volatility: Volatility,
    curve: DiscountCurve,
    trace: Trace | None = None,
) -> OptionValue:
    """Return the value of a cap or floor on the curve's day, period by period.

    `forwards` has the rate expected for each period, or its fixing where that is known: a period fixed on or before the
    curve's day is worth what it will pay, and one paid before it nothing. Computed in floats, which hold it to about
    1e-13 of the notional; the running total is rounded half up to the cent. Raises InvalidHedge, CurveEndsEarly,
    BlackNeedsPositiveRates.
    """
    if not isinstance(strike, Decimal) or not strike.is_finite():
        raise InvalidHedge(f"strike: {strike!r} is not a Decimal rate")
    pairs = matched(periods, forwards)
    exact = [
        _values(
            kind,
            period=period,
            forward=forward,
            strike=strike,
            deviation=deviation,
            volatility=volatility,
            curve=curve,
        )
        for (period, forward), deviation in zip(pairs, volatility.each(len(pairs)), strict=True)
    ]
    values = parts_in_cents(Fraction(value) for value, _ in exact)
    intrinsic = parts_in_cents(Fraction(least) for _, least in exact)
    found = OptionValue(
        kind=kind,
        strike=strike,
        value=_sum(values),
        intrinsic=_sum(intrinsic),
        caplets=tuple(
            Caplet(period=period, forward=forward, value=value, intrinsic=least)
            for (period, forward), value, least in zip(pairs, values, intrinsic, strict=True)
        ),
    )
    if trace is not None:
        trace.says(
            f"sum of notional x fraction of a year x discount factor x {volatility.model} {kind} on the forward rate",
            convention=f"years until a fixing on {volatility.day_count}",
            rounding="the running total half up to the cent",
        )
        trace.input("strike", strike, Unit.FRACTION)
        trace.input("periods", len(pairs), Unit.PERIODS)
        trace.input("valued on", curve.on, Unit.DATE)
        trace.step("intrinsic value", found.intrinsic, Unit.DOLLARS)
        trace.step("value", found.value, Unit.DOLLARS)
    return found


def collar(
    periods: Sequence[RatePeriod],
    forwards: Sequence[Decimal],
    *,
    cap_strike: Decimal,
    floor_strike: Decimal,
    volatility: Volatility,
    curve: DiscountCurve,
    trace: Trace | None = None,
) -> CollarValue:
    """Return the value of a collar: a cap held and a floor sold on the same periods. Raises as `rate_option` does.

    Raises InvalidHedge too where the floor's strike is above the cap's.
    """
    if floor_strike > cap_strike:
        raise InvalidHedge(f"floor_strike: {floor_strike} is above the cap's {cap_strike}")
    if trace is not None:
        trace.says(
            "value = cap - floor", convention="to who holds the cap and has sold the floor", rounding="each to the cent"
        )
    cap, floor = (
        rate_option(kind, periods, forwards, strike=strike, volatility=volatility, curve=curve, trace=trace)
        for kind, strike in ((OptionKind.CAP, cap_strike), (OptionKind.FLOOR, floor_strike))
    )
    return CollarValue(cap=cap, floor=floor)


def _values(
    kind: OptionKind,
    *,
    period: RatePeriod,
    forward: Decimal,
    strike: Decimal,
    deviation: Decimal,
    volatility: Volatility,
    curve: DiscountCurve,
) -> tuple[float, float]:
    """Return the value of a period's option and what the forward rate alone would make it."""
    if period.payment < curve.on:
        return 0.0, 0.0
    years = float(volatility.day_count.fraction(curve.on, period.fixing)) if period.fixing > curve.on else 0.0
    size = float(Fraction(period.notional) * period.fraction) * float(curve.factor(period.payment))
    rates = float(forward), float(strike), float(deviation)
    if volatility.model is OptionModel.BLACK:
        unit = black(kind, *rates, years, displacement=float(volatility.displacement))
    else:
        unit = bachelier(kind, *rates, years)
    return size * unit, size * max(kind.sign * float(forward - strike), 0.0)


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return sum((EXACT.plus(amount) for amount in amounts), from_cents(0))
