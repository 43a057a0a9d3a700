"""Use cases of share links: make one, open it, fetch what it is of, revoke it. Every try to open one is kept."""

from __future__ import annotations

import datetime
import hmac
import secrets
from dataclasses import dataclass

import msgspec

from realinsights.files.model.documents import FiledDocument, FileVersion, number_of, version_id
from realinsights.files.model.shares import (
    ENDED,
    LONGEST,
    MOST_REFUSED,
    TICKET_LASTS,
    AccessOutcome,
    Share,
    ShareAccess,
    ShareDraft,
    hash_of,
    opened_by,
    parts_of,
    ticket_of,
    token_of,
)
from realinsights.files.queries.documents import require_readable
from realinsights.files.service.documents import now, visible
from realinsights.files.store import ACCESSES, DOCUMENTS, SHARES, VERSIONS
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Faults, Forbidden, NotFound
from realinsights_platform.ids import new_id
from realinsights_platform.password_hashing import Hasher
from realinsights_platform.texts import optional_line

ACTOR = "system:share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What links are opened with: what proves that one was, and what compares passwords."""

    key: bytes
    hasher: Hasher


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a link is of, for whoever has it."""

    share: Share
    document: FiledDocument
    version: FileVersion


async def make_share(
    *, unit: Unit, opening: Opening, document_id: str, number: str, draft: ShareDraft, confidential: bool
) -> tuple[Share, str]:
    """Make a link to one version; return it with the token that stands in its address, which nobody learns again.

    One that is made while its document is not confidential opens nothing while it is.
    """
    document = await visible(unit, document_id, confidential=confidential)
    named = number_of(number)
    version = None if named is None else await unit.get(VERSIONS, version_id(document.id, named))
    if version is None:
        raise NotFound("This document has no such version.")
    require_readable(version)
    faults = Faults()
    if not now() < draft.expires_at <= now() + LONGEST:
        faults.add("expiresAt", f"must lie within the next {LONGEST.days} days")
    note = optional_line(draft.note, "note", faults)
    faults.refuse("link")
    secret = secrets.token_urlsafe(24)
    share = Share(
        id=new_id(),
        org=unit.org,
        document_id=document.id,
        number=version.number,
        note=note or "",
        secret_hash=hash_of(secret),
        password_hash=None if draft.password is None else await opening.hasher.hash(draft.password),
        expires_at=draft.expires_at.astimezone(datetime.UTC),
        most_downloads=draft.most_downloads,
        created_at=now(),
        created_by=unit.actor,
        confidential=document.confidential,
    )
    unit.expect(DOCUMENTS, document)
    stored = unit.put(SHARES, share)
    return stored, token_of(share, secret)


async def revoke_share(*, unit: Unit, share_id: str, confidential: bool) -> Share:
    """Revoke a link: nobody fetches anything by it from now on; one that is revoked is returned as it is."""
    share = await unit.get(SHARES, share_id)
    if share is None:
        raise NotFound("There is no such link.")
    await visible(unit, share.document_id, confidential=confidential)
    if share.revoked_at is not None:
        return share
    return unit.put(SHARES, msgspec.structs.replace(share, revoked_at=now(), revoked_by=unit.actor))


async def open_share(
    *, documents: Documents, opening: Opening, token: str, password: str | None, address: str
) -> tuple[Shared, str, int | None]:
    """Open a link; return what it is of, the ticket that fetches it, and the sequence that says so.

    Raises `NotFound` for a link that is not valid any more, and `Forbidden` for a wrong password. Both are kept.
    """
    known = await _share(documents, token)
    shared = await _of(documents, known)
    right = True
    if shared is not None and known.open_at(now()) and known.password_hash is not None:
        right = await opening.hasher.verify(password or "", known.password_hash)

    async def work(unit: Unit) -> tuple[Share, AccessOutcome]:
        share = await unit.get(SHARES, known.id) or known
        if shared is None or not share.open_at(now()):
            outcome, counted = AccessOutcome.ENDED, {"refused": share.refused + 1}
        elif right:
            outcome, counted = AccessOutcome.OPENED, {"downloads": share.downloads + 1}
        else:
            outcome, counted = AccessOutcome.WRONG_PASSWORD, {"failures": share.failures + 1}
        if outcome is AccessOutcome.ENDED and share.refused >= MOST_REFUSED:
            return share, outcome
        access = ShareAccess(
            id=new_id(), org=share.org, share_id=share.id, at=now(), address=address[:64], outcome=outcome
        )
        unit.put(ACCESSES, access)
        return unit.put(SHARES, msgspec.structs.replace(share, **counted)), outcome

    (share, outcome), sequence = await committed(
        lambda: documents.unit(org=known.org, actor=ACTOR, business_date=now().date()), work
    )
    if shared is None or outcome is AccessOutcome.ENDED:
        raise NotFound(ENDED)
    if outcome is AccessOutcome.WRONG_PASSWORD:
        raise Forbidden("The password is not right.")
    ticket = ticket_of(share, key=opening.key, until=min(now() + TICKET_LASTS, share.expires_at))
    return shared, ticket, sequence


async def look_at(*, documents: Documents, token: str) -> Shared:
    """Return what a link is of while it can be opened; raises `NotFound`, whatever the reason."""
    shared = await _of(documents, await _share(documents, token))
    if shared is None or not shared.share.open_at(now()):
        raise NotFound(ENDED)
    return shared


async def fetch(*, documents: Documents, opening: Opening, ticket: str) -> Shared:
    """Return what a link is of to who has opened it; raises `NotFound`, also once it was revoked or has expired."""
    share_id, org = opened_by(ticket, key=opening.key, now=now())
    share = await documents.get(SHARES, org, share_id)
    shared = None if share is None or not share.fetched_at(now()) else await _of(documents, share)
    if shared is None:
        raise NotFound(ENDED)
    return shared


async def _share(documents: Documents, token: str) -> Share:
    share_id, org, secret = parts_of(token)
    share = await documents.get(SHARES, org, share_id)
    if share is None or not hmac.compare_digest(share.secret_hash, hash_of(secret)):
        raise NotFound(ENDED)
    return share


async def _of(documents: Documents, share: Share) -> Shared | None:
    """Return what a link is of, None where it gives that to nobody any more, or not at the moment."""
    document = await documents.get(DOCUMENTS, share.org, share.document_id)
    version = await documents.get(VERSIONS, share.org, version_id(share.document_id, share.number))
    if document is None or version is None or not version.readable:
        return None
    if document.confidential and not share.confidential:
        return None
    return Shared(share=share, document=document, version=version)
