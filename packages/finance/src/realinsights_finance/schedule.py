"""The schedule of a loan: what falls due when, to the cent, and the statement of how that came about."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import takewhile

from realinsights_finance.day_count import DayCount
from realinsights_finance.money import EXACT, cents, quotient
from realinsights_finance.rounding import InterestRounding, PaymentRounding
from realinsights_finance.terms import LoanTerms, PaymentBasis, Period, unrounded_interest

_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Installment:
    """One row of a schedule, in dollars and cents; interest runs from `period_start` to `period_end`.

    `due_date` is the day it is to be paid: `period_end`, unless a business-day rule moves the payment alone. `days` are
    the day count's own: 30 for a month of a 30/360 loan. `capitalized` is interest that is added to what is owed, and
    no part of the payment; level payments have none.
    """

    number: int
    period_start: datetime.date
    period_end: datetime.date
    due_date: datetime.date
    days: int
    beginning_balance: Decimal
    interest: Decimal
    principal: Decimal
    payment: Decimal
    ending_balance: Decimal
    capitalized: Decimal = Decimal("0.00")
    curtailed: Decimal = Decimal("0.00")
    drawn: Decimal = Decimal("0.00")
    unused_fee: Decimal = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """An account of how a schedule was computed: formulas in words, the rule of the day count, the inputs as given."""

    level_payment: str
    interest: str
    principal: str
    maturity: str
    rounding: str
    day_count: str
    business_days: str
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Every installment of a loan to its maturity, or until it is repaid if that comes first.

    `level_payment` is the amortizing installment, None where the loan never amortizes. `due_at_maturity` is the whole
    last payment and `balloon_principal` the principal in it; `balance_after_last_regular_payment` is what the trade
    quotes as the balloon: the balance had the last payment been a regular one. They differ by one regular payment.
    All three are zero where the loan is repaid before maturity.
    """

    terms: LoanTerms
    level_payment: Decimal | None
    installments: tuple[Installment, ...]
    due_at_maturity: Decimal
    balloon_principal: Decimal
    balance_after_last_regular_payment: Decimal

    @property
    def total_interest(self) -> Decimal:
        """Return the interest over the term."""
        return total(row.interest for row in self.installments)

    @property
    def total_principal(self) -> Decimal:
        """Return the principal over the term: the amount lent, to the cent."""
        return total(row.principal for row in self.installments)

    @property
    def total_payments(self) -> Decimal:
        """Return all that the borrower pays over the term."""
        return total(row.payment for row in self.installments)

    @property
    def statement(self) -> Statement:
        """Return how the figures were computed."""
        return _statement(self.terms, self.level_payment)

    def balance_on(self, on: datetime.date) -> Decimal:
        """Return the balance at the end of a day, every installment due by then paid; the principal before the first.

        The schedule does not know the closing date: also a day before `start` has the principal as its balance.
        """
        paid = self.terms.installments_due(on)
        return self.installments[min(paid, len(self.installments)) - 1].ending_balance if paid else self.terms.principal

    def accrued_interest(self, on: datetime.date) -> Decimal:
        """Return the interest accrued and not yet due at the start of a day, in cents by the loan's rounding.

        Zero on a due date, when the period's interest is due itself, before `start` and after the last installment.
        """
        paid = self.terms.installments_due(on)
        if paid >= len(self.installments) or on <= self.terms.start:
            return _ZERO
        row, terms = self.installments[paid], self.terms
        if on <= row.period_end or row.number == terms.periods:
            return terms.interest(row.beginning_balance, terms.period(row.number, on).fraction)
        # The payment has moved beyond its period: the next one has begun.
        following = terms.period(row.number + 1, on)
        return row.interest + terms.interest(row.ending_balance, following.fraction)

    def due_on(self, due_date: datetime.date) -> Installment | None:
        """Return the installment that falls due on a date, or None."""
        number = self.terms.installments_due(due_date)
        if not 1 <= number <= len(self.installments):
            return None
        row = self.installments[number - 1]
        return row if row.due_date == due_date else None

    def next_due(self, on: datetime.date) -> Installment | None:
        """Return the first installment due after a date, or None when all are."""
        number = self.terms.installments_due(on)
        return self.installments[number] if number < len(self.installments) else None

    def weighted_average_life(self) -> Decimal:
        """Return the years until the average dollar of principal is repaid, from `start`, in months of 30/360."""
        return weighted_average_life((self.terms, row) for row in self.installments)


def weighted_average_life(rows: Iterable[tuple[LoanTerms, Installment]]) -> Decimal:
    """Return the years until the average dollar of principal is repaid, from the first row's start.

    In months of 30/360, over rows that follow each other, each with the terms that it is an installment of.
    """
    days, weighted, repaid = 0, Fraction(0), Fraction(0)
    for terms, row in rows:
        months = 30 * terms.frequency.months
        days += months if terms.is_regular(row.number) else DayCount.THIRTY_360.days(row.period_start, row.period_end)
        weighted += Fraction(row.principal) * days
        repaid += Fraction(row.principal)
    return quotient(weighted / (360 * repaid))


