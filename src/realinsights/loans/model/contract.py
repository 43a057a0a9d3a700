"""The contract of a loan whose terms have changed: one schedule, each part by the terms of its time. Pure.

A part begins with the balance that the one before it leaves on the last day up to which that has charged interest. Its
amortization and its interest-only months are what is left of the whole: both count from the first payment. Interest of
the period in which terms change runs at each rate for its own days.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from realinsights.loans.model.loan import Loan, repays_nothing
from realinsights.loans.model.note_plan import is_planned, loan_plan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.terms_changes import agreements, dated_changes
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import add_months, months_between
from realinsights_finance.repayment import InvalidRepayment, LifeRow
from realinsights_finance.schedule import Installment, Schedule, schedule, weighted_average_life
from realinsights_finance.terms import InvalidTerms, LoanTerms, TermsProblem, interest
from realinsights_platform.errors import FieldError

_ZERO: Final = Decimal("0.00")
_DAY: Final = datetime.timedelta(days=1)

# The engine's field → ours on the wire.
_FIELDS = {
    "principal": "originalBalance",
    "rate": "rate",
    "start": "terms.interestStartDate",
    "first_payment": "terms.firstPaymentDate",
    "maturity": "maturityDate",
    "payment_day": "terms.paymentDay",
    "amortization_months": "terms.amortizationMonths",
    "interest_only_months": "terms.interestOnlyMonths",
    "amortization_from_closing": "terms.amortizationFromClosing",
    "payment": "terms.levelPayment",
    "business_day_rule": "terms.businessDayRule",
    "business_day_calendar": "terms.businessDayCalendar",
    "accrual_adjusted": "terms.accrualAdjusted",
    "rounding.daily_rate_decimals": "terms.dailyRateDecimals",
}


class _Beginning(NamedTuple):
    """The beginning of a part: how many installments came before it, and the balance and interest they left."""

    number: int
    months: int
    start: datetime.date
    balance: Decimal | None
    accrued: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the contract; `since` is the day from which it holds, None for the first.

    A loan that the plain schedule does not hold, with rates that are all stated, has a `plan` instead of a schedule.

    `agreed` is the loan by its terms. `terms` and `schedule` are those of what is left of it, as if that were a loan of
    its own of `principal`; without a schedule its principal is known as long as nothing is repaid. `begun` counts the
    installments before it, `months` those that they are for, and `accrued` is the interest of its first period up to
    `since`, by the terms before.
    """

    since: datetime.date | None
    agreed: Loan
    terms: LoanTerms | Unscheduled
    principal: Decimal | None
    schedule: Schedule | None = None
    begun: int = 0
    months: int = 0
    accrued: Decimal = _ZERO
    plan: LoanPlan | None = None

    @property
    def unscheduled(self) -> str | None:
        """Return why there is no schedule of it, None where there is one."""
        return self.terms.reason if isinstance(self.terms, Unscheduled) and self.plan is None else None

    def installments(self, until: datetime.date | None) -> Iterator[tuple[LoanTerms, Installment]]:
        """Yield the schedule's installments, with its terms, up to the day from which the next part holds."""
        if self.schedule is None:
            return
        for row in self.schedule.installments:
            if until is not None and row.period_end > until:
                return
            yield self.schedule.terms, row

    def rows(self, until: datetime.date | None) -> Iterator[Installment]:
        """Yield the same as installments of the contract: counted on, and the first with the interest before it."""
        if self.plan is not None:
            yield from (installment_of(row, self.plan.loan.terms.day_count) for row in self.plan.stated_life)
        for terms, row in self.installments(until):
            yield row if self.since is None else self._row(row, terms)

    def rate_on(self, on: datetime.date) -> Decimal | None:
        """Return the rate in force on a day on which the part holds; None where its schedule does not say it."""
        if self.plan is not None:
            return self.plan.stated_rate_on(min(on, self.plan.periods[-1].end - _DAY))
        return self.terms.rate if isinstance(self.terms, LoanTerms) else None

    def balance_on(self, on: datetime.date) -> Decimal | None:
        """Return the balance at the end of a day on which the part holds; None where it is not known."""
        if self.plan is not None:
            return self.plan.stated_balance_on(on)
        return self.schedule.balance_on(on) if self.schedule is not None else self.principal

    def accrued_on(self, on: datetime.date) -> Decimal | None:
        """Return the interest accrued and not yet due at the start of a day on which the part holds."""
        if self.plan is not None:
            return self.plan.stated_accrual_on(on)
        if self.schedule is None:
            return None
        terms = self.schedule.terms
        if self.since is None or self.since <= terms.start or terms.installments_due(on):
            return self.schedule.accrued_interest(on)
        return self.accrued + self._interest_since(terms, terms.period(1, on).fraction)

    def _row(self, row: Installment, terms: LoanTerms) -> Installment:
        due = row.interest
        if row.number == 1 and self.since is not None and self.since > terms.start:
            due = self.accrued + self._interest_since(terms, terms.period(1).fraction)
        return replace(row, number=row.number + self.begun, interest=due, payment=due + row.principal)

    def _interest_since(self, terms: LoanTerms, until: Fraction) -> Decimal:
        """Return the interest from `since` to where a fraction of a year has gone by since the period began."""
        return interest(terms.principal, terms.rate, until - terms.period(1, self.since).fraction)


