"""The fields that differ between two versions of a document."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from realinsights_platform.documents.port import AnyDocument

_IDENTITY: Final = frozenset({"id", "org", "version"})
_SAID_ELSEWHERE: Final = frozenset({"former", "recordedOn"})


class ChangedField(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One field before and after, by its path on the wire; null is unknown or not there."""

    field: str
    before: str | bool | int | None
    after: str | bool | int | None


def differences(before: AnyDocument | None, after: AnyDocument | None) -> tuple[ChangedField, ...]:
    """Return the fields that differ between two versions of a document; None is one that is not there."""
    old, new = _flat(before), _flat(after)
    return tuple(
        ChangedField(field=field, before=old.get(field), after=new.get(field))
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    )


def _flat(document: AnyDocument | None) -> dict[str, str | bool | int | None]:
    if document is None:
        return {}
    fields: dict[str, str | bool | int | None] = {}
    for name, value in msgspec.to_builtins(document).items():
        if name == "termsChanges":
            # The terms before are among the fields that changed, and the day is the entry's own.
            said = [{key: item for key, item in made.items() if key not in _SAID_ELSEWHERE} for made in value]
            _flatten(fields, name, said)
        elif name not in _IDENTITY:
            _flatten(fields, name, value)
    return fields


def _flatten(fields: dict[str, str | bool | int | None], path: str, value: Any) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            _flatten(fields, f"{path}.{name}", item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _flatten(fields, f"{path}[{index}]", item)
    else:
        fields[path] = value
