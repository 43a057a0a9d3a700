"""Schedules of floating loans: read what they rest on, compute them in a thread, tell them with how each is known."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from realinsights.loans.model.curves import FLAT, RateCurve, market_under
from realinsights.loans.model.fixing_revisions import Adjustment, adjustments, revisions_of
from realinsights.loans.model.floating_payoff import KnownRates, Rates
from realinsights.loans.model.floating_schedule import (
    FloatingPlan,
    floating_plan,
    floats,
    missing_in_words,
)
from realinsights.loans.model.index_names import index_label
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.plan import PeriodStanding
from realinsights.loans.model.principal_changes import balance_at
from realinsights.loans.model.terms_changes import dated_changes
from realinsights.loans.queries.curves import scenario_curve_of
from realinsights.loans.queries.fixings import fixings_between
from realinsights.loans.queries.floating_explained import explained_accrual, explained_adjustment, how_computed
from realinsights.loans.queries.floating_views import (
    FloatingPeriod,
    FloatingSchedule,
    MissingKind,
    MissingRate,
    PeriodAdjustment,
    PresentAccrual,
    rate_of_period,
    shown,
)
from realinsights.loans.queries.schedules import (
    BalanceOn,
    InstallmentView,
    LoanSchedule,
    ScheduleDraft,
    balance_of,
    how_not_computed,
    loan_of_draft,
    schedule_of,
)
from realinsights.loans.store import FIXING_YEARS
from realinsights_finance.money import shown_ratio
from realinsights_finance.rates import (
    Fixings,
    Market,
    MissingFixing,
    OutsideCurve,
    RateSpan,
)
from realinsights_finance.repayment import LifeRow
from realinsights_finance.schedule import total
from realinsights_platform.documents.port import Documents
from realinsights_platform.errors import Conflict

_DAY: Final = datetime.timedelta(days=1)
RATES_HEADER: Final = ("Standing", "Rate", "Known", "Index", "Index value", "Determined on", "Fixing of", "Bound by")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked of a schedule: on which day, under which scenario, moved by how many basis points."""

    business_date: datetime.date
    scenario: str = FLAT
    shift: int = 0
    explain: bool = False


async def schedule_on(documents: Documents, loan: Loan, question: Question) -> LoanSchedule:
    """Return a loan's schedule; of a floating one with past rates, present accrual and projected future.

    Raises `Invalid` for a scenario that is not there.
    """
    if not floats(loan):
        return schedule_of(loan)
    plan = floating_plan(loan)
    if isinstance(plan, Unscheduled) and dated_changes(loan):
        return schedule_of(loan)  # what was scheduled before the rate floated
    if isinstance(plan, Unscheduled):
        return LoanSchedule(
            loan_id=loan.id,
            number=loan.number,
            unscheduled=plan.reason,
            how_computed=how_not_computed(loan, plan),
        )
    curve = await scenario_curve_of(
        documents,
        org=loan.org,
        scenario=question.scenario,
        index=plan.index,
        business_date=question.business_date,
    )
    fixings = await _fixings(documents, loan.org, plan, question.business_date)
    return await asyncio.to_thread(floating_schedule, plan, fixings, curve, question)


async def schedule_of_draft(
    documents: Documents, draft: ScheduleDraft, question: Question, *, org: str
) -> LoanSchedule:
    """Return the schedule that a loan of these terms would have; raises `Invalid` naming every bad field of it."""
    loan = loan_of_draft(draft, org=org)
    if floats(loan):
        told = await schedule_on(documents, loan, question)
    else:
        # In a thread: a hundred years of installments take longer than others should wait.
        told = await asyncio.to_thread(schedule_of, loan)
    return msgspec.structs.replace(told, loan_id=None, number=draft.number)


async def known_rates(documents: Documents, loan: Loan, *, business_date: datetime.date) -> Rates:
    """Return the rates of a floating loan that are known on a business date."""
    plan = floating_plan(loan) if floats(loan) else None
    if plan is None or isinstance(plan, Unscheduled):
        return plan
    return KnownRates(plan, await _fixings(documents, loan.org, plan, business_date), business_date)


