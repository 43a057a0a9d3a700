"""The data folder of one process: a second process that opens it is refused."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from realinsights_platform.errors import Refusal


class FolderInUse(Refusal):
    """Another process works on the data folder."""


class DataFolder:
    """The exclusive lock of a data folder, from its creation to `close`; the kernel drops it if the process dies.

    The composition root holds one per process; all services of the process share it.
    """

    def __init__(self, path: str | Path) -> None:
        """Create the folder if it is missing and lock it; raises `FolderInUse`, naming the other process."""
        self.path = Path(path).resolve()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            self.close()
            raise FolderInUse(
                f"The data folder {self.path} is in use by another process (pid {holder}): "
                "stop that process, talk to it with --server, or choose another folder with --data."
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode("ascii"), 0)

    def close(self) -> None:
        """Let the next process in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