def schedule(terms: LoanTerms) -> Schedule:
    """Return every installment of a loan, to the cent.

    The level payment is computed on 30/360 over the full amortization term and rounded, whatever the day count;
    interest is balance x rate x fraction of a year, rounded; principal is what the payment leaves after interest, never
    less than zero (an installment pays at least its interest) nor more than the balance; the last installment pays all
    that is left. All rounding is half up to the cent where the terms do not say otherwise.

    Where balances are carried unrounded, each row shows its balances half up to the cent; its principal is what they
    differ by, its interest the rest of what is paid.
    """
    level = terms.level_payment()
    rows = installments(terms)
    last = rows[-1]
    with localcontext(EXACT):
        quoted = last.beginning_balance - _regular_principal(
            terms, last.number, last.beginning_balance, last.interest, level
        )
    matures = last.number == terms.periods
    return Schedule(
        terms=terms,
        level_payment=level if terms.amortizes else None,
        installments=rows,
        due_at_maturity=last.payment if matures else _ZERO,
        balloon_principal=last.principal if matures else _ZERO,
        balance_after_last_regular_payment=quoted if matures else _ZERO,
    )


def installments(terms: LoanTerms, *, until: datetime.date | None = None) -> tuple[Installment, ...]:
    """Return the installments of `schedule`, or those due up to a day: later ones are not computed."""
    if terms.rounding.interest is InterestRounding.CARRIED:
        return tuple(takewhile(lambda row: until is None or row.due_date <= until, _carried_installments(terms)))
    rows: list[Installment] = []
    with localcontext(EXACT):
        level, balance = terms.level_payment(), terms.principal
        for number, (period, due_date) in enumerate(terms.dated_periods(), start=1):
            if until is not None and due_date > until:
                break
            row = _installment(terms, number, period, due_date, balance=balance, level=level)
            rows.append(row)
            balance = row.ending_balance
            if not balance:
                break
    return tuple(rows)


def _carried_installments(terms: LoanTerms) -> Iterator[Installment]:
    level = terms.level_payment()
    carried = terms.principal
    for number, (period, due_date) in enumerate(terms.dated_periods(), start=1):
        with localcontext(EXACT):
            due = unrounded_interest(carried, terms.accrual_rate, period.fraction)
            last = number == terms.periods
            before = carried
            repaid = carried if last else _regular_principal(terms, number, carried, due, level)
            carried -= repaid
            if not cents(carried):
                carried = _ZERO  # what shows as nothing is owed no more
            principal = cents(before) - cents(carried)
            if level is not None and not last and _ZERO < repaid < before:
                due = level - principal
            row = _row(number, period, due_date, balance=cents(before), due=cents(due), principal=principal)
        yield row
        if not carried:
            return


def balances(terms: LoanTerms) -> Iterator[tuple[datetime.date, Decimal]]:
    """Yield due date and ending balance of the installments of `schedule`, each without its interest."""
    if terms.rounding.interest is InterestRounding.CARRIED:
        yield from ((row.due_date, row.ending_balance) for row in _carried_installments(terms))
        return
    level = terms.level_payment()
    balance = terms.principal
    for number in range(1, terms.periods + 1):
        if number == terms.periods:
            balance = _ZERO
        elif level is not None and number > terms.interest_only_periods:
            with localcontext(EXACT):
                due = terms.interest(balance, terms.period(number).fraction)
                balance -= _regular_principal(terms, number, balance, due, level)
        yield terms.due_date(number), balance
        if not balance:
            return


def expected_installment(terms: LoanTerms, *, number: int, beginning_balance: Decimal) -> Installment:
    """Return one installment computed from a balance that somebody else reports, for reconciliation.

    `number` counts from 1 to `terms.periods`; `terms.installments_due(due_date)` gives it for a due date. Where
    balances are carried unrounded, the reported one is taken as if it were exact: interest may differ from what is
    billed by a cent.
    """
    if not 1 <= number <= terms.periods:
        raise ValueError(f"installment {number} is not one of 1 to {terms.periods}")
    with localcontext(EXACT):
        period, due_date = terms.period(number), terms.due_date(number)
        balance = cents(beginning_balance)
        return _installment(terms, number, period, due_date, balance=balance, level=terms.level_payment())


