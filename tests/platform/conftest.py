"""A service of notes, small and real, for what every service gets from the edge."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.port import Document, Documents, Equal, Kind, Unit
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.documents.versions import ANY_VERSION, current
from realinsights_platform.errors import Forbidden, NotFound
from realinsights_platform.http.answers.answer import Cookie, Json, Stream
from realinsights_platform.http.answers.csv_tables import CSV, csv_file, lines
from realinsights_platform.http.answers.sse import EventStream, ServerEvent
from realinsights_platform.http.application import application
from realinsights_platform.http.edge.edge import Edge
from realinsights_platform.http.edge.serving import listening_socket, serve
from realinsights_platform.http.routes.declaring import SIGNED_IN, ServiceRoutes, Versions, delete, get, post, put
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.http.routes.pages import Cursor, PageOf
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.http.settings import HttpSettings
from realinsights_platform.http.site import Site
from realinsights_platform.ids import new_id
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Limits, Rate
from realinsights_platform.principal import Principal
from realinsights_platform.token_register import SharedRegister
from realinsights_platform.tokens import Revocations, Verifier

START = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC).timestamp()
ISSUER = "https://notes.test"


class Note(Document, frozen=True, kw_only=True, rename="camel"):
    title: str
    pages: int
    written_by: str


class NewNote(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    title: str
    page_count: int = 1


class NoteOnADay(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    version: int
    title: str
    business_date: datetime.date


NOTES = Kind(service="notes", name="note", type=Note, indexes=("title", "pages"), unique=(("title",),))


class Desk:
    """A collaborator: lets a test hold a handler in its middle."""

    def __init__(self) -> None:
        self.calls = 0
        self.arrived = asyncio.Event()
        self.arrivals: asyncio.Queue[int] = asyncio.Queue()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.closed: list[str] = []

    async def pause(self) -> None:
        self.calls += 1
        self.arrived.set()
        self.arrivals.put_nowait(self.calls)
        await self.go_on.wait()


async def _note(documents: Documents, org: str, note_id: str) -> Note:
    note = await documents.get(NOTES, org, note_id)
    if note is None:
        raise NotFound("There is no such note")
    return note


@get("/notes/{note_id}", permission="notes.read", cached=True)
async def read_note(documents: Documents, principal: Principal, desk: Desk, note_id: str) -> Note:
    """Return one note."""
    note = await _note(documents, principal.org, note_id)
    await desk.pause()
    return note


@get("/notes/{note_id}/today", permission="notes.read", cached=True)
async def read_note_today(
    documents: Documents, principal: Principal, note_id: str, business_date: datetime.date
) -> NoteOnADay:
    """Return one note as of a day."""
    note = await _note(documents, principal.org, note_id)
    return NoteOnADay(id=note.id, version=note.version, title=note.title, business_date=business_date)


@get("/notes/{note_id}/for-me", permission="notes.read", cached=True)
async def read_note_for_me(documents: Documents, principal: Principal, note_id: str) -> dict[str, str]:
    """Return what a role may see of a note."""
    note = await _note(documents, principal.org, note_id)
    return {"title": note.title, "role": principal.role}


@get("/notes/{note_id}/in-scope", permission="notes.read", scoped="applied", cached=True)
async def read_note_in_scope(documents: Documents, principal: Principal, note_id: str) -> Note:
    """Return one note to whoever may see the portfolio that is named as it is."""
    note = await _note(documents, principal.org, note_id)
    if principal.limited_to is not None and note.title not in principal.limited_to.portfolio_ids:
        raise NotFound("There is no such note")
    return note


@get("/notes/{note_id}/with-cookie", permission="notes.read", cached=True)
async def read_note_with_cookie(documents: Documents, principal: Principal, note_id: str) -> Json[Note]:
    """Return one note and a cookie."""
    note = await _note(documents, principal.org, note_id)
    return Json(note, cookies=[Cookie(key="seen", value=note_id, path="/", max_age=60, secure=False)])


@get("/notes/{note_id}/as-text", permission="notes.read", cached=True, media_type="text/csv")
async def read_note_as_text(documents: Documents, principal: Principal, note_id: str) -> Stream:
    """Stream one note."""
    note = await _note(documents, principal.org, note_id)

    async def lines() -> AsyncIterator[str]:
        yield "title\n"
        yield f"{note.title}\n"

    return Stream(lines(), media_type="text/csv")


@get("/notes", permission="notes.read")
async def list_notes(
    documents: Documents, principal: Principal, cursor: Cursor, title: str | None = None, page_size: int = 2
) -> PageOf[Note]:
    """List notes."""
    where = () if title is None else (Equal("title", title),)
    page = await documents.find(NOTES, principal.org, *where, after=cursor.position, limit=page_size)
    return cursor.page(page)


@get("/tables/notes", permission="notes.read", media_type=CSV)
async def notes_as_table(documents: Documents, principal: Principal) -> Stream:
    """Return notes as a table."""
    page = await documents.find(NOTES, principal.org)
    return csv_file("notes.csv", [lines([("title",), *((note.title,) for note in page.items)])])


@post("/notes", permission="notes.write")
async def create_note(unit: Unit, principal: Principal, desk: Desk, data: NewNote) -> Json[Note]:
    """Write a note."""
    await desk.pause()
    note = unit.put(
        NOTES,
        Note(id=new_id(), org=principal.org, title=data.title, pages=data.page_count, written_by=principal.user),
    )
    return Json(note, headers={"Location": f"/api/v1/notes/{note.id}"})


@put("/notes/{note_id}", permission="notes.write")
async def change_note(unit: Unit, if_match: int, note_id: str, data: NewNote) -> Note:
    """Change a note."""
    note = await current(unit, NOTES, note_id, expected_version=if_match)
    return unit.put(NOTES, msgspec.structs.replace(note, title=data.title, pages=data.page_count))


@post("/notes/{note_id}/pages", permission="notes.write", status=200)
async def add_page(unit: Unit, desk: Desk, note_id: str) -> Note:
    """Add a page, whatever the note's version."""
    note = await current(unit, NOTES, note_id, expected_version=ANY_VERSION)
    await desk.pause()
    return unit.put(NOTES, msgspec.structs.replace(note, pages=note.pages + 1))


