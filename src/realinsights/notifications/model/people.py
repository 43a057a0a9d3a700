"""People: the members of an organization, and the organization, as auth tells them."""

from __future__ import annotations

from realinsights.contracts.permissions import Role, permissions_of
from realinsights_platform.documents.port import Document


class Organization(Document, frozen=True, kw_only=True, rename="camel"):
    """An organization; its id is its own. `time_zone` is a name of the IANA database."""

    name: str
    time_zone: str


class Person(Document, frozen=True, kw_only=True, rename="camel"):
    """A member of an organization; the id is the member's."""

    email: str
    first_name: str
    last_name: str
    role: Role
    active: bool
    email_verified: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def may(self, permission: str) -> bool:
        """Tell whether this person may do something now."""
        return self.active and permission in permissions_of(self.role)
