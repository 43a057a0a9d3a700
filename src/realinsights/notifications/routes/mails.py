"""Mails over HTTP: what was sent to whom, and the one click that ends them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.queries import mails as queries
from realinsights.notifications.queries.mails import MailFilter, MailSummary, MailView
from realinsights.notifications.service.linking import KeptLinks
from realinsights.notifications.service.unsubscribing import PATH, Unsubscribing
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.http.routes.pages import Cursor, Limit
from realinsights_platform.mail.port import Mailer
from realinsights_platform.principal import Principal

NONE_LEAVES = "No mail server is set, so no mail leaves: what would be sent is kept here. Set REALINSIGHTS_MAIL_URL."

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


class MailList(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One page of mails, the latest first. `leaves` says whether mail leaves; where it does not, `notice` says so."""

    items: tuple[MailSummary, ...]
    next: str | None
    leaves: bool
    notice: str | None


class Unsubscribed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The topic of which no mail comes any more."""

    topic: Topic
    message: str


@get("/mails", permission=Permission.ORGANIZATION_MANAGE)
async def list_mails(
    *,
    documents: Documents,
    principal: Principal,
    mailer: Mailer,
    cursor: Cursor,
    filters: MailFilter,
    limit: Limit = 50,
) -> MailList:
    """List the mails to members, and say whether any leave."""
    page = await queries.mails(documents, org=principal.org, wanted=filters, after=cursor.position, limit=limit)
    return MailList(
        items=tuple(made_from(mail, MailSummary) for mail in page.items),
        next=cursor.after(page.next),
        leaves=mailer.leaves,
        notice=None if mailer.leaves else NONE_LEAVES,
    )


@get("/mails/{mail_id}", permission=Permission.ORGANIZATION_MANAGE)
async def read_mail(documents: Documents, principal: Principal, kept_links: KeptLinks, mail_id: str) -> MailView:
    """Return a mail with what it says; a link that was mailed is shown to nobody, one that was kept is."""
    mail = await queries.mail(documents, org=principal.org, mail_id=mail_id)
    return await queries.whole(documents, mail, text=kept_links.text(mail), site=kept_links.site or None)


@post(PATH, public=True, status=200, max_body=4096)
async def unsubscribe(unsubscribing: Unsubscribing, token: Token) -> Unsubscribed:
    """End the mail of one topic to one member: what a mail program sends for its button *Unsubscribe* (RFC 8058).

    The body says `List-Unsubscribe=One-Click`, which nobody reads: the token says the rest.
    """
    topic = await unsubscribing.unsubscribe(token)
    return Unsubscribed(topic=topic, message="You get no more mail of this kind. Your preferences can bring it back.")
