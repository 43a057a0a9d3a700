"""How much memory a large file takes on its way in and out, and how soon words are found in many pages."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import hashlib
import random
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from benchmarks.machine import limit
from benchmarks.servers import Server, administrator, product
from benchmarks.table import Row
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.documents.text_port import TextPage
from realinsights_platform.documents.text_words import snippet_of, words_asked

GIGABYTE = 1024**3
PAGES = 100_000
WORDS_OF_A_PAGE = 300
PAGES_OF_A_DOCUMENT = 100
QUESTIONS = 300
_PIECE = bytes(range(256)) * 1024
_TRIES = 50


def transfers(folder: Path, size: int = GIGABYTE) -> Iterator[Row]:
    """Send a file up at once, send one by tus that is cut at 95 % and goes on, and fetch it again."""
    data = folder / "transfers"
    headers = administrator(data, "files")
    with (
        product(data, "--no-demonstration") as server,
        httpx.Client(base_url=f"{server.url}/api/v1", timeout=600) as client,
    ):
        client.headers.update(headers)
        client.post("/documents", params={"fileName": "warm.bin"}, content=_PIECE).raise_for_status()
        with _Memory(server) as memory:
            started = time.perf_counter()
            answer = client.post("/documents", params={"fileName": "large.bin"}, content=_pieces(size))
            took = time.perf_counter() - started
            answer.raise_for_status()
        yield _row("upload of a file at once", size, took, memory.over)
        document = answer.json()
        with _Memory(server) as memory:
            started = time.perf_counter()
            digest = hashlib.sha256()
            with client.stream("GET", f"/documents/{document['id']}/versions/1/content") as fetched:
                for chunk in fetched.iter_bytes():
                    digest.update(chunk)
            took = time.perf_counter() - started
        if digest.hexdigest() != document["versions"][0]["sha256"]:
            raise RuntimeError("what was fetched is not what was sent")
        yield _row("download of it", size, took, memory.over)
        with _Memory(server) as memory:
            started = time.perf_counter()
            _resumed(client, 2 * size)
            took = time.perf_counter() - started
        yield _row("upload by tus, cut at 95 % and gone on with", 2 * size, took, memory.over)


def search(folder: Path, pages: int = PAGES) -> Row:
    """Look for one to three words, as often as they are in a language, in many pages of one organization."""
    took = asyncio.run(_searched(folder / "search.sqlite", pages))
    p95, most = statistics.quantiles(took, n=20)[-1], limit(0.15)
    return Row(
        f"full text search in {pages:,} pages, with snippets: p50 / p95",
        f"{statistics.median(took) * 1e3:.0f} / {p95 * 1e3:.0f} ms",
        "",
        most.told,
        most.met(p95),
    )


def _row(what: str, size: int, took: float, over: int) -> Row:
    return Row(
        f"{what} ({size / GIGABYTE:.0f} GB): speed / memory over idle",
        f"{size / took / 1e6:.0f} MB/s / {over / 1e6:.0f} MB",
        "",
        "<= 64 MB",
        over <= 64 * 1024 * 1024,
    )


def _pieces(size: int, start: int = 0) -> Iterator[bytes]:
    """Yield the bytes of a file from one place up to another: the same wherever it begins."""
    while start < size:
        within = start % len(_PIECE)
        piece = _PIECE[within : within + size - start]
        yield piece
        start += len(piece)


def _resumed(client: httpx.Client, size: int) -> None:
    tus = {"Tus-Resumable": "1.0.0"}
    begun = client.post("/uploads", headers={**tus, "Upload-Length": str(size)})
    begun.raise_for_status()
    place = begun.headers["location"].removeprefix("/api/v1")

    def send(start: int, upto: int, *, breaks: bool) -> None:
        def content() -> Iterator[bytes]:
            yield from _pieces(upto, start)
            if breaks:
                raise ConnectionError

        headers = {**tus, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        client.patch(place, headers=headers, content=content()).raise_for_status()

    with contextlib.suppress(ConnectionError):
        send(0, size // 20 * 19 // len(_PIECE) * len(_PIECE), breaks=True)
    for _ in range(_TRIES):
        there = int(client.head(place, headers=tus).headers["upload-offset"])
        try:
            send(there, size, breaks=False)
            break
        except httpx.HTTPStatusError as refused:
            # What came before the cut was still being written: where it ends is asked again, as clients of tus do.
            if refused.response.status_code != httpx.codes.CONFLICT:
                raise
    if client.get(place).json()["number"] != 1:
        raise RuntimeError("the upload did not become a document")


class _Memory:
    """The most memory of a server while the context lasts, `over` what it had at its beginning."""

    def __init__(self, server: Server) -> None:
        self._process = psutil.Process(server.pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._idle = self._most = self._process.memory_info().rss

    @property
    def over(self) -> int:
        return self._most - self._idle

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self._most = max(self._most, self._process.memory_info().rss)


async def _searched(path: Path, pages: int) -> list[float]:
    rng = random.Random(1)  # noqa: S311 - it keeps no secret
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 10))) for _ in range(20_000)]
    often = [1 / place for place in range(1, len(words) + 1)]
    documents = SqliteDocuments.open(path, service="files", kinds=())
    texts = documents.texts()
    began = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for number in range(pages // PAGES_OF_A_DOCUMENT):
        made = [
            TextPage(page, " ".join(rng.choices(words, often, k=WORDS_OF_A_PAGE)))
            for page in range(1, PAGES_OF_A_DOCUMENT + 1)
        ]
        await texts.put("org", f"document-{number:06}", began + datetime.timedelta(minutes=number), made)
    took = []
    for number in range(QUESTIONS):
        asked = words_asked(" ".join(rng.choices(words, often, k=1 + number % 3)))
        started = time.perf_counter()
        places = await texts.search("org", asked, limit=50)
        for text in (await texts.texts("org", [(place.key, place.page) for place in places])).values():
            snippet_of(text, asked)
        took.append(time.perf_counter() - started)
    await texts.aclose()
    await documents.close()
    return took
