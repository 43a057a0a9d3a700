"""Mail of notifications, by a real SMTP server: sent once, kept while it is away, gathered, ended by one click."""

from __future__ import annotations

import datetime
import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from realinsights.engines import free_port
from realinsights.notifications.model.mails import Mail, MailState, composed, next_attempt
from realinsights.notifications.model.notifications import Notice
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.mailing import Mailing
from realinsights.notifications.service.telling import tell
from realinsights.notifications.service.unsubscribing import Unsubscribing
from realinsights.notifications.store import MAILS
from realinsights.settings import Settings, read_settings
from realinsights_platform.blobs import open_blobs
from realinsights_platform.documents.journal_port import DueDocument
from realinsights_platform.errors import Refusal
from realinsights_platform.mail.opening import open_mail
from realinsights_platform.secret import Secret

from .conftest import Caller, World, token_in, until, world_in

HOST = "127.0.0.1"
SITE = "https://insights.example.com"
US = "Real Insights <alerts@insights.example.com>"


class Box:
    """What a server has taken, and what it says to the next ones."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.says: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.says:
            return self.says.pop(0)
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 Taken"


class Server:
    """An SMTP server that can be away."""

    def __init__(self) -> None:
        self.box = Box()
        self.port = free_port()
        self.controller: Controller | None = None

    @property
    def settings(self) -> Settings:
        return Settings(mail_url=f"smtp+plain://{HOST}:{self.port}", mail_from=US, site=SITE)

    async def token(self, to: str) -> str:
        """Return the token of the link in the first mail to an address."""

        async def taken() -> Any:
            return next((mail for mail in self.box.taken if mail["To"] == to), None)

        plain = (await until(taken)).get_body(("plain",))
        assert plain is not None
        return token_in(plain.get_content())

    def start(self) -> None:
        self.controller = Controller(self.box, hostname=HOST, port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    try:
        yield one
    finally:
        one.stop()


class Desk:
    """Sends due mail by hand, at times that a test chooses."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.documents = world.product.documents["notifications"]
        self.now = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
        self.unsubscribing = Unsubscribing(self.documents, b"k" * 32, now=self.clock)
        self.mailing = Mailing(
            documents=self.documents,
            blobs=open_blobs("memory://"),
            mailer=open_mail(settings.mail_url),
            sender=settings.mail_from,
            site=settings.site,
            unsubscribing=self.unsubscribing,
            secret=Secret(b"s" * 32),
            now=self.clock,
        )

    def clock(self) -> datetime.datetime:
        return self.now

    async def tell(self, caller: Caller, key: str, topic: Topic = Topic.CRITICAL_DATE, title: str = "Due") -> None:
        org, user = await caller.org, await caller.user

        async def told() -> bool:
            async with self.documents.unit(org=org, actor="system:test", business_date=self.now.date()) as unit:
                notice = Notice(key=key, topic=topic, title=f"{title}: {key}", body="Line one.\nLine two.")
                return bool(await tell(unit, people=(user,), notice=notice, at=self.now))

        await until(told)

    async def send_due(self) -> int:
        """Send what is due once; return how many were tried."""
        found = await self.documents.due(MAILS, until=self.now)
        for one in found:
            await self.send(one)
        return len(found)

    async def send(self, one: DueDocument) -> None:
        def open_unit(org: str) -> Any:
            return self.documents.unit(org=org, actor="system:test", business_date=self.now.date())

        await self.mailing.send(open_unit, one)

    async def mails(self, caller: Caller) -> dict[str, Mail]:
        page = await self.documents.find(MAILS, await caller.org, limit=1000)
        return {mail.subject: mail for mail in page.items if mail.link is None}


@pytest.fixture
async def ada(world: World) -> Caller:
    ada = await world.register("Harbor Capital", "ada@harbor.example")
    await world.confirm(ada)
    return ada


def desk_of(world: World, server: Server) -> Desk:
    # The product of this world has no mail server: what it made waits no longer than a moment, so the clock is ours.
    return Desk(world, server.settings)


