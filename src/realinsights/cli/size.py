"""`realinsights size`: size a loan by a lender's tests, or the refinance of a loan of the product."""

from __future__ import annotations

import asyncio
import datetime
from decimal import Decimal
from typing import Any

import click
import msgspec

from realinsights.cli.client import read_of_loan
from realinsights.cli.new_loan import TESTS, new_loan_options, on_the_wire
from realinsights.cli.output import json_option, money, multiple, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day
from realinsights.cli.place import Place, place_options
from realinsights.cli.schedule import Number
from realinsights.loans.model.sizing import SizingRequest, sized_loan
from realinsights_platform.errors import FieldError, Invalid

OPTIONS = {
    **TESTS,
    "tests": " or ".join(TESTS.values()),
    "income": "--income",
    "noi": "--income",
    "value": "--value",
    "cost": "--cost",
    "rate": "--rate",
    "rateFloor": "--rate-floor",
    "amortizationMonths": "--amortization",
    "multipleOf": "--multiple-of",
    "noiGrowth": "--noi-growth",
    "capRate": "--cap-rate",
    "balloon": "--balloon",
    "costRate": "--cost-rate",
    "fixedCosts": "--fixed-costs",
    "on": "--on",
}
WORDS = {
    "ltv": "LTV",
    "dscr": "DSCR",
    "debt_yield": "Debt yield",
    "ltc": "LTC",
    "icr": "ICR",
}
_MULTIPLES = {"dscr", "icr"}


@click.command()
@click.option("--income", type=Number(), help="A year's NOI (or NCF), in dollars.")
@click.option("--value", type=Number(), help="The property's value, in dollars.")
@click.option("--cost", type=Number(), help="What the property costs, in dollars, for --max-ltc.")
@new_loan_options
@click.option("--max-ltc", type=Number(), help="Balance over cost at most: 0.75 or 75%.")
@click.option("--min-icr", type=Number(), help="Income over a year's interest at least: 2.")
@click.option("--multiple-of", type=Number(), help="Round the loan down to a multiple of this: 1000.")
@click.option("--explain", is_flag=True, help="Also say how it was computed.")
@click.option("--org", metavar="NAME", help="Of a loan of this organization: its refinance.")
@click.option("--loan", metavar="NUMBER", help="The loan's number; figures that are not stated are its own.")
@click.option("--on", type=Day(), metavar="DATE", help="Refinance on this day [default: its expected maturity].")
@click.option("--business-date", type=Day(), metavar="DATE", help="As of this date [default: today, UTC].")
@click.option("--noi-growth", type=Number(), help="Growth of the income a year: 2%.")
@click.option("--cap-rate", type=Number(), help="Value the property at the income over this rate: 6.5%.")
@click.option("--balloon", type=Number(), help="What is due, in place of what the schedule says.")
@click.option("--cost-rate", type=Number(), help="Costs of a refinance over the new loan: 1%.")
@click.option("--fixed-costs", type=Number(), help="Costs of a refinance in dollars.")
@json_option
@place_options
def size(
    *,
    place: Place,
    income: Decimal | None,
    value: Decimal | None,
    cost: Decimal | None,
    new_loan: dict[str, Any],
    max_ltc: Decimal | None,
    min_icr: Decimal | None,
    multiple_of: Decimal | None,
    explain: bool,
    org: str | None,
    loan: str | None,
    on: datetime.date | None,
    business_date: datetime.date | None,
    noi_growth: Decimal | None,
    cap_rate: Decimal | None,
    balloon: Decimal | None,
    cost_rate: Decimal | None,
    fixed_costs: Decimal | None,
    as_json: bool,
) -> None:
    """Find the largest loan by every test that is stated, which binds, and what it costs.

    No data is needed. With --org and --loan: what a loan's balloon leaves uncovered on the day it is due, under the
    defaults that the answer names.
    """
    alone = {"cost": cost, "maximumLtc": max_ltc, "minimumIcr": min_icr, "multipleOf": multiple_of}
    of_loan = {
        "noiGrowth": noi_growth,
        "capRate": cap_rate,
        "balloon": balloon,
        "costRate": cost_rate,
        "fixedCosts": fixed_costs,
        "on": None if on is None else on.isoformat(),
        "businessDate": None if business_date is None else business_date.isoformat(),
    }
    if (org is None) != (loan is None):
        raise click.UsageError("Pass --org and --loan together: a loan is one of an organization.")
    if loan is None or org is None:
        _refuse_stated(of_loan, "needs --org and --loan: it is of a stored loan's refinance")
        given = {**new_loan, **on_the_wire({"income": income, "value": value, **alone})}
        found = _sized(given, explain=explain)
        shown = _print_sized
    else:
        _refuse_stated(alone, "is of a loan without data: leave out --loan")
        given = {**new_loan, **on_the_wire({"noi": income, "value": value, **of_loan})}
        found = _by_option(
            lambda: asyncio.run(
                read_of_loan(place, org, loan, "refinance", {**given, "explain": "true" if explain else None})
            )
        )
        shown = _print_refinance
    if as_json:
        print_document(found)
    else:
        shown(found)


