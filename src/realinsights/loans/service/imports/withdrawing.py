"""Takes one row of an import back: the period as it was before, the present computed anew from what remains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from realinsights.contracts.loans import LoanDeleted, PartyDeleted, PartyKind
from realinsights.loans.model.imports import (
    MOST_SHOWN,
    Import,
    ImportRow,
    RefusedUndo,
    TapeStatement,
    UndoResult,
)
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.period import ReportedPeriod, period_id
from realinsights.loans.model.property import Property
from realinsights.loans.model.tape import TapeFormat
from realinsights.loans.service.facts import loan_facts
from realinsights.loans.service.imports.known import everything, many
from realinsights.loans.service.imports.outlook import Parties, Subject
from realinsights.loans.service.imports.transition import Outcome, edited_fields, transition
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PERIODS, PORTFOLIOS, PROPERTIES, STATEMENTS
from realinsights_platform.documents.port import Contains, Documents, Equal, Kind, Unit


async def withdraw_row(
    *, documents: Documents, unit: Unit, work: Import, row: ImportRow, result: UndoResult
) -> UndoResult:
    """Take back what a row said; what somebody imported or edited since is left as it is, with the reason."""
    key = period_id(row.loan_id or "", row.period_end or work.business_date)
    said = await unit.get(STATEMENTS, key)
    loan = await unit.get(LOANS, row.loan_id or "")
    if said is None or loan is None:
        return _refused(result, row, "the loan was deleted since")
    if said.import_id != work.id or said.version != row.statement_version:
        return _refused(result, row, f"{said.statement.period_end} was imported again since: undo that import first")
    restored = await _earlier(documents, work, said)
    stored = await _statements(documents, unit, loan.id)
    others = [item for item in stored if item.id != key]
    after = [*others, restored] if restored is not None else others
    subject = await _subject(unit, work, loan, stored, restored)
    parties = await _parties(unit, [*stored, *after])
    before = [item.statement for item in stored]
    if not after:
        reason = await _remove(documents, unit, subject, row, edited_fields(subject, before, parties=parties))
        if reason is not None:
            return _refused(result, row, reason)
    outcome = transition(
        subject,
        before=before,
        after=[item.statement for item in after],
        changed=said.statement,
        parties=parties,
        keep_edits=True,
    )
    if outcome.faults:
        return _refused(result, row, "; ".join(f"{fault.field}: {fault.message}" for fault in outcome.faults))
    for event in outcome.events:
        unit.emit(event)
    _store(unit, outcome, loan if after else None)
    await _store_statement(unit, said, restored)
    await _delete_properties(documents, unit, row, after, loan)
    deleted = await unit.get(LOANS, loan.id) is None
    result = msgspec.structs.replace(
        result, withdrawn=result.withdrawn + 1, deleted=result.deleted + (1 if deleted else 0)
    )
    if outcome.kept:
        return _noted(result, row, f"edited since, and left as it is: {', '.join(outcome.kept)}")
    return result


async def _remove(
    documents: Documents, unit: Unit, subject: Subject, row: ImportRow, edited: Sequence[str]
) -> str | None:
    """Remove a loan of which no tape says anything any more; return why not, if it cannot go.

    One that a person had made before any tape spoke of it becomes what it was.
    """
    loan = subject.loan
    if loan is None:
        return None
    revisions = await documents.history(LOANS, unit.org, loan.id, limit=1000)
    first = revisions[-1].document
    if first is None or "*" in first.sources:
        if edited:
            return f"edited since ({', '.join(edited)}): delete the loan by hand if it is to go"
        unit.delete(LOANS, loan)
        unit.emit(LoanDeleted(loan_id=loan.id))
        return None
    if loan.version != row.loan_version:
        return "the loan was there before the import and was edited since"
    earlier = next((item.document for item in revisions if item.version == loan.version - 1), None)
    if earlier is not None:
        unit.put(LOANS, msgspec.structs.replace(earlier, version=loan.version))
        assets = await many(unit, PROPERTIES, earlier.property_ids)
        unit.emit(loan_facts(earlier, assets))
    return None


def _store(unit: Unit, outcome: Outcome, loan: Loan | None) -> None:
    for period in outcome.periods:
        unit.put(PERIODS, period)
    for asset in outcome.properties:
        unit.put(PROPERTIES, asset)
    if outcome.loan is not None and outcome.loan_changed:
        unit.put(LOANS, outcome.loan)
    elif loan is not None:
        unit.expect(LOANS, loan)


async def _store_statement(unit: Unit, said: TapeStatement, restored: TapeStatement | None) -> None:
    if restored is not None:
        unit.put(STATEMENTS, msgspec.structs.replace(restored, version=said.version))
        return
    unit.delete(STATEMENTS, said)
    period = await unit.get(PERIODS, said.id)
    if period is not None:
        unit.delete(PERIODS, period)


async def _earlier(documents: Documents, work: Import, said: TapeStatement) -> TapeStatement | None:
    """Return what was said of the period before the import, None where it was the first to say it."""
    if said.version == 1:
        return None
    for revision in await documents.history(STATEMENTS, work.org, said.id, limit=1000):
        if revision.version == said.version - 1:
            return revision.document
    return None


async def _statements(documents: Documents, unit: Unit, loan_id: str) -> list[TapeStatement]:
    found = await everything(documents, STATEMENTS, unit.org, "loan_id", [loan_id])
    seen = []
    for item in found:
        present = await unit.get(STATEMENTS, item.id)  # another row of this chunk may have taken it back
        if present is not None:
            seen.append(present)
    return seen


async def _subject(
    unit: Unit, work: Import, loan: Loan, stored: Sequence[TapeStatement], restored: TapeStatement | None
) -> Subject:
    named = [*stored, restored] if restored is not None else list(stored)
    ids = {number: key for item in named for number, key in item.property_ids.items()}
    properties: dict[str, Property] = await many(unit, PROPERTIES, [*ids.values(), *loan.property_ids])
    periods: dict[str, ReportedPeriod] = await many(unit, PERIODS, [item.id for item in stored])
    import_id = restored.import_id if restored is not None else work.id
    row = restored.statement.row if restored is not None else 0
    return Subject(
        loan_id=loan.id,
        org=work.org,
        number=loan.number,
        deal=work.deal,
        within_deal=work.layout is not None and work.layout.format is TapeFormat.EX102,
        asset_number=loan.asset_number,
        loan=loan,
        properties=properties,
        property_ids=ids,
        periods=periods,
        source=f"{import_id}#{row}",
        import_id=import_id,
    )


async def _parties(unit: Unit, statements: Sequence[TapeStatement]) -> Parties:
    said = [item.statement for item in statements]
    return Parties(
        lender=(await _ids(unit, LENDERS, (item.lender for item in said))).get,
        fund=(await _ids(unit, FUNDS, (item.fund for item in said))).get,
        portfolio=(await _ids(unit, PORTFOLIOS, (item.portfolio for item in said))).get,
    )


async def _ids(unit: Unit, kind: Kind[Any], names: Iterable[str | None]) -> Mapping[str, str]:
    ids: dict[str, str] = {}
    for name in {name for name in names if name is not None}:
        for found in await unit.find(kind, Equal("name", name), limit=1):
            ids[name] = found.id
    return ids


async def _delete_properties(
    documents: Documents, unit: Unit, row: ImportRow, after: Sequence[TapeStatement], loan: Loan
) -> None:
    """Delete the properties the row brought, unless another loan has them or a person has edited them since."""
    mentioned = {key for item in after for key in item.property_ids.values()}
    for key in created_by(row, PROPERTIES.name):
        asset = await unit.get(PROPERTIES, key)
        if asset is None or key in mentioned or asset.version != 1:
            continue
        holders = await documents.find(LOANS, unit.org, Contains("property_ids", key), limit=2)
        if any(holder.id != loan.id for holder in holders.items):
            continue
        unit.delete(PROPERTIES, asset)
        unit.emit(PartyDeleted(kind=PartyKind.PROPERTY, party_id=key))


def created_by(row: ImportRow, kind: str) -> list[str]:
    """Return the ids of what a row brought of a kind."""
    return [name.partition(":")[2] for name in row.created if name.startswith(f"{kind}:")]


def _refused(result: UndoResult, row: ImportRow, reason: str) -> UndoResult:
    return msgspec.structs.replace(_noted(result, row, reason), refused=result.refused + 1)


def _noted(result: UndoResult, row: ImportRow, reason: str) -> UndoResult:
    note = RefusedUndo(number=row.number or "", reason=reason)
    return msgspec.structs.replace(result, kept=(*result.kept, note)[:MOST_SHOWN])
