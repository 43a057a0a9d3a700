"""Changes since a date: what the outstanding balance went through, and each field that differs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from realinsights.loans.model.changed_fields import differences
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.reports import ALL_LOANS, ReportParameters
from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Column, ColumnKind, Row, Sheet

_BRIDGE: Final = (
    Column("Step", ColumnKind.TEXT),
    Column("Loans", ColumnKind.COUNT),
    Column("Balance", ColumnKind.MONEY),
)
_FIELDS: Final = (
    Column("Loan number", ColumnKind.TEXT),
    Column("Name", ColumnKind.TEXT),
    Column("Change", ColumnKind.TEXT),
    Column("Field", ColumnKind.TEXT),
    Column("Before", ColumnKind.TEXT),
    Column("After", ColumnKind.TEXT),
)
_ZERO: Final = Decimal("0.00")


_BEGINNING, _ADDED, _CAME, _REPAID, _LEFT, _CHANGED, _NOW = (
    "Outstanding at the beginning",
    "Added",
    "Met by the filters now, not before",
    "Repaid, closed or removed",
    "Met by the filters before, not now",
    "Change of balances",
    "Outstanding now",
)


def changes(book: Book) -> tuple[Sheet, ...]:
    """Return how what was outstanding became what is, exactly, and what changed of each loan.

    A loan counts at the beginning where the report's filters met it then, and now where they meet it now.
    """
    former = {loan.id: loan for loan in book.former()}
    left = {loan.id: loan for loan in book.left()}
    added = set(book.added())
    bridge = _Bridge(book.order.parameters)
    rows: list[Row] = []
    for line in book.lines():
        loan = line.loan
        before = None if loan.id in added else former.pop(loan.id, loan)
        bridge.add(before, loan)
        if before is not loan:
            rows += _rows(before, loan)
    for loan in former.values():
        after = left.get(loan.id)
        bridge.add(loan, after)
        rows += _rows(loan, after)
    return (Sheet("Bridge", _BRIDGE, bridge.rows()), Sheet("Changes", _FIELDS, rows))


class _Bridge:
    """The steps from what was outstanding to what is."""

    def __init__(self, asked: ReportParameters) -> None:
        self._asked = asked
        filtered = asked.filter != ALL_LOANS
        steps = (_BEGINNING, _ADDED, *([_CAME] if filtered else []), _REPAID, *([_LEFT] if filtered else []))
        self._counts = dict.fromkeys((*steps, _CHANGED, _NOW), 0)
        self._sums = dict.fromkeys(self._counts, _ZERO)

    def add(self, before: Loan | None, after: Loan | None) -> None:
        """Count a loan as it was and as it is."""
        was, is_ = _owed(before), _owed(after)
        then = was if self._asked.shows(before) else None
        now = is_ if self._asked.shows(after) else None
        if then is not None:
            self._count(_BEGINNING, then)
        if now is not None:
            self._count(_NOW, now)
        if now is not None and then is None:
            self._count(_ADDED if was is None else _CAME, now)
        elif then is not None and now is None:
            self._count(_REPAID if is_ is None else _LEFT, -then, -1)
        elif now is not None and then is not None:
            self._count(_CHANGED, now - then, 0)

    def rows(self) -> list[Row]:
        """Return a row for each step."""
        return [Row(step, (step, count, self._sums[step])) for step, count in self._counts.items()]

    def _count(self, step: str, balance: Decimal, loans: int = 1) -> None:
        self._counts[step] += loans
        self._sums[step] += balance


def _owed(loan: Loan | None) -> Decimal | None:
    return None if loan is None or loan.status in GONE else loan.current_balance


def _rows(before: Loan | None, after: Loan | None) -> Iterator[Row]:
    if before is None or after is None:
        for loan, change in ((after, "added"), (before, "removed")):
            if loan is not None:
                balance = f"{loan.current_balance:,}"
                said = (None, balance) if change == "added" else (balance, None)
                yield Row(f"{loan.id}/", (loan.number, loan.name, change, "balance", *said))
        return
    loan = after
    for each in differences(before, after):
        if not each.field.startswith("sources."):
            cells = (loan.number, loan.name, "changed", each.field, _text(each.before), _text(each.after))
            yield Row(f"{loan.id}/{each.field}", cells)


def _text(value: str | bool | int | None) -> str | None:
    return None if value is None else str(value)
