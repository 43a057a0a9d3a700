"""Routes as a service declares them: what is asked, who may, and how it is answered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, ModuleType
from typing import Any, Final, Literal, Protocol, get_args

from realinsights_platform.documents.port import Documents

SIGNED_IN: Final = "signed-in"
"""The permission that every signed-in caller has."""

Scoped = Literal["refused", "applied", "unaffected"]
"""The treatment of a caller who is limited to a part of the organization.

They are refused, the answer is narrowed to their part, or the answer tells nothing of loans.
"""

MEBIBYTE: Final = 1024 * 1024

Handler = Callable[..., Any]


class Declaration(TypeError):
    """A route that cannot work as it is declared."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One method of one path; `permission` is None on a public route, whose callers have no scope.

    `cost` is how many requests it counts as: about one for each millisecond that it may take. One that is `enrolling`
    answers also whom may do nothing before they have added a second factor.
    """

    method: str
    path: str
    handler: Handler
    permission: str | None
    scoped: Scoped
    cached: bool
    status: int
    limit: str
    cost: int
    max_body: int
    streamed: bool
    idempotent: bool
    media_type: str
    enrolling: bool = False


class Versions(Protocol):
    """The versions that cached answers are stored under, by organization: sequences of a journal.

    A version must not change before what it stands for can be read. `documents.heads.Heads` are those of a service.
    """

    def head(self, org: str) -> int | None:
        """Return the version as this process knows it, None where it does not know it just now. For the hot path."""

    async def latest(self, org: str, *, at_least: int = 0) -> int:
        """Return the version, looked up where it is not known; wait for it where it is below `at_least`.

        Where it cannot be looked up, the last one that was known is as good, unless it is below `at_least`.
        """


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


def _declare(
    method: str,
    usual_status: int,
    path: str,
    /,
    *,
    permission: str | None = None,
    public: bool = False,
    scoped: Scoped = "refused",
    cached: bool = False,
    status: int | None = None,
    limit: str = "",
    cost: int = 1,
    max_body: int = MEBIBYTE,
    streamed: bool = False,
    idempotent: bool = True,
    media_type: str = "application/json",
    enrolling: bool = False,
) -> Callable[[Handler], Route]:
    """Declare a route; docs/http.md explains the options. Raises `Declaration` where they contradict each other."""
    if (permission is None) is not public:
        raise Declaration(f"{method} {path}: say either which permission it needs or that it is public")
    if scoped not in get_args(Scoped) or (public and scoped != "refused"):
        raise Declaration(f"{method} {path}: say `refused`, `applied` or `unaffected`, and nothing on a public route")
    if cached and (public or method != "GET"):
        raise Declaration(f"{method} {path}: only what signed-in callers GET can be cached")

    def declare(handler: Handler) -> Route:
        return Route(
            method=method,
            path=path,
            handler=handler,
            permission=permission,
            scoped=scoped,
            cached=cached,
            status=usual_status if status is None else status,
            limit=limit,
            cost=cost,
            max_body=max_body,
            streamed=streamed,
            idempotent=idempotent and method == "POST" and not public,
            media_type=media_type,
            enrolling=enrolling,
        )

    return declare


get = functools.partial(_declare, "GET", 200)
"""Declare a read; it answers HEAD too."""

post = functools.partial(_declare, "POST", 201)
"""Declare a POST; it honors `Idempotency-Key` unless it is public or its answer carries a secret."""

put = functools.partial(_declare, "PUT", 200)
"""Declare a change of a whole thing."""

patch = functools.partial(_declare, "PATCH", 200)
"""Declare a change of some of a thing's fields."""

delete = functools.partial(_declare, "DELETE", 204)
"""Declare a removal."""


def routes_in(*modules: ModuleType) -> tuple[Route, ...]:
    """Return the routes that modules declare, in their order."""
    return tuple(route for module in modules for route in vars(module).values() if isinstance(route, Route))
