"""The clock of a Python process, moved as a file says: Python imports this where the folder is in PYTHONPATH.

The file, named by MOVED_CLOCK, has the seconds by which the clock is ahead. Clocks that only ever go on, such as an
event loop's, are not moved.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

_LOOK_SECONDS = 0.02


def _follow(file: Path) -> None:
    """Move the clock now, and whenever the file changes."""
    # It looks for pytest, whose import would make every start of a process slower.
    sys.modules["pytest"] = None  # type: ignore[assignment]
    try:
        import time_machine  # noqa: PLC0415 - programs in other environments do not have it
    finally:
        del sys.modules["pytest"]
    ahead = float(file.read_text())
    traveller = time_machine.travel(time.time() + ahead).start()

    def look() -> None:
        nonlocal ahead
        rest = threading.Event()
        while not rest.wait(_LOOK_SECONDS):
            wanted = float(file.read_text())
            if wanted != ahead:
                traveller.shift(wanted - ahead)
                ahead = wanted

    threading.Thread(target=look, name="moved clock", daemon=True).start()


with contextlib.suppress(ImportError):
    _follow(Path(os.environ["MOVED_CLOCK"]))
