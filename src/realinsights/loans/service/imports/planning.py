"""Plan of a chunk: what it would do, row by row and field by field. Pure: a dry run and an import plan alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec

from realinsights.contracts.loans import PartyKind, PartyRecorded
from realinsights.loans.model.computed_periods import Schedules
from realinsights.loans.model.conventions import Question, settled
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.floating_reconciliation import KnownFixings
from realinsights.loans.model.identity import THE_SAME_LOAN, contradictions, written_otherwise
from realinsights.loans.model.imports import FieldChange, Import, ImportRow, RowOutcome, TapeStatement
from realinsights.loans.model.lender_conventions import NOTHING_FOUND, ConventionSearch, Search
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.parties import Lender, LenderType
from realinsights.loans.model.period import period_id
from realinsights.loans.model.quantities import checked
from realinsights.loans.model.reconciled import reconciled_in
from realinsights.loans.model.tape import Precision, Problem, Statement, TapeFormat
from realinsights.loans.model.tape_state import without_place
from realinsights.loans.service.imports.field_changes import differences, plain
from realinsights.loans.service.imports.loan_from_statements import Parties, Subject
from realinsights.loans.service.imports.restating import news
from realinsights.loans.service.imports.statement_changes import Changes, changes_between
from realinsights.loans.service.imports.stored_state import StoredState, number_of
from realinsights.loans.store import LENDERS, LOANS, PERIODS, PROPERTIES, STATEMENTS
from realinsights.loans.tapes.problems import Refused
from realinsights.loans.tapes.reading import element_of
from realinsights_platform.documents.port import AnyDocument, D, Kind
from realinsights_platform.documents.versions import with_version
from realinsights_platform.errors import Faults, FieldError
from realinsights_platform.events import Event
from realinsights_platform.ids import new_id
from realinsights_platform.texts import snake_case

# The wire names of a loan's fields whose statement's field is called otherwise.
_STATEMENT_FIELDS: Mapping[str, str] = {"current_balance": "ending_balance", "balance_as_of": "period_end"}


@dataclass(slots=True)
class Plan:
    """Rows in the file's order, the statements that are `taken`, and what is to be stored and told for them.

    `balance_change` and `loans_change` are what is owed more afterwards, and by how many loans more;
    `interest_change` is that of balance × rate, and `properties_change` how many properties are new.
    `conventions` are those by which loans match, of all chunks so far.
    """

    rows: list[ImportRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    expected: dict[str, Loan] = field(default_factory=dict)
    taken: list[Statement] = field(default_factory=list)
    balance_change: Decimal = Decimal("0.00")
    loans_change: int = 0
    interest_change: Decimal = Decimal(0)
    properties_change: int = 0
    conventions: ConventionSearch = NOTHING_FOUND
    _writes: dict[tuple[str, str], tuple[Kind[Any], AnyDocument]] = field(default_factory=dict)

    def put(self, kind: Kind[D], document: D) -> D:
        """Plan to store a document, given in the version that is stored; return it in the version it will have.

        Planned again, it is still one write of one unit, resting on the version that was stored.
        """
        key = (kind.name, document.id)
        before = self._writes.get(key)
        version = document.version + 1 if before is None else before[1].version
        document = with_version(document, version)
        self._writes[key] = (kind, document)
        return document

    @property
    def writes(self) -> Iterator[tuple[Kind[Any], AnyDocument]]:
        """Return what is to be stored, each document once, in the version it will have."""
        yield from self._writes.values()


def _owed(loan: Loan | None) -> tuple[Decimal, Decimal, int]:
    """Return what is owed on a loan, that times its rate, and 1 where it is outstanding."""
    if loan is None or loan.status in GONE:
        return Decimal("0.00"), Decimal(0), 0
    return loan.current_balance, loan.current_balance * loan.rate, 1


@dataclass(slots=True)
class _Case:
    """A statement and what is stored for its loan; `same` is what was said of its period before."""

    statement: Statement
    row: ImportRow
    loan: Loan | None
    stored: Sequence[TapeStatement]
    same: TapeStatement | None


@dataclass(slots=True)
class _Accepted:
    """A row whose loan is or stays in the books, to be reconciled with the others of its chunk.

    `owing` is which of the plan's events is still to say what falls due of it.
    """

    position: int
    loan: Loan
    statements: list[tuple[Statement, Precision]]
    period_end: Any
    owing: int | None = None


class Planner:
    """A planner of one import's chunks, one after the other."""

    def __init__(self, work: Import, *, details: bool) -> None:
        if work.layout is None:
            raise ValueError("a tape is planned once it has been inspected")
        self._work = work
        self._layout = work.layout
        self._within_deal = work.layout.format is TapeFormat.EX102
        self._details = details

    def number(self, statement: Statement) -> str:
        """Return the number of a statement's loan in the organization."""
        return number_of(self._work.deal, statement.number, within_deal=self._within_deal)

    def numbers(self, statement: Statement) -> Sequence[str]:
        """Return the number of a statement's loan, and how the same one may be written otherwise."""
        number = self.number(statement)
        return (number,) if self._within_deal else (number, *written_otherwise(number))

    def plan(self, items: Sequence[Statement | Refused], known: StoredState, conventions: ConventionSearch) -> Plan:
        """Return what these rows would do to what is known; `conventions` are those found in the chunks before."""
        plan = Plan(conventions=conventions)
        accepted: list[_Accepted] = []
        for item in items:
            if isinstance(item, Refused):
                plan.rows.append(_refused(item))
                continue
            if not item.warnings:
                self._plan_statement(plan, item, known, accepted)
                continue
            self._plan_statement(plan, msgspec.structs.replace(item, warnings=()), known, accepted)
            plan.rows[-1] = msgspec.structs.replace(plan.rows[-1], warnings=item.warnings)
        _reconcile(plan, accepted, known.fixings.known())
        return plan

    def _plan_statement(self, plan: Plan, statement: Statement, known: StoredState, accepted: list[_Accepted]) -> None:
        number = self.number(statement)
        loan = known.loans.get(number)
        question = None
        faults: list[FieldError] = []
        # Our own export leaves open what was left open before, and is taken alike.
        if not self._layout.own_export:
            statement, question = settled(
                statement, precision=self._work.precision, of_deal=(loan or self._work).deal is not None
            )
        stored = known.statements.get(loan.id, []) if loan is not None else []
        same = next((item for item in stored if item.statement.period_end == statement.period_end), None)
        row = ImportRow(
            row=statement.row,
            line=statement.line,
            outcome=RowOutcome.UNCHANGED,
            number=number,
            name=loan.name if loan is not None else statement.name,
            period_end=statement.period_end,
            loan_id=loan.id if loan is not None else None,
            properties=len(statement.properties),
        )
        precision = self._work.precision
        repeats = same is not None and _says_the_same(same, statement, precision)
        if not repeats:
            faults = list(self._objections(statement, loan, question, known))
        if loan is not None and self._layout.own_export and not faults:
            said = news(statement, loan, known, self._layout, same=same.statement if same is not None else None)
            repeats = said is None
            if isinstance(said, Statement):
                statement = said
            elif said is not None:
                faults = [FieldError("properties", said)]
        if loan is not None and repeats:
            plan.rows.append(row)
            plan.taken.append(statement)
            everything = [(item.statement, item.precision) for item in stored]
            accepted.append(_Accepted(len(plan.rows) - 1, loan, everything, statement.period_end))
            return
        if faults:
            problems = tuple(self._problem(statement, row, fault) for fault in faults)
            plan.rows.append(msgspec.structs.replace(row, outcome=RowOutcome.REFUSED, problems=problems))
            return
        self._plan_change(plan, _Case(statement, row, loan, stored, same), known, accepted)

    def _objections(
        self, statement: Statement, loan: Loan | None, question: Question | None, known: StoredState
    ) -> Iterator[FieldError]:
        """Yield why a statement is not taken: it is of another loan, or of a new one and leaves a question."""
        deal = self._work.deal or statement.deal
        if loan is not None:
            for found in contradictions(statement, known.of(loan), deal=deal):
                yield FieldError(found.field, found.reason)
            return
        for number in self.numbers(statement)[1:]:
            other = known.loans.get(number)
            if other is None or contradictions(statement, known.of(other), deal=deal):
                continue
            if statement.origination_date is None or statement.original_balance is None:
                yield FieldError(
                    "number", f"is not in the books, and {number} is: write it so where it is the same loan"
                )
            else:
                yield FieldError("number", f"{number} is in the books and {THE_SAME_LOAN}")
            return
        if question is not None and not self._within_deal:
            yield FieldError(question.field, question.reason)

    def _plan_change(self, plan: Plan, case: _Case, known: StoredState, accepted: list[_Accepted]) -> None:
        statement, row, loan, stored, same = case.statement, case.row, case.loan, case.stored, case.same
        problems = list(self._unknown_parties(statement, known))
        subject = self._subject(case, known)
        lenders: dict[str, Lender] = {}
        others = [item.statement for item in stored if item is not same]
        changes = changes_between(
            subject,
            before=[item.statement for item in stored],
            after=[*others, statement],
            changed=statement,
            parties=self._parties(statement, known, lenders, subject.org),
            leave_due=True,
        )
        faults = Faults(changes.faults)
        for lender in lenders.values():
            checked(lender, faults, "lender.")
        problems += [self._problem(statement, row, fault) for fault in faults.fields]
        if problems or changes.loan is None:
            plan.rows.append(
                msgspec.structs.replace(row, outcome=RowOutcome.REFUSED, problems=tuple(dict.fromkeys(problems)))
            )
            return
        document = TapeStatement(
            id=period_id(subject.loan_id, statement.period_end),
            org=subject.org,
            version=same.version if same is not None else 0,
            loan_id=subject.loan_id,
            import_id=self._work.id,
            statement=statement,
            precision=self._work.precision,
            property_ids={asset.number: subject.property_ids[asset.number] for asset in statement.properties},
        )
        plan.taken.append(statement)
        if changes.loan_changed:
            before, after = _owed(loan), _owed(changes.loan)
            plan.balance_change += after[0] - before[0]
            plan.interest_change += after[1] - before[1]
            plan.loans_change += after[2] - before[2]
        created = _store_parties(plan, known, lenders)
        owing = None if changes.owing is None else len(plan.events) + changes.owing
        created += _store(plan, known, changes, document, subject)
        later = any(item.period_end > statement.period_end for item in others)
        plan.rows.append(
            msgspec.structs.replace(
                row,
                outcome=RowOutcome.CREATED if loan is None else RowOutcome.UPDATED,
                name=changes.loan.name,
                loan_id=subject.loan_id,
                statement_version=document.version + 1,
                loan_version=changes.loan.version + 1 if changes.loan_changed else 0,
                history_only=later,
                created=created,
                changes=self._field_changes(loan, changes, subject, same, statement),
            )
        )
        # What is stored has it by now, in place of what was there of the period.
        everything = [(item.statement, item.precision) for item in stored if item.id != document.id]
        everything.append((statement, self._work.precision))
        accepted.append(_Accepted(len(plan.rows) - 1, changes.loan, everything, statement.period_end, owing))

    def _subject(self, case: _Case, known: StoredState) -> Subject:
        statement, loan, stored = case.statement, case.loan, case.stored
        deal = self._work.deal or statement.deal
        ids = {number: key for item in stored for number, key in item.property_ids.items()}
        for number in [number for number, key in ids.items() if key not in known.properties]:
            ids[number] = new_id()  # somebody has deleted it since
        for asset in statement.properties:
            if asset.number not in ids:
                ids[asset.number] = _property_id(asset.number, statement, known, loan, stored)
        return Subject(
            loan_id=loan.id if loan is not None else new_id(),
            org=self._work.org,
            number=case.row.number or statement.number,
            deal=deal,
            within_deal=self._within_deal,
            asset_number=statement.number.removeprefix(f"{deal}/") if deal is not None else None,
            loan=loan,
            properties=known.properties,
            property_ids=ids,
            periods=known.periods,
            source=f"{self._work.id}#{statement.row}",
            import_id=self._work.id,
        )

    def _parties(self, statement: Statement, known: StoredState, lenders: dict[str, Lender], org: str) -> Parties:
        def lender(name: str) -> str | None:
            found = known.lenders.get(name) or lenders.get(name)
            if found is None and name != statement.lender:
                return None  # an earlier tape named it, and somebody has deleted it since
            if found is None:
                found = lenders[name] = Lender(
                    id=new_id(), org=org, name=name, lender_type=LenderType(statement.lender_type or LenderType.OTHER)
                )
            return found.id

        return Parties(
            lender=lender,
            fund=lambda name: known.funds[name].id if name in known.funds else None,
            portfolio=lambda name: known.portfolios[name].id if name in known.portfolios else None,
        )

    def _unknown_parties(self, statement: Statement, known: StoredState) -> Iterator[Problem]:
        if statement.fund is None and statement.portfolio is None:
            return
        for field_name, name, there in (
            ("fund", statement.fund, known.funds),
            ("portfolio", statement.portfolio, known.portfolios),
        ):
            if name is not None and name not in there:
                yield Problem(
                    row=statement.row,
                    line=statement.line,
                    loan=statement.number,
                    field=element_of(self._layout.format, field_name, self._layout.mapping) or field_name,
                    value=name,
                    reason=f"there is no {field_name} of this name: create it first",
                )

    def _problem(self, statement: Statement, row: ImportRow, fault: FieldError) -> Problem:
        name = snake_case(fault.field.removeprefix("terms.").removeprefix("original."))
        prefix = ""
        if name.startswith("properties["):
            prefix, name = "properties.", name.partition("].")[2].partition("[")[0]
        name = _STATEMENT_FIELDS.get(name, name)
        element = element_of(self._layout.format, f"{prefix}{name}", self._layout.mapping)
        value = getattr(statement, name, None) if not prefix else None
        if isinstance(value, tuple | msgspec.Struct):
            value = None  # no cell says it
        return Problem(
            row=statement.row,
            line=statement.line,
            loan=row.number,
            field=element or fault.field,
            value=str(value) if value is not None else None,
            reason=fault.message,
        )

    def _field_changes(
        self,
        before: Loan | None,
        changes: Changes,
        subject: Subject,
        same: TapeStatement | None,
        statement: Statement,
    ) -> tuple[FieldChange, ...]:
        if before is None and not self._details:
            return ()
        fields = list(differences("", before, changes.loan))
        for asset in changes.properties:
            stored = subject.properties.get(asset.id) if asset.version else None
            fields += differences(f"properties[{asset.asset_number or asset.name}].", stored, asset)
        period = f"periods[{statement.period_end}]."
        if same is None:
            fields.append(FieldChange(field=f"{period}endingBalance", before=None, after=plain(statement.balance)))
        else:
            fields += differences(period, without_place(same.statement), without_place(statement))
        return tuple(fields)


