"""Readers of a CSV tape's cells: what a text means in its column, by the column's one reading."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from realinsights.loans.model.tape import ColumnReading, ColumnUnit, DecimalMark
from realinsights.loans.model.terms import Curtailment, Draw, RateStep, ScheduledPrincipal
from realinsights.loans.tapes import csv_dates
from realinsights.loans.tapes import csv_values as values
from realinsights.loans.tapes.bounds import bounded
from realinsights.loans.tapes.column import Column, Reading
from realinsights.loans.tapes.evidence import contradicted, is_code, is_years
from realinsights.loans.tapes.placeholders import is_unknown, says_nothing
from realinsights.loans.tapes.problems import BadValue, quoted
from realinsights.loans.tapes.states import state
from realinsights_finance.repayment import Afterwards
from realinsights_platform.texts import breaks_line, tidy_line

Read = Callable[[str], Any]

OF_TOTALS: Final = "begins a line of totals or averages, not a loan's"
_TOTALS: Final = re.compile(
    r"(?:(?:grand|sub|portfolio|loans?|overall|report|pool|deal|fund) ?-?)?"
    r"(?:totals?|sum|averages?|avg\.?|weighted average|wtd\.? ?(?:avg\.?|average)|wavg|w\.?a\.?)"
    r"(?:[: ]*\(?\d+(?: loans?)?\)?)?(?: */.*)?:?\Z",
    re.IGNORECASE,
)
_GROUPED: Final = {
    mark: re.compile(rf"[-+($USD\s]*[1-9]\d{{0,2}}[{mark.value}]\d{{3}}[)$USD\s-]*\Z", re.ASCII | re.IGNORECASE)
    for mark in DecimalMark
}
"""What has three decimals after a mark, or is parted in thousands by it."""
_USUAL: Final = re.compile(r"\d{1,10}\.\d\d\Z", re.ASCII)  # an amount as most are, within every bound
_INTEREST_ONLY: Final = frozenset({"io", "interest only", "interest-only", "full io", "full-term io"})


def is_total(text: str) -> bool:
    """Tell whether a cell's text begins a line of totals or averages."""
    return _TOTALS.match(text) is not None


def reader_of(column: Column, reading: ColumnReading, *, own_export: bool = False) -> Read:
    """Return the function that reads the column's texts: None where one says nothing; it raises `BadValue`.

    In our own export no loan's number is damaged, and no text is a placeholder.
    """
    read = _reader_of(column, reading, own_export=own_export)
    if not own_export:
        read = _with_nothing(column, read)
    read = bounded(column, read)
    return _fast(read) if column.reading is Reading.MONEY and _is_plain(reading) else read


def _with_nothing(column: Column, read: Read) -> Read:
    if column.reading is Reading.TEXT:
        return read

    def read_or_nothing(text: str) -> Any:
        try:
            return read(text)
        except BadValue:
            if not says_nothing(text):
                raise
            if column.assumed and is_unknown(text):
                raise BadValue("says that it is not known: state it, or leave the cell empty") from None
            return None

    return read_or_nothing


def _reader_of(column: Column, reading: ColumnReading, *, own_export: bool) -> Read:
    kind = column.reading
    if kind is Reading.RATE:
        read = _rate(column, reading)
        return _asked(reading.question, read) if reading.question and column.name == "rateFloor" else read
    if ColumnUnit.MONTHS in column.units:
        return _term(column, reading)
    if kind is Reading.DATE:
        return _date(reading)
    if kind is Reading.TEXT:
        text = _text(column, own_export=own_export)
        return _named(text, reading.codes) if reading.codes else text
    if kind is Reading.CHOICE and column.choice is not None:
        return _coded(column.choice, reading) if reading.codes else _choice(column.choice, reading)
    return _amount(column, reading, own_export=own_export)


