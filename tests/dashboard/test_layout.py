from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.contracts.loans import LoanDeleted, LoansEvent, PartyDeleted, PartyKind, PeriodsWithdrawn
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.digest import digest
from realinsights.dashboard.store.layout import (
    Unreadable,
    pack_facts,
    pack_portfolio,
    unpack_facts,
    unpack_portfolio,
)

Tell = Callable[..., Columns]


def packed(columns: Columns) -> bytes:
    return pack_portfolio(columns, applied=7, facts="september")


def read_back(columns: Columns) -> Columns:
    restored, applied, facts = unpack_portfolio(packed(columns))
    assert (applied, facts) == (7, "september")
    restored.bring_facts(unpack_facts(pack_facts(columns)))
    return restored


@pytest.fixture(scope="module")
def portfolio(told: Tell, events: ModuleType) -> Columns:
    loans = [events.generated_loan(index) for index in range(100)]
    history = [events.generated_history(loan, 1 + index % 5, loan.as_of) for index, loan in enumerate(loans)]
    return told([*events.parties(), *loans, *history])


class TestABlob:
    def test_gives_back_what_was_packed(self, portfolio: Columns) -> None:
        restored = read_back(portfolio)
        assert digest(restored) == digest(portfolio)
        assert restored.ids.all() == portfolio.ids.all()

    def test_can_be_changed_once_it_is_read(self, told: Tell, events: ModuleType, portfolio: Columns) -> None:
        later: Iterable[LoansEvent] = [
            events.generated_loan(7, seed=8),
            events.generated_loan(500),
            LoanDeleted(loan_id=portfolio.ids[3]),
            PartyDeleted(kind=PartyKind.FUND, party_id="fund-1"),
        ]
        restored = read_back(portfolio)
        again = read_back(restored)
        assert digest(told(later, restored)) == digest(told(later, again)) != digest(portfolio)

    def test_may_change_before_its_month_facts_are_there(
        self, told: Tell, events: ModuleType, portfolio: Columns
    ) -> None:
        newcomer = events.generated_loan(500)
        later: list[LoansEvent] = [
            LoanDeleted(loan_id=portfolio.ids[3]),
            newcomer,
            events.generated_history(newcomer, 3, newcomer.as_of),
            events.generated_history(events.generated_loan(99), 9, newcomer.as_of),
            PeriodsWithdrawn(loan_id=events.generated_loan(98).loan_id, months=(datetime.date(2025, 12, 1),)),
            LoanDeleted(loan_id=newcomer.loan_id),
        ]
        restored, _, _ = unpack_portfolio(packed(portfolio))
        told(later, restored)
        assert not restored.has_facts
        restored.bring_facts(unpack_facts(pack_facts(portfolio)))
        assert digest(restored) == digest(told(later, read_back(portfolio))) != digest(portfolio)

    def test_of_nothing_gives_back_nothing(self) -> None:
        assert read_back(Columns()).count == 0

    @settings(deadline=None)
    @given(st.floats(0, 1), st.binary(max_size=8))
    def test_that_is_damaged_is_refused(self, portfolio: Columns, place: float, damage: bytes) -> None:
        blob = packed(portfolio)
        at = int(place * len(blob))
        for bad in (blob[:at], blob[:at] + damage + blob[at + len(damage) :], damage):
            if bad != blob:
                with pytest.raises(Unreadable):
                    unpack_portfolio(bad)

    def test_of_another_layout_is_refused(self, portfolio: Columns) -> None:
        blob = packed(portfolio)
        with pytest.raises(Unreadable):
            unpack_portfolio(b"RICOLS99" + blob[8:])
        with pytest.raises(Unreadable):
            unpack_portfolio(blob[:-1000])
        with pytest.raises(Unreadable):
            unpack_facts(pack_facts(portfolio)[:-1000])


class TestTheDigest:
    def test_does_not_depend_on_the_order_of_arrival(self, told: Tell, events: ModuleType) -> None:
        loans = [events.generated_loan(index) for index in range(30)]
        assert digest(told([*events.parties(), *loans])) == digest(told([*reversed(loans), *events.parties()]))

    def test_does_not_depend_on_what_is_gone(self, told: Tell, events: ModuleType) -> None:
        loans = [events.generated_loan(index) for index in range(30)]
        gone = LoanDeleted(loan_id=loans[4].loan_id)
        assert digest(told([*loans, gone])) == digest(told([loan for loan in loans if loan.loan_id != gone.loan_id]))

    def test_tells_every_change(self, told: Tell, events: ModuleType) -> None:
        loan = events.a_loan("1")
        assert digest(told([loan])) != digest(told([events.a_loan("1", rate="0.0501")]))
