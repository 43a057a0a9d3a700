"""Filters of the dashboard as the command line takes them."""

from __future__ import annotations

import click

filter_option = click.option(
    "--filter",
    "filters",
    metavar="NAME=VALUE",
    multiple=True,
    help="A filter of the dashboard by its name in an address, e.g. state=TX; may be repeated.",
)


def filter_parameters(stated: tuple[str, ...]) -> dict[str, list[str]]:
    """Return filters as parameters of a request; raises UsageError for one that is not NAME=VALUE."""
    found: dict[str, list[str]] = {}
    for each in stated:
        name, equals, value = each.partition("=")
        if not (name and equals and value):
            raise click.UsageError(f"--filter {each!r} is not NAME=VALUE, such as state=TX.")
        found.setdefault(name, []).append(value)
    return found
