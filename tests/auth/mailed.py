"""What is mailed: the links that auth asked for, with the tokens that whoever mails them makes."""

from __future__ import annotations

from realinsights.contracts.auth import AUTH_EVENTS, LinkRequested
from realinsights.contracts.sealed_links import LinkPurpose, sealed

from .conftest import World


async def asked(world: World, org: str) -> list[LinkRequested]:
    """Return the links that are to be mailed, the first first."""
    entries = await world.documents.entries(org, limit=1000)
    events = [event for entry in entries for event in AUTH_EVENTS.decode(bytes(entry.events))]
    return [event for event in events if isinstance(event, LinkRequested)]


async def mailed(world: World, org: str, purpose: LinkPurpose) -> list[tuple[str, str]]:
    """Return to whom links of a purpose were mailed, and their tokens."""
    return [
        (
            event.email,
            sealed(
                key=world.secret.key(purpose.key_name),
                org=org,
                subject=event.subject,
                expires_at=event.expires_at,
                once=event.once,
            ).text(),
        )
        for event in await asked(world, org)
        if event.purpose is purpose
    ]