async def test_goes_out_by_itself_once_it_is_due(tmp_path: Path, server: Server) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Harbor Capital", "ada@harbor.example")
        await world.confirm(ada, await server.token("ada@harbor.example"))
        await world.sign_in("ada@harbor.example", client="a stranger's browser")

        async def sent() -> Any:
            mails = (await ada.get("/mails", state="sent"))["items"]
            return mails if len(mails) == 2 else None

        mail, _ = await until(sent)
        listed = await ada.get("/mails")
        assert (listed["leaves"], listed["notice"]) == (True, None)
    _, message = server.box.taken
    assert (message["To"], message["From"]) == ("ada@harbor.example", US)
    assert message["Subject"] == "You signed in from a new device"
    assert message["Message-ID"].startswith(f"<{mail['id']}.")
    assert message["List-Unsubscribe"] is None  # nobody can turn it off
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "a stranger's browser" in plain.get_content()
    assert "Harbor Capital" in page.get_content()


class TestWithoutAServer:
    async def test_mail_is_kept_and_listed_with_a_notice(self, world: World, ada: Caller) -> None:
        await world.sign_in("ada@harbor.example", client="a stranger's browser")

        async def kept() -> Any:
            mails = (await ada.get("/mails", state="kept"))["items"]
            return mails if len(mails) == 2 else None

        mail, _ = await until(kept)
        listed = await ada.get("/mails")
        assert not listed["leaves"]
        assert "No mail server is set" in listed["notice"]
        shown = await ada.get(f"/mails/{mail['id']}")
        assert "a stranger's browser" in shown["text"]
        assert shown["html"].startswith("<!doctype html>")
        assert "a stranger&#x27;s browser" in shown["html"]
        assert "You get this as a member of Harbor Capital." in shown["html"]
        assert shown["fileName"] is None

    async def test_only_administrators_see_it(self, world: World, ada: Caller) -> None:
        manager = await world.joined(ada, "max@harbor.example", "manager")
        await manager.get("/mails", status=403)
        await ada.get("/mails/nothing", status=404)


class TestRefusals:
    async def test_a_temporary_one_is_tried_again_and_sent_once(
        self, world: World, ada: Caller, server: Server
    ) -> None:
        server.start()
        desk = desk_of(world, server)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        server.box.says = ["451 Try again later"]
        await desk.tell(ada, "a")
        assert await desk.send_due() == 1
        waiting = (await desk.mails(ada))["Due: a"]
        assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
        assert waiting.reason == "451 Try again later"
        assert waiting.due_at == desk.now + datetime.timedelta(minutes=1)
        assert await desk.send_due() == 0
        desk.now = waiting.due_at
        assert await desk.send_due() == 1
        assert (await desk.mails(ada))["Due: a"].state is MailState.SENT
        desk.now += datetime.timedelta(days=1)
        assert await desk.send_due() == 0
        assert len(server.box.taken) == 1

    async def test_a_permanent_one_is_recorded(self, world: World, ada: Caller, server: Server) -> None:
        server.start()
        desk = desk_of(world, server)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        server.box.says = ["550 No such user"]
        await desk.tell(ada, "a")
        await desk.send_due()
        failed = (await desk.mails(ada))["Due: a"]
        assert (failed.state, failed.reason) == (MailState.FAILED, "550 No such user")
        assert await desk.send_due() == 0

    async def test_while_the_server_is_away_for_a_day_mail_is_kept_and_then_sent_once(
        self, world: World, ada: Caller, server: Server
    ) -> None:
        desk = desk_of(world, server)
        began = desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        for key in ("a", "b"):
            await desk.tell(ada, key)
        tries = 0
        while desk.now < began + datetime.timedelta(days=1):
            tries += await desk.send_due()
            desk.now = min(mail.due_at for mail in (await desk.mails(ada)).values())
        assert tries < 80  # after ever longer pauses, not all the time
        server.start()
        await desk.send_due()
        desk.now += datetime.timedelta(hours=2)
        assert await desk.send_due() == 0
        assert sorted(message["Subject"] for message in server.box.taken) == ["Due: a", "Due: b"]

    async def test_after_five_days_it_is_given_up(self, world: World, ada: Caller, server: Server) -> None:
        desk = desk_of(world, server)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        await desk.tell(ada, "a")
        for _ in range(400):
            await desk.send_due()
            mail = (await desk.mails(ada))["Due: a"]
            if mail.state is not MailState.WAITING:
                break
            desk.now = mail.due_at
        assert mail.state is MailState.FAILED
        assert datetime.timedelta(days=5) < desk.now - mail.at < datetime.timedelta(days=11)


