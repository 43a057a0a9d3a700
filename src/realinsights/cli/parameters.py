"""Types of command-line options; a value that cannot be is wrong usage, before anything is opened."""

from __future__ import annotations

import datetime
from typing import Any

import click

from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR


class Day(click.ParamType[datetime.date]):
    """A date that exists, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """Return the date."""
        try:
            day = datetime.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date that exists; write it as YYYY-MM-DD.", param, ctx)
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            self.fail(f"{value!r} lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}.", param, ctx)
        return day


class OrganizationName(click.ParamType[str]):
    """An organization's name or id."""

    name = "organization"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name without blanks around it."""
        name = str(value).strip()
        if not name:
            self.fail("it is empty; pass the organization's name.", param, ctx)
        return name


org_option = click.option("--org", type=OrganizationName(), metavar="NAME", required=True, help="The organization.")
