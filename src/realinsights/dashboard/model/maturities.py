"""The maturity wall: when the outstanding balance falls due."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.dashboard.model.columns import RATE_TYPES, Loan
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATE_PLACES,
    RATIO_PLACES,
    counts_by_code,
    products_by_code,
    quotient_text,
    text,
    totals_by_code,
)
from realinsights.dashboard.model.headline import Question
from realinsights.dashboard.model.months import first_day, last_day, month_numbers


class Span(StrEnum):
    """How wide a bucket of the wall is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


class Bucket(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The outstanding loans that mature from one day to another; `weighted_rate` is theirs.

    `key` reads 2030-10, 2030-Q4 or 2030. `past` is True where the business date is behind all of it.
    """

    key: str
    first: datetime.date
    last: datetime.date
    past: bool
    balance: str
    share: str | None
    loans: int
    fixed: str
    floating: str
    stepped: str
    weighted_rate: str | None


class MaturityWall(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The wall at three widths; a bucket without loans is not listed."""

    month: tuple[Bucket, ...]
    quarter: tuple[Bucket, ...]
    year: tuple[Bucket, ...]


@dataclass(slots=True)
class _Sums:
    """Of the loans maturing in a month or more: cents by rate type, cents × rate, and how many."""

    by_type: list[int]
    interest: int
    loans: int


@dataclass(frozen=True, slots=True)
class _Frame:
    key: str
    first: datetime.date
    last: datetime.date


def maturity_wall(question: Question) -> MaturityWall:
    """Return when what is outstanding falls due."""
    months = _by_month(question)
    return MaturityWall(
        month=_buckets(question, months, Span.MONTH),
        quarter=_buckets(question, months, Span.QUARTER),
        year=_buckets(question, months, Span.YEAR),
    )


def buckets(question: Question, span: Span) -> tuple[Bucket, ...]:
    """Return when what is outstanding falls due, at one width."""
    return _buckets(question, _by_month(question), span)


def _by_month(question: Question) -> dict[int, _Sums]:
    view = question.view
    if not view.outstanding.any():
        return {}
    maturity = month_numbers(view.fixed(Loan.MATURITY))
    first, balance, rate = int(maturity.min()), view.owed, view.rate
    size, kinds = int(maturity.max()) - first + 1, len(RATE_TYPES)
    month = maturity - first
    by_type = totals_by_code(month * kinds + view.fixed(Loan.RATE_TYPE), balance, size * kinds)
    interest = products_by_code(month, balance, rate, size)
    loans = counts_by_code(month, size, view.outstanding)
    return {
        first + index: _Sums(by_type[index * kinds : (index + 1) * kinds], interest[index], loans[index])
        for index in range(size)
        if loans[index]
    }


def _buckets(question: Question, months: dict[int, _Sums], span: Span) -> tuple[Bucket, ...]:
    width = _MONTHS[span]
    merged = months if width == 1 else _merged(months, width)
    owed, on = question.owed, question.on
    return tuple(_bucket(_frame(start, span), merged[start], owed, on) for start in sorted(merged))


def _merged(months: dict[int, _Sums], width: int) -> dict[int, _Sums]:
    merged: dict[int, _Sums] = {}
    for month, sums in months.items():
        start = month // width * width
        into = merged.get(start)
        if into is None:
            merged[start] = _Sums(sums.by_type.copy(), sums.interest, sums.loans)
            continue
        for code, amount in enumerate(sums.by_type):
            into.by_type[code] += amount
        into.interest += sums.interest
        into.loans += sums.loans
    return merged


def _bucket(frame: _Frame, sums: _Sums, owed: int, on: datetime.date) -> Bucket:
    balance = sum(sums.by_type)
    fixed, floating, stepped = (
        text(sums.by_type[code], MONEY_PLACES) if sums.by_type[code] else "0.00" for code in _TYPES
    )
    return Bucket(
        key=frame.key,
        first=frame.first,
        last=frame.last,
        past=frame.last < on,
        balance=text(balance, MONEY_PLACES),
        share=quotient_text(balance, owed, RATIO_PLACES),
        loans=sums.loans,
        fixed=fixed,
        floating=floating,
        stepped=stepped,
        weighted_rate=quotient_text(sums.interest, balance * 10**RATE_PLACES, RATE_PLACES),
    )


@lru_cache(maxsize=4096)
def _frame(month: int, span: Span) -> _Frame:
    year, index = divmod(month, 12)
    if span is Span.YEAR:
        key = f"{year:04}"
    else:
        key = f"{year:04}-Q{index // 3 + 1}" if span is Span.QUARTER else f"{year:04}-{index + 1:02}"
    return _Frame(key, first_day(month), last_day(month + _MONTHS[span] - 1))


_TYPES = RATE_TYPES.codes((RateType.FIXED, RateType.FLOATING, RateType.STEPPED))
