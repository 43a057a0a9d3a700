"""Invitations: a link that lets one person join once, before it expires."""

from __future__ import annotations

import datetime
import hmac
import re
from enum import StrEnum

import msgspec

from realinsights.auth.model.sessions import hashed
from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import Document

INVITATION_LASTS = datetime.timedelta(days=7)
KEPT_AFTER_END = datetime.timedelta(days=30)
"""For so long an administrator sees what became of an invitation."""


class InvitationState(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Invitation(Document, frozen=True, kw_only=True, rename="camel"):
    """An offer to join; the link's secret is known only to whom it was shown, here lies its hash."""

    email: str
    role: Role
    secret_hash: str
    invited_by: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    accepted_at: datetime.datetime | None = None
    withdrawn_at: datetime.datetime | None = None

    def state(self, now: datetime.datetime) -> InvitationState:
        """Return what became of it by now."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if now >= self.expires_at else InvitationState.OPEN

    @property
    def forgotten_at(self) -> datetime.datetime:
        """When it will have led nowhere for so long that only the journal still needs to know of it."""
        return (self.accepted_at or self.withdrawn_at or self.expires_at) + KEPT_AFTER_END


class InvitationToken(msgspec.Struct, frozen=True, kw_only=True):
    """What the link carries."""

    org: str
    invitation: str
    secret: str

    def text(self) -> str:
        """Return the token as the link carries it."""
        return f"{self.org}.{self.invitation}.{self.secret}"


_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})")


def parse(text: str) -> InvitationToken | None:
    """Return the token a text stands for, or None where it cannot be one."""
    match = _TOKEN.fullmatch(text.strip())
    if match is None:
        return None
    org, invitation, secret = match.groups()
    return InvitationToken(org=org, invitation=invitation, secret=secret)


def knows(invitation: Invitation, token: InvitationToken) -> bool:
    """Tell whether the token is that of the invitation's link, as it was shown to whoever made it."""
    return hmac.compare_digest(hashed(token.secret), invitation.secret_hash)