def _amount(column: Column, reading: ColumnReading, *, own_export: bool) -> Read:
    decimal, unclear = reading.decimal, reading.question if reading.decimal is None else None
    if reading.mixed:
        unclear = "reads differently with a decimal point and a decimal comma, and the column's cells have either"
    if column.name == "dscr":
        return lambda text: values.plain_number(text, decimal, unclear=reading.question)
    if column.reading is Reading.WHOLE:
        read: Read = lambda text: values.whole(text, decimal, unclear=unclear)  # noqa: E731 - one of four
    elif column.reading is Reading.NUMBER:
        read = lambda text: values.plain_number(text, decimal, unclear=unclear)  # noqa: E731
    elif reading.question is not None and decimal is not None:
        read = _asked(reading.question, lambda text: values.money(text, decimal))
    else:
        read = lambda text: values.money(text, decimal, reading.unit, unclear=unclear)  # noqa: E731
    if decimal is None:
        return read
    if not reading.three_decimals and not own_export:
        read = _without_thousands(decimal, read)
    return read


def _is_plain(reading: ColumnReading) -> bool:
    return reading.decimal is DecimalMark.POINT and not reading.mixed and reading.unit is reading.question is None


def _fast(read: Read) -> Read:
    """Return a reader of amounts that is fast where they are as most are."""

    def read_amount(text: str) -> Any:
        return Decimal(text) if _USUAL.match(text) is not None else read(text)

    return read_amount


def _without_thousands(decimal: DecimalMark, read: Read) -> Read:
    """Return a reader that refuses what may be parted in thousands: few amounts have three decimals."""
    grouped = _GROUPED[decimal]
    reason = f"may be parted in thousands, and the column's numbers have {values.MARK_NAMES[decimal]}"

    def read_number(text: str) -> Any:
        if grouped.match(text) is not None:
            raise BadValue(f"{reason}: say in the mapping which is the decimal mark (decimal)")
        return read(text)

    return read_number


def _asked(question: str, read: Read) -> Read:
    def read_nothing_else(text: str) -> Any:
        if value := read(text):
            raise BadValue(question)
        return value

    return read_nothing_else


def _rate(column: Column, reading: ColumnReading) -> Read:
    unit, question = reading.unit, reading.question

    asked = question if unit is None else None
    unclear = question if reading.decimal is None else None

    def read(text: str) -> Any:
        told = values.rate_of(text)[1]
        value = values.fraction(
            text, unit or (ColumnUnit.FRACTION if asked else None), reading.decimal, unclear=unclear
        )
        if told is None and value:
            if asked is not None:
                raise BadValue(asked)
            other = contradicted(column.name, unit, value) if unit is not None else None
            if unit is not None and other is not None:
                raise BadValue(f"is a {_ONE[other]}, and the column holds {_MANY[unit]}")
        if abs(value) > 1:
            raise BadValue("is more than 100%")
        return value

    return read


_ONE: Final = {ColumnUnit.PERCENT: "percentage", ColumnUnit.FRACTION: "fraction"}
_MANY: Final = {
    ColumnUnit.PERCENT: "percentages",
    ColumnUnit.FRACTION: "fractions",
    ColumnUnit.BASIS_POINTS: "basis points",
}


def _term(column: Column, reading: ColumnReading) -> Read:
    unit, question = reading.unit, reading.question

    def read(text: str) -> Any:
        if column.name == "amortizationMonths" and text.lower() in _INTEREST_ONLY:
            return 0
        value = values.months(text, reading.decimal, unit, unclear=question if reading.decimal is None else None)
        if value and values.term_of(text)[1] is None:
            if question is not None and unit is None:
                raise BadValue(question)
            if reading.mixed and unit is ColumnUnit.MONTHS and is_years(column.name, value):
                raise BadValue("is a number of years, and the column holds months")
        return value

    return read


def _date(reading: ColumnReading) -> Read:
    order, unclear = reading.dates, reading.question
    if reading.mixed:
        unclear = "may have the month or the day first, and the column's cells have either"
    return lambda text: csv_dates.date(text, order, unclear=unclear)


