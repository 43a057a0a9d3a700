"""Certificates of deletion: what was deleted of an organization, when and by whom, signed by the installation.

A certificate outlives the organization: it lies among the installation's own documents.
"""

from __future__ import annotations

import datetime
from typing import Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from realinsights.auth.model.undertakings import Asker
from realinsights_platform.documents.port import Document

_ALGORITHM: Final = "Ed25519"
_TYPE: Final = "realinsights-deletion+jws"


class DeletedService(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a service deleted. `documents` are counts by kind, `entries` those of its journal.

    `last_hash` is of the journal's last entry; `closing_hash` of the one that closed it, which is kept.
    """

    service: str
    documents: dict[str, int]
    entries: int
    files: int
    file_bytes: int
    last_hash: str
    closing_sequence: int
    closing_hash: str
    closed_at: datetime.datetime


class Statement(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a certificate states; who asked for the deletion is named as they were then."""

    certificate_id: str
    organization_id: str
    organization_name: str
    asked_by: Asker
    asked_at: datetime.datetime
    begun_at: datetime.datetime
    completed_at: datetime.datetime | None
    services: tuple[DeletedService, ...]


class Certificate(Document, frozen=True, kw_only=True, rename="camel"):
    """A statement and, once all is deleted, its signature: a JWS (RFC 7515, Ed25519) over the statement.

    `email_key` is the hash of the address of who asked, whose other accounts may read it too.
    """

    statement: Statement
    email_key: str | None
    text: str | None = None

    @property
    def due_at(self) -> datetime.datetime | None:
        """When auth has to go on with what is left; None once it is signed."""
        return self.statement.begun_at if self.text is None else None

    @property
    def organization_id(self) -> str:
        """The organization that was deleted."""
        return self.statement.organization_id


def signed(statement: Statement, key: OKPKey) -> str:
    """Return a statement as a compact JWS, with the public key that checks it in its header."""
    header = {"alg": _ALGORITHM, "typ": _TYPE, "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, msgspec.json.encode(statement), key, algorithms=[_ALGORITHM])


def read(text: str, key: OKPKey) -> Statement | None:
    """Return what a certificate states, None where this key did not sign it."""
    try:
        found = jws.deserialize_compact(text.strip(), key, algorithms=[_ALGORITHM])
        return msgspec.json.decode(found.payload, type=Statement)
    except (JoseError, ValueError):
        return None
