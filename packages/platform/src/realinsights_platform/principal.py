"""Principal: who is asking, and what part of the organization they may see."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec

PROGRAM: Final = "program"
"""The role of a caller that is a program: its permissions are its own, and it has no account."""


class Scope(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The part of an organization that a member is limited to: what is in these portfolios, funds and properties."""

    portfolio_ids: tuple[str, ...] = ()
    fund_ids: tuple[str, ...] = ()
    property_ids: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the scope as a part of a cache key: the same for the same ids, in whatever order and however often."""
        return msgspec.json.encode(
            [sorted(set(ids)) for ids in (self.portfolio_ids, self.fund_ids, self.property_ids)]
        ).decode()


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A verified caller. `scope` stands for all that decides which answers they may see: it is part of a cache key.

    `limited_to` is the part of the organization that they may see, None for all of it.

    `zone` is where the organization is: its day is the business date where the caller names none. `org_name` is what it
    is called, `plan` what it subscribed to; both are empty where that is not known.
    """

    user: str
    org: str
    session: str
    role: str
    permissions: frozenset[str]
    scope: str
    zone: datetime.tzinfo = datetime.UTC
    org_name: str = ""
    plan: str = ""
    enrolls: bool = False
    limited_to: Scope | None = None
