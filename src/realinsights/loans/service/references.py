"""References of loans: they must exist, and cannot be deleted while in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property
from realinsights.loans.store import FUNDS, LENDERS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.port import Documents, Kind, Unit, Where
from realinsights_platform.documents.walking import many_in
from realinsights_platform.errors import Conflict, FaultCode, FieldError, Invalid

_PARTIES: tuple[tuple[str, str, Kind[Any]], ...] = (
    ("lender_id", "lenderId", LENDERS),
    ("fund_id", "fundId", FUNDS),
    ("portfolio_id", "portfolioId", PORTFOLIOS),
)


async def referenced_properties(unit: Unit, loan: Loan) -> dict[str, Property]:
    """Return the properties behind the loan, by id, having seen that all it refers to exists.

    The unit's commit fails if any of it changes meanwhile: what is told of the loan rests on it. Raises `Invalid`
    naming every reference to nothing.
    """
    parties = {kind: getattr(loan, attribute) for attribute, _, kind in _PARTIES}
    wanted = {kind: () if key is None else (key,) for kind, key in parties.items()}
    found = await unit.get_together({**wanted, PROPERTIES: loan.property_ids})
    for kind, documents in found.items():
        _expect(unit, kind, documents)
    properties = found[PROPERTIES]
    bad = [
        FieldError(wire, f"there is no {kind.name} {parties[kind]}", FaultCode.NO_SUCH_THING)
        for _, wire, kind in _PARTIES
        if parties[kind] is not None and parties[kind] not in found[kind]
    ]
    bad += [
        FieldError(
            f"properties[{index}].propertyId", f"there is no property {share.property_id}", FaultCode.NO_SUCH_THING
        )
        for index, share in enumerate(loan.properties)
        if share.property_id not in properties
    ]
    if bad:
        raise Invalid("The loan refers to something that does not exist.", tuple(bad))
    return properties


async def properties_behind(unit: Unit, loans: Iterable[Loan]) -> dict[str, Property]:
    """Return the properties behind loans that are stored already, by id; the commit fails if one changes meanwhile."""
    return await _expected(unit, PROPERTIES, (key for loan in loans for key in loan.property_ids))


async def require_portfolio(unit: Unit, portfolio_id: str | None) -> None:
    """Raise `Invalid` where the portfolio does not exist."""
    if portfolio_id is not None and portfolio_id not in await _expected(unit, PORTFOLIOS, [portfolio_id]):
        raise Invalid.field("portfolioId", f"there is no portfolio {portfolio_id}")


async def refuse_in_use(
    documents: Documents, *, org: str, what: str, uses: Mapping[str, tuple[Kind[Any], Where]]
) -> None:
    """Raise `Conflict` saying how many loans (or whatever `uses` names) still refer to what is to be deleted."""
    counts = {name: await documents.count(kind, org, where) for name, (kind, where) in uses.items()}
    used = [f"{count:,} {name if count != 1 else _singular(name)}" for name, count in counts.items() if count]
    if used:
        raise Conflict(f"This {what} is in use by {' and '.join(used)}. Change what refers to it first.")


def _singular(name: str) -> str:
    return {"loans": "loan", "properties": "property"}[name]


async def _expected(unit: Unit, kind: Kind[Any], ids: Iterable[str | None]) -> dict[str, Any]:
    found = await many_in(unit, kind, ids)
    _expect(unit, kind, found)
    return found


def _expect(unit: Unit, kind: Kind[Any], documents: Mapping[str, Any]) -> None:
    for document in documents.values():
        unit.expect(kind, document)
