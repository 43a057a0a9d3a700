"""The whole dashboard of one organization in one document."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import msgspec
import numpy as np

from realinsights.dashboard.model.columns import CLOSED, Backing, Columns, LoanColumn
from realinsights.dashboard.model.compositions import Compositions, compositions
from realinsights.dashboard.model.coverage import covered, omitted
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, text, total
from realinsights.dashboard.model.figure import Figure, FigureName, Headline
from realinsights.dashboard.model.filters import Filters, matching_collateral, named, selected
from realinsights.dashboard.model.headline import FIGURES, headline
from realinsights.dashboard.model.lines import LoanLine, lines
from realinsights.dashboard.model.maturities import Bucket, MaturityWall, Span, buckets, maturity_wall
from realinsights.dashboard.model.ordering import LineOrder, Lines, Place, page
from realinsights.dashboard.model.question import Question, asked
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanSelection:
    """Which loans: those that match and, where a figure is named, stand behind it or are left out by it.

    `chosen` are the ids of some of them, None where it is about all.
    """

    filters: Filters
    on: datetime.date
    figure: FigureName | None = None
    left_out: bool = False
    chosen: tuple[str, ...] | None = None

    def flags(self, columns: Columns) -> Flags | None:
        """Return which loans, None where that is all."""
        flags = self._listed(columns)
        if self.chosen is None:
            return flags
        chosen = named(columns, self.chosen)
        return chosen if flags is None else chosen & flags

    def _listed(self, columns: Columns) -> Flags | None:
        flags = selected(columns, self.filters)
        if self.figure is None:
            return flags
        view = present(columns, flags)
        within = np.zeros(columns.count, np.bool_)
        within[view.rows[omitted(view, self.figure) if self.left_out else covered(view, self.on, self.figure)]] = True
        return within


class LoanTotals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What listed loans come to: `count` of all of them, and the figures of those that are outstanding.

    `matched_balance` is the part of `outstanding` allocated to properties that match the property filters.
    """

    business_date: datetime.date
    sequence: int
    filters: Filters
    count: int
    matched_balance: str
    loan_count: Figure
    outstanding: Figure
    original: Figure
    weighted_rate: Figure
    weighted_remaining_months: Figure
    dscr: Figure
    ltv: Figure
    debt_yield: Figure
    occupancy: Figure


_TOTALLED = (
    FigureName.LOAN_COUNT,
    FigureName.OUTSTANDING,
    FigureName.ORIGINAL,
    FigureName.WEIGHTED_RATE,
    FigureName.WEIGHTED_REMAINING_MONTHS,
    FigureName.DSCR,
    FigureName.LTV,
    FigureName.DEBT_YIELD,
    FigureName.OCCUPANCY,
)


def totals(columns: Columns, which: LoanSelection, *, sequence: int) -> LoanTotals:
    """Return what the loans come to."""
    flags = which.flags(columns)
    question = asked(columns, flags, which.on)
    return LoanTotals(
        business_date=which.on,
        sequence=sequence,
        filters=which.filters,
        count=columns.count if flags is None else int(np.count_nonzero(flags)),
        matched_balance=text(_matched(columns, which.filters, flags, question), MONEY_PLACES),
        **{name.name.lower(): FIGURES[name](question) for name in _TOTALLED},
    )


def listed(
    columns: Columns, which: LoanSelection, *, order: LineOrder, after: Place | None, limit: int
) -> tuple[Lines, tuple[LoanLine, ...]]:
    """Return a page of the loans."""
    found = page(columns, which.flags(columns), order=order, after=after, limit=limit)
    return found, lines(columns, found.rows, which.filters)


def _matched(columns: Columns, filters: Filters, flags: Flags | None, question: Question) -> int:
    backing = columns.collateral.everything()
    matching = matching_collateral(columns, filters, backing)
    if matching is None:
        return question.owed
    owners = backing[Backing.OWNER]
    owed = (
        ~CLOSED[columns.column(LoanColumn.STATUS)]
        if flags is None
        else flags & ~CLOSED[columns.column(LoanColumn.STATUS)]
    )
    bare = owed.copy()  # what matches without any property matches as a whole
    bare[owners] = False
    return total(backing[Backing.BALANCE], matching & owed[owners]) + total(columns.column(LoanColumn.BALANCE), bare)
