"""The terms of many loans, one numpy array for each field."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Self

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import clipped_day, month_index
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency
from realinsights_finance.money import EXACT, from_cents, in_cents
from realinsights_finance.rounding import (
    FEWEST_DAILY_RATE_DECIMALS,
    MOST_DAILY_RATE_DECIMALS,
    InterestRounding,
    PaymentRounding,
    Rounding,
)
from realinsights_finance.terms import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MAXIMUM_FIRST_PERIOD_MONTHS,
    MAXIMUM_MONTHS,
    RATE_DECIMALS,
    InvalidTerms,
    LoanTerms,
    PaymentBasis,
    TermsProblem,
)

RATE_SCALE = 10**RATE_DECIMALS
DAY_COUNTS = tuple(DayCount)
INTEREST_ROUNDINGS = tuple(InterestRounding)
PAYMENT_ROUNDINGS = tuple(PaymentRounding)
YEARS = np.array([day_count.days_of_year or 0 for day_count in DAY_COUNTS])
"""The days of a year by day count; 0 where years differ."""
_POSITIONS = {day_count: position for position, day_count in enumerate(DAY_COUNTS)}
_FREQUENCIES = {frequency.months: frequency for frequency in Frequency}
LARGEST_PRINCIPAL = Decimal("100000000000.00")
"""The largest principal whose interest 64-bit floats and integers settle to the cent."""

_BEFORE_1970 = datetime.date(1970, 1, 1).toordinal()
_NAMED_LOANS = 20  # of a million bad loans, the first ones say enough


def _left_out() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TermsColumns:
    """Loan terms by column; index i of every array is the same loan. The fields mean what those of LoanTerms do.

    `principal` and `payment` are cents (a payment of 0: none stated), `rate` is scaled by 10^12, `day_count` is the
    position in `DayCount`, `months` those of a period, `payment_day` always stated, `amortization_months` 0 for none.
    `interest_rounding` and `payment_rounding` are positions too, `daily_rate_decimals` 0 for none; where they are left
    out, all loans round as is usual.
    Integers are int64, dates datetime64[D]; anything else is a TypeError. What the values say is checked by `check`.
    """

    principal: NDArray[np.int64]
    rate: NDArray[np.int64]
    start: NDArray[np.datetime64]
    first_payment: NDArray[np.datetime64]
    maturity: NDArray[np.datetime64]
    day_count: NDArray[np.int64]
    months: NDArray[np.int64]
    payment_day: NDArray[np.int64]
    amortization_months: NDArray[np.int64]
    interest_only_months: NDArray[np.int64]
    payment: NDArray[np.int64]
    effective_rate: NDArray[np.bool_]
    amortization_from_closing: NDArray[np.bool_]
    interest_rounding: NDArray[np.int64] = field(default_factory=_left_out)
    payment_rounding: NDArray[np.int64] = field(default_factory=_left_out)
    daily_rate_decimals: NDArray[np.int64] = field(default_factory=_left_out)

    def __post_init__(self) -> None:
        loans = len(self.principal)
        for name in ("interest_rounding", "payment_rounding", "daily_rate_decimals"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.zeros(loans, dtype=np.int64))
        for each in fields(self):
            column = getattr(self, each.name)
            if column.dtype != _DTYPES.get(each.name, np.int64) or column.shape != (loans,):
                raise TypeError(f"{each.name} must be {loans} values of {_DTYPES.get(each.name, np.dtype(np.int64))}")

    def check(self) -> None:
        """Raise InvalidTerms where LoanTerms would refuse a loan, naming it as `loans[index].field`."""
        suspects = np.flatnonzero(self._suspicious())
        problems = []
        for index in suspects:
            problems += self._problems(int(index))
            if len(problems) >= _NAMED_LOANS:
                break
        if problems:
            raise InvalidTerms(tuple(problems))

    @classmethod
    def of(cls, terms: Sequence[LoanTerms]) -> Self:
        """Return the columns of a sequence of terms, each of which the arrays hold."""
        if not all(map(cls.hold, terms)):
            raise ValueError("a loan is larger than the arrays hold, or its payments move to business days")

        def dates(values: list[datetime.date]) -> NDArray[np.datetime64]:
            # Day numbers: numpy takes dates one by one, and is twenty times as slow at it.
            return (whole([value.toordinal() for value in values]) - _BEFORE_1970).astype("datetime64[D]")

        def whole(values: list[int]) -> NDArray[np.int64]:
            return np.array(values, dtype=np.int64)

        return cls(
            principal=whole([in_cents(loan.principal) for loan in terms]),
            rate=whole([int(EXACT.scaleb(loan.rate, RATE_DECIMALS)) for loan in terms]),
            start=dates([loan.start for loan in terms]),
            first_payment=dates([loan.first_payment for loan in terms]),
            maturity=dates([loan.maturity for loan in terms]),
            day_count=whole([_POSITIONS[loan.day_count] for loan in terms]),
            months=whole([loan.frequency.months for loan in terms]),
            payment_day=whole([loan.due_day for loan in terms]),
            amortization_months=whole([loan.amortization_months or 0 for loan in terms]),
            interest_only_months=whole([loan.interest_only_months for loan in terms]),
            payment=whole([0 if loan.payment is None else in_cents(loan.payment) for loan in terms]),
            effective_rate=np.array([loan.payment_basis is PaymentBasis.EFFECTIVE_RATE for loan in terms], dtype=bool),
            amortization_from_closing=np.array([loan.amortization_from_closing for loan in terms], dtype=bool),
            interest_rounding=whole([INTEREST_ROUNDINGS.index(loan.rounding.interest) for loan in terms]),
            payment_rounding=whole([PAYMENT_ROUNDINGS.index(loan.rounding.payment) for loan in terms]),
            daily_rate_decimals=whole([loan.rounding.daily_rate_decimals or 0 for loan in terms]),
        )

    @staticmethod
    def hold(terms: LoanTerms) -> bool:
        """Tell whether the arrays hold a loan: up to $100 billion, on due dates that no business-day rule moves."""
        return terms.principal <= LARGEST_PRINCIPAL and not terms.adjusts

    def __len__(self) -> int:
        return len(self.principal)

    def take(self, loans: NDArray[np.intp] | slice) -> TermsColumns:
        """Return the columns of some of the loans, in the order given."""
        return TermsColumns(**{each.name: getattr(self, each.name)[loans] for each in fields(self)})

    def terms(self, index: int) -> LoanTerms:
        """Return one loan's terms, for the plain schedule behind a figure."""
        payment, amortization = int(self.payment[index]), int(self.amortization_months[index])
        return LoanTerms(
            principal=from_cents(int(self.principal[index])),
            rate=EXACT.scaleb(Decimal(int(self.rate[index])), -RATE_DECIMALS),
            start=self.start[index].item(),
            first_payment=self.first_payment[index].item(),
            maturity=self.maturity[index].item(),
            day_count=DAY_COUNTS[int(self.day_count[index])],
            frequency=_FREQUENCIES[int(self.months[index])],
            payment_day=int(self.payment_day[index]),
            amortization_months=amortization or None,
            interest_only_months=int(self.interest_only_months[index]),
            payment=from_cents(payment) if payment else None,
            payment_basis=PaymentBasis.EFFECTIVE_RATE if self.effective_rate[index] else PaymentBasis.NOTE_RATE,
            amortization_from_closing=bool(self.amortization_from_closing[index]),
            rounding=Rounding(
                interest=INTEREST_ROUNDINGS[int(self.interest_rounding[index])],
                payment=PAYMENT_ROUNDINGS[int(self.payment_rounding[index])],
                daily_rate_decimals=int(self.daily_rate_decimals[index]) or None,
            ),
        )

    def accrual_rates(self) -> NDArray[np.int64]:
        """Return the annual rates that interest accrues at, scaled by 10^12, as `LoanTerms.accrual_rate` does."""
        if not self.daily_rate_decimals.any():
            return self.rate
        unit = 10 ** (RATE_DECIMALS - self.daily_rate_decimals)
        year = np.maximum(YEARS[self.day_count], 1)
        daily = (2 * self.rate + year * unit) // (2 * year * unit) * unit
        return np.where(self.daily_rate_decimals > 0, daily * year, self.rate)

    def amortizing(self) -> NDArray[np.bool_]:
        """Tell for each loan whether its terms state any amortization."""
        return (self.amortization_months > 0) | (self.payment > 0)

    def periods(self) -> NDArray[np.int64]:
        """Return each loan's number of installments to maturity."""
        first = month_index(self.first_payment)
        whole = (month_index(self.maturity) - first) // self.months
        last = clipped_day(first + whole * self.months, self.payment_day)
        return np.asarray(whole + np.where(last >= self.maturity.astype(np.int64), 1, 2))

    def interest_only_periods(self) -> NDArray[np.int64]:
        """Return each loan's number of interest-only installments by its terms."""
        return np.where(self.amortizing(), self.interest_only_months // self.months, self.periods())

    def _problems(self, index: int) -> list[TermsProblem]:
        if self.day_count[index] not in range(len(DAY_COUNTS)):
            return [TermsProblem(f"loans[{index}].day_count", "must be the position of a day count")]
        for name, most in (("interest_rounding", INTEREST_ROUNDINGS), ("payment_rounding", PAYMENT_ROUNDINGS)):
            if getattr(self, name)[index] not in range(len(most)):
                return [TermsProblem(f"loans[{index}].{name}", "must be the position of a rounding")]
        if int(self.months[index]) not in _FREQUENCIES:
            return [TermsProblem(f"loans[{index}].months", "must be 1, 3, 6 or 12")]
        if self.principal[index] > in_cents(LARGEST_PRINCIPAL):
            return [TermsProblem(f"loans[{index}].principal", f"must not exceed {LARGEST_PRINCIPAL:,}")]
        try:
            self.terms(index)
        except InvalidTerms as invalid:
            return [TermsProblem(f"loans[{index}].{name}", message) for name, message in invalid.problems]
        return []

    def _suspicious(self) -> NDArray[np.bool_]:
        # At least every loan that LoanTerms refuses: it has the last word, and the words of the refusal.
        codes = (self.day_count < 0) | (self.day_count >= len(DAY_COUNTS))
        codes |= ~np.isin(self.months, np.array(tuple(_FREQUENCIES), dtype=np.int64))
        dates = (self.start, self.first_payment, self.maturity)
        earliest, latest = np.datetime64(f"{EARLIEST_YEAR}-01-01"), np.datetime64(f"{LATEST_YEAR}-12-31")
        for column in dates:
            codes |= ~((column >= earliest) & (column <= latest))  # NaT compares as False
        codes |= (self.payment_day < 1) | (self.payment_day > 31)
        codes |= (self.interest_rounding < 0) | (self.interest_rounding >= len(INTEREST_ROUNDINGS))
        codes |= (self.payment_rounding < 0) | (self.payment_rounding >= len(PAYMENT_ROUNDINGS))
        decimals = self.daily_rate_decimals
        codes |= (decimals != 0) & ((decimals < FEWEST_DAILY_RATE_DECIMALS) | (decimals > MOST_DAILY_RATE_DECIMALS))
        if codes.any():
            return codes
        step = self.months
        first_month = month_index(self.first_payment)
        bad = (self.principal < 1) | (self.principal > in_cents(LARGEST_PRINCIPAL))
        bad |= (self.rate < 0) | (self.rate > RATE_SCALE)
        bad |= (decimals != 0) & (YEARS[self.day_count] == 0)
        bad |= self.start >= self.first_payment
        bad |= first_month - month_index(self.start) >= MAXIMUM_FIRST_PERIOD_MONTHS
        bad |= self.maturity < self.first_payment
        bad |= month_index(self.maturity) - first_month > MAXIMUM_MONTHS
        bad |= clipped_day(first_month, self.payment_day) != self.first_payment.astype(np.int64)
        for months in (self.amortization_months, self.interest_only_months):
            bad |= (months < 0) | (months > MAXIMUM_MONTHS) | (months % step != 0)
        bad |= self.amortization_from_closing & (self.amortization_months <= self.interest_only_months)
        interest_only = self.interest_only_months // step
        bad |= ~self.amortizing() & (interest_only > 0) & (interest_only < self.periods())
        due = self.principal.astype(np.float64) * self.rate / RATE_SCALE * step / 12
        bad |= (self.payment < 0) | (self.payment > in_cents(LARGEST_PRINCIPAL))
        bad |= (self.payment > 0) & (self.payment <= due * (1 + 1e-9) + 1)
        return np.asarray(bad)


_DTYPES = {
    "start": np.dtype("datetime64[D]"),
    "first_payment": np.dtype("datetime64[D]"),
    "maturity": np.dtype("datetime64[D]"),
    "effective_rate": np.dtype(np.bool_),
    "amortization_from_closing": np.dtype(np.bool_),
}
