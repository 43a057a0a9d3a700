"""Effective interest method: fees and costs of a loan as part of its yield; and the straight line instead of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import cents, in_cents
from realinsights_finance.schedule import Installment, Schedule, total
from realinsights_finance.value.compounding import SHOWN, WORKING, Compounding
from realinsights_finance.value.internal_rate import irr, xirr
from realinsights_finance.value.present_value import DAYS_OF_YEAR, day_factor, discounted
from realinsights_finance.value.roots import bracketed_root
from realinsights_finance.value.whole_cents import parts_in_cents

MOST_PERIODS = 12_000


class EffectiveTime(StrEnum):
    """What the effective rate is constant over.

    `INSTALLMENTS`: each installment is one period, whatever its days, as for equal payments (ASC 310-20-35-18).
    `DAYS`: calendar days over 365, compounded, from one due date to the next, for irregular periods (IFRS 9, B5.4).
    """

    INSTALLMENTS = "installments"
    DAYS = "days"


class InvalidFees(ValueError):
    """Fees that leave no amount lent, or are not whole cents; the message says which."""


class NothingDue(ValueError):
    """A loan of which no installment is left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectiveRow:
    """One installment, in dollars and cents: `effective_interest` is `interest` plus `amortization` of the fees.

    The carrying amount is the balance less what is left of the fees.
    """

    number: int
    due_date: datetime.date
    carrying_before: Decimal
    effective_interest: Decimal
    interest: Decimal
    amortization: Decimal
    principal: Decimal
    carrying_after: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectiveInterest:
    """The yield of a loan with its fees, and how they amortize; amortization sums to the fees exactly.

    `periodic_rate` is per installment, `nominal_rate` that times the installments of a year, `effective_rate` it
    compounded over a year; fractions of 28 digits. By days, the effective rate is the one found, the others follow.
    """

    periodic_rate: Decimal
    nominal_rate: Decimal
    effective_rate: Decimal
    rows: tuple[EffectiveRow, ...]

    @property
    def total_amortization(self) -> Decimal:
        """Return the sum of what amortizes: the fees."""
        return total(row.amortization for row in self.rows)


def effective_interest(
    computed: Schedule,
    *,
    fees: Decimal,
    paid: int = 0,
    time: EffectiveTime = EffectiveTime.INSTALLMENTS,
    trace: Trace | None = None,
) -> EffectiveInterest:
    """Return a loan's effective interest after `paid` installments, `fees` being what the lender received net of costs.

    Negative fees are costs, or a premium paid: they amortize against interest. The carrying amount runs on unrounded
    and is shown half up to the cent, so that amortization, its difference, sums to the fees. Raises InvalidFees,
    NothingDue. Source: ASC 310-20-35-18, IFRS 9 appendix A.
    """
    rows = computed.installments[paid:]
    if not rows:
        raise NothingDue(f"paid: all {len(computed.installments)} installments are paid by {paid}")
    lent = _lent(rows[0].beginning_balance, fees)
    days = _days(computed, rows, paid, time)
    year = 1 if time is EffectiveTime.INSTALLMENTS else DAYS_OF_YEAR
    rate = _fine_rate(days, [-lent, *(row.payment for row in rows)], year)
    factor = day_factor(rate, year)
    amounts = tuple(_rows(rows, lent, days, factor))
    a_year = computed.terms.frequency.periods_per_year
    compounding = _COMPOUNDING[a_year]
    with localcontext(WORKING):
        effective = rate if year != 1 else (1 + rate) ** a_year - 1
        nominal = rate * a_year if year == 1 else compounding.rate(1 + rate, Fraction(1))
        found = EffectiveInterest(
            periodic_rate=SHOWN.plus(nominal / a_year),
            nominal_rate=SHOWN.plus(nominal),
            effective_rate=SHOWN.plus(effective),
            rows=amounts,
        )
    if trace is not None:
        trace.says(
            "effective interest = carrying amount x effective rate; amortization = effective interest - interest",
            convention="each installment one period" if year == 1 else "calendar days over 365, compounded",
            rounding="the carrying amount runs on unrounded and is shown half up to the cent",
        )
        trace.input("balance", rows[0].beginning_balance, Unit.DOLLARS)
        trace.input("fees", fees, Unit.DOLLARS)
        trace.input("installments left", len(rows), Unit.NUMBER)
        trace.step("carrying amount", lent, Unit.DOLLARS)
        trace.step("periodic rate", found.periodic_rate, Unit.FRACTION)
    return found


