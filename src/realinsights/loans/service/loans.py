"""Use cases of loans: create, replace and delete one."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from realinsights.contracts.loans import LoanDeleted, PeriodFigures, PeriodsRecorded, PeriodsWithdrawn
from realinsights.loans.model.loan import Loan, LoanDraft, draft_of, loan_of
from realinsights.loans.model.loan_rules import valid_loan
from realinsights.loans.model.period import ReportedPeriod, month_of
from realinsights.loans.model.property import Property
from realinsights.loans.model.terms_changes import UNDATED, Dating, with_change
from realinsights.loans.model.terms_told import terms_recorded
from realinsights.loans.service.facts import behind_months, ends_from, loan_facts, months_of_schedule, scheduled_months
from realinsights.loans.service.floating_past import FloatingPast, at_present_rate, floating_pasts, recorded
from realinsights.loans.service.patching import NOTHING_KEPT, patched, refuse_other
from realinsights.loans.service.references import properties_behind, referenced_properties
from realinsights.loans.service.telling import performance_recorded
from realinsights.loans.store import LOANS, PERIODS, STATEMENTS
from realinsights_platform.documents.port import Between, Equal, Order, Unit
from realinsights_platform.documents.versions import ANY_VERSION, current
from realinsights_platform.ids import new_id

_PAGE = 1000

Versions = Mapping[str, Sequence[tuple[datetime.date, Loan]]]
NO_VERSIONS: Versions = MappingProxyType({})


async def create_loan(*, unit: Unit, draft: LoanDraft) -> Loan:
    """Create a loan; tell readers its figures, and its months so far by its own schedule.

    Raises `Invalid` naming every bad field. A number in use already is a `Conflict` at commit.
    """
    loan = valid_loan(loan_of(draft, loan_id=new_id(), org=unit.org), business_date=unit.business_date)
    properties = await referenced_properties(unit, loan)
    return await record_new(unit, loan, properties)


async def update_loan(
    *,
    unit: Unit,
    loan_id: str,
    draft: LoanDraft,
    expected_version: int,
    kept: Mapping[str, Any] = NOTHING_KEPT,
    dating: Dating = UNDATED,
) -> Loan:
    """Replace what a person may say about a loan; what a tape said stays, and what is `kept` may not differ.

    Raises `Stale` where the loan is of another version, `Invalid` naming every bad field, a changed term included that
    `dating` does not date.
    """
    before = await current(unit, LOANS, loan_id, expected_version=expected_version)
    refuse_other(before, kept)
    return await replace_loan(unit, before, draft, dating)


async def patch_loan(
    *, unit: Unit, loan_id: str, changes: Mapping[str, Any], expected_version: int, dating: Dating = UNDATED
) -> Loan:
    """Change some of what a person may say about a loan, by a JSON merge patch; raises as `update_loan` does."""
    before = await current(unit, LOANS, loan_id, expected_version=expected_version)
    return await replace_loan(unit, before, patched(before, changes, LoanDraft), dating)


async def return_to(*, unit: Unit, loan_id: str, old: Loan) -> Loan:
    """Make a loan again what a person had said of it, as it was then, its changes of terms included."""
    before = await current(unit, LOANS, loan_id, expected_version=ANY_VERSION)
    loan = loan_of(draft_of(old), loan_id=before.id, org=unit.org, before=before)
    loan = msgspec.structs.replace(loan, terms_changes=old.terms_changes)
    return await _store(unit, before, valid_loan(loan, business_date=unit.business_date, before=before), since=None)


async def delete_loan(*, unit: Unit, loan_id: str, expected_version: int) -> None:
    """Delete a loan and what was reported of it."""
    loan = await current(unit, LOANS, loan_id, expected_version=expected_version)
    for period in await reported_periods(unit, loan_id):
        unit.delete(PERIODS, period)
    unit.delete(LOANS, loan)
    unit.emit(LoanDeleted(loan_id=loan_id))


async def record_again(
    *,
    unit: Unit,
    loans: Sequence[Loan],
    months: bool,
    tells: Callable[[PeriodFigures], bool] = lambda _: True,
    versions: Versions = NO_VERSIONS,
) -> None:
    """Tell readers the figures of loans anew, because something behind them changed; `months`: the past ones too.

    Of those only what `tells` says, with what the `versions` of a floating loan, by its id, say of each. Where fixings
    do not tell a floating loan's rate, it has the last one that they tell.
    """
    properties = await properties_behind(unit, loans)
    pasts = await floating_pasts(unit, loans)
    for loan in loans:
        past = pasts.get(loan.id)
        if past is not None and loan.id in versions:
            past = dataclasses.replace(past, recorded=recorded(versions[loan.id]))
        unit.expect(LOANS, loan)
        present = await asyncio.to_thread(at_present_rate, loan, past, on=unit.business_date, or_before=True)
        unit.emit(loan_facts(present, properties))
        if months and loan.deal is None:
            # In a thread: a schedule takes milliseconds, and other requests have their turn.
            told = await asyncio.to_thread(scheduled_months, loan, properties, until=unit.business_date, past=past)
            _emit_months(unit, loan, list(filter(tells, told)))


async def reported_periods(unit: Unit, loan_id: str) -> tuple[ReportedPeriod, ...]:
    """Return every reported period of a loan, oldest first."""
    periods: list[ReportedPeriod] = []
    since: datetime.date | None = None
    while True:
        page = await unit.find(
            PERIODS,
            Equal("loan_id", loan_id),
            Between("period_end", at_least=since),
            order=Order("period_end"),
            limit=_PAGE,
        )
        periods += page
        if len(page) < _PAGE:
            return tuple(periods)
        since = page[-1].period_end + datetime.timedelta(days=1)


async def record_new(unit: Unit, loan: Loan, properties: Mapping[str, Property]) -> Loan:
    """Store a loan that is valid, and whose references are seen to exist; tell its figures and its months so far."""
    stored = unit.put(LOANS, loan)
    past = (await floating_pasts(unit, [stored])).get(stored.id)
    unit.emit(loan_facts(at_present_rate(stored, past, on=unit.business_date), properties))
    unit.emit(terms_recorded(stored))
    if stored.deal is None:
        _emit_months(unit, stored, await _months_so_far(stored, properties, until=unit.business_date, past=past))
    return stored


async def replace_loan(unit: Unit, before: Loan, draft: LoanDraft, dating: Dating) -> Loan:
    """Replace what a person may say about a loan that was read before; raises `Invalid` as `update_loan` does."""
    business_date = unit.business_date
    loan = loan_of(draft, loan_id=before.id, org=unit.org, before=before)
    # Judged first as if it had always been so: what is wrong in itself is said before it is asked since when.
    loan = valid_loan(
        msgspec.structs.replace(loan, terms_changes=()) if loan.terms_changes else loan,
        business_date=business_date,
        before=before,
    )
    loan = with_change(loan, before, dating, business_date=business_date)
    if loan.terms_changes:
        loan = valid_loan(loan, business_date=business_date, before=before)
    return await _store(unit, before, loan, since=dating.effective_on)


async def _store(unit: Unit, before: Loan, loan: Loan, *, since: datetime.date | None) -> Loan:
    """Store a changed loan and tell its figures and months; those that had ended before `since` stay as they are."""
    if loan == before:
        return before
    properties = await referenced_properties(unit, loan)
    stored = unit.put(LOANS, loan)
    past = (await floating_pasts(unit, [stored])).get(stored.id)
    unit.emit(loan_facts(at_present_rate(stored, past, on=unit.business_date), properties))
    terms = terms_recorded(stored)
    if terms != terms_recorded(before):
        unit.emit(terms)
    # A tape's loan has its past from the servicer; months that nobody reported keep what they had.
    if loan.deal is None:
        until = unit.business_date
        if behind_months(before, until=until) != behind_months(stored, until=until):
            if past is not None:
                past = dataclasses.replace(past, recorded=recorded(((until, before), (until, stored))))
            months = await _months_so_far(stored, properties, until=until, past=past)
            former = (await floating_pasts(unit, [before])).get(before.id)
            earlier = months_of_schedule(before, until=until, past=former)
            if since is not None:
                months = tuple(figures for figures in months if ends_from(figures.month, since))
                earlier = [month for month in earlier if ends_from(month, since)]
            await _withdraw_dropped_months(unit, before.id, earlier, months)
            _emit_months(unit, stored, months)
    if before.statement_basis != stored.statement_basis:
        statements = await unit.find(STATEMENTS, Equal("loan_id", stored.id), limit=_PAGE)
        unit.emit(performance_recorded(stored, properties, statements))
    return stored


async def _months_so_far(
    loan: Loan, properties: Mapping[str, Property], *, until: datetime.date, past: FloatingPast | None
) -> tuple[PeriodFigures, ...]:
    """Return a loan's scheduled months; those of a floating one, which take longer, in a thread."""
    if past is None:
        return scheduled_months(loan, properties, until=until)
    return await asyncio.to_thread(scheduled_months, loan, properties, until=until, past=past)


async def _withdraw_dropped_months(
    unit: Unit, loan_id: str, earlier: Sequence[datetime.date], months: Sequence[PeriodFigures]
) -> None:
    dropped = set(earlier) - {figures.month for figures in months}
    if not dropped:
        return
    dropped -= {month_of(period.period_end) for period in await reported_periods(unit, loan_id)}
    if dropped:
        unit.emit(PeriodsWithdrawn(loan_id=loan_id, months=tuple(sorted(dropped))))


def _emit_months(unit: Unit, loan: Loan, months: Sequence[PeriodFigures]) -> None:
    if months:
        unit.emit(PeriodsRecorded(loan_id=loan.id, periods=tuple(months)))
