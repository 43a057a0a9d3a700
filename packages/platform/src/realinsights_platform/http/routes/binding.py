"""What a handler asks for, read from its signature once, and taken from each request."""

from __future__ import annotations

import datetime
import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec

from realinsights_platform.errors import FieldError, Invalid
from realinsights_platform.http.routes.declaring import Route
from realinsights_platform.http.routes.validation import decoded

EDGE_NAMES: Final = frozenset({"documents", "unit", "principal", "business_date", "if_match", "cursor", "request"})
"""The parameter names that mean the same in every service."""

S = TypeVar("S", bound=msgspec.Struct)

_BRACES = re.compile(r"\{(\w+)(?::\w+)?\}")
_MOST_PARAMETERS = 250


class Declaration(TypeError):
    """A route that cannot work as it is declared."""


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A route's handler, ready to be called.

    `wanted` are the edge's names it asks for, `given` its collaborators by name, `path` its path parameters. `query` is
    a struct of its query parameters, `lists` the wire names of those that repeat, `defaults` its arguments where there
    is no query (None where some are required). `body` decodes its `data`, None where it takes none.
    """

    route: Route
    wanted: frozenset[str]
    given: Mapping[str, Any]
    path: tuple[str, ...]
    query: type[msgspec.Struct]
    lists: frozenset[str]
    defaults: dict[str, Any] | None
    body: msgspec.json.Decoder[Any] | None
    body_type: Any
    body_default: Any
    answer_type: Any
    call: Callable[..., Any]

    def query_values(self, query: bytes) -> tuple[dict[str, Any], str | None, datetime.date | None]:
        """Return the handler's query arguments, the cursor and the business date; raises `Invalid`."""
        if not query and self.defaults is not None:
            return self.defaults.copy(), None, None
        found = parsed_query(query, self.query, self.lists)
        arguments = {name: getattr(found, name) for name in found.__struct_fields__}
        return arguments, arguments.pop("cursor", None), arguments.pop("business_date", None)


def parsed_query(query: bytes, struct: type[S], lists: Collection[str] | None = None) -> S:
    """Return a query string as a struct; raises `Invalid`. `lists` are the wire names of the fields that repeat."""
    lists = _wire_names(struct, _is_list) if lists is None else lists
    values: dict[str, Any] = {}
    if query:
        try:
            pairs = parse_qsl(
                query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
            )
        except ValueError:
            raise Invalid("The query is not one: it must be UTF-8 in percent encoding") from None
        for name, value in pairs:
            if name in lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise Invalid.field(name, "may be given once")
            else:
                values[name] = value
    found: S = decoded(values, struct, what="query", strict=False)
    return found


def bind(route: Route, given: Mapping[str, Any]) -> Binding:
    """Read a route's handler; raises `Declaration` where it asks for what nobody can give."""
    signature = inspect.signature(route.handler)
    hints = get_type_hints(route.handler, include_extras=True)
    path = tuple(_BRACES.findall(route.path))
    names = set(signature.parameters)
    where = f"{route.method} {route.path}"
    if not inspect.iscoroutinefunction(route.handler):
        raise Declaration(f"{where}: a handler is an async function")
    if unbound := set(path) - names:
        raise Declaration(f"{where}: the handler does not take {', '.join(sorted(unbound))}")
    wanted = names & EDGE_NAMES
    if route.cached and "request" in wanted:
        raise Declaration(f"{where}: a cached answer may not depend on the whole request")
    if route.permission is None and wanted & {"unit", "if_match", "cursor"}:
        raise Declaration(f"{where}: on a public route there is no caller to open a unit, match a version or page for")
    if route.method in {"GET", "DELETE"} and "data" in names:
        raise Declaration(f"{where}: {route.method} has no body")

    query: dict[str, tuple[Any, Any]] = {}
    for name, parameter in signature.parameters.items():
        if name in EDGE_NAMES or name in given or name in path or name == "data":
            continue
        default = msgspec.NODEFAULT if parameter.default is parameter.empty else parameter.default
        query[name] = (hints[name], default)
    if route.permission is not None:
        query["business_date"] = (datetime.date | None, None)
    if "cursor" in wanted:
        query["cursor"] = (str | None, None)
    struct = msgspec.defstruct(
        "Query",
        [(name, type_, default) for name, (type_, default) in query.items()],
        rename="camel",
        kw_only=True,
        forbid_unknown_fields=True,
    )
    defaults = None
    try:
        found = msgspec.convert({}, struct, strict=False)
        names_only = [name for name in struct.__struct_fields__ if name not in {"cursor", "business_date"}]
        defaults = {name: getattr(found, name) for name in names_only}
    except msgspec.ValidationError:
        pass  # a required parameter: there are no defaults
    except TypeError as error:
        raise Declaration(f"{where}: a query cannot hold that, and nobody gives it: {error}") from error

    takes_data = "data" in names
    data_default = signature.parameters["data"].default if takes_data else inspect.Parameter.empty
    return Binding(
        route=route,
        wanted=frozenset(wanted),
        given={name: given[name] for name in names & set(given)},
        path=path,
        query=struct,
        lists=frozenset(_wire_names(struct, _is_list)),
        defaults=defaults,
        body=msgspec.json.Decoder(hints["data"]) if takes_data else None,
        body_type=hints.get("data"),
        body_default=data_default,
        answer_type=hints.get("return", Any),
        call=route.handler,
    )


def framework_path(path: str) -> str:
    """Return a path with its parameters as the framework writes them."""
    return _BRACES.sub(r"{\1:str}", path)


def documented_path(path: str) -> str:
    """Return a path with its parameters as OpenAPI writes them."""
    return _BRACES.sub(r"{\1}", path)


def refuse_clashes(given: Collection[str]) -> None:
    """Raise `Declaration` where a collaborator has a name that means something else already."""
    if taken := set(given) & (EDGE_NAMES | {"data"}):
        raise Declaration(f"collaborators may not be called {', '.join(sorted(taken))}")


def missing(field: str) -> Invalid:
    """Return the refusal of a request that lacks something."""
    return Invalid(f"{field}: is required", (FieldError(field, "is required"),))


def _wire_names(struct: type[msgspec.Struct], wanted: Callable[[Any], bool]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct) if wanted(field.type)]


def _is_list(type_: Any) -> bool:
    origin = get_origin(type_)
    if origin is Annotated:
        return _is_list(get_args(type_)[0])
    if origin in {list, tuple, set, frozenset}:
        return True
    return any(_is_list(member) for member in get_args(type_)) if origin is not None else False
