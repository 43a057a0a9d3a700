"""Working: what two people do with the demonstration once it is there: calendar, inbox and notes have something then.

They reach the use cases that everybody's requests reach, and what is told of it comes by the ordinary way. It is done
while the server answers already, and once: whatever a kill leaves undone is done at the next start. The last step is
the mark of the whole: a loan that is changed by somebody is late, as it was planned.
"""

from __future__ import annotations

import asyncio
import datetime
import secrets
from typing import Final, NamedTuple

from realinsights import demonstration
from realinsights.auth import store as auth
from realinsights.auth.model import emails
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.invitations import InvitationState
from realinsights.auth.model.people import ProfileDraft, User
from realinsights.auth.service import invitations, links
from realinsights.auth.service.identity import Identity
from realinsights.contracts.loans import LoanStatus
from realinsights.contracts.permissions import Permission, Role, permissions_of
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights.demonstration.founding import TURNS_LATE, turned_late
from realinsights.loans.model.demonstration import TAG
from realinsights.loans.model.loan import Loan, draft_of
from realinsights.loans.service.loans import update_loan
from realinsights.loans.store import LOANS
from realinsights.notifications.model.dates import DateKind
from realinsights.notifications.model.notes import NewNote, NotedKind, NoteKind, NotePriority
from realinsights.notifications.queries.dates import DateFilter, listed_dates
from realinsights.notifications.service.dates import assign_date
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.notes import write_note
from realinsights.notifications.store import NOTES, PEOPLE
from realinsights_platform.cache.port import Leases
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Contains, Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import every
from realinsights_platform.principal import Principal

COLLEAGUE_EMAIL: Final = "morgan.ellis@example.com"
COLLEAGUE: Final = ProfileDraft(first_name="Morgan", last_name="Ellis", job_title="Asset manager")

_LEASE: Final = "demonstration"
_LEASE_SECONDS: Final = 60.0
_WAIT_SECONDS: Final = 30.0
"""So long is waited for notifications to know the people, well within the lease."""
_LOOK_SECONDS: Final = 0.1
"""So often is looked whether notifications know the people: workers tell it of them, maybe in another process."""


class Places(NamedTuple):
    """What the two people work with, of a process that holds these services."""

    identity: Identity
    loans: Storage
    notifications: Storage
    follower: Follower
    leases: Leases


async def work_in_demonstration(places: Places) -> None:
    """Let the colleague join, write notes, give out a date, and record that a loan is late; each once.

    Nothing is done where it was done before, where somebody has changed or removed the loan, or while another process
    is at it.
    """
    token = await places.leases.acquire(_LEASE, seconds=_LEASE_SECONDS)
    if token is None:
        return
    try:
        await _work(places)
    finally:
        await places.leases.release(_LEASE, token)


async def _work(places: Places) -> None:
    administrator = await _member(places.identity, demonstration.EMAIL)
    loan = None if administrator is None else await _waiting_loan(places.loans, administrator.org)
    if administrator is None or loan is None:
        return
    colleague = await _colleague(places.identity, administrator)
    if colleague is None:
        return
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            await _known(places.notifications, administrator, colleague)
    except TimeoutError:
        return  # no worker runs; the next start goes on
    await _noted(places, administrator, colleague, loan)
    await _late(places.loans, colleague, loan)


async def _member(identity: Identity, email: str) -> User | None:
    claim = await identity.documents.get(auth.CLAIM, SYSTEM, emails.email_key(email))
    return None if claim is None else await identity.documents.get(auth.USER, claim.owner_org, claim.owner_user)


async def _waiting_loan(loans: Storage, org: str) -> Loan | None:
    """Return the loan that is still as it was founded, and not as it was planned."""
    page = await loans.find(LOANS, org, Equal("number", TURNS_LATE), Contains("tags", TAG), limit=1)
    loan = page.items[0] if page.items else None
    return loan if loan is not None and loan.version == 1 and loan.status is LoanStatus.CURRENT else None


