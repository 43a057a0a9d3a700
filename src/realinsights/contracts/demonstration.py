"""Demonstration: who puts it in, how its things are known, and what its parts tell each other in their steps."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

ACTOR: Final = "system:demonstration"
"""The actor of all that the demonstration puts in and takes out; nobody else can be it."""

TAG: Final = "demonstration"
"""The tag of the demonstration's loans, properties, lenders, funds, portfolios and notes."""


KEPT: Final = "kept"
"""The count of what had to stay of the demonstration, in the answer of a service that took it out."""


class FiledLoan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan of the demonstration, with its property and its lender, as its documents tell of them."""

    id: str
    number: str
    name: str
    borrower: str | None
    guarantor: str | None
    original_balance: Decimal
    rate: Decimal
    origination_date: datetime.date
    maturity_date: datetime.date
    amortization_months: int | None
    property_id: str
    property_name: str
    address: str | None
    city: str | None
    state: str | None
    year_built: int | None
    value: Decimal | None
    valued_on: datetime.date | None
    lender_id: str
    lender_name: str
    contact_name: str | None
    contact_email: str | None


class NotedLoan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The loan that notes are about, with its property and its lender, and the loan that matures next; by id."""

    id: str
    property_id: str
    lender_id: str
    maturing_id: str


class DemonstrationFacts(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The facts of the demonstration's steps.

    `asker` is the member who asked for it, `colleague` the invented one, where there is one. Loans tell which loans
    documents and notes are about. Where it is taken out, `things` and `documents` are the ids of what is gone.
    """

    asker: str | None = None
    colleague: str | None = None
    filed: FiledLoan | None = None
    noted: NotedLoan | None = None
    things: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    because: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> DemonstrationFacts:
        """Return the facts that a step was told."""
        return msgspec.convert(told, cls)

    def told(self) -> dict[str, Any]:
        """Return the facts as a step tells them."""
        facts: dict[str, Any] = msgspec.to_builtins(self)
        return facts
