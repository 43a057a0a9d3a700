"""Holds: which documents of the files service are under a legal hold, as auth has heard of it."""

from __future__ import annotations

from realinsights_platform.documents.port import Document


class Hold(Document, frozen=True, kw_only=True, rename="camel"):
    """A document under a legal hold; it has the document's id, and the journal's sequence that told it last."""

    title: str
    reason: str
    sequence: int
    lifted: bool = False