@dataclass(frozen=True)  # without slots: it keeps its rows once they were asked for
class Contract:
    """The parts of a loan's contract, oldest first."""

    parts: tuple[Part, ...]

    @cached_property
    def rows(self) -> tuple[Installment, ...]:
        """Every installment that is known, each by the terms of its time."""
        return tuple(row for part in self.parts for row in part.rows(self.end_of(part)))

    def end_of(self, part: Part) -> datetime.date | None:
        """Return the day from which the part after this one holds; None where it is the last."""
        following = self.parts[self.parts.index(part) + 1 :]
        return following[0].since if following else None

    def part_on(self, on: datetime.date) -> Part:
        """Return the part that holds on a day."""
        return [part for part in self.parts if part.since is None or part.since <= on][-1]

    def weighted_average_life(self) -> Decimal:
        """Return the years until the average dollar of principal is repaid, from the start of the first part."""
        return weighted_average_life(
            installment for part in self.parts for installment in part.installments(self.end_of(part))
        )

    def next_due(self, on: datetime.date) -> Installment | None:
        """Return the first installment due after a day; None where there is none, or it is not known."""
        return next((row for row in self.rows if row.due_date > on), None)


def contract_of(loan: Loan) -> Contract:
    """Return the loan's contract; raises `InvalidTerms` for terms that no loan can have."""
    if is_planned(loan):
        return Contract((_planned_part(loan),))
    parts: list[Part] = []
    for since, agreed in agreements(loan):
        terms = finance_terms(agreed)
        if since is None:
            parts.append(_part(since, agreed, terms, _Beginning(0, 0, loan.origination_date, loan.original_balance)))
            continue
        beginning = _beginning(parts[-1], since)
        if isinstance(terms, LoanTerms):
            terms = (
                _continued(terms, beginning, beginning.balance, since)
                if beginning.balance is not None
                else Unscheduled(f"what was owed on {since}, when its terms changed, is not known")
            )
        parts.append(_part(since, agreed, terms, beginning))
    return Contract(tuple(parts))


def _planned_part(loan: Loan) -> Part:
    plan = loan_plan(loan)
    if isinstance(plan, Unscheduled):
        return Part(None, loan, plan, loan.original_balance if repays_nothing(loan) else None)
    return Part(None, loan, finance_terms(loan), loan.original_balance, plan=plan)


def installment_of(row: LifeRow, day_count: DayCount) -> Installment:
    """Return a period of a loan's life as an installment."""
    return Installment(
        number=row.number,
        period_start=row.start,
        period_end=row.end,
        due_date=row.due_date,
        days=day_count.days(row.start, row.end),
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


def _part(since: datetime.date | None, agreed: Loan, terms: LoanTerms | Unscheduled, begun: _Beginning) -> Part:
    return Part(
        since=since,
        agreed=agreed,
        terms=terms,
        principal=begun.balance if isinstance(terms, LoanTerms) or repays_nothing(agreed) else None,
        schedule=_known_schedule(terms) if isinstance(terms, LoanTerms) else None,
        begun=begun.number,
        months=begun.months,
        accrued=begun.accrued,
    )


@lru_cache(maxsize=64)
def _known_schedule(terms: LoanTerms) -> Schedule:
    # Checking a loan, its debt service, its months and what falls due ask for the same ones.
    return schedule(terms)


def _beginning(part: Part, since: datetime.date) -> _Beginning:
    """Return where a part begins that follows another one."""
    if part.schedule is None:
        first = part.agreed.terms.first_payment_date or part.agreed.origination_date
        months = max(0, months_between(first, since))
        return _Beginning(part.begun, part.months + months, since, part.principal)
    terms = part.schedule.terms
    charged = [row for row in part.schedule.installments if row.period_end <= since]
    start = charged[-1].period_end if charged else terms.start
    balance = charged[-1].ending_balance if charged else terms.principal
    if not balance:
        raise InvalidTerms((TermsProblem("maturity", f"the loan is repaid by {since}: no term of it can change then"),))
    months = part.months + len(charged) * terms.frequency.months
    return _Beginning(part.begun + len(charged), months, start, balance, part.accrued_on(since) or _ZERO)


def _continued(terms: LoanTerms, beginning: _Beginning, balance: Decimal, since: datetime.date) -> LoanTerms:
    """Return what is left of new terms for a loan that has run until `since`."""
    interest_only = max(0, terms.interest_only_months - beginning.months)
    amortized = beginning.months
    if not terms.amortization_from_closing:
        amortized = max(0, beginning.months - terms.interest_only_months)
    months = terms.amortization_months
    if months is not None and months <= amortized:
        raise InvalidTerms(
            (TermsProblem("amortization_months", f"{amortized} months of it are over by {since}: state more"),)
        )
    first = terms.first_payment
    step = 0
    while first <= since:
        step += terms.frequency.months
        first = add_months(terms.first_payment, step, day=terms.due_day)
    return replace(
        terms,
        principal=balance,
        start=beginning.start,
        first_payment=first,
        payment_day=terms.due_day,
        amortization_months=None if months is None else months - amortized,
        interest_only_months=interest_only,
    )


def terms_problems(loan: Loan) -> tuple[FieldError, ...]:
    """Return what the schedule engine has against the loan's terms, by our fields."""
    try:
        if is_planned(loan):
            loan_plan(loan)
        elif dated_changes(loan):
            contract_of(loan)
        else:
            finance_terms(loan)
    except InvalidTerms as invalid:
        return tuple(FieldError(_FIELDS.get(problem.field, "terms"), problem.message) for problem in invalid.problems)
    except InvalidRepayment as invalid:
        return (FieldError("terms", str(invalid)),)
    return ()
