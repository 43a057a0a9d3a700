"""Drafting process: drafts chunks beside the server, so that one core plans while another one commits.

The process keeps nothing but how far the last chunks came: where it ends before its time, what it had not answered is
drafted anew, in a thread.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Final

import msgspec
import structlog

from realinsights.loans.service.imports.drafting import Chunk, Draft, Drafter

log = structlog.get_logger()

# Much faster than pickling the same structs.
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_CHUNK: Final = msgspec.msgpack.Decoder(Chunk).decode
_DRAFT: Final = msgspec.msgpack.Decoder(Draft).decode


class DraftingThread:
    """A thread that drafts."""

    def __init__(self) -> None:
        self._drafter = Drafter()
        self._thread = ThreadPoolExecutor(1, "drafting")

    async def draft(self, chunk: Chunk) -> Draft | None:
        """Draft a chunk, after those asked for before it; return None where it follows one that was lost."""
        return await asyncio.wrap_future(self._thread.submit(self._drafter.draft, chunk))

    def close(self) -> None:
        """Draft no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class DraftingProcess:
    """A process of its own that drafts; once it has ended before its time, a thread does."""

    def __init__(self) -> None:
        self._thread = DraftingThread()
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin_process)
        self._pool.submit(_drafter)  # starts the process

    async def draft(self, chunk: Chunk) -> Draft | None:
        """Draft a chunk, after those asked for before it; return None where it follows one that was lost."""
        try:
            answer = await asyncio.wrap_future(self._pool.submit(_draft, _ENCODE(chunk)))
        except BrokenProcessPool:
            log.warning("import.drafting.ended", chunk=chunk.work.chunks)
            return await self._thread.draft(chunk)
        return await asyncio.to_thread(_DRAFT, answer)

    def close(self) -> None:
        """Draft no more; wait until the process has ended."""
        self._pool.shutdown(cancel_futures=True)
        self._thread.close()


def _begin_process() -> None:
    # Who interrupts the other process from the keyboard means the import, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing here refers to itself: what is not needed any more goes without being looked for.
    gc.disable()
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that started this one has ended, however it did: nobody is left to draft for."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _drafter() -> Drafter:
    """Return the process's one drafter."""
    return Drafter()


def _draft(chunk: bytes) -> bytes:
    draft = _drafter().draft(_CHUNK(chunk))
    if draft is None:
        raise RuntimeError("a chunk follows one that was not drafted here")
    return _ENCODE(draft)
