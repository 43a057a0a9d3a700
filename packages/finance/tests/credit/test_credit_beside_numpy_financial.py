"""Thousands of random loans beside numpy-financial, which knows payments, present values and rates in floats."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import numpy_financial
import pytest

from realinsights_finance.credit import (
    Collateral,
    LendingTests,
    NoBreakEvenRate,
    Quote,
    break_even_rate,
    loan_constant,
    refinance,
    size,
)

LOANS = 3000
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def draws():
    """Return income, minimum DSCR, rate, amortization and balloon of many loans, the same ones each time."""
    draw = random.Random(20251231)  # noqa: S311 - loans, not secrets
    return [
        (
            Decimal(draw.randint(5_000_000, 5_000_000_000)) / 100,
            Decimal(draw.randint(100, 200)) / 100,
            Decimal(draw.randint(100, 1500)) / 10_000,
            draw.randint(60, 480),
            Decimal(draw.randint(50_000_000, 50_000_000_000)) / 100,
        )
        for _ in range(LOANS)
    ]


def test_proceeds_are_the_present_value_of_what_income_covers(draws):
    for income, minimum, rate, months, _ in draws:
        quote = Quote(rate=rate, amortization_months=months)
        proceeds = size(Collateral(income=income), LendingTests(minimum_dscr=minimum), quote).proceeds
        theirs = numpy_financial.pv(float(rate) / 12, months, -float(income) / float(minimum) / 12)
        # Floats hold a balance to a few parts in 10^13; to the cent but for a tie within that.
        assert abs(float(proceeds) - theirs) <= 0.005 + theirs * 1e-12


def test_constants_are_a_year_of_payments(draws):
    for _, _, rate, months, _ in draws:
        theirs = -12 * numpy_financial.pmt(float(rate) / 12, months, 1)
        assert math.isclose(float(loan_constant(rate, months)), theirs, rel_tol=1e-12)


def test_break_even_rates_are_the_rates_of_the_payment_that_income_covers(draws):
    found = 0
    for income, minimum, _, months, balloon in draws:
        try:
            rate = break_even_rate(balloon, income, minimum_dscr=minimum, amortization_months=months)
        except NoBreakEvenRate:
            covered = float(income / minimum)
            assert covered < 12 / months * float(balloon) or covered >= float(balloon) * float(
                loan_constant(Decimal(1), months)
            )
            continue
        payment = numpy_financial.pmt(float(rate) / 12, months, -float(balloon))
        assert math.isclose(12 * payment, float(income / minimum), rel_tol=1e-8)
        found += 1
    assert found > LOANS // 4


def test_at_the_break_even_rate_the_gap_closes(draws):
    closed = 0
    for income, minimum, _, months, balloon in draws[:300]:
        try:
            rate = break_even_rate(balloon, income, minimum_dscr=minimum, amortization_months=months)
        except NoBreakEvenRate:
            continue
        quote = Quote(rate=rate, amortization_months=months)
        gap = refinance(balloon, Collateral(income=income), LendingTests(minimum_dscr=minimum), quote).gap
        # The rate is a whole number of 10^-12, so the proceeds may exceed the balloon by what that is worth.
        assert -balloon * Decimal("1e-9") - CENT <= gap <= 0
        closed += 1
    assert closed > 75
