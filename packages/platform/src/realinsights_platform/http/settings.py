"""Settings of the edge, read once by the composition root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from realinsights_platform.limits.port import Rate
from realinsights_platform.quota import UNLIMITED, Quota

ANONYMOUS: Final = "anonymous"
SIGNED_IN_USER: Final = "user"
SIGN_IN: Final = "sign-in"

RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        ANONYMOUS: Rate(amount=300, seconds=60),  # per address: what nobody in particular asks
        SIGNED_IN_USER: Rate(amount=12_000, seconds=60),  # per user: answers from the edge cache do not count
        SIGN_IN: Rate(amount=20, seconds=60),  # per address: passwords tried, organizations registered
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """The edge's settings; `secret` seals cursors: 32 bytes or more, the same in every process and after a restart."""

    secret: bytes
    title: str = "Real Insights"
    release: str = "0.1.0"
    rates: Mapping[str, Rate] = field(default_factory=lambda: RATES)
    plans: Mapping[str, Rate] = field(default_factory=dict)
    """What an organization may ask in all, by its plan; the smallest where its plan is not known. Empty: no bound."""
    cache_bytes: int = 64 * 1024 * 1024
    wait_seconds: float = 2.0
    """How long a read waits for a read model to catch up with what its caller has written."""
    answers_kept_seconds: int = 24 * 60 * 60
    """For how long a replay of an idempotent request returns the first answer."""
    quota: Quota = UNLIMITED
    """How much an organization may write in each service before its further writes are refused."""
    operator_token: str | None = None
    """What `/metrics` and `/docs` ask for; None: they answer everybody."""
    https_only: bool = False
    """Whether browsers are told never to come without TLS again."""

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("The secret that seals cursors must have at least 32 bytes")
