"""The ledger: the life of a loan as a fold over its transactions.

A ledger keeps what was posted, in the order it arrived, and what follows from it: `entries`, in the order of their
days. Nothing is ever changed in place. What arrives late, counts earlier or reverses another transaction is folded
again from the first entry that it may change.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from enum import StrEnum

from realinsights_finance.ledger.accrual import (
    accrued,
    bill_date,
    billed,
    late_charge_base,
    late_charge_date,
)
from realinsights_finance.ledger.agreement import LoanAgreement
from realinsights_finance.ledger.application import NOTHING, Applied, apply
from realinsights_finance.ledger.charges import late_charge
from realinsights_finance.ledger.digest import digest
from realinsights_finance.ledger.effects import effect
from realinsights_finance.ledger.state import Bill, LedgerState
from realinsights_finance.ledger.transactions import Capitalization, Fee, InvalidTransaction, Reversal, Transaction
from realinsights_finance.money import EXACT

_ZERO = Decimal("0.00")


class DuplicateTransaction(InvalidTransaction):
    """Two transactions with one id."""

    def __init__(self, transaction: str) -> None:
        super().__init__(transaction, "id", "is another transaction's already")


class NothingToReverse(InvalidTransaction):
    """A reversal of what is not in the ledger, or of another reversal."""

    def __init__(self, reversal: Reversal) -> None:
        super().__init__(reversal.id, "of", f"names no transaction that can be reversed: {reversal.of}")


class AlreadyReversed(InvalidTransaction):
    """A second reversal of one transaction."""

    def __init__(self, reversal: Reversal) -> None:
        super().__init__(reversal.id, "of", f"names a transaction that is reversed already: {reversal.of}")


class BeforeClosing(ValueError):
    """A day before the loan closed: it had no ledger then."""

    def __init__(self, what: str, on: datetime.date, closing: datetime.date) -> None:
        super().__init__(f"{what}: on must not be before the loan closed on {closing}, and is {on}")
        self.on, self.closing = on, closing


class EntryKind(StrEnum):
    """What made an entry."""

    BILL = "bill"  # an installment fell due; `applied` is what suspense paid of it and of what else was due
    LATE_CHARGE = "late_charge"  # an installment was still open after the grace
    TRANSACTION = "transaction"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the ledger: what happened on a day, what it paid, and the state after it.

    `bill` is the installment as it was billed, or that is charged; `amount` what was billed, charged, or the
    transaction's (zero where it has none). `unused_fee` became due with it.
    """

    on: datetime.date
    kind: EntryKind
    amount: Decimal
    state: LedgerState
    applied: Applied = NOTHING
    unused_fee: Decimal = _ZERO
    transaction: Transaction | None = None
    bill: Bill | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """A loan, the transactions posted to it in the order they arrived, and the entries that follow from them."""

    agreement: LoanAgreement
    posted: tuple[Transaction, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def state(self) -> LedgerState:
        """Return the state after the last entry."""
        return self.entries[-1].state if self.entries else self.agreement.opened()

    @property
    def hash(self) -> str:
        """Return a hash of the loan and its entries: the same whenever they are, in whatever order they arrived.

        A ledger in which a transaction is reversed has the hash of one that never had it.
        """
        return digest((self.agreement, self.entries))


def ledger(agreement: LoanAgreement, transactions: Iterable[Transaction] = ()) -> Ledger:
    """Return the ledger of a loan and its transactions, given in any order. Raises what `post` raises."""
    return post(Ledger(agreement=agreement), *transactions)


def post(before: Ledger, *transactions: Transaction) -> Ledger:
    """Return a ledger with more transactions, which may count earlier than those that are in it, or reverse them.

    Raises DuplicateTransaction, NothingToReverse, AlreadyReversed, BeforeClosing and, where a transaction cannot be in
    the state that it meets, InvalidTransaction or ExceedsBalance: also where one that was in the ledger no longer can
    be. The ledger that was is unchanged in any case.
    """
    agreement, posted = before.agreement, (*before.posted, *transactions)
    stand = in_force(posted)
    for transaction in transactions:
        if transaction.on < agreement.first_day:
            raise BeforeClosing(f"transaction {transaction.id}", transaction.on, agreement.first_day)
    kept, count = _unchanged(before.entries, stand)
    entries = list(kept)
    state = entries[-1].state if entries else agreement.opened()
    with localcontext(EXACT):
        for transaction in stand[count:]:
            more = folded(agreement, state, transaction)
            entries.extend(more)
            state = more[-1].state
    return Ledger(agreement=agreement, posted=posted, entries=tuple(entries))


def in_force(transactions: Iterable[Transaction]) -> tuple[Transaction, ...]:
    """Return the transactions that no other reverses, without reversals, in the order in which they count."""
    by_id: dict[str, Transaction] = {}
    for transaction in transactions:
        if transaction.id in by_id:
            raise DuplicateTransaction(transaction.id)
        by_id[transaction.id] = transaction
    undone: set[str] = set()
    for reversal in by_id.values():
        if not isinstance(reversal, Reversal):
            continue
        reversed_ = by_id.get(reversal.of)
        if reversed_ is None or isinstance(reversed_, Reversal):
            raise NothingToReverse(reversal)
        if reversal.of in undone:
            raise AlreadyReversed(reversal)
        if reversal.on < reversed_.on:
            raise InvalidTransaction(reversal.id, "on", f"must not be before {reversed_.on}, when {reversal.of} was")
        undone.add(reversal.of)
    stand = (each for each in by_id.values() if not isinstance(each, Reversal) and each.id not in undone)
    return tuple(sorted(stand, key=lambda each: each.order))


def folded(agreement: LoanAgreement, state: LedgerState, transaction: Transaction) -> tuple[Entry, ...]:
    """Return the entries from a state to a transaction: what fell due before it, and itself, last."""
    entries, state = advanced(agreement, state, transaction.on, opening=transaction.rank == 0)
    after, applied = effect(agreement, state, transaction)
    amount: Decimal = getattr(transaction, "amount", _ZERO)
    if isinstance(transaction, Capitalization):
        amount = after.principal - state.principal
    entry = Entry(
        on=transaction.on,
        kind=EntryKind.TRANSACTION,
        amount=amount,
        state=after,
        applied=applied,
        unused_fee=after.fees + applied.fees - state.fees - (amount if isinstance(transaction, Fee) else _ZERO),
        transaction=transaction,
    )
    return (*entries, entry)


def advanced(
    agreement: LoanAgreement, state: LedgerState, to: datetime.date, *, opening: bool = False
) -> tuple[tuple[Entry, ...], LedgerState]:
    """Return the entries that time alone makes from a state to a day, and the state of that day.

    Those are installments that fall due and late charges; with `opening` not those of the day itself.
    """
    until = to - datetime.timedelta(days=1) if opening else to
    entries: list[Entry] = []
    while True:
        charged, due = _next_late_charge(agreement, state), bill_date(state)
        if charged is not None and charged[0] <= until and (due is None or charged[0] <= due):
            entry = _late(agreement, accrued(agreement, state, charged[0]), charged[1])
        elif due is not None and due <= until:
            entry = _due(agreement, accrued(agreement, state, due))
        else:
            return tuple(entries), accrued(agreement, state, to)
        state = entry.state
        if _says_something(entry):
            entries.append(entry)


def _unchanged(entries: tuple[Entry, ...], stand: tuple[Transaction, ...]) -> tuple[tuple[Entry, ...], int]:
    """Return the entries up to where the transactions that stand differ from theirs, and how many are the same."""
    end = count = 0
    for index, entry in enumerate(entries):
        if entry.transaction is None:
            continue
        if count == len(stand) or entry.transaction != stand[count]:
            break
        end, count = index + 1, count + 1
    return entries[:end], count


def _says_something(entry: Entry) -> bool:
    """Tell whether an entry says anything: a bill does not where all principal is due already and nothing accrued."""
    return bool(entry.amount or entry.unused_fee or entry.applied.total or entry.state.scheduled_principal)


def _next_late_charge(agreement: LoanAgreement, state: LedgerState) -> tuple[datetime.date, Bill] | None:
    dates = ((late_charge_date(agreement, bill), bill) for bill in state.bills)
    return min(((day, bill) for day, bill in dates if day is not None), key=lambda each: each[0], default=None)


def _due(agreement: LoanAgreement, state: LedgerState) -> Entry:
    after, bill = billed(agreement, state)
    fee, applied = after.fees - state.fees, NOTHING
    if after.suspense:
        after, applied = apply(after, agreement.order_for(after), after.suspense)
        after = replace(after, suspense=after.suspense - applied.total)
    return Entry(
        on=after.on,
        kind=EntryKind.BILL,
        amount=bill.open,
        state=after,
        applied=applied,
        unused_fee=fee,
        bill=bill,
    )


def _late(agreement: LoanAgreement, state: LedgerState, bill: Bill) -> Entry:
    rule = agreement.late_charge
    amount = _ZERO if rule is None else late_charge(late_charge_base(agreement, bill), rule)
    charged = replace(bill, late_charged=True)
    bills = tuple(charged if each == bill else each for each in state.bills)
    after = replace(state, bills=bills, late_charges=state.late_charges + amount)
    return Entry(on=state.on, kind=EntryKind.LATE_CHARGE, amount=amount, state=after, bill=charged)
