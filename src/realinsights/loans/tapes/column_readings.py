"""Readings of columns: from a column's header, its cells and what a mapping says, the one way to read it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from realinsights.loans.model.tape import CellExample, ColumnChoice, ColumnReading, ColumnUnit, DateOrder, DecimalMark
from realinsights.loans.tapes import headers
from realinsights.loans.tapes.column import Column, Reading
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.csv_dates import ShortYear
from realinsights.loans.tapes.csv_values import MARK_NAMES
from realinsights.loans.tapes.evidence import Shown
from realinsights.loans.tapes.problems import BadValue, quoted
from realinsights.loans.tapes.readers import reader_of

T = TypeVar("T")

_NAMES: Final = {unit: unit.value.replace("_", " ") for unit in ColumnUnit} | {
    ColumnUnit.PERCENT: "percentages",
    ColumnUnit.FRACTION: "fractions",
}
_TRUSTED: Final = frozenset({ColumnUnit.BASIS_POINTS, ColumnUnit.MONTHS, ColumnUnit.YEARS})
"""The units of a header that count more than what cells look like."""

_SHOWN: Final = {
    ColumnUnit.PERCENT: ColumnUnit.FRACTION,
    ColumnUnit.FRACTION: ColumnUnit.PERCENT,
    ColumnUnit.YEARS: ColumnUnit.MONTHS,
}
"""The units that a mapping may say, and the other one that cells can show."""

_MANY: Final = 2
"""How many times as many cells have to say one thing as say the other for it to be the column's."""


def fixed(choice: ColumnChoice) -> ColumnReading:
    """Return the reading of a column that is read as the choice says, whatever its cells are."""
    return ColumnReading(
        header=choice.header,
        column=choice.column,
        unit=choice.unit,
        decimal=choice.decimal or DecimalMark.POINT,
        dates=choice.dates or DateOrder.MONTH_FIRST,
        three_decimals=choice.decimal is not None,
        short_years=True,
        codes=choice.codes,
    )


def decided(
    choices: Sequence[ColumnChoice], shown: Sequence[Shown], *, european: bool, scale: ColumnUnit | None = None
) -> tuple[ColumnReading, ...]:
    """Return how each column is read, by what its cells have shown; in a `european` file days may come first.

    The file may say the `scale` of all its amounts.
    """
    readings = [_decided(choice, seen, scale) for choice, seen in zip(choices, shown, strict=True)]
    european = european or any(reading.decimal is DecimalMark.COMMA for reading in readings)
    shows = {
        reading.dates
        for choice, reading, seen in zip(choices, readings, shown, strict=True)
        if choice.dates is not None or _shows_order(seen)
    }
    found = []
    for choice, known, seen in zip(choices, readings, shown, strict=True):
        reading = known if choice.dates is not None else _with_file_order(known, seen, shows, european=european)
        reason = "; ".join(filter(None, (reading.reason, _said(choice)))) or None
        found.append(msgspec.structs.replace(reading, reason=reason, examples=_examples(reading, seen)))
    return tuple(found)


def asked_by_name(reading: ColumnReading) -> ColumnReading:
    """Return the reading of a column with the question that its name leaves open, if no mapping has answered it."""
    if reading.column != "rateFloor" or not headers.is_unsure(reading.header, reading.column):
        return reading
    return _asked(
        reading, "may be the floor of the index or of the rate: say in the mapping which (indexFloor, rateFloor)"
    )


def _said(choice: ColumnChoice) -> str | None:
    """Return what a mapping says of how a column is read."""
    words = []
    if choice.unit is not None:
        words.append(_NAMES[choice.unit])
    if choice.decimal is not None:
        words.append(MARK_NAMES[choice.decimal])
    if choice.dates is not None:
        words.append("days come first" if choice.dates is DateOrder.DAY_FIRST else "months come first")
    return f"{', '.join(words)}, as the mapping says" if words else None


def _decided(choice: ColumnChoice, seen: Shown, scale: ColumnUnit | None) -> ColumnReading:
    column = BY_NAME[choice.column]
    reading = msgspec.structs.replace(fixed(choice), short_years=bool(seen["short year"]))
    if column.reading.is_number and choice.decimal is None:
        reading = _with_decimal(reading, seen)
    said = headers.unit_of(choice.header, column.units)
    if column.reading is Reading.RATE and choice.unit is None:
        reading = _with_unit(reading, seen, said, pair=(ColumnUnit.PERCENT, ColumnUnit.FRACTION))
    elif ColumnUnit.MONTHS in column.units and choice.unit is None:
        reading = _with_unit(reading, seen, said, pair=(ColumnUnit.YEARS, ColumnUnit.MONTHS))
    elif choice.unit in _SHOWN:
        reading = _with_contradiction(reading, seen, choice.unit)
    elif column.reading is Reading.MONEY and choice.unit in {None, ColumnUnit.PRINCIPAL_AND_INTEREST}:
        reading = _with_scale(reading, seen, said, scale)
    elif column.reading is Reading.DATE and choice.dates is None and _shows_order(seen):
        reading = _with_order(reading, seen)
    elif column.reading is Reading.CHOICE and choice.codes is None:
        reading = _with_list(reading, column, seen)
    return reading


