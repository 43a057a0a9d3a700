"""Open streams: few of one member, bounded in all, and over when their member's session is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from realinsights_platform.errors import TooMany
from realinsights_platform.principal import Principal
from realinsights_platform.token_register import Revocation
from realinsights_platform.tokens import Verifier

PER_USER: Final = 20  # two for each of ten open pages
MOST: Final = 2_000
_RETRY_SECONDS: Final = 15


class OpenStreams:
    """The streams that this process sends. One that is open when its session is revoked ends at once."""

    def __init__(self, verifier: Verifier) -> None:
        self._of_user: dict[str, dict[asyncio.Event, Principal]] = {}
        self._count = 0
        verifier.watch(self._end)

    @contextmanager
    def opened(self, principal: Principal, over: asyncio.Event) -> Iterator[None]:
        """Count a stream until the context is left; `over` is set when it must end. Raises `TooMany`."""
        own = self._of_user.get(principal.user, {})
        if len(own) >= PER_USER or self._count >= MOST:
            whose = "You have" if len(own) >= PER_USER else "The server has"
            raise TooMany(f"{whose} too many streams open. Close one, or try again later.", retry_after=_RETRY_SECONDS)
        self._of_user.setdefault(principal.user, own)[over] = principal
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
            del own[over]
            if not own:
                del self._of_user[principal.user]

    def _end(self, revocation: Revocation) -> None:
        for over, principal in self._of_user.get(revocation.user, {}).items():
            if revocation.session in {None, principal.session}:
                over.set()
