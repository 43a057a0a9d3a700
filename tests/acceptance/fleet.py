"""A fleet: several processes' worth of the product in one, over the same opened adapters.

They share documents, stream, cache, limits and blobs; each has its own edge cache, heads and columns. A process can
end without a goodbye: its tasks are cancelled, and nothing it still says reaches anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import dataclasses
import itertools
import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import Any
from weakref import WeakSet

import httpx

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.contracts.catalog import CODECS
from realinsights.topology import Process, read_topology
from realinsights_platform.documents.heads import CHANNEL
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.events import Event, Message
from realinsights_platform.process import Adapters
from realinsights_platform.stream.memory import MemoryStream
from realinsights_platform.stream.port import Stream, Subscription
from realinsights_platform.token_register import REVOCATIONS_CHANNEL

ALL = ("auth", "loans", "dashboard", "notifications", "files")
LEASE_SECONDS = 0.6
"""How soon the work of a process that has ended goes to another; longer than a busy machine keeps a task waiting."""

KEYS_PATH = "/.well-known/jwks.json"

LAYOUTS: Mapping[str, Mapping[str, Process]] = {
    "monorepo": {"all": Process(ALL)},
    "twice": {"all": Process(ALL)},
    "processes": {
        "api-1": Process(ALL, role="api"),
        "api-2": Process(ALL, role="api"),
        "worker": Process(ALL, role="worker"),
    },
    "apart": {name: Process((name,)) for name in ALL},
}
"""The processes of each topology, by name."""

_OWNER: ContextVar[str | None] = ContextVar("_OWNER", default=None)


class Gone(ConnectionError):
    """The process has ended: it reaches nothing any more."""


class Line:
    """What a process has of an engine: everything, until the process ends."""

    def __init__(self, inner: Any, life: Life) -> None:
        self._inner = inner
        self._life = life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._life.guarded(found) if callable(found) else found


class StreamLine(Line):
    """A line to the stream, whose subscriptions end with it too."""

    def subscribe(self, group: str, services: Collection[str], events: Collection[type[Event]] | None = None) -> Any:
        return Line(self._inner.subscribe(group, services, events), self._life)


class FeedLine(Line):
    """A line to another service's journal, also for readers who lack much of it."""

    def relaxed(self, known: Callable[[str], int | None]) -> FeedLine:
        return self


class CacheLine(Line):
    """A line to the cache; no heads and no revocations are announced on it while the fleet's announcements are cut."""

    async def announce(self, channel: str, message: bytes) -> bool:
        self._life.check()
        if not (self._life.fleet.cut and channel in {CHANNEL, REVOCATIONS_CHANNEL}):
            return bool(await self._inner.announce(channel, message))
        return False

    def listen(
        self, channel: str, receive: Callable[[bytes], None], *, begun: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        def while_alive(message: bytes) -> None:
            if self._life.alive:
                receive(message)

        stop: Callable[[], None] = self._inner.listen(channel, while_alive, begun=begun)
        return stop


class Life:
    """One life of a process: from its start to its end, in good order or not."""

    def __init__(self, fleet: Fleet, name: str, process: Process) -> None:
        self.fleet = fleet
        self.name = name
        self.process = process
        self.alive = True
        self.owner = f"{name}#{next(fleet.lives)}"
        self.tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self.product: Product | None = None
        self._over = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None

    @property
    def answers(self) -> bool:
        """Whether it can be asked anything now."""
        return self.product is not None and self.process.role != "worker"

    def check(self) -> None:
        if not self.alive:
            raise Gone(f"{self.owner} has ended")

    def guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*arguments: Any, **named: Any) -> Any:
            self.check()
            return call(*arguments, **named)

        return checked

    def adapters(self) -> Adapters:
        """Return the fleet's adapters as this process reaches them."""
        shared = self.fleet.adapters
        services = self.process.services
        cache = CacheLine(shared.cache, self)
        return dataclasses.replace(
            shared,
            documents={name: self._documents(shared.documents[name]) for name in services},
            feeds={name: FeedLine(storage, self) for name, storage in shared.documents.items() if name not in services},
            stream=StreamLine(shared.stream, self),
            cache=cache,
            leases=cache,
            limits=Line(shared.limits, self),
            blobs=Line(shared.blobs, self),
            published_keys=self.fleet.keys,
        )

    def _documents(self, storage: Any) -> Any:
        # A copy, whose own methods call each other past the line, and whose units commit through it.
        own = copy.copy(storage)
        for name in ("get", "get_many", "find", "count", "history", "submit", "sequence", "outbox", "outgoing", "move"):
            setattr(own, name, self.guarded(getattr(storage, name)))

        def telling(committed: Callable[[str, int], None]) -> Any:
            told = storage.telling(committed)
            for name in ("get", "get_many", "find", "count", "history", "sequence", "outbox", "outgoing", "move"):
                setattr(told, name, self.guarded(getattr(told, name)))
            told.submit = self.guarded(told.submit)
            return told

        own.telling = telling
        return own

    def spawn(self, work: Any, name: str) -> asyncio.Task[Any]:
        """Start a task that belongs to this process, and whose own tasks do."""
        context = copy_context()
        context.run(_OWNER.set, self.owner)
        return context.run(asyncio.get_running_loop().create_task, work, name=name)

    async def start(self) -> None:
        started = asyncio.Event()
        self._runner = self.spawn(self._run(started), self.owner)
        waiting = asyncio.create_task(started.wait())
        await asyncio.wait({waiting, self._runner}, return_when=asyncio.FIRST_COMPLETED)
        if self._runner.done():
            self._runner.result()

    async def _run(self, started: asyncio.Event) -> None:
        async with build(self.process, self.adapters()) as product:
            self.product = product
            started.set()
            await self._over.wait()

    async def stop(self) -> None:
        """End in good order."""
        self._over.set()
        if self._runner is not None:
            await self._runner
        self.alive = False

    async def end(self) -> None:
        """End without a goodbye."""
        self.alive = False
        self.product = None
        for _ in range(100):
            tasks = [task for task in self.tasks if not task.done()]
            if not tasks:
                if self._runner is not None:  # what it raised on its way out reaches nobody
                    await asyncio.gather(self._runner, return_exceptions=True)
                return
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=0.05)
        raise AssertionError(f"{self.owner} does not end: {tasks}")


