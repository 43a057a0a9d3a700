"""Drafts in a process of its own: a large tape keeps one core planning and another one committing.

The process gets chunks from its standard input and answers with drafts, until that ends. It keeps nothing: where it is
killed, its chunk is drafted anew, here.
"""

from __future__ import annotations

import contextlib
import gc
import subprocess
import sys
from typing import IO, Final

import msgspec
import structlog

from realinsights.loans.service.imports.drafting import Chunk, Draft, Drafter

log = structlog.get_logger()

_LENGTH: Final = 8  # bytes that say how many follow
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class DraftingProcess:
    """Drafts like a `Drafter`, elsewhere; once the process has ended before its time, here."""

    def __init__(self) -> None:
        self._here = Drafter()
        self._decode = msgspec.msgpack.Decoder(Draft).decode
        # In a session of its own: who interrupts this process means the import, which ends the other one.
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def draft(self, chunk: Chunk) -> Draft | None:
        """Return the chunk's unit of work; None where it follows one that was drafted elsewhere."""
        process = self._process
        if process is not None:
            try:
                return self._asked(process, chunk)
            except (OSError, EOFError):
                if self._process is None:
                    return None  # closed meanwhile: nobody waits any more
                self.close()
                log.warning("import.drafting.ended", code=process.returncode)
        return self._here.draft(chunk)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what was not sent any more
                    if pipe is not None:
                        pipe.close()

    def _asked(self, process: subprocess.Popen[bytes], chunk: Chunk) -> Draft:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        _send(process.stdin, _ENCODE(chunk))
        return self._decode(_receive(process.stdout))


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
