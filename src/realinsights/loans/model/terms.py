"""Terms of a note: all that its schedule, its rate and its prepayment depend on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from realinsights.contracts.loans import ExtendedMaturity
from realinsights.loans.model.quantities import Money, Rate, Ratio, Spread
from realinsights.loans.model.texts import Code, Line, Text
from realinsights_finance.business_days import BusinessDayRule
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import add_months
from realinsights_finance.prepayment import (
    BetweenMaturities,
    Discounting,
    Formula,
    InterestTo,
    MatchedTo,
    MeasuredTo,
    MonthsLeft,
)
from realinsights_finance.repayment import Afterwards
from realinsights_finance.rounding import (
    FEWEST_DAILY_RATE_DECIMALS,
    MOST_DAILY_RATE_DECIMALS,
    InterestRounding,
    PaymentRounding,
)
from realinsights_finance.terms import PaymentBasis
from realinsights_finance.time import Interval

Months = Annotated[int, msgspec.Meta(ge=0, le=1200)]
SomeMonths = Annotated[int, msgspec.Meta(ge=1, le=1200)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3660)]
DailyRateDecimals = Annotated[int, msgspec.Meta(ge=FEWEST_DAILY_RATE_DECIMALS, le=MOST_DAILY_RATE_DECIMALS)]
LONGEST_TERM_YEARS = 100


class IndexRounding(StrEnum):
    """The part of a percent that an index is rounded to before the spread is added, up or to the nearest."""

    NONE = "none"
    UP_TO_EIGHTH = "up_to_eighth_percent"
    UP_TO_SIXTEENTH = "up_to_sixteenth_percent"
    UP_TO_HUNDREDTH = "up_to_hundredth_percent"
    UP_TO_THOUSANDTH = "up_to_thousandth_percent"
    NEAREST_EIGHTH = "nearest_eighth_percent"
    NEAREST_SIXTEENTH = "nearest_sixteenth_percent"
    NEAREST_HUNDREDTH = "nearest_hundredth_percent"
    NEAREST_THOUSANDTH = "nearest_thousandth_percent"
    NEAREST_HUNDRED_THOUSANDTH = "nearest_hundred_thousandth_percent"


class RateSetting(StrEnum):
    """The way in which a floating rate is set: before the time that it is for, each day, or of the days in arrears."""

    IN_ADVANCE = "in_advance"
    EACH_DAY = "each_day"
    SIMPLE_IN_ARREARS = "simple_in_arrears"
    COMPOUNDED_IN_ARREARS = "compounded_in_arrears"


class FloatingTerms(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """All-in rate = min(max(max(rounded index, index floor) + spread + adjustment, rate floor), rate ceiling).

    `lookback_business_days` is how many business days of `calendar` before a reset the index is read, or in arrears
    before each day. `adjustment` came with a replaced index; with `floor_on_adjusted` the index floor is of their sum.
    Where the index has no fixing of its day, the last one within `carry_days` may stand in. A hybrid loan bears
    `fixed_rate` before `fixed_until`. Observation shift, lockout and daily floor are of rates in arrears.
    """

    index: Code
    spread: Spread
    index_floor: Spread | None = None
    rate_floor: Rate | None = None
    rate_ceiling: Rate | None = None
    lookback_business_days: Days | None = None
    reset_months: Annotated[int, msgspec.Meta(ge=1, le=120)] = 1
    first_reset_date: datetime.date | None = None
    calendar: Code | None = None
    rounding: IndexRounding = IndexRounding.NONE
    setting: RateSetting = RateSetting.IN_ADVANCE
    adjustment: Spread | None = None
    floor_on_adjusted: bool = False
    carry_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 0
    observation_shift: bool = False
    lockout_business_days: Annotated[int, msgspec.Meta(ge=0, le=30)] | None = None
    daily_floor: Spread | None = None
    fixed_rate: Rate | None = None
    fixed_until: datetime.date | None = None


class RateStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A rate that the note bears from a date on."""

    from_date: datetime.date
    rate: Rate


