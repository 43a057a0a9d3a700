"""The Treasury yield that stands for reinvestment: given, or found on a curve of maturities."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from realinsights_finance.money import EXACT, shown_rate
from realinsights_finance.prepayment.errors import CurveTooShort, InvalidTreasuryCurve, MissingTreasuryYield
from realinsights_finance.prepayment.regimes import FRACTION_DECIMALS, BetweenMaturities, Discounting, YieldMaintenance

_ONE, _TWO, _SIXTH, _TWELVE = Decimal(1), Decimal(2), EXACT.divide(Decimal(1), Decimal(6)), Decimal(12)


@dataclass(frozen=True, slots=True)
class TreasuryCurve:
    """Treasury constant maturities of a day: (months to maturity, yield as a fraction), the shortest first.

    Yields are bond-equivalent, as Federal Reserve Release H.15 has them. Raises InvalidTreasuryCurve.
    """

    points: tuple[tuple[int, Decimal], ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise InvalidTreasuryCurve("points", "must be at least one")
        for index, (months, value) in enumerate(self.points):
            if type(months) is not int or not 1 <= months <= 1200:
                raise InvalidTreasuryCurve(f"points[{index}].months", "must be 1 to 1200 whole months")
            check_yield(f"points[{index}].yield", value)
        for index, (before, after) in enumerate(pairwise(self.points)):
            if before[0] >= after[0]:
                raise InvalidTreasuryCurve(f"points[{index + 1}].months", "must be more than those before it")

    def at(self, months: Fraction, between: BetweenMaturities) -> Decimal:
        """Return the yield of a term in months to 60 digits; raise CurveTooShort past the longest maturity.

        A term shorter than the shortest maturity has its yield, as in 7 CFR 1786.153.
        """
        self.check_reach(months)
        if months <= self.points[0][0]:
            return self.points[0][1]
        below, above = next(pair for pair in pairwise(self.points) if months <= pair[1][0])
        if between is BetweenMaturities.NEAREST:
            return below[1] if months - below[0] <= above[0] - months else above[1]
        weight = Fraction(months - below[0]) / (above[0] - below[0])
        rise = EXACT.subtract(above[1], below[1])
        part = EXACT.divide(EXACT.multiply(rise, Decimal(weight.numerator)), Decimal(weight.denominator))
        return EXACT.add(below[1], part)

    def check_reach(self, months: Fraction) -> None:
        """Raise CurveTooShort where the longest maturity is shorter than a term in months."""
        longest = self.points[-1][0]
        if months > longest:
            raise CurveTooShort(f"treasury: the curve ends at {longest} months, the term is {float(months):.2f}")


Treasury = Decimal | TreasuryCurve
"""The market's part of yield maintenance: one yield as a fraction, taken as it is, or a curve."""


def check_treasury(treasury: Treasury | None) -> Treasury:
    """Return the yield or the curve; raise MissingTreasuryYield for None, InvalidTreasuryCurve for no fraction."""
    if treasury is None:
        raise MissingTreasuryYield("treasury: yield maintenance needs a Treasury yield, or a curve of them")
    if not isinstance(treasury, TreasuryCurve):
        check_yield("treasury", treasury)
    return treasury


def check_yield(field: str, value: object) -> None:
    """Raise InvalidTreasuryCurve where a yield is not a fraction between -0.5 and 1 of at most 12 decimals."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidTreasuryCurve(field, "must be a finite decimal number")
    if not Decimal("-0.5") <= value <= 1:
        raise InvalidTreasuryCurve(field, "must be a fraction from -0.5 to 1: 4.25 % is 0.0425")
    if value != shown_rate(value, FRACTION_DECIMALS):
        raise InvalidTreasuryCurve(field, f"must have at most {FRACTION_DECIMALS} decimals")


def reinvestment_rate(regime: YieldMaintenance, treasury: Treasury, months: Fraction) -> Decimal:
    """Return the yearly rate at which the note says a prepayment is reinvested, for a term in months."""
    found = treasury.at(months, regime.between_maturities) if isinstance(treasury, TreasuryCurve) else treasury
    if regime.yield_decimals is not None:
        found = found.quantize(Decimal(1).scaleb(-regime.yield_decimals), ROUND_HALF_UP, EXACT)
    return EXACT.add(found, regime.spread)


def monthly_rate(yearly: Decimal, discounting: Discounting) -> Decimal:
    """Return the rate of a month that a yearly rate makes, to some 59 digits."""
    if discounting is Discounting.NOMINAL:
        return EXACT.divide(yearly, _TWELVE)
    half_year = EXACT.add(_ONE, EXACT.divide(yearly, _TWO))
    return EXACT.subtract(EXACT.power(half_year, _SIXTH), _ONE)