class TwiceStream:
    """A stream that carries messages as bytes, delivers all of them twice, and the second time after later ones."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner

    async def publish(self, messages: Sequence[Message]) -> Awaitable[object]:
        return await self._inner.publish([_carried(message) for message in messages])

    def subscribe(
        self, group: str, services: Collection[str], events: Collection[type[Event]] | None = None
    ) -> Subscription:
        return _TwiceSubscription(self._inner.subscribe(group, services, events))

    async def close(self) -> None:
        await self._inner.close()


class _TwiceSubscription:
    def __init__(self, inner: Subscription) -> None:
        self._inner = inner
        self._again: deque[tuple[Message, ...]] = deque()
        self._next: asyncio.Task[tuple[Message, ...]] | None = None

    async def receive(self) -> tuple[Message, ...]:
        if self._next is None:
            self._next = asyncio.ensure_future(self._inner.receive())
        # What came is given again after what comes next, or after a while in which nothing does.
        await asyncio.wait((self._next,), timeout=0.02 if self._again else None)
        if not self._next.done():
            return self._again.popleft()
        fresh, self._next = self._next.result(), None
        if not fresh:
            return ()
        again = self._again.popleft() if self._again else ()
        self._again.append(tuple(_carried(message) for message in fresh))
        return (*fresh, *again)

    async def acknowledge(self, service: str, org: str, sequence: int) -> None:
        await self._inner.acknowledge(service, org, sequence)

    async def close(self) -> None:
        await self._inner.close()
        if self._next is not None:
            self._next.cancel()


def _carried(message: Message) -> Message:
    codec = CODECS[message.service]
    return Message(
        service=message.service,
        org=message.org,
        sequence=message.sequence,
        at=message.at,
        business_date=message.business_date,
        events=codec.decode(codec.encode(message.events)),
    )


class Fleet:
    """The processes of a topology, and a gateway that spreads requests over those that answer."""

    def __init__(self, adapters: Adapters, layout: Mapping[str, Process]) -> None:
        self.adapters = adapters
        self.layout = layout
        self.lives = itertools.count(1)
        self.running: dict[str, Life] = {}
        self.cut = False
        self._turn = itertools.count()

    @property
    def documents(self) -> Mapping[str, Storage]:
        """Return the documents of each service, as no process of it sees them."""
        return self.adapters.documents

    async def start(self, name: str) -> Life:
        life = Life(self, name, self.layout[name])
        self.running[name] = life
        await life.start()
        return life

    async def end(self, name: str) -> None:
        """End a process without a goodbye."""
        await self.running.pop(name).end()

    def client(self, name: str | None = None) -> httpx.AsyncClient:
        """Return a client of one process, or of the gateway; it sees its own writes, as the web front end does."""
        return OwnWrites(transport=_Gateway(self, name), base_url="http://realinsights.test", timeout=60)

    async def keys(self) -> bytes:
        """Return the keys that the auth service publishes."""
        async with self.client() as client:
            return (await client.get(KEYS_PATH)).content

    def lives_for(self, path: str) -> list[Life]:
        """Return the processes that answer a path."""
        answering = [life for life in self.running.values() if life.answers]
        own = [life for life in answering if _has(life, path)]
        return own or answering

    async def documented(self) -> dict[str, Any]:
        """Return the paths of the API of all processes together."""
        paths: dict[str, Any] = {}
        for name, life in self.running.items():
            if life.answers:
                async with self.client(name) as client:
                    paths |= (await client.get("/openapi.json")).json()["paths"]
        return paths


class _Gateway(httpx.AsyncBaseTransport):
    """Hands each request to one of the processes that answer its path, in turn; a process that ends breaks it off."""

    def __init__(self, fleet: Fleet, name: str | None) -> None:
        self._fleet = fleet
        self._name = name

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fleet = self._fleet
        lives = fleet.lives_for(request.url.path) if self._name is None else [fleet.running[self._name]]
        if not lives:
            raise httpx.ConnectError("nobody answers")
        life = lives[next(fleet._turn) % len(lives)]
        if life.product is None:
            raise httpx.ConnectError(f"{life.owner} does not answer")
        transport = httpx.ASGITransport(app=life.product.app)
        asking = life.spawn(transport.handle_async_request(request), f"{life.owner} answers {request.url.path}")
        try:
            answer = await asking
            if not life.alive:  # what it still says reaches nobody
                raise httpx.ReadError(f"{life.owner} ended")
            return answer
        except asyncio.CancelledError:
            if life.alive:
                asking.cancel()
                raise
            raise httpx.ReadError(f"{life.owner} ended") from None
        except Gone as gone:
            raise httpx.ReadError(str(gone)) from gone


class OwnWrites(httpx.AsyncClient):
    """Sends with each request how far its bearer has written."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._written: dict[str, dict[str, int]] = {}

    async def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        bearer = request.headers.get("authorization", "")
        written = self._written.setdefault(bearer, {})
        if written and "realinsights-after" not in request.headers:
            request.headers["realinsights-after"] = ", ".join(f"{name}={at}" for name, at in written.items())
        response = await super().send(request, **how)
        for name, at in re.findall(r"(\w+)=(\d+)", response.headers.get("realinsights-sequence", "")):
            written[name] = max(int(at), written.get(name, 0))
        return response