class ScheduledPrincipal(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Principal due on a date under a schedule of its own."""

    due_date: datetime.date
    amount: Money


class Curtailment(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A partial prepayment on a day, made or agreed; a level payment stays after it or is computed anew."""

    paid_on: datetime.date
    amount: Money
    effect: Afterwards = Afterwards.SHORTEN


class Draw(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Money lent on a day after the first, made or planned; it bears interest from that day."""

    drawn_on: datetime.date
    amount: Money


class PrepaymentKind(StrEnum):
    """The cost of prepaying in a phase; a `premium` is one whose rule is not stated."""

    LOCKOUT = "lockout"
    YIELD_MAINTENANCE = "yield_maintenance"
    DEFEASANCE = "defeasance"
    DEFEASANCE_OR_YIELD_MAINTENANCE = "defeasance_or_yield_maintenance"
    STEP_DOWN = "step_down"
    FIXED_PENALTY = "fixed_penalty"
    SPREAD_MAINTENANCE = "spread_maintenance"
    MINIMUM_INTEREST = "minimum_interest"
    PREMIUM = "premium"
    OPEN = "open"


class PartialPrepayment(StrEnum):
    """The note's word on prepaying a part of the principal."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"


class PrepaymentFee(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a prepayment costs besides its premium: an amount, or a percentage of the principal prepaid."""

    name: Line
    amount: Money | None = None
    percentage: Rate | None = None


class PrepaymentPhase(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """One phase of the prepayment terms, and what its kind asks; what is not stated is not known.

    It begins on `from_date`, else on the day after the phase before. It ends in one of three ways: `until` is its last
    day, `months` its length (the first phase's from the first payment date), or it ends `months_before_maturity`; else
    on the day before the next phase, the last one at maturity.

    `penalty` is of a fixed penalty; `percentages` of a step-down, each for `months_each` whole months since
    `counted_from` (None: 12, the first payment date). `floor` is the least premium as a share of the principal.
    `spread` is added to the Treasury of a yield maintenance; of a spread maintenance it is the loan's own. A minimum
    interest is an amount, or the interest of the first months. `terms` are the note's words.
    """

    kind: PrepaymentKind
    from_date: datetime.date | None = None
    until: datetime.date | None = None
    months: SomeMonths | None = None
    months_before_maturity: SomeMonths | None = None
    penalty: Rate | None = None
    floor: Rate | None = None
    spread: Spread | None = None
    formula: Formula | None = None
    discounting: Discounting | None = None
    matched_to: MatchedTo | None = None
    between_maturities: BetweenMaturities | None = None
    yield_decimals: Annotated[int, msgspec.Meta(ge=2, le=12)] | None = None
    measured_to: MeasuredTo | None = None
    months_left: MonthsLeft | None = None
    percentages: Annotated[tuple[Rate, ...], msgspec.Meta(max_length=50)] = ()
    months_each: SomeMonths | None = None
    counted_from: datetime.date | None = None
    minimum_interest: Money | None = None
    minimum_interest_months: SomeMonths | None = None
    fees: Annotated[tuple[PrepaymentFee, ...], msgspec.Meta(max_length=20)] = ()
    terms: Text | None = None


class ExtensionOption(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The borrower's right to a later maturity, and what it asks."""

    months: Annotated[int, msgspec.Meta(ge=1, le=240)]
    fee: Rate | None = None
    notice_days_at_least: Days | None = None
    notice_days_at_most: Days | None = None
    minimum_debt_yield: Rate | None = None
    conditions: Text | None = None
    exercised_on: datetime.date | None = None


class Reserve(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Money the lender holds for a purpose."""

    name: Line
    balance: Money | None = None
    monthly_deposit: Money | None = None
    cap: Money | None = None


class HedgeKind(StrEnum):
    """A contract with a third party; the lender bills the note's own rate whatever it pays."""

    CAP = "cap"
    SWAP = "swap"
    COLLAR = "collar"


class Hedge(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A purchased hedge of a floating rate."""

    kind: HedgeKind
    notional: Money
    strike: Rate
    floor_strike: Rate | None = None
    start_date: datetime.date | None = None
    end_date: datetime.date | None = None
    counterparty: Line | None = None
    premium: Money | None = None


class NoteTerms(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The terms of a note.

    `amortization_months` is the full amortization term, also after interest-only months, unless it counts from closing
    (None: no principal before maturity). `interest_only_months` count from the first payment. `level_payment` is the
    note's own where it states one, else it is computed. Instead of level payments `fixed_principal` is due with each
    installment, or `scheduled_principal` on its days. Of each installment after an anticipated repayment date,
    `cash_after_anticipated_repayment` is what there is to pay it: what that leaves after interest repays the loan, and
    never less than is due without it (None: it goes on as before). Interest above `pay_rate` (a year's rate at which it
    is paid, 0 for payment in kind), or above `capitalizing_payment` (paid each period), is added to what is owed until
    that is `capitalization_limit` times the original balance; from then on it is paid. `curtailments` repay principal
    on days of their own, beside what is due; interest accrues on what is left from that day. Of `commitment`, which has
    the original balance in it, `draws` are lent later; with each installment a fee is due on what was never drawn, at
    `unused_fee_rate` by `unused_fee_day_count` (None: the one of the interest). `interest_start_date` is where the
    first interest period begins (None: one period before the first payment). With `payments_in_advance` it begins with
    the first payment: each is paid as its period begins, its interest on what it leaves, and the balloon at maturity.
    `payment_day` 29 to 31 comes back after February; of semi-monthly payments it is either of both days, of weekly and
    bi-weekly ones there is none. Months of weekly payments count as 52 weeks a year, of bi-weekly ones as 26 times two.
    `business_day_calendar` is the name of a `HolidayCalendar` (None: the Federal Reserve's). Interest and the computed
    payment are rounded by `interest_rounding` and `payment_rounding`, the rate of a day to `daily_rate_decimals`.
    `payoff_interest_to` is the day to which a payoff bears interest.
    """

    day_count: DayCount = DayCount.ACTUAL_360
    frequency: Interval = Interval.MONTHLY
    payments_in_advance: bool = False
    first_payment_date: datetime.date | None = None
    interest_start_date: datetime.date | None = None
    payment_day: Annotated[int, msgspec.Meta(ge=1, le=31)] | None = None
    amortization_months: Annotated[int, msgspec.Meta(ge=1, le=1200)] | None = None
    interest_only_months: Months = 0
    amortization_from_closing: bool = False
    level_payment: Money | None = None
    payment_basis: PaymentBasis = PaymentBasis.NOTE_RATE
    fixed_principal: Money | None = None
    scheduled_principal: Annotated[tuple[ScheduledPrincipal, ...], msgspec.Meta(max_length=1200)] = ()
    cash_after_anticipated_repayment: Money | None = None
    pay_rate: Rate | None = None
    capitalizing_payment: Money | None = None
    capitalization_limit: Ratio | None = None
    curtailments: Annotated[tuple[Curtailment, ...], msgspec.Meta(max_length=500)] = ()
    commitment: Money | None = None
    draws: Annotated[tuple[Draw, ...], msgspec.Meta(max_length=500)] = ()
    unused_fee_rate: Rate | None = None
    unused_fee_day_count: DayCount | None = None
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=366)] | None = None
    business_day_rule: BusinessDayRule = BusinessDayRule.UNADJUSTED
    accrual_adjusted: bool = False
    interest_rounding: InterestRounding = InterestRounding.HALF_UP
    payment_rounding: PaymentRounding = PaymentRounding.CENT
    daily_rate_decimals: DailyRateDecimals | None = None
    business_day_calendar: Code | None = None
    floating: FloatingTerms | None = None
    rate_steps: Annotated[tuple[RateStep, ...], msgspec.Meta(max_length=200)] = ()
    prepayment: Annotated[tuple[PrepaymentPhase, ...], msgspec.Meta(max_length=50)] = ()
    partial_prepayment: PartialPrepayment | None = None
    payoff_interest_to: InterestTo = InterestTo.PAYOFF_DATE
    extension_options: Annotated[tuple[ExtensionOption, ...], msgspec.Meta(max_length=20)] = ()
    reserves: Annotated[tuple[Reserve, ...], msgspec.Meta(max_length=50)] = ()
    hedges: Annotated[tuple[Hedge, ...], msgspec.Meta(max_length=50)] = ()


def extended_maturities(maturity: datetime.date, options: Sequence[ExtensionOption]) -> tuple[ExtendedMaturity, ...]:
    """Return what each exercised option makes a maturity, in the order of their days, in the last year at most."""
    left = (datetime.MAXYEAR - maturity.year) * _MONTHS_PER_YEAR + _MONTHS_PER_YEAR - maturity.month
    exercised = [(option.exercised_on, option.months) for option in options if option.exercised_on]
    steps, months = [], 0
    for day, more in sorted(exercised):
        months += more
        steps.append(ExtendedMaturity(day, add_months(maturity, min(months, left))))
    return tuple(steps)


_MONTHS_PER_YEAR: Final = 12
