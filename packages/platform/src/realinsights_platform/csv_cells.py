"""Cells of a CSV table: values as texts that a spreadsheet runs nothing of, and the texts behind them again."""

from __future__ import annotations

from typing import Any

# What a spreadsheet takes for the start of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """Return a value as a cell's text, with an apostrophe before what a spreadsheet would take for a formula.

    Such a text that has apostrophes before it already gets one more, so that `text_in` gives it back.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = str(value)
        if text[:1].isalnum():  # most texts: no sign begins with a letter or a digit
            return text
        return f"'{text}" if _runs(text.lstrip("'")) else text
    if isinstance(value, tuple):
        return cell("; ".join(str(item) for item in value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def text_in(cell_text: str) -> str:
    """Return the text that `cell` has made a cell's text of."""
    if cell_text.startswith("'") and cell(cell_text[1:]) == cell_text:
        return cell_text[1:]
    return cell_text


def _runs(text: str) -> bool:
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
