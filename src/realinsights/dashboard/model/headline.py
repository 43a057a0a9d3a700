"""The headline figures: sums, and quotients of sums, over the loans of a view."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from realinsights.dashboard.model.columns import Loan
from realinsights.dashboard.model.coverage import (
    NAMED_LOANS,
    NOTHING_LEFT_OUT,
    Coverage,
    closed_loans,
    covered,
    dates,
    described,
    left_out,
    ratio_coverage,
)
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATE_PLACES,
    RATIO_PLACES,
    Flags,
    Integers,
    quotient_text,
    text,
    total,
    total_of_products,
)
from realinsights.dashboard.model.figure import (
    AsOf,
    Figure,
    FigureName,
    Headline,
    LeftOut,
    LoanReference,
    Sum,
    Unit,
)
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.ratios import NAMES, RATIOS, Pivot, pivot
from realinsights.dashboard.model.view import View

DAYS_PER_YEAR = 365
"""Actual/365: a remaining term in years is its days ÷ 365, in months that × 12."""

_BALANCE = "Σ current balance"


@dataclass(frozen=True, eq=False)
class Question:
    """The loans asked about, the business date, how many left-out loans to name, and what several figures share."""

    view: View
    on: datetime.date
    named: int = NAMED_LOANS

    @cached_property
    def loans(self) -> int:
        """How many loans are outstanding."""
        return int(np.count_nonzero(self.view.outstanding))

    @cached_property
    def owed(self) -> int:
        """What is outstanding, in cents."""
        return total(self.view.owed)

    @cached_property
    def remaining(self) -> int:
        """Σ balance × days to maturity, in cents × days; none are left of a loan past its maturity."""
        days = np.maximum(self.view.fixed(Loan.MATURITY) - self.on.toordinal(), 0)
        return total_of_products(self.view.owed, days)

    @cached_property
    def as_of(self) -> AsOf | None:
        """The dates of the outstanding balances."""
        return dates(self.view, self.view.outstanding)

    def as_of_those(self, flags: Flags) -> AsOf | None:
        """Return the dates of some of the outstanding balances."""
        if self.as_of is None or self.as_of.earliest != self.as_of.latest:
            return dates(self.view, flags)
        return self.as_of if flags.any() else None

    @cached_property
    def closed(self) -> LeftOut:
        """The loans that are not outstanding any more."""
        if self.loans == self.view.rows.size:
            return NOTHING_LEFT_OUT
        return closed_loans(self.view, named=self.named)

    @cached_property
    def pivot(self) -> Pivot:
        """The loans by what bars them from ratios."""
        return pivot(self.view)


def headline(question: Question) -> Headline:
    """Return all headline figures."""
    return Headline(**{name.name.lower(): compute(question) for name, compute in FIGURES.items()})


def _sum(question: Question, values: Integers, name: str) -> Figure:
    value = text(total(values, question.view.outstanding), MONEY_PLACES)
    return Figure(
        value=value,
        unit=Unit.MONEY,
        formula=f"Σ {name} of outstanding loans",
        numerator=Sum(name=f"Σ {name}", value=value),
        denominator=None,
        loans=question.loans,
        as_of=question.as_of,
        left_out=question.closed,
    )


def _outstanding(question: Question) -> Figure:
    return _sum(question, question.view.balance, "current balance")


def _original(question: Question) -> Figure:
    return _sum(question, question.view.fixed(Loan.ORIGINAL), "original balance")


def _count(question: Question, value: int, formula: str) -> Figure:
    return Figure(
        value=str(value),
        unit=Unit.COUNT,
        formula=formula,
        numerator=None,
        denominator=None,
        loans=question.loans,
        as_of=question.as_of,
        left_out=question.closed,
    )


def _loan_count(question: Question) -> Figure:
    return _count(question, question.loans, "number of outstanding loans")


def _property_count(question: Question) -> Figure:
    value = int(np.count_nonzero(question.view.pledged.often))
    return _count(question, value, "number of distinct properties behind outstanding loans")


def _weighted_rate(question: Question) -> Figure:
    numerator = total_of_products(question.view.owed, question.view.rate)
    return Figure(
        value=quotient_text(numerator, question.owed * 10**RATE_PLACES, RATE_PLACES),
        unit=Unit.RATE,
        formula="Σ (current balance × rate) ÷ Σ current balance",
        numerator=Sum(name="Σ current balance × rate", value=text(numerator, MONEY_PLACES + RATE_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=question.loans,
        as_of=question.as_of,
        left_out=question.closed,
    )


def _remaining(question: Question, unit: Unit, *, multiplier: int, places: int) -> Figure:
    numerator = question.remaining
    months = "" if multiplier == 1 else f" × {multiplier}"
    return Figure(
        value=quotient_text(numerator * multiplier, question.owed * DAYS_PER_YEAR, places),
        unit=unit,
        formula=f"Σ (current balance × days to maturity) ÷ Σ current balance ÷ {DAYS_PER_YEAR}{months}"
        "; none is left of a loan past its maturity",
        numerator=Sum(name="Σ current balance × days to maturity", value=text(numerator, MONEY_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=question.loans,
        as_of=question.as_of,
        left_out=question.closed,
    )


def _weighted_remaining_years(question: Question) -> Figure:
    return _remaining(question, Unit.YEARS, multiplier=1, places=RATIO_PLACES)


def _weighted_remaining_months(question: Question) -> Figure:
    return _remaining(question, Unit.MONTHS, multiplier=12, places=4)


def _ratio(question: Question, name: FigureName) -> Figure:
    view, pivoted, ratio = question.view, question.pivot, RATIOS[name]
    above = pivoted.by_reason(ratio, getattr(pivoted, ratio.numerator))[0]
    below = pivoted.by_reason(ratio, getattr(pivoted, ratio.denominator))[0]
    loans, owed = pivoted.by_reason(ratio, pivoted.loans), pivoted.by_reason(ratio, pivoted.balance)
    within = Coverage(ratio.codes[pivoted.combinations], ratio.reasons)
    return Figure(
        value=quotient_text(above, below, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"Σ {NAMES[ratio.numerator]} ÷ Σ {NAMES[ratio.denominator]}, "
        "over the outstanding whole loans that have both",
        numerator=Sum(name=f"Σ {NAMES[ratio.numerator]}", value=text(above, MONEY_PLACES)),
        denominator=Sum(name=f"Σ {NAMES[ratio.denominator]}", value=text(below, MONEY_PLACES)),
        loans=loans[0],
        as_of=question.as_of_those(within.covered),
        left_out=described(view, within, loans[1:], owed[1:], view.top(within.left_out, question.named)),
    )


def _dscr(question: Question) -> Figure:
    return _ratio(question, FigureName.DSCR)


def _dscr_ncf(question: Question) -> Figure:
    return _ratio(question, FigureName.DSCR_NCF)


def _ltv(question: Question) -> Figure:
    return _ratio(question, FigureName.LTV)


def _debt_yield(question: Question) -> Figure:
    return _ratio(question, FigureName.DEBT_YIELD)


def _debt_yield_ncf(question: Question) -> Figure:
    return _ratio(question, FigureName.DEBT_YIELD_NCF)


def _occupancy(question: Question) -> Figure:
    view = question.view
    within = ratio_coverage(view, FigureName.OCCUPANCY)
    flags = within.covered
    area = view.area * flags
    numerator, denominator = total_of_products(view.occupancy * flags, area), total(area)
    return Figure(
        value=quotient_text(numerator, denominator * 10**RATE_PLACES, RATIO_PLACES),
        unit=Unit.RATIO,
        formula="Σ (occupancy × area) ÷ Σ area, over the outstanding loans whose properties have both",
        numerator=Sum(name="Σ occupancy × area", value=text(numerator, MONEY_PLACES + RATE_PLACES)),
        denominator=Sum(name="Σ area", value=text(denominator, MONEY_PLACES)),
        loans=int(np.count_nonzero(flags)),
        as_of=question.as_of_those(flags),
        left_out=left_out(view, within, named=question.named),
    )


def _largest_loan(question: Question) -> Figure:
    view = question.view
    flags = covered(view, question.on, FigureName.LARGEST_LOAN)
    loan = None
    if flags.any():
        position = int(np.argmax(flags))
        row = int(view.rows[position])
        loan = LoanReference(
            loan_id=view.columns.ids[row],
            number=view.columns.numbers[row],
            name=view.columns.titles[row],
            balance=text(int(view.balance[position]), MONEY_PLACES),
        )
    return Figure(
        value=loan.balance if loan else None,
        unit=Unit.MONEY,
        formula="the largest current balance of an outstanding loan",
        numerator=Sum(name="current balance", value=loan.balance) if loan else None,
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=1 if loan else 0,
        as_of=question.as_of_those(flags),
        left_out=question.closed,
        loan=loan,
    )


def _maturing_within_year(question: Question) -> Figure:
    view, on = question.view, question.on
    flags = covered(view, on, FigureName.MATURING_WITHIN_YEAR)
    above = total(view.balance, flags)
    return Figure(
        value=quotient_text(above, question.owed, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"Σ current balance maturing from {on} to {plus_months(on, 12)} ÷ Σ current balance",
        numerator=Sum(name="Σ current balance maturing within a year", value=text(above, MONEY_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=int(np.count_nonzero(flags)),
        as_of=question.as_of,
        left_out=question.closed,
    )


def _past_maturity(question: Question) -> Figure:
    view, on = question.view, question.on
    flags = covered(view, on, FigureName.PAST_MATURITY)
    value = text(total(view.balance, flags), MONEY_PLACES)
    return Figure(
        value=value,
        unit=Unit.MONEY,
        formula=f"Σ current balance of outstanding loans whose maturity is before {on}",
        numerator=Sum(name="Σ current balance past maturity", value=value),
        denominator=None,
        loans=int(np.count_nonzero(flags)),
        as_of=question.as_of_those(flags),
        left_out=question.closed,
    )


FIGURES: Mapping[FigureName, Callable[[Question], Figure]] = MappingProxyType(
    {
        FigureName.OUTSTANDING: _outstanding,
        FigureName.ORIGINAL: _original,
        FigureName.LOAN_COUNT: _loan_count,
        FigureName.PROPERTY_COUNT: _property_count,
        FigureName.WEIGHTED_RATE: _weighted_rate,
        FigureName.WEIGHTED_REMAINING_YEARS: _weighted_remaining_years,
        FigureName.WEIGHTED_REMAINING_MONTHS: _weighted_remaining_months,
        FigureName.DSCR: _dscr,
        FigureName.DSCR_NCF: _dscr_ncf,
        FigureName.LTV: _ltv,
        FigureName.DEBT_YIELD: _debt_yield,
        FigureName.DEBT_YIELD_NCF: _debt_yield_ncf,
        FigureName.OCCUPANCY: _occupancy,
        FigureName.LARGEST_LOAN: _largest_loan,
        FigureName.MATURING_WITHIN_YEAR: _maturing_within_year,
        FigureName.PAST_MATURITY: _past_maturity,
    }
)
"""How each headline figure is computed."""
