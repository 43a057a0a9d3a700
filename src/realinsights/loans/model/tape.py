"""Statements of a tape: one loan at the end of one period. Absent is unknown, never zero."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from realinsights.contracts.loans import LoanStatus, LoanStructure, PropertyType, RateType
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.model.terms import (
    Curtailment,
    Draw,
    IndexRounding,
    PrepaymentPhase,
    RateSetting,
    RateStep,
    ScheduledPrincipal,
)
from realinsights_finance.business_days import BusinessDayRule
from realinsights_finance.day_count import DayCount
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.terms import PaymentBasis
from realinsights_finance.time import Interval


class Precision(StrEnum):
    """The precision a tape's money was stored in before it was written."""

    CENTS = "cents"
    FLOAT32 = "float32"  # 32-bit binary floats: 24 bits of mantissa, about seven digits


class ColumnUnit(StrEnum):
    """The unit of a column's bare numbers, or what its payments hold."""

    FRACTION = "fraction"  # 0.0525
    PERCENT = "percent"  # 5.25
    BASIS_POINTS = "basis_points"  # 525
    MONTHS = "months"
    YEARS = "years"
    DOLLARS = "dollars"
    THOUSANDS = "thousands"
    MILLIONS = "millions"
    PRINCIPAL_AND_INTEREST = "principal_and_interest"  # a payment without escrow


class DecimalMark(StrEnum):
    """The mark before the decimals of a column's numbers; the other one parts the thousands."""

    POINT = "."
    COMMA = ","


class DateOrder(StrEnum):
    """The order of day and month in a column's dates of digits alone."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


UNUSED = "unused"
"""What a mapping says in place of a column of the template where a column of the file is not to be read."""


class ColumnChoice(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The template's column that a header of a file means; how its cells are read, where somebody has said it.

    `codes` are what the file's codes mean, in the column's own words.
    """

    header: str
    column: str
    unit: ColumnUnit | None = None
    decimal: DecimalMark | None = None
    dates: DateOrder | None = None
    codes: dict[str, str] | None = None


