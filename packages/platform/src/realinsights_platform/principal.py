"""Principal: who is asking."""

from __future__ import annotations

import datetime

import msgspec


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A verified caller. `scope` stands for all that decides which answers they may see: it is part of a cache key.

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
