"""What the loan documents say about a loan's actual life, beside the terms of its schedule."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.ledger.application import USUAL_ORDER, ApplicationOrder
from realinsights_finance.ledger.state import LedgerState
from realinsights_finance.ledger.transactions import amount_message, date_message
from realinsights_finance.money import cents
from realinsights_finance.terms import InvalidTerms, LoanTerms, TermsProblem

MOST_GRACE_DAYS = 366
_ZERO = Decimal("0.00")


class InterestBasis(StrEnum):
    """The balance that interest accrues on while an installment is late."""

    ACTUAL_BALANCE = "actual_balance"  # what is owed each day: late principal bears interest until it is paid
    SCHEDULED_BALANCE = "scheduled_balance"  # as if every installment were paid when due; a balloon bears interest on


@dataclass(frozen=True, kw_only=True, slots=True)
class LateChargeRule:
    """A late charge of `rate` (a fraction) on the interest and principal of an installment still open after the grace.

    With `grace_days` 10, what is paid on the tenth day after the due date is in time. Each installment is charged once;
    a balloon only with `on_balloon`.
    """

    rate: Decimal
    grace_days: int = 0
    on_balloon: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """An amount that the lender has promised to lend, all draws together; what is repaid cannot be drawn again.

    It ends with maturity or payoff. `unused_fee` is an annual rate, as a fraction, on what is not drawn; it accrues by
    the loan's day count and is due with each installment.
    """

    amount: Decimal
    unused_fee: Decimal = _ZERO


@dataclass(frozen=True, kw_only=True, slots=True)
class LoanAgreement:
    """A loan as it is serviced.

    `closing` (default: where interest starts) is the first day of its life; interest from there to `terms.start` is
    paid at closing (`stub_interest`) and is not in the ledger. `order` is by which receipts are applied,
    `order_in_default` during an event of default (None: the same one). `default_margin` is what the default rate
    exceeds the note rate by, on principal. `escrow_deposit` is due with each installment. Raises InvalidTerms.
    """

    terms: LoanTerms
    closing: datetime.date | None = None
    order: ApplicationOrder = USUAL_ORDER
    order_in_default: ApplicationOrder | None = None
    interest_basis: InterestBasis = InterestBasis.ACTUAL_BALANCE
    late_charge: LateChargeRule | None = None
    default_margin: Decimal = _ZERO
    commitment: Commitment | None = None
    escrow_deposit: Decimal = _ZERO

    def __post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            raise InvalidTerms(problems)
        object.__setattr__(self, "escrow_deposit", cents(self.escrow_deposit))

    @property
    def first_day(self) -> datetime.date:
        """Return the day of closing."""
        return self.terms.start if self.closing is None else self.closing

    def order_for(self, state: LedgerState) -> ApplicationOrder:
        """Return the order of application that holds in a state."""
        return self.order_in_default or self.order if state.in_default else self.order

    def opened(self) -> LedgerState:
        """Return the state at closing: the principal is lent, nothing has accrued."""
        terms = self.terms
        return LedgerState(
            on=self.first_day,
            # The schedule's own payment and amortization are taken from here on by the state.
            terms=replace(
                terms, amortization_months=None, interest_only_months=0, payment=None, amortization_from_closing=False
            ),
            payment=terms.level_payment(),
            interest_only_left=terms.interest_only_months // terms.frequency.months,
            amortization_left=terms.amortization_periods,
            installment=1,
            principal=terms.principal,
            funded=terms.principal,
        )


def _problems(agreement: LoanAgreement) -> Iterator[TermsProblem]:
    closing, commitment, late = agreement.closing, agreement.commitment, agreement.late_charge
    message = None if closing is None else date_message(closing)
    if message:
        yield TermsProblem("closing", message)
    elif closing is not None and closing > agreement.terms.start:
        yield TermsProblem("closing", "must not be after interest starts")
    rates = [("default_margin", agreement.default_margin)]
    if late is not None:
        rates.append(("late_charge.rate", late.rate))
        if not isinstance(late.grace_days, int) or not 0 <= late.grace_days <= MOST_GRACE_DAYS:
            yield TermsProblem("late_charge.grace_days", f"must be 0 to {MOST_GRACE_DAYS}")
    if commitment is not None:
        rates.append(("commitment.unused_fee", commitment.unused_fee))
        message = amount_message(commitment.amount)
        if message is None and commitment.amount < agreement.terms.principal:
            message = "must not be less than the principal"
        if message:
            yield TermsProblem("commitment.amount", message)
    for name, rate in rates:
        if not isinstance(rate, Decimal) or not rate.is_finite() or not 0 <= rate <= 1:
            yield TermsProblem(name, "must be a fraction, 0 to 1: 5 % is 0.05")
    message = None if agreement.escrow_deposit == 0 else amount_message(agreement.escrow_deposit)
    if message:
        yield TermsProblem("escrow_deposit", message)
