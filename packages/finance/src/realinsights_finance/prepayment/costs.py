"""The cost of prepaying many loans on each of their payment dates, each cell equal to what `prepayment_cost` gives."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.calendar import clipped_day, month_index
from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.arrays.schedules import ScheduleArrays, schedules
from realinsights_finance.due_dates import add_months
from realinsights_finance.money import in_cents
from realinsights_finance.prepayment.array_losses import defeasance_costs, yield_maintenance_losses
from realinsights_finance.prepayment.array_premiums import (
    minimum_interest_premiums,
    percentages,
    spread_premiums,
    step_down_premiums,
)
from realinsights_finance.prepayment.cost import prepayment_cost
from realinsights_finance.prepayment.discounts import Discount, ZeroRates, discounts, factors
from realinsights_finance.prepayment.errors import LockedOut, UnknownCost
from realinsights_finance.prepayment.phases import DatedPhase, PrepaymentTerms, measured_to, phases_of_dates
from realinsights_finance.prepayment.regimes import (
    Defeasance,
    Fee,
    FixedPercentage,
    Lockout,
    MinimumInterest,
    Regime,
    SpreadMaintenance,
    StepDown,
    Unknown,
    YieldMaintenance,
)
from realinsights_finance.prepayment.treasury import Treasury, check_treasury
from realinsights_finance.prepayment.windows import Whole, ends, window
from realinsights_finance.schedule import Schedule, schedule

LOCKED_OUT = int(np.iinfo(np.int64).min)
"""The premium on a date when the note allows no prepayment; no sum of cents comes near it."""
UNKNOWN_COST = LOCKED_OUT + 1
"""The premium on a date of which it is not known what a prepayment costs."""

_BLOCK = 1024  # loans whose working arrays stay in the processor's cache together
_LARGEST = 2**62
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PrepaymentCosts:
    """What prepaying costs by date (row) and loan (column), in cents, each loan on its own payment dates.

    Row 0 is the first payment date after the day that was asked for; the installment due is paid first. `balance` is
    what is prepaid; where it is 0, as from the maturity on, so are premium and fees. `premium` is LOCKED_OUT where no
    prepayment is allowed, UNKNOWN_COST where its phase says nothing.
    """

    due_dates: NDArray[np.datetime64]
    balance: Whole
    premium: Whole
    fees: Whole

    @property
    def locked(self) -> NDArray[np.bool_]:
        """Tell where no prepayment is allowed."""
        return np.asarray(self.premium == LOCKED_OUT)

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Tell where it is not known what a prepayment costs."""
        return np.asarray(self.premium == UNKNOWN_COST)

    @property
    def total(self) -> Whole:
        """Return premium and fees; LOCKED_OUT where no prepayment is allowed, UNKNOWN_COST where none is known."""
        return np.where(self.locked | self.unknown, self.premium, self.premium + self.fees)


class _Member(NamedTuple):
    """A phase of a loan that has a regime; days since 1970."""

    loan: int
    begin: int
    end: int
    measured_to: int
    fees: tuple[Fee, ...]


@dataclass(slots=True)
class _Book:
    """Loans, their notes and the market, and the plain schedules that were needed to settle a cent."""

    computed: ScheduleArrays
    notes: Sequence[PrepaymentTerms]
    paid: Whole
    treasury: Treasury | None
    discount: Discount | None
    plain: dict[int, Schedule] = field(default_factory=dict)

    @property
    def factor(self) -> Callable[[datetime.date], Decimal]:
        """Return the discount factor of a date."""
        return discounts(self.discount, as_of=_EPOCH)

    def settled(self, loan: int, on: datetime.date) -> int:
        """Return the premium of a loan on a day by the plain computation, in cents."""
        if loan not in self.plain:
            self.plain[loan] = schedule(self.computed.columns.terms(loan))
        cost = prepayment_cost(
            self.plain[loan], self.notes[loan], on=on, treasury=self.treasury, discount=self.discount
        )
        return in_cents(cost.premium)


