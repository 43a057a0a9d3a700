"""Options of a new loan, the same for every command that sizes one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import click

from realinsights.cli.schedule import Number
from realinsights_finance.day_count import DayCount

F = TypeVar("F", bound=Callable[..., Any])

TESTS = {
    "maximumLtv": "--max-ltv",
    "minimumDscr": "--min-dscr",
    "minimumDebtYield": "--min-debt-yield",
    "maximumLtc": "--max-ltc",
    "minimumIcr": "--min-icr",
}


def new_loan_options(command: F) -> F:
    """Give a command the options of a lender's quote and tests as `new_loan`, by their names on the wire."""

    @click.option("--rate", type=Number(), help="The new loan's annual rate: 0.0625 or 6.25%.")
    @click.option(
        "--amortization", type=click.IntRange(0, 1200), help="Months its payment amortizes over; 0: interest only."
    )
    @click.option(
        "--day-count",
        type=click.Choice([day_count.value for day_count in DayCount]),
        help="How its interest accrues, which counts where it is interest-only.",
    )
    @click.option("--max-ltv", type=Number(), help="Balance over value at most: 0.65 or 65%.")
    @click.option("--min-dscr", type=Number(), help="Income over debt service at least: 1.25.")
    @click.option("--min-debt-yield", type=Number(), help="Income over balance at least: 0.09 or 9%.")
    @click.option("--rate-floor", type=Number(), help="The lowest rate that the DSCR test is made at.")
    @functools.wraps(command)
    def with_new_loan(
        *arguments: Any,
        rate: Decimal | None,
        amortization: int | None,
        day_count: str | None,
        max_ltv: Decimal | None,
        min_dscr: Decimal | None,
        min_debt_yield: Decimal | None,
        rate_floor: Decimal | None,
        **options: Any,
    ) -> Any:
        stated = {
            "rate": rate,
            "amortizationMonths": amortization,
            "dayCount": day_count,
            "maximumLtv": max_ltv,
            "minimumDscr": min_dscr,
            "minimumDebtYield": min_debt_yield,
            "rateFloor": rate_floor,
        }
        return command(*arguments, new_loan=on_the_wire(stated), **options)

    # click's decorators and functools.wraps keep the function, with options added to it
    return with_new_loan  # type: ignore[return-value]


def on_the_wire(stated: dict[str, Any]) -> dict[str, Any]:
    """Return what was stated, decimals as text."""
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in stated.items() if value is not None
    }
