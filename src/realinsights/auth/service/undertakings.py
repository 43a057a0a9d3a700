"""Undertakings at work: steps are asked for, answers heard, deadlines kept, and what every service did is finished."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import undertakings
from realinsights.auth.model.sessions import EndReason, ended
from realinsights.auth.model.undertakings import Step, Undertaking, UndertakingKind, UndertakingState
from realinsights.auth.service.certificates import begin_certificate
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.leaving import finish_removal
from realinsights.auth.service.revocation import revoke_user
from realinsights.auth.service.telling import put_member
from realinsights.contracts.auth import OrganizationDeletionRefused, SessionsEnded
from realinsights.contracts.demonstration import DemonstrationFacts
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Stale
from realinsights_platform.events import Message
from realinsights_platform.steps import StepAnswered, StepRequested

ACTOR: Final = "system:undertakings"

log = structlog.get_logger(__name__)


def request_steps(unit: Unit, undertaking: Undertaking, steps: Sequence[Step]) -> None:
    """Ask services for their steps, as they are in the undertaking now."""
    for step in steps:
        unit.emit(
            StepRequested(
                undertaking_id=undertaking.id,
                service=step.service,
                task=step.task,
                subject=undertaking.subject,
                attempt=step.attempts,
                facts=undertaking.facts or msgspec.UNSET,
            )
        )


async def hear_answers(*, identity: Identity, message: Message) -> None:
    """Take in what a service says of its steps; an answer that comes again changes nothing."""

    async def work(unit: Unit) -> None:
        for event in message.events:
            if not isinstance(event, StepAnswered):
                continue
            known = await unit.get(store.UNDERTAKING, event.undertaking_id)
            if known is None:
                log.info("undertaking.unknown", org=message.org, undertaking=event.undertaking_id)
                continue
            changed, asked = undertakings.heard(known, message.service, event, identity.now())
            if changed == known:
                continue
            log.info("undertaking.answered", org=unit.org, service=message.service, outcome=event.outcome.value)
            deletes = known.kind is UndertakingKind.ORGANIZATION_DELETION
            if deletes and changed.begun and not known.begun:
                await _end_access(unit, identity)
            if deletes and changed.state is UndertakingState.REFUSED:
                unit.emit(OrganizationDeletionRefused(undertaking_id=known.id, objections=changed.objections))
            if deletes and changed.state is UndertakingState.FINISHING:
                # Where it does not come to that, the undertaking is due.
                unit.afterwards(functools.partial(begin_certificate, identity=identity, undertaking=changed))
            request_steps(unit, changed, asked)
            unit.put(store.UNDERTAKING, changed)
            if not deletes and changed.state is UndertakingState.REFUSED and changed.begun:
                _take_demonstration_out(unit, changed, identity.now())

    await committed(
        lambda: identity.documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date),
        work,
        crossed=(Stale,),
    )


async def carry_on(unit: Unit, ids: Sequence[str], *, identity: Identity) -> None:
    """Begin undertakings whose time has come, ask again for steps that are late, and finish those that are done."""
    now = identity.now()
    for known in (await unit.get_many(store.UNDERTAKING, ids)).values():
        if known.due_at is None or known.due_at > now:
            continue
        if known.state is UndertakingState.FINISHING and known.kind is UndertakingKind.MEMBER_REMOVAL:
            await finish_removal(unit, known, identity=identity)
            continue
        if known.state is UndertakingState.FINISHING:
            await begin_certificate(identity=identity, undertaking=known)
            # From here on the certificate is what is due: this document goes with its organization.
            unit.put(store.UNDERTAKING, msgspec.structs.replace(known, state=UndertakingState.CERTIFYING))
            continue
        changed, asked = undertakings.carried_on(known, now)
        for step in asked:
            if step.late:
                log.warning(
                    "undertaking.step.late",
                    org=unit.org,
                    undertaking=known.id,
                    service=step.service,
                    task=step.task,
                    attempt=step.attempts,
                )
        request_steps(unit, changed, asked)
        unit.put(store.UNDERTAKING, changed)


def _take_demonstration_out(unit: Unit, refused: Undertaking, now: datetime.datetime) -> None:
    """Have what was put in of a demonstration taken out again, since one of its parts was refused."""
    known = DemonstrationFacts.of(refused.facts)
    removal, asked = undertakings.demonstration(
        undertaking_id=undertakings.demonstration_id(refused),
        org=refused.org,
        asked_by=refused.asked_by,
        now=now,
        facts=DemonstrationFacts(colleague=known.colleague, because=refused.objections).told(),
        removal=True,
    )
    log.info("demonstration.refused", org=unit.org, objections=refused.objections)
    request_steps(unit, removal, asked)
    unit.put(store.UNDERTAKING, removal)


async def _end_access(unit: Unit, identity: Identity) -> None:
    """Let no member do anything any more: sessions end, and links lead nowhere."""
    now = identity.now()
    for member in await unit.every(store.USER, Equal("active", value=True)):
        put_member(unit, msgspec.structs.replace(member, active=False, access_changed_at=now))
        unit.afterwards(functools.partial(revoke_user, identity, member.id))
    by_user: dict[str, list[str]] = {}
    for session in await unit.every(store.SESSION):
        if session.lives(now):
            unit.put(store.SESSION, ended(session, reason=EndReason.ORGANIZATION_DELETED, now=now))
            by_user.setdefault(session.user, []).append(session.id)
    for user, sessions in by_user.items():
        unit.emit(SessionsEnded(user_id=user, session_ids=tuple(sessions), reason=EndReason.ORGANIZATION_DELETED.value))
    for invitation in await unit.every(store.INVITATION):
        unit.delete(store.INVITATION, invitation)
