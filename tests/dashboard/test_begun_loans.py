"""Loans that are new begin all at once, and leave what one event after the other leaves."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from types import ModuleType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.contracts.loans import LoanDeleted, PeriodsRecorded, PeriodsWithdrawn
from realinsights.dashboard.model.changes import begin_loans
from realinsights.dashboard.model.columns import BLOCK, Columns
from realinsights.dashboard.model.digest import digest
from realinsights_platform.events import Event

Tell = Callable[..., Columns]

# What a unit of work tells of a loan: (which, the loan, a number that varies it)
TOLD = st.tuples(
    st.sampled_from(["recorded", "recorded", "recorded", "months", "months", "withdrawn", "deleted"]),
    st.integers(0, 7),
    st.integers(0, 3),
)


def an_event(events: ModuleType, what: str, index: int, variant: int) -> Event:
    loan = events.generated_loan(index, seed=7 + variant)
    if what == "recorded":
        return msgspec.structs.replace(loan, collateral=loan.collateral[variant // 3 :])
    if what == "deleted":
        return LoanDeleted(loan_id=loan.loan_id)
    if what == "withdrawn":
        return PeriodsWithdrawn(loan_id=loan.loan_id, months=(datetime.date(2025, 12, 1),))
    told: PeriodsRecorded = events.generated_history(loan, variant, datetime.date(2025, 12 - variant, 1))
    return msgspec.structs.replace(told, periods=told.periods[::-1] + told.periods[: variant // 3])


def ordered(unit: Iterable[Event]) -> list[Event]:
    """Return a unit's events, loans before the months of their past."""
    return sorted(unit, key=lambda event: isinstance(event, PeriodsRecorded | PeriodsWithdrawn))


class TestNewLoans:
    @settings(deadline=None)
    @given(st.lists(st.lists(TOLD, max_size=12), max_size=4))
    def test_begin_as_if_each_event_were_applied(self, told: Tell, events: ModuleType, units: list[object]) -> None:
        together, apart = Columns(), Columns()
        for unit in units:
            happened = [an_event(events, *said) for said in unit]
            told(ordered(begin_loans(together, happened)), together)
            told(ordered(happened), apart)
        assert digest(together) == digest(apart)
        assert pledged(together) == pledged(apart)

    def test_are_new_to_every_block_that_they_are_in(self, told: Tell, events: ModuleType) -> None:
        columns = told(events.generated_loan(index) for index in range(3))
        before = columns.changes(0)
        others = begin_loans(columns, [events.generated_loan(index) for index in range(3, 2 * BLOCK + 5)])
        assert (others, columns.count) == ([], 2 * BLOCK + 5)
        assert columns.changes(0) != before
        assert len({columns.changes(block) for block in range(3)}) == 3
        with pytest.raises(IndexError):
            columns.changes(3)


def pledged(columns: Columns) -> dict[str | None, int]:
    """Return by property how many outstanding loans it secures."""
    (properties,) = [names for kind, names in columns.parties.items() if kind.value == "property"]
    counts = [*columns.pledges.tolist(), *[0] * len(properties)]
    return {key: count for key, count in zip(properties.keys, counts, strict=False) if count}
