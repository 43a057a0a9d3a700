"""`realinsights report`: make a report of an organization's loans and write it to a file."""

from __future__ import annotations

import asyncio
import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from realinsights.cli.client import Client, connected, loan_id_of
from realinsights.cli.output import to_stderr
from realinsights.cli.parameters import Day, org_option
from realinsights.cli.place import Place, place_options
from realinsights_platform.errors import Conflict

KINDS = ("debt-schedule", "loan-abstract", "maturities", "lender-exposure", "concentrations", "ageing", "changes")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@org_option
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here [default: KIND-DATE.xlsx].")
@click.option("--pdf", is_flag=True, help="Write a PDF instead of a workbook; it holds 5,000 rows at most.")
@click.option("--title", metavar="TEXT", help="The heading of the cover.")
@click.option("--as-of", type=Day(), metavar="DATE", help="Roll balances forward to this day by their schedules.")
@click.option("--since", type=Day(), metavar="DATE", help="Of changes: those after this day.")
@click.option("--loan", metavar="NUMBER", help="Of a loan abstract: the loan's number.")
@place_options
def report(
    *,
    place: Place,
    kind: str,
    org: str,
    output: Path | None,
    pdf: bool,
    title: str | None,
    as_of: datetime.date | None,
    since: datetime.date | None,
    loan: str | None,
) -> None:
    """Make a report, each total of which is the dashboard's to the cent."""
    asked = {"title": title, "asOf": as_of and as_of.isoformat(), "since": since and since.isoformat()}
    asked = {key: value for key, value in asked.items() if value}
    asyncio.run(_report(place, org=org, kind=kind, asked=asked, loan=loan, format_="pdf" if pdf else "xlsx", to=output))


async def _report(
    place: Place, *, org: str, kind: str, asked: dict[str, Any], loan: str | None, format_: str, to: Path | None
) -> None:
    async with connected(place, org=org) as client:
        if loan is not None:
            asked["loanId"] = await loan_id_of(client, loan)
        run = await _made(client, kind, asked)
        path = to or Path(f"{kind}-{run['parameters']['asOf'] or run['businessDate']}.{format_}")
        draft = path.with_name(f".{path.name}.part")
        try:
            with draft.open("wb") as file:
                async with client.stream(f"/reports/runs/{run['id']}/report.{format_}") as parts:
                    async for part in parts:
                        file.write(part)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    balance = Decimal(run["balance"])
    to_stderr().print(
        f"{path}: {run['loans']:,} outstanding loans, {balance:,}; entry {run['sequence']:,} of the journal."
    )


async def _made(client: Client, kind: str, asked: dict[str, Any]) -> Any:
    """Have the report made, and wait until it is."""
    run = await client.post(f"/reports/{kind.replace('-', '_')}/runs", json=asked)
    async with client.stream(f"/reports/runs/{run['id']}/events") as parts:
        async for _ in parts:
            pass  # they end when the run is at rest
    run = await client.get(f"/reports/runs/{run['id']}")
    if run["state"] != "done":
        raise Conflict(run["error"] or "The report was not made. Ask for it again.")
    return run
