"""The platform-wide directory: which organization and user an e-mail address belongs to, and organizations by name.

Documents belong to one organization, so what must be unique across all of them lives in a reserved one, `SYSTEM`.
A unit of work never spans two organizations. Hence a claim comes first and names the organization and user that are
about to be stored; an address *has an account* only once that user exists. A claim whose user was never stored is
half done: whoever asks for the same thing again finishes it under the same ids, so whichever of two writers comes
second finds the user there and changes nothing.
"""

from __future__ import annotations

import datetime
import hashlib
from enum import StrEnum

import msgspec

from realinsights_platform.documents.port import Document

SYSTEM = "system"
ABANDONED = datetime.timedelta(minutes=15)
"""Older than any request can be: a half-done claim of this age is nobody's any more and may be used otherwise."""


class Purpose(StrEnum):
    """What an address was claimed for."""

    REGISTRATION = "registration"
    INVITATION = "invitation"
    COMMAND_LINE = "command_line"
    ADDRESS_CHANGE = "address_change"


class Account(msgspec.Struct, frozen=True):
    """A user of an organization."""

    org: str
    user: str


MOST_ACCOUNTS = 6
"""How many accounts one address may have: a sign-in tries the password on each."""


class Claim(Document, frozen=True, kw_only=True, rename="camel"):
    """An e-mail address and the organization and user it is for; its id is the address's `email_key`.

    `others` are the accounts that invitations gave the address in other organizations. Nobody has proved that an
    address is theirs, so whoever registered it first must not keep out the one who is invited.

    For `Purpose.COMMAND_LINE` it is an organization's name, under its `organization_key`, and there is no user.
    """

    owner_org: str
    owner_user: str
    purpose: Purpose
    claimed_at: datetime.datetime
    others: tuple[Account, ...] = ()

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts of the address, the newest first; one that a death left half done may not be there."""
        return (*reversed(self.others), Account(self.owner_org, self.owner_user))

    def without(self, account: Account) -> Claim:
        """Return the claim without one of its accounts; where that was the only one, as one that was abandoned."""
        rest = [one for one in reversed(self.accounts) if one != account]
        if not rest:
            # Not deleted: its versions go on. Nobody has this user, and whoever claims the address takes it over.
            return msgspec.structs.replace(self, owner_org=SYSTEM, owner_user=self.id, purpose=Purpose.ADDRESS_CHANGE)
        return msgspec.structs.replace(self, owner_org=rest[0].org, owner_user=rest[0].user, others=tuple(rest[1:]))

    def of(self, account: Account) -> Claim:
        """Return the claim as that of one of its accounts."""
        return msgspec.structs.replace(self, owner_org=account.org, owner_user=account.user)


class Tenant(Document, frozen=True, kw_only=True, rename="camel"):
    """An organization as found by name; its id is the organization's.

    `name_keys` are all names it may have: a new one is added before the organization takes it and the old one removed
    after, so a look-up by name never misses, and asks the organization itself which name is true.
    """

    name_keys: tuple[str, ...]


def may_finish(claim: Claim, *, purpose: Purpose, org: str | None) -> bool:
    """Tell whether a half-done claim is for just this: a registration, or joining just this organization."""
    return claim.purpose is purpose and (org is None or claim.owner_org == org)


def may_take_over(claim: Claim, now: datetime.datetime) -> bool:
    """Tell whether a half-done claim was abandoned."""
    return now - claim.claimed_at >= ABANDONED


def organization_key(name_key: str) -> str:
    """Return the id of the claim to an organization's name; no e-mail address has the same."""
    return hashlib.sha256(f"organization\n{name_key}".encode()).hexdigest()
