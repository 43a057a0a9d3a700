"""People: the members of an organization, and the organization, as auth tells them."""

from __future__ import annotations

from realinsights.contracts.permissions import Role, permissions_of
from realinsights.notifications.model.topics import OF_ONE_S_ACCOUNT, Topic
from realinsights_platform.documents.port import Document


class Organization(Document, frozen=True, kw_only=True, rename="camel"):
    """An organization; its id is its own. `time_zone` is a name of the IANA database."""

    name: str
    time_zone: str


class Person(Document, frozen=True, kw_only=True, rename="camel"):
    """A member of an organization; the id is the member's. `limited` ones may see only a part of the organization."""

    email: str
    first_name: str
    last_name: str
    role: Role
    active: bool
    email_verified: bool
    limited: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def may(self, permission: str) -> bool:
        """Tell whether this person may do something now, in the whole organization."""
        return self.active and not self.limited and permission in permissions_of(self.role)

    def may_hear(self, topic: Topic) -> bool:
        """Tell whether this person may be told of a topic: who is limited hears of their own account alone."""
        return self.active and (not self.limited or topic in OF_ONE_S_ACCOUNT)
