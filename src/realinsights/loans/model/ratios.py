"""Ratios of a loan, each with formula and inputs, or the reason why it is left out. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from realinsights.contracts.loans import OLD_AFTER_MONTHS, DatedAmount, LoanStructure
from realinsights.loans.model.collateral import collateral_figures
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.performance import IncomeFigures
from realinsights.loans.model.property import Property
from realinsights_finance.debt_service import DebtServiceBasis
from realinsights_finance.due_dates import add_months
from realinsights_finance.money import shown_ratio
from realinsights_finance.ratios import ratio

_STRUCTURES = {
    LoanStructure.PARI_PASSU: "a pari-passu note",
    LoanStructure.A_NOTE: "an A note",
    LoanStructure.B_NOTE: "a B note",
    LoanStructure.C_NOTE: "a C note",
    LoanStructure.MEZZANINE: "a mezzanine loan",
}
DEBT_SERVICE_WORDS = {
    DebtServiceBasis.AMORTIZING_PAYMENT: "the amortizing payment × payments a year",
    DebtServiceBasis.INTEREST_ONLY: "a year of 365 days of interest on the balance",
    DebtServiceBasis.NEXT_TWELVE_MONTHS: "the installments of the year after the recorded balance, without the balloon",
}

_NAMED = 3  # loans that a sentence names


class RatioBasis(StrEnum):
    """The basis of the income in a ratio: of the latest statements, or of those of one basis alone."""

    LATEST = "latest"
    UNDERWRITTEN = "underwritten"
    TRAILING_TWELVE_MONTHS = "trailing_twelve_months"
    ANNUAL = "annual"
    BUDGET = "budget"


class RatioInput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A figure a ratio is made of, and the date it is of where one is known.

    `old` says that it was older than 15 months at the business date.
    """

    name: str
    value: Decimal
    as_of: datetime.date | None
    basis: str | None = None
    old: bool = False


