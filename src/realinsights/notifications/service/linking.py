"""Linking: mails with a sealed link, one for each request."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from realinsights.contracts.auth import LinkRequested
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights.notifications.model.links import HIDDEN, MailedLink, mail_id, subject_of, text_of
from realinsights.notifications.model.mails import Mail, MailState
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.queries.mails import NO_NAME
from realinsights.notifications.store import MAILS, ORGANIZATIONS, PEOPLE
from realinsights_platform.documents.port import Unit
from realinsights_platform.secret import Secret


async def put_link_mail(unit: Unit, event: LinkRequested, *, at: datetime.datetime) -> None:
    """Store the mail of a request in the caller's unit of work; one that is there already stays as it is."""
    if await unit.get(MAILS, mail_id(event)) is not None:
        return
    organization, person = await unit.get(ORGANIZATIONS, unit.org), await unit.get(PEOPLE, event.user_id)
    name = organization.name if organization is not None else NO_NAME
    inviter = person.name if person is not None and event.purpose is LinkPurpose.INVITATION else None
    unit.put(
        MAILS,
        Mail(
            id=mail_id(event),
            org=unit.org,
            user=event.user_id,
            topic=Topic.ACCOUNT,
            subject=subject_of(event.purpose, organization=name),
            text=text_of(event.purpose, organization=name, expires_at=event.expires_at, inviter=inviter),
            at=at,
            due_at=at,
            gathers=False,
            to=event.email,
            link=MailedLink(purpose=event.purpose, subject=event.subject, once=event.once, expires_at=event.expires_at),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLinks:
    """What administrators are shown of links: `shown` where no mail server is set, so that they can be used at all."""

    secret: Secret
    site: str
    shown: bool

    def text(self, mail: Mail) -> str:
        """Return what a mail says; the link of one that was kept, and of no other, is told."""
        if mail.link is None:
            return mail.text
        kept = self.shown and mail.state is MailState.KEPT
        link = mail.link.address(secret=self.secret, org=mail.org, site=self.site) if kept else HIDDEN
        return f"{mail.text}\n\n{link}"
