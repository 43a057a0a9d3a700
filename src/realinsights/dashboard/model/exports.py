"""Lines as rows of a table: the same loans in the same order as a list shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from realinsights.dashboard.model.lines import LoanLine, Named

HEADER = (
    "Loan id",
    "Loan number",
    "Name",
    "Borrower",
    "Lender",
    "Fund",
    "Portfolio",
    "Structure",
    "Status",
    "Original balance",
    "Current balance",
    "Matched balance",
    "Balance as of",
    "Rate type",
    "Rate",
    "Amortization type",
    "Origination date",
    "Maturity date",
    "Annual debt service",
    "DSCR",
    "Reported DSCR",
    "LTV",
    "Debt yield",
    "Value",
    "Net operating income",
    "Net cash flow",
    "Occupancy",
    "Properties",
    "States",
    "Property types",
    "Gaps",
)


def row_of(line: LoanLine) -> tuple[Any, ...]:
    """Return a line as a row under `HEADER`."""
    return (
        line.loan_id,
        line.number,
        line.name,
        line.borrower,
        _name(line.lender),
        _name(line.fund),
        _name(line.portfolio),
        line.structure.value,
        line.status.value,
        Decimal(line.original_balance),
        Decimal(line.balance),
        Decimal(line.matched_balance),
        line.as_of,
        line.rate_type.value,
        Decimal(line.rate),
        line.amortization_type.value,
        line.origination_date,
        line.maturity_date,
        _number(line.annual_debt_service),
        _number(line.dscr),
        _number(line.reported_dscr),
        _number(line.ltv),
        _number(line.debt_yield),
        _number(line.value),
        _number(line.net_operating_income),
        _number(line.net_cash_flow),
        _number(line.occupancy),
        line.properties,
        line.states,
        tuple(kind.value for kind in line.property_types),
        line.gaps,
    )


def _name(party: Named | None) -> str | None:
    return None if party is None else party.name or party.id


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