async def _colleague(identity: Identity, administrator: User) -> User | None:
    """Return the second member, who is invited and joins where they have not; None where they are somebody's already.

    Nobody knows the password: they cannot sign in until an administrator makes a link for a new one.
    """
    known = await _member(identity, COLLEAGUE_EMAIL)
    if known is not None:
        return known if known.org == administrator.org else None
    sent = await every(identity.documents, auth.INVITATION, administrator.org, Equal("email", COLLEAGUE_EMAIL))
    invitation = next((one for one in sent if one.state(identity.now()) is InvitationState.OPEN), None)
    if invitation is None:
        documents = identity.documents
        async with documents.unit(org=administrator.org, actor=administrator.id, business_date=_today()) as unit:
            invitation, _ = await invitations.invite(
                unit=unit, identity=identity, email=COLLEAGUE_EMAIL, role=Role.MANAGER
            )
    token = links.made(
        identity.secret,
        LinkPurpose.INVITATION,
        org=invitation.org,
        subject=invitation.id,
        expires_at=invitation.expires_at,
        once=invitation.email,
    )
    await invitations.accept(
        identity=identity,
        token_text=token.text(),
        profile=COLLEAGUE,
        password=secrets.token_urlsafe(32),
        address="",
    )
    return await _member(identity, COLLEAGUE_EMAIL)


async def _known(notifications: Storage, *people: User) -> None:
    """Return once notifications know these people: who is not known to them cannot be mentioned."""
    ids = [person.id for person in people]
    while len(await notifications.get_many(PEOPLE, people[0].org, ids)) < len(ids):  # noqa: ASYNC110 - see _LOOK_SECONDS
        await asyncio.sleep(_LOOK_SECONDS)


async def _noted(places: Places, administrator: User, colleague: User, loan: Loan) -> None:
    """Let both write their notes, and the colleague give out a date; one unit of work each."""
    await places.follower.current(loan.org)
    await _write(places, administrator, _own_notes(loan))
    await _write(places, colleague, _notes(loan, administrator), gives_to=administrator)


async def _write(places: Places, author: User, drafts: tuple[NewNote, ...], *, gives_to: User | None = None) -> None:
    """Write notes and give out a date, unless the author has written notes of the demonstration."""
    documents = places.notifications

    async def work(unit: Unit) -> None:
        if await documents.count(NOTES, unit.org, Contains("tags", TAG), Equal("author", author.id)):
            return
        for draft in drafts:
            await write_note(unit=unit, principal=_principal(author), draft=draft, now=places.identity.now())
        if gives_to is not None:
            await _give(unit, documents, to=gives_to, by=author)

    await committed(lambda: documents.unit(org=author.org, actor=author.id, business_date=_today()), work)


def _notes(loan: Loan, administrator: User) -> tuple[NewNote, ...]:
    """Return what the colleague writes."""
    return (
        NewNote(
            thing_kind=NotedKind.LOAN,
            thing_id=loan.id,
            text="The payment of this month has not come. The borrower's controller says that it is held up by a "
            "change of their bank, and promises it within the week. Please look at the reserve before we call them.",
            kind=NoteKind.WATCHLIST,
            priority=NotePriority.HIGH,
            pinned=True,
            mentions=(administrator.id,),
            tags=(TAG, "payment"),
        ),
        NewNote(
            thing_kind=NotedKind.PROPERTY,
            thing_id=loan.property_ids[0],
            text="Walked the building with the manager. Roof and parking are in good order; two suites on the ground "
            "floor are empty and being shown.",
            kind=NoteKind.INSPECTION,
            tags=(TAG,),
        ),
    )


def _own_notes(loan: Loan) -> tuple[NewNote, ...]:
    """Return what the administrator writes."""
    return (
        NewNote(
            thing_kind=NotedKind.LENDER,
            thing_id=loan.lender_id or "",
            text="They would look at refinancing what matures within the year, at up to 60 % of value.",
            kind=NoteKind.CALL,
            pinned=True,
            tags=(TAG,),
        ),
    )


async def _give(unit: Unit, notifications: Storage, *, to: User, by: User) -> None:
    """Give the next maturity to somebody."""
    confidential = Permission.FILE_CONFIDENTIAL in permissions_of(by.role)
    page = await listed_dates(
        notifications,
        org=unit.org,
        user=by.id,
        confidential=confidential,
        which=DateFilter(kind=(DateKind.MATURITY,), from_=unit.business_date),
        after=None,
        limit=1,
    )
    for date in page.items:
        await assign_date(
            unit=unit, date_id=date.id, assignee=to.id, expected_version=date.version, confidential=confidential
        )


async def _late(loans: Storage, colleague: User, loan: Loan) -> None:
    async with loans.unit(org=loan.org, actor=colleague.id, business_date=_today()) as unit:
        draft = turned_late(draft_of(loan))
        await update_loan(unit=unit, loan_id=loan.id, draft=draft, expected_version=loan.version)


def _principal(user: User) -> Principal:
    return Principal(
        user=user.id,
        org=user.org,
        session=f"system:{TAG}",
        role=user.role.value,
        permissions=permissions_of(user.role),
        scope="",
    )


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
