"""Words of a plan: how interest and principal of stated rates are computed, and from what. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.principal_changes import redraws
from realinsights.loans.model.terms import NoteTerms
from realinsights_finance.repayment import (
    Capitalizing,
    FixedPrincipal,
    HyperAmortization,
    LevelPayment,
    PrincipalSchedule,
    Repayment,
)

_EACH_ALONE = "none: principal and interest are each due on their own"
_INTEREST = "beginning balance x rate x fraction of a year"
_INTEREST_IN_ADVANCE = "what the installment leaves x rate x fraction of a year, paid as the period begins"
_LAST = "the last installment pays all that is left"


class PlanWords(NamedTuple):
    """The level payment, the interest, the principal and the end of a plan in words, and its inputs by name."""

    payment: str
    interest: str
    principal: str
    maturity: str
    inputs: tuple[tuple[str, str], ...]


def plan_words(plan: LoanPlan) -> PlanWords:
    """Return how a plan with stated rates is computed."""
    changes = len(plan.legs) > 1
    maturity = "what the last installment leaves is paid at maturity" if plan.in_advance else _LAST
    basis = _INTEREST_IN_ADVANCE if plan.in_advance else _INTEREST
    interest = f"{basis}; where the rate changes within a period, part by part, added up" if changes else basis
    if plan.changes and not plan.in_advance and not changes:
        interest = f"{basis}; where principal changes within a period, part by part, added up"
    payment, principal = _repayment(plan)
    terms, levels = plan.loan.terms, plan.repayment
    if isinstance(levels.before if isinstance(levels, HyperAmortization) else levels, LevelPayment):
        if any(change.resets and change.amount < 0 for change in plan.changes):
            payment += "; computed anew over what is left of the amortization after a partial prepayment that says so"
        if terms.draws and redraws(terms):
            payment += "; computed anew over what is left of the amortization after each draw"
    if terms.unused_fee_rate:
        interest += f"; with it a fee of {terms.unused_fee_rate} a year on what of the commitment was never drawn"
    return PlanWords(payment, interest, principal, maturity, tuple(_inputs(plan)))


def _repayment(plan: LoanPlan) -> tuple[str, str]:
    rule = plan.repayment
    if isinstance(rule, HyperAmortization):
        payment, principal = _regular(plan, rule.before)
        cash = f"after {rule.anticipated_on} what {rule.cash[0]:,} leaves after interest, if that is more"
        return payment, f"{principal}; {cash}"
    if isinstance(rule, FixedPrincipal):
        return _EACH_ALONE, f"{rule.amount:,} with each installment{_since(rule.interest_only)}"
    if isinstance(rule, Capitalizing):
        return _capitalizing(rule)
    if isinstance(rule, PrincipalSchedule):
        return _EACH_ALONE, "what the note lists for the day of the installment"
    return _regular(plan, rule)


def _capitalizing(rule: Capitalizing) -> tuple[str, str]:
    paid = "none: interest is added to what is owed"
    if rule.pay_rate:
        paid = f"none: interest is paid at {rule.pay_rate} a year, and the rest of it is added to what is owed"
    if rule.payment:
        paid = f"none: {rule.payment:,} is paid, and the interest that is more is added to what is owed"
    if rule.limit is not None:
        paid += f", up to {rule.limit} x the original balance; from then on it is paid"
    return paid, "what a payment leaves after interest, else none before maturity" if rule.payment else (
        "none before maturity"
    )


def _regular(plan: LoanPlan, rule: Repayment) -> tuple[str, str]:
    terms = plan.loan.terms
    if isinstance(rule, LevelPayment):
        payment = f"computed at each reset over what is left of {terms.amortization_months} months"
        if not rule.reamortizes:
            payment = f"{rule.payment:,}, computed at the note's rate over {terms.amortization_months} months"
        if terms.level_payment is not None:
            payment = f"{terms.level_payment:,}, as the note states it"
        return payment, f"level payment - interest, never below zero{_since(rule.interest_only)}"
    return "interest only", "none before maturity"


def _since(interest_only: int) -> str:
    return f", from installment {interest_only + 1} on" if interest_only else ""


def _inputs(plan: LoanPlan) -> Iterator[tuple[str, str]]:
    loan = plan.loan
    yield "originalBalance", f"{loan.original_balance:,}"
    for leg in plan.legs:
        yield f"rate from {leg.since}", str(leg.rate)
    yield "interest from", str(plan.start)
    yield "first payment", str(plan.due_dates[0])
    yield "maturity", str(plan.periods[-1].end)
    yield "terms.frequency", loan.terms.frequency.value
    if plan.in_advance:
        yield "terms.paymentsInAdvance", "true"
    if loan.terms.fixed_principal is not None:
        yield "terms.fixedPrincipal", f"{loan.terms.fixed_principal:,}"
    if loan.terms.cash_after_anticipated_repayment is not None:
        yield "anticipatedRepaymentDate", str(loan.anticipated_repayment_date)
        yield "terms.cashAfterAnticipatedRepayment", f"{loan.terms.cash_after_anticipated_repayment:,}"
    if loan.terms.pay_rate is not None:
        yield "terms.payRate", str(loan.terms.pay_rate)
    if loan.terms.capitalizing_payment is not None:
        yield "terms.capitalizingPayment", f"{loan.terms.capitalizing_payment:,}"
    if loan.terms.capitalization_limit is not None:
        yield "terms.capitalizationLimit", str(loan.terms.capitalization_limit)
    if loan.terms.scheduled_principal:
        yield "terms.scheduledPrincipal", f"{len(loan.terms.scheduled_principal)} stated"
    yield from _changes(loan.terms)


def _changes(terms: NoteTerms) -> Iterator[tuple[str, str]]:
    if terms.commitment is not None:
        yield "terms.commitment", f"{terms.commitment:,}"
    if terms.unused_fee_rate is not None:
        day_count = terms.unused_fee_day_count or terms.day_count
        yield "terms.unusedFeeRate", f"{terms.unused_fee_rate}, {day_count.value}"
    for draw in terms.draws:
        yield f"drawn on {draw.drawn_on}", f"{draw.amount:,}"
    for each in terms.curtailments:
        yield f"curtailed on {each.paid_on}", f"{each.amount:,}, {each.effect.value}"
