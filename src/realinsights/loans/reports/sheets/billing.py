"""Sheets of overcharges: what lenders billed beside what the terms of their loans say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from realinsights.loans.model.overcharges import Overcharges, overcharges_of
from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Column, ColumnKind, Row, Sheet, Total
from realinsights.loans.reports.lines import LoanLine

_TEXT, _MONEY, _COUNT, _DATE = ColumnKind.TEXT, ColumnKind.MONEY, ColumnKind.COUNT, ColumnKind.DATE
_LOANS: Final = (
    Column("Loan number", _TEXT),
    Column("Name", _TEXT),
    Column("Lender", _TEXT),
    Column("Months compared", _COUNT),
    Column("Months unknown", _COUNT),
    Column("Interest billed", _MONEY, Total.SUM),
    Column("Interest by the terms", _MONEY, Total.SUM),
    Column("Overcharged", _MONEY, Total.SUM),
    Column("Months over", _COUNT, printed=False),
    Column("Months under", _COUNT, printed=False),
    Column("Principal over", _MONEY, Total.SUM, printed=False),
    Column("By the terms", _TEXT, printed=False),
    Column("Billed by", _TEXT, printed=False),
    Column("Not compared because", _TEXT, printed=False),
    Column("Within", _TEXT, printed=False),
)
_MONTHS: Final = (
    Column("Loan number", _TEXT),
    Column("Due", _DATE),
    Column("Interest billed", _MONEY, Total.SUM),
    Column("Interest by the terms", _MONEY, Total.SUM),
    Column("Overcharged", _MONEY, Total.SUM),
    Column("Interest on the stated balance", _MONEY, printed=False),
    Column("Principal billed", _MONEY, Total.SUM),
    Column("Principal by the terms", _MONEY, Total.SUM),
    Column("Principal over", _MONEY, Total.SUM),
    Column("Unknown because", _TEXT),
)
_NOTE: Final = "Of several loans the months that differ or are unknown; of one loan all of them."


def overcharges(book: Book) -> tuple[Sheet, ...]:
    """Return each loan that servicers reported, with its sums, and its months."""
    found = [(line, overcharges_of(each)) for line, each in book.reconciled() if each.periods]
    everything = book.order.parameters.loan_id is not None
    return (
        Sheet("By loan", _LOANS, (_loan(line, each) for line, each in found)),
        Sheet("By month", _MONTHS, _months(found, everything=everything), note=_NOTE),
    )


def _loan(line: LoanLine, found: Overcharges) -> Row:
    cells = (
        found.number,
        found.name,
        line.lender,
        found.compared,
        found.unknown,
        found.interest_billed,
        found.interest_due,
        found.interest_over,
        found.over,
        found.under,
        found.principal_over,
        found.terms,
        found.billed_by,
        found.unscheduled,
        found.tolerance,
    )
    return Row(found.loan_id, cells)


def _months(found: list[tuple[LoanLine, Overcharges]], *, everything: bool) -> Iterator[Row]:
    for _, loan in found:
        for month in loan.months:
            if not everything and month.interest_over == 0 and not month.principal_over:
                continue
            cells = (
                loan.number,
                month.due_date,
                month.interest_billed,
                month.interest_due,
                month.interest_over,
                month.on_stated_balance,
                month.principal_billed,
                month.principal_due,
                month.principal_over,
                month.reason,
            )
            yield Row(f"{loan.loan_id}/{month.due_date}", cells)
