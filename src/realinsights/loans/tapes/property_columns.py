"""The columns of a CSV tape that speak of a property of the loan, in the template's order."""

from __future__ import annotations

from functools import partial
from typing import Final

from realinsights.loans.tapes import choices
from realinsights.loans.tapes.column import Column, Reading

_column = partial(Column, of_property=True)

PROPERTY_COLUMNS: Final = (
    _column(
        "propertyNumber",
        Reading.TEXT,
        "tells a loan's properties apart when it has several rows",
        "",
        field_name="number",
        length=40,
        synonyms=("property id", "property no"),
    ),
    _column(
        "propertyName",
        Reading.TEXT,
        "what the property is called",
        "Main Street Plaza",
        field_name="name",
        synonyms=("property", "asset name"),
    ),
    _column(
        "address",
        Reading.TEXT,
        "street and number",
        "1 Main Street",
        synonyms=("property address", "street"),
    ),
    _column(
        "city",
        Reading.TEXT,
        "city",
        "Springfield",
        synonyms=("property city",),
    ),
    _column("county", Reading.TEXT, "county", ""),
    _column(
        "state",
        Reading.TEXT,
        "state, as two letters",
        "IL",
        length=32,
        synonyms=("property state", "st"),
    ),
    _column(
        "zip",
        Reading.TEXT,
        "postal code",
        "62701",
        length=32,
        synonyms=("zip code", "postal code", "property zip"),
    ),
    _column(
        "propertyType",
        Reading.CHOICE,
        "multifamily, office, retail, industrial, hospitality, mixed_use, "
        "land, storage, medical, manufactured_housing, cooperative or other",
        "retail",
        choice=choices.PROPERTY_TYPES,
        synonyms=("type", "asset type", "asset class"),
    ),
    _column(
        "yearBuilt",
        Reading.WHOLE,
        "year of construction",
        "1998",
    ),
    _column(
        "squareFeet",
        Reading.NUMBER,
        "rentable square feet",
        "84,000",
        element_name="netRentableSquareFeetNumber",
        synonyms=("sf", "sq ft", "square footage", "area", "nra"),
    ),
    _column(
        "units",
        Reading.WHOLE,
        "apartments, rooms, beds or pads",
        "",
        element_name="unitsBedsRoomsNumber",
        synonyms=("unit count", "rooms"),
    ),
    _column(
        "allocatedAmount",
        Reading.MONEY,
        "the part of the loan allocated to the property",
        "",
        synonyms=("allocated loan amount", "ala"),
    ),
    _column(
        "value",
        Reading.MONEY,
        "what the property is worth",
        "2,000,000.00",
        element_name="valuationSecuritizationAmount",
        synonyms=("appraised value", "property value", "appraisal", "appraisal value", "valuation", "market value"),
    ),
    _column(
        "valueDate",
        Reading.DATE,
        "the date of that value",
        "2022-11-01",
        element_name="valuationSecuritizationDate",
        synonyms=("appraisal date", "valuation date"),
    ),
    _column(
        "revenue",
        Reading.MONEY,
        "effective gross income of a year",
        "260,000",
        element_name="revenueSecuritizationAmount",
        synonyms=("egi", "income", "total revenue"),
    ),
    _column(
        "operatingExpenses",
        Reading.MONEY,
        "operating expenses of that year",
        "100,000",
        element_name="operatingExpensesSecuritizationAmount",
        synonyms=("expenses", "opex"),
    ),
    _column(
        "netOperatingIncome",
        Reading.MONEY,
        "net operating income of that year",
        "160,000",
        element_name="netOperatingIncomeSecuritizationAmount",
        synonyms=("noi", "uw noi", "underwritten noi", "ttm noi", "t12 noi", "trailing noi"),
    ),
    _column(
        "netCashFlow",
        Reading.MONEY,
        "NOI less reserves, tenant improvements and commissions",
        "150,000",
        element_name="netCashFlowFlowSecuritizationAmount",
        synonyms=("ncf", "uw ncf", "underwritten ncf", "ttm ncf", "t12 ncf", "trailing ncf"),
    ),
    _column(
        "financialsDate",
        Reading.DATE,
        "the end of that year",
        "2024-12-31",
        element_name="financialsSecuritizationDate",
        synonyms=("noi date", "financials as of", "net operating income as of"),
    ),
    _column(
        "financialsBasis",
        Reading.CHOICE,
        "underwritten, trailing_twelve_months, annual or budget (without it: told by that year's end)",
        "annual",
        choice=choices.BASES,
        synonyms=("income basis", "noi basis", "net operating income basis", "statement basis"),
    ),
    _column(
        "occupancy",
        Reading.RATE,
        "the occupied share: 95% or 0.95",
        "95%",
        element_name="physicalOccupancySecuritizationPercentage",
        synonyms=("occ", "occupancy %", "physical occupancy"),
    ),
)