class CellExample(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A cell of a column, and the value that it is read as; `refused` says why it cannot be."""

    text: str
    value: str | None = None
    refused: str | None = None


class ColumnReading(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The one way in which all cells of a column are read, and `reason` why.

    With `question` the column leaves open what a cell means, and cells that depend on it are refused with it. A column
    is `mixed` where a few of its cells contradict the others: they are refused, and so is what either could mean. Its
    numbers may have `three_decimals` where that is said or shown: elsewhere 850.000 is refused. Some of its dates may
    have `short_years`, of two digits.
    """

    header: str
    column: str
    unit: ColumnUnit | None = None
    decimal: DecimalMark | None = DecimalMark.POINT
    dates: DateOrder | None = DateOrder.MONTH_FIRST
    mixed: bool = False
    three_decimals: bool = False
    short_years: bool = False
    codes: dict[str, str] | None = None
    reason: str | None = None
    question: str | None = None
    examples: tuple[CellExample, ...] = ()


class TapeFormat(StrEnum):
    """The format of a tape."""

    EX102 = "ex102"
    CSV = "csv"


class TapeLayout(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The layout found in a file: enough to read it again the same way.

    `unused` are the file's columns that nothing is read from. The header is the record `header_at`, of `header_rows`
    records, counted without blank ones.
    """

    format: TapeFormat
    loans: int
    rows: int
    deal: str | None = None
    precision: Precision = Precision.CENTS
    evidence: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    note: str | None = None
    header: tuple[str, ...] = ()
    fingerprint: str | None = None
    mapping: tuple[ColumnChoice, ...] = ()
    own_export: bool = False
    columns: tuple[ColumnReading, ...] = ()
    unused: tuple[str, ...] = ()
    header_at: int = 1
    header_rows: int = 1


class Problem(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """The reason why a row was refused, or a note about it: `line` is the file's, `field` the element or column."""

    row: int
    line: int
    loan: str | None = None
    field: str | None = None
    value: str | None = None
    reason: str


class TapeProperty(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """A building. `number` identifies it within its deal (EX-102) or its loan (CSV)."""

    number: str
    row: int
    name: str | None = None
    address: str | None = None
    city: str | None = None
    county: str | None = None
    state: str | None = None
    zip: str | None = None
    property_type: PropertyType | None = None
    sub_type: str | None = None
    year_built: int | None = None
    year_renovated: int | None = None
    square_feet: Decimal | None = None
    units: int | None = None
    allocated_amount: Decimal | None = None
    valuations: tuple[Valuation, ...] = ()
    operating_statements: tuple[OperatingStatement, ...] = ()


class Statement(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """One loan on one tape: money in dollars, rates as fractions, `period_begin` to `period_end` the reporting period.

    `number` is the asset number of an EX-102, the loan number of a CSV. `roll_up` is the tape's own total over the
    loan's properties, which is not a building. `payment_status`, `liquidation_code` and `modification_code` are the
    tape's own codes, and `status` what they mean together. `unscheduled` names a term that no schedule here follows.
    `warnings` are of cells left out; they are told of the row and not stored with the statement.
    """

    number: str
    row: int
    line: int
    period_end: datetime.date
    period_begin: datetime.date | None = None
    name: str | None = None
    borrower: str | None = None
    lender: str | None = None
    lender_type: str | None = None
    originator: str | None = None
    servicer: str | None = None
    fund: str | None = None
    portfolio: str | None = None
    structure: LoanStructure | None = None
    note_name: str | None = None
    deal: str | None = None
    lien_position: int | None = None
    original_balance: Decimal | None = None
    rate: Decimal | None = None
    original_rate: Decimal | None = None
    rate_type: RateType | None = None
    index: str | None = None
    spread: Decimal | None = None
    index_floor: Decimal | None = None
    rate_floor: Decimal | None = None
    rate_ceiling: Decimal | None = None
    lookback_days: int | None = None
    reset_months: int | None = None
    first_reset_date: datetime.date | None = None
    index_rounding: IndexRounding | None = None
    rate_setting: RateSetting | None = None
    index_calendar: str | None = None
    fixed_rate: Decimal | None = None
    fixed_until: datetime.date | None = None
    day_count: DayCount | None = None
    origination_date: datetime.date | None = None
    first_payment_date: datetime.date | None = None
    interest_start_date: datetime.date | None = None
    payment_day: int | None = None
    payment_basis: PaymentBasis | None = None
    amortization_from_closing: bool | None = None
    business_day_rule: BusinessDayRule | None = None
    business_day_calendar: str | None = None
    accrual_adjusted: bool | None = None
    interest_rounding: InterestRounding | None = None
    payment_rounding: PaymentRounding | None = None
    daily_rate_decimals: int | None = None
    maturity_date: datetime.date | None = None
    original_maturity_date: datetime.date | None = None
    anticipated_repayment_date: datetime.date | None = None
    term_months: int | None = None
    frequency: Interval | None = None
    amortization_months: int | None = None
    interest_only_months: int | None = None
    interest_only: bool = False
    level_payment: Decimal | None = None
    payments_in_advance: bool | None = None
    fixed_principal: Decimal | None = None
    scheduled_principal: tuple[ScheduledPrincipal, ...] | None = None
    rate_steps: tuple[RateStep, ...] | None = None
    cash_after_anticipated_repayment: Decimal | None = None
    pay_rate: Decimal | None = None
    capitalizing_payment: Decimal | None = None
    capitalization_limit: Decimal | None = None
    curtailments: tuple[Curtailment, ...] | None = None
    commitment: Decimal | None = None
    draws: tuple[Draw, ...] | None = None
    unused_fee_rate: Decimal | None = None
    unused_fee_day_count: DayCount | None = None
    stated_payment: Decimal | None = None
    grace_days: int | None = None
    prepayment: tuple[PrepaymentPhase, ...] = ()
    beginning_balance: Decimal | None = None
    interest: Decimal | None = None
    principal: Decimal | None = None
    total_due: Decimal | None = None
    unscheduled_principal: Decimal | None = None
    other_principal: Decimal | None = None
    other_interest: Decimal | None = None
    ending_balance: Decimal | None = None
    actual_balance: Decimal | None = None
    prepayment_premium: Decimal | None = None
    paid_through: datetime.date | None = None
    payment_status: str | None = None
    status: LoanStatus | None = None
    modified: bool = False
    modification_code: str | None = None
    defeased: bool = False
    liquidation_code: str | None = None
    liquidation_date: datetime.date | None = None
    realized_loss: Decimal | None = None
    dscr: Decimal | None = None
    dscr_net_cash_flow: Decimal | None = None
    annual_debt_service: Decimal | None = None
    financials_date: datetime.date | None = None
    property_count: int | None = None
    unscheduled: str | None = None
    tags: tuple[str, ...] | None = None
    roll_up: RollUp | None = None
    properties: tuple[TapeProperty, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def balance(self) -> Decimal | None:
        """Return what was owed at the period's end: the scheduled balance, else the actual one."""
        return self.ending_balance if self.ending_balance is not None else self.actual_balance
