"""The `<property>` of an EX-102 asset: a building, or what all buildings of a loan sum to."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import StatementBasis
from realinsights.loans.model.performance import (
    LONGEST_YEAR,
    SHORTEST_YEAR,
    OperatingStatement,
    RollUp,
    Valuation,
)
from realinsights.loans.model.tape import TapeProperty
from realinsights.loans.tapes import ex102_codes as codes
from realinsights.loans.tapes.ex102_elements import PROPERTY_FIELDS
from realinsights.loans.tapes.ex102_values import Elements, code, date, decimal, money, text_of, whole

_METHOD: Final = code(codes.INCOME_METHODS)
_SOURCE: Final = code(codes.VALUATION_SOURCES)


def building(elements: Elements, *, number: str, row: int, reported_on: datetime.date | None) -> TapeProperty:
    """Return the building a `<property>` describes."""
    type_code = elements.get("propertyTypeCode", text_of)
    return TapeProperty(
        number=number,
        row=row,
        sub_type=codes.SUB_TYPES.get(type_code or ""),
        square_feet=_square_feet(elements),
        units=_units(elements),
        valuations=_valuations(elements),
        operating_statements=_statements(elements, reported_on),
        **elements.fields(PROPERTY_FIELDS),
    )


def roll_up(elements: Elements, *, reported_on: datetime.date | None) -> RollUp:
    """Return the totals a parent's `<property>` gives for all its buildings."""
    units = _units(elements)
    return RollUp(
        valuations=_valuations(elements),
        operating_statements=_statements(elements, reported_on),
        square_feet=_square_feet(elements),
        units=None if units is None else Decimal(units),
    )


def _square_feet(elements: Elements) -> Decimal | None:
    present = elements.get("netRentableSquareFeetNumber", decimal)
    return present if present is not None else elements.get("netRentableSquareFeetSecuritizationNumber", decimal)


def _units(elements: Elements) -> int | None:
    present = elements.get("unitsBedsRoomsNumber", whole)
    return present if present is not None else elements.get("unitsBedsRoomsSecuritizationNumber", whole)


def _valuations(elements: Elements) -> tuple[Valuation, ...]:
    found = []
    for amount_element, date_element, source_element in (
        ("valuationSecuritizationAmount", "valuationSecuritizationDate", "valuationSourceSecuritizationCode"),
        ("mostRecentValuationAmount", "mostRecentValuationDate", "mostRecentValuationSourceCode"),
    ):
        amount = elements.get(amount_element, money)
        if amount is not None:
            as_of, source = elements.get(date_element, date), elements.get(source_element, _SOURCE)
            found.append(Valuation(amount=amount, as_of=as_of, source=source))
    return tuple(found)


def _statements(elements: Elements, reported_on: datetime.date | None) -> tuple[OperatingStatement, ...]:
    underwritten = OperatingStatement(
        basis=StatementBasis.UNDERWRITTEN,
        period_end=elements.get("financialsSecuritizationDate", date),
        revenue=elements.get("revenueSecuritizationAmount", money),
        operating_expenses=elements.get("operatingExpensesSecuritizationAmount", money),
        net_operating_income=elements.get("netOperatingIncomeSecuritizationAmount", money),
        net_cash_flow=elements.get("netCashFlowFlowSecuritizationAmount", money),
        occupancy=elements.get("physicalOccupancySecuritizationPercentage", decimal),
        source=elements.get("netOperatingIncomeNetCashFlowSecuritizationCode", _METHOD),
    )
    found = [underwritten] if _says_something(underwritten) else []
    begins = elements.get("mostRecentFinancialsStartDate", date)
    ends = elements.get("mostRecentFinancialsEndDate", date)
    occupancy = elements.get("mostRecentPhysicalOccupancyPercentage", decimal)
    figures = {
        "revenue": elements.get("mostRecentRevenueAmount", money),
        "operating_expenses": elements.get("operatingExpensesAmount", money),
        "net_operating_income": elements.get("mostRecentNetOperatingIncomeAmount", money),
        "net_cash_flow": elements.get("mostRecentNetCashFlowAmount", money),
    }
    source = elements.get("netOperatingIncomeNetCashFlowCode", _METHOD)
    a_year = begins is not None and ends is not None and SHORTEST_YEAR <= (ends - begins).days <= LONGEST_YEAR
    # Income of part of a year is no annual figure and is never scaled up to one; its occupancy stands all the same.
    if a_year and any(figure is not None for figure in figures.values()):
        calendar_year = ends is not None and (ends.month, ends.day) == (12, 31)
        found.append(
            OperatingStatement(
                basis=StatementBasis.ANNUAL if calendar_year else StatementBasis.TRAILING_TWELVE_MONTHS,
                period_start=begins,
                period_end=ends,
                occupancy=occupancy,
                source=source,
                **figures,
            )
        )
    elif occupancy is not None:
        found.append(
            OperatingStatement(
                basis=StatementBasis.TRAILING_TWELVE_MONTHS, period_end=ends or reported_on, occupancy=occupancy
            )
        )
    return tuple(found)


def _says_something(statement: OperatingStatement) -> bool:
    return any(
        figure is not None
        for figure in (
            statement.revenue,
            statement.operating_expenses,
            statement.net_operating_income,
            statement.net_cash_flow,
            statement.occupancy,
        )
    )