async def balance_on(documents: Documents, loan: Loan, *, on: datetime.date, business_date: datetime.date) -> BalanceOn:
    """Return what is owed on a date; of a floating loan by the fixings known on the business date."""
    told = balance_of(loan, on=on)
    plan = floating_plan(loan) if floats(loan) else None
    if plan is None or isinstance(plan, Unscheduled):
        return told
    fixings = await _fixings(documents, loan.org, plan, business_date)
    return await asyncio.to_thread(_balance, told, plan, fixings, on, business_date)


def floating_schedule(
    plan: FloatingPlan, fixings: Fixings, curve: RateCurve | None, question: Question
) -> LoanSchedule:
    """Return a floating loan's schedule as far as its rates are known."""
    loan, on = plan.loan, question.business_date
    market, projected = market_under(
        plan.market(fixings, business_date=on), plan.index, curve, shift=question.shift, business_date=on
    )
    rows, missing = plan.life(market)
    known = fixings.known_on(on)
    adjusted = {
        each.row.number: each for each in adjustments(plan, fixings, rows, on, late=revisions_of(plan, fixings, on))
    }
    present = plan.rate_on(market, on)
    present_rate = None if present is None else shown(present.rate)
    floating = FloatingSchedule(
        index=plan.index,
        index_name=index_label(plan.index),
        scenario=question.scenario if curve is None else curve.id,
        shift=question.shift,
        curve_as_of=None if projected is None else projected.as_of,
        curve_source=None if projected is None else projected.source or None,
        periods=tuple(_period(plan, row, on, known=known, adjusted=adjusted.get(row.number)) for row in rows),
        present_rate=present_rate,
        recorded_rate=loan.rate,
        rate_difference=None if present_rate is None else present_rate - loan.rate,
        accrual=_accrual(plan, market, rows, question),
        missing=None if missing is None else _missing(missing),
        adjustment=total(each.difference for each in adjusted.values()) if adjusted else None,
        adjustment_explained=explained_adjustment(plan, known, tuple(adjusted.values()))
        if adjusted and question.explain
        else None,
    )
    whole = missing is None
    return LoanSchedule(
        loan_id=loan.id,
        number=loan.number,
        unscheduled=None if missing is None else missing_in_words(missing, rows),
        due_at_maturity=rows[-1].payment if whole else None,
        balloon_principal=rows[-1].principal if whole else None,
        total_interest=total(row.interest for row in rows),
        total_principal=total(row.principal for row in rows),
        weighted_average_life_years=shown_ratio(plan.average_life(rows)) if whole else None,
        how_computed=how_computed(plan, floating),
        installments=tuple(map(_installment, rows)),
        floating=floating,
    )


def rate_rows(schedule: LoanSchedule) -> Iterator[tuple[Any, ...]]:
    """Yield the installments of a schedule; of a floating loan with what `RATES_HEADER` names behind each.

    Raises `Conflict` saying why there are none.
    """
    if schedule.unscheduled is not None and not schedule.installments:
        raise Conflict(f"Loan {schedule.number} has no schedule: {schedule.unscheduled}.")
    if schedule.floating is None:
        for row in schedule.installments:
            yield msgspec.structs.astuple(row)
        return
    for row, period in zip(schedule.installments, schedule.floating.periods, strict=True):
        last = period.rates[-1]
        reset = last.reset
        behind = (
            (None, None, None, None, None)
            if reset is None
            else (
                schedule.floating.index,
                reset.index_value,
                reset.determined_on,
                reset.fixing_on,
                reset.bound_by.value,
            )
        )
        yield (*msgspec.structs.astuple(row), period.standing.value, period.rate, period.known.value, *behind)


async def _fixings(documents: Documents, org: str, plan: FloatingPlan, business_date: datetime.date) -> Fixings:
    # A loan that starts in years to come is projected by what is known now.
    lately = datetime.date(max(business_date.year - 1, 1), 1, 1)
    return await fixings_between(
        lambda ids: documents.get_many(FIXING_YEARS, org, ids),
        sorted(plan.indices),
        first=min(plan.looks_back_to, lately),
        last=business_date,
    )