def prepayment_costs(
    columns: TermsColumns,
    prepayment: Sequence[PrepaymentTerms],
    *,
    after: datetime.date,
    dates: int | None = None,
    treasury: Treasury | None = None,
    discount: Discount | ZeroRates | None = None,
) -> PrepaymentCosts:
    """Return what prepaying each loan costs on its next `dates` payment dates after a day, by default to maturity.

    The market stands still: the Treasury curve is that of the day whenever the prepayment is; a zero curve goes on by
    what it implies, discount(payment) / discount(prepayment), and zero rates are those of `after`.
    Every cell is what `prepayment_cost` gives: floats choose the cents that are far from a tie, it settles the others.
    Raises what it raises, but for lockouts and what is not known; InvalidTerms for loans that cannot be, ValueError for
    another number of notes than of loans.
    """
    if len(prepayment) != len(columns):
        raise ValueError(f"prepayment: {len(prepayment)} notes for {len(columns)} loans")
    notes = tuple(prepayment)
    computed = schedules(columns)
    paid = computed.installments_due(after)
    count = int((columns.periods() - paid).max(initial=0)) if dates is None else dates
    curve = None if discount is None else factors(discount, after)
    book = _Book(computed, notes, paid, treasury, curve)
    due, balance = _dates_and_balances(computed, paid, count)
    costs = PrepaymentCosts(
        due_dates=due.astype("datetime64[D]"),
        balance=balance,
        premium=np.zeros_like(balance),
        fees=np.zeros_like(balance),
    )
    for regime, members in _by_regime(columns, notes):
        for begin in range(0, len(members), _BLOCK):
            _fill(book, costs, regime, members[begin : begin + _BLOCK])
    return costs


def cost_by_date(
    computed: Schedule,
    prepayment: PrepaymentTerms,
    *,
    after: datetime.date,
    treasury: Treasury | None = None,
    discount: Discount | ZeroRates | None = None,
) -> PrepaymentCosts:
    """Return what `prepayment_costs` does for one loan, which is a batch of one: arrays of one column.

    A loan that the arrays do not hold, such as one whose payments move to business days, is computed date by date.
    """
    if TermsColumns.hold(computed.terms):
        columns = TermsColumns.of([computed.terms])
        return prepayment_costs(columns, [prepayment], after=after, treasury=treasury, discount=discount)
    curve = None if discount is None else factors(discount, after)
    rows = computed.installments[computed.terms.installments_due(after) :]
    found = [_plain(computed, prepayment, row.due_date, treasury, curve) for row in rows]
    return PrepaymentCosts(
        due_dates=np.array([[row.due_date] for row in rows], dtype="datetime64[D]").reshape(-1, 1),
        balance=np.array([[in_cents(row.ending_balance)] for row in rows], dtype=np.int64).reshape(-1, 1),
        premium=np.array([[premium] for premium, _ in found], dtype=np.int64).reshape(-1, 1),
        fees=np.array([[fees] for _, fees in found], dtype=np.int64).reshape(-1, 1),
    )


def _plain(
    computed: Schedule,
    prepayment: PrepaymentTerms,
    on: datetime.date,
    treasury: Treasury | None,
    discount: Discount | None,
) -> tuple[int, int]:
    if on >= computed.installments[-1].due_date:
        return 0, 0
    try:
        cost = prepayment_cost(computed, prepayment, on=on, treasury=treasury, discount=discount)
    except LockedOut:
        return LOCKED_OUT, 0
    except UnknownCost:
        return UNKNOWN_COST, 0
    return in_cents(cost.premium), sum(in_cents(fee.amount) for fee in cost.fees)


def _dates_and_balances(computed: ScheduleArrays, paid: Whole, count: int) -> tuple[Whole, Whole]:
    columns = computed.columns
    number = paid + np.arange(count)[:, np.newaxis]
    months = month_index(columns.first_payment) + number * columns.months
    due = np.minimum(clipped_day(months, columns.payment_day), columns.maturity.astype(np.int64))
    place = np.minimum(number + 1, len(computed.balances) - 1)
    balance = np.where(number < columns.periods(), computed.balances[place, np.arange(len(columns))], 0)
    return due, balance


def _by_regime(columns: TermsColumns, notes: Sequence[PrepaymentTerms]) -> Iterator[tuple[Regime, list[_Member]]]:
    """Yield each regime with the phases of loans that have it. Equal notes of equal dates are dated once."""
    rows = zip(
        columns.start.tolist(),
        columns.first_payment.tolist(),
        columns.payment_day.tolist(),
        columns.maturity.tolist(),
        strict=True,
    )
    known: dict[tuple[object, ...], tuple[DatedPhase, ...]] = {}
    kinds: dict[Regime, list[_Member]] = {}
    same: dict[int, list[_Member]] = {}  # by the identity of a regime: to hash one takes long
    for loan, ((start, first_payment, day, maturity), note) in enumerate(zip(rows, notes, strict=True)):
        key = (id(note), start, first_payment, day, maturity)
        if key not in known:
            known[key] = phases_of_dates(note, start, first_payment, day, maturity)
        for phase in known[key]:
            regime = phase.phase.regime
            if id(regime) not in same:
                same[id(regime)] = kinds.setdefault(regime, [])
            last = measured_to(phase) or maturity
            if isinstance(regime, MinimumInterest) and regime.months is not None:
                last = add_months(start, regime.months)
            begin, end, until = ((each - _EPOCH).days for each in (phase.begin, phase.end, last))
            same[id(regime)].append(_Member(loan, begin, end, until, phase.phase.fees))
    yield from kinds.items()


