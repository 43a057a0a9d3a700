"""`realinsights prepay`: what prepaying a loan costs, of the product or of terms that are stated."""

from __future__ import annotations

import asyncio
import datetime
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console

from realinsights.cli.client import read_of_loan
from realinsights.cli.output import json_option, money, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day
from realinsights.cli.place import Place, place_options
from realinsights.cli.schedule import Number
from realinsights.cli.stated_loans import fractions, loan_options, stated_loan, stored_number
from realinsights.loans.model.prepayment import Chosen
from realinsights.loans.model.prepayment_asked import CostAsked, PrepaymentAsked
from realinsights.loans.queries.prepayment import prepayment_of

C = TypeVar("C", bound=Callable[..., Any])

_ASKED = (
    click.option(
        "--treasury", metavar="YIELD", help="The Treasury yield, 3.75%, or a curve by months: 12:4.02%,24:3.99%."
    ),
    click.option(
        "--zero-rates", metavar="RATES", help="For a defeasance: 4%, or by day 2027-01-01:4.1%,2030-01-01:4.2%."
    ),
    click.option(
        "--choose",
        "chosen",
        type=click.Choice([each.value.replace("_", "-") for each in Chosen]),
        help="What the borrower takes where the note leaves it to them.",
    ),
    click.option("--interest-received", type=Number(), help="Interest that the lender had, this payoff's included."),
    click.option("--explain", "explained", is_flag=True, help="Say how it came about."),
)


def asked_options(command: C) -> C:
    """Add what a prepayment's cost is computed from besides the loan."""
    for option in reversed(_ASKED):
        command = option(command)
    return command


def asked_values(options: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a request that the options state."""
    treasury, zero_rates, chosen = options["treasury"], options["zero_rates"], options["chosen"]
    return {
        "treasury": None if treasury is None else fractions(treasury),
        "zero_rates": None if zero_rates is None else fractions(zero_rates),
        "chosen": None if chosen is None else Chosen(chosen.replace("-", "_")),
        "interest_received": options["interest_received"],
        "explain": options["explained"],
    }


def asked_parameters(asked: PrepaymentAsked) -> dict[str, str]:
    """Return a request as the query of an address."""
    stated = msgspec.to_builtins(asked, builtin_types=(Decimal,))
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in stated.items()
        if value is not None and value is not False
    }


def as_document(answer: msgspec.Struct) -> Any:
    """Return an answer as the API gives it."""
    return msgspec.json.decode(msgspec.json.Encoder(decimal_format="string").encode(answer))


@loan_options
@click.command()
@click.option("--on", type=Day(), metavar="DATE", help="The day of the prepayment [default: each payment date].")
@click.option("--amount", type=Number(), help="The principal prepaid on that day [default: all of it].")
@click.option("--after", type=Day(), metavar="DATE", help="List payment dates after this day [default: all, or today].")
@asked_options
@json_option
@place_options
def prepay(
    *,
    place: Place,
    on: datetime.date | None,
    amount: Decimal | None,
    after: datetime.date | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Compute what prepaying a loan costs: on each payment date to maturity, or on one day, all or a part.

    Example: realinsights prepay --principal 9950000 --rate 6% --term 120 --start 2025-01-01 --on 2026-01-01
    --phase 'step-down percentages=5%,4%,3%,2%,1% months-before-maturity=3' --phase open
    """
    asked = CostAsked(on=on, amount=amount, **asked_values(options))
    stored = stored_number(options)
    if stored is not None:
        parameters = asked_parameters(asked)
        if after is not None:
            parameters["businessDate"] = after.isoformat()
        found = asyncio.run(read_of_loan(place, *stored, "prepayment", parameters))
    else:
        loan, basis_on = stated_loan(options)
        day = on or after or loan.origination_date
        computed = prepayment_of(loan, business_date=day, asked=asked, basis=basis_on(on=day))
        found = as_document(msgspec.structs.replace(computed, loan_id=None, number=None))
    if as_json:
        print_document(found)
    else:
        _print(found)


def _print(found: Any) -> None:
    console = to_stdout()
    phases = (
        (phase["kind"] or "not stated", phase["fromDate"], phase["until"], phase["formula"])
        for phase in found["phases"]
    )
    console.print(table("Phases", ("Kind", "From", "Until", "What it asks"), phases))
    rows = (
        (
            cost["on"],
            cost["kind"] or "not stated",
            money(cost["principal"] or cost["balance"]),
            money(cost["premium"]),
            money(cost["fees"]),
            money(cost["total"]) or cost["state"].replace("_", " "),
            percent(cost["reinvestedAt"], 4),
        )
        for cost in found["costs"]
    )
    columns = ("On", "Phase", "Principal", "Premium", "Fees", "Cost", "Reinvested at")
    console.print(table("", columns, rows, numbers=set(columns[2:])))
    reasons = (cost["reason"] for cost in found["costs"] if cost["state"] == "unknown")
    for reason, _ in itertools.groupby(reasons):
        console.print(f"Not known: {reason}.")
    if found["notComputed"] is not None:
        console.print(f"Not computed: {found['notComputed']}.")
    for words in dict.fromkeys(words for phase in found["phases"] for words in phase["assumed"]):
        console.print(f"Taken as usual: {words}")
    for words in found["assumptions"]:
        console.print(f"Taken as given: {words}")
    print_explained(console, found)


def print_explained(console: Console, found: Any) -> None:
    """Print how a figure came about, where it was asked for."""
    explained = found["explained"]
    if explained is None:
        return
    console.print(f"Formula      {explained['formula']}")
    console.print(f"Convention   {explained['convention']}")
    console.print(f"Rounding     {explained['rounding']}")
    parts = (
        (part["name"], part["value"] or "unknown", part["unit"]) for part in (*explained["inputs"], *explained["steps"])
    )
    console.print(table("", ("Input or step", "Value", "Unit"), parts))
