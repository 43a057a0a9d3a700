"""Organizations and their people, and the rules that keep somebody in charge."""

from __future__ import annotations

import datetime
import re
import unicodedata
import zoneinfo
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from realinsights.contracts.permissions import Role
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Conflict, Faults
from realinsights_platform.principal import Scope
from realinsights_platform.texts import optional_line, required_line


class OrganizationKind(StrEnum):
    """What an organization does in the market."""

    OWNER = "owner"
    ASSET_MANAGER = "asset_manager"
    FUND = "fund"
    LENDER = "lender"
    SERVICER = "servicer"
    BROKER = "broker"
    OTHER = "other"


class SubscriptionStatus(StrEnum):
    """The organization's standing with us."""

    TRIAL = "trial"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"


class SubscriptionTier(StrEnum):
    """What the organization subscribed to."""

    BASIC = "basic"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


class SecondFactorPolicy(StrEnum):
    """The rule of an organization on second factors: members may have one, or need one."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class PostalAddress(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A mailing address; `country` is an ISO 3166 two-letter code."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class OrganizationSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The form of figures, dates and times; the time zone also says which day is today, where nobody names one."""

    currency: str = "USD"
    timezone: str = "America/New_York"
    locale: str = "en-US"


class Organization(Document, frozen=True, kw_only=True, rename="camel"):
    """A tenant; its id is the organization every other document names."""

    name: str
    kind: OrganizationKind
    subscription_status: SubscriptionStatus
    subscription_tier: SubscriptionTier
    billing_email: str | None = None
    phone: str | None = None
    address: PostalAddress | None = None
    website: str | None = None
    tax_id: str | None = None
    settings: OrganizationSettings = OrganizationSettings()
    second_factor: SecondFactorPolicy = SecondFactorPolicy.OPTIONAL
    created_at: datetime.datetime


class ToldInTokens(NamedTuple):
    """What access tokens say of an organization besides its id: its time zone, name and plan.

    `enroll` is said where the member has to add a second factor before they may do anything else.
    """

    zone: str = "UTC"
    name: str = ""
    plan: str = ""
    enroll: bool = False


