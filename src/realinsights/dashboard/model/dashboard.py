"""The whole dashboard of one organisation in one document."""

from __future__ import annotations

import datetime

import msgspec
import numpy as np

from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.compositions import Compositions, compositions
from realinsights.dashboard.model.coverage import covered, omitted
from realinsights.dashboard.model.figure import FigureName, Headline
from realinsights.dashboard.model.filters import Filters, selected
from realinsights.dashboard.model.headline import headline
from realinsights.dashboard.model.lines import LineOrder, Lines, LoanLine, Place, lines, page
from realinsights.dashboard.model.maturities import Bucket, MaturityWall, Span, buckets, maturity_wall
from realinsights.dashboard.model.question import asked
from realinsights.dashboard.model.view import present


class Dashboard(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Every figure of the loans that match the filters, on a business date, after `sequence` changes of the portfolio.

    `top` are the largest outstanding loans, `upcoming` those that mature next.
    """

    business_date: datetime.date
    sequence: int
    filters: Filters
    figures: Headline
    compositions: Compositions
    maturities: MaturityWall
    top: tuple[LoanLine, ...]
    upcoming: tuple[LoanLine, ...]


def dashboard(columns: Columns, filters: Filters, on: datetime.date, *, sequence: int) -> Dashboard:
    """Return the dashboard of the loans that match."""
    question = asked(columns, selected(columns, filters), on)
    return Dashboard(
        business_date=on,
        sequence=sequence,
        filters=filters,
        figures=headline(question),
        compositions=compositions(question),
        maturities=maturity_wall(question),
        top=lines(columns, [row for _, _, row, _ in question.top], filters),
        upcoming=lines(columns, [row for _, _, row, _ in question.upcoming], filters),
    )


def maturities(columns: Columns, filters: Filters, on: datetime.date, span: Span) -> tuple[Bucket, ...]:
    """Return the maturity wall of the loans that match, at one width."""
    return buckets(asked(columns, selected(columns, filters), on), span)


def behind(
    columns: Columns,
    filters: Filters,
    on: datetime.date,
    *,
    figure: FigureName | None,
    left_out: bool,
    order: LineOrder,
    after: Place | None,
    limit: int,
) -> tuple[Lines, tuple[LoanLine, ...]]:
    """Return a page of the loans that match and, where a figure is named, stand behind it or are left out by it."""
    flags = selected(columns, filters)
    if figure is not None:
        view = present(columns, flags)
        within = np.zeros(columns.count, np.bool_)
        within[view.rows[omitted(view, figure) if left_out else covered(view, on, figure)]] = True
        flags = within
    found = page(columns, flags, order=order, after=after, limit=limit)
    return found, lines(columns, found.rows, filters)