def _balance(
    told: BalanceOn, plan: FloatingPlan, fixings: Fixings, on: datetime.date, business_date: datetime.date
) -> BalanceOn:
    market = plan.market(fixings, business_date=business_date)
    rows, missing = plan.life(market)
    due = [row for row in rows if row.due_date <= on]
    reached = len(rows) > len(due) or missing is None or plan.of_stated_principal
    if not reached:
        return told
    balance = plan.owed_on(rows, on)
    if not balance:
        balance = due[-1].beginning_balance  # nobody has said that the last payment was made
    accrued = plan.accrued_on(market, balance, on)
    following = next((row for row in rows if row.due_date > on), None)
    return msgspec.structs.replace(
        told,
        balance=balance,
        accrued_interest=None if accrued is None else accrued[0],
        next_installment=None if following is None else _installment(following),
        unscheduled=None if missing is None else missing_in_words(missing, rows),
    )


def _period(
    plan: FloatingPlan, row: LifeRow, on: datetime.date, *, known: Fixings, adjusted: Adjustment | None
) -> FloatingPeriod:
    return FloatingPeriod(
        number=row.number,
        start=row.start,
        end=row.end,
        standing=plan.standing(row, on),
        known=row.known,
        rate=_average_rate(row.rates),
        rates=tuple(rate_of_period(span, known) for span in row.rates),
        adjustment=None
        if adjusted is None
        else PeriodAdjustment(
            former_rate=_average_rate(adjusted.former.rates),
            former_interest=adjusted.former.interest,
            difference=adjusted.difference,
        ),
    )


def _average_rate(spans: tuple[RateSpan, ...]) -> Decimal:
    """Return the average of rates by their days; of one rate that itself."""
    if len(spans) == 1:
        return shown(spans[0].rate)
    days = [(span.end - span.start).days for span in spans]
    return shown(sum((span.rate * count for span, count in zip(spans, days, strict=True)), Decimal(0)) / sum(days))


def _installment(row: LifeRow) -> InstallmentView:
    return InstallmentView(
        number=row.number,
        period_start=row.start,
        period_end=row.end,
        due_date=row.due_date,
        days=(row.end - row.start).days,
        beginning_balance=row.beginning_balance,
        interest=row.interest,
        principal=row.principal,
        payment=row.payment,
        ending_balance=row.ending_balance,
        capitalized=row.capitalized,
        curtailed=row.curtailed,
        drawn=row.drawn,
        unused_fee=row.unused_fee,
    )


def _accrual(
    plan: FloatingPlan, market: Market, rows: tuple[LifeRow, ...], question: Question
) -> PresentAccrual | None:
    on = question.business_date
    row = next((row for row in rows if plan.standing(row, on) is PeriodStanding.PRESENT), None)
    if row is None:
        return None
    balance = _accruing(plan, row, on)
    found = plan.accrued_on(market, balance, on)
    if found is None:
        return None
    interest, spans = found
    return PresentAccrual(
        on=on,
        since=row.start,
        balance=balance,
        interest=interest,
        rates=tuple(rate_of_period(span, market.fixings.known_on(on)) for span in spans),
        explained=explained_accrual(plan, market, row=row, balance=balance, spans=spans, interest=interest, on=on)
        if question.explain
        else None,
    )


def _accruing(plan: FloatingPlan, row: LifeRow, on: datetime.date) -> Decimal:
    """Return the balance on which a period accrues: as recorded where that is of its time, else as scheduled.

    One that pays interest only owes what was recorded until something else is, or principal changes on a stated day.
    """
    loan = plan.loan
    known = loan.balance_as_of <= on and (plan.of_stated_principal or loan.balance_as_of >= row.start)
    if known:
        return balance_at(loan.current_balance, plan.changes, of=loan.balance_as_of, on=on)
    return balance_at(row.beginning_balance, plan.changes, of=row.start - _DAY, on=on)


def _missing(missing: MissingFixing | OutsideCurve) -> MissingRate:
    kind = MissingKind.FIXING if isinstance(missing, MissingFixing) else MissingKind.CURVE
    return MissingRate(kind=kind, index=missing.index, on=missing.on)
