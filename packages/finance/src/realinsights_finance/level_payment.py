"""The payment that repays a loan in equal installments."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction

from realinsights_finance.money import from_cents, in_cents
from realinsights_finance.rounding import PaymentRounding

RELATIVE_ERROR = 1e-13
"""Of an estimate in binary floats: hundreds of times the 3e-16 that a division, log1p and expm1 were seen to lose."""

ABSOLUTE_ERROR = 1e-9
"""Of an estimate in cents."""


def level_payment(
    principal: Decimal, rate: Fraction, periods: int, rounding: PaymentRounding = PaymentRounding.CENT
) -> Decimal:
    """Return the payment per period, by default half up to the cent, that repays `principal` at `rate` per period.

    `P i / (1 - (1 + i)^-n)`, and `P / n` where the rate is zero; spreadsheets call it PMT. Binary floats only choose
    between cents that are far from a tie; near one, whole numbers decide. `principal` holds whole cents.
    """
    cents = in_cents(principal)
    if 0 < rate.numerator < rate.denominator:
        # In the units that it is rounded to; it goes up from half a unit on, or from nothing.
        estimate = _estimated_payment_in_cents(cents, rate, periods) / rounding.unit
        shifted = estimate if rounding.up else estimate - 0.5
        if abs(shifted - round(shifted)) > estimate * RELATIVE_ERROR + ABSOLUTE_ERROR:
            return from_cents(math.ceil(shifted) * rounding.unit)
    return rounding.rounded(Fraction(*_exact_payment_in_cents(cents, rate, periods)))


def level_payment_in_advance(
    principal: Decimal, rate: Fraction, periods: int, rounding: PaymentRounding = PaymentRounding.CENT
) -> Decimal:
    """Return the payment that repays `principal` in `periods` where each is paid, with its interest, as it begins.

    `P i / (1 - (1 - i)^n)`, and `P / n` where the rate is zero: what a payment leaves of the balance is charged its
    interest with it, so that a balance B falls to (B - A) / (1 - i). The last payment bears none. `rate` is below 1.
    """
    cents = in_cents(principal)
    if rate == 0:
        return rounding.rounded(Fraction(cents, periods))
    return rounding.rounded(cents * rate / (1 - (1 - rate) ** periods))


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


def _estimated_payment_in_cents(principal: int, rate: Fraction, periods: int) -> float:
    periodic = rate.numerator / rate.denominator
    return principal * periodic / -math.expm1(-periods * math.log1p(periodic))


def _exact_payment_in_cents(principal: int, rate: Fraction, periods: int) -> tuple[int, int]:
    if rate == 0:
        return principal, periods
    grown = (rate.numerator + rate.denominator) ** periods
    return principal * rate.numerator * grown, rate.denominator * (grown - rate.denominator**periods)
