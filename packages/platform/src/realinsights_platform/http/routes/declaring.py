"""Routes as a service declares them: what is asked, who may, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Protocol

from realinsights_platform.documents.port import Documents

SIGNED_IN: Final = "signed-in"
"""The permission that every signed-in caller has."""

MEBIBYTE: Final = 1024 * 1024

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One method of one path; `permission` is None on a public route."""

    method: str
    path: str
    handler: Handler
    permission: str | None
    cached: bool
    status: int
    limit: str
    max_body: int
    streamed: bool
    idempotent: bool
    media_type: str


class Versions(Protocol):
    """The versions that cached answers are stored under, by organization: sequences of a journal.

    A version must not change before what it stands for can be read. `documents.heads.Heads` are those of a service.
    """

    def head(self, org: str) -> int | None:
        """Return the version as this process knows it, None where it does not know it just now. For the hot path."""

    async def current(self, org: str, *, at_least: int = 0) -> int:
        """Return the version, looked up where it is not known; wait for it where it is below `at_least`."""


@dataclass(frozen=True, slots=True, eq=False)
class ServiceRoutes:
    """A service's routes and what they rest on.

    `versions` count the sequences of `follows`, which is the service itself unless it is a read model of another.
    `given` are collaborators that handlers may ask for by name.
    """

    name: str
    routes: Sequence[Route]
    documents: Documents
    versions: Versions
    follows: str | None = None
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def _declare(  # noqa: PLR0917 - private: every caller is below
    method: str,
    path: str,
    status: int,
    permission: str | None,
    public: bool,
    cached: bool,
    limit: str,
    max_body: int,
    streamed: bool,
    idempotent: bool,
    media_type: str,
) -> Callable[[Handler], Route]:
    if (permission is None) is not public:
        raise TypeError(f"{method} {path}: say either which permission it needs or that it is public")
    if cached and public:
        raise TypeError(f"{method} {path}: answers of a public route are nobody's to cache")

    def declare(handler: Handler) -> Route:
        return Route(
            method=method,
            path=path,
            handler=handler,
            permission=permission,
            cached=cached,
            status=status,
            limit=limit,
            max_body=max_body,
            streamed=streamed,
            idempotent=idempotent,
            media_type=media_type,
        )

    return declare


def get(
    path: str,
    *,
    permission: str | None = None,
    public: bool = False,
    cached: bool = False,
    status: int = 200,
    limit: str = "",
    media_type: str = "application/json",
) -> Callable[[Handler], Route]:
    """Declare a read; it answers HEAD too."""
    return _declare("GET", path, status, permission, public, cached, limit, MEBIBYTE, False, False, media_type)


def post(
    path: str,
    *,
    permission: str | None = None,
    public: bool = False,
    status: int = 201,
    limit: str = "",
    max_body: int = MEBIBYTE,
    streamed: bool = False,
    idempotent: bool = True,
    media_type: str = "application/json",
) -> Callable[[Handler], Route]:
    """Declare a POST; it honors `Idempotency-Key` unless it is public or its answer carries a secret."""
    repeatable = idempotent and not public
    return _declare("POST", path, status, permission, public, False, limit, max_body, streamed, repeatable, media_type)


def put(
    path: str,
    *,
    permission: str | None = None,
    public: bool = False,
    status: int = 200,
    limit: str = "",
    max_body: int = MEBIBYTE,
    streamed: bool = False,
    media_type: str = "application/json",
) -> Callable[[Handler], Route]:
    """Declare a change of a whole thing."""
    return _declare("PUT", path, status, permission, public, False, limit, max_body, streamed, False, media_type)


def patch(
    path: str,
    *,
    permission: str | None = None,
    public: bool = False,
    status: int = 200,
    limit: str = "",
    max_body: int = MEBIBYTE,
    media_type: str = "application/json",
) -> Callable[[Handler], Route]:
    """Declare a change of some of a thing's fields."""
    return _declare("PATCH", path, status, permission, public, False, limit, max_body, False, False, media_type)


def delete(
    path: str,
    *,
    permission: str | None = None,
    public: bool = False,
    status: int = 204,
    limit: str = "",
    media_type: str = "application/json",
) -> Callable[[Handler], Route]:
    """Declare a removal."""
    return _declare("DELETE", path, status, permission, public, False, limit, MEBIBYTE, False, False, media_type)
