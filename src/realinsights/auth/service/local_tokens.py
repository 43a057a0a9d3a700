"""Local tokens: access for the command line to the data folder that it holds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from realinsights.auth import store
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.registration import mint_local_token
from realinsights_platform.errors import NotFound


class NotBegun(NotFound):
    """An organization, or the data folder it would be in, has not begun."""


def local_token(*, identity: Identity, organization: str, create: bool) -> Callable[[], Awaitable[str]]:
    """Return a source of administrator's tokens for an organization.

    With `create` the organization begins if it is not there; else asking raises `NotBegun`.
    """
    text, renew_at = "", 0.0

    async def token() -> str:
        nonlocal text, renew_at
        if time.monotonic() >= renew_at:
            if not create:
                await _require(identity, organization)
            minted = await mint_local_token(identity=identity, organization_name=organization)
            text, renew_at = minted.text, time.monotonic() + minted.expires_in / 2
        return text

    return token


async def _require(identity: Identity, organization: str) -> None:
    known = await identity.documents.get(store.ORGANIZATION, organization, organization)
    if known is None and not await directory.organizations_named(identity=identity, name=organization):
        raise NotBegun(f"There is no organization {organization} here; import a tape to begin it.")
