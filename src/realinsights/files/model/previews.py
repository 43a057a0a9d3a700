"""Previews: rows of a workbook or a table, or a mail, as data that a page shows by itself."""

from __future__ import annotations

from typing import Final

import msgspec

MOST_SHEETS: Final = 20
MOST_ROWS: Final = 500
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 300


class SheetPreview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The first rows of a sheet, each cell as text; `whole` says whether that is all of it."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    whole: bool


class MailPreview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A mail: its head, its text without anything that a browser would fetch or run, and what is attached by name."""

    subject: str
    sender: str
    recipients: str
    sent: str
    text: str
    attachments: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What can be shown of a version: one of the two."""

    sheets: tuple[SheetPreview, ...] | None = None
    mail: MailPreview | None = None
