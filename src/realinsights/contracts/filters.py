"""Filters of loans as they are asked for: the same names and meanings in every service that answers by them."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from realinsights.contracts.loans import (
    AmortizationType,
    IncomeBasis,
    LoanStatus,
    LoanStructure,
    PropertyType,
    RateType,
)

NONE = "none"
"""The filter value for loans that have no lender, fund, portfolio, property or state."""

Text = Annotated[str, msgspec.Meta(max_length=200)]
Month = Annotated[str, msgspec.Meta(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$", examples=["2025-03"])]
LoanIds = Annotated[tuple[str, ...], msgspec.Meta(max_length=200)]


class Measure(StrEnum):
    """What of a loan counts where properties, their types or states are asked for.

    Either what is allocated to them, or the whole loan.
    """

    ALLOCATED = "allocated"
    WHOLE = "whole"


class RatioSource(StrEnum):
    """Source of a DSCR: computed from income and debt service, or as the servicer reports it."""

    COMPUTED = "computed"
    REPORTED = "reported"


class Filters(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Values of one field are alternatives; fields narrow each other; an empty field does not narrow.

    A loan matches a property type and a state where one of its properties is of that type in that state. `measure`
    says what of it counts then: the part of it that is allocated to such properties, or the whole loan. `q` are words,
    or parts of words, of number, name, borrower or lender; all must be there. `statement_basis` and `source` narrow
    nothing: income is taken on the one, DSCRs are from the other. A maturity is the day a loan is expected to be
    repaid.
    """

    q: Text | None = None
    loan_id: LoanIds = ()
    property_id: tuple[str, ...] = ()
    property_type: tuple[PropertyType, ...] = ()
    state: tuple[str, ...] = ()
    lender_id: tuple[str, ...] = ()
    fund_id: tuple[str, ...] = ()
    portfolio_id: tuple[str, ...] = ()
    status: tuple[LoanStatus, ...] = ()
    structure: tuple[LoanStructure, ...] = ()
    rate_type: tuple[RateType, ...] = ()
    amortization_type: tuple[AmortizationType, ...] = ()
    maturity_from: datetime.date | None = None
    maturity_to: datetime.date | None = None
    statement_basis: IncomeBasis = IncomeBasis.LATEST
    measure: Measure = Measure.ALLOCATED
    source: RatioSource = RatioSource.COMPUTED

    @property
    def by_property(self) -> bool:
        """Tell whether properties, their types or states are asked for."""
        return bool(self.property_id or self.property_type or self.state)
