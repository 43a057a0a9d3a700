"""The order of application: to what a receipt goes first, and what that leaves open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from realinsights_finance.ledger.state import Bill, LedgerState
from realinsights_finance.schedule import total

_ZERO = Decimal("0.00")


class Component(StrEnum):
    """Something that a receipt pays; `order` of a loan is a sequence of all of them."""

    FEES = "fees"
    LATE_CHARGES = "late_charges"
    DEFAULT_INTEREST = "default_interest"
    INTEREST = "interest"
    ESCROW = "escrow"
    PRINCIPAL = "principal"

    @property
    def billed(self) -> bool:
        """Tell whether it falls due with installments; the others are due as soon as they are charged or accrue."""
        return self in {Component.INTEREST, Component.ESCROW, Component.PRINCIPAL}


class IncompleteOrder(ValueError):
    """An order of application that lacks components or names one twice; `components` are those."""

    def __init__(self, components: tuple[Component, ...]) -> None:
        super().__init__(f"order: must name each component once, look at {', '.join(components)}")
        self.components = components


@dataclass(frozen=True, slots=True)
class ApplicationOrder:
    """The order in which a receipt pays what is due; it holds in a performing loan or during an event of default.

    Components of installments that follow each other in it are paid installment by installment, the oldest first; with
    `oldest_installment_first` false, each of them for all installments before the next one. A balloon comes after all
    of them, so that interest accrued since maturity is paid before it.
    Raises IncompleteOrder.
    """

    components: tuple[Component, ...] = tuple(Component)
    oldest_installment_first: bool = True

    def __post_init__(self) -> None:
        wrong = tuple(component for component in Component if self.components.count(component) != 1)
        if wrong:
            raise IncompleteOrder(wrong)


USUAL_ORDER = ApplicationOrder()
"""Charges first, then interest, escrow and principal of the oldest installment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What a receipt paid, by component, in dollars and cents. `principal` is both scheduled and prepaid."""

    fees: Decimal = _ZERO
    late_charges: Decimal = _ZERO
    default_interest: Decimal = _ZERO
    interest: Decimal = _ZERO
    escrow: Decimal = _ZERO
    principal: Decimal = _ZERO

    @property
    def total(self) -> Decimal:
        """Return all that was paid."""
        return total(getattr(self, component) for component in Component)


NOTHING = Applied()


def owed(state: LedgerState) -> Applied:
    """Return what is due, by component."""
    return Applied(
        fees=state.fees,
        late_charges=state.late_charges,
        default_interest=state.default_interest,
        interest=total(bill.interest for bill in state.bills),
        escrow=total(bill.escrow for bill in state.bills),
        principal=total(bill.principal for bill in state.bills),
    )


def apply(state: LedgerState, order: ApplicationOrder, amount: Decimal) -> tuple[LedgerState, Applied]:
    """Return the state in which an amount has paid what is due, in an order, and what it paid; the rest is not taken.

    The amount is on hand: what `Applied.total` leaves of it is the caller's to keep.
    """
    left, paid = amount, dict.fromkeys(Component, _ZERO)
    bills = list(state.bills)
    due = owed(state)
    for component, index, balloon in _turns(order, len(bills)):
        part = min(left, getattr(due, component) if index is None else _open(bills[index], component, balloon=balloon))
        left -= part
        paid[component] += part
        if index is not None and part:
            bills[index] = _less(bills[index], component, part)
    applied = Applied(**{component.value: part for component, part in paid.items()})
    return _after(state, tuple(bill for bill in bills if bill.open), applied), applied


def _turns(order: ApplicationOrder, bills: int) -> Iterator[tuple[Component, int | None, bool]]:
    """Yield each component in turn, with the number of the bill where it is of one, and whether it is the balloon."""
    for billed, run in groupby(order.components, key=lambda component: component.billed):
        components = tuple(run)
        if not billed:
            yield from ((component, None, False) for component in components)
        elif order.oldest_installment_first:
            yield from ((component, index, False) for index in range(bills) for component in components)
            yield from (
                (Component.PRINCIPAL, index, True) for index in range(bills) if Component.PRINCIPAL in components
            )
        else:
            for component in components:
                yield from ((component, index, False) for index in range(bills))
                yield from (
                    (Component.PRINCIPAL, index, True) for index in range(bills) if component is Component.PRINCIPAL
                )


def _open(bill: Bill, component: Component, *, balloon: bool) -> Decimal:
    if balloon:
        return bill.balloon
    open_: Decimal = getattr(bill, component)
    return open_ - bill.balloon if component is Component.PRINCIPAL else open_


def _less(bill: Bill, component: Component, part: Decimal) -> Bill:
    changed = dataclasses.replace(bill, **{component.value: getattr(bill, component) - part})
    return dataclasses.replace(changed, balloon=min(changed.balloon, changed.principal))


def _after(state: LedgerState, bills: tuple[Bill, ...], applied: Applied) -> LedgerState:
    before = min(applied.default_interest, state.default_due)
    return dataclasses.replace(
        state,
        bills=bills,
        fees=state.fees - applied.fees,
        late_charges=state.late_charges - applied.late_charges,
        default_due=state.default_due - before,
        default_paid=state.default_paid + applied.default_interest - before,
        escrow=state.escrow + applied.escrow,
        principal=state.principal - applied.principal,
    )
