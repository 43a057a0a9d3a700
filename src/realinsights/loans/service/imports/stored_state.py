"""Stored state: what an organization has already of the loans that a chunk of a tape speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from realinsights.loans.model.floating_reconciliation import KeptFixings
from realinsights.loans.model.identity import Known, written_otherwise
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.parties import Fund, Lender, Portfolio
from realinsights.loans.model.period import ReportedPeriod, period_id
from realinsights.loans.model.property import Property
from realinsights.loans.model.tape import Statement
from realinsights.loans.queries.fixings_behind import kept_behind
from realinsights.loans.store import FIXING_YEARS, FUNDS, LENDERS, LOANS, PERIODS, PORTFOLIOS, PROPERTIES, STATEMENTS
from realinsights_platform.documents.port import AnyOf, Documents, Equal, Kind, StartsWith, Unit, Where
from realinsights_platform.documents.walking import AT_ONCE, every_with, many_in
from realinsights_platform.texts import tidy_line


@dataclass(slots=True)
class StoredState:
    """Loans by number, their statements and reported periods, properties by id, parties by name.

    `assets` are properties of the deal by asset number, for loans that have no statement to name them. `fixings` are of
    the indices that floating loans rest on.
    """

    loans: dict[str, Loan] = field(default_factory=dict)
    statements: dict[str, list[TapeStatement]] = field(default_factory=dict)
    periods: dict[str, ReportedPeriod] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)
    assets: dict[str, Property] = field(default_factory=dict)
    lenders: dict[str, Lender] = field(default_factory=dict)
    funds: dict[str, Fund] = field(default_factory=dict)
    portfolios: dict[str, Portfolio] = field(default_factory=dict)
    fixings: KeptFixings = field(default_factory=KeptFixings)

    def of(self, loan: Loan) -> Known:
        """Return what is known of a loan, to tell it from others."""
        return Known(
            loan=loan,
            lender=next((lender.name for lender in self.lenders.values() if lender.id == loan.lender_id), None),
            buildings=[self.properties[key] for key in loan.property_ids if key in self.properties],
            statements=[item.statement for item in self.statements.get(loan.id, ())],
        )


def number_of(deal: str | None, asset_number: str, *, within_deal: bool) -> str:
    """Return a loan's number in the organization: `<deal>/<asset number>` of an EX-102, its own of a CSV."""
    return tidy_line(f"{deal}/{asset_number}" if within_deal else asset_number)


async def read_stored_state(
    unit: Unit,
    documents: Documents,
    statements: Sequence[Statement],
    *,
    deal: str | None,
    within_deal: bool,
) -> StoredState:
    """Read what a chunk needs; the commit fails if a loan or property it rests on changes meanwhile."""
    known = StoredState()
    await _loans(unit, known, statements, deal=deal, within_deal=within_deal)
    ids = [loan.id for loan in known.loans.values()]
    for statement in await every_with(documents, STATEMENTS, unit.org, "loan_id", ids):
        known.statements.setdefault(statement.loan_id, []).append(statement)
    await _periods(unit, known, statements, deal=deal, within_deal=within_deal)
    wanted = {key for loan in known.loans.values() for key in loan.property_ids}
    for stored in known.statements.values():
        wanted |= {key for item in stored for key in item.property_ids.values()}
    known.properties = await many_in(unit, PROPERTIES, wanted)
    if within_deal and any(number_of(deal, item.number, within_deal=True) not in known.loans for item in statements):
        numbers = {asset.number for item in statements for asset in item.properties}
        for asset in await _found(unit, PROPERTIES, Equal("deal", deal), field_name="asset_number", values=numbers):
            if asset.asset_number is not None:
                known.assets[asset.asset_number] = asset
                known.properties[asset.id] = asset
    said = [*statements, *(item.statement for stored in known.statements.values() for item in stored)]
    known.lenders = await _named(unit, LENDERS, (item.lender for item in said))
    lending = {loan.lender_id for loan in known.loans.values()} - {lender.id for lender in known.lenders.values()}
    for lender in (await many_in(unit, LENDERS, filter(None, lending))).values():
        known.lenders[lender.name] = lender
    known.funds = await _named(unit, FUNDS, (item.fund for item in said))
    known.portfolios = await _named(unit, PORTFOLIOS, (item.portfolio for item in said))
    known.fixings = await kept_behind(
        lambda wanted: documents.get_many(FIXING_YEARS, unit.org, wanted),
        known.loans.values(),
        on=unit.business_date,
        statements=statements,
    )
    return known


