"""Reactions to events: what each changes in what the service knows, and whom it tells."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import msgspec

from realinsights.contracts.auth import (
    LinkRequested,
    MemberDeactivated,
    MemberInvited,
    MemberJoined,
    MemberRecorded,
    OrganizationDeletionRefused,
    OrganizationDeletionRequested,
    OrganizationDeletionUndone,
    OrganizationRecorded,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorAdded,
    SecondFactorRemoved,
    SignedInFromNewDevice,
)
from realinsights.contracts.loans import (
    ImportEnded,
    ImportOutcome,
    LoanDeleted,
    LoanRecorded,
    ReportFinished,
)
from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.loans import (
    WatchedLoan,
    delinquency_change,
    figure_moves,
    is_worse,
    watched,
)
from realinsights.notifications.model.notifications import SINGLY, Notice, Thing, ThingKind, listed
from realinsights.notifications.model.people import Organization, Person
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.feeds import revoke_feeds_of
from realinsights.notifications.service.linking import put_link_mail
from realinsights.notifications.service.neighbors import with_neighbors
from realinsights.notifications.service.telling import ActivePeople, tell
from realinsights.notifications.service.watching import active_rules, watch_loans
from realinsights.notifications.store import ORGANIZATIONS, PEOPLE, WATCHED_LOANS
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.walking import many_in
from realinsights_platform.events import Event, Message

_AT_ONCE: Final = 50
_NAMED: Final = 10


@dataclass(slots=True)
class Reaction:
    """One message being reacted to: `loud` says whether people are told, or only what is known is brought up to date.

    `changed` are the loans told in it, as they were before and are now; `loans` are those of its events, where known;
    `touched` are the properties that they are or were on.
    """

    unit: Unit
    people: ActivePeople
    message: Message
    loud: bool
    changed: dict[str, tuple[WatchedLoan | None, WatchedLoan]] = field(default_factory=dict)
    loans: dict[str, WatchedLoan] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    async def tell(self, people: tuple[str, ...], notice: Notice) -> None:
        """Tell people where this is loud."""
        if self.loud:
            await tell(self.unit, people=people, notice=notice, at=self.message.at)

    def key(self, *parts: str) -> str:
        """Return the key of what this message says of something: the same whenever it comes."""
        return ":".join((self.message.service, str(self.message.sequence), *parts))


async def react(reaction: Reaction) -> None:
    """Do what a message's events lead to, in the reaction's unit of work."""
    events = reaction.message.events
    loans = [event.loan_id for event in events if isinstance(event, LoanRecorded | LoanDeleted)]
    reaction.loans = await many_in(reaction.unit, WATCHED_LOANS, loans)
    for number, event in enumerate(events):
        act = REACTIONS.get(type(event))
        if act is not None:
            await act(reaction, event)
        if number % _AT_ONCE == _AT_ONCE - 1:
            await asyncio.sleep(0)  # a part of an import has hundreds: others have their turn
    await _tell_of_loans(reaction)


async def _organization_recorded(reaction: Reaction, event: OrganizationRecorded) -> None:
    org = reaction.unit.org
    known = await reaction.unit.get(ORGANIZATIONS, org)
    version = known.version if known is not None else 0
    organization = Organization(id=org, org=org, version=version, name=event.name, time_zone=event.time_zone)
    if organization != known:
        reaction.unit.put(ORGANIZATIONS, organization)


async def _member_recorded(reaction: Reaction, event: MemberRecorded) -> None:
    known = await reaction.unit.get(PEOPLE, event.user_id)
    person = Person(
        id=event.user_id,
        org=reaction.unit.org,
        version=known.version if known is not None else 0,
        email=event.email,
        first_name=event.first_name,
        last_name=event.last_name,
        role=event.role,
        active=event.active,
        email_verified=event.email_verified,
        limited=event.limited,
    )
    if person != known:
        reaction.unit.put(PEOPLE, person)


async def _member_invited(reaction: Reaction, event: MemberInvited) -> None:
    await reaction.tell(
        await reaction.people.who_may(Permission.MEMBER_MANAGE),
        Notice(
            key=f"invited:{event.invitation_id}",
            topic=Topic.MEMBER_INVITED,
            title=f"{event.email} was invited",
            body=f"As {event.role.value}.",
        ),
    )


async def _member_joined(reaction: Reaction, event: MemberJoined) -> None:
    await reaction.tell(
        await reaction.people.who_may(Permission.MEMBER_MANAGE, but=event.user_id),
        Notice(
            key=f"joined:{event.user_id}",
            topic=Topic.MEMBER_JOINED,
            title=f"{event.email} joined",
            body=f"As {event.role.value}.",
            thing=Thing(kind=ThingKind.MEMBER, id=event.user_id),
        ),
    )


async def _member_deactivated(reaction: Reaction, event: MemberDeactivated) -> None:
    await revoke_feeds_of(unit=reaction.unit, user=event.user_id)


async def _deletion_requested(reaction: Reaction, event: OrganizationDeletionRequested) -> None:
    await _tell_of_deletion(
        reaction,
        event.undertaking_id,
        title="Your organization is to be deleted",
        body=f"An administrator asked for it. It begins at {event.begins_at:%Y-%m-%d %H:%M} UTC with all its data. "
        "Until then any administrator can undo it under Organization.",
        but=event.user_id,
    )


async def _deletion_undone(reaction: Reaction, event: OrganizationDeletionUndone) -> None:
    await _tell_of_deletion(
        reaction,
        event.undertaking_id,
        title="Your organization is not deleted",
        body="An administrator took the deletion back.",
        but=event.user_id,
    )


async def _deletion_refused(reaction: Reaction, event: OrganizationDeletionRefused) -> None:
    await _tell_of_deletion(
        reaction,
        event.undertaking_id,
        title="Your organization cannot be deleted",
        body="Nothing was deleted. " + "; ".join(event.objections[:_NAMED]),
    )


async def _tell_of_deletion(
    reaction: Reaction, undertaking: str, *, title: str, body: str, but: str | None = None
) -> None:
    """Tell every administrator, but who did it: whatever they prefer, since all their data is at stake."""
    notice = Notice(key=f"deletion:{undertaking}:{title}", topic=Topic.ACCOUNT, title=title, body=body, urgent=True)
    await reaction.tell(await reaction.people.who_may(Permission.ORGANIZATION_MANAGE, but=but), notice)


async def _new_device(reaction: Reaction, event: SignedInFromNewDevice) -> None:
    await reaction.tell(
        (event.user_id,),
        Notice(
            key=f"new-device:{event.session_id}",
            topic=Topic.NEW_DEVICE,
            title="You signed in from a new device",
            body=f"From {event.address}, with {event.client[:200] or 'an unnamed program'}. If that was not you, "
            "change your password and end the session.",
            urgent=True,
        ),
    )


async def _second_factor(
    reaction: Reaction, event: SecondFactorAdded | SecondFactorRemoved | RecoveryCodesMade | RecoveryCodeUsed
) -> None:
    title, body = _told_of_second_factor(event)
    notice = Notice(
        key=reaction.key("second-factor", event.user_id, title),
        topic=Topic.ACCOUNT,
        title=title,
        body=f"{body} If that was not you, change your password and tell an administrator.",
        urgent=True,
    )
    await reaction.tell((event.user_id,), notice)


def _told_of_second_factor(event: Event) -> tuple[str, str]:
    match event:
        case SecondFactorAdded():
            return "An authenticator app was added to your account", "Signing in needs its code from now on."
        case SecondFactorRemoved():
            return "Your authenticator app was taken away", "Signing in needs your password alone from now on."
        case RecoveryCodesMade():
            return "You have new recovery codes", "Those before are good no more."
        case RecoveryCodeUsed(left=left):
            return "You signed in by a recovery code", f"{left or 'None'} {'is' if left < 2 else 'are'} left."
    raise TypeError(event)


async def _link_requested(reaction: Reaction, event: LinkRequested) -> None:
    if reaction.loud:
        await put_link_mail(reaction.unit, event, at=reaction.message.at)


async def _import_ended(reaction: Reaction, event: ImportEnded) -> None:
    if event.dry_run:
        return
    title, body = _told_of_import(event)
    await reaction.tell(
        (event.requested_by,),
        Notice(
            key=f"import:{event.import_id}:{event.outcome.value}",
            topic=Topic.IMPORT_ENDED,
            title=title,
            body=body,
            thing=Thing(kind=ThingKind.IMPORT, id=event.import_id),
            urgent=event.outcome is ImportOutcome.FAILED,
        ),
    )


async def _report_finished(reaction: Reaction, event: ReportFinished) -> None:
    """Tell of a scheduled report: its recipients that it is there, and who asked for it that it was not made."""
    if event.schedule_id is None:
        return
    thing = Thing(kind=ThingKind.REPORT, id=event.run_id)
    if event.error is not None:
        notice = Notice(
            key=f"report:{event.run_id}",
            topic=Topic.REPORT_ENDED,
            title=f"{event.title} of {event.business_date} was not made",
            body=event.error,
            thing=thing,
            urgent=True,
        )
        await reaction.tell((event.requested_by,), notice)
        return
    loans = _loans(event.loans or 0).replace("loan", "outstanding loan")
    notice = Notice(
        key=f"report:{event.run_id}",
        topic=Topic.REPORT_ENDED,
        title=f"{event.title} of {event.business_date}",
        body=f"{loans}, {event.balance or 0:,}. It is under Reports as well.",
        thing=thing,
        file=event.file,
    )
    await reaction.tell(event.recipients, notice)


def _told_of_import(event: ImportEnded) -> tuple[str, str]:
    if event.outcome is ImportOutcome.FAILED:
        return f"{event.file_name} could not be imported", event.error or ""
    if event.outcome is ImportOutcome.UNDONE:
        return f"The import of {event.file_name} was undone", ""
    counts = {
        "created": event.created,
        "updated": event.updated,
        "unchanged": event.unchanged,
        "refused": event.refused,
        "differing from the computed figures": event.differs,
        "left out by the tape": event.missing,
    }
    body = f"Loans: {', '.join(f'{count:,} {word}' for word, count in counts.items() if count) or 'none'}."
    if event.differs:
        return f"{event.file_name} was imported: {_loans(event.differs)} differ", body
    return f"{event.file_name} was imported", body


async def _loan_recorded(reaction: Reaction, event: LoanRecorded) -> None:
    before = reaction.loans.get(event.loan_id)
    after = watched(event, org=reaction.unit.org, version=before.version if before is not None else 0)
    if after == before:
        return
    reaction.touched.update(after.property_ids, before.property_ids if before is not None else ())
    first = reaction.changed.get(event.loan_id, (before, after))[0]
    stored = reaction.loans[event.loan_id] = reaction.unit.put(WATCHED_LOANS, after)
    reaction.changed[event.loan_id] = (first, stored)


async def _loan_deleted(reaction: Reaction, event: LoanDeleted) -> None:
    known = reaction.loans.get(event.loan_id)
    reaction.changed.pop(event.loan_id, None)
    if known is not None and not known.deleted:
        reaction.touched.update(known.property_ids)
        gone = msgspec.structs.replace(known, deleted=True)
        reaction.loans[event.loan_id] = reaction.unit.put(WATCHED_LOANS, gone)


async def _tell_of_loans(reaction: Reaction) -> None:
    """Tell of loans that changed: one by one, or together where they are many."""
    late: list[tuple[WatchedLoan, str, bool]] = []
    moved: list[tuple[WatchedLoan, str, bool]] = []
    for before, after in reaction.changed.values():
        if before is None or before.deleted:
            continue
        change = delinquency_change(before, after)
        if change is not None:
            late.append((after, change, is_worse(before, after)))
        moves = figure_moves(before, after)
        if moves:
            moved.append((after, "; ".join(moves), False))
    if reaction.changed or reaction.touched:
        rules = await active_rules(reaction.unit)
        changed = [after for _, after in reaction.changed.values()]
        loans = await with_neighbors(reaction.unit, rules, changed, touched=reaction.touched)
        at = reaction.message.at
        await watch_loans(reaction.unit, reaction.people, rules, loans, at=at, loud=reaction.loud)
    await _tell_of(reaction, Topic.DELINQUENCY_CHANGED, late, "payment status")
    await _tell_of(reaction, Topic.FIGURE_MOVED, moved, "figures")


async def _tell_of(reaction: Reaction, topic: Topic, found: list[tuple[WatchedLoan, str, bool]], word: str) -> None:
    if not found or not reaction.loud:
        return
    people = await reaction.people.who_may(Permission.PORTFOLIO_WRITE)
    if len(found) > SINGLY:
        urgent = any(worse for _, _, worse in found)
        notice = Notice(
            key=reaction.key(topic.value),
            topic=topic,
            title=f"{_loans(len(found))} changed their {word}",
            body=listed([f"{loan.number} ({change})" for loan, change, _ in found]),
            urgent=urgent,
        )
        await reaction.tell(people, notice)
        return
    for loan, change, worse in found:
        notice = Notice(
            key=reaction.key(topic.value, loan.id),
            topic=topic,
            title=f"{loan.name} ({loan.number}): {change}",
            thing=Thing(kind=ThingKind.LOAN, id=loan.id),
            urgent=worse,
        )
        await reaction.tell(people, notice)


def _loans(count: int) -> str:
    return "1 loan" if count == 1 else f"{count:,} loans"


REACTIONS: Mapping[type[Event], Callable[[Reaction, Any], Awaitable[None]]] = MappingProxyType(
    {
        OrganizationRecorded: _organization_recorded,
        MemberRecorded: _member_recorded,
        MemberInvited: _member_invited,
        MemberJoined: _member_joined,
        MemberDeactivated: _member_deactivated,
        OrganizationDeletionRequested: _deletion_requested,
        OrganizationDeletionUndone: _deletion_undone,
        OrganizationDeletionRefused: _deletion_refused,
        SignedInFromNewDevice: _new_device,
        SecondFactorAdded: _second_factor,
        SecondFactorRemoved: _second_factor,
        RecoveryCodesMade: _second_factor,
        RecoveryCodeUsed: _second_factor,
        LinkRequested: _link_requested,
        ImportEnded: _import_ended,
        ReportFinished: _report_finished,
        LoanRecorded: _loan_recorded,
        LoanDeleted: _loan_deleted,
    }
)
"""Which event leads to what."""
