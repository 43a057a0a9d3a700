"""Changes of a loan whose statements change: which documents are stored anew, and which events say so.

Pure. The present is computed twice, with the statements before and after, and only where the two differ is the stored
loan changed: what a person has edited and no tape has said anew stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import msgspec

from realinsights.contracts.loans import (
    FallingDue,
    PartyKind,
    PartyRecorded,
    Performance,
    PeriodsRecorded,
    PeriodsWithdrawn,
)
from realinsights.loans.model.loan import Loan, amortization_type
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.period import ReportedPeriod, month_of, period_id
from realinsights.loans.model.property import Property, checked_property
from realinsights.loans.model.quantities import checked
from realinsights.loans.model.tape import Statement
from realinsights.loans.model.tape_state import building_fields, present_state
from realinsights.loans.model.terms import NoteTerms
from realinsights.loans.model.terms_told import terms_recorded
from realinsights.loans.service.facts import loan_facts
from realinsights.loans.service.imports.loan_from_statements import (
    Derived,
    Parties,
    Subject,
    derived,
    loan_values,
    missing_fields,
    month_figures,
    new_loan,
    new_property,
)
from realinsights_platform.attributes import made_from
from realinsights_platform.errors import Faults, FieldError
from realinsights_platform.events import Event

MISSING: Final = object()


@dataclass(slots=True)
class Changes:
    """Changes of one loan: `loan` is None where nothing remains of it; `faults` are all reasons not to change it.

    `owing` is which of the events says of a loan what falls due, where that is left to who computes many schedules.
    """

    loan: Loan | None = None
    loan_changed: bool = False
    properties: list[Property] = field(default_factory=list)
    periods: list[ReportedPeriod] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    owing: int | None = None
    faults: list[FieldError] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def changes_between(
    subject: Subject,
    *,
    before: Sequence[Statement],
    after: Sequence[Statement],
    changed: Statement,
    parties: Parties,
    keep_edits: bool = False,
    leave_due: bool = False,
) -> Changes:
    """Return what follows from `after` taking the place of `before`, which differ in the period of `changed`.

    With `keep_edits` a field that a person has edited since stays as it is and is named in `kept`; otherwise a tape
    that says something new wins. With `leave_due` what falls due of a new loan is left open, as `owing` says.
    """
    changes = Changes()
    if subject.loan is None and not before and len(after) == 1:
        return _first(changes, subject, changed, parties, leave_due=leave_due)
    past = derived(subject, before, changed, parties)
    future = derived(subject, after, changed, parties)
    if future.values is None:
        if after:
            changes.faults += future.missing
        _months(changes, subject, past, future)
        return changes
    _properties(changes, subject, past, future, keep_edits=keep_edits)
    _loan(changes, subject, past, future, keep_edits=keep_edits)
    if changes.faults:
        return changes
    _periods(changes, subject, future, changed)
    _facts(changes, subject)
    _months(changes, subject, past, future)
    return changes


def _first(changes: Changes, subject: Subject, statement: Statement, parties: Parties, *, leave_due: bool) -> Changes:
    """Return what follows from the first statement of a new loan: as `changes_between` would, computing nothing twice.

    A first tape may bring a hundred thousand of them.
    """
    state = present_state([statement])
    missing = missing_fields(state) if state is not None else []
    if state is None or missing:
        changes.faults += missing
        return changes
    past, future = (
        Derived(),
        Derived(
            values=loan_values(subject, state, parties),
            terms=state.terms,
            buildings={number: building_fields(building) for number, building in state.buildings.items()},
        ),
    )
    _properties(changes, subject, past, future, keep_edits=False)
    _loan(changes, subject, past, future, keep_edits=False)
    loan = changes.loan
    if changes.faults or loan is None:
        return changes
    facts = loan_facts(loan, _behind(changes, subject, loan), due=FallingDue() if leave_due else None)
    future.performances[statement.period_end] = (statement, facts.performance, loan.status)
    if statement.balance is not None:
        future.months[month_of(statement.period_end)] = month_figures(
            statement, loan, facts.annual_debt_service, facts.performance
        )
    _periods(changes, subject, future, statement)
    changes.owing = len(changes.events) if leave_due else None
    changes.events.append(facts)
    changes.events.append(terms_recorded(loan))
    _months(changes, subject, past, future)
    return changes


def edited_fields(
    subject: Subject, statements: Sequence[Statement], *, parties: Parties, entered: Loan | None = None
) -> tuple[str, ...]:
    """Return the loan's fields that are not what its statements make of them: a person has edited them.

    `entered` is the loan as a person had made it before any tape spoke of it, None where a tape made it.
    """
    state = present_state(statements)
    if subject.loan is None or state is None or missing_fields(state):
        return ()
    values = loan_values(subject, state, parties)
    if entered is None:
        made = new_loan(subject, values, state.terms)
    else:
        terms = msgspec.structs.replace(entered.terms, **state.terms)
        made = msgspec.structs.replace(
            entered,
            **values,
            terms=terms,
            amortization_type=amortization_type(terms, values.get("maturity_date", entered.maturity_date)),
            property_ids=tuple(share.property_id for share in values.get("properties", entered.properties)),
            deal=subject.loan.deal,
            asset_number=subject.loan.asset_number,
        )
    made, _ = checked_loan(made)
    return tuple(
        name
        for name in Loan.__struct_fields__
        if name not in {"version", "sources"} and getattr(made, name) != getattr(subject.loan, name)
    )


def _properties(changes: Changes, subject: Subject, past: Derived, future: Derived, *, keep_edits: bool) -> None:
    for number, fields in future.buildings.items():
        stored = subject.properties.get(subject.property_ids[number])
        if stored is None:
            asset, faults = checked_property(new_property(subject, number, fields))
        else:
            anew = partial(new_property, subject, number, fields)
            patch = _patch(stored, past.buildings.get(number), fields, anew, changes if keep_edits else None)
            if not patch:
                continue
            asset, faults = checked_property(
                msgspec.structs.replace(stored, **patch, sources={**stored.sources, "*": subject.source})
            )
        changes.faults += [FieldError(f"properties[{number}].{fault.field}", fault.message) for fault in faults]
        if stored is None or asset != stored:
            changes.properties.append(asset)
            if stored is None or asset.name != stored.name:
                changes.events.append(PartyRecorded(kind=PartyKind.PROPERTY, party_id=asset.id, name=asset.name))


def _loan(changes: Changes, subject: Subject, past: Derived, future: Derived, *, keep_edits: bool) -> None:
    values = future.values or {}
    stored = subject.loan
    if stored is None:
        loan, faults = checked_loan(new_loan(subject, values, future.terms))
    else:
        edits = changes if keep_edits else None
        patch = _patch(stored, past.values, values, partial(new_loan, subject, values, future.terms), edits)
        said = past.terms if past.values is not None else None
        terms = _patch(stored.terms, said, future.terms, partial(NoteTerms, **future.terms), edits)
        if terms:
            patch["terms"] = msgspec.structs.replace(stored.terms, **terms)
        if terms or "maturity_date" in patch:
            maturity = patch.get("maturity_date", stored.maturity_date)
            patch["amortization_type"] = amortization_type(patch.get("terms", stored.terms), maturity)
        if "properties" in patch:
            patch["property_ids"] = tuple(share.property_id for share in patch["properties"])
        if stored.deal is None and subject.deal is not None:
            patch |= {"deal": subject.deal, "asset_number": subject.asset_number}
        if patch:
            patch["sources"] = {**stored.sources, "*": subject.source}
        loan, faults = checked_loan(msgspec.structs.replace(stored, **patch))
    changes.faults += faults
    changes.loan = loan
    changes.loan_changed = stored is None or loan != stored


def _patch(
    stored: msgspec.Struct,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    anew: Callable[[], msgspec.Struct],
    edits: Changes | None,
) -> dict[str, Any]:
    """Return what is to change of `stored`; `anew` makes of what is said a document that was not there before."""
    patch: dict[str, Any] = {}
    for name, value in after.items():
        said = before.get(name, MISSING) if before is not None else MISSING
        present = getattr(stored, name)
        if value in (said, present):
            continue
        if edits is not None and said is not MISSING and present != said:
            edits.kept.append(name)
            continue
        patch[name] = value
    for name in (before or {}).keys() - after.keys():
        # Said by a statement that is withdrawn, and by no other: unknown again, unless a person has said it anew.
        if getattr(stored, name) == (before or {})[name]:
            patch[name] = getattr(anew(), name)
    return patch


def _periods(changes: Changes, subject: Subject, future: Derived, changed: Statement) -> None:
    for statement, performance, status in future.performances.values():
        key = period_id(subject.loan_id, statement.period_end)
        stored = subject.periods.get(key)
        period = _reported_period(subject, statement, key, performance=performance.latest, status=status, stored=stored)
        if stored is not None and statement.period_end != changed.period_end:
            period = msgspec.structs.replace(period, import_id=stored.import_id, sources=stored.sources)
        if stored is None or period != stored:
            faults = Faults()
            changes.periods.append(checked(period, faults))
            changes.faults += faults.fields


def _reported_period(
    subject: Subject,
    statement: Statement,
    key: str,
    *,
    performance: Performance,
    status: Any,
    stored: ReportedPeriod | None,
) -> ReportedPeriod:
    return made_from(
        statement,
        ReportedPeriod,
        id=key,
        org=subject.org,
        version=stored.version if stored is not None else 0,
        loan_id=subject.loan_id,
        deal=subject.deal,
        asset_number=statement.number,
        import_id=subject.import_id,
        status=status,
        other_principal_adjustment=statement.other_principal,
        other_interest_adjustment=statement.other_interest,
        paid_through_date=statement.paid_through,
        performance=performance,
        sources={"*": subject.source},
    )


def _facts(changes: Changes, subject: Subject) -> None:
    loan = changes.loan
    if loan is None:
        return
    changed = {asset.id for asset in changes.properties}
    if changes.loan_changed or any(key in changed for key in loan.property_ids):
        changes.events.append(loan_facts(loan, _behind(changes, subject, loan)))
        if changes.loan_changed:
            changes.events.append(terms_recorded(loan))


def _behind(changes: Changes, subject: Subject, loan: Loan) -> dict[str, Property]:
    changed = {asset.id: asset for asset in changes.properties}
    found = {key: changed.get(key) or subject.properties.get(key) for key in loan.property_ids}
    return {key: asset for key, asset in found.items() if asset is not None}


def _months(changes: Changes, subject: Subject, past: Derived, future: Derived) -> None:
    learnt = tuple(figures for month, figures in sorted(future.months.items()) if past.months.get(month) != figures)
    if learnt:
        changes.events.append(PeriodsRecorded(loan_id=subject.loan_id, periods=learnt))
    lost = tuple(sorted(past.months.keys() - future.months.keys()))
    if lost:
        changes.events.append(PeriodsWithdrawn(loan_id=subject.loan_id, months=lost))