def _with_decimal(reading: ColumnReading, seen: Shown) -> ColumnReading:
    point, comma = seen["point"], seen["comma"]
    decimal: DecimalMark | None = DecimalMark.POINT
    reason = question = None
    if point and comma:
        decimal = _most(DecimalMark.POINT, point, DecimalMark.COMMA, comma)
        both = f"{seen.first['point']!r} has a decimal point, {seen.first['comma']!r} a decimal comma"
        reason, question = (both, None) if decimal is not None else (None, f"the column has both: {both}")
    elif comma:
        decimal, reason = DecimalMark.COMMA, f"a decimal comma, as in {seen.first['comma']!r}"
    elif not point and seen["grouped by points"]:
        decimal = None
        text = seen.first["grouped by points"]
        question = f"{text!r} may have a decimal point or be parted in thousands"
    if question is not None:
        question += ": say in the mapping which is the decimal mark (decimal)"
    mixed = decimal is not None and bool(point and comma)
    return msgspec.structs.replace(
        reading,
        decimal=decimal,
        mixed=mixed,
        three_decimals=bool(seen["three decimals"]),
        reason=reason,
        question=question,
    )


def _with_unit(
    reading: ColumnReading, seen: Shown, said: ColumnUnit | None, *, pair: tuple[ColumnUnit, ColumnUnit]
) -> ColumnReading:
    """Return the reading with one of two units; a header that `said` one counts for terms more than their cells."""
    ask = f"say in the mapping whether they are {_NAMES[pair[0]]} or {_NAMES[pair[1]]} (unit)"
    shown = [unit for unit in pair if seen[unit.value]]
    if not seen["bare"]:
        found = _because(reading, said, None)
    elif said is ColumnUnit.YEARS and shown == [ColumnUnit.MONTHS]:
        text = seen.first[ColumnUnit.MONTHS.value]
        found = _asked(reading, f"the header says years, and {text!r} are months; {ask}")
    elif said in _TRUSTED or (said is not None and not shown):
        found = _because(reading, said, f"the header says {_NAMES[said]}")
    elif len(shown) == 2:
        unit = _most(pair[0], seen[pair[0].value], pair[1], seen[pair[1].value])
        both = ", ".join(f"{seen.first[one.value]!r} is in {_NAMES[one]}" for one in pair)
        if unit is None:
            return _asked(reading, f"the column has both: {both}; {ask}")
        found = msgspec.structs.replace(_because(reading, unit, both), mixed=True)
    elif shown:
        but = ", although the header says percent" if said is ColumnUnit.PERCENT and shown != [said] else ""
        reason = f"bare numbers such as {seen.first[shown[0].value]!r} are {_NAMES[shown[0]]}{but}"
        found = _because(reading, shown[0], reason)
    else:
        found = _asked(reading, f"bare numbers such as {seen.first['bare']!r} may be either; {ask}")
    return found


def _with_contradiction(reading: ColumnReading, seen: Shown, said: ColumnUnit) -> ColumnReading:
    """Return the reading with the question that a mapping leaves open which says other than the cells show."""
    other = _SHOWN[said]
    if not seen[other.value]:
        return reading
    return _asked(
        reading, f"the mapping says {_NAMES[said]}, and {seen.first[other.value]!r} can only be in {_NAMES[other]}"
    )


def _with_scale(
    reading: ColumnReading, seen: Shown, said: ColumnUnit | None, above: ColumnUnit | None
) -> ColumnReading:
    if seen["scale m"] and seen["scale mm"]:
        return _asked(reading, f"{seen.first['scale m']!r} beside {seen.first['scale mm']!r} may be thousands")
    if said is None and headers.says_m(reading.header):
        return _asked(reading, "the header's M may be thousands or millions: say in the mapping which (unit)")
    if said in {ColumnUnit.THOUSANDS, ColumnUnit.MILLIONS} and reading.unit is None:
        return _because(reading, said, f"the header says {said.value}")
    if said is None and above is not None and reading.unit is None:
        if "$" in reading.header:
            ask = "say in the mapping which (unit)"
            return _asked(reading, f"the header says dollars, and a line above it {above.value}: {ask}")
        return _because(reading, above, f"a line above the header says {above.value}")
    return reading


