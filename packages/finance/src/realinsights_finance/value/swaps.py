"""Interest rate swap: the value today of a floating rate received against a fixed one paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, cents
from realinsights_finance.value.compounding import SHOWN, WORKING, exact
from realinsights_finance.value.discount_curve import DiscountCurve
from realinsights_finance.value.rate_periods import InvalidHedge, RatePeriod, matched


@dataclass(frozen=True, kw_only=True, slots=True)
class SwapValue:
    """A swap's legs in dollars and cents, each what its receiver would pay for it; and the rate that makes it fair.

    `fair_rate` is the fixed rate at which the swap would be worth nothing, a fraction of 28 digits.
    """

    floating: Decimal
    fixed: Decimal
    fair_rate: Decimal

    @property
    def to_payer(self) -> Decimal:
        """Return the value to who pays the fixed rate: negative where rates have fallen below it."""
        return EXACT.subtract(self.floating, self.fixed)


def swap_value(
    floating: Sequence[RatePeriod],
    forwards: Sequence[Decimal],
    *,
    fixed: Sequence[RatePeriod],
    fixed_rate: Decimal,
    curve: DiscountCurve,
    trace: Trace | None = None,
) -> SwapValue:
    """Return the value of a swap on the curve's day: what is paid before it is worth nothing.

    `forwards` has the rate expected for each floating period, or its fixing where that is known; the legs may differ in
    dates and day count. `to_payer` is the difference of the legs, rounded once each half up to the cent. Raises
    InvalidHedge, CurveEndsEarly.
    """
    if not isinstance(fixed_rate, Decimal) or not fixed_rate.is_finite():
        raise InvalidHedge(f"fixed_rate: {fixed_rate!r} is not a Decimal rate")
    receives = _leg(matched(floating, forwards), curve)
    annuity = _leg([(period, Decimal(1)) for period in fixed], curve)
    if not annuity:
        raise InvalidHedge(f"fixed: no period has anything to pay on {curve.on} or after")
    found = SwapValue(
        floating=cents(receives),
        fixed=cents(WORKING.multiply(annuity, fixed_rate)),
        fair_rate=SHOWN.divide(receives, annuity),
    )
    if trace is not None:
        trace.says(
            "value to the payer = sum of notional x forward rate x fraction x discount factor, "
            "less the same with the fixed rate",
            convention="each leg on its own dates and day count",
            rounding="each leg once, half up to the cent",
        )
        trace.input("fixed rate", fixed_rate, Unit.FRACTION)
        trace.input("valued on", curve.on, Unit.DATE)
        trace.step("floating leg", found.floating, Unit.DOLLARS)
        trace.step("fixed leg", found.fixed, Unit.DOLLARS)
        trace.step("fair rate", found.fair_rate, Unit.FRACTION)
    return found


def _leg(pairs: Iterable[tuple[RatePeriod, Decimal]], curve: DiscountCurve) -> Decimal:
    value = Decimal(0)
    with localcontext(WORKING):
        for period, rate in pairs:
            if period.payment >= curve.on:
                years = exact(Fraction(period.fraction))
                value += period.notional * rate * years * curve.factor(period.payment)
    return value
