"""The whole dashboard of one organization in one document."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from realinsights.contracts.filters import Filters, RatioSource
from realinsights.contracts.loans import IncomeBasis
from realinsights.dashboard.model.allocation import allocation_of
from realinsights.dashboard.model.codes import CLOSED
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn, Other
from realinsights.dashboard.model.compositions import Compositions, compositions
from realinsights.dashboard.model.coverage import covered, omitted
from realinsights.dashboard.model.encoded import encoded
from realinsights.dashboard.model.exact import MONEY_PLACES, Flags, text, total
from realinsights.dashboard.model.figure import Figure, FigureName, Headline, LeftOut, LoanReference
from realinsights.dashboard.model.filters import matching_collateral, named, selected
from realinsights.dashboard.model.headline import FIGURES, headline
from realinsights.dashboard.model.lines import LoanLine, kept_lines
from realinsights.dashboard.model.maturities import (
    Bucket,
    MaturityWall,
    Span,
    buckets,
    due_by_schedule,
    maturity_wall,
    without_schedule,
)
from realinsights.dashboard.model.ordering import LineOrder, Lines, Place, page
from realinsights.dashboard.model.question import Question, asked
from realinsights.dashboard.model.rolling import RolledForward, standing, summary
from realinsights.dashboard.model.view import present


class Dashboard(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Every figure of the loans that match the filters, on a business date, after `sequence` changes of the portfolio.

    `top` are the largest outstanding loans, `upcoming` those that mature next. `left_out` tells what figures leave out,
    under the names that they give for it, and `loans` are those that a figure names, by id. Where properties, their
    types or states are asked for, `matched_balance` is what is allocated to these and `whole_balance` what their loans
    owe altogether; figures are of either, by the filters' `measure`. Else both are null. `rolled` says which balances
    are rolled forward to a business date that was asked for by name, null where none is older.
    """

    business_date: datetime.date
    sequence: int
    filters: Filters
    figures: Headline
    matched_balance: str | None
    whole_balance: str | None
    rolled: RolledForward | None
    compositions: Compositions
    maturities: MaturityWall
    top: tuple[LoanLine, ...]
    upcoming: tuple[LoanLine, ...]
    left_out: dict[str, LeftOut]
    loans: dict[str, LoanReference]


@dataclass(frozen=True, slots=True)
class _Made:
    """A part of the dashboard, what it leaves out by name, and the rows of the loans that it names."""

    value: Any
    omitted: dict[str, LeftOut]
    named: dict[str, int]


_FALLING_DUE = (
    *(LoanColumn.BALANCE, LoanColumn.STATUS, LoanColumn.MATURITY),
    *(LoanColumn.ANTICIPATED, LoanColumn.EXTENSIONS),
)
_BALLOONS = (LoanColumn.BALLOON, LoanColumn.ANTICIPATED_BALLOON, LoanColumn.AMORTIZATION)

_PARTS: Mapping[str, tuple[Callable[[Question], Any], tuple[LoanColumn | Other, ...]]] = MappingProxyType(
    {
        "figures": (
            lambda question: encoded(headline(question)),
            (
                *_FALLING_DUE,
                LoanColumn.ORIGINAL,
                LoanColumn.RATE,
                LoanColumn.AS_OF,
                LoanColumn.DEBT_SERVICE,
                *(column for column in LoanColumn if LoanColumn.VALUE <= column <= LoanColumn.AREA),
                *(LoanColumn.LIEN, LoanColumn.STRUCTURE, LoanColumn.REPORTED_DSCR),
                *(LoanColumn.REPORTED_DSCR_NCF, LoanColumn.REPORTED_AS_OF),
                Other.COLLATERAL,
            ),
        ),
        "compositions": (
            lambda question: encoded(compositions(question)),
            (
                LoanColumn.BALANCE,
                LoanColumn.STATUS,
                LoanColumn.AS_OF,
                LoanColumn.LENDER,
                LoanColumn.FUND,
                LoanColumn.PORTFOLIO,
                LoanColumn.STRUCTURE,
                LoanColumn.RATE_TYPE,
                LoanColumn.AMORTIZATION,
                Other.COLLATERAL,
                Other.PARTIES,
            ),
        ),
        "maturities": (
            lambda question: encoded(maturity_wall(question)),
            (*_FALLING_DUE, *_BALLOONS, LoanColumn.RATE, LoanColumn.RATE_TYPE),
        ),
        "top": (lambda question: [row for _, _, row, _ in question.top], (LoanColumn.BALANCE, LoanColumn.STATUS)),
        "upcoming": (lambda question: [row for _, _, row, _ in question.upcoming], _FALLING_DUE),
    }
)
"""How each part is made, and what it depends on besides the business date."""


