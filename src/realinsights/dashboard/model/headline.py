"""The headline figures: sums, and quotients of sums, over the loans of a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import msgspec

from realinsights.contracts.filters import RatioSource
from realinsights.contracts.loans import IncomeBasis
from realinsights.dashboard.model.codes import SOURCES
from realinsights.dashboard.model.coverage import CLOSED_REASONS, LARGEST, OCCUPANCY_REASONS, REPORTED_REASONS
from realinsights.dashboard.model.exact import MONEY_PLACES, RATE_PLACES, RATIO_PLACES, quotient_text, text
from realinsights.dashboard.model.figure import CoveredBalance, Figure, FigureName, Headline, OnBasis, Sum, Unit
from realinsights.dashboard.model.months import plus_months
from realinsights.dashboard.model.part import Dated, Omissions, Shares
from realinsights.dashboard.model.question import Question, as_of, from_to
from realinsights.dashboard.model.ratios import RATIOS
from realinsights.dashboard.model.view import REPORTED

DAYS_PER_YEAR = 365
"""Actual/365: a remaining term in years is its days ÷ 365, in months that × 12."""

UNRATED_REASONS = ("its rate of that month is not known",)

_CURRENT = "current balance"
_BALANCE = f"Σ {_CURRENT}"


def headline(question: Question) -> Headline:
    """Return all headline figures."""
    return Headline(**{name.name.lower(): compute(question) for name, compute in FIGURES.items()})


def _sum(question: Question, cents: int, name: str) -> Figure:
    value = text(cents, MONEY_PLACES)
    return Figure(
        value=value,
        unit=Unit.MONEY,
        formula=f"Σ {name} of outstanding loans{_rolled(question) if name == _CURRENT else ''}",
        numerator=Sum(name=f"Σ {name}", value=value),
        denominator=None,
        loans=question.loans,
        as_of=question.as_of,
        left_out=question.closed,
    )


def _rolled(question: Question) -> str:
    if question.columns.rolling is None:
        return ""
    return f", each that is older than a month rolled forward to {question.on} by the loan's schedule where it has one"


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


def _weighted_rate(question: Question) -> Figure:
    numerator = sum(part.interest for part in question.parts)
    unrated = [part.unrated for part in question.parts]
    denominator = question.owed - sum(balance for some in unrated for balance in some.balances)
    return Figure(
        value=quotient_text(numerator, denominator * 10**RATE_PLACES, RATE_PLACES),
        unit=Unit.RATE,
        formula="Σ (current balance × rate) ÷ Σ current balance",
        numerator=Sum(name="Σ current balance × rate", value=text(numerator, MONEY_PLACES + RATE_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(denominator, MONEY_PLACES)),
        loans=question.loans - sum(count for some in unrated for count in some.counts),
        as_of=question.as_of,
        left_out=_unrated_or_closed(question, unrated),
    )


def _unrated_or_closed(question: Question, unrated: Sequence[Omissions]) -> str | None:
    if not any(count for some in unrated for count in some.counts):
        return question.closed
    both = [
        Omissions([*some.counts, *closed.counts], [*some.balances, *closed.balances], some.named)
        for some, closed in zip(unrated, (part.closed for part in question.parts), strict=True)
    ]
    return question.leave_out(FigureName.WEIGHTED_RATE, both, (*UNRATED_REASONS, *CLOSED_REASONS))


def _remaining(question: Question, unit: Unit, *, multiplier: int, places: int) -> Figure:
    numerator = sum(part.remaining for part in question.parts)
    months = "" if multiplier == 1 else f" × {multiplier}"
    return Figure(
        value=quotient_text(numerator * multiplier, question.owed * DAYS_PER_YEAR, places),
        unit=unit,
        formula=f"Σ (current balance × days to maturity) ÷ Σ current balance ÷ {DAYS_PER_YEAR}{months}"
        "; none is left of a loan past its maturity, which is the anticipated repayment date until that is past, "
        "and later by exercised extensions",
        numerator=Sum(name="Σ current balance × days to maturity", value=text(numerator, MONEY_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=question.loans,
        as_of=question.as_of,
        left_out=question.closed,
    )


def _ratio(question: Question, name: FigureName) -> Figure:
    if question.source is RatioSource.REPORTED and name in REPORTED:
        return _reported(question, name)
    covered, ratio, basis = question.ratio(name), RATIOS[name], question.basis
    on_basis = "" if ratio.source is None else _ON_BASIS[basis]
    together = _TOGETHER if any(part.beside for part in question.parts) else ""
    reasons = ratio.reasons if basis is IncomeBasis.LATEST else ratio.reasons_on_a_basis
    omissions = [part.ratio(name).omissions for part in question.parts]
    return Figure(
        value=quotient_text(covered.above, covered.below, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"{ratio.above} ÷ {ratio.below}, over the outstanding whole loans that have both{together}{on_basis}",
        numerator=_operand(question, ratio.above, text(covered.above, MONEY_PLACES), covered.above_days),
        denominator=_operand(question, ratio.below, text(covered.below, MONEY_PLACES), covered.below_days),
        loans=covered.loans,
        as_of=as_of([covered.days]),
        left_out=question.leave_out(name, omissions, reasons),
        bases=_bases(covered.sources),
        coverage=_coverage(question, omissions),
    )


def _reported(question: Question, name: FigureName) -> Figure:
    covered, what = question.reported(name), _REPORTED_NAMES[name]
    omissions = [part.reported(name).omissions for part in question.parts]
    above = text(covered.above, MONEY_PLACES + RATE_PLACES)
    return Figure(
        value=quotient_text(covered.above, covered.below * 10**RATE_PLACES, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"Σ ({what} × current balance) ÷ {_BALANCE}, over the outstanding loans whose servicer reports one",
        numerator=_operand(question, f"Σ {what} × current balance", above, covered.above_days),
        denominator=_operand(question, _BALANCE, text(covered.below, MONEY_PLACES), covered.below_days),
        loans=covered.loans,
        as_of=as_of([covered.days]),
        left_out=question.leave_out(name, omissions, REPORTED_REASONS[name]),
        coverage=_coverage(question, omissions),
    )


def _operand(question: Question, name: str, value: str, dated: Dated) -> Sum:
    days, undated = dated
    if days is None:
        return Sum(name=name, value=value, undated=undated)
    return Sum(name=name, value=value, as_of=from_to(*days), undated=undated, old=days[0] < question.old_before)


def _coverage(question: Question, omissions: Sequence[Omissions]) -> CoveredBalance:
    balance = question.owed - sum(sum(some.balances) for some in omissions)
    return CoveredBalance(
        balance=text(balance, MONEY_PLACES), share=quotient_text(balance, question.owed, RATIO_PLACES)
    )


def _bases(sources: Shares | None) -> tuple[OnBasis, ...]:
    if sources is None:
        return ()
    parts = sorted((-owed, code, loans) for code, (owed, loans) in enumerate(zip(*sources, strict=True)) if loans)
    return tuple(
        OnBasis(basis=SOURCES.members[code], loans=loans, balance=text(-owed, MONEY_PLACES))
        for owed, code, loans in parts
    )


_TOGETHER = "; one beside others with what ranks before or with it, each property once"
_REPORTED_NAMES = {FigureName.DSCR: "reported DSCR", FigureName.DSCR_NCF: "reported DSCR on net cash flow"}
_ON_BASIS = {basis: f"; income by {basis.value.replace('_', ' ')} statements" for basis in IncomeBasis}
_ON_BASIS[IncomeBasis.LATEST] = "; income by the latest statements"


def _occupancy(question: Question) -> Figure:
    covered, omissions = question.occupancy, [part.occupancy.omissions for part in question.parts]
    return Figure(
        value=quotient_text(covered.above, covered.below * 10**RATE_PLACES, RATIO_PLACES),
        unit=Unit.RATIO,
        formula="Σ (occupancy × area) ÷ Σ area, over the outstanding loans whose properties have both",
        numerator=_operand(
            question, "Σ occupancy × area", text(covered.above, MONEY_PLACES + RATE_PLACES), covered.above_days
        ),
        denominator=Sum(name="Σ area", value=text(covered.below, MONEY_PLACES)),
        loans=covered.loans,
        as_of=None,
        left_out=question.leave_out(FigureName.OCCUPANCY, omissions, OCCUPANCY_REASONS),
        coverage=_coverage(question, omissions),
    )


def _largest_loan(question: Question) -> Figure:
    loan_id, value, day = None, None, None
    if question.top:
        rank, loan_id, row, day = question.top[0]
        question.named[loan_id] = row
        value = text(-rank, MONEY_PLACES)
    return Figure(
        value=value,
        unit=Unit.MONEY,
        formula="the largest current balance of an outstanding loan",
        numerator=Sum(name="current balance", value=value) if value else None,
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=1 if value else 0,
        as_of=None if day is None else as_of([(day, day)]),
        left_out=question.closed,
        loan=loan_id,
    )


def _largest_five(question: Question) -> Figure:
    largest = question.top[: LARGEST[FigureName.LARGEST_FIVE]]
    above = -sum(rank for rank, _, _, _ in largest)
    return Figure(
        value=quotient_text(above, question.owed, RATIO_PLACES),
        unit=Unit.RATIO,
        formula="Σ current balance of the five largest outstanding loans ÷ Σ current balance",
        numerator=Sum(name="Σ current balance of the five largest", value=text(above, MONEY_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=len(largest),
        as_of=as_of([(day, day) for _, _, _, day in largest]) if largest else None,
        left_out=question.closed,
    )


def _maturing_within_year(question: Question) -> Figure:
    on = question.on
    above = sum(part.maturing[0] for part in question.parts)
    return Figure(
        value=quotient_text(above, question.owed, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"Σ current balance maturing from {on} to {plus_months(on, 12)} ÷ Σ current balance",
        numerator=Sum(name="Σ current balance maturing within a year", value=text(above, MONEY_PLACES)),
        denominator=Sum(name=_BALANCE, value=text(question.owed, MONEY_PLACES)),
        loans=sum(part.maturing[1] for part in question.parts),
        as_of=question.as_of,
        left_out=question.closed,
    )


def _past_maturity(question: Question) -> Figure:
    past = question.past
    value = text(past.above, MONEY_PLACES)
    return Figure(
        value=value,
        unit=Unit.MONEY,
        formula=f"Σ current balance of outstanding loans whose maturity is before {question.on}",
        numerator=Sum(name="Σ current balance past maturity", value=value),
        denominator=None,
        loans=past.loans,
        as_of=as_of([past.days]),
        left_out=question.closed,
    )


_COMPUTED: Mapping[FigureName, Callable[[Question], Figure]] = MappingProxyType(
    {
        FigureName.OUTSTANDING: lambda question: _sum(question, question.owed, _CURRENT),
        FigureName.ORIGINAL: lambda question: _sum(
            question, sum(part.original for part in question.parts), "original balance"
        ),
        FigureName.LOAN_COUNT: lambda question: _count(question, question.loans, "number of outstanding loans"),
        FigureName.PROPERTY_COUNT: lambda question: _count(
            question, question.properties, "number of distinct properties behind outstanding loans"
        ),
        FigureName.WEIGHTED_RATE: _weighted_rate,
        FigureName.WEIGHTED_REMAINING_YEARS: partial(_remaining, unit=Unit.YEARS, multiplier=1, places=RATIO_PLACES),
        FigureName.WEIGHTED_REMAINING_MONTHS: partial(_remaining, unit=Unit.MONTHS, multiplier=12, places=4),
        **{name: partial(_ratio, name=name) for name in RATIOS},
        FigureName.OCCUPANCY: _occupancy,
        FigureName.LARGEST_LOAN: _largest_loan,
        FigureName.LARGEST_FIVE: _largest_five,
        FigureName.MATURING_WITHIN_YEAR: _maturing_within_year,
        FigureName.PAST_MATURITY: _past_maturity,
    }
)
_COUNTS = (FigureName.LOAN_COUNT, FigureName.PROPERTY_COUNT)
_ALLOCATED = "; of each loan the part of its balance that is allocated to the properties asked for"
_AND_ALL_ELSE = ", and all else in that proportion"


def _stated(name: FigureName, compute: Callable[[Question], Figure]) -> Callable[[Question], Figure]:
    """Return a computation whose formula says so where only parts of loans are measured."""
    of_more = name in RATIOS or name in {FigureName.ORIGINAL, FigureName.OCCUPANCY}
    words = _ALLOCATED + _AND_ALL_ELSE if of_more else _ALLOCATED

    def stated(question: Question) -> Figure:
        figure = compute(question)
        return msgspec.structs.replace(figure, formula=figure.formula + words) if question.allocated else figure

    return compute if name in _COUNTS else stated


FIGURES: Mapping[FigureName, Callable[[Question], Figure]] = MappingProxyType(
    {name: _stated(name, compute) for name, compute in _COMPUTED.items()}
)
"""How each headline figure is computed."""
