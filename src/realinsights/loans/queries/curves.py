"""Curves as they are asked for."""

from __future__ import annotations

import datetime

from realinsights.loans.model.curves import FLAT, FORWARD, RateCurve, require_index_of
from realinsights.loans.model.index_names import index_code, index_label
from realinsights.loans.store import RATE_CURVES
from realinsights_platform.documents.port import Between, Documents, Equal, Order, Page, Position
from realinsights_platform.errors import Invalid


async def list_curves(
    documents: Documents, *, org: str, index: str | None, after: Position | None, limit: int
) -> Page[RateCurve]:
    """Return curves, the newest first."""
    where = () if index is None else (Equal("index", index_code(index)),)
    order = Order("as_of", descending=True)
    return await documents.find(RATE_CURVES, org, *where, order=order, after=after, limit=limit)


async def scenario_curve_of(
    documents: Documents, *, org: str, scenario: str, index: str, business_date: datetime.date
) -> RateCurve | None:
    """Return the curve that a scenario names, None where the last fixing stands; raises `Invalid` for none there is."""
    if scenario == FLAT:
        return None
    if scenario != FORWARD:
        curve = await named_curve(documents, org=org, scenario=scenario, business_date=business_date)
        require_index_of(curve, index)
        return curve
    newest = await newest_curve(documents, org=org, index=index, business_date=business_date)
    if newest is None:
        raise Invalid.field("scenario", no_curve(index, business_date))
    return newest


async def named_curve(documents: Documents, *, org: str, scenario: str, business_date: datetime.date) -> RateCurve:
    """Return the curve of an id, as a scenario names it; raises `Invalid` where there is none by the business date."""
    curve = await documents.get(RATE_CURVES, org, scenario)
    if curve is None:
        raise Invalid.field("scenario", f"must be {FLAT}, {FORWARD} or the id of a curve")
    if curve.as_of > business_date:
        raise Invalid.field("scenario", f"is a curve as of {curve.as_of}, after the business date, {business_date}")
    return curve


async def newest_curve(documents: Documents, *, org: str, index: str, business_date: datetime.date) -> RateCurve | None:
    """Return the newest curve of an index by the business date, None where there is none."""
    found = await documents.find(
        RATE_CURVES,
        org,
        Equal("index", index),
        Between("as_of", at_most=business_date),
        order=Order("as_of", descending=True),
        limit=1,
    )
    return found.items[0] if found.items else None


def no_curve(index: str, business_date: datetime.date) -> str:
    """Return that there is no curve of an index."""
    return f"there is no curve of {index_label(index)} as of {business_date} or before"
