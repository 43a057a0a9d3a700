"""Properties: location, type, value and income."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated

import msgspec

from realinsights.contracts.loans import PropertyType
from realinsights.loans.model.performance import OperatingStatement, Valuation
from realinsights.loans.model.quantities import Amount, Money, checked
from realinsights.loans.model.texts import Code, CustomFields, Line, Name, Reference, Sources, Tags, check_custom_fields
from realinsights_platform.errors import Faults, FieldError

Year = Annotated[int, msgspec.Meta(ge=1600, le=2200)]
Score = Annotated[int, msgspec.Meta(ge=0, le=100)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Tenant(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One of the property's larger tenants."""

    name: Name
    square_feet: Amount | None = None
    lease_expiration: datetime.date | None = None


Valuations = Annotated[tuple[Valuation, ...], msgspec.Meta(max_length=1000)]
Statements = Annotated[tuple[OperatingStatement, ...], msgspec.Meta(max_length=1000)]
Tenants = Annotated[tuple[Tenant, ...], msgspec.Meta(max_length=200)]


class PropertyDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The fields of a property that a person may write."""

    name: Name
    property_type: PropertyType
    sub_type: Line | None = None
    address: Line | None = None
    city: Line | None = None
    county: Line | None = None
    state: Code | None = None
    zip: Code | None = None
    country: Code = "US"
    year_built: Year | None = None
    year_renovated: Year | None = None
    square_feet: Amount | None = None
    leasable_square_feet: Amount | None = None
    units: Count | None = None
    floors: Count | None = None
    parking_spaces: Count | None = None
    purchase_price: Money | None = None
    purchase_date: datetime.date | None = None
    valuations: Valuations = ()
    operating_statements: Statements = ()
    tenants: Tenants = ()
    walk_score: Score | None = None
    transit_score: Score | None = None
    bike_score: Score | None = None
    portfolio_id: Reference | None = None
    tags: Tags = ()
    custom_fields: CustomFields = msgspec.field(default_factory=dict)


class _StoredProperty(PropertyDraft, frozen=True, forbid_unknown_fields=False):
    # Fields that may be positional come before all others, on the wire too: a property begins with its id.
    id: str
    org: str
    version: int = 0


class Property(_StoredProperty, frozen=True, kw_only=True):
    """A property as it is stored and answered; `deal` and `asset_number` identify it on a tape."""

    deal: str | None = None
    asset_number: str | None = None
    sources: Sources = msgspec.field(default_factory=dict)


def property_of(draft: PropertyDraft, *, property_id: str, org: str, before: Property | None = None) -> Property:
    """Return the property a draft makes; what the service keeps of the one `before` is kept."""
    fields = msgspec.structs.asdict(draft)
    return Property(id=property_id, org=org, **fields) if before is None else msgspec.structs.replace(before, **fields)


def checked_property(asset: Property) -> tuple[Property, Sequence[FieldError]]:
    """Return the property with money to the cent, and every bad field."""
    faults = Faults()
    asset = checked(asset, faults)
    check_custom_fields(asset.custom_fields, faults)
    for index, statement in enumerate(asset.operating_statements):
        start, end = statement.period_start, statement.period_end
        if start is not None and end is not None and end < start:
            faults.add(f"operatingStatements[{index}].periodEnd", "must not precede the period's start")
    if (
        asset.leasable_square_feet is not None
        and asset.square_feet is not None
        and asset.leasable_square_feet > asset.square_feet
    ):
        faults.add("leasableSquareFeet", "must not exceed the total square feet")
    return asset, faults.fields


def valid_property(asset: Property) -> Property:
    """Return the property with money to the cent; raises `Invalid` naming every bad field."""
    asset, fields = checked_property(asset)
    Faults(fields).refuse("property")
    return asset
