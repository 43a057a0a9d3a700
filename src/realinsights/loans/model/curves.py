"""Forward curves as they are kept, and the scenarios that a person asks for. Pure."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Final

import msgspec

from realinsights.loans.model.index_names import index_code
from realinsights.loans.model.quantities import Spread, finer_than_finest
from realinsights.loans.model.texts import Code, Line
from realinsights_finance.rates import (
    Fixings,
    ForwardCurve,
    Interpolation,
    InvalidCurve,
    Market,
    MissingFixing,
    Shock,
)
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Faults, Invalid
from realinsights_platform.texts import checked_line, optional_line

FLAT: Final = "flat"
FORWARD: Final = "forward"
MOST_SHIFT: Final = 1_000
BASIS_POINT: Final = Decimal("0.0001")

_DAY: Final = datetime.timedelta(days=1)
_LAST_DAY: Final = datetime.date.max - _DAY

ScenarioName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""`flat`: the last fixing stands. `forward`: the newest curve of the index. Else the id of a curve."""

BasisPoints = Annotated[int, msgspec.Meta(ge=-MOST_SHIFT, le=MOST_SHIFT)]
"""A parallel move of what is projected; 25 is a quarter of a percent."""


class CurvePoint(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A point of a curve: the index expected for a period that starts on a day, as a fraction."""

    on: datetime.date
    rate: Spread


class CurveDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A forward curve as a person states it, as seen on `as_of`; after the last point it answers until `until`."""

    index: Annotated[Code, msgspec.Meta(min_length=1, pattern=r"\S")]
    as_of: datetime.date
    points: Annotated[tuple[CurvePoint, ...], msgspec.Meta(min_length=1, max_length=1200)]
    interpolation: Interpolation = Interpolation.STEP
    until: datetime.date | None = None
    source: Line | None = None


class RateCurve(Document, frozen=True, kw_only=True, rename="camel"):
    """A forward curve as it is kept."""

    index: str
    as_of: datetime.date
    points: tuple[CurvePoint, ...]
    interpolation: Interpolation
    until: datetime.date | None = None
    source: str | None = None


def curve_of(draft: CurveDraft, *, curve_id: str, org: str, business_date: datetime.date) -> RateCurve:
    """Return the curve that a draft makes; raises `Invalid` naming every bad field."""
    faults = Faults()
    index = index_code(checked_line(draft.index, "index", faults))
    if not index:
        faults.add("index", "must have a letter or a digit")
    if draft.as_of > business_date:
        faults.add("asOf", f"{draft.as_of} is still to come on {business_date}: nobody has seen the curve yet")
    for place, point in enumerate(draft.points):
        if point.rate.is_finite() and finer_than_finest(point.rate):
            faults.add(f"points[{place}].rate", "has more than 8 decimals")
    curve = RateCurve(
        id=curve_id,
        org=org,
        index=index,
        as_of=draft.as_of,
        points=draft.points,
        interpolation=draft.interpolation,
        until=draft.until,
        source=optional_line(draft.source, "source", faults),
    )
    if not faults.fields:
        try:
            forward_curve(curve)
        except InvalidCurve as invalid:
            faults.add("points", str(invalid).partition(": ")[2])
    faults.refuse("curve")
    return curve


def forward_curve(curve: RateCurve) -> ForwardCurve:
    """Return a curve as the mathematics takes it; raises InvalidCurve."""
    return ForwardCurve(
        index=curve.index,
        as_of=curve.as_of,
        points=tuple((point.on, point.rate) for point in curve.points),
        interpolation=curve.interpolation,
        until=curve.until,
        source=curve.source or "",
    )


def scenario_curve(
    index: str, fixings: Fixings, curve: RateCurve | None, *, shift: int, business_date: datetime.date
) -> ForwardCurve:
    """Return what is projected for an index: a curve, or without one the last fixing for ever, moved by basis points.

    Raises MissingFixing where there is neither.
    """
    if curve is not None:
        base = forward_curve(curve)
    else:
        last = fixings.known_on(business_date).last_before(index, min(business_date, _LAST_DAY) + _DAY)
        if last is None:
            raise MissingFixing(index, business_date, note=" nor of any day before, and the rate is projected from it")
        base = ForwardCurve.flat(index, last.value, as_of=business_date, source=f"the fixing of {last.on}")
    return base.shocked(Shock(by=BASIS_POINT * shift)) if shift else base


def market_under(
    market: Market, index: str, curve: RateCurve | None, *, shift: int, business_date: datetime.date
) -> tuple[Market, ForwardCurve | None]:
    """Return a market with what is projected for an index, and that; without it where there is nothing to project."""
    try:
        projected = scenario_curve(index, market.fixings, curve, shift=shift, business_date=business_date)
    except MissingFixing:
        return market, None
    return Market(business_date=business_date, fixings=market.fixings, curves=(projected,)), projected


def require_index_of(curve: RateCurve, index: str) -> None:
    """Raise `Invalid` where a scenario's curve is of another index."""
    if curve.index != index:
        raise Invalid.field("scenario", f"is a curve of {curve.index}, and the loan floats on {index}")