class Removal(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A member's removal: the undertaking that it is, by id, when it begins, and when it was done.

    `was_active` says whether undoing it lets the member sign in again.
    """

    undertaking_id: str
    begins_at: datetime.datetime
    was_active: bool
    removed_at: datetime.datetime | None = None


class User(Document, frozen=True, kw_only=True, rename="camel"):
    """A member of one organization, for ever: of one who was removed the name stays, so that it is known who did what.

    `scope` is the part of the organization that they are limited to, None for all of it. `access_changed_at` is when a
    change of role or scope, a deactivation or a change of password last cut off access tokens already out.
    """

    email: str
    first_name: str
    last_name: str
    phone: str | None = None
    job_title: str | None = None
    department: str | None = None
    role: Role
    scope: Scope | None = None
    active: bool = True
    email_verified: bool = False
    created_at: datetime.datetime
    access_changed_at: datetime.datetime | None = None
    removal: Removal | None = None


class Credential(Document, frozen=True, kw_only=True, rename="camel"):
    """A user's proof of who they are; it has the user's id, and never leaves the service."""

    password_hash: str
    password_changed_at: datetime.datetime
    last_sign_in_at: datetime.datetime | None = None


class OrganizationDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """All that an administrator may set of an organization."""

    name: str
    kind: OrganizationKind
    billing_email: str | None = None
    phone: str | None = None
    address: PostalAddress | None = None
    website: str | None = None
    tax_id: str | None = None
    settings: OrganizationSettings = OrganizationSettings()


class ProfileDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """All that members may set of themselves."""

    first_name: str
    last_name: str
    phone: str | None = None
    job_title: str | None = None
    department: str | None = None


_PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]{3,30}(?: ?(?:x|ext\.?) ?[0-9]{1,8})?")
_WEBSITE = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
_COUNTRY = re.compile(r"[A-Z]{2}")


def name_key(name: str) -> str:
    """Return a name as one looks it up: case, compatibility forms and runs of blanks do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def phone(field: str, value: str | None, faults: Faults) -> str | None:
    """Return a telephone number as written; one that could not be dialed is a fault."""
    text = optional_line(value, field, faults, at_most=50)
    if text is not None and not _PHONE.fullmatch(text):
        faults.add(field, "is not a telephone number")
    return text


def with_details(organization: Organization, details: OrganizationDraft, faults: Faults) -> Organization:
    """Return the organization with an administrator's details; what cannot be is a fault."""
    billing_email = optional_line(details.billing_email, "billingEmail", faults)
    if billing_email is not None and not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", billing_email):
        faults.add("billingEmail", "is not an e-mail address")
    website = optional_line(details.website, "website", faults, at_most=500)
    if website is not None and not _WEBSITE.fullmatch(website):
        faults.add("website", "is not an http or https address")
    return msgspec.structs.replace(
        organization,
        name=required_line(details.name, "name", faults),
        kind=details.kind,
        billing_email=billing_email,
        phone=phone("phone", details.phone, faults),
        address=_checked_address(details.address, faults),
        website=website,
        tax_id=optional_line(details.tax_id, "taxId", faults, at_most=50),
        settings=_checked_settings(details.settings, faults),
    )


def with_profile(user: User, profile: ProfileDraft, faults: Faults) -> User:
    """Return the user with their own account of themselves; what cannot be is a fault."""
    return msgspec.structs.replace(
        user,
        first_name=required_line(profile.first_name, "firstName", faults, at_most=100),
        last_name=required_line(profile.last_name, "lastName", faults, at_most=100),
        phone=phone("phone", profile.phone, faults),
        job_title=optional_line(profile.job_title, "jobTitle", faults),
        department=optional_line(profile.department, "department", faults),
    )


def removed(user: User, *, now: datetime.datetime) -> User:
    """Return a member who was removed: their name and role stay, no address of theirs does.

    The e-mail address is one under `.invalid` (RFC 2606), which no mail reaches.
    """
    removal = user.removal
    return msgspec.structs.replace(
        user,
        email=f"{user.id}@removed.invalid",
        email_verified=False,
        phone=None,
        job_title=None,
        department=None,
        removal=None if removal is None else msgspec.structs.replace(removal, removed_at=now),
    )


def refuse_removed(user: User) -> None:
    """Refuse what nobody does to a member who is being removed, or was."""
    if user.removal is None:
        return
    if user.removal.removed_at is not None:
        raise Conflict("This member was removed. Invite them again to let them join.")
    raise Conflict("This member is being removed. Undo the removal first.")


def keep_somebody_in_charge(user: User, others_in_charge: Sequence[User]) -> None:
    """Refuse to take the administrator's role from the last active administrator."""
    if user.active and user.role is Role.ADMINISTRATOR and not others_in_charge:
        raise Conflict("This is the organization's last active administrator. Make somebody else administrator first.")


def _checked_address(address: PostalAddress | None, faults: Faults) -> PostalAddress | None:
    if address is None:
        return None
    country = optional_line(address.country, "address.country", faults)
    if country is not None and not _COUNTRY.fullmatch(country):
        faults.add("address.country", "is not a two-letter country code such as US")
    return PostalAddress(
        street=optional_line(address.street, "address.street", faults),
        city=optional_line(address.city, "address.city", faults),
        state=optional_line(address.state, "address.state", faults),
        postal_code=optional_line(address.postal_code, "address.postalCode", faults, at_most=20),
        country=country,
    )


def _checked_settings(settings: OrganizationSettings, faults: Faults) -> OrganizationSettings:
    if not _CURRENCY.fullmatch(settings.currency):
        faults.add("settings.currency", "is not a three-letter currency code such as USD")
    if not _LOCALE.fullmatch(settings.locale):
        faults.add("settings.locale", "is not a language tag such as en-US")
    if settings.timezone != "UTC":
        try:
            zoneinfo.ZoneInfo(settings.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            # OSError: a folder of the database ("America") or a name too long for a file
            faults.add("settings.timezone", "is not a time zone such as America/New_York")
    return settings
