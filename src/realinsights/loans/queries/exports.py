"""Exports of loans, page by page, so that a million take no more memory than a hundred."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from realinsights.contracts.loans import DatedAmount
from realinsights.loans.model.collateral import CollateralFigures, collateral_figures
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.prepayment_words import prepayment_in_words
from realinsights.loans.model.property import Property
from realinsights.loans.queries.lists import LoanFilter, order_by
from realinsights.loans.queries.scoping import loans_within
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES
from realinsights_finance.debt_service import DebtService
from realinsights_platform.csv_cells import cell
from realinsights_platform.documents.port import Documents, Kind, Order, Where
from realinsights_platform.documents.walking import many, pages
from realinsights_platform.principal import Scope


@dataclass(frozen=True, slots=True)
class _Line:
    """A loan with what its line tells besides; `names` are those of lenders, funds and portfolios, by field and id."""

    loan: Loan
    names: Mapping[str, Mapping[str, str]]
    assets: Sequence[Property]
    figures: CollateralFigures
    debt_service: DebtService | None

    @property
    def income(self) -> DatedAmount | None:
        """The latest net operating income."""
        return self.figures.net_operating_income.latest


_COLUMNS: Final[Mapping[str, Callable[[_Line], Any]]] = {
    "Loan id": lambda line: line.loan.id,
    "Loan number": lambda line: line.loan.number,
    "Name": lambda line: line.loan.name,
    "Borrower": lambda line: line.loan.borrower,
    "Lender": lambda line: line.names["lender_id"].get(line.loan.lender_id or ""),
    "Fund": lambda line: line.names["fund_id"].get(line.loan.fund_id or ""),
    "Portfolio": lambda line: line.names["portfolio_id"].get(line.loan.portfolio_id or ""),
    "Deal": lambda line: line.loan.deal,
    "Structure": lambda line: line.loan.structure.value,
    "Note": lambda line: line.loan.note_name,
    "Status": lambda line: line.loan.status.value,
    "Original balance": lambda line: line.loan.original_balance,
    "Current balance": lambda line: line.loan.current_balance,
    "Balance as of": lambda line: line.loan.balance_as_of,
    "Rate type": lambda line: line.loan.rate_type.value,
    "Rate": lambda line: line.loan.rate,
    "Day count": lambda line: line.loan.terms.day_count.value,
    "Amortization type": lambda line: line.loan.amortization_type.value,
    "Amortization months": lambda line: line.loan.terms.amortization_months,
    "Interest-only months": lambda line: line.loan.terms.interest_only_months,
    "Origination date": lambda line: line.loan.origination_date,
    "First payment date": lambda line: line.loan.terms.first_payment_date,
    "Maturity date": lambda line: line.loan.maturity_date,
    "Annual debt service": lambda line: line.debt_service and line.debt_service.annual,
    "Reported DSCR": lambda line: line.loan.reported and line.loan.reported.dscr,
    "Properties": lambda line: len(line.assets),
    "Property names": lambda line: tuple(asset.name for asset in line.assets),
    "States": lambda line: _distinct(asset.state for asset in line.assets),
    "Property types": lambda line: _distinct(asset.property_type.value for asset in line.assets),
    "Value": lambda line: line.figures.value and line.figures.value.amount,
    "Value as of": lambda line: line.figures.value and line.figures.value.as_of,
    "Net operating income": lambda line: line.income and line.income.amount,
    "Net operating income basis": lambda line: line.income and line.income.basis and line.income.basis.value,
    "Net operating income as of": lambda line: line.income and line.income.as_of,
    "Occupancy": lambda line: line.figures.occupancy and line.figures.occupancy.amount,
    "Risk rating": lambda line: line.loan.risk_rating and line.loan.risk_rating.rating,
    "Tags": lambda line: line.loan.tags,
    "Servicer": lambda line: line.loan.servicer,
    "Payment frequency": lambda line: line.loan.terms.frequency.value,
    "Payments in advance": lambda line: line.loan.terms.payments_in_advance,
    "Payment day": lambda line: line.loan.terms.payment_day,
    "Interest start date": lambda line: line.loan.terms.interest_start_date,
    "Level payment": lambda line: line.loan.terms.level_payment,
    "Fixed principal": lambda line: line.loan.terms.fixed_principal,
    "Principal schedule": lambda line: tuple(
        f"{item.due_date} {item.amount}" for item in line.loan.terms.scheduled_principal
    ),
    "Cash after anticipated repayment": lambda line: line.loan.terms.cash_after_anticipated_repayment,
    "Pay rate": lambda line: line.loan.terms.pay_rate,
    "Capitalizing payment": lambda line: line.loan.terms.capitalizing_payment,
    "Capitalization limit": lambda line: line.loan.terms.capitalization_limit,
    "Curtailment schedule": lambda line: tuple(
        f"{each.paid_on} {each.amount} {each.effect.value}" for each in line.loan.terms.curtailments
    ),
    "Commitment": lambda line: line.loan.terms.commitment,
    "Draw schedule": lambda line: tuple(f"{each.drawn_on} {each.amount}" for each in line.loan.terms.draws),
    "Unused fee rate": lambda line: line.loan.terms.unused_fee_rate,
    "Unused fee day count": lambda line: (
        line.loan.terms.unused_fee_day_count and line.loan.terms.unused_fee_day_count.value
    ),
    "Rate steps": lambda line: tuple(f"{step.from_date} {step.rate}" for step in line.loan.terms.rate_steps),
    "Payment basis": lambda line: line.loan.terms.payment_basis.value,
    "Amortization from closing": lambda line: line.loan.terms.amortization_from_closing,
    "Business day rule": lambda line: line.loan.terms.business_day_rule.value,
    "Business day calendar": lambda line: line.loan.terms.business_day_calendar,
    "Accrual adjusted": lambda line: line.loan.terms.accrual_adjusted,
    "Interest rounding": lambda line: line.loan.terms.interest_rounding.value,
    "Payment rounding": lambda line: line.loan.terms.payment_rounding.value,
    "Daily rate decimals": lambda line: line.loan.terms.daily_rate_decimals,
    "Grace days": lambda line: line.loan.terms.grace_days,
    "Index": lambda line: line.loan.terms.floating and line.loan.terms.floating.index,
    "Spread": lambda line: line.loan.terms.floating and line.loan.terms.floating.spread,
    "Index floor": lambda line: line.loan.terms.floating and line.loan.terms.floating.index_floor,
    "Rate floor": lambda line: line.loan.terms.floating and line.loan.terms.floating.rate_floor,
    "Anticipated repayment date": lambda line: line.loan.anticipated_repayment_date,
    "Prepayment phases": lambda line: prepayment_in_words(line.loan.terms),
    "Partial prepayment": lambda line: line.loan.terms.partial_prepayment and line.loan.terms.partial_prepayment.value,
    "Rate ceiling": lambda line: line.loan.terms.floating and line.loan.terms.floating.rate_ceiling,
    "Lookback days": lambda line: line.loan.terms.floating and line.loan.terms.floating.lookback_business_days,
    "Reset months": lambda line: line.loan.terms.floating and line.loan.terms.floating.reset_months,
    "First reset date": lambda line: line.loan.terms.floating and line.loan.terms.floating.first_reset_date,
    "Index rounding": lambda line: line.loan.terms.floating and line.loan.terms.floating.rounding.value,
    "Rate setting": lambda line: line.loan.terms.floating and line.loan.terms.floating.setting.value,
    "Index calendar": lambda line: line.loan.terms.floating and line.loan.terms.floating.calendar,
    "Fixed rate": lambda line: line.loan.terms.floating and line.loan.terms.floating.fixed_rate,
    "Fixed until": lambda line: line.loan.terms.floating and line.loan.terms.floating.fixed_until,
}
LOANS_HEADER = tuple(_COLUMNS)
_PAGE = 200


def loan_rows(
    documents: Documents, *, org: str, scope: Scope | None, filters: LoanFilter, on: datetime.date, order: str
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Return pages of rows under `LOANS_HEADER`; raises `Invalid` at once, since a stream cannot be refused later."""
    return _loan_rows(documents, org, (*filters.where(on=on), *loans_within(scope)), order_by(LOANS, order))


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


def line_of(
    loan: Loan, names: Mapping[str, Mapping[str, str]], properties: Mapping[str, Property]
) -> Mapping[str, str]:
    """Return the loan's line of the export, by header; `names` are those of lenders, funds and portfolios by id."""
    return dict(zip(LOANS_HEADER, map(cell, _row(loan, names, properties)), strict=True))


def _row(loan: Loan, names: Mapping[str, Mapping[str, str]], properties: Mapping[str, Property]) -> tuple[Any, ...]:
    assets = [properties[key] for key in loan.property_ids if key in properties]
    line = _Line(loan, names, assets, collateral_figures(loan, properties), annual_debt_service(loan))
    return tuple(column(line) for column in _COLUMNS.values())


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


async def _named(documents: Documents, kind: Kind[Any], org: str, ids: Iterable[str | None]) -> dict[str, str]:
    return {key: document.name for key, document in (await many(documents, kind, org, ids)).items()}
