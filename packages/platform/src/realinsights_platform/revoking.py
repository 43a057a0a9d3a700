"""Revoking: tell every process that tokens are void, also where the cache hesitates."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
import structlog

from realinsights_platform.cache.port import Cache
from realinsights_platform.token_register import REVOCATIONS_CHANNEL, TOKENS_LAST, Revocation, revocation_key

_TRIES: Final = 6
_AGAIN_SECONDS: Final = 0.1

log = structlog.get_logger(__name__)


async def revoke(cache: Cache, revocation: Revocation) -> None:
    """Let every verifier refuse tokens from now on: those that know them already, and those that start later.

    It is tried again for as long as it takes to miss two signs of life on the channel of heads (`documents.heads`):
    where the cache is away for longer, no process trusts any more what it knew, and each asks its register again.
    """
    name = revocation_key(revocation.user, revocation.session)
    stored = announced = False
    for _ in range(_TRIES):
        stored = stored or await cache.set(name, repr(revocation.at).encode(), seconds=TOKENS_LAST)
        announced = announced or await cache.announce(REVOCATIONS_CHANNEL, msgspec.json.encode(revocation))
        if stored and announced:
            return
        await asyncio.sleep(_AGAIN_SECONDS)
    log.warning("revocation.not_announced", user=revocation.user, stored=stored, announced=announced)
