"""Withdrawal of one row: its period becomes what it was before, the present is computed from what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from realinsights.contracts.loans import LoanDeleted
from realinsights.loans.model.imports import (
    MOST_SHOWN,
    Import,
    ImportRow,
    RefusedUndo,
    RowOutcome,
    TapeStatement,
    UndoResult,
)
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.period import ReportedPeriod, period_id
from realinsights.loans.model.property import Property
from realinsights.loans.model.tape import Statement, TapeFormat
from realinsights.loans.model.terms_told import terms_recorded
from realinsights.loans.service.facts import loan_facts
from realinsights.loans.service.imports.loan_from_statements import Parties, Subject
from realinsights.loans.service.imports.orphans import delete_properties
from realinsights.loans.service.imports.other_imports import OtherImports
from realinsights.loans.service.imports.statement_changes import Changes, changes_between, edited_fields
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PERIODS, PORTFOLIOS, PROPERTIES, STATEMENTS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Documents, Equal, Kind, Unit
from realinsights_platform.documents.walking import every_with, many_in


@dataclass(slots=True)
class Withdrawal:
    """One unit of work of an undo, and what it has done so far.

    `loans` are the ids of those it changed; `lenders` of those whom loans of them have left, and how many have.
    """

    documents: Storage
    unit: Unit
    work: Import
    others: OtherImports
    result: UndoResult
    loans: set[str] = field(default_factory=set)
    lenders: Counter[str] = field(default_factory=Counter)


async def withdraw_row(withdrawal: Withdrawal, *, row: ImportRow) -> None:
    """Take back what a row said; what another import says too is that one's from then on.

    What somebody imported or edited since is left as it is, with the reason.
    """
    documents, unit, work = withdrawal.documents, withdrawal.unit, withdrawal.work
    key = period_id(row.loan_id or "", row.period_end or work.business_date)
    said = await unit.get(STATEMENTS, key)
    is_mine = said is not None and said.import_id == work.id and said.statement.row == row.row
    if row.outcome is RowOutcome.UNCHANGED and not is_mine:
        return  # it found everything said already, and was never handed it
    loan = await unit.get(LOANS, row.loan_id or "")
    if said is None or loan is None:
        _refuse(withdrawal, row, "the loan was deleted since")
        return
    if not is_mine:
        _refuse(withdrawal, row, f"{said.statement.period_end} was imported again since: undo that import first")
        return
    standing = await withdrawal.others.standing(row, said)
    stored = await _statements(documents, unit, loan.id)
    others = [item for item in stored if item.id != key]
    after = [*others, standing] if standing is not None else others
    subject = await _subject(unit, work, loan, stored, standing)
    parties = await _parties(unit, [*stored, *after])
    before = [item.statement for item in stored]
    if not after:
        reason = await _remove(documents, unit, subject, before, parties)
        if reason is not None:
            _refuse(withdrawal, row, reason)
            return
    changes = changes_between(
        subject,
        before=before,
        after=[item.statement for item in after],
        changed=said.statement,
        parties=parties,
        keep_edits=True,
    )
    if changes.faults:
        _refuse(withdrawal, row, "; ".join(f"{fault.field}: {fault.message}" for fault in changes.faults))
        return
    for event in changes.events:
        unit.emit(event)
    _store(unit, changes, loan if after else None)
    await _store_statement(unit, said, standing)
    withdrawal.loans.add(loan.id)
    withdrawal.lenders.update(_left_lenders(parties, before, [item.statement for item in after]))
    await delete_properties(
        unit, documents, row=row, subject=subject, before=stored, after=after, loan_ids=withdrawal.loans
    )
    await _count(withdrawal, row, said, standing)
    if changes.kept:
        _note(withdrawal, row, f"edited since, and left as it is: {', '.join(changes.kept)}")


async def _remove(
    documents: Documents, unit: Unit, subject: Subject, before: Sequence[Statement], parties: Parties
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
        edited = edited_fields(subject, before, parties=parties)
        if edited:
            return f"edited since ({', '.join(edited)}): delete the loan by hand if it is to go"
        unit.delete(LOANS, loan)
        unit.emit(LoanDeleted(loan_id=loan.id))
        return None
    entered = next((item.document for item in revisions if item.document and "*" not in item.document.sources), first)
    edited = edited_fields(subject, before, parties=parties, entered=entered)
    if edited:
        return f"the loan was there before any import and was edited since ({', '.join(edited)})"
    unit.put(LOANS, msgspec.structs.replace(entered, version=loan.version))
    assets = await many_in(unit, PROPERTIES, entered.property_ids)
    unit.emit(loan_facts(entered, assets))
    unit.emit(terms_recorded(entered))
    return None


def _left_lenders(parties: Parties, before: Sequence[Statement], after: Sequence[Statement]) -> set[str]:
    names = {item.lender for item in before} - {item.lender for item in after}
    return {key for name in names if name is not None and (key := parties.lender(name)) is not None}


async def _count(withdrawal: Withdrawal, row: ImportRow, said: TapeStatement, standing: TapeStatement | None) -> None:
    result = withdrawal.result
    deleted = await withdrawal.unit.get(LOANS, said.loan_id) is None
    withdrawal.result = msgspec.structs.replace(
        result, withdrawn=result.withdrawn + 1, deleted=result.deleted + (1 if deleted else 0)
    )
    for repeated in withdrawal.others.by_statement.get(said.id, ()):
        if standing is not None and repeated.work.id == standing.import_id:
            _note(withdrawal, row, f"{repeated.work.file_name} says the same: it stays")
            return


def _store(unit: Unit, changes: Changes, loan: Loan | None) -> None:
    for period in changes.periods:
        unit.put(PERIODS, period)
    for asset in changes.properties:
        unit.put(PROPERTIES, asset)
    if changes.loan is not None and changes.loan_changed:
        unit.put(LOANS, changes.loan)
    elif loan is not None:
        unit.expect(LOANS, loan)


async def _store_statement(unit: Unit, said: TapeStatement, standing: TapeStatement | None) -> None:
    if standing is not None:
        unit.put(STATEMENTS, msgspec.structs.replace(standing, version=said.version))
        return
    unit.delete(STATEMENTS, said)
    period = await unit.get(PERIODS, said.id)
    if period is not None:
        unit.delete(PERIODS, period)


async def _statements(documents: Documents, unit: Unit, loan_id: str) -> list[TapeStatement]:
    found = await every_with(documents, STATEMENTS, unit.org, "loan_id", [loan_id])
    seen = []
    for item in found:
        present = await unit.get(STATEMENTS, item.id)  # another row of this chunk may have taken it back
        if present is not None:
            seen.append(present)
    return seen


async def _subject(
    unit: Unit, work: Import, loan: Loan, stored: Sequence[TapeStatement], standing: TapeStatement | None
) -> Subject:
    named = [*stored, standing] if standing is not None else list(stored)
    ids = {number: key for item in named for number, key in item.property_ids.items()}
    properties: dict[str, Property] = await many_in(unit, PROPERTIES, [*ids.values(), *loan.property_ids])
    periods: dict[str, ReportedPeriod] = await many_in(unit, PERIODS, [item.id for item in stored])
    import_id = standing.import_id if standing is not None else work.id
    row = standing.statement.row if standing is not None else 0
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


def _refuse(withdrawal: Withdrawal, row: ImportRow, reason: str) -> None:
    _note(withdrawal, row, reason)
    withdrawal.result = msgspec.structs.replace(withdrawal.result, refused=withdrawal.result.refused + 1)


def _note(withdrawal: Withdrawal, row: ImportRow, reason: str) -> None:
    note = RefusedUndo(number=row.number or "", reason=reason)
    kept = (*withdrawal.result.kept, note)[:MOST_SHOWN]
    withdrawal.result = msgspec.structs.replace(withdrawal.result, kept=kept)
