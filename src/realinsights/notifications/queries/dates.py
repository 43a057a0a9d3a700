"""Lists of dates: filtered, in the order of their days, page by page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from realinsights.notifications.model.dates import CriticalDate, DateKind, DateState, ShownTo
from realinsights.notifications.store import DATES
from realinsights_platform.documents.port import AnyOf, Between, Documents, Equal, Order, Page, Position, Where
from realinsights_platform.errors import NotFound

ME: Final = "me"
NOBODY: Final = "nobody"
"""Words for an assignee: who asks, and none."""


class DateFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of dates: every condition that is given must hold; days are a closed range.

    `assignee` is a member's id, `me` or `nobody`.
    """

    from_: datetime.date | None = None
    to: datetime.date | None = None
    kind: Annotated[tuple[DateKind, ...], msgspec.Meta(max_length=50)] = ()
    state: Annotated[tuple[DateState, ...], msgspec.Meta(max_length=50)] = ()
    assignee: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    loan_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None

    def where(self, user: str, *, confidential: bool) -> list[Where]:
        """Return the clauses, for the member who asks; `confidential`: who sees confidential documents."""
        clauses: list[Where] = [AnyOf("shown_to", tuple(shown_to(confidential=confidential)))]
        if self.from_ is not None or self.to is not None:
            clauses.append(Between("on", self.from_, self.to))
        if self.kind:
            clauses.append(AnyOf("kind", self.kind))
        if self.state:
            clauses.append(AnyOf("state", self.state))
        if self.assignee is not None:
            named = {ME: user, NOBODY: None}.get(self.assignee, self.assignee)
            clauses.append(Equal("assignee", named))
        if self.loan_id is not None:
            clauses.append(Equal("loan_id", self.loan_id))
        return clauses


def shown_to(*, confidential: bool) -> frozenset[ShownTo]:
    """Return which dates a person is shown who sees confidential documents, or does not."""
    return frozenset({ShownTo.EVERYBODY, ShownTo.CONFIDENTIAL} if confidential else {ShownTo.EVERYBODY})


async def listed_dates(
    documents: Documents,
    *,
    org: str,
    user: str,
    confidential: bool,
    which: DateFilter,
    after: Position | None,
    limit: int,
    total: bool = False,
) -> Page[CriticalDate]:
    """Return a page of the dates that match, the earliest first; `total` counts all of them."""
    where = which.where(user, confidential=confidential)
    page = await documents.find(DATES, org, *where, order=Order("on"), after=after, limit=limit)
    if not total:
        return page
    return Page(page.items, page.next, await documents.count(DATES, org, *where))


async def read_date(documents: Documents, *, org: str, date_id: str, confidential: bool) -> CriticalDate:
    """Return a date; raises `NotFound` for one that is gone, or not for the caller to see."""
    date = await documents.get(DATES, org, date_id)
    if date is None or date.shown_to not in shown_to(confidential=confidential):
        raise NotFound("There is no such date.")
    return date


async def feed_dates(
    documents: Documents,
    *,
    org: str,
    kinds: Sequence[DateKind],
    assignee: str | None,
    confidential: bool,
    since: datetime.date,
    most: int,
) -> tuple[CriticalDate, ...]:
    """Return the dates that a calendar shows from a day on, as many as there may be, the earliest first."""
    which = DateFilter(from_=since, kind=tuple(kinds), assignee=assignee)
    found: list[CriticalDate] = []
    after: Position | None = None
    while len(found) < most:
        limit = min(most - len(found), 500)
        page = await listed_dates(
            documents, org=org, user="", confidential=confidential, which=which, after=after, limit=limit
        )
        found += page.items
        if page.next is None:
            break
        after = page.next
    return tuple(found)
