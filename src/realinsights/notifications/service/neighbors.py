"""Neighbors: the loans that are owed on the same properties, on which a loan's ratios depend."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from realinsights.notifications.model.figures import THROUGH_POSITION, is_owed
from realinsights.notifications.model.loans import WatchedLoan
from realinsights.notifications.model.rules import Rule
from realinsights.notifications.store import WATCHED_LOANS
from realinsights_platform.documents.port import Contains, Unit

_BETWEEN: Final = 20
"""After so many properties others have their turn."""

_ON_ONE_PROPERTY: Final = 1_000
"""So many loans on one property are looked at."""

_NOBODY: Final[Mapping[str, tuple[WatchedLoan, ...]]] = MappingProxyType({})


def need_neighbors(rules: Sequence[Rule]) -> bool:
    """Tell whether a rule watches a ratio, which other loans on the same properties change."""
    return any(rule.said.figure in THROUGH_POSITION for rule in rules)


async def beside_each(
    unit: Unit, rules: Sequence[Rule], loans: Sequence[WatchedLoan]
) -> Mapping[str, tuple[WatchedLoan, ...]]:
    """Return what else is owed on the properties of each loan, by its id; nothing where no rule asks for it."""
    if not need_neighbors(rules):
        return _NOBODY
    on = await _loans_on(unit, {each for loan in loans for each in loan.property_ids}, loans)
    return {
        loan.id: tuple(
            {
                other.id: other
                for each in loan.property_ids
                for other in on[each]
                if other.id != loan.id and is_owed(other)
            }.values()
        )
        for loan in loans
    }


async def with_neighbors(
    unit: Unit, rules: Sequence[Rule], loans: Sequence[WatchedLoan], *, touched: Collection[str]
) -> Sequence[WatchedLoan]:
    """Return loans that changed and, where a rule watches a ratio, the others on the properties that were touched."""
    if not need_neighbors(rules):
        return loans
    found = {loan.id: loan for loan in loans}
    for others in (await _loans_on(unit, touched, loans)).values():
        found |= {loan.id: loan for loan in others if not loan.deleted}
    return tuple(found.values())


async def _loans_on(
    unit: Unit, properties: Collection[str], loans: Sequence[WatchedLoan]
) -> dict[str, list[WatchedLoan]]:
    """Return the loans on each property: those that are stored, and `loans` as they are about to be."""
    changed = {loan.id: loan for loan in loans}
    found: dict[str, list[WatchedLoan]] = {each: [] for each in sorted(properties)}
    for number, (each, on) in enumerate(found.items()):
        if number % _BETWEEN == _BETWEEN - 1:
            await asyncio.sleep(0)
        stored = await unit.find(WATCHED_LOANS, Contains("property_ids", each), limit=_ON_ONE_PROPERTY)
        on += [loan for loan in stored if loan.id not in changed]
    for loan in changed.values():
        for each in loan.property_ids:
            if each in found:
                found[each].append(loan)
    return found
