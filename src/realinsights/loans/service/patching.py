"""Changes of some fields, and fields that a caller sends back as they were answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec

from realinsights_platform.documents.port import AnyDocument
from realinsights_platform.errors import FieldError, Invalid
from realinsights_platform.validation import decoded

Draft = TypeVar("Draft", bound=msgspec.Struct)

NOTHING_KEPT: Final[Mapping[str, Any]] = MappingProxyType({})


def patched(document: AnyDocument, changes: Mapping[str, Any], draft: type[Draft]) -> Draft:
    """Return what a person says of a document once a JSON merge patch (RFC 7396) is applied to it.

    A field that is null goes back to its default. Raises `Invalid` naming every bad field.
    """
    try:
        whole = _merged(_answered(document), changes)
    except RecursionError:
        raise Invalid("The body is nested too deeply.") from None
    own = set(draft.__struct_encode_fields__)
    refuse_other(document, {name: value for name, value in whole.items() if name not in own})
    said: Draft = decoded({name: value for name, value in whole.items() if name in own}, draft, what="body")
    return said


def refuse_other(document: AnyDocument, kept: Mapping[str, Any]) -> None:
    """Raise `Invalid` for fields that the service keeps, unless they say what the document says."""
    if not kept:
        return
    stored = _answered(document)
    bad = [
        FieldError(name, "is kept by the service: leave it out, or send it as it was answered")
        for name, value in kept.items()
        if value != stored.get(name)
    ]
    if bad:
        raise Invalid("Some fields cannot be written.", tuple(bad))


def _merged(target: Any, changes: Any) -> Any:
    if not isinstance(changes, Mapping):
        return changes
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result


def _answered(document: AnyDocument) -> dict[str, Any]:
    """Return a document as JSON has it."""
    answered: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return answered
