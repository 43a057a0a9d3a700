"""Reported periods of floating loans beside what their terms make of fixings, else of rates that tapes report. Pure.

Installments follow each other from the closing on. One whose rate no fixing tells is at the rate that the tape reports
of its period. Where neither is known, what is owed after it is not either, unless nothing is repaid: then the next one
begins with the balance that the tape reports.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.computed_periods import NOTHING, Computed, rate_allowance
from realinsights.loans.model.fixing_revisions import adjustments, revisions_of
from realinsights.loans.model.fixings import FixingYear, library_fixings
from realinsights.loans.model.floating_schedule import FloatingPlan, floating_plan, floats, missing_in_words
from realinsights.loans.model.index_names import index_code
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, contractual_dates, schedule_dates
from realinsights.loans.model.plan import Leg
from realinsights.loans.model.published_averages import AVERAGES
from realinsights.loans.model.quantities import tidy
from realinsights.loans.model.reconciliation import (
    PeriodReconciliation,
    RateBasis,
    ReconciledFigure,
    compared,
    departures,
    follows,
)
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.business_days import FIRST_YEAR
from realinsights_finance.rates import Fixing, Fixings, Index, Market, MissingFixing, OutsideCurve, RateSpan
from realinsights_finance.repayment import LevelPayment, LifeRow
from realinsights_finance.time import AccrualPeriod

_MOST_BEFORE: Final = datetime.timedelta(days=650)
"""How long before a loan's first day fixings may be asked for, the days of an average included."""

_SHOWN_DECIMALS: Final = 10
_RESTARTED: Final = "from the balance that the tape reports: what was owed before is not known"


class KnownFixings(NamedTuple):
    """The fixings that some loans may rest on, and the day on which they are known."""

    fixings: Fixings
    on: datetime.date


class KeptFixings(NamedTuple):
    """What is kept of the indices that some loans may rest on, as another process is given it, and the day it is of."""

    years: tuple[FixingYear, ...] = ()
    on: datetime.date = datetime.date.max

    def known(self) -> KnownFixings:
        """Return the fixings as the mathematics takes them."""
        return KnownFixings(Fixings(library_fixings(self.years)), self.on)


class LookedAt(NamedTuple):
    """The indices that some loans may rest on, and the first day of which a fixing may be asked for."""

    indices: frozenset[str]
    first: datetime.date


def looked_at_of(told: Loan | Statement) -> LookedAt | None:
    """Return what a loan, or the one that a statement of a tape makes, may rest on; None where its rate is fixed."""
    if isinstance(told, Loan):
        plan = floating_plan(told) if floats(told) else None
        return LookedAt(plan.indices, plan.looks_back_to) if isinstance(plan, FloatingPlan) else None
    if told.rate_type is not RateType.FLOATING or told.index is None:
        return None
    days = (told.first_payment_date, told.origination_date, told.period_begin, told.period_end)
    first = min(day for day in days if day is not None)
    index = index_code(told.index)
    made = {Index.SOFR.value} if index in AVERAGES else set[str]()
    return LookedAt(frozenset({index, *made}), max(first - _MOST_BEFORE, datetime.date(FIRST_YEAR, 1, 1)))


def looked_at_by(several: Iterable[LookedAt | None]) -> LookedAt | None:
    """Return what several may rest on together; None where none rests on any index."""
    found = [each for each in several if each is not None]
    if not found:
        return None
    return LookedAt(frozenset[str]().union(*(each.indices for each in found)), min(each.first for each in found))


