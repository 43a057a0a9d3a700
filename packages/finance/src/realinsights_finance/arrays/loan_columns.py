"""Loans of any rate, floating ones too, by column: one numpy array for each field."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.columns import (
    INTEREST_ROUNDINGS,
    LARGEST_PRINCIPAL,
    RATE_SCALE,
    TermsColumns,
)
from realinsights_finance.arrays.floating_terms import FloatingColumns, scaled_rate, unscaled_rate
from realinsights_finance.arrays.rate_changes import STATED, RateChanges, UnheldPath, changes_of
from realinsights_finance.due_dates import Frequency
from realinsights_finance.money import from_cents, in_cents
from realinsights_finance.rates.floating import FloatingTerms
from realinsights_finance.rates.paths import FixedRate, FloatingRate, HybridRate, RatePath
from realinsights_finance.rates.readings import Market
from realinsights_finance.rates.resets import EACH_PERIOD, OnDates
from realinsights_finance.repayment.loan import Loan
from realinsights_finance.repayment.rules import FixedPrincipal, InterestOnly, LevelPayment, PaidAt, Repayment
from realinsights_finance.rounding import InterestRounding
from realinsights_finance.terms import MAXIMUM_MONTHS, InvalidTerms, LoanTerms, TermsProblem
from realinsights_finance.time.intervals import Interval
from realinsights_finance.time.periods import AccrualPeriod

FIRST_RATE: Final = 4 * RATE_SCALE
"""What `computed_on` is where the level payment is computed on the rate of its first period."""
CARRIED: Final = INTEREST_ROUNDINGS.index(InterestRounding.CARRIED)
_NAMED = 20  # of a million bad loans, the first ones say enough


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LoanColumns:
    """Loans by column, as `Loan` has them: index i of every array is the same loan.

    `terms` are dates, principal, day count, roundings and repayment; their `rate` does not count, as rates are those of
    `changes`, floating ones by the terms that `floating` holds. A level payment is computed on `computed_on` (scaled by
    10^12), or for `FIRST_RATE` on the rate of the first period that amortizes, and stays; with `reamortizes` it is
    computed anew over the periods that are left whenever the rate changes. `fixed_principal` (cents; 0: none) is repaid
    each period after the interest-only ones, in place of a level payment.
    """

    terms: TermsColumns
    changes: RateChanges
    floating: FloatingColumns
    reamortizes: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    computed_on: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    fixed_principal: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        loans = len(self.terms)
        usual = {
            "reamortizes": np.zeros(loans, dtype=bool),
            "computed_on": np.full(loans, FIRST_RATE, dtype=np.int64),
            "fixed_principal": np.zeros(loans, dtype=np.int64),
        }
        for name, column in usual.items():
            if not len(getattr(self, name)):
                object.__setattr__(self, name, column)
            given = getattr(self, name)
            if given.dtype != column.dtype or given.shape != (loans,):
                raise TypeError(f"{name} must be {loans} values of {column.dtype}")

    @classmethod
    def of(cls, loans: Sequence[Loan]) -> Self:
        """Return the columns of a sequence of loans, each of which the arrays hold; their markets do not count.

        Raises InvalidTerms, naming what is not held as `loans[index].field`.
        """
        refused = (
            TermsProblem(f"loans[{place}].{name}", message)
            for place, loan in enumerate(loans)
            for name, message in cls.not_held(loan)
        )
        problems = tuple(islice(refused, _NAMED))
        if problems:
            raise InvalidTerms(problems)
        floating: dict[FloatingTerms, int] = {}
        changes = [
            [
                each if each.terms is None else each._replace(terms=replace(each.terms, resets=EACH_PERIOD))
                for each in changes_of(loan.rate, loan.periods[0].start, loan.periods[-1].end)
            ]
            for loan in loans
        ]
        rules = [loan.repayment for loan in loans]
        computed_on = [rule.computed_on if isinstance(rule, LevelPayment) else None for rule in rules]
        fixed = [in_cents(rule.amount) if isinstance(rule, FixedPrincipal) else 0 for rule in rules]
        terms = TermsColumns.of([_terms(loan) for loan in loans])
        terms.payment[np.flatnonzero(fixed)] = 0  # where the plain terms have it, for want of a field of its own
        return cls(
            terms=terms,
            changes=RateChanges.of(changes, floating),
            floating=FloatingColumns.of(list(floating)),
            reamortizes=np.array([isinstance(rule, LevelPayment) and rule.reamortizes for rule in rules], dtype=bool),
            computed_on=np.array(
                [FIRST_RATE if rate is None else scaled_rate(rate) for rate in computed_on], dtype=np.int64
            ),
            fixed_principal=np.array(fixed, dtype=np.int64),
        )

    @staticmethod
    def not_held(loan: Loan) -> list[TermsProblem]:
        """Return what of a loan the arrays do not hold, each with its field; nothing where they hold it."""
        problems = [TermsProblem(name, message) for name, found, message in _not_held(loan) if found]
        if not problems:
            try:
                _terms(loan)
            except InvalidTerms as invalid:
                return list(invalid.problems)
        try:
            changes = list(changes_of(loan.rate, loan.periods[0].start, loan.periods[-1].end))
            FloatingColumns.of([change.terms for change in changes if change.terms is not None])
        except UnheldPath as refused:
            problems.append(TermsProblem(refused.field, refused.message))
        except InvalidTerms as invalid:
            problems += [TermsProblem("rate." + name.split(".")[-1], message) for name, message in invalid.problems]
        return problems

    def check(self) -> None:
        """Raise InvalidTerms where no loan is so, or the arrays do not hold it, naming it as `loans[index].field`."""
        terms = self.terms
        paid = np.where(self.fixed_principal > 0, self.fixed_principal, terms.payment)
        # Rates have their own checks, and a floating loan's payment need not exceed its interest.
        replace(terms, rate=np.zeros(len(terms), dtype=np.int64), payment=paid).check()
        problems = [
            *self.floating.problems(),
            *islice(self.changes.problems(terms.start, len(self.floating)), _NAMED),
            *self._problems(),
        ]
        if problems:
            raise InvalidTerms(tuple(problems[:_NAMED]))

    def __len__(self) -> int:
        return len(self.terms)

    def take(self, loans: NDArray[np.int64], places: NDArray[np.int64] | None = None) -> LoanColumns:
        """Return the columns of some of the loans, in the order given; `places` are those of `changes`, if known."""
        return LoanColumns(
            terms=self.terms.take(loans),
            changes=self.changes.take(loans, self.changes.places(len(self)) if places is None else places),
            floating=self.floating,
            reamortizes=self.reamortizes[loans],
            computed_on=self.computed_on[loans],
            fixed_principal=self.fixed_principal[loans],
        )

    def interest_only_periods(self) -> NDArray[np.int64]:
        """Return each loan's number of interest-only installments by its terms."""
        amortizing = self.terms.amortizing() | (self.fixed_principal > 0)
        return np.where(amortizing, self.terms.interest_only_months // self.terms.months, self.terms.periods())

    def loan(self, index: int, market: Market) -> Loan:
        """Return one loan, for the plain life behind a figure."""
        terms = replace(self.terms.take(slice(index, index + 1)), rate=np.zeros(1, dtype=np.int64))
        if self.fixed_principal[index]:
            terms = replace(terms, payment=self.fixed_principal[index : index + 1])
        plain = terms.terms(0)
        return Loan(
            principal=plain.principal,
            periods=_periods(plain),
            interval=Interval(plain.frequency.value),
            rate=self._path(index, market),
            day_count=plain.day_count,
            repayment=self._repayment(index, plain),
            rounding=plain.rounding,
        )

    def _path(self, index: int, market: Market) -> HybridRate:
        legs: list[tuple[datetime.date, RatePath]] = []
        begin, end = np.searchsorted(self.changes.loan, [index, index + 1])
        for place in range(int(begin), int(end)):
            since = self.changes.since[place].item()
            terms, reset = int(self.changes.terms[place]), self.changes.reset[place].item()
            if terms == STATED:
                legs.append((since, FixedRate(unscaled_rate(int(self.changes.rate[place])))))
            else:
                resets = EACH_PERIOD if reset is None else OnDates((reset,))
                legs.append((since, FloatingRate(terms=self.floating.terms(terms, resets), market=market)))
        return HybridRate(tuple(legs))

    def _repayment(self, index: int, plain: LoanTerms) -> Repayment:
        interest_only = int(self.terms.interest_only_months[index] // self.terms.months[index])
        if self.fixed_principal[index]:
            return FixedPrincipal(amount=from_cents(int(self.fixed_principal[index])), interest_only=interest_only)
        if plain.amortization_months is None and plain.payment is None:
            return InterestOnly()
        computed_on = int(self.computed_on[index])
        return LevelPayment(
            periods=plain.amortization_periods or 1,
            interest_only=interest_only,
            payment=plain.payment,
            computed_on=None if computed_on == FIRST_RATE else unscaled_rate(computed_on),
            reamortizes=bool(self.reamortizes[index]),
        )

    def _problems(self) -> list[TermsProblem]:
        terms = self.terms
        level = terms.amortizing()
        fixed = self.fixed_principal > 0
        odd_rate = (self.computed_on <= -RATE_SCALE) | (self.computed_on > RATE_SCALE)
        odd_rate &= self.computed_on != FIRST_RATE
        carried = fixed & (terms.interest_rounding == CARRIED)
        found: tuple[tuple[str, NDArray[np.bool_], str], ...] = (
            ("effective_rate", terms.effective_rate, "of a rate that changes is not computed"),
            ("daily_rate_decimals", terms.daily_rate_decimals != 0, "is a convention of fixed rates alone"),
            ("payment", self.reamortizes & (terms.payment > 0), "is not stated where it is computed anew"),
            ("fixed_principal", self.fixed_principal < 0, "must not be negative"),
            ("fixed_principal", fixed & level, "is not stated with a level payment"),
            ("interest_rounding", carried, "must not be carried with a fixed principal"),
            ("computed_on", odd_rate, "must be a fraction above -1 and at most 1, scaled by 10^12"),
        )
        return [
            TermsProblem(f"loans[{loan}].{name}", message)
            for name, bad, message in found
            for loan in np.flatnonzero(bad)[:_NAMED]
        ]


def _not_held(loan: Loan) -> list[tuple[str, bool, str]]:
    rule = loan.repayment
    computed_on = rule.computed_on if isinstance(rule, LevelPayment) else None
    carried = loan.rounding.interest is InterestRounding.CARRIED
    ruled = isinstance(rule, InterestOnly | LevelPayment | FixedPrincipal)
    amount = 0 < loan.principal <= LARGEST_PRINCIPAL
    odd_rate = computed_on is not None and (not -1 < computed_on <= 1 or scaled_rate(computed_on) is None)
    return [
        ("principal", not amount, f"must be more than zero, at most {LARGEST_PRINCIPAL:,}"),
        ("paid_at", loan.paid_at is not PaidAt.END, "must be the end of a period"),
        ("interval", loan.interval.months is None, "must be whole months"),
        ("draws", bool(loan.draws), "must be none"),
        ("curtailments", bool(loan.curtailments), "must be none"),
        ("unused_fee", loan.unused_fee is not None, "must be none"),
        ("repayment", not ruled, "must be interest only, a level payment or a fixed principal"),
        ("repayment.computed_on", odd_rate, "must be a fraction above -1, with at most 12 decimals"),
        ("rounding", carried and isinstance(rule, FixedPrincipal), "must not be carried with a fixed principal"),
    ]


def _terms(loan: Loan) -> LoanTerms:
    """Return the terms of a loan, at no rate, on the payment day that its periods show. Raises InvalidTerms."""
    first = loan.periods[0].end
    ends_month = (first + datetime.timedelta(days=1)).day == 1
    for day in range(first.day, 32 if ends_month else first.day + 1):
        terms = _terms_on(loan, day)
        if _periods(terms) == loan.periods:
            return terms
    raise InvalidTerms((TermsProblem("periods", "must be regular, of due dates that no business-day rule moves"),))


def _terms_on(loan: Loan, payment_day: int) -> LoanTerms:
    rule, step = loan.repayment, loan.interval.months or 1
    months = payment = None
    interest_only = 0
    if isinstance(rule, LevelPayment):
        months, payment = None if rule.payment else rule.periods * step, rule.payment
        interest_only = rule.interest_only * step
    elif isinstance(rule, FixedPrincipal):
        payment, interest_only = rule.amount, rule.interest_only * step
    if max(months or 0, interest_only) > MAXIMUM_MONTHS:
        raise InvalidTerms((TermsProblem("repayment.periods", f"must be within {MAXIMUM_MONTHS} months"),))
    return LoanTerms(
        principal=loan.principal,
        rate=Decimal(0),
        start=loan.periods[0].start,
        first_payment=loan.periods[0].end,
        maturity=loan.periods[-1].end,
        day_count=loan.day_count,
        frequency=Frequency(loan.interval.value),
        payment_day=payment_day,
        amortization_months=months,
        interest_only_months=interest_only,
        payment=payment,
        rounding=loan.rounding,
    )


def _periods(terms: LoanTerms) -> tuple[AccrualPeriod, ...]:
    return tuple(
        AccrualPeriod(
            number=number,
            start=terms.period_start(number),
            end=terms.period_end(number),
            payment_date=terms.due_date(number),
            regular=terms.is_regular(number),
        )
        for number in range(1, terms.periods + 1)
    )