@delete("/notes/{note_id}", permission="notes.write")
async def delete_note(unit: Unit, if_match: int, note_id: str) -> None:
    """Delete a note."""
    note = await current(unit, NOTES, note_id, expected_version=if_match)
    unit.delete(NOTES, note)


@post("/notes/raw", permission="notes.write", status=200, streamed=True, max_body=100_000)
async def measure(request: Request) -> dict[str, int]:
    """Say how long an upload is."""
    return {"bytes": sum([len(chunk) async for chunk in request.stream()])}


@post("/notes/raw/start", permission="notes.write", status=200, streamed=True, max_body=100_000)
async def measure_start(request: Request) -> dict[str, int]:
    """Say how long the first part of an upload is."""
    return {"bytes": len(await anext(request.stream()))}


@get("/me", permission=SIGNED_IN, scoped="unaffected")
async def me(principal: Principal) -> dict[str, str]:
    """Say who asks."""
    return {"user": principal.user, "org": principal.org, "role": principal.role}


@get("/me/history", permission=SIGNED_IN, cost=4)
async def my_history(principal: Principal) -> dict[str, str]:
    """Say at length who asks."""
    return {"user": principal.user}


@get("/broken", permission=SIGNED_IN)
async def broken() -> None:
    """Fail."""
    raise RuntimeError("the password is hunter2")


@get("/forbidden", permission=SIGNED_IN)
async def forbidden() -> None:
    """Refuse."""
    raise Forbidden("Not even you")


@get("/hello", public=True)
async def hello(name: str = "you", count: int = 1) -> dict[str, str]:
    """Greet."""
    return {"hello": " ".join([name] * count)}


@post("/sign-in", public=True, limit="sign-in", status=200)
async def sign_in(data: dict[str, str]) -> dict[str, str]:
    """Refuse nobody."""
    return {"user": data["user"]}


@get("/ticks", permission=SIGNED_IN)
async def ticks(desk: Desk, until: int = 3) -> EventStream:
    """Count."""

    async def counting() -> Any:
        try:
            for number in range(1, until + 1):
                yield ServerEvent(id=str(number), event="tick", data={"number": number})
            await desk.pause()
        finally:
            desk.closed.append("ticks")

    return EventStream(counting(), keep_alive=0.01)


