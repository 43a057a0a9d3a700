"""Requests for a payoff or a prepayment's cost: the market, the borrower's choice, what only a ledger knows. Pure."""

from __future__ import annotations

import datetime
from typing import Annotated, TypeVar

import msgspec

from realinsights.loans.model.prepayment import Chosen
from realinsights.loans.model.quantities import Money, checked, checked_date
from realinsights_finance.prepayment import LedgerFigures
from realinsights_platform.errors import Faults

Points = Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]
A = TypeVar("A", bound="PrepaymentAsked")


class PrepaymentAsked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The market and the rest of what a prepayment costs by; None is not stated.

    `treasury` is a yield as a fraction (0.0375), or a curve by months to maturity (12:0.0402,24:0.0399). `zero_rates`
    are those of a defeasance, compounded twice a year: one for all days (0.04), or by day (2027-01-01:0.041,...).
    `chosen` says what the borrower takes where the note leaves defeasance or yield maintenance to them.
    `interest_received` is what the lender says it had, this prepayment's included.
    """

    treasury: Points | None = None
    zero_rates: Points | None = None
    chosen: Chosen | None = None
    interest_received: Money | None = None
    explain: bool = False


class CostAsked(PrepaymentAsked, frozen=True, kw_only=True, rename="camel"):
    """The same, for a prepayment of an `amount` of the principal (None: all of it) on a day."""

    on: datetime.date | None = None
    amount: Money | None = None


class PayoffAsked(PrepaymentAsked, frozen=True, kw_only=True, rename="camel"):
    """The same, and what a servicer's ledger knows on the day of a payoff: dollars and cents, None is not known.

    `escrow_credited` says that the lender lowers the payoff by the escrow; else it is returned apart, as reserves are.
    """

    on: datetime.date | None = None
    fees: Money | None = None
    late_charges: Money | None = None
    default_interest: Money | None = None
    suspense: Money | None = None
    escrow: Money | None = None
    reserves: Money | None = None
    escrow_credited: bool = False

    @property
    def ledger(self) -> LedgerFigures:
        """What the ledger knows."""
        return LedgerFigures(
            fees=self.fees,
            late_charges=self.late_charges,
            default_interest=self.default_interest,
            suspense=self.suspense,
            escrow=self.escrow,
            reserves=self.reserves,
            escrow_credited=self.escrow_credited,
        )


def checked_request(asked: A, day: datetime.date) -> A:
    """Return a request about a day with money to the cent; raises `Invalid` naming every bad field."""
    faults = Faults()
    asked = checked(asked, faults)
    if not faults.fields:
        checked_date(day, "on", faults)  # the business date, where no other was asked for
    if isinstance(asked, CostAsked) and asked.on is None:
        for name, value in (("amount", asked.amount), ("interestReceived", asked.interest_received)):
            if value is not None:
                faults.add(name, "belongs to a day: say on=DATE")
    faults.refuse("request")
    return asked