def dashboard(
    columns: Columns, filters: Filters, on: datetime.date, *, sequence: int, ahead: bool = False
) -> Dashboard:
    """Return the dashboard of the loans that match, its parts encoded; `ahead` rolls older balances forward to `on`.

    Of a whole portfolio, parts are kept until something changes that they depend on.
    """
    columns = standing(columns, on, ahead=ahead)
    flags = selected(columns, filters, on)
    made = _parts(columns, flags, on, filters)
    figures, composed = made["figures"], made["compositions"]
    matched, whole = _matched(columns, filters, flags)
    return Dashboard(
        business_date=on,
        sequence=sequence,
        filters=filters,
        figures=figures.value,
        matched_balance=None if matched is None else text(matched, MONEY_PLACES),
        whole_balance=None if whole is None else text(whole, MONEY_PLACES),
        rolled=summary(columns, flags),
        compositions=composed.value,
        maturities=made["maturities"].value,
        top=kept_lines(columns, made["top"].value, filters, on),
        upcoming=kept_lines(columns, made["upcoming"].value, filters, on),
        left_out=figures.omitted | composed.omitted,
        loans=referred(columns, figures.named | composed.named),
    )


def _parts(columns: Columns, flags: Flags | None, on: datetime.date, filters: Filters) -> dict[str, _Made]:
    made: dict[str, _Made] = {}
    question: Question | None = None
    for name, (make, subjects) in _PARTS.items():
        stamp = columns.changed(subjects)
        key = (name, on, (filters.statement_basis, filters.source) if name == "figures" else None)
        kept = columns.answers.get(key) if flags is None else None
        if kept is not None and kept[0] == stamp:
            made[name] = kept[1]
            continue
        question = question or asked(columns, flags, on, filters)
        own = replace(question, omitted={}, named={})
        made[name] = _Made(make(own), own.omitted, own.named)
        if flags is None:
            if len(columns.answers) >= _MOST_KEPT:
                columns.answers.clear()
            columns.answers[key] = (stamp, made[name])
    return made


def referred(columns: Columns, named: dict[str, int]) -> dict[str, LoanReference]:
    """Return the loans of some rows by id, with what is owed of them."""
    rows = list(named.values())
    balances, statuses = columns.loans[[[LoanColumn.BALANCE], [LoanColumn.STATUS]], rows].tolist()
    return {
        loan_id: LoanReference(
            number=columns.numbers[row],
            name=columns.titles[row],
            balance="0.00" if CLOSED[status] else text(balance, MONEY_PLACES),
        )
        for (loan_id, row), balance, status in zip(named.items(), balances, statuses, strict=True)
    }


_MOST_KEPT = 2 * (len(_PARTS) + len(IncomeBasis) * len(RatioSource) - 1)
"""Parts of two business dates, the figures on each basis and from each source."""


