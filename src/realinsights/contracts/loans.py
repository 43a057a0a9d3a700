"""Events and value types of the loans service."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import get_args

import msgspec

from realinsights.contracts.terms import TermsRecorded
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency
from realinsights_finance.terms import LoanTerms
from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.events import Event, EventCodec
from realinsights_platform.steps import StepAnswered


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
    CAPITALIZING = "capitalizing"  # what is owed grows by interest that is not paid


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


class StatementBasis(StrEnum):
    """The basis of an operating statement's figures."""

    UNDERWRITTEN = "underwritten"
    TRAILING_TWELVE_MONTHS = "trailing_twelve_months"
    ANNUAL = "annual"
    BUDGET = "budget"


class IncomeBasis(StrEnum):
    """The basis that income is asked for on: the latest statements, or those of one basis alone."""

    LATEST = "latest"
    UNDERWRITTEN = "underwritten"
    TRAILING_TWELVE_MONTHS = "trailing_twelve_months"
    ANNUAL = "annual"


OLD_AFTER_MONTHS = 15
"""A figure that is older than so many months at the business date is marked."""


class Collateral(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """One property behind a loan; `balance` is the loan's current balance allocated to it (they sum to it exactly)."""

    property_id: str
    state: str | None
    property_type: PropertyType
    balance: Decimal


class Performance(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """The properties' figures behind the whole debt, annual, in dollars, undated; None is unknown, not zero.

    `occupancy` is a fraction over `occupancy_area` (square feet, or units where no area is known).
    """

    value: Decimal | None = None
    net_operating_income: Decimal | None = None
    net_cash_flow: Decimal | None = None
    occupancy: Decimal | None = None
    occupancy_area: Decimal | None = None


class DatedAmount(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An amount, the date it is of (of a sum: its oldest part's; None: undated), and the basis of its statement.

    `basis` is None of what is on no statement, and of a sum over statements of several.
    """

    amount: Decimal
    as_of: datetime.date | None = None
    basis: StatementBasis | None = None


class Income(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """A year's income on each basis that it may be asked for on; None is unknown, not zero."""

    latest: DatedAmount | None = None
    underwritten: DatedAmount | None = None
    trailing_twelve_months: DatedAmount | None = None
    annual: DatedAmount | None = None


class DatedPerformance(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """The properties' figures behind the whole debt, annual, in dollars, each with its date; None is unknown, not zero.

    `occupancy` is a fraction over `occupancy_area` (square feet, or units where no area is known).
    """

    value: DatedAmount | None = None
    net_operating_income: Income = Income()
    net_cash_flow: Income = Income()
    occupancy: DatedAmount | None = None
    occupancy_area: Decimal | None = None

    @property
    def latest(self) -> Performance:
        """The latest figures alone."""
        return Performance(
            value=_amount(self.value),
            net_operating_income=_amount(self.net_operating_income.latest),
            net_cash_flow=_amount(self.net_cash_flow.latest),
            occupancy=_amount(self.occupancy),
            occupancy_area=self.occupancy_area,
        )


def _amount(figure: DatedAmount | None) -> Decimal | None:
    return figure.amount if figure is not None else None


class ExtendedMaturity(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The maturity of a loan from the day on that an extension option was exercised, all earlier ones included."""

    exercised_on: datetime.date
    maturity_date: datetime.date


class Repayment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is left of a loan's schedule after the date of its recorded balance, as terms of a loan of that balance.

    The fields mean what those of `LoanTerms` do.
    """

    payment: Decimal
    rate: Decimal
    start: datetime.date
    first_payment: datetime.date
    maturity: datetime.date
    payment_day: int
    day_count: DayCount
    frequency: Frequency
    interest_only_months: int
    business_day_rule: BusinessDayRule
    business_day_calendar: HolidayCalendar | None
    accrual_adjusted: bool

    def terms(self, balance: Decimal) -> LoanTerms:
        """Return the terms of a loan of the recorded balance."""
        return LoanTerms(principal=balance, **msgspec.structs.asdict(self))


class DatedBalance(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is owed from the end of a day on."""

    date: datetime.date
    balance: Decimal


class PurchasedCap(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A hedge of a floating rate, with its first and last day where they are stated.

    It pays on an index above the strike. Below a `floor_strike` it costs as much: of a swap both strikes are one. It is
    not `told` of a collar what its floor strike is.
    """

    notional: Decimal
    strike: Decimal
    first: datetime.date | None = None
    last: datetime.date | None = None
    floor_strike: Decimal | None = None
    told: bool = True


class FloatingRate(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a floating loan's rate and debt service follow from: max(index, index floor) + spread, within its bounds.

    `spread` is None where the note's terms do not tell how it floats; it holds what an adjustment adds to the index.
    `amortization_months` is None of a loan that repays nothing before maturity. `caps` are hedges of every kind. Before
    `fixed_until` the loan bears `fixed_rate` instead.
    """

    spread: Decimal | None = None
    index_floor: Decimal | None = None
    rate_floor: Decimal | None = None
    ceiling: Decimal | None = None
    amortization_months: int | None = None
    day_count: DayCount = DayCount.ACTUAL_360
    caps: tuple[PurchasedCap, ...] = ()
    fixed_rate: Decimal | None = None
    fixed_until: datetime.date | None = None


class FallingDue(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """What a loan's schedule says of what is still owed; a balloon of None is not known.

    `balloon` is what the schedule leaves of the recorded balance to maturity, and `anticipated_balloon` what it leaves
    to the anticipated repayment date. `extensions` are in the order of their days. `scheduled` says that a schedule
    tells what is owed after the date of the recorded balance: `repayment`, or the `balances` after each installment
    that changes it but the last one, or the same until the last payment where there is neither.
    `floating` is None of a loan that does not float, and where it was told before the dashboard asked for it.
    """

    balloon: Decimal | None = None
    anticipated_repayment_date: datetime.date | None = None
    anticipated_balloon: Decimal | None = None
    extensions: tuple[ExtendedMaturity, ...] = ()
    scheduled: bool = False
    repayment: Repayment | None = None
    floating: FloatingRate | None = None
    balances: tuple[DatedBalance, ...] = ()


class Standing(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """A loan's rank on its properties, and what its servicer reports of the whole debt; None is not stated.

    `lien_position` is 1 of a first lien. `reported_as_of` is the day of all that is reported, None where it is undated.
    """

    lien_position: int | None = None
    reported_dscr_net_cash_flow: Decimal | None = None
    reported_as_of: datetime.date | None = None


class LoanTold(Event, frozen=True):
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


class LoanRecorded(LoanTold, frozen=True, tag="loans.loan.recorded.v2"):
    """A loan was created or changed, with the figures of its properties on every basis and their dates.

    `standing` is None where it was not told: so were loans before the dashboard asked for it.
    """

    performance: DatedPerformance
    falling_due: FallingDue = FallingDue()
    standing: Standing | None = None


class LoanRecordedV1(LoanTold, frozen=True, tag="loans.loan.recorded.v1"):
    """A loan was created or changed, as it was told before figures had dates and bases."""

    performance: Performance


class LoanDeleted(Event, frozen=True, tag="loans.loan.deleted.v1"):
    """A loan, and its periods with it, is no more."""

    loan_id: str


class PeriodTold(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
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


class PeriodFigures(PeriodTold, frozen=True):
    """A month with the figures of the properties on every basis and their dates."""

    performance: DatedPerformance


class PeriodFiguresV1(PeriodTold, frozen=True):
    """A month as it was told before figures had dates and bases."""

    performance: Performance


class PeriodsRecorded(Event, frozen=True, tag="loans.periods.recorded.v2"):
    """Months of one loan's past were learnt, or learnt better. Months not named stay as they were."""

    loan_id: str
    periods: tuple[PeriodFigures, ...]


class PeriodsRecordedV1(Event, frozen=True, tag="loans.periods.recorded.v1"):
    """Months of one loan's past were learnt, as they were told before figures had dates and bases."""

    loan_id: str
    periods: tuple[PeriodFiguresV1, ...]


class MonthPerformance(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """The properties' figures at the end of a month (its first day) and of those after it, up to the next one told."""

    since: datetime.date
    performance: DatedPerformance


class PerformanceRecorded(Event, frozen=True, tag="loans.performance.recorded.v1"):
    """What is behind one loan was told again, for now and for the months that are known; nothing else about it changed.

    `months` ascend. `falling_due` and `standing` are None where they were not told.
    """

    loan_id: str
    performance: DatedPerformance
    months: tuple[MonthPerformance, ...]
    falling_due: FallingDue | None = None
    standing: Standing | None = None


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


class DemonstrationRemoved(Event, frozen=True, tag="loans.demonstration.removed.v1"):
    """The demonstration's things (by id) were removed; what was made for it elsewhere is on one and has the `tag`."""

    tag: str
    things: tuple[str, ...]


class ImportRequested(Event, frozen=True, tag="loans.import.requested.v1"):
    """An import of a tape, or the undo of one, is to be run: the loans service's message to its own workers."""

    import_id: str


class ImportOutcome(StrEnum):
    """The way an import came to rest."""

    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class ImportEnded(Event, frozen=True, tag="loans.import.ended.v1"):
    """An import of a tape, or the undo of one, came to rest. Counts are of loans.

    `differs` is how many have reported figures that are not the computed ones, `missing` how many of the deal the tape
    left out. `requested_by` is a member's id. A `dry_run` stored nothing. `error` says why it failed.
    """

    import_id: str
    file_name: str
    requested_by: str
    dry_run: bool
    outcome: ImportOutcome
    loans: int
    created: int
    updated: int
    unchanged: int
    refused: int
    differs: int
    missing: int
    error: str | None


class FixingsRecorded(Event, frozen=True, omit_defaults=True, tag="loans.fixings.recorded.v1"):
    """Fixings of some indices, by their names, were learnt or revised: what floats on them has another past or present.

    `first` and `last` are the earliest and the latest day of which a value is another one now; None: not said.
    """

    indices: tuple[str, ...]
    first: datetime.date
    last: datetime.date | None = None


class PresentRatesDue(Event, frozen=True, tag="loans.rates.due.v1"):
    """Days have passed, and with them resets and ends of months: floating loans are to be told as of today.

    `since` is the day as of which they were told before.
    """

    since: datetime.date


class ReportRequested(Event, frozen=True, tag="loans.report.requested.v1"):
    """A run of a report is to be made: the loans service's message to its own workers."""

    run_id: str


class StoredFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A file among the blobs that services share: its name for people, and where it is."""

    name: str
    media_type: str
    path: str
    size: int
    sha256: str


class ReportFinished(Event, frozen=True, tag="loans.report.finished.v1"):
    """A run of a report has ended; `error` says why it was not made.

    `recipients` are the members who are to get `file`; none where a schedule sends it only if it changed, and it did
    not.
    """

    run_id: str
    title: str
    business_date: datetime.date
    requested_by: str
    schedule_id: str | None = None
    recipients: tuple[str, ...] = ()
    file: StoredFile | None = None
    loans: int | None = None
    balance: Decimal | None = None
    error: str | None = None


LoansEvent = (
    LoanRecorded
    | LoanRecordedV1
    | LoanDeleted
    | PeriodsRecorded
    | PeriodsRecordedV1
    | PeriodsWithdrawn
    | PerformanceRecorded
    | PartyRecorded
    | PartyDeleted
    | DemonstrationRemoved
    | ImportRequested
    | ImportEnded
    | FixingsRecorded
    | PresentRatesDue
    | ReportRequested
    | ReportFinished
    | TermsRecorded
    | StepAnswered
    | JournalClosed
)
LOANS_EVENTS: EventCodec[Event] = EventCodec(get_args(LoansEvent))
