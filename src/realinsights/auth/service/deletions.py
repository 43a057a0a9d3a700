"""Use cases of an organization's deletion: ask for it, take it back, and what keeps it from being asked for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import undertakings
from realinsights.auth.model.certificates import Certificate
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.holds import Hold
from realinsights.auth.model.people import name_key
from realinsights.auth.model.undertakings import GRACE, Asker, Undertaking
from realinsights.auth.service import links
from realinsights.auth.service.confirming import require_password
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.registration import COMMAND_LINE
from realinsights.auth.service.undertakings import request_steps
from realinsights.contracts import sealed_links
from realinsights.contracts.auth import OrganizationDeletionRequested, OrganizationDeletionUndone
from realinsights.contracts.files import DocumentHeld, DocumentReleased
from realinsights.contracts.sealed_links import LinkPurpose, LinkToken
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Conflict, Faults, NotFound, Stale
from realinsights_platform.events import Message
from realinsights_platform.ids import new_id

LINK_LASTS: Final = datetime.timedelta(days=3650)
"""So long the link to a certificate is good: records of what was deleted are asked for years later."""

ONCE: Final = "certificate"
NOT_VALID: Final = "This link is not valid."
_ACTOR: Final = "system:holds"
_COMMAND_LINE_NAME: Final = "Command line"

log = structlog.get_logger(__name__)


async def ask_for_deletion(
    *, unit: Unit, identity: Identity, user: str, session_id: str, name: str, password: str
) -> Undertaking:
    """Have the organization deleted once the days to undo it have passed; it goes on as before until then.

    The command line, which holds the data folder, needs no password. Raises `Invalid` for another name than the
    organization's or a wrong password, and `Conflict` while a document is under a legal hold or it was asked for.
    """
    organization = await unit.get(store.ORGANIZATION, unit.org)
    if organization is None:
        raise NotFound("There is no such organization.")
    faults = Faults()
    if name_key(name) != name_key(organization.name):
        faults.add("name", "is not the organization's name")
    faults.refuse("deletion")
    asked_by = await _asker(unit, identity, user=user, session_id=session_id, password=password)
    return await _ask(unit, identity.documents, asked_by, now=identity.now(), grace=GRACE)


async def ask_as_operator(
    *, documents: Documents, org: str, now: datetime.datetime, grace: datetime.timedelta = GRACE
) -> Undertaking:
    """Have an organization deleted, for whoever runs the installation and holds its stores; as `ask_for_deletion`."""

    async def work(unit: Unit) -> Undertaking:
        asked_by = Asker(id=COMMAND_LINE, name=_COMMAND_LINE_NAME, email=None)
        return await _ask(unit, documents, asked_by, now=now, grace=grace)

    asked, _ = await committed(
        lambda: documents.unit(org=org, actor=COMMAND_LINE, business_date=now.date()), work, crossed=(Stale,)
    )
    return asked


async def _ask(
    unit: Unit, documents: Documents, asked_by: Asker, *, now: datetime.datetime, grace: datetime.timedelta
) -> Undertaking:
    before = await store.deletion_of(documents, unit.org)
    if before is not None and before.open_as is not None:
        raise Conflict("The organization's deletion was asked for already.")
    held = await store.held_documents(documents, unit.org)
    if held:
        names = "; ".join(f"{hold.title} ({hold.reason})" for hold in held)
        raise Conflict(f"Documents are under a legal hold. Lift the holds first: {names}.")
    undertaking, asked = undertakings.deletion(
        undertaking_id=new_id(), org=unit.org, asked_by=asked_by, now=now, grace=grace
    )
    if undertaking.begins_at <= now:
        undertaking, asked = undertakings.carried_on(undertaking, now)
    unit.emit(
        OrganizationDeletionRequested(
            undertaking_id=undertaking.id, user_id=asked_by.id, begins_at=undertaking.begins_at
        )
    )
    request_steps(unit, undertaking, asked)
    if asked_by.email is not None:
        links.request_mail(
            unit,
            LinkPurpose.DELETION,
            user=asked_by.id,
            email=asked_by.email,
            subject=undertaking.id,
            once=ONCE,
            expires_at=now + LINK_LASTS,
            request_id=f"deletion-{undertaking.id}",
        )
    log.info("organization.deletion.requested", org=unit.org, user=asked_by.id, begins_at=str(undertaking.begins_at))
    return unit.put(store.UNDERTAKING, undertaking)


async def undo_deletion(*, unit: Unit, identity: Identity, user: str) -> Undertaking:
    """Take the organization's deletion back; raises `NotFound` where there is none and `Conflict` once it has begun."""
    return await _undo(unit, identity.documents, user=user, now=identity.now())


