"""Links by mail: what is asked for is told as an event, and who mails it makes the token from the same secret."""

from __future__ import annotations

import datetime

from realinsights.auth.model.address_changes import VERIFIED_WITHIN
from realinsights.auth.model.people import User
from realinsights.auth.service.identity import Identity
from realinsights.contracts import sealed_links
from realinsights.contracts.auth import LinkRequested
from realinsights.contracts.sealed_links import LinkPurpose, LinkToken
from realinsights_platform.documents.port import Unit
from realinsights_platform.ids import new_id
from realinsights_platform.secret import Secret


def made(
    secret: Secret, purpose: LinkPurpose, *, org: str, subject: str, expires_at: datetime.datetime, once: str
) -> LinkToken:
    """Return the token of a link that is handed over by whoever asked for it."""
    return sealed_links.sealed(
        key=secret.key(purpose.key_name), org=org, subject=subject, expires_at=expires_at, once=once
    )


def admits(identity: Identity, purpose: LinkPurpose, token: LinkToken, *, once: str) -> bool:
    """Tell whether a token lets its holder do something now."""
    key = identity.secret.key(purpose.key_name)
    return sealed_links.admits(token, key=key, once=once, now=identity.now())


def request_mail(
    unit: Unit,
    purpose: LinkPurpose,
    *,
    user: str,
    email: str,
    subject: str,
    once: str,
    expires_at: datetime.datetime,
    request_id: str | None = None,
) -> None:
    """Ask for a link to be mailed; one `request_id` leads to one mail."""
    unit.emit(
        LinkRequested(
            request_id=request_id or new_id(),
            purpose=purpose,
            subject=subject,
            once=once,
            email=email,
            user_id=user,
            expires_at=expires_at,
        )
    )


def request_verification(unit: Unit, user: User, *, now: datetime.datetime) -> None:
    """Ask for the link by which a member shows that their address is theirs."""
    request_mail(
        unit,
        LinkPurpose.VERIFICATION,
        user=user.id,
        email=user.email,
        subject=user.id,
        once=user.email,
        expires_at=now + VERIFIED_WITHIN,
    )