def _refuse_stated(stated: dict[str, Any], why: str) -> None:
    for name, value in stated.items():
        if value is not None:
            raise click.UsageError(f"{OPTIONS.get(name, '--business-date')} {why}.")


def _sized(given: dict[str, Any], *, explain: bool) -> dict[str, Any]:
    if "rate" not in given:
        raise click.UsageError("Pass --rate: the new loan's annual rate.")
    if not given.get("amortizationMonths", 1):
        del given["amortizationMonths"]
    asked = msgspec.convert(given, SizingRequest)
    told = _by_option(lambda: sized_loan(asked, explain=explain))
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return document


def _by_option(work: Any) -> Any:
    """Return what is computed; what is refused is named by the option that says it."""
    try:
        return work()
    except Invalid as refused:
        fields = tuple(FieldError(OPTIONS.get(bad.field, bad.field), bad.message, bad.code) for bad in refused.fields)
        raise Invalid("The loan cannot be sized.", fields) from None


def _print_sized(found: dict[str, Any]) -> None:
    console = to_stdout()
    rows = [
        (
            WORDS[limit["test"]],
            _threshold(limit),
            money(limit["maximum"]) or "no limit",
            money(limit["slack"]),
            "binds" if limit["binding"] else "",
        )
        for limit in found["limits"]
    ]
    columns = ("Test", "Threshold", "Largest loan", "Slack", "")
    console.print(table("", columns, rows, numbers={"Largest loan", "Slack"}))
    payment = money(found["payment"]) or found["noPayment"]
    console.print(
        f"Largest loan {money(found['proceeds'])}, by {WORDS[found['binding']]}. "
        f"Monthly payment {payment}; a year {money(found['annualDebtService'])}.",
        highlight=False,
    )
    print_explained(console, found.get("explained"))


def _threshold(limit: dict[str, Any]) -> str:
    value = limit["threshold"]
    return multiple(value) if limit["test"] in _MULTIPLES else percent(value)


def _print_refinance(found: dict[str, Any]) -> None:
    console = to_stdout()
    extended = ", extended" if found["extended"] else ""
    console.print(f"Loan {found['number']} on {found['on']}{extended}", highlight=False)
    rows = [
        (label, money(figure["value"]) or "unknown", figure["asOf"] or "", figure["unknown"] or figure["basis"] or "")
        for label, figure in (
            ("Balloon", found["balloon"]),
            ("NOI", found["income"]),
            ("Value", found["value"]),
        )
    ]
    console.print(table("", ("", "Amount", "As of", "Basis"), rows, numbers=("Amount",)))
    if found["sizing"] is None:
        console.print(f"Not sized: {'; '.join(found['unknown'])}.", highlight=False)
    else:
        _print_sized(found["sizing"])
        word = "Financeable" if found["financeable"] else "Not financeable"
        console.print(f"{word}: gap {money(found['gap'])}, costs {money(found['costs'])}.", highlight=False)
        rate = percent(found["breakEvenRate"], 6) or f"none: {found['noBreakEven']}"
        console.print(f"Break-even rate of the DSCR test {rate}.", highlight=False)
    console.print(f"Assumed: {', '.join(assumed_words(found['assumptions']))}.", highlight=False)
    print_explained(console, found.get("explained"))


def assumed_words(assumptions: list[dict[str, Any]]) -> list[str]:
    """Return what was assumed in words, what is a default marked so."""
    return [
        f"{each['name']} {each['value']}{' (default)' if each['default'] else ''}"
        for each in assumptions
        if each["value"] is not None
    ]


def print_explained(console: Any, explained: dict[str, Any] | None) -> None:
    """Print how figures came about."""
    for name, how in (explained or {}).items():
        console.print(f"\n{name}: {how['formula']}", highlight=False)
        for part in (*how["inputs"], *how["steps"]):
            console.print(f"  {part['name']}  {'unknown' if part['value'] is None else part['value']}", highlight=False)
        console.print(f"  rounding: {how['rounding']}", highlight=False)
