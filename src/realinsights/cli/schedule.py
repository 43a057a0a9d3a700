"""`realinsights schedule`: compute a loan's schedule from its terms, without any data."""

from __future__ import annotations

import csv
import datetime
import sys
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from realinsights.cli.output import money, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day
from realinsights.loans.queries.schedules import loan_schedule
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import add_months
from realinsights_finance.schedule import Installment, Schedule
from realinsights_finance.schedule import schedule as schedule_of
from realinsights_finance.terms import InvalidTerms, LoanTerms
from realinsights_platform.errors import FieldError, Invalid

COLUMNS = ("number", "dueDate", "days", "beginningBalance", "interest", "principal", "payment", "endingBalance")
OPTIONS = {"first_payment": "--first-payment", "amortization_months": "--amortization", "maturity": "--term"}


class Number(click.ParamType[Decimal]):
    """A decimal number; thousands may be separated by commas, and a rate may be said in percent: 5.25%."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Return the number exactly as written."""
        text = str(value).strip().replace(",", "").removeprefix("$")
        try:
            number = Decimal(text.removesuffix("%").strip())
        except InvalidOperation:
            self.fail(f"{value!r} is not a number.", param, ctx)
        if not number.is_finite():
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number.scaleb(-2) if text.endswith("%") else number


@click.command()
@click.option("--principal", type=Number(), required=True, help="Dollars lent, e.g. 10000000.")
@click.option("--rate", type=Number(), required=True, help="Annual rate: 0.0525 or 5.25%.")
@click.option("--term", type=int, required=True, help="Months to maturity, counted in payments.")
@click.option("--amortization", type=int, help="Months over which the payment amortizes; without it: interest only.")
@click.option("--interest-only", type=int, default=0, show_default=True, help="Interest-only months at the start.")
@click.option(
    "--day-count",
    type=click.Choice([day_count.value for day_count in DayCount]),
    default=DayCount.ACTUAL_360.value,
    show_default=True,
    help="How interest accrues; the level payment is on 30/360 in any case.",
)
@click.option("--start", type=Day(), help="Interest runs from here [default: one month before the first payment].")
@click.option("--first-payment", type=Day(), help="First due date [default: one month after --start].")
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def schedule(
    *,
    principal: Decimal,
    rate: Decimal,
    term: int,
    amortization: int | None,
    interest_only: int,
    day_count: str,
    start: datetime.date | None,
    first_payment: datetime.date | None,
    layout: str,
    as_json: bool,
) -> None:
    """Compute a loan's schedule to the cent.

    Example: realinsights schedule --principal 10000000 --rate 5.25% --term 120 --amortization 360 --start 2025-01-01
    """
    start, first_payment = _dates(start, first_payment)
    payment_day = start.day if add_months(start, 1) == first_payment else first_payment.day
    if term < 1:
        raise click.BadParameter("must be at least one month.", param_hint="--term")
    try:
        computed = schedule_of(
            LoanTerms(
                principal=principal,
                rate=rate,
                start=start,
                first_payment=first_payment,
                maturity=add_months(first_payment, min(term, 12_000) - 1, day=payment_day),
                payment_day=payment_day if payment_day != first_payment.day else None,
                day_count=DayCount(day_count),
                amortization_months=amortization,
                interest_only_months=interest_only,
            )
        )
    except InvalidTerms as invalid:
        raise Invalid(
            "These terms make no loan.",
            tuple(FieldError(_option(bad.field), bad.message) for bad in invalid.problems),
        ) from None
    if as_json or layout == "json":
        print_document(loan_schedule(computed))
    elif layout == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_cells(row) for row in computed.installments)
    else:
        _print_table(computed)


def _dates(start: datetime.date | None, first_payment: datetime.date | None) -> tuple[datetime.date, datetime.date]:
    if first_payment is None and start is None:
        raise click.UsageError("Pass when it starts: --start YYYY-MM-DD, or --first-payment YYYY-MM-DD.")
    if first_payment is None and start is not None:
        return start, add_months(start, 1)
    assert first_payment is not None  # noqa: S101 - the first branch leaves no other case; mypy cannot see it
    return start or add_months(first_payment, -1), first_payment


def _option(field: str) -> str:
    return OPTIONS.get(field, "--" + field.removesuffix("_months").replace("_", "-"))


def _cells(row: Installment) -> tuple[str, ...]:
    amounts = (row.beginning_balance, row.interest, row.principal, row.payment, row.ending_balance)
    return (str(row.number), row.due_date.isoformat(), str(row.days), *map(str, amounts))


def _print_table(computed: Schedule) -> None:
    columns = ("#", "Due", "Days", "Beginning balance", "Interest", "Principal", "Payment", "Ending balance")
    terms = computed.terms
    rows = ((*_cells(row)[:3], *map(money, _cells(row)[3:])) for row in computed.installments)
    console = to_stdout()
    title = f"{money(terms.principal)} at {percent(terms.rate, 4)}, {terms.day_count.value}, due {terms.maturity}"
    console.print(table(title, columns, rows, numbers=set(columns) - {"Due"}))
    console.print(f"Level payment              {money(computed.level_payment) or 'none: interest only'}")
    console.print(f"Total interest             {money(computed.total_interest)}")
    console.print(f"Due at maturity            {money(computed.due_at_maturity)}")
    console.print(f"  of which principal       {money(computed.balloon_principal)}")
    console.print(f"Quoted as the balloon      {money(computed.balance_after_last_regular_payment)}")
    console.print(f"Weighted average life      {computed.weighted_average_life():.6f} years")
