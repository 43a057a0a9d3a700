"""Events and value types of the loans service."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from realinsights_platform.events import Event, EventCodec


class LoanStructure(StrEnum):
    """What the loan is of the debt on its properties; only a whole loan can be held against their value."""

    WHOLE_LOAN = "whole_loan"
    PARI_PASSU = "pari_passu"
    A_NOTE = "a_note"
    B_NOTE = "b_note"
    C_NOTE = "c_note"
    MEZZANINE = "mezzanine"


class RateType(StrEnum):
    """The behavior of the note's rate."""

    FIXED = "fixed"
    FLOATING = "floating"
    STEPPED = "stepped"


class AmortizationType(StrEnum):
    """The way principal is repaid before maturity."""

    INTEREST_ONLY = "interest_only"
    PARTIAL_INTEREST_ONLY = "partial_interest_only"
    AMORTIZING = "amortizing"


class LoanStatus(StrEnum):
    """The state of the loan; the first four are its ageing."""

    CURRENT = "current"
    DAYS_30 = "30_days"
    DAYS_60 = "60_days"
    DAYS_90 = "90_days"
    DEFAULT = "default"
    PAID_OFF = "paid_off"
    REFINANCED = "refinanced"
    DEFEASED = "defeased"
    LIQUIDATED = "liquidated"


class PropertyType(StrEnum):
    """What the building is used for."""

    MULTIFAMILY = "multifamily"
    OFFICE = "office"
    RETAIL = "retail"
    INDUSTRIAL = "industrial"
    HOSPITALITY = "hospitality"
    MIXED_USE = "mixed_use"
    LAND = "land"
    STORAGE = "storage"
    MEDICAL = "medical"
    MANUFACTURED_HOUSING = "manufactured_housing"
    COOPERATIVE = "cooperative"
    OTHER = "other"


class Collateral(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """One property behind a loan; `balance` is the loan's current balance allocated to it (they sum to it exactly)."""

    property_id: str
    state: str | None
    property_type: PropertyType
    balance: Decimal


class Performance(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """The properties' figures behind the whole debt, annual, in dollars; None is unknown, not zero.

    `occupancy` is a fraction over `occupancy_area` (square feet, or units where no area is known).
    """

    value: Decimal | None = None
    net_operating_income: Decimal | None = None
    net_cash_flow: Decimal | None = None
    occupancy: Decimal | None = None
    occupancy_area: Decimal | None = None


class LoanRecorded(Event, frozen=True, tag="loans.loan.recorded.v1"):
    """A loan was created or changed (or a property behind it was): all that a reader of portfolios needs, as it is now.

    `annual_debt_service` is the loan's own on the basis its schedule states; None where there are no terms to compute
    it from. `as_of` is the date its balance is of.
    """

    loan_id: str
    number: str
    name: str
    borrower: str | None
    lender_id: str | None
    fund_id: str | None
    portfolio_id: str | None
    structure: LoanStructure
    status: LoanStatus
    rate_type: RateType
    amortization_type: AmortizationType
    original_balance: Decimal
    current_balance: Decimal
    rate: Decimal
    origination_date: datetime.date
    maturity_date: datetime.date
    as_of: datetime.date
    annual_debt_service: Decimal | None
    reported_dscr: Decimal | None
    collateral: tuple[Collateral, ...]
    performance: Performance


class LoanDeleted(Event, frozen=True, tag="loans.loan.deleted.v1"):
    """A loan, and its periods with it, is no more."""

    loan_id: str


class PeriodFigures(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """A loan as it stood at the end of one month; `month` is that month's first day.

    `reported` is True where a servicer said so and False where our schedule did; a reported month replaces a scheduled.
    `rate` is None where a rate that floats or is stepped is not known of that month.
    """

    month: datetime.date
    balance: Decimal
    rate: Decimal | None
    status: LoanStatus
    reported: bool
    annual_debt_service: Decimal | None
    performance: Performance


class PeriodsRecorded(Event, frozen=True, tag="loans.periods.recorded.v1"):
    """Months of one loan's past were learnt, or learnt better. Months not named stay as they were."""

    loan_id: str
    periods: tuple[PeriodFigures, ...]


class PeriodsWithdrawn(Event, frozen=True, tag="loans.periods.withdrawn.v1"):
    """Months of one loan's past were taken back (an import was undone)."""

    loan_id: str
    months: tuple[datetime.date, ...]


class PartyKind(StrEnum):
    """What a name belongs to."""

    LENDER = "lender"
    FUND = "fund"
    PORTFOLIO = "portfolio"
    PROPERTY = "property"


class PartyRecorded(Event, frozen=True, tag="loans.party.recorded.v1"):
    """A lender, fund, portfolio or property got its name or another one."""

    kind: PartyKind
    party_id: str
    name: str


class PartyDeleted(Event, frozen=True, tag="loans.party.deleted.v1"):
    """A lender, fund, portfolio or property is no more; no loan refers to it."""

    kind: PartyKind
    party_id: str


class ImportRequested(Event, frozen=True, tag="loans.import.requested.v1"):
    """An import of a tape, or the undo of one, is to be run: the loans service's message to its own workers."""

    import_id: str


LoansEvent = (
    LoanRecorded | LoanDeleted | PeriodsRecorded | PeriodsWithdrawn | PartyRecorded | PartyDeleted | ImportRequested
)
LOANS_EVENTS: EventCodec[Event] = EventCodec(
    (LoanRecorded, LoanDeleted, PeriodsRecorded, PeriodsWithdrawn, PartyRecorded, PartyDeleted, ImportRequested)
)