def _store_parties(plan: Plan, known: StoredState, lenders: Mapping[str, Lender]) -> tuple[str, ...]:
    for lender in lenders.values():
        known.lenders[lender.name] = plan.put(LENDERS, lender)
        plan.events.append(PartyRecorded(kind=PartyKind.LENDER, party_id=lender.id, name=lender.name))
    return tuple(f"{LENDERS.name}:{lender.id}" for lender in lenders.values())


def _store(
    plan: Plan, known: StoredState, changes: Changes, document: TapeStatement, subject: Subject
) -> tuple[str, ...]:
    created = []
    for asset in changes.properties:
        if asset.version == 0:
            created.append(f"{PROPERTIES.name}:{asset.id}")
            plan.properties_change += 1
        known.properties[asset.id] = plan.put(PROPERTIES, asset)
    loan = changes.loan
    if loan is not None and changes.loan_changed:
        known.loans[subject.number] = plan.put(LOANS, loan)
    elif loan is not None:
        plan.expected[loan.id] = loan
    for period in changes.periods:
        known.periods[period.id] = plan.put(PERIODS, period)
    stored = known.statements.setdefault(subject.loan_id, [])
    stored[:] = [item for item in stored if item.id != document.id]
    stored.append(plan.put(STATEMENTS, document))
    plan.events += changes.events
    return tuple(created)


