"""The payment that repays a loan in equal installments."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from realinsights_finance.money import EXACT, from_cents, in_cents

_HALF = Decimal("0.5")
_NEAR_A_TIE = Decimal("1E-20")  # of a cent; the estimate is much closer
_SMALL_RATE = Decimal("1E-12")  # below it, the estimate loses too many of its digits


def level_payment(principal: Decimal, rate: Fraction, periods: int) -> Decimal:
    """Return the payment per period, half up to the cent, that repays `principal` at `rate` per period.

    `P i / (1 - (1 + i)^-n)`, and `P / n` where the rate is zero; spreadsheets call it PMT. Computed to 60 digits and,
    where those are near a tie, in whole numbers, so that it is recognized as one. `principal` holds whole cents.
    """
    cents = in_cents(principal)
    estimate = _estimated_payment_in_cents(cents, rate, periods)
    if estimate is not None:
        whole = int(estimate)
        above_a_tie = EXACT.subtract(EXACT.subtract(estimate, whole), _HALF)
        if not -_NEAR_A_TIE < above_a_tie < _NEAR_A_TIE:
            return from_cents(whole + (above_a_tie > 0))
    numerator, denominator = _exact_payment_in_cents(cents, rate, periods)
    return from_cents((2 * numerator + denominator) // (2 * denominator))


def unrounded_level_payment(principal: Decimal, rate: Fraction, periods: int) -> Decimal:
    """Return the level payment to 28 significant digits, to show where the rounded one comes from."""
    numerator, denominator = _exact_payment_in_cents(in_cents(principal), rate, periods)
    return Context(prec=28).divide(Decimal(numerator), Decimal(100 * denominator))


def unrounded_balance(principal: Decimal, rate: Fraction, periods: int, paid: int) -> Decimal:
    """Return the balance after `paid` of `periods` level payments where nothing was ever rounded.

    `P ((1 + i)^n - (1 + i)^k) / ((1 + i)^n - 1)`: textbooks quote it; no lender bills it. 28 significant digits.
    """
    if rate == 0:
        return Context(prec=28).divide(principal * (periods - paid), Decimal(periods))
    grown, ended = (1 + rate) ** paid, (1 + rate) ** periods
    fraction = Fraction(principal) * (ended - grown) / (ended - 1)
    return Context(prec=28).divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def _estimated_payment_in_cents(principal: int, rate: Fraction, periods: int) -> Decimal | None:
    """Return the payment to at least 30 digits; None where 60 digits do not tell as much."""
    periodic = EXACT.divide(rate.numerator, rate.denominator)
    if not _SMALL_RATE < periodic < 1:
        return None
    grown = EXACT.power(EXACT.add(1, periodic), periods)
    interest = EXACT.multiply(EXACT.multiply(principal, periodic), grown)
    return EXACT.divide(interest, EXACT.subtract(grown, 1))


def _exact_payment_in_cents(principal: int, rate: Fraction, periods: int) -> tuple[int, int]:
    if rate == 0:
        return principal, periods
    grown = (rate.numerator + rate.denominator) ** periods
    return principal * rate.numerator * grown, rate.denominator * (grown - rate.denominator**periods)