class _Rated(NamedTuple):
    """An installment's rate by its basis; or, without one, why it is not known. `missing` says what the terms lack."""

    basis: RateBasis | None
    legs: tuple[Leg, ...]
    missing: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A computed installment, and what its rate rests on; `restarted`: its balance is the one that the tape reports."""

    row: LifeRow
    rated: _Rated
    restarted: bool


class FloatingAccount:
    """A floating loan month by month, held against what its statements report: a `Basis` of reconciliation."""

    def __init__(self, loan: Loan, plan: FloatingPlan, known: KnownFixings, statements: Sequence[Statement]) -> None:
        """Take a plan of the loan's periods; what it says of rates is not looked at."""
        self.loan = loan
        self._statements = sorted(statements, key=lambda statement: statement.period_end)
        priced = floating_plan(loan)
        self._priced = priced if isinstance(priced, FloatingPlan) else None
        self._unpriced = priced.reason if isinstance(priced, Unscheduled) else ""
        self.plan = plan
        self._known = known
        self._market = Market(business_date=known.on, fixings=known.fixings)
        if self._priced is not None:
            self._market = self._priced.market(known.fixings, business_date=known.on)
        self._due = [period.payment_date for period in plan.periods]

    @classmethod
    def of(
        cls, loan: Loan, known: KnownFixings, statements: Sequence[Statement]
    ) -> FloatingAccount | Unscheduled | None:
        """Return the account of a loan; None of one that never floated, or why not even its periods are known."""
        if not floats(loan):
            return None
        plan = floating_plan(loan)
        if isinstance(plan, Unscheduled) and not dated_changes(loan):
            # Periods and repayment do not depend on what the rate is made of.
            plan = floating_plan(msgspec.structs.replace(loan, rate_type=RateType.FIXED))
        return plan if isinstance(plan, Unscheduled) else cls(loan, plan, known, statements)

    def compared(self, statement: Statement, precision: Precision) -> PeriodReconciliation:
        """Return a period beside the computed one, saying by which rate, or why it cannot be computed."""
        before, last = self._numbers(statement)
        if last == before:
            return compared(statement, self._standing(statement, last), precision)
        rows = [self._rows.get(number) for number in range(before + 1, last + 1)]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            return compared(statement, Unscheduled(self._why_not(before, last)), precision)
        found = compared(statement, _computed(known, last), precision)
        by_terms = all(row.rated.basis is RateBasis.TERMS for row in known)
        basis = RateBasis.TERMS if by_terms else RateBasis.REPORTED
        said = [found.reason, *dict.fromkeys(row.rated.missing for row in known)]
        said += [_RESTARTED] * any(row.restarted for row in known)
        if by_terms and ReconciledFigure.INTEREST in found.differing:
            said.append(self._before_a_revision(statement, known) or self._at_reported_rate(statement, found))
        reason = "; ".join(each for each in said if each) or None
        rate = _average([span for each in known for span in each.row.rates])
        return msgspec.structs.replace(found, rate=rate, rate_by=basis, reason=reason)

    def departures(self, statement: Statement) -> Iterator[str]:
        """Yield what a statement says of why its period may depart from what is computed."""
        return departures(statement)

    def carried(self, statement: Statement, found: PeriodReconciliation) -> bool:
        """Tell whether the period follows from its own beginning balance by the note's terms."""
        row = self.on_balance(statement.period_end, statement.beginning_balance)
        return row is not None and follows(statement, found, interest=row.interest, principal=row.principal)

    def due_number(self, statement: Statement) -> int | None:
        """Return the number of the one installment that is due in a statement's period; None where it is not one."""
        before, last = self._numbers(statement)
        return last if last == before + 1 else None

    @cached_property
    def _named_dates(self) -> tuple[datetime.date, datetime.date, int]:
        """Return the first due date, the maturity and the payment day as the note has them."""
        first, maturity = contractual_dates(self.loan)
        if first is None:
            raise ValueError("a plan has a first payment")
        return first, maturity, schedule_dates(self.loan, first, maturity).payment_day or first.day

    @property
    def payment_day(self) -> int:
        """The day of the month that payments are named for; 31 is the last one of each."""
        return self._named_dates[2]

    def named_due_date(self, number: int) -> datetime.date:
        """Return the day that the note names for an installment, before business days move it."""
        first, maturity, day = self._named_dates
        if number == len(self.plan.periods):
            return maturity
        return self.loan.terms.frequency.date(first, number - 1, day=day)

    @property
    def unpriced(self) -> str:
        """Why its terms make no rate; empty where they do, as far as fixings are known."""
        return self._unpriced

    def rate_of(self, number: int) -> Decimal | None:
        """Return the one rate of an installment, None where it is not known or several follow each other in it."""
        row = self._rows.get(number)
        return row.row.rates[0].rate if row is not None and len(row.row.rates) == 1 else None

    def by_terms(self, number: int) -> bool:
        """Tell whether the rate of an installment is that of the note's terms."""
        return self._rated[number].basis is RateBasis.TERMS

    def on_balance(self, period_end: datetime.date, balance: Decimal | None) -> LifeRow | None:
        """Return the installment of a period on another balance than the computed one; None where it is not known."""
        statement = next((each for each in self._statements if each.period_end == period_end), None)
        number = None if statement is None else self.due_number(statement)
        if number is None or not balance:
            return None
        rated = self._rated[number]
        return None if rated.basis is None else self._row_at(number, balance, rated.legs)

    @cached_property
    def _revisions(self) -> tuple[Fixing, ...]:
        return () if self._priced is None else revisions_of(self._priced, *self._known)

    @cached_property
    def _rated(self) -> Mapping[int, _Rated]:
        """Return how the rate of each installment is known, up to the last one that a statement is of."""
        said: dict[int, Statement | int] = {}
        until = 0
        for statement in self._statements:
            before, last = self._numbers(statement)
            until = max(until, last)
            for number in range(before + 1, last + 1):
                said[number] = statement if last == before + 1 else last - before
        return {
            period.number: self._rate_of_period(period, said.get(period.number)) for period in self.plan.periods[:until]
        }

    @cached_property
    def _rows(self) -> Mapping[int, _Row]:
        """Return the installments that can be computed: stretch by stretch, each on what the one before leaves."""
        rows: dict[int, _Row] = {}
        beginning = {number: each for each in self._statements if (number := self.due_number(each)) is not None}
        balance: Decimal | None = self.loan.original_balance
        number, count = 1, len(self._rated)
        while number <= count:
            if self._rated[number].basis is None:
                if self._repays(number):
                    balance = None
                number += 1
                continue
            restarts = balance is None and number in beginning
            if restarts:
                balance = beginning[number].beginning_balance
            if not balance:
                number += 1
                continue
            last = number
            while last < count and self._rated[last + 1].basis is not None:
                last += 1
            legs = [leg for each in range(number, last + 1) for leg in self._rated[each].legs]
            for row in self._stretch(number, last, balance, legs):
                rows[row.number] = _Row(row, self._rated[row.number], restarts and row.number == number)
                balance = row.ending_balance
            number = last + 1
        return rows

    def _rate_of_period(self, period: AccrualPeriod, said: Statement | int | None) -> _Rated:
        missing = self._unpriced
        if self._priced is not None:
            try:
                self._priced.path(self._market).spans(period.start, period.end)
            except (MissingFixing, OutsideCurve) as lacking:
                missing = missing_in_words(lacking, ())
            else:
                return _Rated(RateBasis.TERMS, _legs_between(self._priced, period), None)
        if isinstance(said, Statement) and said.rate is not None:
            return _Rated(RateBasis.REPORTED, (Leg(period.start, said.rate),), missing)
        if isinstance(said, int):
            why = f"the tape reports one rate of a period with {said} installments"
        else:
            why = "the tape reports no rate of the period"
        return _Rated(None, (), missing, f"{missing}, and {why}")

    def _stretch(self, first: int, last: int, balance: Decimal, legs: Sequence[Leg]) -> Iterator[LifeRow]:
        """Yield installments that follow each other, with these rates."""
        periods = self.plan.periods[first - 1 : last]
        if last < len(self.plan.periods):
            periods = (*periods, self.plan.periods[-1])  # that of them none repays all that is left
        rule = self.plan.repayment_after(first - 1)
        part = replace(self.plan, periods=periods, legs=tuple(legs), repayment=rule)
        rows, _ = part.life_from(self._market, balance, after=0)
        return (row for row in rows if row.number <= last)

    def _row_at(self, number: int, balance: Decimal, legs: Sequence[Leg]) -> LifeRow | None:
        return next(self._stretch(number, number, balance, legs), None)

    def _repays(self, number: int) -> bool:
        """Tell whether what an installment repays depends on its rate."""
        rule = self.plan.repayment
        if self.plan.repays_nothing:
            return number == len(self.plan.periods)
        return not isinstance(rule, LevelPayment) or number > rule.interest_only

    def _numbers(self, statement: Statement) -> tuple[int, int]:
        """Return how many installments were due before a statement's period, and by its end."""
        last = bisect_right(self._due, statement.period_end)
        begin = statement.period_begin
        before = max(0, last - 1) if begin is None else bisect_left(self._due, begin)
        return min(before, last), last

    def _standing(self, statement: Statement, last: int) -> Computed | Unscheduled:
        """Return a period in which nothing is due."""
        balance: Decimal | None = self.loan.original_balance
        if last:
            row = self._rows.get(last)
            known = balance if not any(map(self._repays, range(1, last + 1))) else statement.beginning_balance
            balance = known if row is None else row.row.ending_balance
        if balance is None:
            return Unscheduled("nothing was due, and what was owed before is not known")
        return Computed(last, None, balance, NOTHING, NOTHING, balance, NOTHING)

    def _why_not(self, before: int, last: int) -> str:
        for number in range(before + 1, last + 1):
            reason = self._rated[number].reason
            if reason:
                return reason
        return (
            "what was owed before is not known: an earlier rate is missing, and the tape reports no beginning balance"
        )

    def _before_a_revision(self, statement: Statement, rows: Sequence[_Row]) -> str | None:
        """Say whether the reported interest is that of the fixings known when it was due, and one was revised since."""
        if self._priced is None or len(rows) > 1 or not self._revisions:
            return None
        fixings, on = self._known
        for adjusted in adjustments(self._priced, fixings, [rows[0].row], on, late=self._revisions):
            if adjusted.former.interest == statement.interest:
                return "its interest is that of a fixing that was revised after it was due: the difference is to adjust"
        return None

    def _at_reported_rate(self, statement: Statement, found: PeriodReconciliation) -> str | None:
        """Say whether the reported interest is that of the rate which the tape reports, and the terms have another."""
        number, balance = self.due_number(statement), found.computed_beginning_balance
        if number is None or not statement.rate or statement.interest is None or not balance:
            return None
        row = self._row_at(number, balance, (Leg(self.plan.periods[number - 1].start, statement.rate),))
        allowed = NOTHING if row is None else max(found.tolerance, rate_allowance(statement.rate, row.interest))
        if row is None or abs(row.interest - statement.interest) > allowed:
            return None
        return f"its interest is that of the reported rate, {tidy(statement.rate)}: by the terms the rate is another"


