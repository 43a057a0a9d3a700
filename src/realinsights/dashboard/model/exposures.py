"""Exposures: lenders, funds or portfolios with what is owed to or by each, in order, page by page."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import msgspec

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.exact import MONEY_PLACES, RATIO_PLACES, quotient_text, text
from realinsights.dashboard.model.ordering import Place
from realinsights.dashboard.model.part import PARTIES
from realinsights.dashboard.model.question import asked
from realinsights.dashboard.model.rolling import standing
from realinsights_platform.documents.words import folded, folded_words


class ExposureTo(StrEnum):
    """Whose exposures are listed."""

    LENDER = "lender"
    FUND = "fund"
    PORTFOLIO = "portfolio"


class ExposureOrder(StrEnum):
    """What exposures may be ordered by; a leading minus means descending. Who has no outstanding loan comes last."""

    BALANCE = "balance"
    BALANCE_DESCENDING = "-balance"
    LOANS = "loans"
    LOANS_DESCENDING = "-loans"


class Exposure(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A lender, fund or portfolio with its outstanding balance and loans, and its share of the whole portfolio.

    `name` is None while its name has not arrived; `share` is None where nothing is outstanding at all.
    """

    id: str
    name: str | None
    balance: str
    loans: int
    share: str | None


@dataclass(frozen=True, slots=True)
class Exposures:
    """A page of exposures; `next` is None on the last one; `total` is how many there are on all pages."""

    items: tuple[Exposure, ...]
    next: Place | None
    total: int


_Rank = tuple[int, int | str, str]
"""Orders an exposure: 0 and its amount, or 1 and its name where it has no loan; then its id."""


def exposures(
    columns: Columns,
    to: ExposureTo,
    on: datetime.date,
    *,
    q: str | None,
    order: ExposureOrder,
    after: Place | None,
    limit: int,
    ahead: bool = False,
) -> Exposures:
    """Return the page after a place: those that have loans in the order asked for, then the others by name.

    `q` are parts of words of the name; all must be there. `ahead` rolls older balances forward to `on`.
    """
    columns = standing(columns, on, ahead=ahead)
    kind, place = _PLACES[to]
    dictionary = columns.parties[kind]
    question = asked(columns, None, on, Filters())
    sums, counts = question.shares(len(dictionary), lambda part: part.parties[place])
    keys, names = dictionary.keys.all(), dictionary.names.all()
    # Codes that came after a kept part was made have nothing in it.
    sums += [0] * (len(keys) - len(sums))
    counts += [0] * (len(keys) - len(counts))
    amounts = sums if order.value.removeprefix("-") == ExposureOrder.BALANCE else counts
    sign = -1 if order.value.startswith("-") else 1
    ranks: list[tuple[_Rank, int]] = []
    for code in _sought(names, q):
        key, name = keys[code], names[code]
        if key is not None and counts[code]:
            ranks.append(((0, sign * amounts[code], key), code))
        elif key is not None and name is not None:  # what was deleted has no name any more
            ranks.append(((1, folded(name), key), code))
    ranks.sort()
    start = 0 if after is None else bisect_right(ranks, _rank(after, sign), key=lambda ranked: ranked[0])
    shown = ranks[start : start + limit]
    following = None
    if start + limit < len(ranks):
        (without, value, key), _ = shown[-1]
        following = Place(value if without or isinstance(value, str) else sign * value, key)
    items = tuple(
        Exposure(
            id=key,
            name=names[code],
            balance=text(sums[code], MONEY_PLACES),
            loans=counts[code],
            share=quotient_text(sums[code], question.owed, RATIO_PLACES),
        )
        for (_, _, key), code in shown
    )
    return Exposures(items, following, len(ranks))


def _rank(place: Place, sign: int) -> _Rank:
    # Who has no loan is ordered by name, so the kind of the value says which of both it is.
    return (0, sign * place.value, place.id) if isinstance(place.value, int) else (1, place.value or "", place.id)


def _sought(names: Sequence[str | None], q: str | None) -> Sequence[int]:
    """Return the codes of the names that have every word of a search within one of theirs, as lists of parties do."""
    if q is None or not q.strip():
        return range(len(names))
    words = folded_words(q)
    if not words:
        return ()
    found = []
    for code, name in enumerate(names):
        own = " ".join(folded_words(name or ""))
        if all(word in own for word in words):
            found.append(code)
    return found


_PLACES: Mapping[ExposureTo, tuple[PartyKind, int]] = MappingProxyType(
    {ExposureTo(kind.value): (kind, place) for place, (kind, _) in enumerate(PARTIES)}
)
