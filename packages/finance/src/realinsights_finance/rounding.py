"""Rounding of a loan's amounts: a convention of the loan, like its day count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.money import EXACT, from_cents

_CENT = Decimal("0.01")
FEWEST_DAILY_RATE_DECIMALS = 6
MOST_DAILY_RATE_DECIMALS = 12


class InterestRounding(StrEnum):
    """What becomes of a period's interest, which is rarely whole cents.

    `CARRIED` rounds neither interest nor balance: only the payment is whole cents, and what is printed is rounded half
    up. Such balances differ from those of the other conventions by a cent now and then.
    """

    HALF_UP = "half_up"  # to the nearest cent, half a cent up: what most servicers of CMBS loans do
    HALF_EVEN = "half_even"  # to the nearest cent, half a cent to the even one
    DOWN = "down"  # fractions of a cent are cut off
    UP = "up"  # any fraction of a cent makes a whole one
    CARRIED = "carried"

    def cents(self, amount: Decimal) -> Decimal:
        """Return dollars as whole cents; what is carried is rounded half up, as it is printed."""
        return amount.quantize(_CENT, _DECIMAL[self], EXACT)


class PaymentRounding(StrEnum):
    """What becomes of the level payment, once, when it is computed."""

    CENT = "cent"  # to the nearest cent, half a cent up
    CENT_UP = "cent_up"  # up to the next cent
    DOLLAR = "dollar"  # to the nearest dollar, half a dollar up
    DOLLAR_UP = "dollar_up"  # up to the next dollar

    @property
    def unit(self) -> int:
        """Return the cents that a payment is a multiple of."""
        return 100 if self in {PaymentRounding.DOLLAR, PaymentRounding.DOLLAR_UP} else 1

    @property
    def up(self) -> bool:
        """Tell whether any fraction of the unit makes a whole one."""
        return self in {PaymentRounding.CENT_UP, PaymentRounding.DOLLAR_UP}

    def rounded(self, exact_cents: Fraction) -> Decimal:
        """Return an exact number of cents as a payment in dollars."""
        numerator, denominator = exact_cents.numerator, exact_cents.denominator * self.unit
        whole = -(-numerator // denominator) if self.up else (2 * numerator + denominator) // (2 * denominator)
        return from_cents(whole * self.unit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rounding:
    """The conventions by which a loan's amounts are rounded.

    `daily_rate_decimals` says to how many decimals the rate of a day (the annual rate over the 360 or 365 days of the
    day count) is rounded, half up, before it is multiplied by days; None where it is not rounded.
    """

    interest: InterestRounding = InterestRounding.HALF_UP
    payment: PaymentRounding = PaymentRounding.CENT
    daily_rate_decimals: int | None = None

    @property
    def usual(self) -> bool:
        """Tell whether it is the convention of most loans: everything half up to the cent, the daily rate unrounded."""
        return self == USUAL


USUAL = Rounding()

_DECIMAL = {
    InterestRounding.HALF_UP: ROUND_HALF_UP,
    InterestRounding.HALF_EVEN: ROUND_HALF_EVEN,
    InterestRounding.DOWN: ROUND_FLOOR,
    InterestRounding.UP: ROUND_CEILING,
    InterestRounding.CARRIED: ROUND_HALF_UP,
}