def overlay(known: StoredState, newer: StoredState, statements: Sequence[Statement], numbers: Sequence[str]) -> None:
    """Put what the chunk before, which may not be committed yet, makes of the same loans over what is stored.

    Only of these: carried on from chunk to chunk, all of it would be the whole tape.
    """
    loans: set[str] = set()
    wanted = {asset.number for item in statements for asset in item.properties}
    properties: set[str] = set()
    for number in numbers:
        loan = newer.loans.get(number)
        if loan is not None:
            loans.add(loan.id)
            known.loans[number] = loan
            known.statements[loan.id] = newer.statements.get(loan.id, [])
            properties |= {key for item in known.statements[loan.id] for key in item.property_ids.values()}
            properties.update(loan.property_ids)
    known.periods.update({key: item for key, item in newer.periods.items() if item.loan_id in loans})
    known.properties.update({key: newer.properties[key] for key in properties if key in newer.properties})
    for number, asset in newer.assets.items():
        if number in wanted:
            known.assets[number] = known.properties[asset.id] = newer.properties.get(asset.id, asset)
    names = {item.lender for item in statements}
    known.lenders.update({name: lender for name, lender in newer.lenders.items() if name in names})


async def _loans(
    unit: Unit, known: StoredState, statements: Sequence[Statement], *, deal: str | None, within_deal: bool
) -> None:
    assets = {statement.number for statement in statements}
    if within_deal:
        # A person may have given the loan another number since: the tape knows it by deal and asset number.
        for loan in await _found(unit, LOANS, Equal("deal", deal), field_name="asset_number", values=assets):
            known.loans[number_of(deal, loan.asset_number or "", within_deal=True)] = loan
    numbers = {number_of(deal, asset, within_deal=within_deal) for asset in assets} - known.loans.keys()
    for loan in await _found(unit, LOANS, field_name="number", values=numbers):
        known.loans[loan.number] = loan
    if not within_deal:
        await _loans_written_otherwise(unit, known, numbers - known.loans.keys())


async def _loans_written_otherwise(unit: Unit, known: StoredState, numbers: Iterable[str]) -> None:
    """Read the loans whose numbers have other zeros before them than those of a tape that are in no books."""
    others = {other for number in numbers if number[:1] == "0" for other in written_otherwise(number)}
    whole = [number for number in numbers if number[:1] != "0" and number.isdecimal()]
    if whole and await unit.find(LOANS, StartsWith("number", "0"), limit=1):
        others.update(other for number in whole for other in written_otherwise(number))
    for loan in await _found(unit, LOANS, field_name="number", values=others - known.loans.keys()):
        known.loans[loan.number] = loan


async def _periods(
    unit: Unit, known: StoredState, statements: Sequence[Statement], *, deal: str | None, within_deal: bool
) -> None:
    wanted = []
    for statement in statements:
        loan = known.loans.get(number_of(deal, statement.number, within_deal=within_deal))
        if loan is None:
            continue
        wanted.append(period_id(loan.id, statement.period_end))
        wanted += [
            stored.id
            for stored in known.statements.get(loan.id, ())
            if stored.statement.period_end >= statement.period_end
        ]
    known.periods = await many_in(unit, PERIODS, wanted)


async def _named(unit: Unit, kind: Kind[Any], names: Iterable[str | None]) -> dict[str, Any]:
    wanted = {name for name in names if name is not None}
    return {document.name: document for document in await _found(unit, kind, field_name="name", values=wanted)}


async def _found(unit: Unit, kind: Kind[Any], *where: Where, field_name: str, values: Iterable[str]) -> list[Any]:
    wanted = sorted(set(values))
    found: list[Any] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = tuple(wanted[start : start + AT_ONCE])
        found += await unit.find(kind, *where, AnyOf(field_name, part), limit=AT_ONCE)
    return found
