"""Figures that a refinance rests on, and those that a request states."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

import msgspec

from realinsights.contracts.refinancing import named_on_the_wire
from realinsights_finance.credit.figures import InvalidFigure, exact, not_negative
from realinsights_finance.money import cents

STATED: Final = "as stated in the request"


class RefinanceFigure(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A figure that a refinance rests on: its date and basis; where `value` is null, `unknown` says why."""

    value: Decimal | None
    as_of: datetime.date | None
    basis: str | None
    unknown: str | None = None
    old: bool = False


def stated(field: str, amount: Decimal, *, signed: bool = False) -> Decimal:
    """Return a stated amount in dollars and cents; raises `Invalid`."""
    with named_on_the_wire():
        if signed:
            exact(field, amount)
        else:
            not_negative(field, amount)
        if amount != cents(amount):
            raise InvalidFigure(field, "must be whole cents")
    return cents(amount)
