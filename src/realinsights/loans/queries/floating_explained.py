"""Explanations of floating schedules and present accruals: in words, and as data that can be computed again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from realinsights.contracts.explained import Explanation, explanation_of
from realinsights.loans.model.curves import FLAT
from realinsights.loans.model.fixing_revisions import Adjustment
from realinsights.loans.model.floating_schedule import FloatingPlan
from realinsights.loans.model.plan_words import plan_words
from realinsights.loans.model.quantities import tidy
from realinsights.loans.model.terms import FloatingTerms
from realinsights.loans.queries.floating_views import FloatingSchedule
from realinsights.loans.queries.schedules import HowComputed, ScheduleTerm, ignored_in_words
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.rates import Fixings, InArrears, Market, RateSpan, all_in_rate, rate_in_arrears
from realinsights_finance.rates import FloatingTerms as RateTerms
from realinsights_finance.repayment import LifeRow


def explained_accrual(
    plan: FloatingPlan,
    market: Market,
    *,
    row: LifeRow,
    balance: Decimal,
    spans: tuple[RateSpan, ...],
    interest: Decimal,
    on: datetime.date,
) -> Explanation:
    """Return how the interest of a period up to a day came about."""
    day_count = plan.loan.terms.day_count
    trace = Trace()
    changes = [change for change in plan.changes if row.start <= change.on < on]
    parts = ", part by part where the balance changes" if changes else ""
    trace.says(
        f"balance x sum of (rate x fraction of a year){parts}",
        convention=f"{day_count.value} from {row.start} to {on}",
        rounding=f"to the cent, once: {plan.loan.terms.interest_rounding.value}",
    )
    trace.input("balance", balance, Unit.DOLLARS)
    for change in changes:
        trace.input(f"changed on {change.on} by", change.amount, Unit.DOLLARS)
    for span in spans:
        terms = plan.terms_on(span.start)
        if terms is not None and span.reset is not None:
            if isinstance(terms.resets, InArrears):
                ends = (leg.since for leg in plan.legs if span.start < leg.since < row.end)
                _explain_arrears(trace, market, terms, start=span.start, end=next(ends, row.end), until=on)
            all_in_rate(terms, span.reset.all_in.index, trace=trace)
            trace.step(f"index read on {span.reset.determined_on}", span.reset.all_in.index, Unit.FRACTION)
        trace.step(f"rate from {span.start} to {span.end}", span.rate, Unit.FRACTION)
        trace.step(
            f"fraction of a year from {span.start} to {span.end}", day_count.fraction(span.start, span.end), Unit.YEARS
        )
    trace.step("interest", interest, Unit.DOLLARS)
    return explanation_of(trace)


def explained_adjustment(plan: FloatingPlan, known: Fixings, adjusted: Sequence[Adjustment]) -> Explanation:
    """Return how the difference came about that revised fixings make of the interest of periods past."""
    trace = Trace()
    trace.says(
        "sum of (interest at the fixings known now - interest at those known when it was due), on the same balance",
        convention=plan.loan.terms.day_count.value,
        rounding="each interest as the loan rounds it",
    )
    for each in adjusted:
        row, former = each.row, each.former
        for fixing in dict.fromkeys(fixing for span in row.rates if span.reset for fixing in span.reset.read):
            for value in known.revisions(fixing.index, fixing.on) if fixing.revision else ():
                trace.input(f"fixing of {value.on}, known from {value.known_from}", tidy(value.value), Unit.FRACTION)
        trace.input(f"balance of {row.due_date}", row.beginning_balance, Unit.DOLLARS)
        trace.step(f"interest due {row.due_date}", row.interest, Unit.DOLLARS)
        trace.step(f"interest due {row.due_date} as known then", former.interest, Unit.DOLLARS)
        trace.step(f"difference of {row.due_date}", each.difference, Unit.DOLLARS)
    trace.step("adjustment", sum((each.difference for each in adjusted), Decimal(0)), Unit.DOLLARS)
    return explanation_of(trace)


def _explain_arrears(
    trace: Trace,
    market: Market,
    terms: RateTerms,
    *,
    start: datetime.date,
    end: datetime.date,
    until: datetime.date,
) -> None:
    convention = terms.resets
    if isinstance(convention, InArrears):
        rate_in_arrears(
            start,
            end,
            convention,
            lambda day: market.read(terms.index, day, starts=day, carry_days=terms.carry_days).value,
            until=until,
            trace=trace,
        )


def how_computed(plan: FloatingPlan, told: FloatingSchedule) -> HowComputed:
    """Return in words how a floating schedule is computed, and from what."""
    loan = plan.loan
    terms, floating = loan.terms, loan.terms.floating
    projected = (
        "by the last fixing"
        if told.scenario == FLAT
        else f"by the curve as of {told.curve_as_of}{f' of {told.curve_source}' if told.curve_source else ''}"
    )
    words = plan_words(plan)
    moved = f", moved by {told.shift} basis points" if told.shift else ""
    moves = terms.business_day_rule.value
    adjusted = "; interest runs to the moved day" if terms.accrual_adjusted else ""
    return HowComputed(
        level_payment=words.payment,
        interest="beginning balance x rate x fraction of a year, part by part of a period, added up\n"
        "rate = min(max(max(rounded index, index floor) + spread + adjustment, rate floor), ceiling)\n"
        f"what is not fixed yet is projected {projected}{moved}",
        principal=words.principal,
        maturity="the last installment pays all that is left",
        rounding=f"interest to the cent, once a period: {terms.interest_rounding.value}",
        day_count=terms.day_count.value,
        business_days=f"{moves}{adjusted}",
        inputs=() if floating is None else tuple(_stated(floating)),
        assumed=plan.assumed,
        ignored=tuple(term for term in ignored_in_words(loan) if not term.name.startswith("terms.floating.")),
    )


def _stated(floating: FloatingTerms) -> Iterator[ScheduleTerm]:
    for field in msgspec.structs.fields(FloatingTerms):
        value = getattr(floating, field.name)
        if value is None or value is False:
            continue
        yield ScheduleTerm(name=f"terms.floating.{field.encode_name}", value=str(value))
