"""Optical recognition of text by Tesseract, where it is installed; without it, pictures have no text and say so."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Final

_PROGRAM: Final = "tesseract"
_SECONDS_OF_A_PAGE: Final = 60
_SECONDS: Final = 20 * 60
_MOST_PAGES: Final = 300


class Engine:
    """The engine of one file: so many pages, so much time. `used` names it once it has read something."""

    def __init__(self) -> None:
        self.used: str | None = None
        self._program = shutil.which(_PROGRAM)
        self._pages = 0
        self._until = time.monotonic() + _SECONDS

    @property
    def missing(self) -> str:
        """Why there is no text."""
        if self._program is None:
            return "no engine for optical recognition is installed"
        return "optical recognition found none" if self._has_room else "optical recognition takes no more of one file"

    def read(self, picture: Callable[[], bytes]) -> str:
        """Return the text of a picture in a format the engine reads; empty where there is none, or no engine."""
        if self._program is None or not self._has_room:
            return ""
        self._pages += 1
        try:
            done = subprocess.run(  # noqa: S603 - the program was looked up, and the picture is its input alone
                [self._program, "stdin", "stdout"],
                input=picture(),
                capture_output=True,
                timeout=_SECONDS_OF_A_PAGE,
                check=False,
                env={"OMP_THREAD_LIMIT": "1", "PATH": ""},
            )
        except subprocess.TimeoutExpired:
            return ""
        text = done.stdout.decode("utf-8", "replace").replace("\f", "").strip() if done.returncode == 0 else ""
        if text:
            self.used = _PROGRAM
        return text

    @property
    def _has_room(self) -> bool:
        return self._pages < _MOST_PAGES and time.monotonic() < self._until
