"""Binding: a handler's arguments, read from its signature once and taken from each request."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

import msgspec

from realinsights_platform.http.routes.declaring import Declaration, Route
from realinsights_platform.http.routes.paths import PARAMETER
from realinsights_platform.http.routes.query import Query, refuse_unknown_metadata

EDGE_NAMES: Final = frozenset(
    {"documents", "unit", "principal", "business_date", "date_stated", "if_match", "cursor", "request", "kept"}
)
"""The parameter names that mean the same in every service."""


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A route's handler, ready to be called.

    `wanted` are the edge's names it asks for, `given` its collaborators by name, `path` its path parameters. `body`
    decodes its `data`, None where it takes none. `kept` are fields of the answer that `data` has not, by their names on
    the wire: a caller may send back what was answered.
    """

    route: Route
    wanted: frozenset[str]
    given: Mapping[str, Any]
    path: tuple[str, ...]
    query: Query
    body: msgspec.json.Decoder[Any] | None
    body_type: Any
    body_default: Any
    kept: frozenset[str]
    answer_type: Any
    call: Callable[..., Any]


def bind(route: Route, given: Mapping[str, Any]) -> Binding:
    """Read a route's handler; raises `Declaration` where it asks for what nobody can give."""
    try:
        return _bind(route, given)
    except Declaration as error:
        raise Declaration(f"{route.method} {route.path}: {error}") from error


def _bind(route: Route, given: Mapping[str, Any]) -> Binding:
    signature = inspect.signature(route.handler)
    hints = get_type_hints(route.handler, include_extras=True)
    path = tuple(PARAMETER.findall(route.path))
    names = set(signature.parameters)
    wanted = names & EDGE_NAMES
    takes_data = "data" in names
    if not inspect.iscoroutinefunction(route.handler):
        raise Declaration("a handler is an async function")
    if unbound := set(path) - names:
        raise Declaration(f"the handler does not take {', '.join(sorted(unbound))}")
    if route.cached and "request" in wanted:
        raise Declaration("a cached answer may not depend on the whole request")
    if route.permission is None and wanted & {"unit", "if_match", "cursor"}:
        raise Declaration("on a public route there is no caller to open a unit, match a version or page for")
    if route.method in {"GET", "DELETE"} and takes_data:
        raise Declaration(f"{route.method} has no body")
    if takes_data:
        refuse_unknown_metadata(hints["data"], "data")
    if "kept" in names and not (takes_data and route.method == "PUT"):
        raise Declaration("only a PUT with data has fields that are kept")
    of_query = names - EDGE_NAMES - set(given) - set(path) - {"data"}
    return Binding(
        route=route,
        wanted=frozenset(wanted),
        given={name: given[name] for name in names & set(given)},
        path=path,
        query=Query(
            {
                name: (hints[name], msgspec.NODEFAULT if parameter.default is parameter.empty else parameter.default)
                for name, parameter in signature.parameters.items()
                if name in of_query
            },
            dated=route.permission is not None,
            paged="cursor" in wanted,
        ),
        body=msgspec.json.Decoder(hints["data"]) if takes_data else None,
        body_type=hints.get("data"),
        body_default=signature.parameters["data"].default if takes_data else inspect.Parameter.empty,
        kept=_names(hints["return"]) - _names(hints["data"]) if "kept" in names else frozenset(),
        answer_type=hints.get("return", Any),
        call=route.handler,
    )


def _names(type_: Any) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(type_))


def refuse_clashes(given: Collection[str]) -> None:
    """Raise `Declaration` where a collaborator has a name that means something else already."""
    if taken := set(given) & (EDGE_NAMES | {"data"}):
        raise Declaration(f"collaborators may not be called {', '.join(sorted(taken))}")
