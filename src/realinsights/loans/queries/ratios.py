"""Ratios of a loan, each with formula and inputs, or the reason why it is left out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from realinsights.contracts.loans import LoanStructure
from realinsights.loans.model.collateral import collateral_figures
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.performance import Figure, StatementBasis
from realinsights.loans.model.property import Property
from realinsights.loans.queries.history import read
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_finance.debt_service import DebtServiceBasis
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


class RatioInput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A figure a ratio is made of, and the date it is of where one is known."""

    name: str
    value: Decimal
    as_of: datetime.date | None
    basis: str | None = None


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
    documents: Documents, *, org: str, loan_id: str, basis: StatementBasis | None = None
) -> LoanRatios:
    """Return a stored loan's ratios; raises `NotFound`."""
    loan = await read(documents, LOANS, org=org, document_id=loan_id)
    return ratios_of(loan, await many(documents, PROPERTIES, org, loan.property_ids), basis=basis)


def ratios_of(loan: Loan, properties: Mapping[str, Property], *, basis: StatementBasis | None = None) -> LoanRatios:
    """Return the loan's ratios: only a whole loan can be held against what the properties are worth and earn.

    Income is of the statements of `basis` (default: the loan's own), or of the latest others where there are none.
    """
    if basis is not None:
        loan = msgspec.structs.replace(loan, statement_basis=basis)
    figures, reported = collateral_figures(loan, properties), loan.reported
    income = _of_properties("net operating income", figures.net_operating_income)
    cash_flow = _of_properties("net cash flow", figures.net_cash_flow)
    balance = RatioInput(name="current balance", value=loan.current_balance, as_of=loan.balance_as_of)
    debt_service = _debt_service(loan)
    return LoanRatios(
        loan_id=loan.id,
        dscr=_quotient(loan, income, debt_service, reported=reported.dscr if reported is not None else None),
        dscr_net_cash_flow=_quotient(
            loan, cash_flow, debt_service, reported=reported.dscr_net_cash_flow if reported is not None else None
        ),
        ltv=_quotient(loan, balance, _of_properties("value", figures.value)),
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


def _debt_service(loan: Loan) -> RatioInput | _Unknown:
    name, known = "annual debt service", annual_debt_service(loan)
    if known is None:
        return _Unknown(name, f"the {name} is not known: the loan's terms do not tell it")
    return RatioInput(name=name, value=known.annual, as_of=loan.balance_as_of, basis=_BASES[known.basis])


def _of_properties(name: str, figure: Figure | None) -> RatioInput | _Unknown:
    if figure is None:
        return _Unknown(name, f"the {name} of its properties is not known")
    basis = None if name == "value" else _basis_of(figure)
    return RatioInput(name=name, value=figure.amount, as_of=figure.as_of, basis=basis)


def _split(loan: Loan) -> str | None:
    structure = _STRUCTURES.get(loan.structure)
    if structure is None:
        return None
    return f"{structure} is a part of the debt on the whole property: it cannot be held against it alone"


def _basis_of(income: Figure) -> str:
    return income.basis.value.replace("_", " ") if income.basis is not None else "statements of several bases"
