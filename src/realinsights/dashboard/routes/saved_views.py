"""Views that people keep, over HTTP."""

from __future__ import annotations

import datetime

from realinsights.contracts.filters import Filters
from realinsights.contracts.permissions import Permission
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.ordering import LineOrder
from realinsights.dashboard.model.saved_views import SavedView, SavedViewDraft, ViewPage
from realinsights.dashboard.service import saved_views as service
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.errors import Invalid
from realinsights_platform.http.answers.answer import Json, created
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import PageOf
from realinsights_platform.http.routes.query import parsed_query
from realinsights_platform.principal import Principal


class _DashboardQuery(Filters, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    business_date: datetime.date | None = None


class _LoansQuery(_DashboardQuery, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    figure: FigureName | None = None
    left_out: bool = False
    order: LineOrder | None = None


_QUERIES = {ViewPage.DASHBOARD: _DashboardQuery, ViewPage.LOANS: _LoansQuery}
"""What the addresses of the pages hold."""


@get("/dashboard/views", permission=Permission.PORTFOLIO_READ)
async def list_views(*, documents: Documents, principal: Principal, page: ViewPage | None = None) -> PageOf[SavedView]:
    """List one's own views and those that others share, of one page or all; there is never more than one page."""
    views = await service.visible_views(documents, principal=principal)
    return PageOf(items=tuple(view for view in views if page in {None, view.page}), next=None)


@post("/dashboard/views", permission=Permission.PORTFOLIO_READ)
async def create_view(unit: Unit, documents: Documents, principal: Principal, data: SavedViewDraft) -> Json[SavedView]:
    """Keep a view: for oneself or, who may change the portfolio, shared with the whole organization."""
    _refuse_unreadable(data)
    view = await service.create_view(unit=unit, documents=documents, principal=principal, draft=data)
    return created(view, "/dashboard/views")


@put("/dashboard/views/{view_id}", permission=Permission.PORTFOLIO_READ)
async def change_view(
    *, unit: Unit, documents: Documents, principal: Principal, if_match: int, view_id: str, data: SavedViewDraft
) -> SavedView:
    """Change a view of one's own; an administrator may also change a shared one."""
    _refuse_unreadable(data)
    return await service.change_view(
        unit=unit, documents=documents, principal=principal, view_id=view_id, draft=data, expected_version=if_match
    )


@delete("/dashboard/views/{view_id}", permission=Permission.PORTFOLIO_READ)
async def forget_view(unit: Unit, principal: Principal, if_match: int, view_id: str) -> None:
    """Forget a view of one's own; an administrator may also forget a shared one."""
    await service.forget_view(unit=unit, principal=principal, view_id=view_id, expected_version=if_match)


def _refuse_unreadable(draft: SavedViewDraft) -> None:
    """Refuse a query that its page could not be asked with."""
    try:
        parsed_query(draft.query.encode(), _QUERIES[draft.page])
    except Invalid as invalid:
        faults = "; ".join(f"{fault.field} {fault.message}" for fault in invalid.fields)
        raise Invalid.field("query", faults or invalid.message) from None
