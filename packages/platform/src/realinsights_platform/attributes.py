"""Several attributes of an object at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


def values_of(attributes: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives an object's values of these attributes, none and one of them included, in one step."""
    if not attributes:
        return lambda _: ()
    getter: Callable[[Any], Any] = attrgetter(*attributes)
    return getter if len(attributes) > 1 else lambda value: (getter(value),)


def made_from(source: Any, type_: type[S], **others: Any) -> S:
    """Return a struct whose fields are `others` and, for the rest, the attributes of the same names of `source`."""
    names, values = _taken(type_, tuple(others))
    return type_(**dict(zip(names, values(source), strict=True)), **others)


@cache
def _taken(type_: type[msgspec.Struct], others: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    names = tuple(name for name in type_.__struct_fields__ if name not in others)
    return names, values_of(names)
