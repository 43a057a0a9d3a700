"""The state of a loan on a day: balances, what is due, and what has accrued since."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.money import EXACT
from realinsights_finance.schedule import total
from realinsights_finance.terms import LoanTerms

_ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """An installment that has been billed, in dollars and cents: when it is made, all of it; later what is open.

    `balloon` is the part of `principal` that only maturity makes due. What accrues after maturity is billed when a
    receipt comes, with numbers after the last installment's.
    """

    number: int
    period_start: datetime.date
    period_end: datetime.date
    due_date: datetime.date
    interest: Decimal
    principal: Decimal
    escrow: Decimal = _ZERO
    balloon: Decimal = _ZERO
    late_charged: bool = False

    @property
    def open(self) -> Decimal:
        """Return all that is open of it."""
        return total((self.interest, self.principal, self.escrow))

    @property
    def installment(self) -> Decimal:
        """Return the open interest and principal without the balloon: what a late charge is on."""
        return total((self.interest, self.principal, -self.balloon))


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerState:
    """The balances of a loan at the beginning of day `on`, in dollars and cents.

    `terms` have the dates, rate, day count and rounding in force; `payment` is the amortizing installment (None:
    interest only), `interest_only_left` and `amortization_left` count installments. `installment` is the next to be
    billed; `bills` are open, the oldest first. `accrued` is the exact interest since the last bill, of which
    `accrued_paid` is paid or capitalized already; `default_accrued` and `default_paid` are the same of default
    interest, `unused_accrued` of the unused fee. `funded` is all that was ever lent. `escrow` is negative where the
    lender advanced it.
    """

    on: datetime.date
    terms: LoanTerms
    payment: Decimal | None
    interest_only_left: int
    amortization_left: int | None
    installment: int
    principal: Decimal
    funded: Decimal
    accrued: Fraction = Fraction(0)
    accrued_paid: Decimal = _ZERO
    bills: tuple[Bill, ...] = ()
    fees: Decimal = _ZERO
    late_charges: Decimal = _ZERO
    in_default: bool = False
    default_due: Decimal = _ZERO
    default_accrued: Fraction = Fraction(0)
    default_paid: Decimal = _ZERO
    unused_accrued: Fraction = Fraction(0)
    escrow: Decimal = _ZERO
    suspense: Decimal = _ZERO
    reserves: tuple[tuple[str, Decimal], ...] = ()

    @property
    def accrued_interest(self) -> Decimal:
        """Return the interest accrued since the last bill and not paid, in cents by the loan's rounding."""
        return EXACT.subtract(self.cents(self.accrued), self.accrued_paid)

    @property
    def default_interest(self) -> Decimal:
        """Return the default interest owed: what it is beyond the regular interest, never that as well."""
        accrued = EXACT.subtract(self.cents(self.default_accrued), self.default_paid)
        return EXACT.add(self.default_due, accrued)

    @property
    def unused_fee(self) -> Decimal:
        """Return the unused fee accrued since the last bill, in cents by the loan's rounding."""
        return self.cents(self.unused_accrued)

    @property
    def scheduled_principal(self) -> Decimal:
        """Return the principal that would be left if all that is due were paid."""
        return total((self.principal, *(-bill.principal for bill in self.bills)))

    @property
    def matured(self) -> bool:
        """Tell whether the last installment has been billed."""
        return self.installment > self.terms.periods

    def reserve(self, name: str) -> Decimal:
        """Return the balance of a reserve; zero where nothing was ever put in."""
        return dict(self.reserves).get(name, _ZERO)

    def cents(self, exact: Fraction) -> Decimal:
        """Return exact dollars as whole cents by the rounding of the loan's interest."""
        quotient = EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        return self.terms.rounding.interest.cents(quotient)
