"""What a prepayment costs in a phase: each regime is a type whose docstring is the rule, its fields the note's choices.

Percentages are fractions of the principal prepaid: 0.01 is 1 %. A premium is rounded once, half up to the cent.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.money import cents, shown_rate
from realinsights_finance.prepayment.errors import InvalidPrepaymentTerms

FRACTION_DECIMALS = 12
_ZERO = Decimal(0)


class Formula(StrEnum):
    """The formula of yield maintenance: what makes a premium of note rate, amount owed and reinvestment rate.

    Notes and calculators call each of them yield maintenance; they differ by some percents of the premium.
    """

    REMAINING_PAYMENTS = "remaining_payments"
    """The present value of the remaining payments, balloon included, less the balance. Between due dates the interest
    that accrued by then is paid apart and is no remaining payment. CMBS and life company notes."""
    DIFFERENCE_ON_SCHEDULED_BALANCE = "difference_on_scheduled_balance"
    """The present value of (note rate - reinvestment rate) / 12 a month on the balance of each month's beginning as
    the schedule has it. Its months are those of 30/360, whatever the loan's day count."""
    DIFFERENCE_ON_PREPAID_PRINCIPAL = "difference_on_prepaid_principal"
    """The present value of (note rate - reinvestment rate) / 12 a month on the principal prepaid, as if none of it
    fell due before the end. With discounting at a twelfth: Freddie Mac, Multifamily Loan and Security Agreement,
    "Present Value Factor"."""
    ANNUAL_FACTOR = "annual_factor"
    """Principal prepaid x (note rate - r) x (1 - (1 + r)^(-n/12)) / r, n in months, r the reinvestment rate; n / 12
    where r is 0. Fannie Mae, Multifamily Form 4188 and Schedule 4 to Form 6104. `discounting` has no part in it."""


class Discounting(StrEnum):
    """The way in which a yearly yield becomes a monthly rate."""

    BOND_EQUIVALENT = "bond_equivalent"  # (1 + y/2)^(1/6) - 1: compounded twice a year, as Treasury yields are quoted
    NOMINAL = "nominal"  # y / 12


class MatchedTo(StrEnum):
    """The term of the Treasury that stands for reinvestment."""

    MATURITY = "maturity"  # the time to the end that the premium is measured to
    AVERAGE_LIFE = "average_life"  # of the remaining principal


class BetweenMaturities(StrEnum):
    """The yield of a term that no Treasury has. One shorter than the shortest has the shortest one's yield."""

    INTERPOLATED = "interpolated"  # straight line between the next shorter and the next longer
    NEAREST = "nearest"  # that of the nearest maturity, the shorter one where two are as near


class MeasuredTo(StrEnum):
    """The day to which what the lender loses is measured; a balance left on it is taken as repaid on it."""

    MATURITY = "maturity"
    OPEN = "open"  # the first day of the open phase; maturity where there is none
    PHASE_END = "phase_end"  # the day after the phase's last: Fannie Mae's "Yield Maintenance Period End Date"


class MonthsLeft(StrEnum):
    """The count of months in formulas that take a number of them, from the prepayment to the end."""

    WHOLE = "whole"  # completed months of 30 days
    FROM_MONTH_END = "from_month_end"  # completed months from the last day of the prepayment's month: Form 4188


@dataclass(frozen=True, kw_only=True, slots=True)
class Lockout:
    """No prepayment is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """The cost of a prepayment is not known, for a `reason` in words: what was read of the note does not say it."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """A prepayment costs nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedPercentage:
    """A percentage of the principal prepaid."""

    percentage: Decimal

    def __post_init__(self) -> None:
        _check_fraction("percentage", self.percentage)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDown:
    """A percentage of the principal prepaid that falls with the months since `counted_from`.

    The first percentage is for the first `months_each` whole months elapsed (0 to 11 of a year), and so on; after the
    last there is no premium. The day that completes a year is in the next one. `counted_from` is by default the first
    payment date; any earlier day has the first percentage.
    """

    percentages: tuple[Decimal, ...]
    months_each: int = 12
    counted_from: datetime.date | None = None

    def __post_init__(self) -> None:
        if not self.percentages:
            raise InvalidPrepaymentTerms("percentages", "must be at least one")
        for index, percentage in enumerate(self.percentages):
            _check_fraction(f"percentages[{index}]", percentage)
        _check_months("months_each", self.months_each)


