"""`realinsights stress`: the portfolio, or one of its loans, under a shock to rates, income and values."""

from __future__ import annotations

import asyncio
import datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console

from realinsights.cli.client import connected, loan_id_of
from realinsights.cli.filtering import filter_option, filter_parameters
from realinsights.cli.new_loan import new_loan_options, on_the_wire
from realinsights.cli.output import json_option, money, multiple, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day, org_option
from realinsights.cli.place import Place, place_options
from realinsights.cli.schedule import Number
from realinsights.cli.size import WORDS, assumed_words, print_explained

PARTS = {
    "base": "Today",
    "rate": "Rates alone",
    "income": "Income alone",
    "value": "Values alone",
    "joint": "All together",
}

_LEVERS = {"income": "NOI falls by", "rate": "Indices rise by", "cap_rate": "Cap rates rise by"}
_UNMOVED = {True: "any move to {}", False: "does not hold today", None: "unknown"}


@click.command()
@org_option
@click.option("--loan", metavar="NUMBER", help="Of this loan alone.")
@click.option("--rate-shift", type=Number(), help="Added to indices and the rate of new loans: 0.01 or 1%.")
@click.option("--income", "income_change", type=Number(), help="Change of income: -10%.")
@click.option("--cap-rate-shift", type=Number(), help="Added to each loan's own cap rate: 0.5%.")
@click.option("--value", "value_change", type=Number(), help="Change of values besides: -5%.")
@new_loan_options
@click.option("--cost-rate", type=Number(), help="Costs of a refinance over the new loan: 1%.")
@click.option("--by", type=click.Choice(["year", "quarter", "month"]), default="year", show_default=True)
@filter_option
@click.option("--business-date", type=Day(), metavar="DATE", help="As of this date [default: today, UTC].")
@click.option(
    "--reverse", is_flag=True, help="Also say what it takes to break the limits of --min-dscr and the others."
)
@click.option("--explain", is_flag=True, help="Also say how the figures were computed.")
@json_option
@place_options
def stress(
    *,
    place: Place,
    org: str,
    loan: str | None,
    rate_shift: Decimal | None,
    income_change: Decimal | None,
    cap_rate_shift: Decimal | None,
    value_change: Decimal | None,
    new_loan: dict[str, Any],
    cost_rate: Decimal | None,
    by: str,
    filters: tuple[str, ...],
    business_date: datetime.date | None,
    reverse: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Show what a shock does to coverage and leverage, and what new loans would then pay of the balloons."""
    given = {
        **filter_parameters(filters),
        **new_loan,
        **on_the_wire(
            {
                "rateShift": rate_shift,
                "incomeChange": income_change,
                "capRateShift": cap_rate_shift,
                "valueChange": value_change,
                "costRate": cost_rate,
            }
        ),
        "by": by,
        "businessDate": None if business_date is None else business_date.isoformat(),
        "explain": "true" if explain else None,
        "reverse": "true" if reverse else None,
    }
    found = asyncio.run(_stressed(place, org, loan, given))
    if as_json:
        print_document(found)
    else:
        _print(to_stdout(), found)


async def _stressed(place: Place, org: str, loan: str | None, given: dict[str, Any]) -> Any:
    async with connected(place, org=org) as client:
        if loan is not None:
            given["loanId"] = await loan_id_of(client, loan)
        return await client.get("/portfolio/stress", **given)


def _print(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (
            PARTS[outcome["part"]],
            money(outcome["income"]),
            money(outcome["netDebtService"]),
            multiple(outcome["dscr"]) or "unknown",
            percent(outcome["ltv"]) or "unknown",
            percent(outcome["debtYield"]) or "unknown",
            money(outcome["balloon"]),
            money(outcome["financeable"]),
            money(outcome["gap"]),
            str(outcome["gapLoans"]),
        )
        for outcome in found["outcomes"]
    ]
    columns = (
        *("", "NOI", "Debt service, net of hedges", "DSCR", "LTV", "Debt yield"),
        *("Balloons", "Financeable", "Gap", "Loans with a gap"),
    )
    title = (
        f"{found['measured']} of {found['loans']} loans, {money(found['measuredBalance'])} "
        f"of {money(found['balance'])}, on {found['businessDate']}"
    )
    console.print(table(title, columns, rows, numbers=columns[1:]))
    _print_wall(console, found)
    _print_widest(console, found["widestGaps"])
    _print_reverse(console, found.get("reverse") or [])
    for name, left_out in found["leftOut"].items():
        for reason in left_out["reasons"]:
            console.print(
                f"Left out of {name}: {reason['count']} loans, {money(reason['balance'])}: {reason['reason']}",
                highlight=False,
            )
    console.print(f"New loan: {', '.join(assumed_words(found['newLoan']))}.", highlight=False)
    print_explained(console, found.get("explained"))


def _print_wall(console: Console, found: dict[str, Any]) -> None:
    names = ("balance", "balloon", "financeable", "gap", "notSized", "withoutSchedule", "extended")
    bars = (*found["wall"], {"key": "Total", **found["total"]})
    rows = [(bar["key"], *(money(bar[name]) for name in names)) for bar in bars]
    columns = (
        *("Maturity", "Balance today", "Balloon", "Financeable", "Gap", "Not sized"),
        *("Without a schedule", "Extended to later"),
    )
    console.print()
    console.print(table("Balloons under all of it", columns, rows, numbers=columns[1:]))


def _print_widest(console: Console, lines: list[dict[str, Any]]) -> None:
    if not lines:
        return
    rows = [
        (
            line["number"],
            line["name"],
            line["dueOn"],
            money(line["balloon"]),
            money(line["proceeds"]),
            money(line["gap"]),
            WORDS[line["binding"]],
        )
        for line in lines
    ]
    columns = ("Loan", "Name", "Due", "Balloon", "New loan", "Gap", "Binds")
    console.print()
    console.print(table("Widest gaps", columns, rows, numbers={"Balloon", "New loan", "Gap"}))


def _print_reverse(console: Console, points: list[dict[str, Any]]) -> None:
    if not points:
        return
    rows = [
        (
            WORDS[point["test"]],
            multiple(point["limit"]) if point["test"] == "dscr" else percent(point["limit"]),
            _LEVERS[point["lever"]],
            percent(point["rateShift"]),
            percent(point["move"]) or _UNMOVED[point["holds"]].format(percent(point["most"])),
        )
        for point in points
    ]
    console.print()
    console.print(
        table("What it takes to break a limit", ("Test", "Limit", "Moves", "Rates up by", "Holds up to"), rows)
    )
