"""The documents adapter that a URL names."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterable, Sequence
from pathlib import Path
from typing import Any

from prometheus_client.registry import Collector

from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Kind
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.documents.sqlite.connections import damage
from realinsights_platform.documents.sqlite.journal_tables import read_heads
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import NotFound


@contextlib.asynccontextmanager
async def reading(url: str, service: str, kinds: Sequence[Kind[Any]]) -> AsyncGenerator[Storage, None]:
    """Open a service's documents to be read, also while processes use them; nothing is made that is missing.

    Raises `NotFound` where there is no such file, `ValueError` as `open_documents` does.
    """
    if _is_file(url):
        file = _file(url)
        if not file.exists():
            raise NotFound(f"There is nothing at {file}.")
        documents: Storage = SqliteDocuments(file, service=service, kinds=kinds, read_only=True)
    else:
        documents = await open_documents(url, service, kinds, prepare=False)
    try:
        yield documents
    finally:
        await documents.close()


def collectors_of(urls: Iterable[str]) -> list[Collector]:
    """Return what measures the engines that URLs of documents name."""
    if not any(url.startswith("mongodb") for url in urls):
        return []
    from realinsights_platform.documents.mongo.metrics import MongoMetrics  # noqa: PLC0415 - as below

    return [MongoMetrics()]


async def heads_of(url: str, service: str) -> list[tuple[str, int, str]]:
    """Return (organization, sequence, hash) of the last entry of each of a service's journals, also while it runs."""
    if _is_file(url):
        file = _file(url)
        return read_heads(file, service) if file.exists() else []
    async with reading(url, service, ()) as documents:
        heads = []
        async for org in organizations(documents):
            (last,) = await documents.entries(org, after=await documents.sequence(org) - 1, limit=1)
            heads.append((org, last.sequence, last.hash))
        return heads


def damage_of(url: str) -> str | None:
    """Return what is damaged in a file of documents, as a sentence, also while it is in use.

    A server of documents looks after its own.
    """
    file = _file(url)
    return damage(file) if _is_file(url) and file.exists() else None


def _is_file(url: str) -> bool:
    return url.startswith("sqlite:")


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def open_documents(url: str, service: str, kinds: Sequence[Kind[Any]], *, prepare: bool = True) -> Storage:
    """Open a service's documents; raises `ValueError` for a scheme that no adapter knows, or for no path.

    Without `prepare` a server's database is left as it is: nothing is created that is missing.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        if not url.startswith("sqlite:///"):
            raise ValueError(f"{url} names a host and no path; use sqlite:///<folder>/<service>.sqlite")
        return SqliteDocuments.open(url, service=service, kinds=kinds)
    if scheme in {"mongodb", "mongodb+srv"}:
        # Imported here: a process on files alone starts without the driver.
        from realinsights_platform.documents.mongo import MongoDocuments  # noqa: PLC0415

        return await MongoDocuments.open(url, service=service, kinds=kinds, prepare=prepare)
    raise ValueError(
        f"documents at {scheme}: are not supported; use sqlite:///<folder>/<service>.sqlite or mongodb://<host>/<database>"
    )