ROUTES = (
    read_note, read_note_today, read_note_for_me, read_note_in_scope, read_note_with_cookie, read_note_as_text,
    list_notes, notes_as_table,
    create_note, change_note, add_page, delete_note, measure, measure_start, me, my_history, broken, forbidden, hello,
    sign_in, ticks,
)  # fmt: skip

PERMISSIONS = {"writer": frozenset({"notes.read", "notes.write"}), "reader": frozenset({"notes.read"})}


class World:
    """The application, its documents, its time, and tokens for whoever asks."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.documents = SqliteDocuments.open(
            f"sqlite:///{folder}/notes.sqlite", service="notes", kinds=[NOTES, answers_kind("notes")]
        )
        heads = Heads(self.documents, None)
        self.documents = self.documents.telling(heads.committed)
        self.versions: Versions = heads
        self.desk = Desk()
        self.keys = [OKPKey.generate_key("Ed25519", {"kid": "first", "use": "sig"})]
        self.cache = MemoryCache()
        self.register = SharedRegister(self.cache, self.published)
        self.revocations = Revocations(clock=self.clock)
        self.revocations.listen(self.cache)
        self.follows: str | None = None
        self.site: Site | None = None
        self._numbers = itertools.count(1)

    async def published(self) -> bytes:
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()

    def clock(self) -> float:
        return self.now

    def app(self, *, limits: Limits | None = None, **settings: Any) -> Edge:
        rates = {
            "anonymous": Rate(amount=10_000, seconds=60),
            "user": Rate(amount=10_000, seconds=60),
            "sign-in": Rate(amount=3, seconds=60),
        }
        return application(
            services=[
                ServiceRoutes(
                    name="notes",
                    routes=ROUTES,
                    documents=self.documents,
                    versions=self.versions,
                    follows=self.follows,
                    given={"desk": self.desk},
                )
            ],
            verifier=Verifier(
                register=self.register,
                issuer=ISSUER,
                audience="api",
                permissions=lambda role: PERMISSIONS.get(role, frozenset()),
                revocations=self.revocations,
                clock=self.clock,
            ),
            limits=open_limits("memory://") if limits is None else limits,
            settings=HttpSettings(**{"secret": b"s" * 32, "rates": rates, **settings}),
            site=self.site,
            clock=self.clock,
        )

    def token(self, *, org: str = "acme", user: str = "ana", role: str = "writer", **claims: Any) -> str:
        issued = {
            "iss": ISSUER,
            "aud": "api",
            "sub": user,
            "org": org,
            "sid": f"{user}-session",
            "role": role,
            "iat": self.now,
            "exp": self.now + 600,
            "jti": str(next(self._numbers)),
            **claims,
        }
        key = self.keys[0]
        return jwt.encode({"alg": "Ed25519", "kid": key.kid}, issued, key, algorithms=["Ed25519"])

    def headers(self, **who: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**who)}"}

    @asynccontextmanager
    async def client(self, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(self.app(**settings), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://notes.test") as client:
            yield client


@asynccontextmanager
async def served(app: Edge) -> AsyncIterator[str]:
    """Run the real server, on a free port of this machine; yield its address."""
    bound = listening_socket("127.0.0.1", 0)
    host, port = bound.getsockname()
    up = asyncio.Event()
    serving = asyncio.create_task(serve(app, bound=bound, started=up.set, grace_seconds=1))
    await up.wait()
    try:
        yield f"http://{host}:{port}"
    finally:
        os.kill(os.getpid(), signal.SIGTERM)  # the server takes it, and ends
        await serving


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    yield world
    await world.documents.close()


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client() as client:
        yield client


@pytest.fixture
def as_writer(world: World) -> dict[str, str]:
    return world.headers()


@pytest.fixture
async def note(client: httpx.AsyncClient, as_writer: dict[str, str]) -> dict[str, Any]:
    answer = await client.post("/api/v1/notes", json={"title": "First", "pageCount": 3}, headers=as_writer)
    assert answer.status_code == 201, answer.text
    return dict(json.loads(answer.content))
