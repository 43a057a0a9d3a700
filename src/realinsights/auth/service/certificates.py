"""Certificates of deletion: begun once every other service is done, signed once auth itself has deleted its part."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OKPKey

from realinsights.auth import store
from realinsights.auth.model import certificates, emails
from realinsights.auth.model.certificates import Certificate, DeletedService, Statement
from realinsights.auth.model.directory import SYSTEM, Account
from realinsights.auth.model.undertakings import Undertaking
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity, settled
from realinsights.contracts.auth import OrganizationDeleted
from realinsights_platform.documents.closed import Closure
from realinsights_platform.documents.closing import Kept, close_journal, closure, erase
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.walking import walk
from realinsights_platform.errors import Stale
from realinsights_platform.secret import Secret

ACTOR: Final = "system:undertakings"

log = structlog.get_logger(__name__)


def certificate_key(secret: Secret) -> OKPKey:
    """Return the key that signs certificates: the same for as long as the installation has its secret.

    Keys that sign access tokens rotate and are forgotten; a certificate has to be checked years later.
    """
    seed = secret.key("certificates of deletion")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": _encoded(seed), "x": _encoded(public)})


async def begin_certificate(*, identity: Identity, undertaking: Undertaking) -> None:
    """Keep what the services have deleted where it outlives the organization; done again it changes nothing."""
    org = undertaking.org
    organization = await identity.documents.get(store.ORGANIZATION, org, org)
    told = [_deleted(step.service, step.closure) for step in undertaking.steps if step.closure is not None]

    async def work(unit: Unit) -> None:
        if await unit.get(store.CERTIFICATE, undertaking.id) is not None:
            return
        statement = Statement(
            certificate_id=undertaking.id,
            organization_id=org,
            organization_name=organization.name if organization is not None else org,
            asked_by=undertaking.asked_by,
            asked_at=undertaking.asked_at,
            begun_at=undertaking.begins_at,
            completed_at=None,
            services=tuple(sorted(told, key=lambda one: one.service)),
        )
        email = undertaking.asked_by.email
        key = None if email is None else emails.email_key(email)
        unit.put(store.CERTIFICATE, Certificate(id=undertaking.id, org=SYSTEM, statement=statement, email_key=key))

    await settled(identity, org=SYSTEM, actor=ACTOR, work=work)


async def complete(unit: Unit, ids: Sequence[str], *, identity: Identity, kept: Kept) -> None:
    """Delete what auth has of the organizations of certificates that are not signed yet, and sign them.

    Whatever was done before a death is found done: addresses are free, the journal is closed, documents are gone.
    """
    for known in (await unit.get_many(store.CERTIFICATE, ids)).values():
        if known.text is not None:
            continue
        ended = await _deleted_here(known, identity=identity, kept=kept)
        services = (*known.statement.services, _deleted("auth", ended))
        statement = msgspec.structs.replace(known.statement, services=services, completed_at=identity.now())
        text = certificates.signed(statement, certificate_key(identity.secret))
        unit.put(store.CERTIFICATE, msgspec.structs.replace(known, statement=statement, text=text))
        log.info("organization.deleted", org=known.organization_id, certificate=known.id)


async def _deleted_here(certificate: Certificate, *, identity: Identity, kept: Kept) -> Closure:
    org = certificate.organization_id
    # Before the people are gone: who reads whose addresses these were finds nobody.
    async for user in walk(identity.documents, store.USER, org):
        await directory.release(identity=identity, key=emails.email_key(user.email), account=Account(org, user.id))
    await directory.forget_organization(identity=identity, org=org, name=certificate.statement.organization_name)
    await close_journal(kept, org=org, reason=certificate.id, actor=ACTOR, business_date=identity.now().date())
    await erase(kept, org)
    ended = await closure(kept.storage, org)
    if ended is None:
        raise RuntimeError(f"the journal of {org} is open after it was closed")

    async def tell(unit: Unit) -> None:
        sequence = await kept.storage.sequence(org)
        if sequence == ended.sequence:
            unit.emit(OrganizationDeleted(undertaking_id=certificate.id))
            unit.close_journal(after=sequence)

    await committed(
        lambda: identity.documents.unit(org=org, actor=ACTOR, business_date=identity.now().date()),
        tell,
        crossed=(Stale,),
    )
    return ended


def _deleted(service: str, ended: Closure) -> DeletedService:
    told = ended.told
    return DeletedService(
        service=service,
        documents=told.documents,
        entries=told.entries,
        files=told.files,
        file_bytes=told.file_bytes,
        last_hash=ended.last_hash,
        closing_sequence=ended.sequence,
        closing_hash=ended.hash,
        closed_at=ended.at,
    )


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
