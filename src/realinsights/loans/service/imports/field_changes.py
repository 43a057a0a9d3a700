"""Field changes of a row: what differs between two documents, for whoever looks at an import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from realinsights.loans.model.imports import FieldChange

_KEPT_BY_STORE: Final = frozenset({"id", "org", "version", "sources", "propertyIds", "row", "line"})


def differences(prefix: str, before: msgspec.Struct | None, after: msgspec.Struct | None) -> Iterator[FieldChange]:
    """Yield each field in which two documents differ, by its path on the wire; None is a document that is not there."""
    old, new = _flat(before), _flat(after)
    for name in new | old:
        if name in _KEPT_BY_STORE or old.get(name) == new.get(name):
            continue
        yield FieldChange(field=f"{prefix}{name}", before=old.get(name), after=new.get(name))


def _flat(struct: msgspec.Struct | None) -> dict[str, Any]:
    if struct is None:
        return {}
    flat: dict[str, Any] = {}
    for name, value in plain(struct).items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": item for inner, item in value.items() if item is not None}
        elif value is not None and value not in ((), []):
            flat[name] = value
    return flat


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    return msgspec.to_builtins(value, str_keys=True)
