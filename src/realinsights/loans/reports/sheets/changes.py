"""Changes since a date: what the outstanding balance went through, and each field that differs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from realinsights.loans.model.changed_fields import differences
from realinsights.loans.model.loan import GONE, Loan
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


def changes(book: Book) -> tuple[Sheet, ...]:
    """Return how what was outstanding became what is, exactly, and what changed of each loan."""
    former = {loan.id: loan for loan in book.former()}
    added = set(book.added())
    counts, sums = [0] * 5, [_ZERO] * 5
    rows: list[Row] = []

    def count(step: int, balance: Decimal, loans: int = 1) -> None:
        counts[step] += loans
        sums[step] += balance

    for line in book.lines():
        loan = line.loan
        before = None if loan.id in added else former.pop(loan.id, loan)
        now, then = _owed(loan), _owed(before)
        if then is not None:
            count(0, then)
        if now is not None:
            count(4, now)
        if now is not None and then is None:
            count(1, now)
        elif then is not None and now is None:
            count(2, -then, -1)
        elif now is not None and then is not None:
            count(3, now - then, 0)
        if before is not loan:
            rows += _rows(before, loan)
    for loan in former.values():
        then = _owed(loan)
        if then is not None:
            count(0, then)
            count(2, -then, -1)
        rows += _rows(loan, None)
    steps = (
        "Outstanding at the beginning",
        "Added",
        "Repaid, closed or removed",
        "Change of balances",
        "Outstanding now",
    )
    bridge = [Row(step, (step, counts[place], sums[place])) for place, step in enumerate(steps)]
    return (Sheet("Bridge", _BRIDGE, bridge), Sheet("Changes", _FIELDS, rows))


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
