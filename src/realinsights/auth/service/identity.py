"""The service's collaborators, and `settled`: a unit of work that is done again where it was crossed."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from realinsights.auth.service.guesses import Guesses
from realinsights.auth.service.passwords import Hasher
from realinsights.auth.service.tokens import Keys
from realinsights_platform.cache.port import Cache
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.secret import Secret

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The service's collaborators. Made by `opening.open_identity`."""

    documents: Storage
    cache: Cache
    keys: Keys
    hasher: Hasher
    guesses: Guesses
    secret: Secret
    secure_cookies: bool
    now: Callable[[], datetime.datetime]

    @property
    def refresh_key(self) -> bytes:
        """The key that seals refresh tokens."""
        return self.secret.key("refresh tokens")


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
