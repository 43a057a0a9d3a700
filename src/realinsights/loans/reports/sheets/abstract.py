"""The abstract of one loan: its terms, its properties, its figures with how they are computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from realinsights.loans.model.performance import income_figures, latest_occupancy, latest_valuation
from realinsights.loans.model.prepayment_words import phase_in_words
from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Column, ColumnKind, Mixed, Row, Sheet, Total
from realinsights.loans.reports.lines import LoanLine, dated, words

_TEXT, _MONEY, _RATE, _COUNT, _DATE = (
    ColumnKind.TEXT,
    ColumnKind.MONEY,
    ColumnKind.RATE,
    ColumnKind.COUNT,
    ColumnKind.DATE,
)
_TERMS: Final = (Column("Part", _TEXT), Column("Term", _TEXT), Column("Value", ColumnKind.MIXED))
_PROPERTIES: Final = (
    Column("Property", _TEXT),
    Column("Type", _TEXT),
    Column("City", _TEXT),
    Column("State", _TEXT),
    Column("Value", _MONEY, Total.SUM),
    Column("Value as of", _DATE),
    Column("Net operating income", _MONEY, Total.SUM),
    Column("Income as of", _DATE),
    Column("Occupancy", _RATE),
)
_FIGURES: Final = (
    Column("Figure", _TEXT),
    Column("Value", ColumnKind.RATIO),
    Column("Formula", _TEXT),
    Column("Inputs", _TEXT),
    Column("Left out because", _TEXT),
)


def abstract(book: Book) -> tuple[Sheet, ...]:
    """Return the sheets of the one loan; terms that are not stated are left out."""
    line = next(iter(book.lines()))
    terms = [
        Row(f"{part}/{place}/{term}", (part, term, Mixed(kind, value)))
        for place, (part, (term, kind, value)) in enumerate(_terms(line))
        if value is not None and value != ""
    ]
    return (
        Sheet("Terms", _TERMS, terms),
        Sheet("Properties", _PROPERTIES, list(_assets(line))),
        Sheet("Figures", _FIGURES, list(_figures(line))),
    )


Term = tuple[str, ColumnKind, Any]
"""The name of a term, how it is written, and its value."""


def _terms(line: LoanLine) -> Iterator[tuple[str, Term]]:
    for part, of in _PARTS.items():
        for term in of(line):
            yield part, term


def _identity(line: LoanLine) -> Iterable[Term]:
    loan = line.loan
    return (
        ("Number", _TEXT, loan.number),
        ("Name", _TEXT, loan.name),
        ("Status", _TEXT, words(loan.status.value)),
        ("Structure", _TEXT, words(loan.structure.value)),
        ("Lien position", _COUNT, loan.lien_position),
        ("Deal", _TEXT, loan.deal),
    )


def _parties(line: LoanLine) -> Iterable[Term]:
    loan = line.loan
    return (
        ("Borrower", _TEXT, loan.borrower),
        ("Guarantors", _TEXT, ", ".join(loan.guarantors)),
        ("Recourse", _TEXT, loan.recourse and words(loan.recourse.value)),
        ("Lender", _TEXT, line.lender),
        ("Fund", _TEXT, line.fund),
        ("Portfolio", _TEXT, line.portfolio),
        ("Originator", _TEXT, loan.originator),
        ("Servicer", _TEXT, loan.servicer),
    )


def _balance(line: LoanLine) -> Iterable[Term]:
    return (
        ("Original balance", _MONEY, line.loan.original_balance),
        ("Balance", _MONEY, line.balance),
        ("Balance as of", _DATE, line.balance_as_of),
    )


def _maturity(line: LoanLine) -> Iterable[Term]:
    loan = line.loan
    return (
        ("Originated", _DATE, loan.origination_date),
        ("Maturity", _DATE, loan.maturity_date),
        ("Anticipated repayment", _DATE, loan.anticipated_repayment_date),
        ("Expected maturity", _DATE, line.maturity.date),
        ("Balloon", _MONEY, line.balloon),
    )


def _rate(line: LoanLine) -> Iterable[Term]:
    loan, floating = line.loan, line.loan.terms.floating
    yield "Rate type", _TEXT, words(loan.rate_type.value)
    yield "Rate", _RATE, loan.rate
    yield "Day count", _TEXT, words(loan.terms.day_count.value)
    if floating is not None:
        yield "Index", _TEXT, floating.index
        yield "Spread", _RATE, floating.spread
        yield "Index floor", _RATE, floating.index_floor
        yield "Rate floor", _RATE, floating.rate_floor
        yield "Rate ceiling", _RATE, floating.rate_ceiling
    for step in loan.terms.rate_steps:
        yield f"Rate from {step.from_date}", _RATE, step.rate


def _payments(line: LoanLine) -> Iterable[Term]:
    terms = line.loan.terms
    return (
        ("Amortization", _TEXT, words(line.loan.amortization_type.value)),
        ("Amortization months", _COUNT, terms.amortization_months),
        ("Interest-only months", _COUNT, terms.interest_only_months or None),
        ("Frequency", _TEXT, words(terms.frequency.value)),
        ("Payments in advance", _TEXT, "Yes" if terms.payments_in_advance else None),
        ("First payment", _DATE, terms.first_payment_date),
        ("Payment day", _COUNT, terms.payment_day),
        ("Level payment", _MONEY, terms.level_payment),
        ("Principal with each payment", _MONEY, terms.fixed_principal),
        ("Listed principal", _MONEY, sum(item.amount for item in terms.scheduled_principal) or None),
        ("Cash after anticipated repayment", _MONEY, terms.cash_after_anticipated_repayment),
        ("Interest paid at", _RATE, terms.pay_rate),
        ("Payment, the rest is capitalized", _MONEY, terms.capitalizing_payment),
        ("Capitalized up to, of the original balance", ColumnKind.RATIO, terms.capitalization_limit),
        ("Commitment", _MONEY, terms.commitment),
        ("Fee on what is not drawn", _RATE, terms.unused_fee_rate),
        *((f"Drawn, {each.drawn_on}", _MONEY, each.amount) for each in terms.draws),
        *((f"Prepaid in part, {each.paid_on}", _MONEY, each.amount) for each in terms.curtailments),
        ("Annual debt service", _MONEY, line.debt_service),
        ("Grace days", _COUNT, terms.grace_days),
        ("Business days", _TEXT, words(terms.business_day_rule.value)),
    )


def _prepayment(line: LoanLine) -> Iterable[Term]:
    for number, phase in enumerate(line.loan.terms.prepayment, 1):
        yield f"Phase {number}", _TEXT, phase_in_words(phase)
        yield f"Phase {number}, penalty", _RATE, phase.penalty
        yield f"Phase {number}, terms", _TEXT, phase.terms


def _extension(line: LoanLine) -> Iterable[Term]:
    for number, option in enumerate(line.loan.terms.extension_options, 1):
        yield f"Option {number}, months", _COUNT, option.months
        yield f"Option {number}, fee", _RATE, option.fee
        yield f"Option {number}, exercised on", _DATE, option.exercised_on
        yield f"Option {number}, conditions", _TEXT, option.conditions


def _reserves(line: LoanLine) -> Iterable[Term]:
    for reserve in line.loan.terms.reserves:
        yield reserve.name, _MONEY, reserve.balance
        yield f"{reserve.name}, monthly deposit", _MONEY, reserve.monthly_deposit


def _hedges(line: LoanLine) -> Iterable[Term]:
    for hedge in line.loan.terms.hedges:
        name = words(hedge.kind.value).capitalize()
        yield f"{name}, notional", _MONEY, hedge.notional
        yield f"{name}, strike", _RATE, hedge.strike
        yield f"{name}, ends", _DATE, hedge.end_date


_PARTS: Final[Mapping[str, Callable[[LoanLine], Iterable[Term]]]] = MappingProxyType(
    {
        "Loan": _identity,
        "Parties": _parties,
        "Balance": _balance,
        "Maturity": _maturity,
        "Rate": _rate,
        "Payments": _payments,
        "Prepayment": _prepayment,
        "Extension": _extension,
        "Reserves": _reserves,
        "Hedges": _hedges,
    }
)


def _assets(line: LoanLine) -> Iterator[Row]:
    for asset in line.assets:
        value = latest_valuation(asset.valuations)
        income = income_figures(asset.operating_statements, "net_operating_income").latest
        occupancy = latest_occupancy(asset.operating_statements)
        cells = (
            asset.name,
            words(asset.property_type.value),
            asset.city,
            asset.state,
            *dated(value),
            *dated(income),
            dated(occupancy)[0],
        )
        yield Row(asset.id, cells)


def _figures(line: LoanLine) -> Iterator[Row]:
    ratios = line.ratios
    for name, ratio in (
        ("DSCR", ratios.dscr),
        ("DSCR on net cash flow", ratios.dscr_net_cash_flow),
        ("LTV", ratios.ltv),
        ("Debt yield", ratios.debt_yield),
        ("Debt yield on net cash flow", ratios.debt_yield_net_cash_flow),
    ):
        inputs = "; ".join(
            f"{each.name} {each.value:,}" + (f" as of {each.as_of}" if each.as_of is not None else "")
            for each in ratio.inputs
        )
        yield Row(name, (name, ratio.value, ratio.formula, inputs, ratio.left_out))
