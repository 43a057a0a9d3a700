"""Lines as rows of a table: the same loans in the same order as a list shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from realinsights.dashboard.model.lines import LoanLine, Named

_COLUMNS: Final[Mapping[str, Callable[[LoanLine], Any]]] = {
    "Loan id": lambda line: line.loan_id,
    "Loan number": lambda line: line.number,
    "Name": lambda line: line.name,
    "Borrower": lambda line: line.borrower,
    "Lender": lambda line: _name(line.lender),
    "Fund": lambda line: _name(line.fund),
    "Portfolio": lambda line: _name(line.portfolio),
    "Structure": lambda line: line.structure.value,
    "Status": lambda line: line.status.value,
    "Original balance": lambda line: Decimal(line.original_balance),
    "Current balance": lambda line: Decimal(line.balance),
    "Lien position": lambda line: line.lien_position,
    "Balance before or with it": lambda line: _number(line.balance_before),
    "Matched balance": lambda line: Decimal(line.matched_balance),
    "Balance as of": lambda line: line.as_of,
    "Recorded balance": lambda line: _number(line.recorded_balance or line.balance),
    "Rate type": lambda line: line.rate_type.value,
    "Rate": lambda line: Decimal(line.rate),
    "Amortization type": lambda line: line.amortization_type.value,
    "Origination date": lambda line: line.origination_date,
    "Maturity date": lambda line: line.maturity_date,
    "Anticipated repayment date": lambda line: line.anticipated_repayment_date,
    "Extended maturity date": lambda line: line.extended_maturity_date,
    "Expected maturity date": lambda line: line.expected_maturity_date,
    "Past maturity": lambda line: line.past_maturity,
    "Annual debt service": lambda line: _number(line.annual_debt_service),
    "DSCR": lambda line: _number(line.dscr),
    "Reported DSCR": lambda line: _number(line.reported_dscr),
    "LTV": lambda line: _number(line.ltv),
    "Debt yield": lambda line: _number(line.debt_yield),
    "Value": lambda line: _number(line.value),
    "Value as of": lambda line: line.value_as_of,
    "Net operating income": lambda line: _number(line.net_operating_income),
    "Net operating income basis": lambda line: line.income_basis and line.income_basis.value,
    "Net operating income as of": lambda line: line.income_as_of,
    "Net cash flow": lambda line: _number(line.net_cash_flow),
    "Occupancy": lambda line: _number(line.occupancy),
    "Properties": lambda line: line.properties,
    "States": lambda line: line.states,
    "Property types": lambda line: tuple(kind.value for kind in line.property_types),
    "Gaps": lambda line: line.gaps,
}
HEADER = tuple(_COLUMNS)


def row_of(line: LoanLine) -> tuple[Any, ...]:
    """Return a line as a row under `HEADER`."""
    return tuple([cell(line) for cell in _COLUMNS.values()])


def _name(party: Named | None) -> str | None:
    return None if party is None else party.name or party.id


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
