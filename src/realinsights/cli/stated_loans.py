"""Loans that a command's options or a file state, to be computed without any data."""

from __future__ import annotations

import copy
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from realinsights.cli.schedule import loan_of_options, stated_terms
from realinsights.cli.schedule import schedule as schedule_command
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payoff_basis import Basis
from realinsights.loans.model.terms import PartialPrepayment, PrepaymentPhase
from realinsights.loans.queries.schedules import ScheduleDraft, loan_of_draft
from realinsights_platform.errors import FieldError, Invalid
from realinsights_platform.validation import decoded

MOST_BYTES: Final = 4 * 1024 * 1024
_PERCENT: Final = re.compile(r"(?<![0-9.])(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*%")
_WHOLE: Final = re.compile(r"^expected `int\b.*$", re.IGNORECASE)
_NOT_OF_TERMS: Final = frozenset({"layout", "as_json", "help"})
_FIELDS: Final = dict(zip(PrepaymentPhase.__struct_fields__, PrepaymentPhase.__struct_encode_fields__, strict=True))
_CHOICES: Final = frozenset({"formula", "discounting", "matchedTo", "betweenMaturities", "measuredTo", "monthsLeft"})

Command = Callable[..., None]


def loan_options(command: click.Command) -> click.Command:
    """Add the ways of naming a loan: that of an organization, one in a file, or terms as those of `schedule`."""
    command.params[:0] = [
        click.Option(["--org"], metavar="NAME", help="The organization whose loan it is."),
        click.Option(["--loan"], metavar="NUMBER", help="The loan's number."),
        click.Option(
            ["--terms", "file"],
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A JSON file with a loan's terms, as POST /schedules takes them.",
        ),
        click.Option(
            ["--phase", "phases"],
            multiple=True,
            metavar="WORDS",
            help="A phase of prepayment, the first one first: 'lockout months=24', 'open'. May be repeated.",
        ),
        click.Option(
            ["--partial"],
            type=click.Choice([each.value.replace("_", "-") for each in PartialPrepayment]),
            help="Whether a part may be prepaid [default: not stated].",
        ),
        *_of_terms(),
    ]
    return command


def _of_terms() -> Iterator[click.Parameter]:
    for parameter in schedule_command.params:
        if parameter.name not in _NOT_OF_TERMS:
            option = copy.copy(parameter)
            option.required = False
            yield option


def stored_number(options: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return organization and number of a stored loan, None where the loan is stated otherwise."""
    org, number = options["org"], options["loan"]
    if org is None and number is None:
        return None
    if org is None or number is None:
        raise click.UsageError("A loan of an organization needs both: --org NAME --loan NUMBER.")
    if options["file"] is not None or options["principal"] is not None or options["phases"]:
        raise click.UsageError("Pass a loan's number, a file of terms or terms as options: one of the three.")
    return org, number


def stated_loan(options: Mapping[str, Any]) -> tuple[Loan, Callable[..., Basis | None]]:
    """Return the loan that a file or options state, and what its schedule is by them on a day (None: the loan's own).

    Raises `Invalid` naming every field or option that is wrong.
    """
    if options["file"] is not None:
        if options["principal"] is not None:
            raise click.UsageError("Pass a file of terms or terms as options, not both.")
        loan = loan_of_draft(_draft(options["file"]))
        return _with_phases(loan, options), lambda **_: None
    missing = [name for name in ("principal", "rate", "term") if options[name] is None]
    if missing:
        raise click.UsageError(
            "Name the loan: --org NAME --loan NUMBER, --terms FILE, or its terms: "
            f"{', '.join(f'--{name}' for name in missing)} is missing."
        )
    names = {parameter.name for parameter in schedule_command.params} - _NOT_OF_TERMS
    loan = _with_phases(loan_of_options(*stated_terms({name: options[name] for name in names})), options)
    return loan, lambda **_: None


def _draft(file: Path) -> ScheduleDraft:
    if file.stat().st_size > MOST_BYTES:
        raise Invalid(f"{file.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    try:
        content = msgspec.json.decode(file.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{file.name} is no JSON: {error}.") from None
    draft: ScheduleDraft = decoded(content, ScheduleDraft, what=file.name)
    return draft


def _with_phases(loan: Loan, options: Mapping[str, Any]) -> Loan:
    """Return the loan with the phases of the options, checked as those of a stored loan are."""
    phases = tuple(_phase(text, place) for place, text in enumerate(options["phases"], 1))
    terms = loan.terms
    if phases:
        terms = msgspec.structs.replace(terms, prepayment=phases)
    if options["partial"] is not None:
        partial = PartialPrepayment(options["partial"].replace("-", "_"))
        terms = msgspec.structs.replace(terms, partial_prepayment=partial)
    if terms is loan.terms:
        return loan
    names = ("original_balance", "origination_date", "maturity_date", "anticipated_repayment_date", "rate", "rate_type")
    draft = ScheduleDraft(
        number=None if options["file"] is None else loan.number,
        terms=terms,
        **{name: getattr(loan, name) for name in names},
    )
    return loan_of_draft(draft)


def _phase(text: str, place: int) -> PrepaymentPhase:
    """Return a phase of words: its kind, then its fields as name=value; percent signs and hyphens are allowed."""
    try:
        kind, *words = shlex.split(text) or [""]
    except ValueError as error:
        raise _bad(place, "words", f"cannot be read: {str(error).lower()}") from None
    fields: dict[str, Any] = {"kind": kind.replace("-", "_")}
    fees = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise _bad(place, name, "is no field: write name=value, such as months=24")
        if not value:
            raise _bad(place, name, "has no value: write name=value, such as months=24")
        if name == "fee":
            fees.append(_fee(value, place))
            continue
        wire = _FIELDS.get(name.replace("-", "_"), name)
        fields[wire] = _value(wire, fractions(value))
    if fees:
        fields["fees"] = fees
    try:
        found: PrepaymentPhase = decoded(fields, PrepaymentPhase, what="phase", strict=False)
    except Invalid as invalid:
        raise Invalid(
            f"Phase {place} cannot be.",
            tuple(
                FieldError(
                    f"--phase {place}, {each.field}", _WHOLE.sub("must be a whole number", each.message), each.code
                )
                for each in invalid.fields
            ),
        ) from None
    return found


def _value(wire: str, value: str) -> Any:
    if wire == "percentages":
        return value.split(",")
    return value.replace("-", "_") if wire in _CHOICES else value


def _fee(text: str, place: int) -> dict[str, str]:
    name, colon, amount = text.rpartition(":")
    if not colon:
        raise _bad(place, "fee", "is a name and an amount or a percentage: fee='Exit fee:0.25%'")
    return {"name": name, "percentage" if amount.endswith("%") else "amount": fractions(amount)}


def _bad(place: int, field: str, message: str) -> Invalid:
    return Invalid(f"Phase {place} cannot be.", (FieldError(f"--phase {place}, {field}", message),))


def fractions(text: str) -> str:
    """Return a text in which percentages are fractions: 3.75% is 0.0375."""
    return _PERCENT.sub(lambda found: format(Decimal(found[1]).scaleb(-2), "f"), text)