async def undo_as_operator(*, documents: Documents, org: str, now: datetime.datetime) -> Undertaking:
    """Take an organization's deletion back, for whoever holds the installation's stores; as `undo_deletion`."""

    async def work(unit: Unit) -> Undertaking:
        return await _undo(unit, documents, user=COMMAND_LINE, now=now)

    undone, _ = await committed(
        lambda: documents.unit(org=org, actor=COMMAND_LINE, business_date=now.date()), work, crossed=(Stale,)
    )
    return undone


async def _undo(unit: Unit, documents: Documents, *, user: str, now: datetime.datetime) -> Undertaking:
    known = await store.deletion_of(documents, unit.org)
    if known is None:
        raise NotFound("The organization's deletion was not asked for.")
    undone = undertakings.undone(known, by=user, now=now)
    unit.emit(OrganizationDeletionUndone(undertaking_id=known.id, user_id=user))
    log.info("organization.deletion.undone", org=unit.org, user=user)
    return unit.put(store.UNDERTAKING, undone)


def certificate_token(identity: Identity, undertaking: Undertaking) -> LinkToken:
    """Return the token by which anybody who holds it sees how the deletion goes, and reads the certificate."""
    return links.made(
        identity.secret,
        LinkPurpose.DELETION,
        org=undertaking.org,
        subject=undertaking.id,
        expires_at=undertaking.asked_at + LINK_LASTS,
        once=ONCE,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What a link to a deletion leads to: how far it is and the organization's name, or its certificate."""

    name: str
    undertaking: Undertaking | None
    certificate: Certificate | None


async def look_up(*, identity: Identity, token_text: str) -> Found:
    """Return what a link to a deletion leads to; raises `NotFound` for one that leads nowhere."""
    token = sealed_links.parse(token_text)
    if token is None or not links.admits(identity, LinkPurpose.DELETION, token, once=ONCE):
        raise NotFound(NOT_VALID)
    certificate = await identity.documents.get(store.CERTIFICATE, SYSTEM, token.subject)
    if certificate is not None:
        return Found(certificate.statement.organization_name, None, certificate)
    undertaking = await identity.documents.get(store.UNDERTAKING, token.org, token.subject)
    organization = await identity.documents.get(store.ORGANIZATION, token.org, token.org)
    if undertaking is None or organization is None:
        raise NotFound(NOT_VALID)
    return Found(organization.name, undertaking, None)


async def hear_of_holds(*, identity: Identity, message: Message) -> None:
    """Remember which documents are under a legal hold; what is older than what was heard is passed over."""

    async def work(unit: Unit) -> None:
        for event in message.events:
            if not isinstance(event, DocumentHeld | DocumentReleased):
                continue
            known = await unit.get(store.HOLD, event.document_id)
            if known is not None and known.sequence >= message.sequence:
                continue
            heard = known or Hold(id=event.document_id, org=unit.org, title="", reason="", sequence=0)
            if isinstance(event, DocumentHeld):
                heard = msgspec.structs.replace(heard, title=event.title, reason=event.reason, lifted=False)
            else:
                heard = msgspec.structs.replace(heard, lifted=True)
            unit.put(store.HOLD, msgspec.structs.replace(heard, sequence=message.sequence))

    await committed(
        lambda: identity.documents.unit(org=message.org, actor=_ACTOR, business_date=message.business_date), work
    )


async def _asker(unit: Unit, identity: Identity, *, user: str, session_id: str, password: str) -> Asker:
    if user == COMMAND_LINE:
        return Asker(id=user, name=_COMMAND_LINE_NAME, email=None)
    owner, credential = await unit.get(store.USER, user), await unit.get(store.CREDENTIAL, user)
    if owner is None or credential is None:
        raise NotFound("There is no such member.")
    await require_password(
        identity=identity, owner=owner, credential=credential, session_id=session_id, password=password
    )
    return Asker(id=owner.id, name=f"{owner.first_name} {owner.last_name}", email=owner.email)
