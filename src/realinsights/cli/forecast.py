"""`realinsights forecast`: what falls due month by month, of all loans or of those that a filter selects."""

from __future__ import annotations

import asyncio
import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from realinsights.cli.client import connected
from realinsights.cli.export import write_file
from realinsights.cli.filtering import filter_option, filter_parameters
from realinsights.cli.output import json_option, money, print_document, table, to_stdout
from realinsights.cli.parameters import Day, org_option
from realinsights.cli.place import Place, place_options

_AMOUNTS = ("interest", "projectedInterest", "principal", "debtService", "balloon", "total")
_COLUMNS = ("Interest", "of it projected", "Principal", "Debt service", "Balloons", "All", "Loans", "Repaid")


@click.command()
@org_option
@click.option("--months", type=int, default=24, show_default=True, help="How many, from that of the business date on.")
@click.option(
    "--scenario",
    metavar="NAME",
    default="flat",
    show_default=True,
    help="How rates go on: flat, forward, or the id of a curve.",
)
@click.option("--shift", type=int, default=0, show_default=True, help="Basis points that projected rates are moved by.")
@filter_option
@click.option("--business-date", type=Day(), metavar="DATE", help="As of this date [default: today, UTC].")
@click.option("--lines", is_flag=True, help="Write each loan and month as CSV instead.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="With --lines: write here.")
@json_option
@place_options
def forecast(
    *,
    place: Place,
    org: str,
    months: int,
    scenario: str,
    shift: int,
    filters: tuple[str, ...],
    business_date: datetime.date | None,
    lines: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Show interest, principal and balloons that fall due month by month, and the loans of which that is not known."""
    given = {
        **filter_parameters(filters),
        "months": months,
        "scenario": scenario,
        "shift": shift,
        "businessDate": None if business_date is None else business_date.isoformat(),
    }
    if output is not None and not lines:
        raise click.UsageError("--output is where --lines are written.")
    if lines:
        write_file(place, org, output, "/forecast/export", **given)
        return
    found = asyncio.run(_forecast(place, org, given))
    if as_json:
        print_document(found)
    else:
        _print(to_stdout(), found)


async def _forecast(place: Place, org: str, given: dict[str, Any]) -> Any:
    async with connected(place, org=org) as client:
        return await client.get("/forecast", **given)


def _print(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (month["month"][:7], *(money(month[name]) for name in _AMOUNTS), str(month["loans"]), str(month["balloons"]))
        for month in found["months"]
    ]
    rows.append(("Total", *(money(found["total"][name]) for name in _AMOUNTS), "", ""))
    title = (
        f"{found['computed']} of {found['loans']} loans, {money(found['computedBalance'])} of "
        f"{money(found['balance'])}, from {found['businessDate']} to {found['last']}"
    )
    console.print(table(title, ("Month", *_COLUMNS), rows, numbers=_COLUMNS))
    for reason in found["leftOut"]:
        numbers = [loan["number"] for loan in reason["loans"]]
        more = reason["count"] - len(numbers)
        named = ", ".join(numbers) + (f" and {more} more" if more else "")
        console.print(
            f"Left out: {reason['count']} loans, {money(Decimal(reason['balance']))} ({named}): {reason['reason']}.",
            highlight=False,
        )
    if found["late"]:
        console.print(f"{found['late']} of the loans are late: what is overdue is not counted.", highlight=False)
    console.print(found["howComputed"], highlight=False)
