"""The life of a loan of any kind by its terms, installment by installment, to the cent.

Each period: what changes the balance within it cuts it into parts; each part bears interest at the rates of its days;
their sum is rounded once. Then the repayment rule says what of the installment is principal.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from realinsights_finance.level_payment import level_payment, level_payment_in_advance
from realinsights_finance.money import EXACT, cents
from realinsights_finance.rates.curves import OutsideCurve
from realinsights_finance.rates.fixings import MissingFixing
from realinsights_finance.rates.paths import Known, RateSpan
from realinsights_finance.repayment.loan import Loan
from realinsights_finance.repayment.rules import (
    Afterwards,
    Capitalizing,
    Curtailment,
    Draw,
    FixedPrincipal,
    HyperAmortization,
    InterestOnly,
    LevelPayment,
    PaidAt,
    PrincipalSchedule,
)
from realinsights_finance.rounding import InterestRounding
from realinsights_finance.time.periods import AccrualPeriod

_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeRow:
    """One period of a loan's life, in dollars and cents.

    `beginning_balance` + `drawn` - `curtailed` + `capitalized` - `principal` = `ending_balance`; `payment` is interest,
    less what is capitalized, principal and `unused_fee`. `known` says how the rates of the period are known: the least
    certain of them. `level_payment` is the one that holds, None where none was computed yet. Of payments in advance,
    what is left at maturity is a row of its own, which bears no interest: it starts and ends then, and has no `rates`.
    """

    number: int
    start: datetime.date
    end: datetime.date
    due_date: datetime.date
    rates: tuple[RateSpan, ...]
    known: Known
    beginning_balance: Decimal
    drawn: Decimal
    curtailed: Decimal
    interest: Decimal
    capitalized: Decimal
    principal: Decimal
    unused_fee: Decimal
    payment: Decimal
    ending_balance: Decimal
    level_payment: Decimal | None = None

    @property
    def at_maturity(self) -> bool:
        """True of what is left at maturity of payments in advance, which is no installment."""
        return self.start == self.end


def balloon_in_advance(last: AccrualPeriod, owed: Decimal) -> LifeRow:
    """Return what is left at maturity of payments in advance, whose last period is paid already."""
    end = last.end
    return _row(
        replace(last, number=last.number + 1, start=end), (), before=owed, drawn=_ZERO, curtailed=_ZERO, interest=_ZERO,
        capitalized=_ZERO, principal=owed, fee=_ZERO, after=_ZERO,
    )  # fmt: skip


def life(loan: Loan) -> tuple[LifeRow, ...]:
    """Return every period of a loan until it is repaid. Raises what its rate path raises."""
    with localcontext(EXACT):
        return tuple(_Life(loan).rows())


def known_life(loan: Loan) -> tuple[tuple[LifeRow, ...], MissingFixing | OutsideCurve | None]:
    """Return the periods of a loan as far as its rates are known, and what is missing after them, if anything is."""
    rows: list[LifeRow] = []
    with localcontext(EXACT):
        try:
            for row in _Life(loan).rows():
                rows.append(row)  # noqa: PERF402 - those before what is missing are kept
        except (MissingFixing, OutsideCurve) as missing:
            return tuple(rows), missing
    return tuple(rows), None


class _Accrued(NamedTuple):
    """What changes of a period make: amounts drawn and curtailed, exact interest, interest at a pay rate, and the fee.

    `paid` is None where no pay rate says what interest is paid.
    """

    drawn: Decimal
    curtailed: Decimal
    interest: Decimal
    paid: Decimal | None
    fee: Decimal


class _Life:
    """A loan on its way: what is owed, what was lent, and the level payment that holds."""

    def __init__(self, loan: Loan) -> None:
        self._loan = loan
        self._owed = loan.principal  # carried unrounded where the loan's rounding says so
        self._lent = loan.principal
        self._level: Decimal | None = None
        self._level_rate: Decimal | None = None
        self._due = loan.first_due or loan.periods[0].start  # of an installment in advance
        self._carries = loan.rounding.interest is InterestRounding.CARRIED

    def rows(self) -> Iterator[LifeRow]:
        """Yield the periods."""
        for period in self._loan.periods:
            row = self._row(period)
            yield row
            if not self._owed and not any(draw.on >= period.end for draw in self._loan.draws):
                return
            self._due = period.payment_date
        if self._owed:
            yield balloon_in_advance(self._loan.periods[-1], self._owed)

    def _row(self, period: AccrualPeriod) -> LifeRow:
        loan, before = self._loan, cents(self._owed)
        spans = loan.rate.spans(period.start, period.end)
        last = period.end == loan.periods[-1].end
        if loan.paid_at is PaidAt.START:
            return self._in_advance(period, spans, last=last)
        accrued = self._accrued(period, spans)
        due = accrued.interest if self._carries else loan.rounding.interest.cents(accrued.interest)
        capitalized = _ZERO if last else self._capitalized(due, accrued.paid)
        principal = self._owed if last else min(self._principal(period, spans, due), self._owed)
        self._owed = self._owed + capitalized - principal
        after = cents(self._owed)
        if not after:
            self._owed = _ZERO  # what shows as nothing is owed no more
        repaid = before + accrued.drawn - accrued.curtailed + cents(capitalized) - after
        interest = cents(due)
        level = self._level
        if self._carries and level is not None and not last and _ZERO < principal == level - due:
            interest = level - repaid  # what is shown adds up to what is paid
        return _row(
            period, spans, before=before, drawn=accrued.drawn, curtailed=accrued.curtailed, interest=interest,
            capitalized=cents(capitalized), principal=repaid, fee=accrued.fee, after=after, level=level,
        )  # fmt: skip

    def _accrued(self, period: AccrualPeriod, spans: tuple[RateSpan, ...]) -> _Accrued:
        """Let the changes of a period happen; return what they make."""
        loan = self._loan
        rule = loan.repayment
        pay_rate = rule.pay_rate if isinstance(rule, Capitalizing) else None
        changes: list[Draw | Curtailment] = [*loan.draws, *loan.curtailments]
        within = sorted((change for change in changes if period.start <= change.on < period.end), key=_order)
        drawn = curtailed = _ZERO
        exact, paid, unused, since = Fraction(0), Fraction(0), Fraction(0), period.start
        for change in (*within, None):
            until = period.end if change is None else change.on
            if until > since:
                exact += loan.unrounded_interest(self._owed, period, spans, since=since, until=until)
                unused += self._unused(period, since, until)
                if pay_rate:
                    paid += Fraction(self._owed) * Fraction(pay_rate) * loan.fraction(period, since, until)
            since = until
            if isinstance(change, Draw):
                self._owed += change.amount
                self._lent += change.amount
                drawn += change.amount
                if change.reamortize:
                    self._compute_anew()
            elif change is not None:
                amount = min(change.amount, self._owed)
                self._owed -= amount
                curtailed += amount
                if change.afterwards is Afterwards.REAMORTIZE:
                    self._compute_anew()
        of_rate = None if pay_rate is None else cents(_decimal(paid))
        return _Accrued(drawn, curtailed, _decimal(exact), of_rate, cents(_decimal(unused)))

    def _compute_anew(self) -> None:
        """Let the level payment be computed anew, also one that was stated and has not been paid yet."""
        self._level = None
        if self._level_rate is None:
            self._level_rate = Decimal(0)

    def _unused(self, period: AccrualPeriod, since: datetime.date, until: datetime.date) -> Fraction:
        fee = self._loan.unused_fee
        if fee is None:
            return Fraction(0)
        unused = Fraction(fee.commitment - self._lent)
        return unused * Fraction(fee.rate) * self._loan.fraction(period, since, until, day_count=fee.day_count)

    def _capitalized(self, due: Decimal, at_pay_rate: Decimal | None) -> Decimal:
        rule = self._loan.repayment
        if not isinstance(rule, Capitalizing):
            return _ZERO
        paid = rule.payment if at_pay_rate is None else at_pay_rate
        added = max(due - (paid or _ZERO), _ZERO)
        if rule.limit is not None:
            most = cents(self._loan.principal * rule.limit)
            added = min(added, max(most - self._owed, _ZERO))
        return added

    def _principal(self, period: AccrualPeriod, spans: tuple[RateSpan, ...], due: Decimal) -> Decimal:
        rule = self._loan.repayment
        if isinstance(rule, HyperAmortization):
            least = self._regular(rule.before, period, spans, due)
            if period.end <= rule.anticipated_on:
                return least
            passed = sum(1 for other in self._loan.periods if rule.anticipated_on < other.end < period.end)
            return max(least, rule.cash[min(passed, len(rule.cash) - 1)] - due, _ZERO)
        if isinstance(rule, Capitalizing):
            return _ZERO if rule.payment is None else max(rule.payment - due, _ZERO)
        if isinstance(rule, PrincipalSchedule):
            return rule.amounts[period.number - 1] if period.number <= len(rule.amounts) else _ZERO
        if isinstance(rule, FixedPrincipal):
            return rule.amount if period.number > rule.interest_only else _ZERO
        return self._regular(rule, period, spans, due)

    def _regular(
        self, rule: LevelPayment | InterestOnly, period: AccrualPeriod, spans: tuple[RateSpan, ...], due: Decimal
    ) -> Decimal:
        if isinstance(rule, InterestOnly) or period.number <= rule.interest_only:
            return _ZERO
        return max(self._level_of(rule, period, spans) - due, _ZERO)

    def _level_of(self, rule: LevelPayment, period: AccrualPeriod, spans: tuple[RateSpan, ...]) -> Decimal:
        """Return the level payment of a period, computed anew where the rule or a partial prepayment asks for it."""
        if rule.payment is not None and self._level is None and self._level_rate is None:
            self._level, self._level_rate = rule.payment, Decimal(0)
        rate = spans[0].rate if rule.computed_on is None or rule.reamortizes else rule.computed_on
        changed = rule.reamortizes and rate != self._level_rate
        if self._level is None or changed:
            left = max(rule.periods - (period.number - 1 - rule.interest_only), 1)
            periodic = Fraction(rate) / self._loan.interval.periods_per_year
            self._level = level_payment(cents(self._owed), periodic, left, self._loan.rounding.payment)
            self._level_rate = rate
        return self._level

    def _in_advance(self, period: AccrualPeriod, spans: tuple[RateSpan, ...], *, last: bool) -> LifeRow:
        """Pay an installment as its period begins: interest of the period is on what is owed after its principal."""
        before = self._owed
        factor = sum(
            (Fraction(span.rate) * self._loan.fraction(period, span.start, span.end) for span in spans), Fraction(0)
        )
        rule = self._loan.repayment
        principal = _ZERO
        if isinstance(rule, LevelPayment) and period.number > rule.interest_only:
            level = self._level_in_advance(rule, spans)
            # level = p + (owed - p) x factor; the interest is rounded, and the principal is the rest of the payment.
            exact = (Fraction(before) - Fraction(level)) * factor / (1 - factor)
            principal = min(max(level - self._loan.rounding.interest.cents(_decimal(exact)), _ZERO), before)
            if last and period.number - rule.interest_only >= rule.periods:
                principal = before  # the amortization ends with it
        elif isinstance(rule, FixedPrincipal) and period.number > rule.interest_only:
            principal = min(rule.amount, before)
        elif isinstance(rule, PrincipalSchedule) and period.number <= len(rule.amounts):
            principal = min(rule.amounts[period.number - 1], before)
        interest = self._loan.rounding.interest.cents(_decimal((Fraction(before) - Fraction(principal)) * factor))
        self._owed = before - principal
        return _row(
            period, spans, before=before, drawn=_ZERO, curtailed=_ZERO, interest=interest, capitalized=_ZERO,
            principal=before - self._owed, fee=_ZERO, after=self._owed, due=self._due, level=self._level_stated(),
        )  # fmt: skip

    def _level_stated(self) -> Decimal | None:
        rule = self._loan.repayment
        stated = rule.payment if isinstance(rule, LevelPayment) else None
        return self._level if stated is None else stated

    def _level_in_advance(self, rule: LevelPayment, spans: tuple[RateSpan, ...]) -> Decimal:
        if rule.payment is not None:
            return rule.payment
        if self._level is None:
            rate = spans[0].rate if rule.computed_on is None else rule.computed_on
            periodic = Fraction(rate) / self._loan.interval.periods_per_year
            self._level = level_payment_in_advance(self._owed, periodic, rule.periods, self._loan.rounding.payment)
        return self._level


def _row(
    period: AccrualPeriod,
    spans: tuple[RateSpan, ...],
    *,
    before: Decimal,
    drawn: Decimal,
    curtailed: Decimal,
    interest: Decimal,
    capitalized: Decimal,
    principal: Decimal,
    fee: Decimal,
    after: Decimal,
    due: datetime.date | None = None,
    level: Decimal | None = None,
) -> LifeRow:
    order = (Known.FIXED, Known.FIXING, Known.PROJECTED)
    return LifeRow(
        number=period.number,
        start=period.start,
        end=period.end,
        due_date=due or period.payment_date,
        rates=spans,
        known=max((span.known for span in spans), key=order.index, default=Known.FIXED),
        beginning_balance=before,
        drawn=drawn,
        curtailed=curtailed,
        interest=interest,
        capitalized=capitalized,
        principal=principal,
        unused_fee=fee,
        payment=interest - capitalized + principal + fee,
        ending_balance=after,
        level_payment=level,
    )


def _order(change: Draw | Curtailment) -> tuple[datetime.date, bool]:
    return change.on, isinstance(change, Curtailment)


def _decimal(exact: Fraction) -> Decimal:
    return EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
