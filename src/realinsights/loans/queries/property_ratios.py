"""Ratios of a property: of the debt that is allocated to it, against what it alone is worth and earns."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.collateral import CollateralFigures, allocated_collateral, collateral_figures
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.performance import income_figures, latest_valuation
from realinsights.loans.model.property import Property
from realinsights.loans.model.ratios import (
    DEBT_SERVICE_WORDS,
    LoanRatio,
    RatioBasis,
    RatioInput,
    Unknown,
    figure_input,
    income_input,
    ratio_of,
    split_reason,
    unknown_input,
)
from realinsights.loans.queries.history import read
from realinsights.loans.store import LOANS, PROPERTIES
from realinsights_finance.money import cents
from realinsights_platform.documents.port import Contains, Documents
from realinsights_platform.documents.walking import many, walk

_NOTHING = Decimal("0.00")


class PropertyRatios(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A property's ratios at the recorded balances of the loans on it and its own latest figures.

    `allocated_balance` is what of their balances is allocated to it, `whole_balance` what they owe altogether.
    """

    property_id: str
    loans: int
    allocated_balance: Decimal
    whole_balance: Decimal
    dscr: LoanRatio
    dscr_net_cash_flow: LoanRatio
    ltv: LoanRatio
    debt_yield: LoanRatio
    debt_yield_net_cash_flow: LoanRatio


async def property_ratios(
    documents: Documents, *, org: str, property_id: str, basis: RatioBasis, business_date: datetime.date
) -> PropertyRatios:
    """Return a stored property's ratios; raises `NotFound`."""
    asset = await read(documents, PROPERTIES, org=org, document_id=property_id)
    loans = [loan async for loan in walk(documents, LOANS, org, Contains("property_ids", property_id))]
    ids = {each for loan in loans for each in loan.property_ids}
    properties = await many(documents, PROPERTIES, org, tuple(ids))
    return ratios_of_property(asset, loans, properties, basis=basis, business_date=business_date)


def ratios_of_property(
    asset: Property,
    loans: Sequence[Loan],
    properties: Mapping[str, Property],
    *,
    basis: RatioBasis,
    business_date: datetime.date,
) -> PropertyRatios:
    """Return the ratios of all debt that the loans have on a property; `properties` holds all that they are on.

    Where a loan on it is only a part of the debt, or is secured by it no longer, the debt on it is not known.
    """
    owed = [loan for loan in loans if loan.current_balance and loan.status not in GONE]
    shares = [_allocated(loan, asset, properties) for loan in owed]
    balance = _balance(owed, shares, business_date)
    service = _debt_service(owed, shares, business_date)
    figures = _figures(asset, owed)
    income = income_input("net operating income", figures.net_operating_income, basis, business_date)
    cash_flow = income_input("net cash flow", figures.net_cash_flow, basis, business_date)
    value = figures.value
    worth = unknown_input("value") if value is None else figure_input("value", value.amount, value.as_of, business_date)
    left_out = _left_out(owed)
    return PropertyRatios(
        property_id=asset.id,
        loans=len(owed),
        allocated_balance=sum(shares, _NOTHING),
        whole_balance=sum((loan.current_balance for loan in owed), _NOTHING),
        dscr=ratio_of(income, service, left_out=left_out),
        dscr_net_cash_flow=ratio_of(cash_flow, service, left_out=left_out),
        ltv=ratio_of(balance, worth, left_out=left_out),
        debt_yield=ratio_of(income, balance, left_out=left_out),
        debt_yield_net_cash_flow=ratio_of(cash_flow, balance, left_out=left_out),
    )


def _allocated(loan: Loan, asset: Property, properties: Mapping[str, Property]) -> Decimal:
    return next(share.balance for share in allocated_collateral(loan, properties) if share.property_id == asset.id)


def _figures(asset: Property, owed: Sequence[Loan]) -> CollateralFigures:
    """Return the property's figures; of one that a loan is on alone they are the loan's, the servicer's totals too."""
    alone = next((loan for loan in owed if loan.property_ids == (asset.id,)), None)
    if alone is not None:
        return collateral_figures(alone, {asset.id: asset})
    return CollateralFigures(
        value=latest_valuation(asset.valuations),
        net_operating_income=income_figures(asset.operating_statements, "net_operating_income"),
        net_cash_flow=income_figures(asset.operating_statements, "net_cash_flow"),
    )


def _left_out(owed: Sequence[Loan]) -> str | None:
    if not owed:
        return "no loan on it owes anything"
    for loan in owed:
        split = split_reason(loan)
        if split is not None:
            return f"loan {loan.number}: {split}"
        if loan.status is LoanStatus.DEFEASED:
            return f"loan {loan.number} is defeased: secured by government securities, no longer by the property"
    return None


def _balance(owed: Sequence[Loan], shares: Sequence[Decimal], on: datetime.date) -> RatioInput | Unknown:
    name = "allocated balance"
    if not owed:
        return Unknown(name, "no loan on it owes anything")
    return figure_input(name, sum(shares, _NOTHING), min(loan.balance_as_of for loan in owed), on)


def _debt_service(owed: Sequence[Loan], shares: Sequence[Decimal], on: datetime.date) -> RatioInput | Unknown:
    """Return the debt service of what is allocated: of each loan in the proportion of its balance, to the cent."""
    name = "annual debt service of the allocated balance"
    if not owed:
        return Unknown(name, "no loan on it owes anything")
    total, bases = _NOTHING, set()
    for loan, share in zip(owed, shares, strict=True):
        known = annual_debt_service(loan)
        if known is None:
            return Unknown(
                name, f"the annual debt service of loan {loan.number} is not known: its terms do not tell it"
            )
        total += cents(known.annual * share / loan.current_balance)
        bases.add(DEBT_SERVICE_WORDS[known.basis])
    return figure_input(name, total, min(loan.balance_as_of for loan in owed), on, "; ".join(sorted(bases)))