def _shows_order(seen: Shown) -> bool:
    return bool(seen[DateOrder.DAY_FIRST.value] or seen[DateOrder.MONTH_FIRST.value])


def _with_order(reading: ColumnReading, seen: Shown) -> ColumnReading:
    day, month = seen[DateOrder.DAY_FIRST.value], seen[DateOrder.MONTH_FIRST.value]
    first = {order: seen.first.get(order.value, "") for order in DateOrder}
    order = _most(DateOrder.DAY_FIRST, day, DateOrder.MONTH_FIRST, month)
    if order is None:
        both = f"{first[DateOrder.DAY_FIRST]!r} has the day first, {first[DateOrder.MONTH_FIRST]!r} the month"
        question = f"the column has both: {both}; say in the mapping which come first (dates)"
        return msgspec.structs.replace(reading, dates=None, question=question)
    words = "days" if order is DateOrder.DAY_FIRST else "months"
    reason = f"{words} come first, as in {first[order]!r}"
    return msgspec.structs.replace(reading, dates=order, reason=reason, mixed=bool(day and month))


def _with_file_order(
    reading: ColumnReading, seen: Shown, shows: set[DateOrder | None], *, european: bool
) -> ColumnReading:
    """Return the reading of a column whose dates show no order as the file's other columns have it, or ask."""
    if not seen["either order"] or _shows_order(seen):
        return reading
    text = seen.first["either order"]
    if len(shows) > 1 or (european and not shows):
        ask = "say in the mapping which come first (dates)"
        return msgspec.structs.replace(
            reading, dates=None, question=f"{text!r} may have the month or the day first; {ask}"
        )
    order = next(iter(shows), DateOrder.MONTH_FIRST)
    words = "days" if order is DateOrder.DAY_FIRST else "months"
    reason = (
        f"{words} come first, as in the file's other dates" if shows else f"{text!r}: months come first, as in the US"
    )
    return msgspec.structs.replace(reading, dates=order, reason=reason)


def _with_list(reading: ColumnReading, column: Column, seen: Shown) -> ColumnReading:
    """Return the reading of words; codes are taken for the EX-102's only where its name or the codes show it."""
    if headers.is_code_list(reading.header, column.name) or not seen["code"]:
        return reading
    code = seen.first["code"]
    if column.name in {"rateType", "dayCount"} and reading.header != column.name:
        question = f"code {code!r} may be of another list than the EX-102's: write fixed, actual/360 … in words"
        return msgspec.structs.replace(reading, question=question)
    if column.name == "paymentFrequency":
        question = f"code {code!r} may be payments a year or months between them: write monthly, quarterly …"
        return msgspec.structs.replace(reading, question=question)
    if column.name == "status" and (seen["code of another list"] or not seen["zero"]):
        code = seen.first.get("code of another list", code)
        return msgspec.structs.replace(reading, mixed=True, reason=f"code {code!r} is of a list that is not known")
    return reading


def _examples(reading: ColumnReading, seen: Shown) -> tuple[CellExample, ...]:
    if BY_NAME[reading.column].reading is Reading.TEXT:
        return tuple(CellExample(text=quoted(text)) for text in seen.examples)
    read = reader_of(BY_NAME[reading.column], reading)
    found = []
    for text in seen.examples:
        try:
            found.append(CellExample(text=quoted(text), value=_told(read(text))))
        except BadValue as refused:
            found.append(CellExample(text=quoted(text), refused=str(refused)))
    return tuple(found)


def _told(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, ShortYear):
        return f"'{value.year:02}-{value.month:02}-{value.day:02}, the century by the loan's dates"
    return str(getattr(value, "value", value))


def _most(one: T, count: int, other: T, others: int) -> T | None:
    if count >= _MANY * others:
        return one
    return other if others >= _MANY * count else None


def _because(reading: ColumnReading, unit: ColumnUnit | None, reason: str | None) -> ColumnReading:
    reasons = "; ".join(filter(None, (reading.reason, reason)))
    return msgspec.structs.replace(reading, unit=unit, reason=reasons or None)


def _asked(reading: ColumnReading, question: str) -> ColumnReading:
    return msgspec.structs.replace(reading, question="; ".join(filter(None, (reading.question, question))))
