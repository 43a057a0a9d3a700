"""Ratios of a loan, each with formula and inputs, or the reason why it is left out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
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
from realinsights.loans.queries.history import read
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_finance.debt_service import DebtServiceBasis
from realinsights_finance.due_dates import add_months
from realinsights_finance.money import shown_ratio
from realinsights_finance.ratios import ratio
from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.walking import many

_STRUCTURES = {
    LoanStructure.PARI_PASSU: "a pari-passu note",
    LoanStructure.A_NOTE: "an A note",
    LoanStructure.B_NOTE: "a B note",
    LoanStructure.C_NOTE: "a C note",
    LoanStructure.MEZZANINE: "a mezzanine loan",
}
_BASES = {
    DebtServiceBasis.AMORTIZING_PAYMENT: "the amortizing payment × payments a year",
    DebtServiceBasis.INTEREST_ONLY: "a year of 365 days of interest on the balance",
}


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


async def loan_ratios(
    documents: Documents, *, org: str, loan_id: str, basis: RatioBasis, business_date: datetime.date
) -> LoanRatios:
    """Return a stored loan's ratios; raises `NotFound`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    properties = await many(documents, PROPERTIES, org, loan.property_ids)
    return ratios_of(loan, properties, basis=basis, business_date=business_date)


def ratios_of(
    loan: Loan, properties: Mapping[str, Property], *, basis: RatioBasis, business_date: datetime.date
) -> LoanRatios:
    """Return the loan's ratios: only a whole loan can be held against what the properties are worth and earn."""
    figures, reported = collateral_figures(loan, properties), loan.reported
    income = _income("net operating income", figures.net_operating_income, basis, business_date)
    cash_flow = _income("net cash flow", figures.net_cash_flow, basis, business_date)
    balance = _input("current balance", loan.current_balance, loan.balance_as_of, business_date)
    debt_service = _debt_service(loan, business_date)
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
            _input("value", value.amount, value.as_of, business_date) if value is not None else _unknown("value"),
        ),
        debt_yield=_quotient(loan, income, balance),
        debt_yield_net_cash_flow=_quotient(loan, cash_flow, balance),
    )


class _Unknown(NamedTuple):
    """A figure that is not known, and why."""

    name: str
    reason: str


def _quotient(
    loan: Loan, upper: RatioInput | _Unknown, lower: RatioInput | _Unknown, *, reported: Decimal | None = None
) -> LoanRatio:
    formula = f"{upper.name} / {lower.name}"
    reported_as_of = loan.reported.as_of if loan.reported is not None and reported is not None else None
    left_out = _split(loan) or next((side.reason for side in (lower, upper) if isinstance(side, _Unknown)), None)
    if left_out is not None or isinstance(upper, _Unknown) or isinstance(lower, _Unknown):
        return LoanRatio(formula=formula, left_out=left_out, reported=reported, reported_as_of=reported_as_of)
    value = ratio(upper.value, lower.value)
    return LoanRatio(
        formula=formula,
        value=shown_ratio(value) if value is not None else None,
        left_out=None if value is not None else f"the {lower.name} is zero",
        inputs=(upper, lower),
        reported=reported,
        reported_as_of=reported_as_of,
    )


def _debt_service(loan: Loan, on: datetime.date) -> RatioInput | _Unknown:
    name, known = "annual debt service", annual_debt_service(loan)
    if known is None:
        return _Unknown(name, f"the {name} is not known: the loan's terms do not tell it")
    return _input(name, known.annual, loan.balance_as_of, on, _BASES[known.basis])


def _income(name: str, figures: IncomeFigures, basis: RatioBasis, on: datetime.date) -> RatioInput | _Unknown:
    figure: DatedAmount | None = getattr(figures, basis.value)
    if figure is None:
        return _unknown(name, "" if basis is RatioBasis.LATEST else f" on the basis {_words(basis)}")
    words = _words(figure.basis) if figure.basis is not None else "statements of several bases"
    return _input(name, figure.amount, figure.as_of, on, words)


def _unknown(name: str, where: str = "") -> _Unknown:
    return _Unknown(name, f"the {name} of its properties is not known{where}")


def _input(
    name: str, value: Decimal, as_of: datetime.date | None, on: datetime.date, basis: str | None = None
) -> RatioInput:
    old = as_of is not None and add_months(as_of, OLD_AFTER_MONTHS) < on
    return RatioInput(name=name, value=value, as_of=as_of, basis=basis, old=old)


def _split(loan: Loan) -> str | None:
    structure = _STRUCTURES.get(loan.structure)
    if structure is None:
        return None
    return f"{structure} is a part of the debt on the whole property: it cannot be held against it alone"


def _words(basis: StrEnum) -> str:
    return basis.value.replace("_", " ")
