from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.dashboard.model.segments import OWNER, Segments

values = st.lists(st.integers(-5, 5), max_size=6)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("replace"), st.integers(0, 9), values),
        st.tuples(st.just("append"), st.integers(0, 9), values),
        st.tuples(st.just("clear"), st.integers(0, 9), st.just([])),
        st.tuples(st.just("move"), st.integers(0, 9), st.lists(st.integers(0, 9), min_size=1, max_size=1)),
    ),
    max_size=200,
)


def rows(pool: Segments) -> dict[int, list[int]]:
    everything = pool.everything()
    owners, content = everything[OWNER].tolist(), everything[1].tolist()
    found: dict[int, list[int]] = {}
    for owner, value in zip(owners, content, strict=True):
        found.setdefault(owner, []).append(value)
    return found


class TestSegments:
    @settings(deadline=None)
    @given(steps)
    def test_hold_what_each_loan_was_given_through_any_changes(self, changes: list[tuple[str, int, list[int]]]) -> None:
        pool, plain = Segments(2), {}
        for what, row, given_values in changes:
            array = np.array([given_values], np.int64)
            if what == "replace":
                pool.replace(row, array)
                plain[row] = list(given_values)
            elif what == "append":
                pool.append(row, array)
                plain[row] = plain.get(row, []) + given_values
            elif what == "clear":
                pool.clear(row)
                plain.pop(row, None)
            elif given_values[0] != row:
                pool.clear(given_values[0])
                plain.pop(given_values[0], None)
                pool.move(row, given_values[0])
                plain[given_values[0]] = plain.pop(row, [])
        expected = {row: kept for row, kept in plain.items() if kept}
        assert rows(pool) == expected
        assert all(pool.of(row)[1].tolist() == kept for row, kept in plain.items())
        assert rows(Segments.restored(pool.everything())) == expected

    def test_reclaim_the_room_of_what_is_gone(self) -> None:
        pool = Segments(2)
        for length in range(1, 400):
            pool.replace(0, np.zeros((1, length), np.int64))
        assert pool.nbytes < 40_000
        assert pool.alive == 399