def straight_line(fees: Decimal, periods: int) -> tuple[Decimal, ...]:
    """Return fees in equal parts, in cents that sum to them exactly.

    US GAAP allows it only where it is not materially different from the effective interest method (ASC 310-20-35).
    Raises InvalidFees unless there are 1 to 12,000 periods and whole cents.
    """
    _whole(fees)
    if not 1 <= periods <= MOST_PERIODS:
        raise InvalidFees(f"periods: {periods} is not between 1 and {MOST_PERIODS}")
    return parts_in_cents([Fraction(fees) / periods] * periods)


_COMPOUNDING = {
    1: Compounding.ANNUAL,
    2: Compounding.SEMI_ANNUAL,
    4: Compounding.QUARTERLY,
    12: Compounding.MONTHLY,
}


def _lent(balance: Decimal, fees: Decimal) -> Decimal:
    _whole(fees)
    if fees >= balance:
        raise InvalidFees(f"fees: {fees} are not less than the balance of {balance}")
    return WORKING.subtract(balance, fees)


def _whole(fees: Decimal) -> None:
    if not isinstance(fees, Decimal) or not fees.is_finite():
        raise InvalidFees(f"fees: {fees!r} is not a Decimal amount")
    try:
        in_cents(fees)
    except ValueError as problem:
        raise InvalidFees(f"fees: {problem}") from problem


def _days(computed: Schedule, rows: Sequence[Installment], paid: int, time: EffectiveTime) -> list[int]:
    if time is EffectiveTime.INSTALLMENTS:
        return list(range(len(rows) + 1))
    start = computed.installments[paid - 1].due_date if paid else computed.terms.start
    return [start.toordinal(), *(row.due_date.toordinal() for row in rows)]


def _fine_rate(days: Sequence[int], amounts: Sequence[Decimal], year: int) -> Decimal:
    """Return the rate so finely that the carrying amount runs out at the last installment, not a cent beside it."""
    if year == 1:
        near = irr(amounts)
    else:
        near = xirr([(datetime.date.fromordinal(day), amount) for day, amount in zip(days, amounts, strict=True)])
    value = _value_of(days, amounts, year)
    if not value(near):
        return near
    reach = WORKING.multiply(Decimal("1e-11"), WORKING.add(1, near))
    return bracketed_root(value, WORKING.subtract(near, reach), WORKING.add(near, reach), Decimal("1e-30"))


def _value_of(days: Sequence[int], amounts: Sequence[Decimal], year: int) -> Callable[[Decimal], Decimal]:
    return lambda rate: discounted(days, amounts, day_factor(rate, year))


def _rows(rows: Sequence[Installment], lent: Decimal, days: Sequence[int], factor: Decimal) -> Iterator[EffectiveRow]:
    carrying = shown = lent
    for row, start, end in zip(rows, days, days[1:], strict=False):
        with localcontext(WORKING):
            carrying = carrying * factor ** (start - end) - row.payment
            after = cents(carrying) if row is not rows[-1] else row.ending_balance
            amortization = after - shown + row.principal
            yield EffectiveRow(
                number=row.number,
                due_date=row.due_date,
                carrying_before=shown,
                effective_interest=row.interest + amortization,
                interest=row.interest,
                amortization=amortization,
                principal=row.principal,
                carrying_after=after,
            )
        shown = after
