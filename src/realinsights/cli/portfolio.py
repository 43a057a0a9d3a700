"""`realinsights portfolio`: the dashboard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console

from realinsights.cli.client import connected
from realinsights.cli.loans import org_option
from realinsights.cli.output import json_option, money, multiple, percent, print_document, table, to_stdout
from realinsights.cli.place import Place, place_options

_LABELS = {
    "outstanding": "Outstanding",
    "original": "Original",
    "loanCount": "Loans",
    "propertyCount": "Properties",
    "weightedRate": "Weighted rate",
    "weightedRemainingYears": "Weighted remaining term, years",
    "dscr": "DSCR (NOI)",
    "dscrNcf": "DSCR (NCF)",
    "ltv": "LTV",
    "debtYield": "Debt yield (NOI)",
    "debtYieldNcf": "Debt yield (NCF)",
    "occupancy": "Occupancy",
    "largestLoan": "Largest loan",
    "maturingWithinYear": "Maturing within a year",
    "pastMaturity": "Past maturity",
}
_COMPOSITIONS = {
    "lender": "By lender",
    "propertyType": "By property type",
    "state": "By state",
    "status": "By status",
    "rateType": "Fixed or floating",
    "amortizationType": "By amortization",
}
_MULTIPLES = {"dscr", "dscrNcf"}
_IN_HISTORY = ("outstanding", "loanCount", "weightedRate", "dscr", "ltv")
_LISTED = 6


@click.command()
@org_option
@click.option("--business-date", metavar="DATE", help="As of this date [default: today, UTC].")
@click.option("--history", is_flag=True, help="Also every figure month by month.")
@json_option
@place_options
def portfolio(*, place: Place, org: str, business_date: str | None, history: bool, as_json: bool) -> None:
    """Show the figures of an organization's portfolio, as of when, and what each leaves out."""
    found = asyncio.run(_dashboard(place, org, business_date, history=history))
    if as_json:
        print_document(found)
    else:
        _print(to_stdout(), found)


async def _dashboard(place: Place, org: str, business_date: str | None, *, history: bool) -> Any:
    async with connected(place, org=org) as client:
        found = await client.get("/dashboard", businessDate=business_date)
        if history:
            found["history"] = await client.get("/dashboard/history", businessDate=business_date)
        return found


def _print(console: Console, found: dict[str, Any]) -> None:
    figures = found["figures"]
    rows = (
        (label, _value(name, figures[name]), _as_of(figures[name]), _left_out(figures[name]))
        for name, label in _LABELS.items()
    )
    title = f"Portfolio on {found['businessDate']}"
    console.print(table(title, ("Figure", "Value", "As of", "Left out"), rows, numbers={"Value"}))
    years = (
        (bucket["key"], money(bucket["balance"]), percent(bucket["share"]), str(bucket["loans"]))
        for bucket in found["maturities"]["year"]
    )
    _print_shares(console, "Maturities by year", years)
    for name, label in _COMPOSITIONS.items():
        slices = (
            (part["name"] or part["key"], money(part["balance"]), percent(part["share"]), str(part["loans"]))
            for part in found["compositions"][name]["slices"][:_LISTED]
        )
        _print_shares(console, label, slices)
    upcoming = (
        (loan["number"], loan["name"], loan["maturityDate"], money(loan["balance"]), percent(loan["rate"], 4))
        for loan in found["upcoming"][:_LISTED]
    )
    console.print()
    columns = ("Loan", "Name", "Maturity", "Balance", "Rate")
    console.print(table("Maturing next", columns, upcoming, numbers={"Balance", "Rate"}))
    if "history" in found:
        _print_history(console, found["history"])


def _print_shares(console: Console, title: str, rows: Iterable[tuple[str, str, str, str]]) -> None:
    console.print()
    columns = ("", "Balance", "Share", "Loans")
    console.print(table(title, columns, rows, numbers=set(columns) - {""}))


def _print_history(console: Console, history: dict[str, Any]) -> None:
    points = {
        series["figure"]: {point["month"]: point["value"] for point in series["points"]} for series in history["series"]
    }
    rows = (
        (month, *(_shown(name, points[name].get(month)) for name in _IN_HISTORY)) for month in points["outstanding"]
    )
    labels = tuple(_LABELS[name] for name in _IN_HISTORY)
    console.print()
    console.print(table("Month by month", ("Month", *labels), rows, numbers=labels))


def _value(name: str, figure: dict[str, Any]) -> str:
    return _shown(name, figure["value"], figure["unit"])


def _shown(name: str, value: str | None, unit: str = "") -> str:
    if name in _MULTIPLES:
        return multiple(value)
    if unit == "money" or name in {"outstanding", "original", "largestLoan", "pastMaturity"}:
        return money(value)
    if unit == "rate" or name == "weightedRate":
        return percent(value, 4)
    if unit == "ratio" or name in {"ltv", "debtYield", "debtYieldNcf", "occupancy"}:
        return percent(value)
    return value or ""


def _as_of(figure: dict[str, Any]) -> str:
    as_of = figure["asOf"]
    if as_of is None:
        return ""
    earliest, latest = as_of["earliest"], as_of["latest"]
    return str(latest) if earliest == latest else f"{earliest} to {latest}"


def _left_out(figure: dict[str, Any]) -> str:
    # Why, the reason's last words, is the same for a whole column of figures: the JSON has it.
    return "; ".join(
        f"{reason['count']} × {reason['reason'].partition(':')[0]} ({money(reason['balance'])})"
        for reason in figure["leftOut"]["reasons"]
    )
