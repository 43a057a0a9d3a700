"""Bounded process: works on one file beside the server, so that a file from a stranger slows nobody else.

The process lasts as long as its file is worked on. It takes second place to the server and has a limit of processor
time and of memory; what needs more ends it, and nothing else.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import reduction
from multiprocessing.connection import Connection
from multiprocessing.util import Finalize
from typing import BinaryIO, Final

Answering = Callable[[bytes], Iterable[bytes]]
"""Answers what the process is asked; no answer is empty."""

_SECONDS_TO_END: Final = 10.0
_LOW: Final = 10  # an eleventh of the processor where the server wants all of it
_LONGEST_ANSWER: Final = 64 * 1024 * 1024
_END: Final = b"."
_FORKSERVER: Final = multiprocessing.get_context("forkserver")
_LOADED: Final = [__name__, "__main__"]


class StoodStill(Exception):
    """Nothing came from the process for too long."""


class Ended(Exception):
    """The process ended before it had answered: with an exit code, negative where a signal ended it."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"the process has ended with {exit_code}")
        self.exit_code = exit_code

    @property
    def out_of_time(self) -> bool:
        """Whether it took more processor time than it may."""
        return self.exit_code == -signal.SIGXCPU


def load_ahead(module: str) -> None:
    """Let a module be loaded once, in the process that every other is forked from in a hundredth of a second.

    It has to be said before the first of them starts, best where the module that starts them is imported.
    """
    _LOADED.append(module)
    _FORKSERVER.set_forkserver_preload(_LOADED)


def bound(*, seconds: int, memory: int) -> None:
    """Let this process take second place to the server, with a limit of processor time and of bytes of addresses.

    It leaves nothing behind of what it held where it breaks.
    """
    os.nice(_LOW)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit of addresses
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


class BoundedProcess:
    """One file and the process that works on it. Every method blocks: call it in a thread."""

    def __init__(
        self, work: Callable[[BinaryIO], Answering], stream: BinaryIO, *, seconds: int, memory: int, name: str
    ) -> None:
        """Start the process: `work` gets the file there; `seconds` are of the processor, `memory` bytes of addresses.

        The interpreter and its libraries take a quarter of two gigabytes.
        """
        self._connection, theirs = _FORKSERVER.Pipe()
        self._process = _FORKSERVER.Process(target=_serve, name=name, args=(theirs, seconds, memory, work))
        self._process.start()
        theirs.close()
        # Where the server ends without closing: nobody waits for a process that works on.
        self._end = Finalize(self, self._process.kill, exitpriority=10)
        reduction.send_handle(self._connection, stream.fileno(), self._process.pid)

    def answers(self, asked: bytes, *, patience: float) -> Iterator[bytes]:
        """Yield what the process answers; raises `StoodStill` after so many seconds without any, and `Ended`."""
        try:
            self._connection.send_bytes(asked)
            while True:
                if not self._connection.poll(patience):
                    raise StoodStill
                answer = self._connection.recv_bytes(_LONGEST_ANSWER)
                if answer == _END:
                    return
                yield answer
        except (EOFError, OSError) as error:
            self._process.join(_SECONDS_TO_END)
            raise Ended(self._process.exitcode) from error

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._end()
        self._connection.close()
        self._process.join()
        self._process.close()


def _serve(connection: Connection, seconds: int, memory: int, work: Callable[[BinaryIO], Answering]) -> None:
    # What ends the server from the keyboard or as a service ends the process too, once the server has let go of it.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    bound(seconds=seconds, memory=memory)
    with os.fdopen(reduction.recv_handle(connection), "rb") as stream, contextlib.suppress(EOFError, OSError):
        answering = work(stream)
        while True:
            for answer in answering(connection.recv_bytes()):
                connection.send_bytes(answer)
            connection.send_bytes(_END)
