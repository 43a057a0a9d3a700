"""The service's collaborators, and `settled`: a unit of work that is done again where it was crossed."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from realinsights.auth.service.guesses import Guesses
from realinsights.auth.service.tokens import Keys
from realinsights.contracts.tokens import AUDIENCE, ISSUER
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.password_hashing import Hasher
from realinsights_platform.secret import Secret

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The service's collaborators. Made by `open_identity`."""

    documents: Storage
    cache: Cache
    keys: Keys
    hasher: Hasher
    guesses: Guesses
    secret: Secret
    secure_cookies: bool
    barred: tuple[str, str] | None
    now: Callable[[], datetime.datetime]

    @property
    def refresh_key(self) -> bytes:
        """The key that seals refresh tokens."""
        return self.secret.key("refresh tokens")


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


async def open_identity(
    *,
    documents: Storage,
    cache: Cache,
    secret: Secret,
    hasher: Hasher | None = None,
    secure_cookies: bool = False,
    barred: tuple[str, str] | None = None,
    now: Callable[[], datetime.datetime] = _utc_now,
) -> Identity:
    """Return the collaborators, with a key to sign with.

    `secure_cookies` is for a server that is reached by https only; without it cookies are secure where the request
    itself came by https. `barred` are an address and a password that everybody knows: they do not sign in.
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
        barred=barred,
        now=now,
    )


async def settled(
    identity: Identity, *, org: str, actor: str, work: Callable[[Unit], Awaitable[T]]
) -> tuple[T, int | None]:
    """Do work that no signed-in caller asked for in a unit of its own; return its result and sequence.

    As `committed`: what somebody who signs in, joins or registers does, and what concerns the directory, for which the
    edge has no unit.
    """

    def open_unit() -> Unit:
        return identity.documents.unit(org=org, actor=actor, business_date=identity.now().date())

    return await committed(open_unit, work)