@dataclass(frozen=True, kw_only=True, slots=True)
class YieldMaintenance:
    """What the lender loses by reinvesting at Treasury yields, at least `floor` of the principal and never below zero.

    The reinvestment rate is the Treasury yield, rounded half up to `yield_decimals` as a fraction where the note says
    so (5 is a thousandth of a percent, Form 4188), plus `spread`. Part of the principal bears its part of the premium.
    """

    formula: Formula = Formula.REMAINING_PAYMENTS
    discounting: Discounting = Discounting.BOND_EQUIVALENT
    matched_to: MatchedTo = MatchedTo.MATURITY
    between_maturities: BetweenMaturities = BetweenMaturities.INTERPOLATED
    yield_decimals: int | None = None
    spread: Decimal = _ZERO
    floor: Decimal = _ZERO
    measured_to: MeasuredTo = MeasuredTo.MATURITY
    months_left: MonthsLeft = MonthsLeft.WHOLE

    def __post_init__(self) -> None:
        _check_fraction("floor", self.floor)
        _check_fraction("spread", self.spread, least=Decimal("-0.25"), most=Decimal("0.25"))
        decimals = self.yield_decimals
        if decimals is not None and (type(decimals) is not int or not 2 <= decimals <= 12):
            raise InvalidPrepaymentTerms("yield_decimals", "must be 2 to 12 decimals of a fraction")


@dataclass(frozen=True, kw_only=True, slots=True)
class SpreadMaintenance:
    """The loan's spread on the principal prepaid to the end of the phase, undiscounted: floating-rate loans.

    principal x spread x days / 360, the calendar days from the prepayment to the end that it is measured to; at least
    `floor` of the principal.
    """

    spread: Decimal
    floor: Decimal = _ZERO
    measured_to: MeasuredTo = MeasuredTo.PHASE_END

    def __post_init__(self) -> None:
        _check_fraction("spread", self.spread)
        _check_fraction("floor", self.floor)


@dataclass(frozen=True, kw_only=True, slots=True)
class MinimumInterest:
    """What the interest of the loan lacks of a minimum: an `amount`, or the scheduled interest of its first `months`.

    The interest so far is that of the installments due by the schedule and what accrued since, or what the lender says
    it received. Part of the principal bears its part.
    """

    months: int | None = None
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.months is None) == (self.amount is None):
            raise InvalidPrepaymentTerms("months", "must be stated, or else an amount, and not both")
        if self.months is not None:
            _check_months("months", self.months)
        if self.amount is not None:
            check_amount("amount", self.amount)


@dataclass(frozen=True, kw_only=True, slots=True)
class Defeasance:
    """The cost of Treasury or agency strips that pay every remaining payment, less what is owed.

    Each payment is discounted on the zero curve from the day it is paid. What is owed is the balance and the interest
    accrued since the last due date, which the strips pay with the next installment. It is negative where the curve is
    above the note rate. Fees (securities broker, accountant, rating agency, successor borrower) are fees of the phase.
    """

    measured_to: MeasuredTo = MeasuredTo.MATURITY


Regime = (
    Lockout
    | Unknown
    | Open
    | FixedPercentage
    | StepDown
    | YieldMaintenance
    | SpreadMaintenance
    | MinimumInterest
    | Defeasance
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fee:
    """What a prepayment costs besides its premium: an `amount` in dollars, or a `percentage` of the principal."""

    name: str
    amount: Decimal | None = None
    percentage: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.amount is None) == (self.percentage is None):
            raise InvalidPrepaymentTerms(f"fees.{self.name}", "must be an amount or a percentage, and not both")
        if self.amount is not None:
            check_amount(f"fees.{self.name}.amount", self.amount)
        if self.percentage is not None:
            _check_fraction(f"fees.{self.name}.percentage", self.percentage)


def check_amount(field: str, amount: object) -> None:
    """Raise InvalidPrepaymentTerms where dollars are not a finite decimal in whole cents of at least zero."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise InvalidPrepaymentTerms(field, "must be a finite decimal number of dollars")
    if not 0 <= amount < Decimal(10) ** 13 or amount != cents(amount):
        raise InvalidPrepaymentTerms(field, "must be whole cents, from 0 to less than 10,000,000,000,000 dollars")


def _check_fraction(field: str, value: object, *, least: Decimal = _ZERO, most: Decimal = Decimal(1)) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidPrepaymentTerms(field, "must be a finite decimal number")
    if not least <= value <= most:
        raise InvalidPrepaymentTerms(field, f"must be a fraction from {least} to {most}: 1 % is 0.01")
    if value != shown_rate(value, FRACTION_DECIMALS):
        raise InvalidPrepaymentTerms(field, f"must have at most {FRACTION_DECIMALS} decimals")


def _check_months(field: str, months: object) -> None:
    if type(months) is not int or not 1 <= months <= 1200:
        raise InvalidPrepaymentTerms(field, "must be 1 to 1200 whole months")
