"""Coming flows: what falls due of a loan from a business date on, by its own schedule and its recorded balance. Pure.

Of a fixed rate each payment follows from the terms. Of a floating one the interest of a period whose rate is not known
yet is projected. A loan is either known in every month that is asked for, or there is a reason why it is not.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.curves import RateCurve, market_under
from realinsights.loans.model.falling_due import MaturityKind, expected_maturity
from realinsights.loans.model.floating_schedule import FloatingPlan, floating_plan, floats, missing_in_words
from realinsights.loans.model.loan import Loan, of_stated_principal
from realinsights.loans.model.note_plan import is_planned, loan_plan
from realinsights.loans.model.payment_schedule import Unscheduled, contractual_dates
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.rolling_forward import MODIFIED, OTHER_MATURITY, Coming, coming_terms, past_maturity
from realinsights_finance.credit.figures import nearest_cents
from realinsights_finance.due_dates import add_months
from realinsights_finance.portfolio import CashFlow, cash_flows_until
from realinsights_finance.rates import Fixings
from realinsights_finance.rates.paths import Known
from realinsights_finance.repayment import LifeRow

_DAY: Final = datetime.timedelta(days=1)
_ALL: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Window:
    """Some months, the first that of the business date, counted from that day on."""

    start: datetime.date
    months: int

    @property
    def last(self) -> datetime.date:
        """Return the last day."""
        return add_months(self.start.replace(day=1), self.months) - _DAY


@dataclass(frozen=True, slots=True)
class ComingPeriods:
    """What is left of a loan by its plan: its periods up to the first that is due after the window, with their plan.

    `within` of them are due in the window or before it. Of payments in advance the plan is the whole one, of which so
    many are `paid`.
    """

    plan: LoanPlan
    within: int
    paid: int = 0


ComingSchedule = Coming | ComingPeriods | Unscheduled


def coming_schedule(loan: Loan, window: Window) -> ComingSchedule:
    """Return what the coming flows of a loan follow from, or why they are not known."""
    if loan.balance_as_of > window.start:
        return Unscheduled(f"its balance is recorded as of {loan.balance_as_of}, after the business date")
    expected = expected_maturity(loan, on=window.start)
    until = expected.date
    if expected.kind is MaturityKind.EXTENDED and not of_stated_principal(loan):
        until = loan.maturity_date
        if until <= window.last:
            return Unscheduled(f"what it repays after its first maturity, on {until}, is not known: it was extended")
    if not floats(loan) and not is_planned(loan):
        return _fixed(loan, until, window)
    floating = _planned(loan, until, window)
    if isinstance(floating, Unscheduled) and loan.rate_type is RateType.FIXED and not is_planned(loan):
        return _fixed(loan, until, window)  # it floated only before
    return floating


def coming_flows(
    loan: Loan, coming: Coming | ComingPeriods, window: Window, *, fixings: Fixings, curve: RateCurve | None, shift: int
) -> tuple[CashFlow, ...] | Unscheduled:
    """Return what falls due of a loan in a window, its interest as far as it is not known under a curve.

    Without a curve the last fixing stands. `shift` is in basis points.
    """
    if isinstance(coming, Coming):
        flows = tuple(cash_flows_until(coming.terms, window.last))
        if coming.first_interest is not None and flows:
            flows = (replace(flows[0], interest=coming.first_interest), *flows[1:])
        return tuple(flow for flow in flows if flow.on >= window.start)
    plan = coming.plan
    market = plan.market(fixings, business_date=window.start)
    if isinstance(plan, FloatingPlan):
        market, _ = market_under(market, plan.index, curve, shift=shift, business_date=window.start)
    rows, missing = plan.life_from(market, loan.current_balance, after=coming.paid, of=loan.balance_as_of)
    if plan.in_advance:
        return tuple(_in_advance(row) for row in rows if window.start <= row.due_date <= window.last)
    if missing is not None and len(rows) < coming.within:
        return Unscheduled(missing_in_words(missing, rows))
    last = plan.periods[-1].number
    ends = coming.within == len(plan.periods)
    due = [
        CashFlow(
            on=row.due_date,
            interest=row.interest - row.capitalized,
            principal=_NOTHING if ends and row.number == last else row.principal,
            balloon=row.principal if ends and row.number == last else _NOTHING,
            projected=row.known is Known.PROJECTED,
        )
        for row in rows[: coming.within]
        if row.due_date >= window.start
    ]
    return tuple(sorted((*due, *_curtailed(plan, rows, window)), key=lambda flow: flow.on))


def _curtailed(plan: LoanPlan, rows: Sequence[LifeRow], window: Window) -> Iterator[CashFlow]:
    """Yield the principal that is prepaid in a window after the day of the recorded balance."""
    first = max(window.start, plan.loan.balance_as_of + _DAY)
    for row in rows:
        left = row.curtailed
        for each in plan.loan.terms.curtailments if left else ():
            if row.start <= each.paid_on < row.end:
                amount = min(each.amount, left)
                left -= amount
                if amount and first <= each.paid_on <= window.last:
                    yield CashFlow(on=each.paid_on, principal=amount)


def _in_advance(row: LifeRow) -> CashFlow:
    principal, balloon = (_NOTHING, row.principal) if row.at_maturity else (row.principal, _NOTHING)
    return CashFlow(on=row.due_date, interest=row.interest, principal=principal, balloon=balloon, projected=False)


def part_of(flows: Sequence[CashFlow], part: Fraction) -> tuple[CashFlow, ...]:
    """Return a part of flows, each amount half up to the cent."""
    if part == _ALL:
        return tuple(flows)
    return tuple(
        replace(
            flow,
            interest=nearest_cents(part * Fraction(flow.interest)),
            principal=nearest_cents(part * Fraction(flow.principal)),
            balloon=nearest_cents(part * Fraction(flow.balloon)),
        )
        for flow in flows
    )


_NOTHING: Final = Decimal("0.00")


def _fixed(loan: Loan, until: datetime.date, window: Window) -> Coming | Unscheduled:
    coming = coming_terms(loan, until=until)
    if isinstance(coming, Unscheduled):
        return coming
    repaid = coming.terms.due_date(coming.terms.periods)
    return past_maturity(until) if repaid < window.start else coming


def _planned(loan: Loan, until: datetime.date, window: Window) -> ComingPeriods | Unscheduled:
    if loan.modified:
        return MODIFIED
    if contractual_dates(loan)[1] != loan.maturity_date:
        return OTHER_MATURITY
    repaid = _repaid_on(loan, until)
    plan = loan_plan(repaid) if is_planned(loan) else floating_plan(repaid)
    if isinstance(plan, Unscheduled):
        return plan
    periods = plan.periods
    if periods[-1].payment_date < window.start or plan.repaid_by(loan.balance_as_of):
        return past_maturity(until)
    paid, due = plan.paid_by(loan.balance_as_of), plan.paid_by(window.last)
    if plan.in_advance:
        return ComingPeriods(plan, due - paid, paid)
    # One period more than is asked for: the last one of a plan repays the loan.
    left = periods[paid : due + 1]
    left_of_plan = replace(plan, start=left[0].start, periods=left, repayment=plan.repayment_after(paid))
    return ComingPeriods(left_of_plan, due - paid)


def _repaid_on(loan: Loan, until: datetime.date) -> Loan:
    """Return the loan with another maturity."""
    if until == loan.maturity_date:
        return loan
    original = loan.original
    if original is not None:
        original = msgspec.structs.replace(original, maturity_date=until)
    return msgspec.structs.replace(loan, maturity_date=until, original=original)
