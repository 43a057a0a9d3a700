"""Media types: what a file is by its first bytes, held against what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import filetype

from realinsights.files.model.names import extension_of
from realinsights_platform.errors import FaultCode, Invalid

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML: Final = "text/html"
CSV: Final = "text/csv"
MAIL: Final = "message/rfc822"
PLAIN: Final = "text/plain"
UNKNOWN: Final = "application/octet-stream"
IMAGES: Final = frozenset({"image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp"})

HEAD: Final = 64 * 1024
"""How many bytes of a file say what it is."""

_BY_EXTENSION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pdf": PDF,
        "docx": DOCX,
        "xlsx": XLSX,
        "html": HTML,
        "htm": HTML,
        "csv": CSV,
        "eml": MAIL,
        "txt": PLAIN,
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "tif": "image/tiff",
        "tiff": "image/tiff",
        "webp": "image/webp",
        "svg": "image/svg+xml",
        "xml": "application/xml",
        "json": "application/json",
    }
)
_TEXTS: Final = frozenset({HTML, CSV, MAIL, PLAIN, "image/svg+xml", "application/xml", "application/json"})
_OF_A_ZIP: Final = frozenset({DOCX, XLSX})
_PROGRAMS: Final = frozenset({"application/x-msdownload", "application/x-executable", "application/x-mach-binary"})
_KNOWN: Final = frozenset(_BY_EXTENSION.values())


def media_type_of(head: bytes, *, name: str, declared: str | None) -> str:
    """Return what a file is by its first bytes; of what is plain text its name says which kind of it.

    Raises `Invalid` for a program, and where its name or the declared type say that it is something else.
    """
    found = _sniffed(head)
    if found in _PROGRAMS or head.startswith(b"#!"):
        raise Invalid.field("file", "is a program. Documents are filed here", FaultCode.NOT_A_CHOICE)
    stated = _BY_EXTENSION.get(extension_of(name))
    if found == PLAIN:
        found = stated if stated in _TEXTS else PLAIN
    for said, field, whose in ((stated, "fileName", "its name says"), (_plain(declared), "contentType", "it is said")):
        if said is not None and said in _KNOWN and not _agree(said, found):
            raise Invalid.field(field, f"{whose} {said}, but the file is {found}", FaultCode.NOT_A_CHOICE)
    return found


def _sniffed(head: bytes) -> str:
    guessed = filetype.guess(head)
    if guessed is not None:
        return str(guessed.mime)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return PDF
    return PLAIN if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head and not any(one < 9 or 13 < one < 27 for one in head[:4096])


def _agree(said: str, found: str) -> bool:
    """Tell whether a file may be what is said: a text may be any of them, some office files look like an archive."""
    if said == found or (said in _TEXTS and found in _TEXTS):
        return True
    return said in _OF_A_ZIP and found == "application/zip"


def _plain(declared: str | None) -> str | None:
    return None if declared is None else declared.partition(";")[0].strip().lower()
