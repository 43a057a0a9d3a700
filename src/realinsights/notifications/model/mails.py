"""Mails: what a person is sent, kept until it is gone, and afterwards."""

from __future__ import annotations

import datetime
import html
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from typing import Final

from realinsights.contracts.loans import StoredFile
from realinsights.notifications.model.links import MailedLink
from realinsights.notifications.model.notifications import Notification
from realinsights.notifications.model.topics import MANDATORY, Topic
from realinsights_platform.documents.port import Document

GIVEN_UP_AFTER: Final = datetime.timedelta(days=5)
"""For so long a mail that nobody takes is tried again."""

_FIRST_PAUSE: Final = datetime.timedelta(minutes=1)
_LONGEST_PAUSE: Final = datetime.timedelta(hours=1)
_REASON: Final = 500


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    GATHERED = "gathered"
    FAILED = "failed"
    DROPPED = "dropped"


class Mail(Document, frozen=True, kw_only=True, rename="camel"):
    """A mail to a member, of the notification with the same id; or one with a link, which goes to `to`.

    It waits until `due_at`; then it is `sent`, `kept` where no server is set, part of another one (`gathered`, in
    `gathered_in`), `failed` for good with the reason, or `dropped` because its person is gone or wants none any more,
    or for the reason that it has. One with a link names the member whom it concerns, or who invites, as `user`.
    `subject` and `text` are what is sent; those of a digest are of all that it gathers. It carries `file`, where
    there is one, and is gathered into no digest then.
    """

    user: str
    topic: Topic
    subject: str
    text: str
    at: datetime.datetime
    due_at: datetime.datetime
    gathers: bool
    state: MailState = MailState.WAITING
    attempts: int = 0
    address: str | None = None
    reason: str | None = None
    done_at: datetime.datetime | None = None
    gathered_in: str | None = None
    file: StoredFile | None = None
    to: str | None = None
    link: MailedLink | None = None

    @property
    def due(self) -> datetime.datetime | None:
        """When it is to be sent, None where it is not any more."""
        return self.due_at if self.state is MailState.WAITING else None


def mail_of(item: Notification, *, due_at: datetime.datetime, gathers: bool, file: StoredFile | None = None) -> Mail:
    """Return the mail of a notification, and of the file that goes with it."""
    return Mail(
        id=item.id,
        org=item.org,
        user=item.user,
        topic=item.topic,
        subject=item.title,
        text=item.body,
        at=item.at,
        due_at=due_at,
        gathers=gathers and file is None,
        file=file,
    )


def digest_of(mails: Sequence[Mail]) -> tuple[str, str]:
    """Return subject and text of several mails as one, in the order in which they happened."""
    if len(mails) == 1:
        return mails[0].subject, mails[0].text
    ordered = sorted(mails, key=lambda mail: (mail.at, mail.id))
    parts = [f"{mail.subject}\n{mail.text}".strip() for mail in ordered]
    return f"{len(mails):,} notifications", "\n\n".join(parts)


def next_attempt(attempts: int, now: datetime.datetime) -> datetime.datetime:
    """Return when a mail is tried again after so many attempts: a minute, then twice as long, an hour at most."""
    pause: datetime.timedelta = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE)
    return now + pause


def composed(
    mail: Mail,
    *,
    sender: str,
    to: str,
    organization: str,
    site: str | None,
    unsubscribe: str | None,
    content: bytes | None = None,
    link: str | None = None,
) -> EmailMessage:
    """Return a mail as it goes over the wire, in text and HTML; nothing in it is loaded from anywhere.

    `site` is the address of the product's pages; `unsubscribe` that of the one-click route (RFC 8058), which a
    mandatory topic has not. `content` are the bytes of the mail's file, `link` is the address that it is sent for.
    """
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["From"] = sender
    message["To"] = to
    message["Subject"] = one_line(mail.subject)
    message["Date"] = mail.due_at
    message["Message-ID"] = f"<{mail.id}.{mail.org}@{sender.rpartition('@')[2].strip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe is not None and mail.topic not in MANDATORY:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text, footer = mail.text or mail.subject, _footer(mail, organization, site)
    last, address = _last(mail, site, link)
    message.set_content(f"{text}\n\n{last}{address}\n\n-- \n{footer}\n" if address else f"{text}\n\n-- \n{footer}\n")
    page = html_of(mail, organization=organization, site=site, link=link)
    message.add_alternative(page, subtype="html")
    if mail.file is not None and content is not None:
        kind, _, subtype = mail.file.media_type.partition("/")
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=mail.file.name)
    return message


def one_line(text: str) -> str:
    """Return a text as one line, which a header may hold."""
    return " ".join(text.split())[:200]


def shortened(reason: str) -> str:
    """Return a reason no longer than is kept."""
    return reason[:_REASON]


def html_of(mail: Mail, *, organization: str, site: str | None, link: str | None = None) -> str:
    """Return a mail's HTML: its words escaped, no script, nothing that is loaded from anywhere."""
    body = "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in mail.text.split("\n\n") if part)
    last, address = _last(mail, site, link)
    if address is not None:
        body += f'<p>{last}<a href="{html.escape(address)}">{html.escape(address)}</a></p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(one_line(mail.subject))}</title></head>"
        '<body style="font-family: sans-serif; line-height: 1.5">'
        f'<h1 style="font-size: 1.2em">{html.escape(one_line(mail.subject))}</h1>{body}'
        f'<p style="color: #666; font-size: 0.9em">{html.escape(_footer(mail, organization, site))}</p></body></html>'
    )


def _last(mail: Mail, site: str | None, link: str | None) -> tuple[str, str | None]:
    """Return the last line's words and address: the link that a mail is sent for, or the inbox."""
    if mail.link is not None:
        return "", link
    return "Your inbox: ", f"{site}/inbox/" if site is not None else None


def _footer(mail: Mail, organization: str, site: str | None) -> str:
    if mail.link is not None:
        return f"You get this because somebody at {organization} gave this address."
    choose = f" Choose what you are told: {site}/settings/notifications/" if site is not None else ""
    return f"You get this as a member of {organization}.{choose}"
