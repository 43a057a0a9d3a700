"""Critical dates over HTTP: lists and timelines, and what people say of a date."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import CriticalDate, DateState, Evidence
from realinsights.notifications.queries import dates as queries
from realinsights.notifications.queries.dates import DateFilter
from realinsights.notifications.service import dates as service
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.service.following import Follower
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import get, post
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


class DateSearch(DateFilter, frozen=True, kw_only=True):
    """The filter and length of a list of dates; `total` counts all that match."""

    limit: Limit = 50
    total: bool = False


class Settlement(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The evidence that a date is done."""

    evidence: Evidence | None = None


class Waiver(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The reason why a date is waived."""

    evidence: Evidence


class Rest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The day on which a date is open again."""

    until: datetime.date


class Assignment(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The member who sees to a date; null: nobody."""

    assignee: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] | None


def _confidential(principal: Principal) -> bool:
    return Permission.FILE_CONFIDENTIAL in principal.permissions


@get("/dates", permission=Permission.PORTFOLIO_READ)
async def list_dates(
    *, documents: Documents, follower: Follower, principal: Principal, cursor: Cursor, search: DateSearch
) -> PageOf[CriticalDate]:
    """List dates, the earliest first; with `loanId` the timeline of a loan. `assignee` may be `me` or `nobody`."""
    await follower.current(principal.org)
    found = await queries.listed_dates(
        documents,
        org=principal.org,
        user=principal.user,
        confidential=_confidential(principal),
        which=search,
        after=cursor.position,
        limit=search.limit,
        total=search.total,
    )
    return cursor.page(found)


@get("/dates/{date_id}", permission=Permission.PORTFOLIO_READ)
async def read_date(*, documents: Documents, follower: Follower, principal: Principal, date_id: str) -> CriticalDate:
    """Return a date."""
    await follower.current(principal.org)
    return await queries.read_date(documents, org=principal.org, date_id=date_id, confidential=_confidential(principal))


@post("/dates/{date_id}/done", permission=Permission.PORTFOLIO_WRITE, status=200)
async def complete_date(
    *, unit: Unit, principal: Principal, if_match: int, date_id: str, data: Settlement
) -> CriticalDate:
    """Say that a date is done, also one that was missed."""
    return await service.settle_date(
        unit=unit,
        date_id=date_id,
        state=DateState.DONE,
        evidence=data.evidence,
        expected_version=if_match,
        confidential=_confidential(principal),
    )


@post("/dates/{date_id}/waive", permission=Permission.PORTFOLIO_WRITE, status=200)
async def waive_date(*, unit: Unit, principal: Principal, if_match: int, date_id: str, data: Waiver) -> CriticalDate:
    """Waive a date, with the reason."""
    return await service.settle_date(
        unit=unit,
        date_id=date_id,
        state=DateState.WAIVED,
        evidence=data.evidence,
        expected_version=if_match,
        confidential=_confidential(principal),
    )


@post("/dates/{date_id}/snooze", permission=Permission.PORTFOLIO_WRITE, status=200)
async def snooze_date(*, unit: Unit, principal: Principal, if_match: int, date_id: str, data: Rest) -> CriticalDate:
    """Let a date rest until a day, on which it is open again."""
    return await service.snooze_date(
        unit=unit, date_id=date_id, until=data.until, expected_version=if_match, confidential=_confidential(principal)
    )


@post("/dates/{date_id}/assign", permission=Permission.PORTFOLIO_WRITE, status=200)
async def assign_date(
    *, unit: Unit, principal: Principal, if_match: int, date_id: str, data: Assignment
) -> CriticalDate:
    """Give a date to a member, or to nobody."""
    return await service.assign_date(
        unit=unit,
        date_id=date_id,
        assignee=data.assignee,
        expected_version=if_match,
        confidential=_confidential(principal),
    )


@post("/dates/{date_id}/reopen", permission=Permission.PORTFOLIO_WRITE, status=200)
async def reopen_date(*, unit: Unit, principal: Principal, clock: Clock, if_match: int, date_id: str) -> CriticalDate:
    """Take back that a date is done, waived or at rest; one whose time is over is missed then."""
    return await service.reopen_date(
        unit=unit, date_id=date_id, expected_version=if_match, confidential=_confidential(principal), now=clock()
    )
