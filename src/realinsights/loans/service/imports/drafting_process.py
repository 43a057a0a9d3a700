"""Where chunks are drafted: in a thread, or in a process of its own, so that one core plans while another one commits.

The process gets chunks from its standard input and answers with drafts, until that ends. It keeps nothing: where it is
killed, what it had not answered is drafted anew, in a thread.
"""

from __future__ import annotations

import contextlib
import gc
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Final

import msgspec
import structlog

from realinsights.loans.service.imports.drafting import Chunk, Draft, Drafter

log = structlog.get_logger()

_PIPE: Final = 1024 * 1024  # bytes, where the system lets us ask for them: a draft has about so many
_LENGTH: Final = 8  # bytes that say how many follow
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class DraftingThread:
    """Drafts in a thread."""

    def __init__(self) -> None:
        self._drafter = Drafter()
        self._thread = ThreadPoolExecutor(1, "drafting")

    def begin(self, chunk: Chunk) -> Future[Draft | None]:
        """Begin to draft a chunk, once those before it are drafted; None where it follows one that was lost."""
        return self._thread.submit(self._drafter.draft, chunk)

    def close(self) -> None:
        """Draft no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class DraftingProcess:
    """Drafts in a process of its own; once that has ended before its time, in a thread."""

    def __init__(self) -> None:
        self._here: Drafter | None = None
        self._decode = msgspec.msgpack.Decoder(Draft).decode
        self._ending = False
        # A thread for each direction: the next chunk waits in the pipe while one is being drafted.
        self._sending = ThreadPoolExecutor(1, "drafting-chunks")
        self._receiving = ThreadPoolExecutor(1, "drafting-drafts")
        # In a session of its own: who interrupts this process means the import, which ends the other one.
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=_PIPE,
            start_new_session=True,
        )

    def begin(self, chunk: Chunk) -> Future[Draft | None]:
        """Begin to draft a chunk, once those before it are drafted; None where it follows one that was lost."""
        self._sending.submit(self._send, chunk)
        return self._receiving.submit(self._receive, chunk)

    def close(self) -> None:
        """End the process."""
        self._ending = True
        self._process.kill()
        self._process.wait()
        for thread in (self._sending, self._receiving):
            thread.shutdown(cancel_futures=True)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not sent any more
                if pipe is not None:
                    pipe.close()

    def _send(self, chunk: Chunk) -> None:
        with contextlib.suppress(OSError):  # where nobody takes it, no draft comes back
            if self._process.stdin is not None:
                _send(self._process.stdin, _ENCODE(chunk))

    def _receive(self, chunk: Chunk) -> Draft | None:
        try:
            if self._process.stdout is None:
                raise EOFError
            return self._decode(_receive(self._process.stdout))
        except EOFError:
            if self._ending:
                return None
            if self._here is None:
                log.warning("import.drafting.ended", code=self._process.wait())
                self._here = Drafter()
            return self._here.draft(chunk)


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(_LENGTH))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    length = int.from_bytes(pipe.read(_LENGTH))
    message = pipe.read(length)
    if not message or len(message) < length:
        raise EOFError
    return message


def _serve(chunks: IO[bytes], drafts: IO[bytes]) -> None:
    decode = msgspec.msgpack.Decoder(Chunk).decode
    drafter = Drafter()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            draft = drafter.draft(decode(_receive(chunks)))
            if draft is None:
                raise RuntimeError("a chunk follows one that was not drafted here")
            _send(drafts, _ENCODE(draft))


if __name__ == "__main__":
    # Nothing here refers to itself: what is not needed any more goes without being looked for.
    gc.disable()
    _serve(sys.stdin.buffer, sys.stdout.buffer)
