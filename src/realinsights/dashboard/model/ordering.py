"""Loans in the order that somebody asks for, whole or in pages; what has no value comes last, ties by their ids."""

from __future__ import annotations

import datetime
import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from realinsights.contracts.filters import Filters, RatioSource
from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.codes import PROPERTY_TYPES
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn
from realinsights.dashboard.model.due_days import due_days
from realinsights.dashboard.model.exact import UNKNOWN, Flags, Integers
from realinsights.dashboard.model.own_ratios import has_own_ratios
from realinsights.dashboard.model.positions import present_through
from realinsights.dashboard.model.view import INCOME
from realinsights_platform.documents.words import folded


class LineOrder(StrEnum):
    """What lines may be ordered by; a leading minus means descending. What has no value comes last either way."""

    NUMBER = "number"
    NUMBER_DESCENDING = "-number"
    NAME = "name"
    NAME_DESCENDING = "-name"
    BORROWER = "borrower"
    BORROWER_DESCENDING = "-borrower"
    LENDER = "lender"
    LENDER_DESCENDING = "-lender"
    FUND = "fund"
    FUND_DESCENDING = "-fund"
    PORTFOLIO = "portfolio"
    PORTFOLIO_DESCENDING = "-portfolio"
    BALANCE = "balance"
    BALANCE_DESCENDING = "-balance"
    ORIGINAL = "originalBalance"
    ORIGINAL_DESCENDING = "-originalBalance"
    RATE = "rate"
    RATE_DESCENDING = "-rate"
    ORIGINATION = "originationDate"
    ORIGINATION_DESCENDING = "-originationDate"
    MATURITY = "maturityDate"
    MATURITY_DESCENDING = "-maturityDate"
    STATUS = "status"
    STATUS_DESCENDING = "-status"
    DSCR = "dscr"
    DSCR_DESCENDING = "-dscr"
    LTV = "ltv"
    LTV_DESCENDING = "-ltv"
    DEBT_YIELD = "debtYield"
    DEBT_YIELD_DESCENDING = "-debtYield"
    OCCUPANCY = "occupancy"
    OCCUPANCY_DESCENDING = "-occupancy"
    STATE = "state"
    STATE_DESCENDING = "-state"
    TYPE = "type"
    TYPE_DESCENDING = "-type"


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a page: the order's value there (None: there is none), and the loan's id."""

    value: int | str | None
    id: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of rows; `next` is None on the last one; `total` is how many loans there are on all pages."""

    rows: tuple[int, ...]
    next: Place | None
    total: int


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Keys that order rows, `UNKNOWN` where there is nothing; of texts, twice their place among `texts`."""

    keys: Integers
    texts: Sequence[str] | None = None

    def key(self, value: int | str) -> int:
        """Return the key of a value, or one between those of its neighbors where no loan has it any more."""
        if self.texts is None:
            return int(value)
        place = bisect_left(self.texts, str(value))
        there = place < len(self.texts) and self.texts[place] == value
        return 2 * place if there else 2 * place - 1

    def value(self, key: int) -> int | str | None:
        """Return the value of a loan's key."""
        if key == UNKNOWN:
            return None
        return key if self.texts is None else self.texts[key // 2]


def page(
    columns: Columns,
    flags: Flags | None,
    *,
    order: LineOrder,
    after: Place | None,
    limit: int,
    on: datetime.date,
    filters: Filters,
) -> Lines:
    """Return the rows of the page after a place; a maturity is when a loan is expected to be repaid on a date."""
    rows = np.arange(columns.count) if flags is None else np.flatnonzero(flags)
    total = rows.size
    ranking, descending = _ranking(columns, order, filters, on), _descending(order)
    ranks = _ranks(ranking.keys[rows], descending=descending)
    if after is not None:
        last = _LAST if after.value is None else ranking.key(after.value) * (-1 if descending else 1)
        coming, tied = ranks > last, ranks == last
        coming[tied] = [columns.ids[row] > after.id for row in rows[tied].tolist()]
        rows, ranks = rows[coming], ranks[coming]
    if rows.size > limit:
        near = ranks <= np.partition(ranks, limit)[limit]
        rows, ranks = rows[near], ranks[near]
    ordered = [row for _, _, row in heapq.nsmallest(limit + 1, _ordered(columns, rows, ranks))]
    shown = ordered[:limit]
    following = None
    if len(ordered) > limit:
        following = Place(ranking.value(int(ranking.keys[shown[-1]])), columns.ids[shown[-1]])
    return Lines(tuple(shown), following, total)


def ordered(
    columns: Columns, flags: Flags | None, *, order: LineOrder, on: datetime.date, filters: Filters
) -> list[int]:
    """Return all rows that are flagged, in order."""
    rows = np.arange(columns.count) if flags is None else np.flatnonzero(flags)
    ranks = _ranks(_ranking(columns, order, filters, on).keys[rows], descending=_descending(order))
    return [row for _, _, row in sorted(_ordered(columns, rows, ranks))]


def _ordered(columns: Columns, rows: Integers, ranks: Integers) -> Iterator[tuple[int, str, int]]:
    """Return what orders each row, ties by the loan's id, and the row."""
    numbers = rows.tolist()
    return zip(ranks.tolist(), (columns.ids[row] for row in numbers), numbers, strict=True)


def _descending(order: LineOrder) -> bool:
    return order.value.startswith("-")


def _ranks(keys: Integers, *, descending: bool) -> Integers:
    return np.where(keys == UNKNOWN, _LAST, -keys if descending else keys)


def _ranking(columns: Columns, order: LineOrder, filters: Filters, on: datetime.date) -> Ranking:
    name = order.value.removeprefix("-")
    if name == LineOrder.MATURITY:
        return Ranking(due_days(columns, columns.column, on))
    if name == LineOrder.DSCR and filters.source is RatioSource.REPORTED:
        return Ranking(columns.column(LoanColumn.REPORTED_DSCR))
    below = _BELOW_INCOME.get(name)
    return _RANKINGS[name](columns) if below is None else _ratio(INCOME[filters.statement_basis][0], below)(columns)


def _column(column: LoanColumn) -> Callable[[Columns], Ranking]:
    return lambda columns: Ranking(columns.column(column))


def _texts(name: str, of: Callable[[Columns], Sequence[str | None]]) -> Callable[[Columns], Ranking]:
    def ranking(columns: Columns) -> Ranking:
        kept = columns.rankings.get(name)
        if kept is None or kept[0] != columns.clock:
            kept = columns.rankings[name] = (columns.clock, _of_texts(of(columns)))
        found: Ranking = kept[1]
        return found

    return ranking


def _of_texts(texts: Sequence[str | None]) -> Ranking:
    spelt = sorted({text for text in texts if text is not None})
    keys: dict[str | None, int] = {text: 2 * place for place, text in enumerate(spelt)}
    keys[None] = UNKNOWN
    return Ranking(np.fromiter((keys[text] for text in texts), np.int64, len(texts)), spelt)


def _folded(texts: Sequence[str | None]) -> list[str | None]:
    return [None if text is None else folded(text) for text in texts]


def _party(kind: PartyKind, column: LoanColumn) -> Callable[[Columns], Ranking]:
    def ranking(columns: Columns) -> Ranking:
        named = _of_texts(_folded(columns.parties[kind].names.all()))
        return Ranking(named.keys[columns.column(column)], named.texts)

    return ranking


def _ratio(above: LoanColumn, below: LoanColumn) -> Callable[[Columns], Ranking]:
    # Two integers below 2^53 divided as floats are never out of order: their quotient is the nearest there is.
    def ranking(columns: Columns) -> Ranking:
        numerator, denominator = (_through(columns, column) for column in (above, below))
        known = has_own_ratios(columns) & (numerator != UNKNOWN) & (denominator > 0)
        bits = (np.where(known, numerator, 0) / np.where(known, denominator, 1)).view(np.int64)
        return Ranking(np.where(known, np.where(bits < 0, UNKNOWN - bits, bits), UNKNOWN))

    return ranking


def _through(columns: Columns, column: LoanColumn) -> Integers:
    """Return a column, of balances and debt service what a loan's ratios are of."""
    values, some = columns.column(column), present_through(columns)
    if some is None or column not in {LoanColumn.BALANCE, LoanColumn.DEBT_SERVICE}:
        return values
    values = values.copy()
    values[some.rows] = some.balance if column is LoanColumn.BALANCE else some.debt_service
    return values


def _state(columns: Columns) -> Ranking:
    named = _of_texts(columns.states.keys.all())
    return _first(columns, named, Backing.STATE)


def _type(columns: Columns) -> Ranking:
    return _first(columns, _TYPES, Backing.TYPE)


def _first(columns: Columns, named: Ranking, column: Backing) -> Ranking:
    """Return the ranking by the first of the names of each loan's properties, in their order."""
    backing = columns.collateral.everything()
    keys = named.keys[backing[column]]
    known = keys != UNKNOWN
    first = np.full(columns.count, _LAST, np.int64)
    np.minimum.at(first, backing[Backing.OWNER, known], keys[known])
    return Ranking(np.where(first == _LAST, UNKNOWN, first), named.texts)


_LAST = np.iinfo(np.int64).max
_TYPES = _of_texts([kind.value for kind in PROPERTY_TYPES.members])

_BELOW_INCOME: Mapping[str, LoanColumn] = MappingProxyType(
    {"dscr": LoanColumn.DEBT_SERVICE, "debtYield": LoanColumn.BALANCE}
)
"""Ratios of income: what it is divided by."""

_RANKINGS: Mapping[str, Callable[[Columns], Ranking]] = MappingProxyType(
    {
        "number": _texts("number", lambda columns: _folded(columns.numbers.all())),
        "name": _texts("name", lambda columns: _folded(columns.titles.all())),
        "borrower": _texts("borrower", lambda columns: _folded(columns.borrowers.all())),
        "lender": _party(PartyKind.LENDER, LoanColumn.LENDER),
        "fund": _party(PartyKind.FUND, LoanColumn.FUND),
        "portfolio": _party(PartyKind.PORTFOLIO, LoanColumn.PORTFOLIO),
        "balance": _column(LoanColumn.BALANCE),
        "originalBalance": _column(LoanColumn.ORIGINAL),
        "rate": _column(LoanColumn.RATE),
        "originationDate": _column(LoanColumn.ORIGINATED),
        "status": _column(LoanColumn.STATUS),
        "ltv": _ratio(LoanColumn.BALANCE, LoanColumn.VALUE),
        "occupancy": _column(LoanColumn.OCCUPANCY),
        "state": _state,
        "type": _type,
    }
)
