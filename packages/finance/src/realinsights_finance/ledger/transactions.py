"""Transactions: what happened to a loan, each with an id and the day from which it counts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import ClassVar

from realinsights_finance.money import EXACT, cents
from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR, MAXIMUM_PRINCIPAL

ESCROW = "escrow"
SUSPENSE = "suspense"
"""The two accounts of every loan; any other name is a reserve's."""

LONGEST_NAME = 200
_AMOUNTS = ("amount", "payment")
_NAMES = ("id", "account", "name", "of")


class InvalidTransaction(ValueError):
    """A transaction that cannot be; `id` is which, `field` says where, the message why."""

    def __init__(self, transaction: str, field: str, message: str) -> None:
        super().__init__(f"transaction {transaction}: {field} {message}")
        self.id, self.field = transaction, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Transaction:
    """Something that happened to a loan. `id` is unique in its ledger, `on` the day from which it counts.

    Amounts are dollars in whole cents, more than zero. Transactions of one day count in the order of their kinds'
    `rank`, and by id within a kind, so that a ledger does not depend on the order in which they arrive. Those of rank 0
    hold from the beginning of the day, before an installment falls due on it; all others come after that.
    Raises InvalidTransaction, naming the first bad field.
    """

    id: str
    on: datetime.date
    rank: ClassVar[int] = 0

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise InvalidTransaction(str(self.id)[:LONGEST_NAME], *problem)
        for name in _AMOUNTS:
            amount = getattr(self, name, None)
            if amount is not None:
                object.__setattr__(self, name, cents(amount))

    @property
    def order(self) -> tuple[datetime.date, int, str]:
        """Return the place of the transaction among others."""
        return self.on, self.rank, self.id

    def _problems(self) -> Iterator[tuple[str, str]]:
        for field in fields(self):
            value = getattr(self, field.name)
            message = None
            if field.name == "on":
                message = date_message(value)
            elif field.name in _NAMES:
                message = _name_message(value)
            elif field.name in _AMOUNTS and (value is not None or field.default is not None):
                message = amount_message(value)
            if message:
                yield field.name, message


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment(Transaction):
    """A receipt for what is due, applied by the loan's order; what is left stays in suspense until more falls due."""

    amount: Decimal
    rank: ClassVar[int] = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepayment(Transaction):
    """A receipt that repays principal before it is due: a curtailment, or all of it.

    It pays what is due first, by the loan's order, then principal, then interest that has accrued and is not due yet;
    what is left is in suspense. The payment stays, so that the loan is repaid sooner, or with `reamortize` it is
    computed anew over what is left of the amortization term.
    """

    amount: Decimal
    reamortize: bool = False
    rank: ClassVar[int] = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw(Transaction):
    """Money lent after closing; it bears interest from its day on."""

    amount: Decimal
    reamortize: bool = False
    rank: ClassVar[int] = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Fee(Transaction):
    """A fee that is charged, or a cost that was advanced for the borrower; due at once."""

    amount: Decimal
    name: str
    rank: ClassVar[int] = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Capitalization(Transaction):
    """Interest that is added to principal: what is due, oldest first, then what has accrued; all of it by default."""

    amount: Decimal | None = None
    reamortize: bool = False
    rank: ClassVar[int] = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Deposit(Transaction):
    """Money put into escrow or a reserve at once, as at closing; not a payment of what is due."""

    amount: Decimal
    account: str
    rank: ClassVar[int] = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class WriteDown(Transaction):
    """Principal that is given up."""

    amount: Decimal
    reamortize: bool = False
    rank: ClassVar[int] = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Disbursement(Transaction):
    """Money paid out of escrow (which the lender advances where it is short), a reserve, or back out of suspense."""

    amount: Decimal
    account: str
    rank: ClassVar[int] = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Modification(Transaction):
    """New terms from a day on: the annual rate (a fraction), the amortizing payment, the maturity; None is unchanged.

    The payment stays where only the rate changes, unless `reamortize` computes it anew over what is left of the
    amortization term. A stated payment ends what is left of the interest-only period. A later maturity takes back the
    balloon that had fallen due.
    """

    rate: Decimal | None = None
    payment: Decimal | None = None
    maturity: datetime.date | None = None
    reamortize: bool = False

    def _problems(self) -> Iterator[tuple[str, str]]:
        # Zero-argument super() does not work in classes with slots that a decorator makes anew.
        yield from Transaction._problems(self)
        if self.rate is None and self.payment is None and self.maturity is None and not self.reamortize:
            yield "rate", "or payment or maturity must be stated: a modification changes something"
        if self.payment is not None and self.reamortize:
            yield "reamortize", "contradicts a stated payment"
        message = None if self.maturity is None else date_message(self.maturity)
        if message:
            yield "maturity", message
        elif self.maturity is not None and self.maturity <= self.on:
            yield "maturity", "must be after the modification"


@dataclass(frozen=True, kw_only=True, slots=True)
class DefaultDeclared(Transaction):
    """An event of default begins: default interest accrues and the order of application may be another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DefaultCured(Transaction):
    """An event of default ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reversal(Transaction):
    """The undoing of the transaction whose id is `of`, as if it had never been; `on` is the day it is undone."""

    of: str


def amount_message(amount: object) -> str | None:
    """Return what is wrong with an amount of dollars, or None."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        return "must be a finite decimal number of dollars"
    if amount <= 0:
        return "must be more than zero"
    if amount > MAXIMUM_PRINCIPAL:
        return f"must not exceed {MAXIMUM_PRINCIPAL:,}"
    if amount != amount.quantize(Decimal("0.01"), context=EXACT):
        return "must be whole cents"
    return None


def date_message(day: object) -> str | None:
    """Return what is wrong with a date, or None."""
    if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime):
        return "must be a date without a time"
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}"
    return None


def _name_message(name: object) -> str | None:
    if not isinstance(name, str) or not name.strip():
        return "must be a name"
    return None if len(name) <= LONGEST_NAME else f"must have at most {LONGEST_NAME} characters"
