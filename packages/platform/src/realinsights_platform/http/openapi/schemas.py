"""JSON schemas of the types that requests take and answers give, exact enough to generate a client's types from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

import msgspec
from msgspec.inspect import Field, StructType, Type, multi_type_info

from realinsights_platform.http.routes.declaring import Declaration

_REFERENCE: Final = "#/components/schemas/{name}"
_DECIMAL_PATTERN: Final = r"^-?\d{1,20}(\.\d{1,20})?$"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Schemas:
    """Schemas of every type that requests take and answers give, which share their components.

    What is taken may leave out whatever has a default; what is given leaves out only what its type says, so the two
    differ. A component that is both is called `…Input` where it is taken, if that makes a difference.
    """

    def __init__(self, *, taken: Sequence[Any], given: Sequence[Any]) -> None:
        _refuse_clashes(msgspec.json.schema_components([*taken, *given], ref_template=_REFERENCE)[1])
        inputs, input_components = _schemas(taken)
        self._given, self.components = _schemas(given)
        for struct in _structs(given):
            _make_exact(self.components[_safe(_title(struct.cls))], struct)
        renamed = _different(input_components, self.components)
        self._taken = [(type_, _with_names(schema, renamed)) for type_, schema in inputs]
        for name, schema in input_components.items():
            if renamed.get(name, "") in {*self.components, *input_components}:
                raise Declaration(f"there is a type {renamed[name]} already; call it something else")
            self.components[renamed.get(name, name)] = _with_names(schema, renamed)

    def taken(self, type_: Any) -> dict[str, Any]:
        """Return the schema of a type as requests carry it."""
        return _found(self._taken, type_)

    def given(self, type_: Any) -> dict[str, Any]:
        """Return the schema of a type as answers carry it."""
        return _found(self._given, type_)


_Schemas = list[tuple[Any, dict[str, Any]]]


def _schemas(types: Sequence[Any]) -> tuple[_Schemas, dict[str, dict[str, Any]]]:
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return (
        [(type_, _tidied(schema)) for type_, schema in zip(types, schemas, strict=True)],
        {_safe(name): _tidied(schema) for name, schema in components.items()},
    )


def _found(schemas: _Schemas, type_: Any) -> dict[str, Any]:
    for known, schema in schemas:
        if known is type_ or known == type_:
            return dict(schema)
    raise KeyError(type_)


def _refuse_clashes(components: Iterable[str]) -> None:
    """Raise `Declaration` where two types have one name, which msgspec then tells apart by their modules."""
    if clashing := sorted(name for name in components if "." in name):
        raise Declaration(f"two types of the interface may not have one name: {', '.join(clashing)}")


def _structs(types: Sequence[Any]) -> Iterator[StructType]:
    """Yield every struct that some types are or hold, once."""
    seen: set[Any] = set()
    waiting: list[Any] = list(multi_type_info(types))
    while waiting:
        info = waiting.pop()
        if isinstance(info, tuple):
            waiting += info
        elif isinstance(info, Type | Field):
            if isinstance(info, StructType):
                if info.cls in seen:
                    continue
                seen.add(info.cls)
                yield info
            waiting += (getattr(info, name) for name in info.__struct_fields__)


def _make_exact(component: dict[str, Any], struct: StructType) -> None:
    """Let a struct's schema say what its JSON always holds, and what is never null."""
    if struct.array_like:
        return  # its schema says how long the array is at least
    leaves_out = (get_origin(struct.cls) or struct.cls).__struct_config__.omit_defaults
    always = set(component.get("required", ()))
    for field in struct.fields:
        property_ = component["properties"][field.encode_name]
        property_.pop("default", None)
        if leaves_out and not field.required:
            if field.default is None:
                component["properties"][field.encode_name] = _never_null(property_)
        elif field.default is not msgspec.UNSET:
            always.add(field.encode_name)
    component["required"] = [name for name in component["properties"] if name in always]


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    members = [member for member in schema.get("anyOf", ()) if member != {"type": "null"}]
    if not members:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**rest, **members[0]} if len(members) == 1 else {**rest, "anyOf": members}


def _different(taken: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """Return what components are called as input that are not the same, all the way down, as those given."""
    different = {name for name in taken if name in given and taken[name] != given[name]}
    while more := {
        name
        for name in taken
        if name in given and name not in different and any(other in different for other in _names(taken[name]))
    }:
        different |= more
    return {name: f"{name}Input" for name in different}


def _names(schema: Any) -> Iterator[str]:
    """Yield the components that a schema refers to."""
    if isinstance(schema, list):
        for item in schema:
            yield from _names(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _names(value)


def _with_names(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, list):
        return [_with_names(item, names) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _with_names(value, names) for key, value in schema.items()}
    if isinstance(changed.get("$ref"), str):
        name = changed["$ref"].rpartition("/")[2]
        changed["$ref"] = _REFERENCE.format(name=names.get(name, name))
    return changed


def _title(cls: Any) -> str:
    arguments = ", ".join(getattr(argument, "__name__", repr(argument)) for argument in get_args(cls))
    return f"{get_origin(cls).__name__}[{arguments}]" if arguments else str(cls.__name__)


def _tidied(schema: Any) -> Any:
    """Return a schema with names that OpenAPI allows, and decimals that say how they look."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidied(value) for key, value in schema.items()}
    if isinstance(tidy.get("$ref"), str):
        prefix, _, name = tidy["$ref"].rpartition("/")
        tidy["$ref"] = f"{prefix}/{_safe(name)}"
    if tidy.get("format") == "decimal" and "pattern" not in tidy:
        tidy["pattern"] = _DECIMAL_PATTERN
    return tidy


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip("_")