class LoanRatio(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A ratio to 6 decimals; where `value` is null, `left_out` says why. `reported` is the servicer's own, if any."""

    formula: str
    value: Decimal | None = None
    left_out: str | None = None
    inputs: tuple[RatioInput, ...] = ()
    reported: Decimal | None = None
    reported_as_of: datetime.date | None = None


class LoanRatios(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan's ratios at its recorded balance and the latest figures of its properties."""

    loan_id: str
    dscr: LoanRatio
    dscr_net_cash_flow: LoanRatio
    ltv: LoanRatio
    debt_yield: LoanRatio
    debt_yield_net_cash_flow: LoanRatio


def ratios_of(
    loan: Loan,
    properties: Mapping[str, Property],
    *,
    basis: RatioBasis,
    business_date: datetime.date,
    beside: Sequence[Loan] = (),
) -> LoanRatios:
    """Return the loan's ratios: only a whole loan can be held against what the properties are worth and earn.

    Where others stand `beside` it on a property, it is measured through its position: with all debt that ranks before
    or with it, if the positions are stated and all of it is on the same properties.
    """
    figures, reported = collateral_figures(loan, properties), loan.reported
    income = income_input("net operating income", figures.net_operating_income, basis, business_date)
    cash_flow = income_input("net cash flow", figures.net_cash_flow, basis, business_date)
    through = _through(loan, beside)
    balance = _balance(through, business_date)
    debt_service = _debt_service(through, business_date)
    value = figures.value
    return LoanRatios(
        loan_id=loan.id,
        dscr=_quotient(loan, income, debt_service, reported=reported.dscr if reported is not None else None),
        dscr_net_cash_flow=_quotient(
            loan, cash_flow, debt_service, reported=reported.dscr_net_cash_flow if reported is not None else None
        ),
        ltv=_quotient(
            loan,
            balance,
            figure_input("value", value.amount, value.as_of, business_date)
            if value is not None
            else unknown_input("value"),
        ),
        debt_yield=_quotient(loan, income, balance),
        debt_yield_net_cash_flow=_quotient(loan, cash_flow, balance),
    )


class Unknown(NamedTuple):
    """A figure that is not known, and why."""

    name: str
    reason: str


def _quotient(
    loan: Loan, upper: RatioInput | Unknown, lower: RatioInput | Unknown, *, reported: Decimal | None = None
) -> LoanRatio:
    reported_as_of = loan.reported.as_of if loan.reported is not None and reported is not None else None
    found = ratio_of(upper, lower, left_out=split_reason(loan))
    return msgspec.structs.replace(found, reported=reported, reported_as_of=reported_as_of)


def ratio_of(upper: RatioInput | Unknown, lower: RatioInput | Unknown, *, left_out: str | None = None) -> LoanRatio:
    """Return a ratio, or why there is none: the reason given, or that of a figure that is not known."""
    formula = f"{upper.name} / {lower.name}"
    left_out = left_out or next((side.reason for side in (lower, upper) if isinstance(side, Unknown)), None)
    if left_out is not None or isinstance(upper, Unknown) or isinstance(lower, Unknown):
        return LoanRatio(formula=formula, left_out=left_out)
    value = ratio(upper.value, lower.value)
    return LoanRatio(
        formula=formula,
        value=shown_ratio(value) if value is not None else None,
        left_out=None if value is not None else f"the {lower.name} is zero",
        inputs=(upper, lower),
    )


def _through(loan: Loan, beside: Sequence[Loan]) -> Sequence[Loan] | str:
    """Return the loan and what ranks before or with it on its properties, or why that is not known."""
    if not beside:
        return (loan,)
    unranked = [each.number for each in (loan, *beside) if each.lien_position is None]
    if unranked:
        return (
            f"other loans stand on its properties ({numbers_of(beside)}), and which ranks first is not known: "
            f"state the lien position of {', '.join(unranked[:_NAMED])}"
        )
    position = loan.lien_position or 0
    before = [each for each in beside if (each.lien_position or 0) <= position]
    elsewhere = [each for each in before if set(each.property_ids) != set(loan.property_ids)]
    if elsewhere:
        return (
            f"what ranks before or with it ({numbers_of(elsewhere)}) stands on other properties too: "
            "how much of it is on these is not known"
        )
    return (loan, *before)


def numbers_of(loans: Sequence[Loan]) -> str:
    """Return the numbers of the first loans, and how many more there are."""
    more = f" and {len(loans) - _NAMED} more" if len(loans) > _NAMED else ""
    return ", ".join(each.number for each in loans[:_NAMED]) + more


def _name(name: str, loans: Sequence[Loan]) -> str:
    """Return what a sum over loans is called."""
    return name if len(loans) == 1 else f"{name} of this loan and of {numbers_of(loans[1:])}, before or with it"


def _balance(through: Sequence[Loan] | str, on: datetime.date) -> RatioInput | Unknown:
    name = "current balance"
    if isinstance(through, str):
        return Unknown(name, through)
    total = sum((each.current_balance for each in through), Decimal("0.00"))
    return figure_input(_name(name, through), total, min(each.balance_as_of for each in through), on)


def _debt_service(through: Sequence[Loan] | str, on: datetime.date) -> RatioInput | Unknown:
    name = "annual debt service"
    if isinstance(through, str):
        return Unknown(name, through)
    total, bases = Decimal("0.00"), set()
    for each in through:
        known = annual_debt_service(each)
        if known is None:
            whose = "the loan's" if each is through[0] else f"loan {each.number}'s"
            return Unknown(name, f"the {name} is not known: {whose} terms do not tell it")
        total += known.annual
        bases.add(DEBT_SERVICE_WORDS[known.basis])
    basis = "; ".join(sorted(bases))
    return figure_input(_name(name, through), total, min(each.balance_as_of for each in through), on, basis)


def income_input(name: str, figures: IncomeFigures, basis: RatioBasis, on: datetime.date) -> RatioInput | Unknown:
    """Return the income on a basis, or that it is not known."""
    figure: DatedAmount | None = getattr(figures, basis.value)
    if figure is None:
        return unknown_input(name, "" if basis is RatioBasis.LATEST else f" on the basis {_words(basis)}")
    words = _words(figure.basis) if figure.basis is not None else "statements of several bases"
    return figure_input(name, figure.amount, figure.as_of, on, words)


def unknown_input(name: str, where: str = "") -> Unknown:
    """Return that a figure of the properties is not known."""
    return Unknown(name, f"the {name} of its properties is not known{where}")


def figure_input(
    name: str, value: Decimal, as_of: datetime.date | None, on: datetime.date, basis: str | None = None
) -> RatioInput:
    """Return a figure, marked where it is old on a date."""
    old = as_of is not None and add_months(as_of, OLD_AFTER_MONTHS) < on
    return RatioInput(name=name, value=value, as_of=as_of, basis=basis, old=old)


def split_reason(loan: Loan) -> str | None:
    """Return why a loan that is a part of the debt on its properties has no ratios."""
    structure = _STRUCTURES.get(loan.structure)
    if structure is None:
        return None
    return f"{structure} is a part of the debt on the whole property: it cannot be held against it alone"


def _words(basis: StrEnum) -> str:
    return basis.value.replace("_", " ")
