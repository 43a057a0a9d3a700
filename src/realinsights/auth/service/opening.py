"""Puts the service's collaborators together; for the composition root."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from realinsights.auth.service.guesses import Guesses
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.passwords import Hasher
from realinsights.auth.service.tokens import Keys
from realinsights.contracts.tokens import AUDIENCE, ISSUER
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.secret import Secret


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


async def open_identity(
    *,
    documents: Storage,
    cache: Cache,
    secret: Secret,
    hasher: Hasher | None = None,
    secure_cookies: bool = False,
    now: Callable[[], datetime.datetime] = _utc_now,
) -> Identity:
    """Return the collaborators, with a key to sign with.

    `secure_cookies` is for a server that is reached by https only; without it cookies are secure where the request
    itself came by https.
    """
    keys = Keys(documents=documents, cache=cache, secret=secret, issuer=ISSUER, audience=AUDIENCE, now=now)
    await keys.open()
    return Identity(
        documents=documents,
        cache=cache,
        keys=keys,
        hasher=hasher or Hasher(),
        guesses=Guesses(cache, secret),
        secret=secret,
        secure_cookies=secure_cookies,
        now=now,
    )
