"""Confirming: a signed-in member says who they are once more, by their password."""

from __future__ import annotations

from realinsights.auth.model import emails
from realinsights.auth.model.people import Credential, User
from realinsights.auth.service.identity import Identity
from realinsights_platform.errors import Invalid


async def require_password(
    *, identity: Identity, owner: User, credential: Credential, session_id: str, password: str
) -> None:
    """Make sure that a member knows their password.

    Guesses are counted per session, by the rule of guessing: whoever got hold of an access token has not many. Raises
    `Invalid` for a wrong one and `TooMany`.
    """
    now = identity.now()
    attempt = await identity.guesses.begin_in_session(
        account=emails.email_key(owner.email), session=session_id, now=now
    )
    if not await identity.hasher.verify(password, credential.password_hash):
        await identity.guesses.wrong(attempt, now=now)
        raise Invalid.field("currentPassword", "is wrong")
    await identity.guesses.right(attempt)
