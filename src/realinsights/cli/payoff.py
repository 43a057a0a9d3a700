"""`realinsights payoff`: what repays a loan on a day, of the product or of terms that are stated."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import click
import msgspec

from realinsights.cli.client import read_of_loan
from realinsights.cli.output import json_option, money, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day
from realinsights.cli.place import Place, place_options
from realinsights.cli.prepay import as_document, asked_options, asked_parameters, asked_values, print_explained
from realinsights.cli.schedule import Number
from realinsights.cli.stated_loans import loan_options, stated_loan, stored_number
from realinsights.loans.model.prepayment_asked import PayoffAsked
from realinsights.loans.queries.payoff import payoff_of

LEDGER = ("fees", "late_charges", "default_interest", "suspense", "escrow", "reserves")


@loan_options
@click.command()
@click.option("--on", type=Day(), required=True, metavar="DATE", help="The day of the payoff.")
@asked_options
@click.option("--fees", type=Number(), help="Fees that are open, in dollars [default: not known].")
@click.option("--late-charges", type=Number(), help="Late charges that are open.")
@click.option("--default-interest", type=Number(), help="Default interest that is open.")
@click.option("--suspense", type=Number(), help="Money received and not yet applied: it is credited.")
@click.option("--escrow", type=Number(), help="The escrow's balance: returned apart, unless it is credited.")
@click.option("--reserves", type=Number(), help="The reserves' balance: returned apart.")
@click.option("--escrow-credited", is_flag=True, help="The lender lowers the payoff by the escrow.")
@json_option
@place_options
def payoff(*, place: Place, on: datetime.date, as_json: bool, **options: Any) -> None:
    """Quote what repays a loan on a day, to the cent, and say what of it is not known.

    Example: realinsights payoff --on 2032-01-01 --treasury 3.75% --principal 10000000 --rate 5.25% --term 120
    --amortization 360 --start 2025-01-01 --phase 'yield-maintenance formula=remaining-payments floor=1%'
    """
    stated = {name: options[name] for name in LEDGER} | {"escrow_credited": options["escrow_credited"]}
    stored = stored_number(options)
    if stored is not None:
        parameters = asked_parameters(PayoffAsked(on=on, **asked_values(options), **stated))
        found = asyncio.run(read_of_loan(place, *stored, "payoff", parameters))
    else:
        loan, basis_on = stated_loan(options)
        asked = PayoffAsked(on=on, **asked_values(options), **stated)
        quote = payoff_of(loan, business_date=on, asked=asked, basis=basis_on(on=on))
        found = as_document(msgspec.structs.replace(quote, loan_id=None, number=None))
    if as_json:
        print_document(found)
    else:
        _print(found)


def _print(found: Any) -> None:
    console = to_stdout()
    of_loan = f" of loan {found['number']}" if found["number"] else ""
    rows = (
        (line["name"], money(line["amount"]) or "unknown", line["effect"], line["reason"] or "")
        for line in found["lines"]
    )
    console.print(
        table(
            f"Payoff{of_loan} on {found['on']}",
            ("Item", "Amount", "Effect", "Why it is not known"),
            rows,
            numbers={"Amount"},
        )
    )
    console.print(f"Total {found['inWords']}")
    if found["perDiem"] is not None:
        days = found["interestDays"]
        console.print(f"Interest of {days} days, {found['dayCount']}; each further day {money(found['perDiem'])}")
    prepayment = found["prepayment"]
    if prepayment is not None:
        at = f", reinvested at {percent(prepayment['reinvestedAt'], 4)}" if prepayment["reinvestedAt"] else ""
        console.print(f"Prepayment: {prepayment['kind'] or 'not stated'}: {prepayment['formula']}{at}")
    for words in found["assumptions"]:
        console.print(f"Taken as given: {words}")
    print_explained(console, found)
