"""Expiries of documents: what their dates become as documents are filed, renewed, linked and deleted."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.files import (
    DocumentDeleted,
    DocumentKind,
    DocumentRecorded,
    Link,
    LinkedKind,
    VersionReceived,
)
from realinsights.notifications.model.dates import CriticalDate, DateState, ShownTo, settled
from realinsights.notifications.model.expiring import DocumentDates, ToldOfDocument, expiry_dates, heard_document
from realinsights.notifications.model.following import LoanDates

TODAY = datetime.date(2026, 11, 1)
DAY = datetime.timedelta(days=1)
SOON, LATER = TODAY + 40 * DAY, TODAY + 400 * DAY


class Paper:
    """A document and its dates, as its events come."""

    def __init__(self, a_loan: Any, *, deleted: Sequence[str] = ()) -> None:
        self.said: DocumentDates | None = None
        self.dates: dict[str, CriticalDate] = {}
        self.loans = {
            key: LoanDates(
                id=key, org="acme", sequence=1, until=TODAY, deleted=key in deleted,
                terms=a_loan(loan_id=key, number=key[-1], name=f"Pier {key[-1]}"),
            )
            for key in ("loan-1", "loan-2", *deleted)
        }  # fmt: skip

    def hear(self, event: ToldOfDocument, *, today: datetime.date = TODAY) -> list[CriticalDate]:
        self.said = heard_document(self.said, event, org="acme", sequence=1)
        if self.said is None:
            return []
        version = event.number if isinstance(event, VersionReceived) and event.number > 1 else None
        changed = list(expiry_dates(self.said, self.dates.values(), self.loans, today=today, version=version))
        self.dates |= {date.id: date for date in changed}
        return changed

    def say(self, on: datetime.date | None, *loans: str, today: datetime.date = TODAY, **more: Any) -> None:
        links = tuple(Link(kind=LinkedKind.LOAN, id=loan) for loan in loans)
        event = DocumentRecorded(
            document_id="doc", expires_on=on,
            **{"title": "Policy", "kind": DocumentKind.INSURANCE, "confidential": False, "links": links, **more},
        )  # fmt: skip
        self.hear(event, today=today)

    def hear_again(self, today: datetime.date) -> list[CriticalDate]:
        """Return what changes where the same is said once more."""
        assert self.said is not None
        return list(expiry_dates(self.said, self.dates.values(), self.loans, today=today))

    def mark(self, date: CriticalDate, **said: Any) -> None:
        self.dates[date.id] = msgspec.structs.replace(date, **said)

    @property
    def shown(self) -> list[CriticalDate]:
        return [date for date in self.dates.values() if not date.gone]

    @property
    def told(self) -> list[tuple[datetime.date, str, str | None]]:
        return [(date.on, date.state.value, date.loan_number) for date in self.shown]


@pytest.fixture
def paper(a_loan: Any) -> Paper:
    return Paper(a_loan)


class TestAnExpiry:
    def test_is_a_date_of_each_loan_that_the_document_is_linked_to(self, paper: Paper) -> None:
        paper.say(SOON, "loan-1", "loan-2")
        assert paper.told == [(SOON, "open", "1"), (SOON, "open", "2")]

    def test_of_a_document_of_no_loan_is_a_date_without_one(self, paper: Paper) -> None:
        paper.say(SOON, links=(Link(kind=LinkedKind.PROPERTY, id="p1"),))
        (date,) = paper.shown
        assert (date.loan_id, date.loan_number, date.on, date.kind.value) == (None, None, SOON, "document_expiry")

    def test_of_a_loan_that_nobody_knows_is_a_date_without_one(self, paper: Paper) -> None:
        paper.say(SOON, "loan-9")
        assert paper.told == [(SOON, "open", None)]

    def test_that_is_past_when_it_is_first_said_makes_no_date(self, paper: Paper) -> None:
        paper.say(TODAY - DAY, "loan-1")
        assert paper.told == []
        paper.say(TODAY, "loan-1")
        assert paper.told == [(TODAY, "open", "1")]

    def test_reminds_of_the_leads_that_lie_ahead(self, paper: Paper) -> None:
        paper.say(SOON)
        (date,) = paper.shown
        assert date.reminded == 90
        assert date.due_at == datetime.datetime.combine(SOON - 30 * DAY, datetime.time(12), datetime.UTC)

    def test_of_a_confidential_document_is_shown_to_few_and_named_without_its_title(self, paper: Paper) -> None:
        paper.say(SOON, title="Sale of Pier 1", confidential=True)
        (date,) = paper.shown
        assert date.shown_to is ShownTo.CONFIDENTIAL
        assert date.document is not None
        assert date.document.words == "Confidential document (insurance)"
        paper.say(SOON, title="Sale of Pier 1", confidential=False)
        assert paper.shown[0].shown_to is ShownTo.EVERYBODY


class TestAnotherDay:
    def test_moves_a_date_that_is_far_and_opens_it_again(self, paper: Paper) -> None:
        paper.say(TODAY + 200 * DAY, "loan-1")
        (date,) = paper.shown
        paper.mark(settled(date, DateState.DONE, by="ann", evidence="Seen"), assignee="ann")
        paper.say(LATER, "loan-1")
        (moved,) = paper.shown
        assert (moved.id, moved.on, moved.state, moved.assignee) == (date.id, LATER, DateState.OPEN, "ann")
        assert (moved.evidence, moved.settled_by, moved.reminded) == (None, None, None)

    def test_that_is_earlier_moves_it(self, paper: Paper) -> None:
        paper.say(SOON, "loan-1")
        paper.say(SOON - 10 * DAY, "loan-1")
        assert paper.told == [(SOON - 10 * DAY, "open", "1")]

    @pytest.mark.parametrize("state", [DateState.OPEN, DateState.SNOOZED, DateState.MISSED])
    def test_that_is_later_settles_one_that_is_near_and_is_another_date(self, paper: Paper, state: DateState) -> None:
        paper.say(SOON, "loan-1")
        paper.mark(paper.shown[0], state=state, assignee="ann")
        paper.say(LATER, "loan-1", today=SOON + 3 * DAY)
        before, after = paper.shown
        assert (before.state, before.on, before.settled_by) == (DateState.DONE, SOON, None)
        assert before.evidence == f"The document holds until {LATER}."
        assert (after.state, after.on, after.occurrence, after.assignee) == (DateState.OPEN, LATER, 2, "ann")

    def test_keeps_what_people_said_of_the_one_before(self, paper: Paper) -> None:
        paper.say(SOON)
        paper.mark(settled(paper.shown[0], DateState.WAIVED, by="ann", evidence="Sold"))
        paper.say(LATER)
        assert [(date.state, date.evidence) for date in paper.shown] == [
            (DateState.WAIVED, "Sold"), (DateState.OPEN, None),
        ]  # fmt: skip

    def test_that_is_past_too_moves_it(self, paper: Paper) -> None:
        paper.say(SOON)
        paper.say(SOON + DAY, today=SOON + 9 * DAY)
        assert paper.told == [(SOON + DAY, "open", None)], "the scheduler finds that it was missed"


class TestAnotherVersion:
    def test_settles_a_date_that_is_near(self, paper: Paper) -> None:
        paper.say(SOON, "loan-1")
        paper.hear(VersionReceived(document_id="doc", number=2))
        (date,) = paper.shown
        assert (date.state, date.evidence) == (DateState.DONE, "Version 2 was filed.")

    def test_that_comes_after_the_later_day_leaves_the_later_date_open(self, paper: Paper) -> None:
        paper.say(SOON)
        paper.say(LATER)
        paper.hear(VersionReceived(document_id="doc", number=2))
        assert paper.told == [(SOON, "done", None), (LATER, "open", None)]

    def test_that_is_the_first_settles_nothing(self, paper: Paper) -> None:
        paper.say(SOON)
        assert paper.hear(VersionReceived(document_id="doc", number=1)) == []

    def test_of_a_document_that_never_expired_is_nothing(self, paper: Paper) -> None:
        assert paper.hear(VersionReceived(document_id="doc", number=2)) == []
        paper.say(None)
        assert paper.said is None


class TestWhatIsGone:
    def test_is_what_has_no_day_any_more_and_comes_back_as_it_was(self, paper: Paper) -> None:
        paper.say(SOON)
        paper.mark(settled(paper.shown[0], DateState.WAIVED, by="ann", evidence="Sold"))
        paper.say(None)
        assert paper.told == []
        paper.say(SOON)
        assert paper.told == [(SOON, "waived", None)]

    def test_is_what_was_deleted(self, paper: Paper) -> None:
        paper.say(SOON, "loan-1")
        paper.say(LATER, "loan-1")
        assert len(paper.hear(DocumentDeleted(document_id="doc"))) == 2
        assert paper.told == []
        paper.say(LATER, "loan-1")
        assert paper.told == [(SOON, "done", "1"), (LATER, "open", "1")]

    def test_is_of_a_loan_that_is_linked_no_more_and_the_next_has_what_was_said(self, paper: Paper) -> None:
        paper.say(SOON)
        paper.mark(paper.shown[0], state=DateState.SNOOZED, snoozed_until=TODAY + DAY, assignee="ann")
        paper.say(SOON, "loan-2")
        (date,) = paper.shown
        assert (date.loan_number, date.state, date.assignee) == ("2", DateState.SNOOZED, "ann")

    def test_is_of_a_loan_that_is_deleted(self, a_loan: Any) -> None:
        paper = Paper(a_loan, deleted=["loan-3"])
        paper.say(SOON, "loan-1", "loan-3")
        assert paper.told == [(SOON, "open", "1")]


_EVENTS = st.lists(
    st.one_of(
        st.tuples(st.integers(-50, 500), st.sets(st.sampled_from(["loan-1", "loan-2", "loan-9"])), st.booleans()),
        st.integers(1, 3),
        st.none(),
    ),
    max_size=12,
)


@given(events=_EVENTS)
def test_whatever_comes_one_date_of_each_loan_waits_for_the_day_that_is_said(a_loan: Any, events: list[Any]) -> None:
    paper = Paper(a_loan)
    for step, event in enumerate(events):
        today = TODAY + 20 * step * DAY
        match event:
            case None:
                paper.hear(DocumentDeleted(document_id="doc"), today=today)
            case int():
                paper.hear(VersionReceived(document_id="doc", number=event), today=today)
            case ahead, loans, confidential:
                paper.say(today + ahead * DAY, *sorted(loans), today=today, confidential=confidential)
        assert paper.said is None or paper.hear_again(today) == []
        if paper.said is None or paper.said.expires_on is None:
            assert paper.shown == []
            continue
        for date in paper.shown:
            of_loan = [other for other in paper.shown if other.loan_id == date.loan_id]
            waiting = [other for other in of_loan if other.state is DateState.OPEN]
            assert [other.on for other in waiting] in ([], [paper.said.expires_on])
            assert date.loan_id in {None, *paper.said.loans}
            assert len({other.occurrence for other in of_loan}) == len(of_loan)