def _property_id(
    number: str, statement: Statement, known: StoredState, loan: Loan | None, stored: Sequence[TapeStatement]
) -> str:
    """Return the id of a property no statement has named: of one the organization has already, else a new one."""
    if number in known.assets:
        return known.assets[number].id
    if loan is not None and not stored:
        own = [known.properties[key] for key in loan.property_ids if key in known.properties]
        name = next(asset.name for asset in statement.properties if asset.number == number)
        for asset in own:
            if (len(own) == 1 and len(statement.properties) == 1) or asset.name == name:
                return asset.id
    return new_id()


def _says_the_same(stored: TapeStatement, statement: Statement, precision: Precision) -> bool:
    return stored.precision is precision and without_place(stored.statement) == without_place(statement)


def _refused(item: Refused) -> ImportRow:
    return ImportRow(row=item.row, line=item.line, outcome=RowOutcome.REFUSED, number=item.loan, problems=item.problems)


def _reconcile(plan: Plan, accepted: Sequence[_Accepted], known: KnownFixings) -> None:
    schedules = Schedules.of(item.loan for item in accepted)
    search = Search(plan.conventions)
    for index, item in enumerate(accepted):
        if item.owing is not None:
            due = falling_due(item.loan, balloon_of=partial(schedules.balloon, index))
            plan.events[item.owing] = msgspec.structs.replace(plan.events[item.owing], falling_due=due)
        whole = reconciled_in(schedules, index, item.loan, item.statements, search=search, known=known)
        for found in whole.periods:
            if found.period_end == item.period_end:
                search.count(whole.terms, found, whole.reproduced_by)
                plan.rows[item.position] = msgspec.structs.replace(
                    plan.rows[item.position],
                    reconciliation=found,
                    reproduced_by=whole.reproduced_by if found.convention is not None else None,
                )
    plan.conventions = search.result
