"""Exports of loans, page by page, so that a million take no more memory than a hundred."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from realinsights.loans.model.collateral import collateral_figures
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property
from realinsights.loans.queries.lists import LoanFilter, order_by
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_platform.documents.port import Documents, Kind, Order, Where
from realinsights_platform.documents.walking import many, pages

LOANS_HEADER = (
    "Loan id",
    "Loan number",
    "Name",
    "Borrower",
    "Lender",
    "Fund",
    "Portfolio",
    "Deal",
    "Structure",
    "Note",
    "Status",
    "Original balance",
    "Current balance",
    "Balance as of",
    "Rate type",
    "Rate",
    "Day count",
    "Amortization type",
    "Amortization months",
    "Interest-only months",
    "Origination date",
    "First payment date",
    "Maturity date",
    "Annual debt service",
    "Reported DSCR",
    "Properties",
    "Property names",
    "States",
    "Property types",
    "Value",
    "Value as of",
    "Net operating income",
    "Net operating income as of",
    "Occupancy",
    "Risk rating",
    "Tags",
)
_PAGE = 200


def loan_rows(
    documents: Documents, *, org: str, filters: LoanFilter, order: str
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Return pages of rows under `LOANS_HEADER`; raises `Invalid` at once, since a stream cannot be refused later."""
    return _loan_rows(documents, org, filters.where(), order_by(LOANS, order))


async def _loan_rows(
    documents: Documents, org: str, where: tuple[Where, ...], order: Order
) -> AsyncIterator[list[tuple[Any, ...]]]:
    async for loans in pages(documents, LOANS, org, *where, order=order, limit=_PAGE):
        names = {
            "lender_id": await _named(documents, LENDERS, org, (loan.lender_id for loan in loans)),
            "fund_id": await _named(documents, FUNDS, org, (loan.fund_id for loan in loans)),
            "portfolio_id": await _named(documents, PORTFOLIOS, org, (loan.portfolio_id for loan in loans)),
        }
        properties = await many(documents, PROPERTIES, org, (key for loan in loans for key in loan.property_ids))
        yield [_row(loan, names, properties) for loan in loans]


def _row(loan: Loan, names: dict[str, dict[str, str]], properties: dict[str, Property]) -> tuple[Any, ...]:
    assets = [properties[key] for key in loan.property_ids if key in properties]
    figures = collateral_figures(loan, properties)
    debt_service = annual_debt_service(loan)
    value, income = figures.value, figures.net_operating_income
    return (
        loan.id,
        loan.number,
        loan.name,
        loan.borrower,
        names["lender_id"].get(loan.lender_id or ""),
        names["fund_id"].get(loan.fund_id or ""),
        names["portfolio_id"].get(loan.portfolio_id or ""),
        loan.deal,
        loan.structure.value,
        loan.note_name,
        loan.status.value,
        loan.original_balance,
        loan.current_balance,
        loan.balance_as_of,
        loan.rate_type.value,
        loan.rate,
        loan.terms.day_count.value,
        loan.amortization_type.value,
        loan.terms.amortization_months,
        loan.terms.interest_only_months,
        loan.origination_date,
        loan.terms.first_payment_date,
        loan.maturity_date,
        debt_service.annual if debt_service is not None else None,
        loan.reported.dscr if loan.reported is not None else None,
        len(assets),
        tuple(asset.name for asset in assets),
        tuple(dict.fromkeys(asset.state for asset in assets if asset.state is not None)),
        tuple(dict.fromkeys(asset.property_type.value for asset in assets)),
        value.amount if value is not None else None,
        value.as_of if value is not None else None,
        income.amount if income is not None else None,
        income.as_of if income is not None else None,
        figures.occupancy.amount if figures.occupancy is not None else None,
        loan.risk_rating.rating if loan.risk_rating is not None else None,
        loan.tags,
    )


async def _named(documents: Documents, kind: Kind[Any], org: str, ids: Iterable[str | None]) -> dict[str, str]:
    return {key: document.name for key, document in (await many(documents, kind, org, ids)).items()}
