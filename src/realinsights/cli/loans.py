"""`realinsights loans`: list the loans."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from realinsights.cli.client import connected
from realinsights.cli.output import json_option, money, percent, print_document, table, to_stdout
from realinsights.cli.parameters import org_option
from realinsights.cli.place import Place, place_options


@click.command()
@org_option
@click.option("--search", metavar="WORDS", help="Words of number, name or borrower.")
@click.option("--status", multiple=True, help="Only loans of this status, e.g. current, 30_days; may be repeated.")
@click.option("--order", default="number", show_default=True, help="A field; -maturityDate is descending.")
@json_option
@place_options
def loans(*, place: Place, org: str, search: str | None, status: tuple[str, ...], order: str, as_json: bool) -> None:
    """List an organization's loans."""
    found = asyncio.run(_list(place, org, q=search, status=list(status) or None, order=order))
    if as_json:
        print_document({"loans": found, "total": len(found)})
        return
    rows = (
        (
            loan["number"],
            loan["name"],
            loan["status"],
            money(loan["originalBalance"]),
            money(loan["currentBalance"]),
            percent(loan["rate"], 4),
            loan["expectedMaturityDate"],
            "" if loan["expectedMaturityDate"] == loan["extendedMaturityDate"] else loan["extendedMaturityDate"],
            loan["borrower"] or "",
        )
        for loan in found
    )
    columns = ("Number", "Name", "Status", "Original", "Outstanding", "Rate", "Maturity", "Final maturity", "Borrower")
    console = to_stdout()
    console.print(table("", columns, rows, numbers={"Original", "Outstanding", "Rate"}))
    console.print(f"{len(found)} loans")


async def _list(place: Place, org: str, **parameters: Any) -> list[Any]:
    async with connected(place, org=org) as client:
        return [loan async for loan in client.pages("/loans", **parameters)]