def _legs_between(plan: FloatingPlan, period: AccrualPeriod) -> tuple[Leg, ...]:
    """Return the rates of the note that hold in a period, the first one from its start on."""
    before = [leg for leg in plan.legs if leg.since <= period.start][-1]
    within = [leg for leg in plan.legs if period.start < leg.since < period.end]
    return (Leg(period.start, before.rate), *within)


def _computed(rows: Sequence[_Row], last: int) -> Computed:
    first, end = rows[0].row, rows[-1].row
    interest = sum((each.row.interest for each in rows), NOTHING)
    reported = [each.row for each in rows if each.rated.basis is RateBasis.REPORTED]
    allowances = (rate_allowance(row.rates[0].rate, row.interest) for row in reported)
    return Computed(
        last,
        end.due_date,
        first.beginning_balance,
        interest,
        sum((each.row.principal for each in rows), NOTHING),
        end.ending_balance,
        sum(allowances, NOTHING),
    )


def _average(spans: Sequence[RateSpan]) -> Decimal:
    if len({span.rate for span in spans}) == 1:
        return tidy(round(spans[0].rate, _SHOWN_DECIMALS))
    days = [(span.end - span.start).days for span in spans]
    total = sum((span.rate * count for span, count in zip(spans, days, strict=True)), Decimal(0))
    return tidy(round(total / sum(days), _SHOWN_DECIMALS))
