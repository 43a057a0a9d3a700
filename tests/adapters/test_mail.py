"""The mail port: real servers that take, refuse for now, refuse for good, ask who is there and insist on TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from realinsights.engines import free_port
from realinsights_platform.mail.opening import open_mail
from realinsights_platform.mail.port import MailRefused

HOST = "127.0.0.1"


class Box:
    """What a server has taken, and what it answers to which address."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.after_data: str | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.after_data is not None:
            return self.after_data
        self.taken.append(envelope)
        return "250 Taken"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def authority_file(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def running(box: Box, **options: Any) -> Iterator[Controller]:
    controller = Controller(box, hostname=HOST, port=free_port(), **options)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


def port_of(controller: Controller) -> int:
    return int(controller.port)


@pytest.fixture
def plain(box: Box) -> Iterator[Controller]:
    yield from running(box)


@pytest.fixture
def secured(box: Box, server_tls: ssl.SSLContext) -> Iterator[Controller]:
    def who(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us@example.com", b"pass/word")
        return AuthResult(success=known, handled=known)

    yield from running(box, tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=who)


def a_message(to: str = "ada@example.com") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "us@example.com", to, "Zinssatz geändert"
    message.set_content("Grüße")
    return message


async def refused(url: str, message: EmailMessage | None = None) -> MailRefused:
    with pytest.raises(MailRefused) as raised:
        await open_mail(url).send(message or a_message())
    return raised.value


async def test_a_message_arrives_as_it_was_made(plain: Controller, box: Box) -> None:
    mailer = open_mail(f"smtp+plain://{HOST}:{port_of(plain)}")
    assert mailer.leaves
    await mailer.send(a_message())
    (envelope,) = box.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("us@example.com", ["ada@example.com"])
    assert isinstance(envelope.content, bytes)
    assert b"=?utf-8?q?ge=C3=A4ndert?=" in envelope.content


async def test_starttls_and_a_password_are_used_where_they_are_named(
    secured: Controller, box: Box, authority_file: Path
) -> None:
    url = f"smtp://us%40example.com:pass%2Fword@localhost:{port_of(secured)}?ca={authority_file}"
    await open_mail(url).send(a_message())
    assert len(box.taken) == 1


async def test_a_wrong_password_is_no_message_s_fault(secured: Controller, authority_file: Path) -> None:
    refusal = await refused(f"smtp://us%40example.com:no@localhost:{port_of(secured)}?ca={authority_file}")
    assert (refusal.permanent, refusal.reached, refusal.code) == (False, False, 535)


async def test_a_server_without_tls_or_of_another_authority_gets_nothing(
    plain: Controller, secured: Controller, box: Box, authority_file: Path
) -> None:
    for url in (f"smtp://localhost:{port_of(plain)}", f"smtp://localhost:{port_of(secured)}"):
        refusal = await refused(url)
        assert (refusal.permanent, refusal.reached) == (False, False)
    assert box.taken == []


@pytest.mark.parametrize(("code", "permanent"), [("451 Try again later", False), ("550 No such user", True)])
async def test_what_a_server_refuses_says_whether_it_is_for_good(
    plain: Controller, box: Box, code: str, permanent: bool
) -> None:
    url = f"smtp+plain://{HOST}:{port_of(plain)}"
    box.answers["ada@example.com"] = code
    refusal = await refused(url)
    assert (refusal.permanent, refusal.reached, refusal.reason) == (permanent, True, code)
    box.answers.clear()
    box.after_data = code
    refusal = await refused(url)
    assert (refusal.permanent, refusal.reached, refusal.code) == (permanent, True, int(code[:3]))
    assert box.taken == []


async def test_a_server_that_is_away_was_not_reached() -> None:
    refusal = await refused(f"smtp+plain://{HOST}:{free_port()}")
    assert (refusal.permanent, refusal.reached) == (False, False)


async def test_without_a_server_nothing_leaves() -> None:
    mailer = open_mail("kept://")
    assert not mailer.leaves
    refusal = await refused("kept://")
    assert (refusal.permanent, refusal.reached) == (True, False)


@pytest.mark.parametrize("url", ["pop3://mail.example.com", "smtp://", "smtp://mail.example.com?starttls=no"])
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        open_mail(url)