def _has(life: Life, path: str) -> bool:
    assert life.product is not None
    own = path.removeprefix("/api/v1")
    return any(
        re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), own) is not None
        for service in life.product.services.values()
        for route in service.routes
    )


@contextlib.asynccontextmanager
async def fleet_in(folder: Path, topology: str) -> AsyncGenerator[Fleet, None]:
    """Open the adapters once, and start the processes of a topology over them."""
    read = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    (process,) = read.processes.values()
    layout = LAYOUTS[topology]
    async with open_adapters(read, process) as opened:
        stream: Stream = MemoryStream(silent_seconds=LEASE_SECONDS)
        adapters = dataclasses.replace(
            opened,
            stream=TwiceStream(stream) if topology == "twice" else stream,
            shared=len(layout) > 1,
            lease_seconds=LEASE_SECONDS,
        )
        fleet = Fleet(adapters, layout)
        loop = asyncio.get_running_loop()
        with _owned_tasks(loop, fleet):
            try:
                for name in layout:
                    await fleet.start(name)
                yield fleet
            finally:
                for life in reversed([*fleet.running.values()]):
                    await life.stop()


@contextlib.contextmanager
def _owned_tasks(loop: asyncio.AbstractEventLoop, fleet: Fleet) -> AsyncIterator[None] | Any:
    """Let each process know the tasks that belong to it."""
    before = loop.get_task_factory()

    def make(loop: asyncio.AbstractEventLoop, work: Any, **how: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **how)
        owner = _OWNER.get()
        for life in fleet.running.values():
            if life.owner == owner:
                life.tasks.add(task)
        return task

    loop.set_task_factory(make)  # type: ignore[arg-type]
    try:
        yield
    finally:
        loop.set_task_factory(before)
