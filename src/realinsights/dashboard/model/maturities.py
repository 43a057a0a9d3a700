"""The maturity wall: when the outstanding balance falls due."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.dashboard.model.codes import RATE_TYPES
from realinsights.dashboard.model.encoded import GAP, filled, template
from realinsights.dashboard.model.exact import MONEY_PLACES, RATE_PLACES, quotient_text, sharing, text
from realinsights.dashboard.model.months import first_day, last_day
from realinsights.dashboard.model.part import Due, add_due
from realinsights.dashboard.model.question import Question


class Span(StrEnum):
    """The width of a bucket of the wall."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


class Bucket(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The outstanding loans that are expected to be repaid from one day to another; `weighted_rate` is theirs.

    `key` reads 2030-10, 2030-Q4 or 2030. `past` is True where the business date is behind all of it. `balance` is owed
    today; `cumulative_share` is that of this bucket and all before it. `due_by_schedule` is the principal due then by
    the schedules that say it, and `without_schedule` what the other loans owe today.
    """

    key: str
    first: datetime.date
    last: datetime.date
    past: bool
    balance: str
    share: str | None
    cumulative_share: str | None
    loans: int
    fixed: str
    floating: str
    stepped: str
    weighted_rate: str | None
    due_by_schedule: str
    without_schedule: str


class MaturityWall(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The wall at three widths; a bucket without loans is not listed.

    `due_by_schedule` and `without_schedule` are the sums of the buckets' own.
    """

    month: tuple[Bucket, ...]
    quarter: tuple[Bucket, ...]
    year: tuple[Bucket, ...]
    due_by_schedule: str
    without_schedule: str


def maturity_wall(question: Question) -> MaturityWall:
    """Return when what is outstanding falls due, the buckets encoded."""
    return MaturityWall(
        month=buckets(question, Span.MONTH),
        quarter=buckets(question, Span.QUARTER),
        year=buckets(question, Span.YEAR),
        due_by_schedule=due_by_schedule(question),
        without_schedule=without_schedule(question),
    )


def due_by_schedule(question: Question) -> str:
    """Return the principal that falls due by the schedules that say it."""
    return text(sum(falling_due[3] for falling_due in question.due.values()), MONEY_PLACES)


def without_schedule(question: Question) -> str:
    """Return what the loans owe today whose balloon no schedule says."""
    return text(sum(falling_due[4] for falling_due in question.due.values()), MONEY_PLACES)


def buckets(question: Question, span: Span) -> tuple[Bucket, ...]:
    """Return when what is outstanding falls due, at one width, encoded."""
    width = MONTHS[span]
    sums: Due = {}
    for month, falling_due in sorted(question.due.items()):
        add_due(sums, month // width * width, falling_due)
    share, kept, day = sharing(question.owed), question.columns.due_texts, question.on.toordinal()
    if len(kept) > _MOST_KEPT:
        kept.clear()
    result, until_then = [], 0
    for start, (by_type, interest, loans, balloons, unscheduled) in sums.items():
        frame, last = _frame(start, span)
        amounts = (*by_type, interest)
        # A change leaves most of them as they were, and a quarter often has one month that has maturities.
        balance, *texts = kept.get(amounts) or kept.setdefault(amounts, _texts(by_type, interest))
        past = "true" if last < day else "false"
        due = text(balloons, MONEY_PLACES), text(unscheduled, MONEY_PLACES)
        own = sum(by_type)
        until_then += own
        result.append(frame % (past, balance, share(own), share(until_then), loans, *texts, *due))
    return cast("tuple[Bucket, ...]", filled(result))


def _texts(by_type: Sequence[int], interest: int) -> tuple[str, str, str, str, str]:
    """Return the balance, its fixed, floating and stepped parts, and its weighted rate as JSON."""
    balance = sum(by_type)
    whole = text(balance, MONEY_PLACES)
    parts = (by_type[_FIXED], by_type[_FLOATING], by_type[_STEPPED])
    fixed, floating, stepped = [
        whole if part == balance else text(part, MONEY_PLACES) if part else "0.00" for part in parts
    ]
    rate = quotient_text(interest, balance * 10**RATE_PLACES, RATE_PLACES)
    return whole, fixed, floating, stepped, "null" if rate is None else f'"{rate}"'


@lru_cache(maxsize=4096)
def _frame(month: int, span: Span) -> tuple[str, int]:
    """Return the template of a bucket, and its last day."""
    last = last_day(month + MONTHS[span] - 1)
    gaps: dict[str, Any] = dict.fromkeys(_AMOUNTS, "%s")
    gaps |= dict.fromkeys(("past", "share", "cumulative_share", "loans", "weighted_rate"), GAP)
    return template(Bucket(key=bucket_key(month, span), first=first_day(month), last=last, **gaps)), last.toordinal()


def bucket_key(month: int, span: Span) -> str:
    """Return the key of the bucket that begins with a month: 2030-10, 2030-Q4 or 2030."""
    year, index = divmod(month, 12)
    if span is Span.YEAR:
        return f"{year:04}"
    return f"{year:04}-Q{index // 3 + 1}" if span is Span.QUARTER else f"{year:04}-{index + 1:02}"


_MOST_KEPT = 1_000
_AMOUNTS = ("balance", "fixed", "floating", "stepped", "due_by_schedule", "without_schedule")

_FIXED, _FLOATING, _STEPPED = RATE_TYPES.codes((RateType.FIXED, RateType.FLOATING, RateType.STEPPED))
