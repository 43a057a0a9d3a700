from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.dashboard.model.exact import (
    LARGEST,
    UNKNOWN,
    by_each,
    known_text,
    products_by_code,
    quotient_text,
    scaled,
    text,
    total,
    total_of_products,
    totals_by_code,
)

amounts = st.integers(-LARGEST, LARGEST)
columns = st.lists(amounts, max_size=40)


def integers(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


class TestSums:
    @settings(deadline=None)
    @given(columns)
    def test_are_those_of_unbounded_integers(self, values: list[int]) -> None:
        assert total(integers(values)) == sum(values)

    def test_do_not_overflow_with_many_of_the_largest_values(self) -> None:
        assert total(np.full(300_000, LARGEST)) == 300_000 * LARGEST
        assert totals_by_code(np.zeros(300_000, np.int64), np.full(300_000, LARGEST), 1) == [300_000 * LARGEST]

    @settings(deadline=None)
    @given(st.lists(st.tuples(amounts, st.booleans()), max_size=40))
    def test_of_flagged_values_leave_unknown_ones_out(self, rows: list[tuple[int, bool]]) -> None:
        values = integers([value if flag else UNKNOWN for value, flag in rows])
        flags = np.array([flag for _, flag in rows], np.bool_)
        assert total(values, flags) == sum(value for value, flag in rows if flag)

    @settings(deadline=None)
    @given(st.lists(st.tuples(amounts, amounts), max_size=40))
    def test_of_products_are_those_of_unbounded_integers(self, rows: list[tuple[int, int]]) -> None:
        left, right = [one for one, _ in rows], [other for _, other in rows]
        expected = sum(one * other for one, other in rows)
        assert total_of_products(integers(left), integers(right)) == expected

    def test_of_many_products_do_not_overflow(self) -> None:
        rates = np.full(200_000, 12_345_678)
        assert total_of_products(np.full(200_000, LARGEST), rates) == 200_000 * LARGEST * 12_345_678

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 4), amounts, st.integers(-(2**40), 2**40)), max_size=40))
    def test_by_code_are_those_of_unbounded_integers(self, rows: list[tuple[int, int, int]]) -> None:
        codes, left, right = (integers([row[place] for row in rows]) for place in range(3))
        assert totals_by_code(codes, left, 5) == [sum(row[1] for row in rows if row[0] == code) for code in range(5)]
        assert products_by_code(codes, left, right, 5) == [
            sum(row[1] * row[2] for row in rows if row[0] == code) for code in range(5)
        ]

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), amounts, st.booleans()), max_size=40),
        st.sampled_from((4, 5000)),
    )
    def test_by_several_codings_do_not_depend_on_how_many_combinations_there_are(
        self, rows: list[tuple[int, int, int, bool]], size: int
    ) -> None:
        one, other, values = (integers([row[place] for row in rows]) for place in range(3))
        flags = np.array([row[3] for row in rows], np.bool_)
        (sums, counts), (other_sums, _) = by_each([one, other], [3, size], values, flags)
        assert sums.tolist() == [sum(row[2] for row in rows if row[0] == code) for code in range(3)]
        assert counts.tolist() == [sum(row[3] for row in rows if row[0] == code) for code in range(3)]
        assert other_sums[:4].tolist() == [sum(row[2] for row in rows if row[1] == code) for code in range(4)]


class TestQuotients:
    @settings(deadline=None)
    @given(st.integers(-(10**30), 10**30), st.integers(1, 10**30), st.integers(1, 10))
    def test_are_rounded_half_up_away_from_zero(self, numerator: int, denominator: int, places: int) -> None:
        exact = abs(Fraction(numerator, denominator)) * 10**places
        nearest = int(exact + Fraction(1, 2))
        expected = text(nearest if numerator >= 0 else -nearest, places)
        assert quotient_text(numerator, denominator, places) == expected

    def test_by_zero_are_none(self) -> None:
        assert quotient_text(5, 0, 6) is None


class TestScaling:
    @settings(deadline=None)
    @given(st.decimals(-(10**9), 10**9, places=5))
    def test_rounds_half_up_to_the_cent(self, value: Decimal) -> None:
        assert text(scaled(value, 2), 2) == f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}".replace(
            "-0.00", "0.00"
        )

    def test_holds_the_largest_amount(self) -> None:
        assert scaled(Decimal("9999999999999.99"), 2) == 999_999_999_999_999

    def test_refuses_what_a_column_cannot_hold(self) -> None:
        with pytest.raises(OverflowError):
            scaled(Decimal(10**14), 2)

    def test_an_unknown_value_has_no_text(self) -> None:
        assert known_text(UNKNOWN, 2) is None
        assert known_text(-5, 2) == "-0.05"
