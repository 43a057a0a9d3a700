"""Mails with a sealed link: what each says. The link itself is made when the mail is sent, and stands nowhere."""

from __future__ import annotations

import datetime
import hashlib
from types import MappingProxyType
from typing import Final

import msgspec

from realinsights.contracts.auth import LinkRequested
from realinsights.contracts.sealed_links import PAGES, LinkPurpose, sealed
from realinsights_platform.secret import Secret

HIDDEN: Final = "(Here stands the link. Only the mail itself has it.)"


class MailedLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A link that a mail carries, without its seal."""

    purpose: LinkPurpose
    subject: str
    once: str
    expires_at: datetime.datetime

    def address(self, *, secret: Secret, org: str, site: str) -> str:
        """Return the address of the page with the link's token."""
        key = secret.key(self.purpose.key_name)
        token = sealed(key=key, org=org, subject=self.subject, expires_at=self.expires_at, once=self.once)
        return f"{site}{PAGES[self.purpose]}#{token.text()}"


def mail_id(event: LinkRequested) -> str:
    """Return the id of the mail that an event leads to: the same one whenever it comes."""
    return hashlib.sha256(f"link\n{event.request_id}".encode()).hexdigest()[:32]


def subject_of(purpose: LinkPurpose, *, organization: str) -> str:
    """Return the subject of a mail."""
    return _SUBJECTS[purpose].format(organization=organization)


def text_of(purpose: LinkPurpose, *, organization: str, expires_at: datetime.datetime, inviter: str | None) -> str:
    """Return what a mail says before its link."""
    words = _TEXTS[purpose].format(organization=organization, inviter=inviter or "An administrator")
    once = "" if purpose in _LASTING else ", and once"
    return f"{words}\n\nThe link is good until {expires_at:%Y-%m-%d %H:%M} UTC{once}."


_SUBJECTS = MappingProxyType(
    {
        LinkPurpose.INVITATION: "Join {organization} on Real Insights",
        LinkPurpose.VERIFICATION: "Confirm your e-mail address",
        LinkPurpose.PASSWORD: "Choose a new password",
        LinkPurpose.ADDRESS_CHANGE: "Confirm your new e-mail address",
        LinkPurpose.ADDRESS_UNDO: "Your e-mail address was changed",
        LinkPurpose.DELETION: "{organization} is to be deleted",
    }
)
_LASTING = frozenset({LinkPurpose.DELETION})
"""The links that are good more than once."""

_TEXTS = MappingProxyType(
    {
        LinkPurpose.INVITATION: (
            "{inviter} invites you to join {organization} on Real Insights. The link lets you choose a password."
        ),
        LinkPurpose.VERIFICATION: (
            "Open the link to confirm that this address is yours. Other mail comes once it is confirmed. If you have "
            "no account at {organization}, do nothing."
        ),
        LinkPurpose.PASSWORD: (
            "Open the link to choose a new password for your account at {organization}. Every session ends then. If "
            "you did not ask for it, do nothing: your password stays as it is."
        ),
        LinkPurpose.ADDRESS_CHANGE: (
            "Open the link to have this address for your account at {organization}. If you did not ask for it, do "
            "nothing."
        ),
        LinkPurpose.ADDRESS_UNDO: (
            "Your account at {organization} has another e-mail address now. If that was you, do nothing. If not, "
            "open the link: this address is yours again, every session ends, and a link for a new password comes to it."
        ),
        LinkPurpose.DELETION: (
            "You asked that {organization} be deleted, with all its data. Until it begins an administrator can undo it "
            "under Settings. The link shows how far the deletion is, and has the certificate once it is done: keep it, "
            "since your account at {organization} goes too."
        ),
    }
)