def maturities(
    columns: Columns, filters: Filters, on: datetime.date, span: Span, *, ahead: bool = False
) -> tuple[Bucket, ...]:
    """Return the maturity wall of the loans that match, at one width; `ahead` rolls older balances forward to `on`."""
    columns = standing(columns, on, ahead=ahead)
    return buckets(asked(columns, selected(columns, filters, on), on, filters), span)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanSelection:
    """Some loans: those that match and, where a figure is named, stand behind it or are left out by it.

    `chosen` are the ids of some of them, None where it is about all. `ahead` rolls older balances forward to `on`.
    """

    filters: Filters
    on: datetime.date
    figure: FigureName | None = None
    left_out: bool = False
    chosen: tuple[str, ...] | None = None
    ahead: bool = False

    def standing(self, columns: Columns) -> Columns:
        """Return the columns as they stand on the date; all else is asked of them."""
        return standing(columns, self.on, ahead=self.ahead)

    def flags(self, columns: Columns) -> Flags | None:
        """Return which loans, None where that is all."""
        flags = self._listed(columns)
        if self.chosen is None:
            return flags
        chosen = named(columns, self.chosen)
        return chosen if flags is None else chosen & flags

    def _listed(self, columns: Columns) -> Flags | None:
        flags = selected(columns, self.filters, self.on)
        if self.figure is None:
            return flags
        view = present(columns, flags, self.filters.statement_basis, allocation_of(columns, self.filters))
        within = np.zeros(columns.count, np.bool_)
        source = self.filters.source
        found = omitted(view, self.figure, source) if self.left_out else covered(view, self.on, self.figure, source)
        within[view.rows[found]] = True
        return within


class LoanTotals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What listed loans come to: `count` of all of them, and the figures of those that are outstanding.

    `matched_balance` is what is allocated to properties that match the property filters, `whole_balance` what the loans
    owe altogether; where no properties are asked for they are alike. Figures are of either, by the filters' `measure`.
    `due_by_schedule` is the principal that falls due by the schedules that say it, `without_schedule` what the other
    loans owe today. `rolled` says which balances are rolled forward to the business date. `left_out` tells what figures
    leave out, under the names that they give for it, and `loans` are those that it names, by id.
    """

    business_date: datetime.date
    sequence: int
    filters: Filters
    count: int
    matched_balance: str
    whole_balance: str
    rolled: RolledForward | None
    loan_count: Figure
    outstanding: Figure
    original: Figure
    weighted_rate: Figure
    weighted_remaining_months: Figure
    dscr: Figure
    ltv: Figure
    debt_yield: Figure
    occupancy: Figure
    due_by_schedule: str
    without_schedule: str
    left_out: dict[str, LeftOut]
    loans: dict[str, LoanReference]


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
    columns = which.standing(columns)
    flags = which.flags(columns)
    question = asked(columns, flags, which.on, which.filters)
    figures = {name.name.lower(): FIGURES[name](question) for name in _TOTALLED}
    matched, whole = _matched(columns, which.filters, flags)
    return LoanTotals(
        business_date=which.on,
        sequence=sequence,
        filters=which.filters,
        count=columns.count if flags is None else int(np.count_nonzero(flags)),
        matched_balance=text(question.owed if matched is None else matched, MONEY_PLACES),
        whole_balance=text(question.owed if whole is None else whole, MONEY_PLACES),
        rolled=summary(columns, flags),
        **figures,
        due_by_schedule=due_by_schedule(question),
        without_schedule=without_schedule(question),
        left_out=question.omitted,
        loans=referred(columns, question.named),
    )


def listed(
    columns: Columns, which: LoanSelection, *, order: LineOrder, after: Place | None, limit: int
) -> tuple[Lines, tuple[LoanLine, ...]]:
    """Return a page of the loans."""
    columns = which.standing(columns)
    flags, filters = which.flags(columns), which.filters
    found = page(columns, flags, order=order, after=after, limit=limit, on=which.on, filters=filters)
    return found, kept_lines(columns, found.rows, which.filters, which.on)


def _matched(columns: Columns, filters: Filters, flags: Flags | None) -> tuple[int | None, int | None]:
    """Return what of the outstanding balances is allocated to the wanted properties, and the whole of them.

    None where no properties are asked for.
    """
    if not filters.by_property:
        return None, None
    backing = columns.collateral.everything()
    matching = matching_collateral(columns, filters, backing)
    owners = backing[Backing.OWNER]
    owed = (
        ~CLOSED[columns.column(LoanColumn.STATUS)]
        if flags is None
        else flags & ~CLOSED[columns.column(LoanColumn.STATUS)]
    )
    bare = owed.copy()  # what matches without any property matches as a whole
    bare[owners] = False
    matched = owed[owners] if matching is None else matching & owed[owners]
    balances = columns.column(LoanColumn.BALANCE)
    return total(backing[Backing.BALANCE], matched) + total(balances, bare), total(balances, owed)
