"""Reads of what spans services, as it is shown: deletions and their certificates, removals, the demonstration."""

from __future__ import annotations

import datetime
from enum import StrEnum

import msgspec

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.certificates import Certificate, Statement
from realinsights.auth.model.undertakings import StepState, Undertaking, UndertakingKind, UndertakingState
from realinsights.contracts.demonstration import KEPT, DemonstrationFacts
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents
from realinsights_platform.errors import NotFound


class StepView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A service's part; `late` where it has not answered by a deadline and was asked again.

    `counts` say how much was done, by what it was done to, `objections` why it was not, or what it left.
    """

    service: str
    state: StepState
    attempts: int
    asked_at: datetime.datetime | None
    deadline: datetime.datetime | None
    answered_at: datetime.datetime | None
    late: bool
    objections: tuple[str, ...]
    counts: dict[str, int]


class Presence(StrEnum):
    """Presence of the demonstration in an organization; `partly_here` where a part of it had to stay."""

    ABSENT = "absent"
    ARRIVING = "arriving"
    HERE = "here"
    LEAVING = "leaving"
    PARTLY_HERE = "partly_here"


class DemonstrationView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The demonstration in the organization, and how far each service is with what was asked for last.

    `refused` says why it was not put in; what was put in of it by then is taken out again.
    """

    presence: Presence
    asked_by: str | None = None
    asked_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    refused: tuple[str, ...] = ()
    steps: tuple[StepView, ...] = ()


class RemovalView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A removal of a member."""

    id: str
    member_id: str
    state: UndertakingState
    asked_by: str
    asked_at: datetime.datetime
    begins_at: datetime.datetime
    ended_at: datetime.datetime | None
    steps: tuple[StepView, ...]


class DeletionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A deletion of the organization. `token` is for the link to its certificate, which who asked for it is shown."""

    id: str
    state: UndertakingState
    asked_by: str
    asked_at: datetime.datetime
    begins_at: datetime.datetime
    ended_at: datetime.datetime | None
    objections: tuple[str, ...]
    steps: tuple[StepView, ...]
    token: str | None


class CertificateView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A certificate of deletion: what it states, and `text`, which is it, signed."""

    statement: Statement
    text: str


class DeletionLinkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link to a deletion shows: how far it is, or the certificate."""

    organization_name: str
    deletion: DeletionView | None
    certificate: CertificateView | None


async def deletion(documents: Documents, *, org: str) -> Undertaking:
    """Return the deletion that was asked for last; raises `NotFound` where none was."""
    found = await store.deletion_of(documents, org)
    if found is None:
        raise NotFound("The organization's deletion was not asked for.")
    return found


async def certificates(documents: Documents, *, org: str, user: str) -> tuple[CertificateView, ...]:
    """Return the certificates of what a member's address has asked for, signed ones alone, once it is confirmed."""
    member = await documents.get(store.USER, org, user)
    if member is None or not member.email_verified:
        return ()
    found = await store.certificates_of(documents, emails.email_key(member.email))
    return tuple(view for one in found if (view := certificate_view(one)) is not None)


def deletion_view(undertaking: Undertaking, *, token: str | None) -> DeletionView:
    """Return a deletion as shown."""
    return DeletionView(
        id=undertaking.id,
        state=undertaking.state,
        asked_by=undertaking.asked_by.name,
        asked_at=undertaking.asked_at,
        begins_at=undertaking.begins_at,
        ended_at=undertaking.ended_at,
        objections=undertaking.objections,
        steps=tuple(made_from(step, StepView) for step in undertaking.steps if step.wave > 0),
        token=token,
    )


async def removal(documents: Documents, *, org: str, user: str) -> Undertaking:
    """Return the removal of a member; raises `NotFound` where there is none."""
    member = await documents.get(store.USER, org, user)
    removal = None if member is None else member.removal
    found = None if removal is None else await documents.get(store.UNDERTAKING, org, removal.undertaking_id)
    if found is None:
        raise NotFound("This member's removal was not asked for.")
    return found


async def demonstration(documents: Documents, *, org: str) -> DemonstrationView:
    """Return whether the demonstration is here, or how far it is."""
    return demonstration_view(await store.demonstration_of(documents, org))


def demonstration_view(undertaking: Undertaking | None) -> DemonstrationView:
    """Return what was asked for last of the demonstration as shown."""
    if undertaking is None:
        return DemonstrationView(presence=Presence.ABSENT)
    why = DemonstrationFacts.of(undertaking.facts).because
    return made_from(
        undertaking,
        DemonstrationView,
        presence=_presence(undertaking),
        asked_by=undertaking.asked_by.name,
        refused=undertaking.objections if undertaking.state is UndertakingState.REFUSED else why,
        steps=tuple(made_from(step, StepView) for step in undertaking.steps),
    )


def _presence(undertaking: Undertaking) -> Presence:
    removed = undertaking.kind is UndertakingKind.DEMONSTRATION_REMOVAL
    if undertaking.ended_at is None:
        return Presence.LEAVING if removed else Presence.ARRIVING
    if not removed:
        return Presence.HERE if undertaking.state is UndertakingState.DONE else Presence.ABSENT
    return Presence.PARTLY_HERE if any(KEPT in step.counts for step in undertaking.steps) else Presence.ABSENT


def removal_view(undertaking: Undertaking) -> RemovalView:
    """Return a removal as shown."""
    return made_from(
        undertaking,
        RemovalView,
        member_id=undertaking.subject,
        asked_by=undertaking.asked_by.name,
        steps=tuple(made_from(step, StepView) for step in undertaking.steps),
    )


def certificate_view(certificate: Certificate) -> CertificateView | None:
    """Return a certificate as shown, None before it is signed."""
    if certificate.text is None:
        return None
    return CertificateView(statement=certificate.statement, text=certificate.text)


def deletion_link_view(name: str, undertaking: Undertaking | None, certificate: Certificate | None) -> DeletionLinkView:
    """Return what a link to a deletion shows; neither of the two while auth is deleting its own part."""
    return DeletionLinkView(
        organization_name=name,
        deletion=None if undertaking is None else deletion_view(undertaking, token=None),
        certificate=None if certificate is None else certificate_view(certificate),
    )
