"""Several attributes of an object at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any


def values_of(attributes: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives an object's values of these attributes, none and one of them included, in one step."""
    if not attributes:
        return lambda _: ()
    getter: Callable[[Any], Any] = attrgetter(*attributes)
    return getter if len(attributes) > 1 else lambda value: (getter(value),)
