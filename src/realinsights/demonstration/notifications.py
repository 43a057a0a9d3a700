"""Notifications' part of the demonstration: notes about its loans, and a date that is given to whoever asked for it."""

from __future__ import annotations

from realinsights.contracts.demonstration import ACTOR, TAG, DemonstrationFacts, NotedLoan
from realinsights.contracts.permissions import Permission, permissions_of
from realinsights.notifications.model.dates import DateKind
from realinsights.notifications.model.notes import NewNote, NotedKind, NoteKind, NotePriority
from realinsights.notifications.model.people import Person
from realinsights.notifications.queries.dates import DateFilter, listed_dates
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.dates import assign_date
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.hearing import Hearing
from realinsights.notifications.service.notes import write_note
from realinsights.notifications.store import LAST_STEPS, NOTES, PEOPLE
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Contains, Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.events import Message
from realinsights_platform.principal import Principal
from realinsights_platform.stepping import answered, superseded
from realinsights_platform.steps import StepAnswered, StepRequested


async def put(
    message: Message, event: StepRequested, *, documents: Storage, hearing: Hearing, follower: Follower, now: Clock
) -> StepAnswered:
    """Write the notes, unless they are there, and give the next maturity to whoever asked, as one unit of work.

    The colleague writes them, where there is one. People and dates are read from the journals first: who is not known
    cannot be told.
    """
    facts = DemonstrationFacts.of(event.told)
    loan = facts.noted
    if loan is None:
        return answered(event)
    author = facts.colleague or ACTOR
    await hearing.catch_up(message, "auth", "loans")
    await follower.catch_up(message.org)

    async def work(unit: Unit) -> int:
        if await superseded(unit, LAST_STEPS, TAG, message):
            return 0
        if await documents.count(NOTES, unit.org, Contains("tags", TAG), Equal("author", author)):
            return 0
        asker = None if facts.asker is None else await unit.get(PEOPLE, facts.asker)
        if asker is not None and not asker.active:
            asker = None
        drafts = invented_notes(loan, mentions=() if asker is None else (asker.id,))
        for draft in drafts:
            await write_note(unit=unit, principal=_principal(unit.org, author), draft=draft, now=now())
        if asker is not None:
            await _give(unit, documents, loan.maturing_id, to=asker)
        return len(drafts)

    written, _ = await committed(
        lambda: documents.unit(org=message.org, actor=author, business_date=message.business_date), work
    )
    return answered(event, counts={"notes": written})


def invented_notes(loan: NotedLoan, *, mentions: tuple[str, ...]) -> tuple[NewNote, ...]:
    """Return notes about a loan, its property and its lender."""
    return (
        NewNote(
            thing_kind=NotedKind.LOAN,
            thing_id=loan.id,
            text="The payment of this month has not come. The borrower's controller says that it is held up by a "
            "change of their bank, and promises it within the week. Please look at the reserve before we call them.",
            kind=NoteKind.WATCHLIST,
            priority=NotePriority.HIGH,
            pinned=True,
            mentions=mentions,
            tags=(TAG, "payment"),
        ),
        NewNote(
            thing_kind=NotedKind.PROPERTY,
            thing_id=loan.property_id,
            text="Walked the building with the manager. Roof and parking are in good order; two suites on the ground "
            "floor are empty and being shown.",
            kind=NoteKind.INSPECTION,
            tags=(TAG,),
        ),
        NewNote(
            thing_kind=NotedKind.LENDER,
            thing_id=loan.lender_id,
            text="They would look at refinancing what matures within the year, at up to 60 % of value.",
            kind=NoteKind.CALL,
            pinned=True,
            tags=(TAG,),
        ),
    )


async def _give(unit: Unit, documents: Storage, loan_id: str, *, to: Person) -> None:
    """Give a loan's maturity to somebody."""
    confidential = Permission.FILE_CONFIDENTIAL in permissions_of(to.role)
    page = await listed_dates(
        documents,
        org=unit.org,
        user=to.id,
        confidential=confidential,
        which=DateFilter(kind=(DateKind.MATURITY,), loan_id=loan_id),
        after=None,
        limit=1,
    )
    for date in page.items:
        await assign_date(
            unit=unit, date_id=date.id, assignee=to.id, expected_version=date.version, confidential=confidential
        )


def _principal(org: str, author: str) -> Principal:
    return Principal(user=author, org=org, session=ACTOR, role="", permissions=frozenset(), scope="")
