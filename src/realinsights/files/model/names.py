"""Names of files from strangers: the last part alone, on one line, without anything that misleads a reader."""

from __future__ import annotations

import unicodedata
from typing import Final

from realinsights_platform.texts import tidy_line

LONGEST: Final = 200
_LONGEST_EXTENSION: Final = 12
_NOT_IN_NAMES: Final = frozenset('<>:"|?*')
_UNNAMED: Final = "document"


def clean_name(name: str) -> str:
    """Return a file's name without folders, control characters and invisible marks; what is left out leaves no trace.

    Marks that turn the direction of writing go too: behind one, `exe.pdf` reads as `fdp.exe`. A name that is nothing
    else becomes `document`.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C" and one not in _NOT_IN_NAMES)
    line = tidy_line(unicodedata.normalize("NFC", kept)).strip(". ")
    if not line:
        return _UNNAMED
    if len(line) <= LONGEST:
        return line
    stem, dot, extension = line.rpartition(".")
    if not dot or len(extension) > _LONGEST_EXTENSION:
        return line[:LONGEST].rstrip()
    return f"{stem[: LONGEST - len(extension) - 1].rstrip()}.{extension}"


def extension_of(name: str) -> str:
    """Return what stands behind a name's last dot, in lower case; empty where it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
