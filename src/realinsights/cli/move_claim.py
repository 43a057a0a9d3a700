"""The claim of a move: one process at a time writes to the receiving side, and shows that it is alive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, cast

import msgspec

from realinsights_platform.documents.journal_port import Mark, Marks
from realinsights_platform.errors import Conflict, Unavailable
from realinsights_platform.ids import new_id
from realinsights_platform.tasks import end

BEAT_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 4.0
"""For how long one looks whether another move shows a sign of life."""

_CLAIM: Final = "move"
_ID: Final = "moved"


class _Claim(msgspec.Struct, frozen=True, array_like=True):
    holder: str
    beat: int


async def id_of(marks: Marks, *, begin: bool) -> str | None:
    """Return the id of the move that a store was the target of; with `begin` one is made where there is none."""
    found = (await marks.mark(_ID)).place
    if not found and begin:
        found = new_id()
        await marks.move(_ID, Mark(found))
    return found or None


@asynccontextmanager
async def claimed(marks: Marks, *, alone: bool) -> AsyncIterator[None]:
    """Hold the claim until the context is left; `alone` says that no other process can have the store open.

    Raises `Conflict` where another process shows that it is alive, here or there. What keeps two moves from harming
    each other is not this: entries that do not follow the journal's end are refused.
    """
    before = await marks.mark(_CLAIM)
    if before.place and not alone:
        for _ in range(int(PATIENCE_SECONDS / BEAT_SECONDS)):
            await asyncio.sleep(BEAT_SECONDS)
            if await marks.mark(_CLAIM) != before:
                raise Conflict("Another move to the same installation is under way. Wait until it has ended.")
    token = before.token + 1
    holder = new_id()
    await marks.move(_CLAIM, _mark(holder, 0, token))
    this = cast("asyncio.Task[None]", asyncio.current_task())
    lost: list[Conflict] = []

    async def beat() -> None:
        number = 0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            number += 1
            with suppress(Unavailable):  # who writes meets that too
                now = await marks.mark(_CLAIM)
                if not now.place or msgspec.json.decode(now.place, type=_Claim).holder != holder:
                    lost.append(Conflict("Another move to the same installation has begun. This one has ended."))
                    this.cancel()
                    return
                await marks.move(_CLAIM, _mark(holder, number, token))

    beating = asyncio.create_task(beat(), name="claim of the move")
    try:
        yield
    except asyncio.CancelledError:
        if lost:
            this.uncancel()
            raise lost[0] from None
        raise
    finally:
        await end(beating)
        if not lost:
            await marks.move(_CLAIM, Mark("", token))


def _mark(holder: str, beat: int, token: int) -> Mark:
    return Mark(msgspec.json.encode(_Claim(holder, beat)).decode(), token)
