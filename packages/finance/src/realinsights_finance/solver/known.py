"""What is known of a loan whose statement is to be solved: a note, or a tape, says it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.due_dates import Frequency, months_between
from realinsights_finance.level_payment import level_payment
from realinsights_finance.rounding import PaymentRounding
from realinsights_finance.solver.conventions import PaymentRule

RATE_DECIMALS_OF_TAPES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownTerms:
    """Terms of the loan; None is not known, and is looked for or left open.

    `rate` is a fraction; one of all eight decimals that a tape has room for may have been rounded there, and is tried
    within half of its last decimal too. `accrual_starts` are days from which the first period's interest may run, such
    as the closing date; one period before the first payment is tried in any case. With `complete` these are all the
    terms there are: what they do not say of principal is no principal, and a level payment that they do not give is
    taken from the statement only where two of its installments have it. `rates` are those of a floating loan, each with
    the due date of its period: they are taken as they are in place of `rate`. The interest of a period without one is
    held against nothing, and periods to come have the last of them.
    """

    rate: Decimal | None = None
    principal: Decimal | None = None
    first_payment: datetime.date | None = None
    maturity: datetime.date | None = None
    amortization_months: int | None = None
    interest_only_months: int | None = None
    payment: Decimal | None = None
    accrual_starts: tuple[datetime.date, ...] = ()
    complete: bool = False
    rates: tuple[tuple[datetime.date, Decimal], ...] = ()

    @property
    def rate_may_be_rounded(self) -> bool:
        """Tell whether the rate uses every decimal a tape has room for."""
        if self.rate is None:
            return False
        exponent = self.rate.normalize().as_tuple().exponent
        return isinstance(exponent, int) and exponent <= -RATE_DECIMALS_OF_TAPES

    def number_of(self, due_date: datetime.date, frequency: Frequency) -> int | None:
        """Return the number, from 1, of the installment that is due on a date, None where the first is not known."""
        if self.first_payment is None:
            return None
        return months_between(self.first_payment, due_date) // frequency.months + 1

    def level_payments(
        self, rate: Decimal, frequency: Frequency
    ) -> Iterator[tuple[PaymentRule, PaymentRounding, Decimal]]:
        """Yield the level payments that may be meant, the usual ones first; none where terms are missing."""
        if self.principal is None or self.amortization_months is None or self.principal <= 0:
            return
        periodic = Fraction(rate) * frequency.months / 12
        whole = self.amortization_months // frequency.months
        left = whole - (self.interest_only_months or 0) // frequency.months
        rules = [(PaymentRule.LEVEL_NOTE_RATE, periodic, whole)]
        if left != whole and left > 0:
            rules.append((PaymentRule.LEVEL_FROM_CLOSING, periodic, left))
        rules.append((PaymentRule.LEVEL_EFFECTIVE_RATE, periodic * Fraction(365, 360), whole))
        for rule, each, periods in rules:
            for rounding in PaymentRounding:
                if periods > 0:
                    yield rule, rounding, level_payment(self.principal, each, periods, rounding)
