"""Mails as administrators see them."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.notifications.model.mails import Mail, MailState, html_of
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.store import MAILS, ORGANIZATIONS
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position, Where
from realinsights_platform.errors import NotFound

NO_NAME = "your organization"
"""What an organization is called that is not known yet."""


class MailFilter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The mails to list."""

    state: MailState | None = None


class MailSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A mail in a list; `address` is where it went, null before the first attempt."""

    id: str
    user: str
    topic: Topic
    subject: str
    at: datetime.datetime
    due_at: datetime.datetime
    state: MailState
    attempts: int
    address: str | None
    reason: str | None
    done_at: datetime.datetime | None
    gathered_in: str | None


class MailView(MailSummary, frozen=True, kw_only=True, rename="camel"):
    """A mail with what it says, in text and HTML, and the name of the file that it carries."""

    text: str
    html: str
    file_name: str | None


async def mails(
    documents: Documents, *, org: str, wanted: MailFilter, after: Position | None, limit: int
) -> Page[Mail]:
    """Return a page of mails, the latest first."""
    where: list[Where] = [] if wanted.state is None else [Equal("state", wanted.state)]
    return await documents.find(MAILS, org, *where, order=Order("at", descending=True), after=after, limit=limit)


async def mail(documents: Documents, *, org: str, mail_id: str) -> Mail:
    """Return a mail; raises `NotFound`."""
    found = await documents.get(MAILS, org, mail_id)
    if found is None:
        raise NotFound("There is no such mail.")
    return found


async def whole(documents: Documents, found: Mail, *, text: str, site: str | None) -> MailView:
    """Return a mail with what may be shown of its `text`, from the product at `site`."""
    shown = msgspec.structs.replace(found, text=text)
    html = html_of(shown, organization=await organization_name(documents, found.org), site=site)
    return made_from(shown, MailView, html=html, file_name=found.file.name if found.file is not None else None)


async def organization_name(documents: Documents, org: str) -> str:
    """Return what mail calls an organization."""
    organization = await documents.get(ORGANIZATIONS, org, org)
    return organization.name if organization is not None else NO_NAME
