"""Lenders, funds and portfolios."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec

from realinsights.loans.model.quantities import Fraction, Money, Rate, Ratio, checked
from realinsights.loans.model.texts import Code, CustomFields, Line, Name, Tags, Text, check_custom_fields
from realinsights_platform.errors import Faults


class LenderType(StrEnum):
    """The kind of a lender."""

    BANK = "bank"
    CREDIT_UNION = "credit_union"
    PRIVATE = "private"
    LIFE_COMPANY = "life_company"
    CMBS = "cmbs"
    AGENCY = "agency"
    BRIDGE = "bridge"
    HARD_MONEY = "hard_money"
    OTHER = "other"


class FundType(StrEnum):
    """The kind of a fund, by what it invests in."""

    DEBT = "debt"
    EQUITY = "equity"
    HYBRID = "hybrid"
    OPPORTUNITY = "opportunity"
    VALUE_ADD = "value_add"
    CORE_PLUS = "core_plus"


class Contact(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A person at a lender."""

    name: Name
    role: Line | None = None
    email: Line | None = None
    phone: Line | None = None


class Appetite(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The loans that a lender would make."""

    smallest_loan: Money | None = None
    largest_loan: Money | None = None
    highest_ltv: Fraction | None = None
    lowest_dscr: Ratio | None = None


Contacts = Annotated[tuple[Contact, ...], msgspec.Meta(max_length=100)]


class LenderDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The fields of a lender that a person may write."""

    name: Name
    lender_type: LenderType = LenderType.OTHER
    contacts: Contacts = ()
    appetite: Appetite = Appetite()
    website: Line | None = None
    address: Line | None = None
    description: Text | None = None
    tags: Tags = ()
    custom_fields: CustomFields = msgspec.field(default_factory=dict)


class Lender(LenderDraft, frozen=True, forbid_unknown_fields=False):
    """A lender as it is stored and answered."""

    id: str
    org: str
    version: int = 0


class FundDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The fields of a fund that a person may write."""

    name: Name
    fund_type: FundType = FundType.DEBT
    description: Text | None = None
    commitment: Money | None = None
    deployed: Money | None = None
    target_return: Rate | None = None
    management_fee: Rate | None = None
    performance_fee: Rate | None = None
    vintage: Annotated[int, msgspec.Meta(ge=1900, le=2200)] | None = None
    tags: Tags = ()
    custom_fields: CustomFields = msgspec.field(default_factory=dict)


class Fund(FundDraft, frozen=True, forbid_unknown_fields=False):
    """A fund as it is stored and answered."""

    id: str
    org: str
    version: int = 0


class PortfolioDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The fields of a portfolio that a person may write."""

    name: Name
    description: Text | None = None
    strategy: Line | None = None
    target_return: Rate | None = None
    risk_profile: Code | None = None
    manager: Name | None = None
    tags: Tags = ()
    custom_fields: CustomFields = msgspec.field(default_factory=dict)


class Portfolio(PortfolioDraft, frozen=True, forbid_unknown_fields=False):
    """A portfolio as it is stored and answered."""

    id: str
    org: str
    version: int = 0


P = TypeVar("P", Lender, Fund, Portfolio)


def valid_party(party: P, *, what: str) -> P:
    """Return the lender, fund or portfolio with money to the cent; raises `Invalid` naming every bad field."""
    faults = Faults()
    party = checked(party, faults)
    check_custom_fields(party.custom_fields, faults)
    if isinstance(party, Lender):
        least, most = party.appetite.smallest_loan, party.appetite.largest_loan
        if least is not None and most is not None and most < least:
            faults.add("appetite.largestLoan", "must not be below the smallest loan")
    faults.refuse(what)
    return party
