"""What is left of many loans' schedules after a day, side by side, to prepay them on each payment date from then on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import civil, clipped_day, month_index, thirty_days_bond
from realinsights_finance.arrays.schedules import ScheduleArrays
from realinsights_finance.day_count import DayCount
from realinsights_finance.money import from_cents, in_cents

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The installments of some loans after a day: row j, column i is installment `paid[i]` + 1 + j of loan i.

    Cents, days since 1970, and `gaps` in days of 30/360 since the installment before. Rows past a loan's last
    installment hold zeros, and its maturity as their due date.
    """

    computed: ScheduleArrays
    loans: NDArray[np.intp]
    paid: Whole
    due: Whole
    before: Whole
    interest: Whole
    after: Whole
    gaps: Whole

    @property
    def payments(self) -> Whole:
        """Return interest and principal."""
        return self.interest + self.before - self.after


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The days to which losses are measured: what the window holds of them.

    `last` is the row of the last installment due by then, -1 for none. A day between due dates leaves a stub of `days`
    (30/360) and `interest` in cents. `balance` is what is left then and is repaid, 0 at maturity.
    """

    day: Whole
    last: Whole
    days: Whole
    interest: Whole
    balance: Whole


def window(computed: ScheduleArrays, paid: Whole, loans: NDArray[np.intp], *, dates: int) -> Window:
    """Return what is left of some loans after so many installments of each, in at least as many rows as dates."""
    columns, begun = computed.columns.take(loans), paid[loans]
    periods = columns.periods()
    rows = int((periods - begun).max(initial=dates))
    number = begun + np.arange(rows)[:, np.newaxis]  # how many come before each
    valid = number < periods
    place = np.minimum(number, len(computed.interest) - 1)
    months = month_index(columns.first_payment) + number * columns.months
    maturity = columns.maturity.astype(np.int64)
    due = np.minimum(clipped_day(months, columns.payment_day), maturity)
    before = np.where(valid, computed.balances[place, loans], 0)
    gaps = np.where(before > 0, 30 * columns.months, 0)
    last = periods - 1
    regular_end = clipped_day(month_index(columns.first_payment) + last * columns.months, columns.payment_day)
    odd = np.flatnonzero((regular_end != maturity) & (begun < last))
    if odd.size:
        begin = clipped_day(month_index(columns.first_payment) + (last - 1) * columns.months, columns.payment_day)[odd]
        days = thirty_days_bond(civil(begin.astype("datetime64[D]")), civil(columns.maturity[odd]))
        row = (last - begun)[odd]
        gaps[row, odd] = np.where(before[row, odd] > 0, days, 0)
    return Window(
        computed=computed,
        loans=loans,
        paid=begun,
        due=due,
        before=before,
        interest=np.where(valid, computed.interest[place, loans], 0),
        after=np.where(valid, computed.balances[place + 1, loans], 0),
        gaps=gaps,
    )


def ends(computed: ScheduleArrays, paid: Whole, loans: NDArray[np.intp], day: Whole) -> Ends:
    """Return where days (since 1970), one for each of some loans, lie in the window after so many installments."""
    columns = computed.columns.take(loans)
    maturity = columns.maturity.astype(np.int64)
    day = np.minimum(day, maturity)
    due_by = _due_by(computed, loans, day)
    balance = computed.balances[due_by, loans]
    days, interest = np.zeros_like(day), np.zeros_like(day)
    last_due = clipped_day(month_index(columns.first_payment) + (due_by - 1) * columns.months, columns.payment_day)
    stubs = np.flatnonzero((balance > 0) & ((due_by == 0) | (last_due < day)))
    for stub in stubs.tolist():
        terms, number = columns.terms(stub), int(due_by[stub]) + 1
        until = day[stub].astype("datetime64[D]").item()
        if until <= terms.start:
            continue
        owed = from_cents(int(balance[stub]))
        interest[stub] = in_cents(terms.interest(owed, terms.period(number, until).fraction))
        count = DayCount.THIRTY_360.days(terms.period_start(number), until)
        days[stub] = min(count, 30 * terms.frequency.months) if terms.is_regular(number) else count
    return Ends(day=day, last=due_by - paid[loans] - 1, days=days, interest=interest, balance=balance)


def _due_by(computed: ScheduleArrays, loans: NDArray[np.intp], day: Whole) -> Whole:
    """Return how many installments of each loan are due by a day of its own."""
    columns = computed.columns.take(loans)
    first = month_index(columns.first_payment)
    whole = (month_index(day.astype("datetime64[D]")) - first) // columns.months
    due = clipped_day(first + np.maximum(whole, 0) * columns.months, columns.payment_day)
    count = whole + (due <= day)
    count = np.where(day < columns.first_payment.astype(np.int64), 0, count)
    return np.where(day >= columns.maturity.astype(np.int64), columns.periods(), count)
