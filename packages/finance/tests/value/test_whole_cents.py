"""Parts in cents that sum to the whole, and the bounded search for a root."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.value.roots import bracketed_root
from realinsights_finance.value.whole_cents import parts_in_cents


@given(st.lists(st.fractions(-(10**9), 10**9), max_size=50))
def test_parts_sum_to_the_rounded_sum_and_none_is_a_cent_off(exact):
    parts = parts_in_cents(exact)
    assert abs(Fraction(sum(parts, Decimal(0))) - sum(exact)) <= Fraction(1, 200)
    assert all(abs(Fraction(part) - amount) <= Fraction(1, 100) for part, amount in zip(parts, exact, strict=True))


def test_half_a_cent_goes_away_from_zero():
    assert parts_in_cents([Fraction(5, 1000)]) == (Decimal("0.01"),)
    assert parts_in_cents([Fraction(-5, 1000)]) == (Decimal("-0.01"),)


@pytest.mark.parametrize("power", [1, 3, 9, 41])
def test_a_root_is_found_to_the_tolerance_however_flat_the_function_is(power):
    root = bracketed_root(lambda point: (point - Decimal("0.3")) ** power, Decimal(-5), Decimal(1000), Decimal("1e-20"))
    assert abs(root - Decimal("0.3")) <= Decimal("1e-20")


def test_a_search_ends_though_the_function_jumps():
    root = bracketed_root(
        lambda point: Decimal(-1) if point < 2 else Decimal(10**9), Decimal(0), Decimal(9), Decimal("1e-15")
    )
    assert abs(root - 2) <= Decimal("1e-15")


def test_an_end_may_be_the_root_and_one_sign_is_refused():
    assert bracketed_root(lambda point: point, Decimal(0), Decimal(1), Decimal("1e-9")) == 0
    with pytest.raises(ValueError, match="no change of sign between 1 and 2"):
        bracketed_root(lambda point: point, Decimal(1), Decimal(2), Decimal("1e-9"))
