"""Rounding of an index before the spread is added: a convention of the note."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from realinsights_finance.money import EXACT


class IndexRounding(StrEnum):
    """To which part of one percent an index is rounded, and where to.

    `UP_...`: any excess makes a whole unit, also below zero (-0.4321 % becomes -0.432 %). `NEAREST_...`: half a unit
    goes up. 4.33217 % is 4.333 % up to a thousandth, 4.332 % to the nearest one, 4.375 % by either kind of eighth.
    Source: forms of notes of US lenders, "rounded upwards, if necessary, to the nearest 1/1000 (1/8) of 1 %"; five
    decimals are the ARRC's for averages of SOFR in arrears.
    """

    NONE = "none"
    UP_EIGHTH = "up_eighth"
    NEAREST_EIGHTH = "nearest_eighth"
    UP_SIXTEENTH = "up_sixteenth"
    NEAREST_SIXTEENTH = "nearest_sixteenth"
    UP_HUNDREDTH = "up_hundredth"
    NEAREST_HUNDREDTH = "nearest_hundredth"
    UP_THOUSANDTH = "up_thousandth"
    NEAREST_THOUSANDTH = "nearest_thousandth"
    NEAREST_HUNDRED_THOUSANDTH = "nearest_hundred_thousandth"

    @property
    def unit(self) -> Fraction | None:
        """Return the unit, as a fraction of one (1/8 % is 1/800); None where nothing is rounded."""
        return None if self is IndexRounding.NONE else Fraction(1, int(_UNITS_OF_ONE[self]))

    @property
    def up(self) -> bool:
        """Tell whether any excess makes a whole unit."""
        return self.value.startswith("up_")

    def rounded(self, value: Decimal) -> Decimal:
        """Return an index, as a fraction, rounded."""
        if self is IndexRounding.NONE:
            return value
        units = _UNITS_OF_ONE[self]
        count = EXACT.multiply(value, units)
        if self.up:
            whole = count.to_integral_value(ROUND_CEILING, EXACT)
        else:
            whole = EXACT.add(count, _HALF).to_integral_value(ROUND_FLOOR, EXACT)
        return EXACT.divide(whole, units)


_HALF: Final = Decimal("0.5")
_UNITS_OF_ONE: Final = MappingProxyType(
    {
        IndexRounding.UP_EIGHTH: Decimal(800),
        IndexRounding.NEAREST_EIGHTH: Decimal(800),
        IndexRounding.UP_SIXTEENTH: Decimal(1600),
        IndexRounding.NEAREST_SIXTEENTH: Decimal(1600),
        IndexRounding.UP_HUNDREDTH: Decimal(10_000),
        IndexRounding.NEAREST_HUNDREDTH: Decimal(10_000),
        IndexRounding.UP_THOUSANDTH: Decimal(100_000),
        IndexRounding.NEAREST_THOUSANDTH: Decimal(100_000),
        IndexRounding.NEAREST_HUNDRED_THOUSANDTH: Decimal(10_000_000),
    }
)
