from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.contracts.loans import LoanDeleted, LoansEvent, PartyDeleted, PartyKind
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.digest import digest
from realinsights.dashboard.store.layout import Unreadable, pack_facts, pack_portfolio, unpack

Tell = Callable[..., Columns]


@pytest.fixture(scope="module")
def portfolio(told: Tell, events: ModuleType) -> Columns:
    loans = [events.generated_loan(index) for index in range(100)]
    history = [events.generated_history(loan, 1 + index % 5, loan.as_of) for index, loan in enumerate(loans)]
    return told([*events.parties(), *loans, *history])


class TestABlob:
    def test_gives_back_what_was_packed(self, portfolio: Columns) -> None:
        restored = unpack(pack_portfolio(portfolio), pack_facts(portfolio))
        assert digest(restored) == digest(portfolio)
        assert restored.ids == portfolio.ids

    def test_can_be_changed_once_it_is_read(self, told: Tell, events: ModuleType, portfolio: Columns) -> None:
        later: Iterable[LoansEvent] = [
            events.generated_loan(7, seed=8),
            events.generated_loan(500),
            LoanDeleted(loan_id=portfolio.ids[3]),
            PartyDeleted(kind=PartyKind.FUND, party_id="fund-1"),
        ]
        restored = unpack(pack_portfolio(portfolio), pack_facts(portfolio))
        again = unpack(pack_portfolio(restored), pack_facts(restored))
        assert digest(told(later, restored)) == digest(told(later, again)) != digest(portfolio)

    def test_of_nothing_gives_back_nothing(self) -> None:
        assert unpack(pack_portfolio(Columns()), pack_facts(Columns())).count == 0

    @settings(deadline=None)
    @given(st.floats(0, 1), st.binary(max_size=8))
    def test_that_is_damaged_is_refused(self, portfolio: Columns, place: float, damage: bytes) -> None:
        blob = pack_portfolio(portfolio)
        at = int(place * len(blob))
        for bad in (blob[:at], blob[:at] + damage + blob[at + len(damage) :], damage):
            if bad != blob:
                with pytest.raises(Unreadable):
                    unpack(bad, pack_facts(portfolio))

    def test_of_another_layout_is_refused(self, portfolio: Columns) -> None:
        blob = pack_portfolio(portfolio)
        with pytest.raises(Unreadable):
            unpack(b"RICOLS99" + blob[8:], pack_facts(portfolio))
        with pytest.raises(Unreadable):
            unpack(blob[:-1000], pack_facts(portfolio))


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