def stub_interest(terms: LoanTerms, *, closing: datetime.date) -> Decimal:
    """Return the interest from closing to `start`, paid at closing, by the loan's own day count."""
    if closing > terms.start:
        raise ValueError(f"the closing date {closing} is after interest starts on {terms.start}")
    return terms.interest(terms.principal, terms.day_count.fraction(closing, terms.start))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of amounts, without rounding."""
    with localcontext(EXACT):
        return sum(amounts, _ZERO)


def _installment(
    terms: LoanTerms, number: int, period: Period, due_date: datetime.date, *, balance: Decimal, level: Decimal | None
) -> Installment:
    due = terms.interest(balance, period.fraction)
    last = number == terms.periods
    principal = balance if last else _regular_principal(terms, number, balance, due, level)
    return _row(number, period, due_date, balance=balance, due=due, principal=principal)


def _row(
    number: int, period: Period, due_date: datetime.date, *, balance: Decimal, due: Decimal, principal: Decimal
) -> Installment:
    return Installment(
        number=number,
        period_start=period.start,
        period_end=period.end,
        due_date=due_date,
        days=period.days,
        beginning_balance=balance,
        interest=due,
        principal=principal,
        payment=due + principal,
        ending_balance=balance - principal,
    )


def _regular_principal(terms: LoanTerms, number: int, balance: Decimal, due: Decimal, level: Decimal | None) -> Decimal:
    if level is None or number <= terms.interest_only_periods:
        return _ZERO
    return min(max(level - due, _ZERO), balance)


def _statement(terms: LoanTerms, level: Decimal | None) -> Statement:
    if level is None:
        payment = "none: interest only to maturity"
    elif terms.payment is not None:
        payment = f"{level:,} as the note states it"
    else:
        effective = " x 365 / 360" if terms.payment_basis is PaymentBasis.EFFECTIVE_RATE else ""
        payment = (
            f"{level:,} = P i / (1 - (1 + i)^-n) with P = {terms.principal:,}, "
            f"i = {terms.rate}{effective} x {terms.frequency.months} / 12, n = {terms.amortization_periods}, "
            f"rounded {_PAYMENT_ROUNDED[terms.rounding.payment]}"
        )
    named = [field.name for field in fields(terms) if field.init and field.name != "rounding"]
    given = {name: getattr(terms, name) for name in named}
    if not terms.rounding.usual:
        given |= {f"rounding.{field.name}": getattr(terms.rounding, field.name) for field in fields(terms.rounding)}
    inputs = tuple((name, str(value)) for name, value in given.items() if value is not None)
    return Statement(
        level_payment=payment,
        interest="beginning balance x rate x fraction of a year from due date to due date",
        business_days=_business_days(terms),
        principal=_principal_in_words(terms, level),
        maturity=f"the installment due {terms.maturity.isoformat()} repays the whole remaining balance",
        rounding=_rounding(terms),
        day_count=inspect.cleandoc(terms.day_count.convention.__doc__ or ""),
        inputs=inputs,
    )


_PAYMENT_ROUNDED = {
    PaymentRounding.CENT: "half up to the cent",
    PaymentRounding.CENT_UP: "up to the cent",
    PaymentRounding.DOLLAR: "half up to the dollar",
    PaymentRounding.DOLLAR_UP: "up to the dollar",
}
_INTEREST_ROUNDED = {
    InterestRounding.HALF_UP: "half up to the cent, each installment's interest once",
    InterestRounding.HALF_EVEN: "to the cent, half a cent to the even one, each installment's interest once",
    InterestRounding.DOWN: "down to the cent, each installment's interest once",
    InterestRounding.UP: "up to the cent, each installment's interest once",
    InterestRounding.CARRIED: "interest and balances are carried unrounded and shown half up to the cent",
}


def _rounding(terms: LoanTerms) -> str:
    rounding = terms.rounding
    words = f"{_INTEREST_ROUNDED[rounding.interest]}; the level payment once, {_PAYMENT_ROUNDED[rounding.payment]}"
    if rounding.daily_rate_decimals is None:
        return words
    return f"{words}; the rate of a day half up to {rounding.daily_rate_decimals} decimals, {terms.accrual_rate} a year"


def _business_days(terms: LoanTerms) -> str:
    calendar = terms.business_day_calendar
    if not terms.adjusts or calendar is None:
        return "unadjusted: an installment falls due on its day, whatever day of the week that is"
    interest = "the moved days" if terms.accrual_adjusted else "the days the note names, unmoved"
    rule = terms.business_day_rule.replace("_", " ")
    return f"{rule} business day, maturity included; interest runs to {interest}. Holidays: {calendar.about}"


def _principal_in_words(terms: LoanTerms, level: Decimal | None) -> str:
    if level is None:
        return "zero before maturity"
    regular = "the level payment less interest, at least zero and at most the balance"
    count = terms.interest_only_periods
    if not count:
        return regular
    return f"zero for the first {'installment' if count == 1 else f'{count} installments'}, then {regular}"
