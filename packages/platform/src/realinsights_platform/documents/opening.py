"""Picks the documents adapter by its URL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.sqlite import SqliteDocuments


async def open_documents(url: str, service: str, kinds: Sequence[Kind[Any]]) -> Storage:
    """Open a service's documents; raises `ValueError` for a scheme that no adapter knows, or for no path."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        if not url.startswith("sqlite:///"):
            raise ValueError(f"{url} names a host and no path; use sqlite:///<folder>/<service>.sqlite")
        return SqliteDocuments.open(url, service=service, kinds=kinds)
    raise ValueError(f"documents at {scheme}: are not supported; use sqlite:///<folder>/<service>.sqlite")
