"""The outside: a mail server, a receiver of webhooks, and the clock by which the product's processes go."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import email
import email.policy
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import time_machine
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook

from realinsights.engines import LOOPBACK

from ..platform.webhooks.receivers import Receiver, receiving, status, verified_v1a

MAIL, WEBHOOK = "mail", "webhook"
COMES, ANSWERED = "comes", "is answered"
US = "Real Insights <alerts@insights.example.com>"
SITE = "https://insights.example.com"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came: its `key` is the same when it comes again, `at` is the time of the event loop.

    Of a mail `body` is what a reader sees: the lines between its parts are drawn anew each time.
    """

    kind: str
    key: str
    at: float
    body: bytes
    headers: dict[str, str]
    wall: float


@dataclass
class Outside:
    """What came from the product. `notice` is called when something comes, before it is answered, and afterwards."""

    notice: Callable[[str], None] = lambda moment: None
    arrivals: list[Arrival] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    receiver: Receiver = field(default_factory=Receiver)
    mail_port: int = 0
    secret: str = ""
    public_key: str = ""

    @property
    def mail_url(self) -> str:
        """The URL of the mail server."""
        return f"smtp+plain://{LOOPBACK}:{self.mail_port}"

    def settings(self) -> dict[str, str]:
        """Return the environment in which processes of the product reach it."""
        return {
            "REALINSIGHTS_MAIL_URL": self.mail_url,
            "REALINSIGHTS_MAIL_FROM": US,
            "REALINSIGHTS_SITE": SITE,
            "REALINSIGHTS_WEBHOOKS_TO_LOOPBACK": "yes",
        }

    def times(self, kind: str) -> Counter[str]:
        """Return how often each thing of a kind came."""
        return Counter(one.key for one in self.arrivals if one.kind == kind)

    def of(self, kind: str) -> list[Arrival]:
        """Return all that came of a kind, repeated things too."""
        return [one for one in self.arrivals if one.kind == kind]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, as aiosmtpd asks."""
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self._came(MAIL, str(message["Message-ID"]), _told_in(message), dict(message.items()))
        # The answer is written before this task waits again.
        asyncio.get_running_loop().call_soon(self.notice, f"{MAIL} {ANSWERED}")
        return "250 Taken"

    async def take(self, writer: asyncio.StreamWriter) -> None:
        """Take a webhook: both signatures have to be good, by the time at which it comes."""
        request = self.receiver.requests[-1]
        Webhook(self.secret).verify(request.body, request.headers)
        assert verified_v1a(self.public_key, request.headers, request.body)
        self._came(WEBHOOK, request.headers["webhook-id"], request.body, request.headers)
        writer.write(status(204))
        await writer.drain()
        self.notice(f"{WEBHOOK} {ANSWERED}")

    def _came(self, kind: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        loop, now = asyncio.get_running_loop(), datetime.datetime.now(datetime.UTC)
        self.arrivals.append(Arrival(kind, key, loop.time(), body, headers, now.timestamp()))
        self.notice(f"{kind} {COMES}")


def _told_in(message: EmailMessage) -> bytes:
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join(part.get_content() for part in parts if part is not None).encode()


@contextlib.asynccontextmanager
async def outside() -> AsyncGenerator[Outside, None]:
    """Run a mail server and a receiver of webhooks on this machine, in this event loop."""
    loop = asyncio.get_running_loop()
    async with receiving() as receiver:
        one = Outside(receiver=receiver)
        receiver.answers = [one.take]
        server = await loop.create_server(lambda: SMTP(one, loop=loop, hostname="localhost"), LOOPBACK, 0)
        one.mail_port = server.sockets[0].getsockname()[1]
        try:
            yield one
        finally:
            server.close()


class MovedClock:
    """The clock of this process, and of the Python processes that are started with `settings`: ahead by `ahead`."""

    def __init__(self, file: Path, traveller: time_machine.Traveller) -> None:
        self._file = file
        self._traveller = traveller
        self._ahead = 0.0

    def settings(self) -> dict[str, str]:
        """Return the environment of processes that go by this clock."""
        return {"PYTHONPATH": str(Path(__file__).with_name("moved_clock")), "MOVED_CLOCK": str(self._file)}

    def today(self) -> datetime.date:
        """Return the day it is, in UTC."""
        return datetime.datetime.now(datetime.UTC).date()

    def to_next_noon(self) -> None:
        """Go on to a second after the next noon, in UTC."""
        now = datetime.datetime.now(datetime.UTC)
        noon = datetime.datetime.combine(now.date(), datetime.time(12, 0, 1), datetime.UTC)
        if noon <= now:
            noon += datetime.timedelta(days=1)
        self.go_on(noon - now)

    def go_on(self, step: datetime.timedelta) -> None:
        """Go on by so much."""
        self._ahead += step.total_seconds()
        self._traveller.shift(step.total_seconds())
        beside = self._file.with_suffix(".new")
        beside.write_text(str(self._ahead))
        beside.replace(self._file)


@contextlib.contextmanager
def moved_clock(folder: Path) -> Iterator[MovedClock]:
    """Let this process go by a clock that a test moves on."""
    file = folder / "clock"
    file.write_text("0.0")
    with time_machine.travel(datetime.datetime.now(datetime.UTC)) as traveller:
        yield MovedClock(file, traveller)