def _choice(choice: Read, reading: ColumnReading) -> Read:
    why = reading.question or "is a code of a list that is not known"
    if not (reading.mixed or reading.question):
        return choice

    def read(text: str) -> Any:
        if is_code(text):
            raise BadValue(why)
        return choice(text)

    return read


def _coded(choice: Read, reading: ColumnReading) -> Read:
    """Return a reader of codes that a mapping says, and of words."""
    known = {code.upper(): choice(word) for code, word in (reading.codes or {}).items()}

    def read(text: str) -> Any:
        code = text.upper().removesuffix(".0")
        if code in known:
            return known[code]
        if is_code(text):
            raise BadValue("is a code that the mapping does not say")
        return choice(text)

    return read


def _named(read: Read, codes: Mapping[str, str]) -> Read:
    return lambda text: read(codes.get(text, text))


def _loan_number(text: str) -> str:
    if is_total(text):
        raise BadValue(OF_TOTALS)
    return values.loan_number(text)


_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {"loanNumber": _loan_number, "state": state}


def _text(column: Column, *, own_export: bool) -> Read:
    if column.name in _LISTS:
        return _LISTS[column.name]
    read = None if own_export else _TEXTS.get(column.name)
    return _text_up_to(column.length, read, own_export=own_export)


def _tags(text: str) -> tuple[str, ...] | None:
    """Return tags, with semicolons between them."""
    return tuple(tag.strip() for tag in text.split(";") if tag.strip()) or None


def _principal(text: str) -> tuple[ScheduledPrincipal, ...]:
    return tuple(ScheduledPrincipal(due_date=day, amount=values.money(rest)) for day, rest in _dated(text))


def _curtailments(text: str) -> tuple[Curtailment, ...]:
    return tuple(_curtailment(day, rest) for day, rest in _dated(text))


def _curtailment(day: datetime.date, rest: str) -> Curtailment:
    amount, _, effect = rest.rpartition(" ")
    if effect.lower() not in _EFFECTS:
        amount, effect = rest, Afterwards.SHORTEN.value
    return Curtailment(paid_on=day, amount=values.money(amount), effect=Afterwards(effect.lower()))


def _draws(text: str) -> tuple[Draw, ...]:
    return tuple(Draw(drawn_on=day, amount=values.money(rest)) for day, rest in _dated(text))


def _steps(text: str) -> tuple[RateStep, ...]:
    return tuple(RateStep(from_date=day, rate=values.fraction(rest)) for day, rest in _dated(text))


_EFFECTS: Final = frozenset(effect.value for effect in Afterwards)


def _dated(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Yield the day and the rest of each item of a list, which has semicolons between them."""
    for item in text.split(";"):
        day, _, rest = item.strip().partition(" ")
        try:
            on = datetime.date.fromisoformat(day)
        except ValueError:
            raise BadValue(
                f"must list days and values, such as 2026-02-01 1000.00; {quoted(item)} is neither"
            ) from None
        if not rest.strip():
            raise BadValue(f"has no value for {day}: list days and values, such as 2026-02-01 1000.00")
        yield on, rest.strip()


_LISTS: Final[Mapping[str, Read]] = {
    "tags": _tags,
    "principalSchedule": _principal,
    "curtailmentSchedule": _curtailments,
    "drawSchedule": _draws,
    "rateSteps": _steps,
}


def _text_up_to(length: int, read_text: Callable[[str], str] | None, *, own_export: bool) -> Read:
    def read(text: str) -> str | None:
        clean = tidy_line(text if read_text is None else read_text(text))
        if not own_export and says_nothing(clean):
            return None
        if breaks_line(clean):
            raise BadValue("holds control characters, or marks that turn the direction of writing")
        if len(clean) > length:
            raise BadValue(f"is longer than {length} characters")
        return clean

    return read
