"""A payoff quote: what repays a loan on a day, as far as its terms and its ledger tell."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT
from realinsights_finance.prepayment.cost import PrepaymentCost, prepayment_cost
from realinsights_finance.prepayment.discounts import Discount, ZeroRates
from realinsights_finance.prepayment.errors import MissingDiscounts, MissingTreasuryYield, NotOutstanding, UnknownCost
from realinsights_finance.prepayment.phases import PrepaymentTerms
from realinsights_finance.prepayment.regimes import check_amount
from realinsights_finance.prepayment.treasury import Treasury
from realinsights_finance.schedule import Schedule, total

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
    `complete`. `per_diem` is the interest of one more day, None where the quote's interest already runs to the end of
    the period, or is not known. `assumptions` say in words what was taken as given.
    """

    on: datetime.date
    principal: Decimal
    accrued_interest: Decimal | None
    interest_days: int
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
    accrued: PayoffItem | None = None,
    trace: Trace | None = None,
) -> PayoffQuote:
    """Return what repays a loan on a day, the installments due by then paid but the last one.

    From the last due date on there is no premium; interest goes on at the note rate, and default interest is for the
    ledger to say. `prepayment` None: the note's terms are not known, and so the premium is not. `accrued` is what the
    schedule cannot tell of the running period, as where its rate floats or has changed: the interest, or why it is not
    known. Raises LockedOut in a
    lockout, NotOutstanding before the loan starts or where its schedule repays it before maturity, and the other
    errors of `prepayment_cost` but those for a market or a phase that is not known: neither is the premium then.
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
    if accrued is None:
        accrued = PayoffItem(name=ACCRUED, amount=owed.interest)
    quote = PayoffQuote(
        on=on,
        principal=owed.principal,
        accrued_interest=accrued.amount,
        interest_days=owed.days,
        per_diem=owed.per_diem(schedule, on) if accrued.amount is not None else None,
        items=(principal, accrued, *premium, *ledger_items(ledger or LedgerFigures())),
        prepayment=cost,
        assumptions=owed.assumptions,
    )
    if trace is not None:
        trace.step("days of interest", quote.interest_days, Unit.DAYS)
        for each in quote.items:
            trace.step(f"{each.name} ({each.effect})", each.amount, Unit.DOLLARS)
        trace.step("total of what is known", quote.total_known, Unit.DOLLARS)
    return quote


class _Owed(NamedTuple):
    """Principal and interest of a payoff, and what they take as given."""

    principal: Decimal
    interest: Decimal
    days: int
    running: bool
    assumptions: tuple[str, ...]

    @classmethod
    def before_maturity(cls, schedule: Schedule, on: datetime.date, to: InterestTo) -> _Owed:
        terms = schedule.terms
        row = schedule.installments[terms.installments_due(on)]
        paid = f"every installment due by {on} is paid, and no principal besides"
        if on <= row.period_start:
            return cls(row.beginning_balance, _ZERO, 0, True, (paid,))
        if to is InterestTo.END_OF_PERIOD:
            words = f"interest runs to the end of the period on {row.period_end}"
            return cls(row.beginning_balance, row.interest, row.days, False, (paid, words))
        days = terms.period(row.number, on).days
        if on > row.period_end and row.number < terms.periods:  # its payment has moved beyond its period
            days += terms.period(row.number + 1, on).days
        return cls(row.beginning_balance, schedule.accrued_interest(on), days, True, (paid,))

    @classmethod
    def after_maturity(cls, schedule: Schedule, on: datetime.date) -> _Owed:
        terms, last = schedule.terms, schedule.installments[-1]
        begin = min(last.period_end, on)
        since = terms.interest(last.beginning_balance, terms.day_count.fraction(begin, on))
        days = last.days + terms.day_count.days(begin, on)
        words = (
            f"every installment is paid but the last one, due {last.due_date}",
            "interest goes on at the note rate after maturity: default interest is apart",
        )
        return cls(last.beginning_balance, EXACT.add(last.interest, since), days, True, words)

    def per_diem(self, schedule: Schedule, on: datetime.date) -> Decimal | None:
        if not self.running:
            return None
        day_count = schedule.terms.day_count
        day = Fraction(1, 360) if day_count.thirty_360 else day_count.fraction(on, on + _DAY)
        return schedule.terms.interest(self.principal, day)


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
