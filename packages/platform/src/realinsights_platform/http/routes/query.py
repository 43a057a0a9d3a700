"""Queries: the parameters that a handler takes from the part of an address after the question mark."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec

from realinsights_platform.errors import Invalid
from realinsights_platform.http.routes.declaring import Declaration
from realinsights_platform.validation import decoded

S = TypeVar("S", bound=msgspec.Struct)


class Query:
    """A route's query: `parameters` are the handler's, by name, each a type and a default (`NODEFAULT`: required).

    A parameter whose type is a msgspec struct, such as `filters: Filters`, stands for its fields: each of them is a
    query parameter, and the handler is given the struct. Raises `Declaration` for what no query can hold.
    """

    def __init__(self, parameters: Mapping[str, tuple[Any, Any]], *, dated: bool, paged: bool) -> None:
        self._spread = {
            name: (type_, type_.__struct_fields__)
            for name, (type_, _) in parameters.items()
            if isinstance(type_, type) and issubclass(type_, msgspec.Struct)
        }
        fields = [(name, type_, default) for name, (type_, default) in parameters.items() if name not in self._spread]
        for struct, _ in self._spread.values():
            fields += [(field.name, field.type, field.default) for field in msgspec.structs.fields(struct)]
        fields += [("business_date", datetime.date | None, None)] if dated else []
        fields += [("cursor", str | None, None)] if paged else []
        if twice := {name for name, *_ in fields if [field[0] for field in fields].count(name) > 1}:
            raise Declaration(f"two query parameters are called {', '.join(sorted(twice))}")
        for name, type_, _ in fields:
            refuse_unknown_metadata(type_, name)
        self.struct = msgspec.defstruct("Query", fields, rename="camel", kw_only=True, forbid_unknown_fields=True)
        self._lists = frozenset(_lists_of(self.struct))
        self._defaults: dict[str, Any] | None = None
        try:
            self._defaults, *_ = self._arguments(msgspec.convert({}, self.struct, strict=False))
        except msgspec.ValidationError:
            pass  # a required parameter: there are no defaults
        except TypeError as error:
            raise Declaration(f"a query cannot hold that, and nobody gives it: {error}") from error

    def values(self, query: bytes) -> tuple[dict[str, Any], str | None, datetime.date | None]:
        """Return the handler's arguments, the cursor and the business date; raises `Invalid`."""
        if not query and self._defaults is not None:
            return self._defaults.copy(), None, None
        return self._arguments(parsed_query(query, self.struct, self._lists))

    def _arguments(self, found: msgspec.Struct) -> tuple[dict[str, Any], str | None, datetime.date | None]:
        arguments = {name: getattr(found, name) for name in found.__struct_fields__}
        for name, (struct, fields) in self._spread.items():
            arguments[name] = struct(**{field: arguments.pop(field) for field in fields})
        return arguments, arguments.pop("cursor", None), arguments.pop("business_date", None)


def parsed_query(query: bytes, struct: type[S], lists: Collection[str] | None = None) -> S:
    """Return a query string as a struct; raises `Invalid`. `lists` are the wire names of the fields that repeat."""
    lists = _lists_of(struct) if lists is None else lists
    values: dict[str, Any] = {}
    if query:
        try:
            pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=250)
        except ValueError:
            raise Invalid("The query is not one: it must be UTF-8 in percent encoding.") from None
        for name, value in pairs:
            if name in lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise Invalid.field(name, "may be given once")
            else:
                values[name] = value
    found: S = decoded(values, struct, what="query", strict=False)
    return found


def refuse_unknown_metadata(type_: Any, where: str) -> None:
    """Raise `Declaration` where an `Annotated` says something that nothing enforces: only `msgspec.Meta` is heeded."""
    seen: set[Any] = set()

    def look(type_: Any, where: str) -> None:
        if get_origin(type_) is Annotated:
            for metadata in type_.__metadata__:
                if not isinstance(metadata, msgspec.Meta):
                    raise Declaration(f"{where}: nothing enforces {metadata!r}; say it with msgspec.Meta")
        for argument in get_args(type_):
            look(argument, where)
        struct = get_origin(type_) or type_
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct) and struct not in seen:
            seen.add(struct)
            for field in msgspec.structs.fields(struct):
                look(field.type, f"{where}.{field.name}")

    look(type_, where)


def _lists_of(struct: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct) if _is_list(field.type)]


def _is_list(type_: Any) -> bool:
    origin = get_origin(type_)
    if origin is Annotated:
        return _is_list(get_args(type_)[0])
    if origin in {list, tuple, set, frozenset}:
        return True
    return any(_is_list(member) for member in get_args(type_)) if origin is not None else False
