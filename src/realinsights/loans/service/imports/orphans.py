"""Orphans: delete the properties and lenders that tapes brought, once nothing refers to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from realinsights.contracts.loans import PartyDeleted, PartyKind
from realinsights.loans.model.imports import ImportRow, TapeStatement
from realinsights.loans.model.property import Property, checked_property
from realinsights.loans.model.tape_state import building_fields, present_state
from realinsights.loans.service.imports.loan_from_statements import Subject, new_property
from realinsights.loans.store import IMPORT_ROWS, LENDERS, LOANS, PROPERTIES
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Contains, Documents, Equal, Unit
from realinsights_platform.documents.walking import many_in

_KEPT_BY_STORE = frozenset({"version", "sources", "deal", "asset_number"})


async def delete_properties(
    unit: Unit,
    documents: Storage,
    *,
    row: ImportRow,
    subject: Subject,
    before: Sequence[TapeStatement],
    after: Sequence[TapeStatement],
    loan_ids: Collection[str],
) -> None:
    """Delete the properties that no statement of the loan names after, unless another loan has them.

    Those that a person has made, or edited since, stay. `loan_ids` are the loans that the unit has changed.
    """
    named = {key for item in after for key in item.property_ids.values()}
    gone = {key for item in before for key in item.property_ids.values()} | set(_created_properties(row))
    assets = await many_in(unit, PROPERTIES, sorted(gone - named))
    made = _made(subject, before) if any(asset.version > 1 for asset in assets.values()) else {}
    for key, asset in assets.items():
        if not await _is_as_tapes_made_it(documents, asset, made.get(key)):
            continue
        # One more than the unit can have deleted: a loan that it has not, if there is any, is among them.
        holders = await unit.find(LOANS, Contains("property_ids", key), limit=len(loan_ids) + 1)
        if any(key in holder.property_ids and holder.id != subject.loan_id for holder in holders):
            continue
        unit.delete(PROPERTIES, asset)
        unit.emit(PartyDeleted(kind=PartyKind.PROPERTY, party_id=key))


async def delete_lenders(unit: Unit, documents: Storage, *, left: Mapping[str, int], loan_ids: Collection[str]) -> None:
    """Delete those of the lenders that no loan has; what a person has made, or edited since, stays.

    `left` says by lender how many loans have left it in the unit, `loan_ids` which loans the unit has changed.
    """
    changed = list((await many_in(unit, LOANS, loan_ids)).values()) if left else []
    for key, count in sorted(left.items()):
        lender = await unit.get(LENDERS, key)
        if lender is None or lender.version != 1:  # no tape changes a lender that is there
            continue
        owed = await unit.find(LOANS, Equal("lender_id", key), limit=count + 1)
        if any(loan.lender_id == key for loan in (*owed, *changed)):
            continue
        if await _came_with_a_tape(documents, unit.org, key):
            unit.delete(LENDERS, lender)
            unit.emit(PartyDeleted(kind=PartyKind.LENDER, party_id=key))


def _created_properties(row: ImportRow) -> list[str]:
    kind = f"{PROPERTIES.name}:"
    return [name.removeprefix(kind) for name in row.created if name.startswith(kind)]


def _made(subject: Subject, statements: Sequence[TapeStatement]) -> dict[str, Property]:
    """Return the properties as the loan's statements make them, by id."""
    state = present_state(item.statement for item in statements)
    made: dict[str, Property] = {}
    for number, building in state.buildings.items() if state is not None else ():
        asset, _ = checked_property(new_property(subject, number, building_fields(building)))
        made[asset.id] = asset
    return made


async def _is_as_tapes_made_it(documents: Documents, asset: Property, made: Property | None) -> bool:
    if asset.version == 1:
        return "*" in asset.sources
    if made is None or any(
        getattr(made, name) != getattr(asset, name) for name in Property.__struct_fields__ if name not in _KEPT_BY_STORE
    ):
        return False
    first = (await documents.history(PROPERTIES, asset.org, asset.id, limit=1000))[-1].document
    return first is None or "*" in first.sources


async def _came_with_a_tape(documents: Storage, org: str, lender_id: str) -> bool:
    """Tell whether a lender was made in a unit of work of an import, which stores its rows with what they brought."""
    (made,) = await documents.history(LENDERS, org, lender_id, limit=1)
    (entry,) = await documents.entries(org, after=made.sequence - 1, limit=1)
    return any(write.kind == IMPORT_ROWS.name for write in entry.writes)
