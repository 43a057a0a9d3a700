"""Cells of a CSV table: values as texts that a spreadsheet runs nothing of, and the texts behind them again."""

from __future__ import annotations

import re
from typing import Any, Final

BETWEEN: Final = "; "
"""What stands between the items of a cell that holds several."""

_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"(; |\Z)')
_SEPARATORS: Final = frozenset(";\t\r\n")

# What a spreadsheet takes for the start of a formula, full-width forms included: where a text begins, and after what
# separates cells and lines for a spreadsheet of another country, where `a;=1+1` is two cells.
_BEGINS: Final = r"(?:\A|(?<=[;\t\r\n]))"
_RUNS: Final = r"(?='*[^\S\t\r\n]*[=+\-@＝＋－＠])"
_TO_DISARM: Final = re.compile(rf"{_BEGINS}{_RUNS}|\A(?='*[\t\r\n])")
_DISARMED: Final = re.compile(rf"{_BEGINS}'{_RUNS}|\A'(?='*[\t\r\n])")


def cell(value: Any) -> str:
    """Return a value as a cell's text, with an apostrophe before whatever a spreadsheet would take for a formula.

    What has apostrophes before it already gets one more, so that `text_in` gives it back.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = str(value)
        if text[:1].isalnum() and _SEPARATORS.isdisjoint(text):  # most texts
            return text
        return _TO_DISARM.sub("'", text)
    if isinstance(value, tuple):
        return cell(BETWEEN.join(_item(str(item)) for item in value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def items_in(text: str) -> list[str]:
    """Return the items of a cell that holds several, from the text that `text_in` gives."""
    items: list[str] = []
    rest: str | None = text
    while rest is not None:
        quoted = _QUOTED.match(rest)
        if quoted is None:
            item, between, following = rest.partition(BETWEEN)
        else:
            item, between, following = quoted[1].replace('""', '"'), quoted[2], rest[quoted.end() :]
        items.append(item)
        rest = following if between else None
    return items


def _item(text: str) -> str:
    """Return one of several items of a cell, in quotes where it would not be told from its neighbors."""
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if BETWEEN in text or text.startswith('"') else text


def text_in(cell_text: str) -> str:
    """Return the text that `cell` has made a cell's text of."""
    return _DISARMED.sub("", cell_text) if "'" in cell_text else cell_text
