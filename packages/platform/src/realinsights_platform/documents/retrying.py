"""Retrying: work whose documents somebody else changed meanwhile looks at them again and decides anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, Refusal, Stale, TooMany

TRIES: Final = 8

T = TypeVar("T")


async def committed(
    open_unit: Callable[[], Unit],
    work: Callable[[Unit], Awaitable[T]],
    *,
    tries: int = TRIES,
    crossed: tuple[type[Refusal], ...] = (Stale, Conflict),
) -> tuple[T, int | None]:
    """Do work in a unit of its own and commit it; return its result and its sequence (None: nothing to commit).

    Work is done again, in a new unit, where the commit refuses it for one of `crossed`. What the work itself raises is
    its answer. Raises `TooMany` for work that is crossed every time.
    """
    for _ in range(tries):
        unit = open_unit()
        result = await work(unit)
        try:
            return result, await unit.commit()
        except crossed:
            continue
    raise TooMany("The same is being changed over and over at this moment. Try again.", retry_after=1)