def _fill(book: _Book, costs: PrepaymentCosts, regime: Regime, members: list[_Member]) -> None:
    """Write premium and fees of some phases that have one regime."""
    loans = np.array([member.loan for member in members], dtype=np.intp)
    due = costs.due_dates[:, loans].astype(np.int64)
    begin, end, until = (np.array([member[place] for member in members], dtype=np.int64) for place in (1, 2, 3))
    asked = (due >= begin) & (due < end) & (costs.balance[:, loans] > 0)
    some = np.flatnonzero(asked.any(axis=0))
    if not some.size:
        return
    loans, asked, until = loans[some], asked[:, some], until[some]
    place, column = np.nonzero(asked)
    at = (place, loans[column])
    costs.premium[at] = _premiums(book, costs, regime, _Asked(loans, asked, until))[asked]
    if isinstance(regime, Lockout | Unknown):
        return
    for fees in {member.fees for member in members if member.fees}:
        bearing = np.array([members[index].fees == fees for index in some.tolist()])
        place, column = np.nonzero(asked & bearing)
        at = (place, loans[column])
        for fee in fees:
            flat = 0 if fee.amount is None else in_cents(fee.amount)
            costs.fees[at] += flat if fee.percentage is None else percentages(costs.balance[at], fee.percentage)


class _Asked(NamedTuple):
    """Some loans, by row the dates that are asked for of each, and to which day (since 1970) its loss is measured."""

    loans: NDArray[np.intp]
    cells: NDArray[np.bool_]
    until: Whole


def _premiums(book: _Book, costs: PrepaymentCosts, regime: Regime, asked: _Asked) -> Whole:
    loans, balance, due = asked.loans, costs.balance[:, asked.loans], costs.due_dates[:, asked.loans]
    premium = np.zeros_like(balance)
    match regime:
        case Lockout():
            premium[:] = LOCKED_OUT
        case Unknown():
            premium[:] = UNKNOWN_COST
        case FixedPercentage():
            premium = percentages(balance, regime.percentage)
        case StepDown():
            premium = step_down_premiums(regime, book.computed.columns.take(loans), due, balance)
        case SpreadMaintenance():
            premium = spread_premiums(regime, due, balance, asked.until)
        case MinimumInterest():
            dates = len(balance)
            premium = minimum_interest_premiums(regime, book.computed, book.paid, loans, until=asked.until, dates=dates)
        case YieldMaintenance() | Defeasance():
            premium = _estimated(book, costs, regime, asked)
    return premium


def _estimated(book: _Book, costs: PrepaymentCosts, regime: YieldMaintenance | Defeasance, asked: _Asked) -> Whole:
    """Return premiums from floats, those near to where rounding turns by the plain computation."""
    left = window(book.computed, book.paid, asked.loans, dates=len(asked.cells))
    end = ends(book.computed, book.paid, asked.loans, asked.until)
    if isinstance(regime, Defeasance):
        found = defeasance_costs(left, end, asked.cells, factor=book.factor)
        floor = np.full(asked.cells.shape, -_LARGEST)
    else:
        found = yield_maintenance_losses(regime, left, end, asked.cells, treasury=check_treasury(book.treasury))
        floor = percentages(costs.balance[:, asked.loans], regime.floor)
    whole = np.floor(np.where(asked.cells, found.cents, 0.0) + 0.5)
    near = (np.abs(np.abs(found.cents - whole) - 0.5) <= found.error) & (found.cents > floor - 1)
    premium = np.maximum(whole.astype(np.int64), floor)
    for date, column in np.argwhere(asked.cells & (near | found.doubt)).tolist():
        loan = int(asked.loans[column])
        premium[date, column] = book.settled(loan, costs.due_dates[date, loan].item())
    return np.asarray(premium)
