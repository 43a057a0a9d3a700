"""The same filters on every route, declared once: by the fields of `Filters`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_type_hints

from realinsights.dashboard.model.filters import Filters

T = TypeVar("T")

_PARAMETERS = tuple(
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(Filters(), name), annotation=annotation)
    for name, annotation in get_type_hints(Filters, include_extras=True).items()
)


def filtered(handler: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Let a handler that takes `filters` be asked with one query parameter per field of `Filters` instead."""
    signature = inspect.signature(handler)
    hints = get_type_hints(handler, include_extras=True)
    own = [parameter for name, parameter in signature.parameters.items() if name != "filters"]

    @functools.wraps(handler)
    async def with_filters(**arguments: Any) -> T:
        fields = {parameter.name: arguments.pop(parameter.name) for parameter in _PARAMETERS}
        return await handler(filters=Filters(**fields), **arguments)

    parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name]) for parameter in own
    ]
    with_filters.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what `inspect.signature` reads
        parameters=[*parameters, *_PARAMETERS], return_annotation=hints["return"]
    )
    with_filters.__annotations__ = {
        **{parameter.name: parameter.annotation for parameter in (*parameters, *_PARAMETERS)},
        "return": hints["return"],
    }
    del with_filters.__wrapped__
    return with_filters
