"""Our own export of loans as a tape: what its columns are called, and how a line tells of several properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from realinsights.contracts.loans import StatementBasis
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.tapes.problems import BadValue
from realinsights_platform.csv_cells import BETWEEN, items_in

SIGNS: Final = frozenset({"Loan id", "Loan number", "Balance as of"})
"""The columns that all our exports of loans have, and that nobody else's file has together."""

COLUMNS: Final = MappingProxyType(
    {
        "Name": "loanName",
        "Deal": "cmbsDeal",
        "Note": "noteName",
        "Balance as of": "asOf",
        "Reported DSCR": "dscr",
    }
)
"""The template's columns that ours are called otherwise."""

COLUMNS_OF_PROPERTIES: Final = MappingProxyType(
    {
        "Properties": "propertyCount",
        "Property names": "propertyName",
        "States": "state",
        "Property types": "propertyType",
        "Value": "value",
        "Value as of": "valueDate",
        "Net operating income": "netOperatingIncome",
        "Net operating income basis": "financialsBasis",
        "Net operating income as of": "financialsDate",
        "Occupancy": "occupancy",
    }
)
"""The columns that tell of all properties of a loan together, where an export has their names."""

NOT_READ: Final = (
    *("Loan id", "Matched balance", "Annual debt service", "DSCR", "LTV", "Debt yield", "Gaps", "Risk rating"),
    *("Net cash flow", "Extended maturity date", "Prepayment phases", "Partial prepayment", *COLUMNS_OF_PROPERTIES),
)
"""The columns that are known and not read: computed ones, and figures of properties that are not named."""

_SHARED: Final = ("state", "property_type")
_INCOME: Final = ("net_operating_income", "occupancy")


def is_own(header: Sequence[str]) -> bool:
    """Tell whether a file's columns are those of one of our exports."""
    return SIGNS.issubset(header)


def columns(header: Sequence[str]) -> Mapping[str, str | None]:
    """Return the template's column of each of our own that has another name, None of one that is not read."""
    named: dict[str, str | None] = {**dict.fromkeys(NOT_READ), **COLUMNS}
    return {**named, **COLUMNS_OF_PROPERTIES} if "Property names" in header else named


def several(
    texts: Mapping[str, str], count: int, read: Mapping[str, Callable[[str], Any]]
) -> tuple[list[dict[str, Any]], RollUp]:
    """Return the buildings of a line that tells of several, and its figures, which are of all of them together.

    A state or a type is known of a building where it is the only one of the line. Raises `BadValue`.
    """
    names = items_in(texts.get("name", ""))
    if len(names) != count:
        raise BadValue(f"does not have the names of its {count} properties")
    shared = {}
    for field in _SHARED:
        text = texts.get(field)
        if text and BETWEEN not in text:
            shared[field] = read[field](text)
    values = {field: read[field](text) for field, text in texts.items() if field not in {"name", *_SHARED}}
    amount, income = values.get("value"), {name: values[name] for name in _INCOME if name in values}
    basis = values.get("financials_basis", StatementBasis.UNDERWRITTEN)
    roll_up = RollUp(
        valuations=(Valuation(amount=amount, as_of=values.get("value_date"), source="tape"),) if amount else (),
        operating_statements=(OperatingStatement(basis=basis, period_end=values.get("financials_date"), **income),)
        if income
        else (),
    )
    return [{"name": name, **shared} for name in names], roll_up
