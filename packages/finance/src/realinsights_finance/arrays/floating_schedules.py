"""The schedules of many loans of any rate at once: floating, stepped, and fixed before they float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.accruals import Accruals
from realinsights_finance.arrays.calendar import due_days, month_index, months
from realinsights_finance.arrays.carried import Carrying
from realinsights_finance.arrays.columns import RATE_SCALE, TermsColumns
from realinsights_finance.arrays.floating_terms import IndexTable
from realinsights_finance.arrays.loan_columns import CARRIED, FIRST_RATE, LoanColumns
from realinsights_finance.arrays.payments import amortization_periods, estimated_payments
from realinsights_finance.arrays.period_rates import NO_CUTS, PeriodRates
from realinsights_finance.arrays.schedules import InstallmentArrays, loans_by_number
from realinsights_finance.level_payment import level_payment
from realinsights_finance.money import EXACT, from_cents, in_cents
from realinsights_finance.rates.paths import RateSpan
from realinsights_finance.rates.readings import Market
from realinsights_finance.repayment.amortize import life
from realinsights_finance.repayment.loan import Loan
from realinsights_finance.rounding import PaymentRounding
from realinsights_finance.terms import RATE_DECIMALS
from realinsights_finance.time.periods import AccrualPeriod

_BLOCK = 8192  # loans whose working arrays stay in the processor's cache together


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FloatingScheduleArrays(InstallmentArrays):
    """Schedules by installment and loan, as in `ScheduleArrays`, and the rate that each period begins with.

    `rates` are all-in, annual, scaled by 10^12; half up to that where an interpolated index is not rounded. A loan that
    is repaid has zeros from there on.
    """

    rates: NDArray[np.int64]


class _Rows(NamedTuple):
    """The arrays that a block of loans is written into."""

    rates: NDArray[np.int64]
    interest: NDArray[np.int64]
    balances: NDArray[np.int64]


def floating_schedules(columns: LoanColumns, market: Market) -> FloatingScheduleArrays:
    """Return the schedule of every loan, each cell equal to what `repayment.life` gives for the loan alone.

    Interest near a tie is settled in integers, or where an interpolated index is not rounded, in decimals. The arrays
    hold rates above -100 % and up to 100 %. Raises InvalidTerms for others and for what `LoanColumns.check` refuses,
    and what reading an index raises (MissingFixing, CurveEndsEarly).
    """
    columns.check()
    terms, loans = columns.terms, len(columns)
    rows = int(terms.periods().max(initial=0))
    balances = np.empty((rows + 1, loans), dtype=np.int64)
    interest = np.empty((rows, loans), dtype=np.int64)
    rates = np.empty((rows, loans), dtype=np.int64)
    balances[0] = terms.principal
    if loans:
        table = IndexTable(columns.floating.readings, market, _days(columns))
        carried = terms.interest_rounding == CARRIED
        places = columns.changes.places(loans)
        for kind in (np.flatnonzero(~carried), np.flatnonzero(carried)):
            for begin in range(0, len(kind), _BLOCK):
                numbers = kind[begin : begin + _BLOCK]
                some = columns.take(numbers, places)
                _fill_some(some, numbers, table, market, _Rows(rates, interest, balances))
    return FloatingScheduleArrays(columns=terms, balances=balances, interest=interest, rates=rates)


def _days(columns: LoanColumns) -> tuple[int, int]:
    """Return the first and the last day for which an index may be read, counted since 1970."""
    resets = columns.changes.reset[~np.isnat(columns.changes.reset)]
    first = min(columns.terms.start.min(), resets.min(initial=columns.terms.start[0]))
    return int(first.astype(np.int64)), int(columns.terms.maturity.max().astype(np.int64))


def _fill_some(columns: LoanColumns, numbers: NDArray[np.intp], table: IndexTable, market: Market, into: _Rows) -> None:
    """Write the installments of some loans, of those numbers."""
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        block = slice(int(numbers[0]), int(numbers[-1]) + 1)
        _Filling(columns, numbers, table, market).fill(_Rows(*(array[:, block] for array in into)))
        return
    part = _Rows(*(np.zeros((len(array), len(numbers)), dtype=np.int64) for array in into))
    part.balances[0] = into.balances[0, numbers]
    _Filling(columns, numbers, table, market).fill(part)
    for whole, found in zip(into, part, strict=True):
        whole[:, numbers] = found


class _Filling:
    """A block of loans on its way from installment to installment; all carry their balances unrounded, or none."""

    def __init__(self, columns: LoanColumns, numbers: NDArray[np.intp], table: IndexTable, market: Market) -> None:
        self._columns, self._table, self._market = columns, table, market
        self._periods = columns.terms.periods()
        self._paths = PeriodRates(columns, table, numbers)
        self._plain = _PlainLoans(columns, market)
        self._accruals = _Accruals(columns.terms, self._plain, table)
        self._levels = _Levels(columns, self._plain, table)
        self._carrying: Carrying | None = None
        if columns.terms.interest_rounding[0] == CARRIED:
            self._carrying = Carrying(columns.terms, self._accruals)

    def fill(self, into: _Rows) -> None:
        """Write the installments."""
        columns, paths, accruals, levels = self._columns, self._paths, self._accruals, self._levels
        terms, rows = columns.terms, int(self._periods.max())
        matures = loans_by_number(self._periods)
        dates = _DueDays(terms)
        balance = terms.principal.astype(np.float64)
        due, principal = np.empty_like(balance), np.empty_like(balance)
        live = len(balance)
        for number in range(1, rows + 1):
            start, end = dates.advance()
            paths.begin(start)
            into.rates[number - 1] = paths.rate if self._table.exact else np.floor(paths.rate + 0.5)
            levels.advance(number, paths.rate, balance)
            last = matures.get(number)
            accruals.bear(number, paths, start, end, last)
            if self._carrying is not None:
                self._carrying.pay(number, levels.payment, ~levels.idle, into.interest[number - 1])
                balance = self._carrying.shown
            else:
                accruals.interest(balance, due)
                levels.principal(balance, due, out=principal)
                if last is not None:
                    principal[last] = balance[last]
                balance -= principal
                into.interest[number - 1] = due
            into.balances[number] = balance
            left = int(np.count_nonzero(balance))
            if left < live:
                paths.end(np.flatnonzero(balance == 0))
                live = left
        into.rates[rows:] = 0
        into.interest[rows:] = 0
        into.balances[rows + 1 :] = 0
        if self._carrying is not None:
            for loan in np.flatnonzero(self._carrying.near):
                self._write_plain(int(loan), into)

    def _write_plain(self, loan: int, into: _Rows) -> None:
        rows = life(self._plain.loan(loan))
        into.rates[:, loan], into.interest[:, loan], into.balances[1:, loan] = 0, 0, 0
        into.rates[: len(rows), loan] = [_shown(row.rates[0].rate) for row in rows]
        into.interest[: len(rows), loan] = [in_cents(row.interest) for row in rows]
        into.balances[1 : len(rows) + 1, loan] = [in_cents(row.ending_balance) for row in rows]


class _DueDays:
    """The days, since 1970, from and to which interest runs, from installment to installment."""

    def __init__(self, terms: TermsColumns) -> None:
        month = month_index(terms.first_payment) - months().begin
        self._days = due_days().reshape(-1)
        self._position = (terms.payment_day - 1) * len(months().start) + month - terms.months
        self._step = terms.months
        self._maturity = terms.maturity.astype(np.int64)
        self._end = terms.start.astype(np.int64)

    def advance(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return start and end of the next installment's period."""
        start = self._end
        self._position += self._step
        self._end = np.minimum(self._days.take(self._position, mode="clip"), self._maturity)
        return start, self._end


