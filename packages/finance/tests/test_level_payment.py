"""The level payment, against its formula in fractions: no float and no rounding before the last."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from realinsights_finance import in_cents, level_payment
from realinsights_finance.level_payment import unrounded_balance, unrounded_level_payment
from realinsights_finance.rounding import PaymentRounding

RATES = (
    Fraction(0),
    Fraction(1, 10**12),
    Fraction(21, 4800),
    Fraction(1, 100),
    Fraction(1, 2),
    Fraction(1),
    Fraction(3, 2),
)
PERIODS = (1, 2, 12, 360, 1200)
PRINCIPALS = (Decimal("0.01"), Decimal("0.15"), Decimal("99.99"), Decimal("10000000.00"), Decimal("9999999999999.99"))


def exactly(principal, rate, periods):
    """Return the payment in cents: P i / (1 - (1 + i)^-n), P / n where i is zero."""
    cents = Fraction(principal) * 100
    return cents * rate / (1 - (1 + rate) ** -periods) if rate else cents / periods


def half_up(cents, unit):
    return math.floor(cents / unit + Fraction(1, 2)) * unit


def up(cents, unit):
    return math.ceil(cents / unit) * unit


ROUNDED = {
    PaymentRounding.CENT: lambda cents: half_up(cents, 1),
    PaymentRounding.CENT_UP: lambda cents: up(cents, 1),
    PaymentRounding.DOLLAR: lambda cents: half_up(cents, 100),
    PaymentRounding.DOLLAR_UP: lambda cents: up(cents, 100),
}


@pytest.mark.parametrize("rounding", PaymentRounding)
def test_is_the_formula_rounded_once(rounding):
    for principal, rate, periods in product(PRINCIPALS, RATES, PERIODS):
        expected = ROUNDED[rounding](exactly(principal, rate, periods))
        assert in_cents(level_payment(principal, rate, periods, rounding)) == expected, (principal, rate, periods)


@pytest.mark.parametrize(
    ("principal", "rate", "periods", "expected"),
    [
        # At 50 % over two periods it is nine tenths of the principal: 4.5 cents, 13.5 cents, $4.50 and so on.
        ("0.05", Fraction(1, 2), 2, ("0.05", "0.05", "0.00", "1.00")),
        ("0.15", Fraction(1, 2), 2, ("0.14", "0.14", "0.00", "1.00")),
        ("5.00", Fraction(1, 2), 2, ("4.50", "4.50", "5.00", "5.00")),
        ("4.90", Fraction(1, 2), 2, ("4.41", "4.41", "4.00", "5.00")),
        ("10.00", Fraction(1, 2), 2, ("9.00", "9.00", "9.00", "9.00")),
        ("10.01", Fraction(1, 2), 2, ("9.01", "9.01", "9.00", "10.00")),
        # At 100 % over one period it is twice the principal.
        ("0.25", Fraction(1), 1, ("0.50", "0.50", "1.00", "1.00")),
        # Without interest it is the principal by periods: half a cent, and a third of one.
        ("0.01", Fraction(0), 2, ("0.01", "0.01", "0.00", "1.00")),
        ("0.01", Fraction(0), 3, ("0.00", "0.01", "0.00", "1.00")),
        ("1.50", Fraction(0), 3, ("0.50", "0.50", "1.00", "1.00")),
    ],
)
def test_goes_up_from_half_a_unit_or_from_any_part_of_one(principal, rate, periods, expected):
    found = [level_payment(Decimal(principal), rate, periods, rounding) for rounding in PaymentRounding]
    assert [str(payment) for payment in found] == list(expected)


def test_is_shown_unrounded_to_28_digits():
    # Decimals of 60 digits: 55220.3702141898360420797652945...
    found = unrounded_level_payment(Decimal("10000000.00"), Fraction(525, 120000), 360)
    assert found == Decimal("55220.37021418983604207976529")
    assert unrounded_level_payment(Decimal("1.00"), Fraction(0), 3) == Decimal("0." + 28 * "3")


def test_that_was_never_rounded_leaves_a_balance_of_28_digits():
    # Decimals of 60 digits.
    leaves = [unrounded_balance(Decimal("10000000.00"), Fraction(21, 4800), 360, paid) for paid in (60, 120)]
    assert leaves == [Decimal("9214948.812680387086562456721"), Decimal("8194827.969454715342220727703")]
    assert unrounded_balance(Decimal("1.00"), Fraction(0), 3, 2) == Decimal("0." + 28 * "3")


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(21, 4800), Fraction(1, 2)])
def test_that_was_never_rounded_leaves_what_is_grown_less_what_is_paid(rate):
    principal, periods = Decimal("1000.00"), 12
    payment = exactly(principal, rate, periods) / 100
    balance = Fraction(principal)
    for paid in range(periods + 1):
        assert float(unrounded_balance(principal, rate, periods, paid)) == pytest.approx(float(balance), abs=1e-9)
        balance += balance * rate - payment
