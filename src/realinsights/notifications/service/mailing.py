"""Mailing: a mail that is due goes to its member, at least once; what was gathered for a digest goes as one."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakValueDictionary

import msgspec
import structlog

from realinsights.notifications.model.links import MailedLink
from realinsights.notifications.model.mails import (
    GIVEN_UP_AFTER,
    Mail,
    MailState,
    composed,
    digest_of,
    next_attempt,
    shortened,
)
from realinsights.notifications.model.topics import MANDATORY, Channel
from realinsights.notifications.queries.mails import organization_name
from realinsights.notifications.queries.wishes import wishes_of
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.lanes import NOTHING, Outcome
from realinsights.notifications.service.sending import OpenUnit, stored
from realinsights.notifications.service.unsubscribing import PATH, Unsubscribing
from realinsights.notifications.store import MAILS, PEOPLE
from realinsights_platform.blobs import Blobs
from realinsights_platform.documents.journal_port import DueDocument, Storage
from realinsights_platform.documents.port import Between, Equal, Order, Unit
from realinsights_platform.mail.port import Mailer, MailRefused
from realinsights_platform.secret import Secret

MOST_GATHERED: Final = 200
LARGEST_FILE: Final = 15 * 1024 * 1024
"""Bytes of the largest file that a mail carries: in a mail it becomes a third larger, and servers take 25 MB."""

UNVERIFIED: Final = "The address was not confirmed by its owner."
EXPIRED: Final = "The link has ended before the mail could be sent."

_UNREACHED_PAUSE: Final = datetime.timedelta(seconds=30)
_API: Final = "/api/v1"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What mails are sent with. `site` is the address at which people reach the product, None where none is set.

    `secret` makes the tokens of links.
    """

    documents: Storage
    blobs: Blobs
    mailer: Mailer
    sender: str
    site: str | None
    unsubscribing: Unsubscribing
    secret: Secret
    now: Clock
    _digests: WeakValueDictionary[tuple[str, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def send(self, open_unit: OpenUnit, due: DueDocument) -> Outcome:
        """Send a mail, and with a digest all that was gathered for it; store what came of it."""
        mail, now = await self._due(due)
        if mail is None:
            return NOTHING
        if mail.link is not None:
            return await self._send_link(open_unit, mail, mail.link, now)
        if not mail.gathers:
            return await self._send_to_member(open_unit, (mail,), now)
        # One digest of a person at a time: a mail that was gathered meanwhile is not due any more.
        async with self._digests.setdefault((mail.org, mail.user), asyncio.Lock()):
            mail, now = await self._due(due)
            if mail is None:
                return NOTHING
            return await self._send_to_member(open_unit, await self._gathered(mail, now), now)

    async def _due(self, due: DueDocument) -> tuple[Mail | None, datetime.datetime]:
        """Return a mail where it is due now, and the time."""
        mail, now = await self.documents.get(MAILS, due.org, due.id), self.now()
        return (mail if mail is not None and mail.due is not None and mail.due <= now else None), now

    async def _send_to_member(self, open_unit: OpenUnit, mails: tuple[Mail, ...], now: datetime.datetime) -> Outcome:
        """Send mails to their member as one; what becomes of it becomes of all."""
        first, *_ = mails
        unit = open_unit(first.org)
        person = await self.documents.get(PEOPLE, first.org, first.user)
        wished = (await wishes_of(unit, [first.user]))[first.user]
        wanted = [
            mail
            for mail in mails
            if person is not None
            and person.may_hear(mail.topic)
            and (mail.topic in MANDATORY or wished.wants(mail.topic, Channel.MAIL))
        ]
        unwanted = [mail for mail in mails if mail not in wanted]
        if person is None or not wanted:
            _drop(unit, unwanted, now)
            await unit.commit()
            return NOTHING
        if self.mailer.leaves and not person.email_verified:
            _drop(unit, unwanted, now)
            _drop(unit, wanted, now, reason=UNVERIFIED)
            await unit.commit()
            return NOTHING
        first, *others = wanted
        subject, text = digest_of(wanted)
        attempts = max(mail.attempts for mail in wanted)
        whole = msgspec.structs.replace(first, subject=subject, text=text, address=person.email, attempts=attempts)
        sent, outcome = await self._handed_over(whole, person.email, now)

        async def store(unit: Unit) -> None:
            _drop(unit, unwanted, now)
            if sent.state is MailState.WAITING:
                # It is gathered anew when it is tried again: each mail keeps its own words.
                for mail in wanted:
                    again = msgspec.structs.replace(
                        mail, address=sent.address, attempts=sent.attempts, reason=sent.reason, due_at=sent.due_at
                    )
                    unit.put(MAILS, again)
                return
            unit.put(MAILS, sent)
            for mail in others:
                part = msgspec.structs.replace(
                    mail, state=MailState.GATHERED, done_at=now, gathered_in=first.id, address=sent.address
                )
                unit.put(MAILS, part)

        await stored(lambda: open_unit(first.org), store)
        return outcome

    async def _send_link(self, open_unit: OpenUnit, mail: Mail, link: MailedLink, now: datetime.datetime) -> Outcome:
        """Send a mail with a link, to the address that was named when it was asked for."""
        if now >= link.expires_at:
            unit = open_unit(mail.org)
            _drop(unit, (mail,), now, reason=EXPIRED)
            await unit.commit()
            return NOTHING
        to = mail.to or ""
        sent, outcome = await self._handed_over(msgspec.structs.replace(mail, address=to), to, now)

        async def store(unit: Unit) -> None:
            unit.put(MAILS, sent)

        await stored(lambda: open_unit(mail.org), store)
        return outcome

    async def _gathered(self, mail: Mail, now: datetime.datetime) -> tuple[Mail, ...]:
        """Return a mail of a digest with the others that are due for the same one."""
        where = (Equal("user", mail.user), Equal("state", MailState.WAITING), Between("due_at", at_most=now))
        page = await self.documents.find(MAILS, mail.org, *where, order=Order("due_at"), limit=MOST_GATHERED)
        others = [other for other in page.items if other.gathers and other.id != mail.id]
        return (mail, *others)

    async def _handed_over(self, mail: Mail, to: str, now: datetime.datetime) -> tuple[Mail, Outcome]:
        if not self.mailer.leaves:
            return msgspec.structs.replace(mail, state=MailState.KEPT, done_at=now), Outcome()
        message = composed(
            mail,
            sender=self.sender,
            to=to,
            organization=await organization_name(self.documents, mail.org),
            site=self.site,
            unsubscribe=self._unsubscribe(mail),
            content=await self._content(mail),
            link=None
            if mail.link is None
            else mail.link.address(secret=self.secret, org=mail.org, site=self.site or ""),
        )
        attempts = mail.attempts + 1
        try:
            await self.mailer.send(message)
        except MailRefused as refusal:
            log.info("mail.refused", org=mail.org, mail=mail.id, code=refusal.code, permanent=refusal.permanent)
            tried = msgspec.structs.replace(mail, attempts=attempts, reason=shortened(refusal.reason))
            outcome = Outcome() if refusal.reached else Outcome(pause=_UNREACHED_PAUSE, failed=True)
            if refusal.permanent or now - mail.due_at > GIVEN_UP_AFTER or now - mail.at > 2 * GIVEN_UP_AFTER:
                return msgspec.structs.replace(tried, state=MailState.FAILED, done_at=now), outcome
            return msgspec.structs.replace(tried, due_at=next_attempt(attempts, now)), outcome
        return msgspec.structs.replace(mail, attempts=attempts, state=MailState.SENT, done_at=now), Outcome()

    async def _content(self, mail: Mail) -> bytes | None:
        """Return the file that a mail carries; None where it is gone or too large: the text says where it is."""
        if mail.file is None or mail.file.size > LARGEST_FILE:
            return None
        return await self.blobs.get(mail.file.path)

    def _unsubscribe(self, mail: Mail) -> str | None:
        if self.site is None:
            return None
        token = self.unsubscribing.token(org=mail.org, user=mail.user, topic=mail.topic)
        return f"{self.site}{_API}{PATH}?token={token}"


def _drop(unit: Unit, mails: Iterable[Mail], now: datetime.datetime, *, reason: str | None = None) -> None:
    for mail in mails:
        unit.put(MAILS, msgspec.structs.replace(mail, state=MailState.DROPPED, reason=reason, done_at=now))
