"""The service's collaborators, and `settled`: retry a unit of work on conflict."""

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
from realinsights_platform.errors import Conflict, Stale, TooMany
from realinsights_platform.secret import Secret

T = TypeVar("T")

_TRIES = 8


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


async def settled(identity: Identity, *, org: str, actor: str, work: Callable[[Unit], Awaitable[T]]) -> T:
    """Do the work in a unit of its own and commit it; when somebody else was faster, look again and decide anew.

    Sign-ins, refreshes and changes of access touch the same few documents at the same moment, and none of their
    callers has a version to be told about. Work that loses every time gives up with `TooMany`.
    """
    for _ in range(_TRIES):
        unit = identity.documents.unit(org=org, actor=actor, business_date=identity.now().date())
        result = await work(unit)
        try:
            await unit.commit()
        except (Stale, Conflict):
            continue
        return result
    raise TooMany("The same is being changed over and over at this very moment. Try again.", retry_after=1)
