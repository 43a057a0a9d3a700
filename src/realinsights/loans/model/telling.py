"""Telling again: how far the loans of an organization have been told again to readers."""

from __future__ import annotations

from realinsights_platform.documents.port import Document


class Telling(Document, frozen=True, kw_only=True, rename="camel"):
    """Progress through an organization's loans in the order of their ids; `id` is the organization's.

    `after` is the last loan told, `done` says that all are.
    """

    after: str = ""
    done: bool = False
