"""How an index is rounded before the spread is added: a convention of the note."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from realinsights_finance.money import EXACT

_PERCENT: Final = Fraction(1, 100)


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
        return None if self is IndexRounding.NONE else _PARTS[self.value.partition("_")[2]] * _PERCENT

    @property
    def up(self) -> bool:
        """Tell whether any excess makes a whole unit."""
        return self.value.startswith("up_")

    def rounded(self, value: Decimal) -> Decimal:
        """Return an index, as a fraction, rounded."""
        if self.unit is None:
            return value
        count = Fraction(value) / self.unit
        whole = -(-count // 1) if self.up else (count + Fraction(1, 2)) // 1
        rounded = whole * self.unit
        return EXACT.divide(Decimal(rounded.numerator), Decimal(rounded.denominator))


_PARTS: Final = MappingProxyType(
    {
        "eighth": Fraction(1, 8),
        "sixteenth": Fraction(1, 16),
        "hundredth": Fraction(1, 100),
        "thousandth": Fraction(1, 1000),
        "hundred_thousandth": Fraction(1, 100_000),
    }
)
