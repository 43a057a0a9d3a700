"""The command line's table of commands and exit codes: 0 done, 1 refused, 2 wrong usage."""

from __future__ import annotations

import gc
import importlib
import sys
from types import MappingProxyType
from typing import NamedTuple

import click

from realinsights.cli.place import Place, place_options
from realinsights_platform.errors import Invalid, Refusal

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class Entry(NamedTuple):
    """The place of a command; its module is imported when it is called, so that `up` does not wait for the others."""

    module: str
    attribute: str
    summary: str


COMMANDS = MappingProxyType(
    {
        "up": Entry("realinsights.cli.up", "up", "Start the platform."),
        "serve": Entry("realinsights.cli.up", "serve", "Run one process of a topology."),
        "prepare": Entry("realinsights.cli.prepare", "prepare", "Make the indexes that this release needs."),
        "gateway": Entry(
            "realinsights.cli.gateway", "gateway", "Print what nginx is to do in front of several processes."
        ),
        "demonstrate": Entry(
            "realinsights.cli.demonstration", "demonstrate", "Found the demonstration, or put it into an organization."
        ),
        "login": Entry("realinsights.cli.login", "login", "Sign in to a running server, for --server."),
        "logout": Entry("realinsights.cli.login", "logout", "Sign out of a running server."),
        "import": Entry("realinsights.cli.imports", "import_tapes", "Import tapes, or say what an import would do."),
        "portfolio": Entry("realinsights.cli.portfolio", "portfolio", "Show the portfolio's figures."),
        "loans": Entry("realinsights.cli.loans", "loans", "List the loans."),
        "export": Entry("realinsights.cli.export", "export", "Write loans as CSV."),
        "report": Entry("realinsights.cli.report", "report", "Make a report as a workbook or a PDF."),
        "schedule": Entry("realinsights.cli.schedule", "schedule", "Compute a loan's schedule from its terms."),
        "payoff": Entry("realinsights.cli.payoff", "payoff", "Quote what repays a loan on a day."),
        "prepay": Entry("realinsights.cli.prepay", "prepay", "Compute what prepaying a loan costs."),
        "size": Entry("realinsights.cli.size", "size", "Size a loan by a lender's tests, or a loan's refinance."),
        "stress": Entry("realinsights.cli.stress", "stress", "Stress the portfolio, and what could be refinanced."),
        "forecast": Entry("realinsights.cli.forecast", "forecast", "Show what falls due month by month."),
        "rates": Entry("realinsights.cli.rates", "rates", "Import fixings, or check a file of them; list indices."),
        "solve": Entry("realinsights.cli.solve", "solve_file", "Find by which conventions a statement was computed."),
        "journal": Entry("realinsights.cli.journal", "journal", "Verify, show or anchor the journal of a data folder."),
        "events": Entry("realinsights.cli.events", "events", "Look after events that could not be handled."),
        "mail": Entry("realinsights.cli.mail", "mail", "List and show mail to members."),
        "backup": Entry("realinsights.cli.backup", "backup", "Write a data folder to one file."),
        "restore": Entry("realinsights.cli.backup", "restore", "Make a data folder from a backup."),
        "move": Entry("realinsights.cli.move", "move", "Move an installation to another topology while it runs."),
        "password-link": Entry(
            "realinsights.cli.password_link", "password_link", "Print a link by which somebody gets a new password."
        ),
        "member": Entry("realinsights.cli.member", "member", "List members, keep one out, or remove one."),
        "program": Entry("realinsights.cli.program", "program", "Make programs and the tokens that they ask with."),
        "organization": Entry(
            "realinsights.cli.organization", "organization", "Delete an organization, or show a certificate of that."
        ),
        "secret": Entry("realinsights.cli.secret", "secret", "Make the secret of an installation."),
        "openapi": Entry("realinsights.cli.openapi", "openapi", "Print the API's OpenAPI document."),
    }
)


class Commands(click.Group):
    """The commands of the table, in its order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        # What modules define stays: no collection, while they load or later, needs to walk through it.
        gc.disable()
        try:
            command: click.Command = getattr(importlib.import_module(entry.module), entry.attribute)
            gc.freeze()
        finally:
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the table without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="realinsights", prog_name="realinsights")
@place_options
@click.pass_context
def realinsights(context: click.Context, place: Place) -> None:
    """Commercial-real-estate debt whose numbers match the lender's to the cent.

    A command works on a data folder (--data, else REALINSIGHTS_DATA, else ./data) or on a running server (--server).
    """
    context.obj = place


def run() -> None:
    """Run the command line and end the process with what its end means."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code. Refusals and wrong usage go to stderr as sentences."""
    try:
        ended = realinsights.main(args=arguments, prog_name="realinsights", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE if isinstance(error, click.UsageError) else REFUSED
    except Refusal as refusal:
        click.echo(f"Error: {refusal.message}", err=True)
        for problem in refusal.fields if isinstance(refusal, Invalid) else ():
            if problem.message not in refusal.message:
                click.echo(f"  {problem.field}: {problem.message}", err=True)
        return REFUSED
    except OSError as error:
        click.echo(f"Error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", err=True)
        return REFUSED
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    return ended if isinstance(ended, int) else DONE