class TestOneClick:
    async def test_ends_the_mail_of_its_topic_and_of_no_other(self, world: World, ada: Caller, server: Server) -> None:
        server.start()
        desk = desk_of(world, server)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        await desk.tell(ada, "a")
        await desk.send_due()
        (message,) = server.box.taken
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = message["List-Unsubscribe"].replace("\r\n", "").strip("<>").replace(" ", "")
        assert address.startswith(f"{SITE}/api/v1/mails/unsubscribe?token=")
        token = (
            world.product.services["notifications"]
            .given["unsubscribing"]
            .token(org=await ada.org, user=await ada.user, topic=Topic.CRITICAL_DATE)
        )
        for _ in range(2):
            answer = await world.client.post(
                "/mails/unsubscribe",
                params={"token": token},
                content=b"List-Unsubscribe=One-Click",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            assert (answer.status_code, answer.json()["topic"]) == (200, "critical_date")
        await desk.tell(ada, "b")
        await desk.tell(ada, "c", Topic.DELINQUENCY_CHANGED, "Late")
        assert "Due: b" not in await desk.mails(ada)
        assert "Late: c" in await desk.mails(ada)

    async def test_of_somebody_else_s_making_is_refused(self, world: World, ada: Caller) -> None:
        made = world.product.services["notifications"].given["unsubscribing"]
        org, user = await ada.org, await ada.user
        good = made.token(org=org, user=user, topic=Topic.CRITICAL_DATE)
        mandatory = made.token(org=org, user=user, topic=Topic.NEW_DEVICE)
        forged = good.replace("critical_date", "assigned")
        for token in ("x", forged, good[:-1] + "0g"[good[-1] == "0"], mandatory):
            answer = await world.client.post("/mails/unsubscribe", params={"token": token})
            assert answer.status_code == 404, token


def a_mail(**fields: Any) -> Mail:
    at = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
    plain = Mail(
        id="m1",
        org="acme",
        user="ada",
        topic=Topic.MENTIONED,
        subject="Hello",
        text="Hi",
        at=at,
        due_at=at,
        gathers=False,
    )
    return msgspec.structs.replace(plain, **fields)


class TestTheMessage:
    def test_carries_what_people_wrote_as_text_and_loads_nothing(self) -> None:
        mail = a_mail(
            subject="<script>\r\nBcc: eve@example.com", text="<img src='https://evil.example/x.png'>\n\n& more"
        )
        message = composed(mail, sender=US, to="ada@example.com", organization="<b>Acme", site=SITE, unsubscribe=None)
        assert message["Bcc"] is None
        assert message["Subject"] == "<script> Bcc: eve@example.com"
        page = message.get_body(("html",))
        assert page is not None
        shown = page.get_content()
        assert "<img" not in shown
        assert "<script" not in shown
        assert "<b>" not in shown
        assert "src=" not in shown.replace("src=&#x27;", "")
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]

    def test_pauses_double_up_to_an_hour(self) -> None:
        now = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
        minutes = [(next_attempt(attempts, now) - now).total_seconds() / 60 for attempts in (1, 2, 3, 7, 8, 50)]
        assert minutes == [1, 2, 4, 60, 60, 60]


class TestSettings:
    def test_say_where_mail_goes_and_comes_from(self) -> None:
        told = read_settings(
            {
                "REALINSIGHTS_MAIL_URL": "smtp://mail.example.com",
                "REALINSIGHTS_MAIL_FROM": US,
                "REALINSIGHTS_SITE": SITE + "/",
            }
        )
        assert (told.mail_from, told.site) == (US, SITE)

    @pytest.mark.parametrize(
        "environment",
        [
            {"REALINSIGHTS_MAIL_URL": "pop3://mail.example.com", "REALINSIGHTS_MAIL_FROM": US},
            {"REALINSIGHTS_MAIL_URL": "smtp://mail.example.com", "REALINSIGHTS_SITE": SITE},
            {"REALINSIGHTS_MAIL_URL": "smtp://mail.example.com", "REALINSIGHTS_MAIL_FROM": US},
            {"REALINSIGHTS_MAIL_FROM": "nobody"},
            {"REALINSIGHTS_SITE": "insights.example.com"},
            {"REALINSIGHTS_WEBHOOKS_TO_LOOPBACK": "perhaps"},
        ],
    )
    def test_that_cannot_be_are_refused(self, environment: dict[str, str]) -> None:
        with pytest.raises(Refusal, match=r"REALINSIGHTS_(MAIL|SITE|WEBHOOKS)"):
            read_settings(environment)
