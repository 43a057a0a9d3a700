"""A payoff quote: what repays a loan on a day, as far as its terms and its ledger tell."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.prepayment.cost import PrepaymentCost, prepayment_cost
from realinsights_finance.prepayment.discounts import Discount, ZeroRates
from realinsights_finance.prepayment.errors import MissingDiscounts, MissingTreasuryYield, NotOutstanding, UnknownCost
from realinsights_finance.prepayment.phases import PrepaymentTerms
from realinsights_finance.prepayment.regimes import check_amount
from realinsights_finance.prepayment.treasury import Treasury
from realinsights_finance.schedule import Schedule, total
from realinsights_finance.terms import LoanTerms

_ZERO = Decimal("0.00")
_DAY = datetime.timedelta(days=1)
PREMIUM = "prepayment premium"
ACCRUED = "accrued interest"


class InterestTo(StrEnum):
    """The day to which a payoff bears interest; the day itself bears none."""

    PAYOFF_DATE = "payoff_date"
    END_OF_PERIOD = "end_of_period"  # all of the running period, whatever the day: many floating-rate notes


class Effect(StrEnum):
    """What an item does to the total."""

    OWED = "owed"
    CREDITED = "credited"
    SHOWN = "shown"  # stated beside it: returned to the borrower apart


@dataclass(frozen=True, kw_only=True, slots=True)
class PayoffItem:
    """A line of a quote: dollars and cents, or None and the `reason` why the amount is not known."""

    name: str
    amount: Decimal | None
    effect: Effect = Effect.OWED
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Accrued:
    """Interest of the running period that a schedule cannot tell, as where its rate floats or has changed.

    `item` is the interest, or why it is not known; `days` those that it is for, and `per_diem` that of one more day,
    None where they are not known.
    """

    item: PayoffItem
    days: int | None = None
    per_diem: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerFigures:
    """What a servicer's ledger knows on the day of a payoff and terms do not; None is not known, not nothing.

    Dollars and cents, at least zero. `suspense` is money received and not yet applied, `escrow` the borrower's balance
    for taxes and insurance; with `escrow_credited` it lowers the payoff, else it is returned apart, as `reserves` are.
    """

    fees: Decimal | None = None
    late_charges: Decimal | None = None
    default_interest: Decimal | None = None
    suspense: Decimal | None = None
    escrow: Decimal | None = None
    reserves: Decimal | None = None
    escrow_credited: bool = False

    def __post_init__(self) -> None:
        for name in ("fees", "late_charges", "default_interest", "suspense", "escrow", "reserves"):
            amount = getattr(self, name)
            if amount is not None:
                check_amount(name, amount)


@dataclass(frozen=True, kw_only=True, slots=True)
class PayoffQuote:
    """What repays a loan on a day. `items` hold every amount once, principal and interest among them.

    `total_known` is what is owed less what is credited, of the items that are known; it is the payoff only where
    `complete`. `per_diem` is the interest of one more day as the day count counts it, None where interest runs to the
    end of the period, or is not known; nor are the `interest_days` then. `assumptions` say in words what was taken as
    given, and where the calendar's next day is none of the day count's, or several.
    """

    on: datetime.date
    principal: Decimal
    accrued_interest: Decimal | None
    interest_days: int | None
    per_diem: Decimal | None
    items: tuple[PayoffItem, ...]
    prepayment: PrepaymentCost | None
    assumptions: tuple[str, ...]

    @property
    def total_known(self) -> Decimal:
        """Return the sum of the known items, what is credited subtracted."""
        owed, credited = (
            total(each.amount for each in self.items if each.amount is not None and each.effect is effect)
            for effect in (Effect.OWED, Effect.CREDITED)
        )
        return EXACT.subtract(owed, credited)

    @property
    def complete(self) -> bool:
        """Tell whether every item that belongs to the total is known."""
        return all(each.amount is not None for each in self.items if each.effect is not Effect.SHOWN)

    @property
    def unknown(self) -> tuple[PayoffItem, ...]:
        """Return the items whose amount is not known."""
        return tuple(each for each in self.items if each.amount is None)


def payoff_quote(
    schedule: Schedule,
    prepayment: PrepaymentTerms | None,
    *,
    on: datetime.date,
    treasury: Treasury | None = None,
    discount: Discount | ZeroRates | None = None,
    interest_received: Decimal | None = None,
    ledger: LedgerFigures | None = None,
    interest_to: InterestTo = InterestTo.PAYOFF_DATE,
    accrued: Accrued | None = None,
    trace: Trace | None = None,
) -> PayoffQuote:
    """Return what repays a loan on a day, the installments due by then paid but the last one.

    From the last due date on there is no premium; interest goes on at the note rate, and default interest is for the
    ledger to say. `prepayment` None: the note's terms are not known, and so the premium is not. `accrued` is what the
    schedule cannot tell of the running period. Raises LockedOut in a lockout, NotOutstanding before the loan starts or
    where its schedule repays it before maturity, and the other errors of `prepayment_cost` but those for a market or a
    phase that is not known: neither is the premium then.
    """
    terms, last = schedule.terms, schedule.installments[-1]
    if on < terms.start:
        raise NotOutstanding(on, f"the loan starts on {terms.start}, after {on}")
    matured = on >= last.due_date
    if matured and last.number < terms.periods:
        raise NotOutstanding(on, f"the loan is repaid by {last.due_date}")
    if trace is not None:
        trace.says(
            "principal + accrued interest + premium + what the ledger adds - what it credits",
            convention=f"interest {terms.day_count} to the {interest_to.replace('_', ' ')}",
            rounding="each item to the cent",
        )
    premium: tuple[PayoffItem, ...] = (PayoffItem(name=PREMIUM, amount=_ZERO),)
    cost = None
    if not matured and prepayment is None:
        premium = (_unknown(PREMIUM, "the loan's prepayment terms are not stated"),)
    elif not matured and prepayment is not None:
        try:
            cost = prepayment_cost(
                schedule,
                prepayment,
                on=on,
                treasury=treasury,
                discount=discount,
                interest_received=interest_received,
                trace=trace,
            )
        except (MissingTreasuryYield, MissingDiscounts) as missing:
            premium = (_unknown(PREMIUM, str(missing)),)
        except UnknownCost as unknown:
            premium = (_unknown(PREMIUM, unknown.reason),)
        else:
            fees = (PayoffItem(name=fee.name, amount=fee.amount) for fee in cost.fees)
            premium = (PayoffItem(name=PREMIUM, amount=cost.premium), *fees)
    owed = _Owed.after_maturity(schedule, on) if matured else _Owed.before_maturity(schedule, on, interest_to)
    principal = PayoffItem(name="principal", amount=owed.principal)
    assumptions = owed.assumptions
    if accrued is None:
        accrued = owed.accrued(terms, on)
    elif matured or accrued.item.amount is None:
        assumptions = assumptions[:1]  # the others are of interest by the schedule
    quote = PayoffQuote(
        on=on,
        principal=owed.principal,
        accrued_interest=accrued.item.amount,
        interest_days=accrued.days,
        per_diem=accrued.per_diem,
        items=(principal, accrued.item, *premium, *ledger_items(ledger or LedgerFigures())),
        prepayment=cost,
        assumptions=assumptions if accrued.per_diem is None else (*assumptions, *owed.of_next_day(terms, on)),
    )
    if trace is not None:
        _trace_items(trace, quote)
    return quote


def _trace_items(trace: Trace, quote: PayoffQuote) -> None:
    trace.step("days of interest", quote.interest_days, Unit.DAYS)
    for each in quote.items:
        trace.step(f"{each.name} ({each.effect})", each.amount, Unit.DOLLARS)
    trace.step("total of what is known", quote.total_known, Unit.DOLLARS)


def fraction_of_a_day(day_count: DayCount, on: datetime.date) -> Fraction:
    """Return the fraction of a year that a day is: on 30/360 a 360th, whatever the calendar."""
    return Fraction(1, 360) if day_count.thirty_360 else day_count.fraction(on, on + _DAY)


class _Owed(NamedTuple):
    """Principal and interest of a payoff, and what they take as given: first of what is paid, then of interest."""

    principal: Decimal
    interest: Decimal
    days: int
    running: bool
    next_day_counts: int
    assumptions: tuple[str, ...]

    @classmethod
    def before_maturity(cls, schedule: Schedule, on: datetime.date, to: InterestTo) -> _Owed:
        terms = schedule.terms
        row = schedule.installments[terms.installments_due(on)]
        paid = f"every installment due by {on} is paid, and no principal besides"
        balance = row.beginning_balance
        if to is InterestTo.END_OF_PERIOD:
            if on <= row.period_start:
                words = f"from the next day on interest runs to the end of the period on {row.period_end}"
                return cls(balance, _ZERO, 0, False, 1, (paid, words))
            words = f"interest runs to the end of the period on {row.period_end}"
            return cls(balance, row.interest, row.days, False, 1, (paid, words))
        moved = on >= row.period_end and row.number < terms.periods  # its payment has moved beyond its period
        number = row.number + 1 if moved else row.number
        counted, until_next = (terms.period(number, day).days for day in (on, on + _DAY))
        if on <= row.period_start:
            return cls(balance, _ZERO, 0, True, until_next, (paid,))
        days = counted + (row.days if moved else 0)
        return cls(balance, schedule.accrued_interest(on), days, True, until_next - counted, (paid,))

    @classmethod
    def after_maturity(cls, schedule: Schedule, on: datetime.date) -> _Owed:
        terms, last = schedule.terms, schedule.installments[-1]
        day_count, begin = terms.day_count, min(last.period_end, on)
        since = terms.interest(last.beginning_balance, day_count.fraction(begin, on))
        days = day_count.days(begin, on)
        words = (
            f"every installment is paid but the last one, due {last.due_date}",
            "interest goes on at the note rate after maturity: default interest is apart",
        )
        interest, next_day = EXACT.add(last.interest, since), day_count.days(begin, on + _DAY) - days
        return cls(last.beginning_balance, interest, last.days + days, True, next_day, words)

    def accrued(self, terms: LoanTerms, on: datetime.date) -> Accrued:
        """Return the interest that the schedule tells."""
        day = terms.interest(self.principal, fraction_of_a_day(terms.day_count, on)) if self.running else None
        return Accrued(item=PayoffItem(name=ACCRUED, amount=self.interest), days=self.days, per_diem=day)

    def of_next_day(self, terms: LoanTerms, on: datetime.date) -> tuple[str, ...]:
        """Return in words where the next day is none of the day count's, or several."""
        if self.next_day_counts == 1:
            return ()
        return (f"on {terms.day_count} the day from {on} on counts as {self.next_day_counts} days of interest",)


def ledger_items(ledger: LedgerFigures) -> tuple[PayoffItem, ...]:
    """Return the items that only a ledger knows, those that it does not say with the reason."""
    escrow = Effect.CREDITED if ledger.escrow_credited else Effect.SHOWN
    lines = (
        ("fees", ledger.fees, Effect.OWED),
        ("late charges", ledger.late_charges, Effect.OWED),
        ("default interest", ledger.default_interest, Effect.OWED),
        ("suspense", ledger.suspense, Effect.CREDITED),
        ("escrow", ledger.escrow, escrow),
        ("reserves", ledger.reserves, Effect.SHOWN),
    )
    return tuple(
        _unknown(name, "only the servicer's ledger knows it", effect)
        if amount is None
        else PayoffItem(name=name, amount=amount, effect=effect)
        for name, amount, effect in lines
    )


def _unknown(name: str, reason: str, effect: Effect = Effect.OWED) -> PayoffItem:
    return PayoffItem(name=name, amount=None, effect=effect, reason=reason)
