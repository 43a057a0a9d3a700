"""When a refinance flips: the first month whose gap is on the other side of zero than today's."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from realinsights.loans.model.refinance_flip import GapOn, RefinanceFlip, flip_of
from realinsights_finance.due_dates import add_months

SINCE = datetime.date(2025, 12, 31)
GAPS = st.lists(st.integers(-3, 3).map(Decimal), min_size=2, max_size=30)


def days(gaps: list[Decimal]) -> dict[datetime.date, GapOn]:
    return {add_months(SINCE, month): GapOn(gap) for month, gap in enumerate(gaps)}


@given(gaps=GAPS)
def test_is_the_first_month_on_the_other_side_of_zero(gaps: list[Decimal]) -> None:
    known = days(gaps)
    found = flip_of(known.__getitem__, since=SINCE, until=max(known))
    short = gaps[0] > 0
    if isinstance(found, str):
        assert all((gap > 0) is short for gap in gaps)
        return
    assert (known[found.on].gap, found.gap_today) == (found.gap, gaps[0])
    assert (found.gap > 0) is not short
    assert found.financeable is short
    assert all((known[day].gap > 0) is short for day in known if day < found.on)  # type: ignore[operator]


def test_the_last_day_counts_too_where_it_is_no_whole_month_away() -> None:
    until = datetime.date(2026, 3, 10)
    found = flip_of(lambda day: GapOn(Decimal(-1 if day == until else 1)), since=SINCE, until=until)
    assert isinstance(found, RefinanceFlip)
    assert found.on == until


def test_stops_where_a_gap_is_not_known() -> None:
    known = {**days([Decimal(1), Decimal(1)]), datetime.date(2026, 2, 28): GapOn(None, "its rate floats")}
    found = flip_of(known.__getitem__, since=SINCE, until=datetime.date(2026, 3, 31))
    assert found == "the gap on 2026-02-28 is not known: its rate floats"
