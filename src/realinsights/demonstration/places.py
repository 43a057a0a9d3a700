"""Names to invent a portfolio from; the cities are real, everything in them is not."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from realinsights.contracts.loans import PropertyType


class City(NamedTuple):
    """A city and a postal code in it."""

    name: str
    state: str
    zip: str


CITIES = (
    City("Austin", "TX", "78701"),
    City("Atlanta", "GA", "30303"),
    City("Phoenix", "AZ", "85004"),
    City("Charlotte", "NC", "28202"),
    City("Denver", "CO", "80202"),
    City("Tampa", "FL", "33602"),
    City("Chicago", "IL", "60606"),
    City("Seattle", "WA", "98101"),
    City("Nashville", "TN", "37203"),
    City("Dallas", "TX", "75201"),
    City("Los Angeles", "CA", "90017"),
    City("Columbus", "OH", "43215"),
    City("Orlando", "FL", "32801"),
    City("Boston", "MA", "02110"),
    City("Salt Lake City", "UT", "84101"),
    City("Raleigh", "NC", "27601"),
    City("Minneapolis", "MN", "55402"),
    City("San Diego", "CA", "92101"),
    City("Houston", "TX", "77002"),
    City("Philadelphia", "PA", "19103"),
    City("Portland", "OR", "97204"),
    City("Indianapolis", "IN", "46204"),
    City("Jacksonville", "FL", "32202"),
    City("Las Vegas", "NV", "89101"),
    City("Richmond", "VA", "23219"),
    City("Kansas City", "MO", "64106"),
    City("Sacramento", "CA", "95814"),
    City("New York", "NY", "10018"),
    City("San Antonio", "TX", "78205"),
    City("Baltimore", "MD", "21202"),
    City("Milwaukee", "WI", "53202"),
)

NAMES = (
    "Larkspur",
    "Cedar Ridge",
    "Stonebridge",
    "Harbor Point",
    "Willow Creek",
    "Foundry",
    "Magnolia",
    "Summit",
    "Riverbend",
    "Juniper",
    "Old Mill",
    "Bluebonnet",
    "Sycamore",
    "Lakeshore",
    "Copper Canyon",
    "Meridian",
    "Orchard Park",
    "Granite",
    "Palmetto",
    "Northgate",
    "Aspen Grove",
    "Canal Street",
    "Heritage",
    "Redwood",
    "Prairie View",
    "Beacon Hill",
    "Silver Lake",
    "Piedmont",
    "Westfield",
    "Crescent",
)

STREETS = (
    "Main Street",
    "Commerce Avenue",
    "Peachtree Lane",
    "Industrial Parkway",
    "Lake Road",
    "2nd Avenue",
    "Oak Street",
)


class Profile(NamedTuple):
    """The usual measures of properties of a type: low and high of each measure, dollars per unit or square foot."""

    suffixes: tuple[str, ...]
    sub_type: str
    size: tuple[int, int]
    price: tuple[int, int]
    capitalization: tuple[Decimal, Decimal]
    occupancy: tuple[Decimal, Decimal]
    in_units: bool = False


def _range(low: str, high: str) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high)


PROFILES = {
    PropertyType.MULTIFAMILY: Profile(
        ("Apartments", "Flats", "Residences"),
        "Garden",
        (96, 320),
        (150_000, 265_000),
        _range("0.0525", "0.0625"),
        _range("0.91", "0.97"),
        in_units=True,
    ),
    PropertyType.OFFICE: Profile(
        ("Tower", "Office Center", "Plaza One"),
        "Central business district",
        (85_000, 310_000),
        (190, 340),
        _range("0.0675", "0.0825"),
        _range("0.78", "0.92"),
    ),
    PropertyType.RETAIL: Profile(
        ("Marketplace", "Crossing", "Shopping Center"),
        "Grocery-anchored",
        (60_000, 190_000),
        (170, 290),
        _range("0.0650", "0.0750"),
        _range("0.90", "0.98"),
    ),
    PropertyType.INDUSTRIAL: Profile(
        ("Logistics Center", "Distribution Center", "Commerce Park"),
        "Warehouse",
        (150_000, 620_000),
        (85, 150),
        _range("0.0550", "0.0650"),
        _range("0.94", "1.00"),
    ),
    PropertyType.HOSPITALITY: Profile(
        ("Inn & Suites", "Hotel"),
        "Limited service",
        (110, 220),
        (120_000, 210_000),
        _range("0.0850", "0.0975"),
        _range("0.66", "0.76"),
        in_units=True,
    ),
    PropertyType.STORAGE: Profile(
        ("Self Storage",),
        "Climate controlled",
        (55_000, 95_000),
        (130, 190),
        _range("0.0600", "0.0675"),
        _range("0.86", "0.94"),
    ),
    PropertyType.MIXED_USE: Profile(
        ("Exchange", "Lofts & Shops"),
        "Residential over retail",
        (90_000, 210_000),
        (240, 360),
        _range("0.0575", "0.0675"),
        _range("0.90", "0.96"),
    ),
    PropertyType.MEDICAL: Profile(
        ("Medical Pavilion",),
        "Outpatient",
        (45_000, 110_000),
        (290, 410),
        _range("0.0625", "0.0700"),
        _range("0.92", "0.98"),
    ),
    PropertyType.MANUFACTURED_HOUSING: Profile(
        ("Village",),
        "Age-restricted",
        (140, 260),
        (70_000, 110_000),
        _range("0.0575", "0.0650"),
        _range("0.93", "0.98"),
        in_units=True,
    ),
}

# One per loan, in order: sixty of them.
TYPES = (
    PropertyType.MULTIFAMILY,
    PropertyType.INDUSTRIAL,
    PropertyType.OFFICE,
    PropertyType.MULTIFAMILY,
    PropertyType.RETAIL,
    PropertyType.INDUSTRIAL,
    PropertyType.MULTIFAMILY,
    PropertyType.OFFICE,
    PropertyType.MULTIFAMILY,
    PropertyType.RETAIL,
    PropertyType.INDUSTRIAL,
    PropertyType.MULTIFAMILY,
    PropertyType.STORAGE,
    PropertyType.OFFICE,
    PropertyType.MULTIFAMILY,
    PropertyType.HOSPITALITY,
    PropertyType.RETAIL,
    PropertyType.MULTIFAMILY,
    PropertyType.MIXED_USE,
    PropertyType.INDUSTRIAL,
) * 3
SPECIAL_TYPES = {32: PropertyType.MEDICAL, 52: PropertyType.MANUFACTURED_HOUSING}