class _PlainLoans:
    """The same loans as plain ones, made when they are first asked for."""

    def __init__(self, columns: LoanColumns, market: Market) -> None:
        self._columns, self._market = columns, market
        self._loans: dict[int, Loan] = {}

    def loan(self, place: int) -> Loan:
        """Return one loan."""
        if place not in self._loans:
            self._loans[place] = self._columns.loan(place, self._market)
        return self._loans[place]

    def interest(self, place: int, number: int, balance: int) -> int:
        """Return the cents of interest on a balance in cents for the period of an installment."""
        loan = self.loan(place)
        period, spans = self._period(loan, number)
        exact = loan.unrounded_interest(from_cents(balance), period, spans, since=period.start, until=period.end)
        return in_cents(loan.rounding.interest.cents(_decimal(exact)))

    def rate(self, place: int, number: int) -> Fraction:
        """Return the rate that the period of an installment begins with."""
        return Fraction(self._period(self.loan(place), number)[1][0].rate)

    @staticmethod
    def _period(loan: Loan, number: int) -> tuple[AccrualPeriod, tuple[RateSpan, ...]]:
        period = loan.periods[number - 1]
        return period, loan.rate.spans(period.start, period.end)


class _Accruals(Accruals):
    """The interest of loans whose rates change from installment to installment, or within one."""

    def __init__(self, terms: TermsColumns, plain: _PlainLoans, table: IndexTable) -> None:
        super().__init__(terms, clips=False)
        self._plain, self._table = plain, table
        self._year = self._denominator.astype(np.float64)
        self._number, self._rates = 0, np.zeros(len(terms))
        self._rate_per_part = np.empty(len(terms))
        self._cuts = NO_CUTS

    def bear(
        self,
        number: int,
        paths: PeriodRates,
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        last: NDArray[np.intp] | None,
    ) -> None:
        """Take the rates of the next installment's period, which is that of some loans' maturity."""
        self.advance(last)
        self._number, self._rates = number, paths.rate
        np.divide(paths.rate, self._year, out=self._rate_per_part)
        self._cuts = paths.cut(start, end)

    def factors(self) -> NDArray[np.float64]:
        """Return what a balance times is the installment's interest."""
        np.multiply(self._parts, self._rate_per_part, out=self._estimate)
        cut = self._cuts.loans
        if cut.size:
            self._estimate[cut] = self._cuts.estimates / self._year[cut]
        return self._estimate

    def settled(
        self, loans: NDArray[np.intp], balance: NDArray[np.float64], due: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Return the interest of some loans in integers, or where their rates are no whole numbers, in decimals."""
        if self._table.exact:
            return super().settled(loans, balance, due)
        each = zip(loans.tolist(), balance.tolist(), strict=True)
        return np.array(
            [self._plain.interest(loan, self._number, int(owed)) if owed else 0 for loan, owed in each], dtype=np.int64
        )

    def _numerators(self, loans: NDArray[np.intp]) -> NDArray[np.int64]:
        numerators = self._rates[loans].astype(np.int64) * self._parts[loans].astype(np.int64)
        for place in np.flatnonzero(np.isin(loans, self._cuts.loans)):
            numerators[place] = self._cuts.sums[np.searchsorted(self._cuts.loans, loans[place])]
        return numerators


class _Payers(NamedTuple):
    """Loans that pay a level payment, side by side: its rate, the installment after the last, how it is computed."""

    loans: NDArray[np.intp]
    rate: NDArray[np.float64]
    ends: NDArray[np.float64]
    months: NDArray[np.float64]
    rounding: NDArray[np.int64]

    def of(self, places: NDArray[np.intp]) -> _Payers:
        """Return some of them."""
        return _Payers(
            loans=self.loans[places],
            rate=self.rate[places],
            ends=self.ends[places],
            months=self.months[places],
            rounding=self.rounding[places],
        )


class _Levels:
    """What loans pay of principal: level payments in cents, and which loans are `idle`, in a time of interest alone."""

    def __init__(self, columns: LoanColumns, plain: _PlainLoans, table: IndexTable) -> None:
        terms = columns.terms
        self._plain, self._table, self._columns = plain, table, columns
        self._interest_only = columns.interest_only_periods()
        self._begins = loans_by_number(self._interest_only + 1)
        self._periods = np.maximum(amortization_periods(terms), 1)
        self._months = terms.months / (12 * RATE_SCALE)
        self._fixed = np.zeros(0, dtype=np.intp)
        self._anew: _Payers | None = None
        self.payment = np.zeros(len(terms))
        self.idle = np.ones(len(terms), dtype=bool)

    def advance(self, number: int, rate: NDArray[np.float64], balance: NDArray[np.float64]) -> None:
        """Go on to an installment: begin to amortize, and compute payments anew whose rate has changed."""
        begins = self._begins.get(number)
        if begins is not None:
            self._begin(number, begins, rate, balance)
        anew = self._anew
        if anew is None:
            return
        on, owed = rate.take(anew.loans), balance.take(anew.loans)
        same = on == anew.rate
        stay = np.count_nonzero(same)
        if stay == on.size:
            return
        if 2 * stay > on.size:
            changed = (~same).nonzero()[0]
            self._compute(number, anew.of(changed), on[changed], owed[changed])
        else:
            # Most have changed: all are computed, and those that have not get what they had.
            before = self.payment[anew.loans] if stay else None
            self._compute(number, anew, on, owed)
            if before is not None:
                self.payment[anew.loans[same]] = before[same]
        anew.rate[:] = on

    def principal(self, balance: NDArray[np.float64], due: NDArray[np.float64], out: NDArray[np.float64]) -> None:
        """Write what installments repay but the last one, which repays all."""
        np.subtract(self.payment, due, out=out)
        np.maximum(out, 0, out=out)
        if due.min() < 0:
            out[self.idle] = 0  # negative interest repays nothing
        if self._fixed.size:
            out[self._fixed] = self._columns.fixed_principal[self._fixed]
        np.minimum(out, balance, out=out)

    def _begin(
        self, number: int, loans: NDArray[np.intp], rate: NDArray[np.float64], balance: NDArray[np.float64]
    ) -> None:
        columns = self._columns
        self._fixed = np.append(self._fixed, loans[columns.fixed_principal[loans] > 0])
        self.payment[loans] = columns.terms.payment[loans]
        self.idle[loans] = False
        loans = loans[(columns.terms.payment[loans] == 0) & (columns.terms.amortization_months[loans] > 0)]
        again = columns.reamortizes[loans]
        if again.any():
            self._again(loans[again])
        loans = loans[~again]
        if loans.size:
            computed_on = columns.computed_on[loans]
            on = np.where(computed_on == FIRST_RATE, rate[loans], computed_on.astype(np.float64))
            self._compute(number, self._payers(loans, on), on, balance[loans])

    def _again(self, loans: NDArray[np.intp]) -> None:
        """Compute the payments of some more loans anew from now on, whenever their rates change."""
        before = self._anew
        rate = np.full(loans.size, np.nan)
        if before is not None:
            loans, rate = np.append(before.loans, loans), np.append(before.rate, rate)
        order = np.argsort(loans)
        self._anew = self._payers(loans[order], rate[order])

    def _payers(self, loans: NDArray[np.intp], rate: NDArray[np.float64]) -> _Payers:
        return _Payers(
            loans=loans,
            rate=rate,
            ends=(self._periods[loans] + self._interest_only[loans] + 1).astype(np.float64),
            months=self._months[loans],
            rounding=self._columns.terms.payment_rounding[loans],
        )

    def _compute(self, number: int, payers: _Payers, rate: NDArray[np.float64], owed: NDArray[np.float64]) -> None:
        left = np.maximum(payers.ends - number, 1)
        with np.errstate(over="ignore"):  # at rates far below zero; the payment is then next to nothing
            found, near = estimated_payments(owed, rate * payers.months, left, payers.rounding)
        for place in (near & (owed > 0)).nonzero()[0].tolist():
            loan, count = int(payers.loans[place]), int(left[place])
            found[place] = self._settled(number, loan, rate[place], count, int(owed[place]))
        self.payment[payers.loans] = found

    def _settled(self, number: int, loan: int, rate: float, left: int, owed: int) -> int:
        terms, computed_on = self._columns.terms, int(self._columns.computed_on[loan])
        exact = Fraction(int(rate), RATE_SCALE)
        if not self._table.exact and (self._columns.reamortizes[loan] or computed_on == FIRST_RATE):
            exact = self._plain.rate(loan, number)
        rounding = tuple(PaymentRounding)[terms.payment_rounding[loan]]
        return in_cents(level_payment(from_cents(owed), exact * int(terms.months[loan]) / 12, left, rounding))


def _shown(rate: Decimal) -> int:
    scaled = EXACT.add(EXACT.scaleb(rate, RATE_DECIMALS), Decimal("0.5"))
    return int(scaled.to_integral_value(ROUND_FLOOR, EXACT))


def _decimal(exact: Fraction) -> Decimal:
    return EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
