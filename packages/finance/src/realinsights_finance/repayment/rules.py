"""Repayment rules: what an installment repays, as the note says it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.money import cents


class InvalidRepayment(ValueError):
    """A repayment that no note can have: which `field`, and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class PaidAt(StrEnum):
    """The end of a period at which its installment is paid.

    In advance, interest of the period is paid when it begins, on what is owed after the installment's principal. What
    the last installment leaves is paid at maturity, with no more interest.
    """

    END = "end"
    START = "start"


class Afterwards(StrEnum):
    """What a partial prepayment changes."""

    SHORTEN = "shorten"  # the payment stays, and repays the loan sooner
    REAMORTIZE = "reamortize"  # the payment is computed anew over the periods that are left


@dataclass(frozen=True, slots=True)
class InterestOnly:
    """Nothing is repaid before maturity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelPayment:
    """The same payment each period, which repays the loan in `periods` after `interest_only` periods of interest alone.

    `payment` replaces the computed one. With `reamortizes` it is computed anew, over the periods that are left of
    `periods`, whenever the rate changes; else it stays what it was computed on: `computed_on`, or the first rate.
    """

    periods: int
    interest_only: int = 0
    payment: Decimal | None = None
    computed_on: Decimal | None = None
    reamortizes: bool = False

    def __post_init__(self) -> None:
        _at_least(self.periods, 1, "periods")
        _at_least(self.interest_only, 0, "interest_only")
        if self.payment is not None:
            _amount(self.payment, "payment")
            if self.reamortizes:
                raise InvalidRepayment("payment", "is not stated where it is computed anew whenever the rate changes")


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedPrincipal:
    """The same principal each period, and the interest, after `interest_only` periods of interest alone."""

    amount: Decimal
    interest_only: int = 0

    def __post_init__(self) -> None:
        _amount(self.amount, "amount")
        _at_least(self.interest_only, 0, "interest_only")


@dataclass(frozen=True, slots=True)
class PrincipalSchedule:
    """A principal for each period, as the note lists it; nothing in periods after the last that is listed."""

    amounts: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        for amount in self.amounts:
            if amount:
                _amount(amount, "amounts")


@dataclass(frozen=True, kw_only=True, slots=True)
class HyperAmortization:
    """Another rule until the anticipated repayment date; from then on all cash of the property repays the loan.

    `cash` is what there is for debt service in each period that ends after `anticipated_on`, the last one repeated. An
    installment is never less than by `before`.
    """

    before: LevelPayment | InterestOnly
    anticipated_on: datetime.date
    cash: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if not self.cash:
            raise InvalidRepayment("cash", "must be stated for at least one period")
        for amount in self.cash:
            if amount:
                _amount(amount, "cash")


@dataclass(frozen=True, kw_only=True, slots=True)
class Capitalizing:
    """Interest beyond what is paid is added to what is owed: paid in kind, or negative amortization.

    `pay_rate` is the annual rate at which interest is paid, 0 for none; or `payment` is paid each period, whatever the
    interest is. Nothing more is added once the balance would exceed `limit` (a multiple of what was lent): the rest of
    the interest is paid then.
    """

    pay_rate: Decimal | None = None
    payment: Decimal | None = None
    limit: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.pay_rate is None) == (self.payment is None):
            raise InvalidRepayment("pay_rate", "is stated, or else the payment")
        if self.pay_rate is not None and not 0 <= self.pay_rate <= 1:
            raise InvalidRepayment("pay_rate", "must be a fraction from 0 to 1")
        if self.payment is not None and self.payment:
            _amount(self.payment, "payment")
        if self.limit is not None and self.limit < 1:
            raise InvalidRepayment("limit", "must be at least 1, a multiple of what was lent")


INTEREST_ONLY = InterestOnly()

Repayment = InterestOnly | LevelPayment | FixedPrincipal | PrincipalSchedule | HyperAmortization | Capitalizing


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """Money lent later; it bears interest from its day.

    With `reamortize` a level payment is computed anew over the periods that are left, else it stays.
    """

    on: datetime.date
    amount: Decimal
    reamortize: bool = False

    def __post_init__(self) -> None:
        _amount(self.amount, "draws")


@dataclass(frozen=True, kw_only=True, slots=True)
class Curtailment:
    """A partial prepayment on a day; interest accrues on what is left from that day on."""

    on: datetime.date
    amount: Decimal
    afterwards: Afterwards = Afterwards.SHORTEN

    def __post_init__(self) -> None:
        _amount(self.amount, "curtailments")


def _at_least(count: int, least: int, field: str) -> None:
    if not isinstance(count, int) or isinstance(count, bool) or count < least:
        raise InvalidRepayment(field, f"must be {least} or more whole periods")


def _amount(amount: Decimal, field: str) -> None:
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount <= 0 or amount != cents(amount):
        raise InvalidRepayment(field, "must be more than zero, in whole cents")
