"""`realinsights portfolio`: show the dashboard's figures."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import click
from rich.console import Console

from realinsights.cli.client import connected
from realinsights.cli.output import json_option, money, multiple, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day, org_option
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
@click.option("--business-date", type=Day(), metavar="DATE", help="As of this date [default: today, UTC].")
@click.option(
    "--maturities",
    type=click.Choice(["year", "quarter", "month"]),
    default="year",
    show_default=True,
    help="How wide a step of the maturity wall is.",
)
@click.option("--history", is_flag=True, help="Also every figure month by month.")
@json_option
@place_options
def portfolio(
    *, place: Place, org: str, business_date: datetime.date | None, maturities: str, history: bool, as_json: bool
) -> None:
    """Show the figures of an organization's portfolio, as of when, and what each leaves out."""
    found = asyncio.run(_dashboard(place, org, business_date, history=history))
    if as_json:
        print_document(found)
    else:
        _print(to_stdout(), found, maturities=maturities)


async def _dashboard(place: Place, org: str, business_date: datetime.date | None, *, history: bool) -> Any:
    on = None if business_date is None else business_date.isoformat()
    async with connected(place, org=org) as client:
        found = await client.get("/dashboard", businessDate=on)
        if history:
            found["history"] = await client.get("/dashboard/history", businessDate=on)
        return found


def _print(console: Console, found: dict[str, Any], *, maturities: str) -> None:
    figures = found["figures"]
    rows = (
        (label, _value(name, figures[name]), _as_of(figures[name]), _left_out(found, figures[name]))
        for name, label in _LABELS.items()
    )
    title = f"Portfolio on {found['businessDate']}"
    console.print(table(title, ("Figure", "Value", "As of", "Left out"), rows, numbers={"Value"}))
    if found["rolled"] is not None:
        _print_rolled(console, found["rolled"])
    outstanding = Decimal(figures["outstanding"]["value"])
    _print_shares(console, f"Maturities by {maturities}", _steps(found["maturities"][maturities], outstanding))
    for name, label in _COMPOSITIONS.items():
        composition = found["compositions"][name]
        _print_shares(console, label, _slices(composition))
        console.print(f"Concentration (HHI)  {composition['concentration']['value'] or 'unknown'}", highlight=False)
    count = int(figures["loanCount"]["value"])
    _print_loans(console, "Largest loans", found["top"], outstanding, count)
    _print_loans(console, "Maturing next", found["upcoming"], outstanding, count)
    if "history" in found:
        _print_history(console, found["history"])


def _print_rolled(console: Console, rolled: dict[str, Any]) -> None:
    """Print which balances are not as they were reported."""
    if rolled["loans"]:
        console.print(
            f"Rolled forward by schedule: {rolled['loans']} loans, {money(rolled['balance'])}, "
            f"{percent(rolled['share'])} of the total, from {money(rolled['recorded'])} as reported {_as_of(rolled)}",
            highlight=False,
        )
    for standing in rolled["asRecorded"]:
        console.print(
            f"As reported: {standing['loans']} loans, {money(standing['balance'])}: {standing['reason']}",
            highlight=False,
        )


def _steps(buckets: list[dict[str, Any]], outstanding: Decimal) -> Iterator[tuple[str, str, str, str]]:
    for bucket in buckets:
        yield bucket["key"], money(bucket["balance"]), percent(bucket["share"]), str(bucket["loans"])
    yield "Total", money(outstanding), percent(_share(outstanding, outstanding)), str(_loans(buckets))


def _slices(composition: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the largest slices, all the others as one, and what they add up to.

    Loans are counted by slice alone: one on properties of two states is a loan of both.
    """
    listed, others = composition["slices"][:_LISTED], composition["slices"][_LISTED:]
    whole = Decimal(composition["balance"])
    for part in listed:
        yield part["name"] or part["key"], money(part["balance"]), percent(part["share"]), str(part["loans"])
    more = len(others) + composition["further"]
    if more:
        balance = _balance(others) + Decimal(composition["furtherBalance"])
        yield f"{more} more", money(balance), percent(_share(balance, whole)), ""
    yield "Total", money(whole), percent(_share(whole, whole)), ""


def _print_shares(console: Console, title: str, rows: Iterable[tuple[str, str, str, str]]) -> None:
    console.print()
    columns = ("", "Balance", "Share", "Loans")
    console.print(table(title, columns, rows, numbers=set(columns) - {""}))


def _print_loans(console: Console, title: str, loans: list[dict[str, Any]], outstanding: Decimal, count: int) -> None:
    """Print some of the outstanding loans, the others as one row, and what they add up to."""
    rows = [
        (
            loan["number"],
            loan["name"],
            loan["expectedMaturityDate"],
            _final_maturity(loan),
            percent(loan["rate"], 4),
            money(loan["balance"]),
            percent(_share(Decimal(loan["balance"]), outstanding)),
        )
        for loan in loans
    ]
    if count > len(loans):
        others = outstanding - _balance(loans)
        rows.append((f"{count - len(loans)} more", "", "", "", "", money(others), percent(_share(others, outstanding))))
    rows.append(("Total", "", "", "", "", money(outstanding), percent(_share(outstanding, outstanding))))
    console.print()
    columns = ("Loan", "Name", "Maturity", "Final maturity", "Rate", "Balance", "Share")
    console.print(table(title, columns, rows, numbers={"Rate", "Balance", "Share"}))


def _final_maturity(loan: dict[str, Any]) -> str:
    """Return the final maturity where the loan is expected to be repaid on another day."""
    final: str = loan["extendedMaturityDate"] or loan["maturityDate"]
    return "" if final == loan["expectedMaturityDate"] else final


def _balance(parts: Iterable[dict[str, Any]]) -> Decimal:
    return sum((Decimal(part["balance"]) for part in parts), Decimal("0.00"))


def _loans(parts: Iterable[dict[str, Any]]) -> int:
    return sum(part["loans"] for part in parts)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


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


def _left_out(found: dict[str, Any], figure: dict[str, Any]) -> str:
    if figure["leftOut"] is None:
        return ""
    # Why, the reason's last words, is the same for a whole column of figures: the JSON has it.
    return "; ".join(
        f"{reason['count']} × {reason['reason'].partition(':')[0]} ({money(reason['balance'])})"
        for reason in found["leftOut"][figure["leftOut"]]["reasons"]
    )
