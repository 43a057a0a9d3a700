"""Choosing: the owed loans that the dashboard's filters select, page by page, and what of each counts.

The dashboard answers by columns, this by documents; that both find the same is held by
`tests/demonstration/test_demonstration_forecast.py`.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, NamedTuple

from realinsights.contracts.filters import NONE, Filters, Measure
from realinsights.contracts.loans import Collateral, LoanStatus
from realinsights.loans.model.collateral import allocated_collateral
from realinsights.loans.model.falling_due import expected_maturity
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.property import Property
from realinsights.loans.store import LENDERS, LOANS, PROPERTIES
from realinsights_finance.money import in_cents
from realinsights_platform.documents.port import AnyOf, Documents, Order, Position, Where
from realinsights_platform.documents.walking import many, pages
from realinsights_platform.documents.words import SHORTEST_MISTYPED, folded, nearly_in

AT_ONCE: Final = 100
"""Loans that are read at a time."""

_ALL: Final = Fraction(1)
_ORDER: Final = Order("number")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A loan that is asked for, and the part of its balance that is: all of it unless properties are asked for."""

    loan: Loan
    part: Fraction = _ALL


class _Text(NamedTuple):
    """What a loan is called, and by whom it is lent, as a search sees it."""

    loan: str
    lender: str

    def has(self, word: str) -> bool:
        return word in self.loan or word in self.lender

    def nearly_has(self, word: str) -> bool:
        return nearly_in(word, self.loan) or nearly_in(word, self.lender)


async def chosen(
    documents: Documents, filters: Filters, *, org: str, on: datetime.date, after: Position | None = None
) -> AsyncIterator[list[Chosen]]:
    """Yield the owed loans that match on a business date, in the order of their numbers, some at a time."""
    sought = await _sought(documents, org, filters.q)
    async for loans in _read(documents, org, filters, after):
        matching = [
            loan
            for loan in loans
            if loan.status not in GONE
            and loan.current_balance
            and (sought is None or loan.id in sought)
            and _matches(loan, filters, on)
        ]
        if not filters.by_property:
            yield [Chosen(loan) for loan in matching]
            continue
        properties = await many(documents, PROPERTIES, org, (key for loan in matching for key in loan.property_ids))
        found = ((loan, _part(loan, properties, filters)) for loan in matching)
        yield [Chosen(loan, part) for loan, part in found if part is not None]


def place_of(loan: Loan) -> Position:
    """Return the place of a loan in the order of `chosen`."""
    return Position(loan.number, loan.id)


async def _read(
    documents: Documents, org: str, filters: Filters, after: Position | None
) -> AsyncIterator[Sequence[Loan]]:
    if filters.loan_id:
        loans = sorted((await many(documents, LOANS, org, filters.loan_id)).values(), key=_key)
        yield [loan for loan in loans if after is None or _key(loan) > (after.value, after.id)]
        return
    while True:
        page = await documents.find(LOANS, org, *_where(filters), order=_ORDER, after=after, limit=AT_ONCE)
        yield page.items
        after = page.next
        if after is None:
            return


def _key(loan: Loan) -> tuple[str | int | None, str]:
    return loan.number, loan.id


def _where(filters: Filters) -> tuple[Where, ...]:
    """Return what of a filter the store finds by itself, so that fewer documents are read."""
    wanted: dict[str, tuple[Any, ...]] = {
        "status": tuple(status for status in filters.status or LoanStatus if status not in GONE),
        "structure": filters.structure,
        "rate_type": filters.rate_type,
        "amortization_type": filters.amortization_type,
        **{name: values for name, values in _parties(filters).items() if NONE not in values},
    }
    return tuple(AnyOf(name, values) for name, values in wanted.items() if values or name == "status")


def _parties(filters: Filters) -> Mapping[str, tuple[str, ...]]:
    return {
        "lender_id": filters.lender_id,
        "fund_id": filters.fund_id,
        "portfolio_id": filters.portfolio_id,
    }


def _matches(loan: Loan, filters: Filters, on: datetime.date) -> bool:
    """Tell whether a loan matches all that is asked of it itself."""
    due = expected_maturity(loan, on=on).date
    return (
        _among(loan.status, filters.status)
        and _among(loan.structure, filters.structure)
        and _among(loan.rate_type, filters.rate_type)
        and _among(loan.amortization_type, filters.amortization_type)
        and all(_known(getattr(loan, name), values) for name, values in _parties(filters).items())
        and (filters.maturity_from is None or due >= filters.maturity_from)
        and (filters.maturity_to is None or due <= filters.maturity_to)
    )


def _among(value: Any, wanted: Sequence[Any]) -> bool:
    return not wanted or value in wanted


def _known(value: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or (NONE if value is None else value) in wanted


def _part(loan: Loan, properties: Mapping[str, Property], filters: Filters) -> Fraction | None:
    """Return what of a loan is on the properties that are asked for, None where it matches none."""
    collateral = allocated_collateral(loan, properties)
    if not collateral:
        bare = not filters.property_type and all(
            NONE in values for values in (filters.state, filters.property_id) if values
        )
        return _ALL if bare else None
    matching = [one for one in collateral if _backs(one, filters)]
    if not matching:
        return None
    if filters.measure is Measure.WHOLE or len(matching) == len(collateral):
        return _ALL
    return Fraction(sum(in_cents(one.balance) for one in matching), in_cents(loan.current_balance))


def _backs(one: Collateral, filters: Filters) -> bool:
    return (
        _among(one.property_id, filters.property_id)
        and _among(one.property_type, filters.property_type)
        and _known(one.state, filters.state)
    )


async def _sought(documents: Documents, org: str, q: str | None) -> frozenset[str] | None:
    """Return the ids of the loans that are called by the words of a search, None where none are asked for."""
    words = set(folded(q or "").split())
    if not words:
        return None
    lenders = {lender.id: folded(lender.name) async for page in pages(documents, LENDERS, org) for lender in page}
    texts: dict[str, _Text] = {}
    async for loans in pages(documents, LOANS, org, limit=AT_ONCE):
        for loan in loans:
            own = folded(f"{loan.number}\n{loan.name}\n{loan.borrower or ''}")
            texts[loan.id] = _Text(own, lenders.get(loan.lender_id or "", ""))
    return await asyncio.to_thread(_named, texts, words)


def _named(texts: Mapping[str, _Text], words: set[str]) -> frozenset[str]:
    """Return what has every word; one that no loan has is taken for mistyped by a letter where it is long enough."""
    left = dict(texts)
    for word in sorted(words, key=len, reverse=True):
        found = {key: text for key, text in left.items() if text.has(word)}
        if not found and len(word) >= SHORTEST_MISTYPED and not any(word in text.loan for text in texts.values()):
            found = {key: text for key, text in left.items() if text.nearly_has(word)}
        left = found
    return frozenset(left)
