"""Sheets with a row for each group of loans: lender exposure and concentrations."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from realinsights.loans.model.collateral import allocate, allocated_collateral
from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Column, ColumnKind, Row, Sheet, Total
from realinsights.loans.reports.lines import LoanLine, words
from realinsights.loans.reports.sheets.loans import share

LARGEST: Final = 25
"""The loans that a report of concentrations names."""

NONE: Final = "(none stated)"

_LENDERS: Final = (
    Column("Lender", ColumnKind.TEXT),
    Column("Loans", ColumnKind.COUNT, Total.SUM),
    Column("Balance", ColumnKind.MONEY, Total.SUM),
    Column("Share of balance", ColumnKind.RATE, Total.SUM),
    Column("Weighted rate", ColumnKind.RATE),
    Column("Annual debt service", ColumnKind.MONEY, Total.SUM),
    Column("Next maturity", ColumnKind.DATE),
    Column("Falls due within a year", ColumnKind.MONEY, Total.SUM),
    Column("Late or in default", ColumnKind.MONEY, Total.SUM),
)
_GROUPS: Final = (
    Column("Group", ColumnKind.TEXT),
    Column("Loans", ColumnKind.COUNT),
    Column("Balance", ColumnKind.MONEY, Total.SUM),
    Column("Share of balance", ColumnKind.RATE, Total.SUM),
)
_LARGEST: Final = (
    Column("Loan number", ColumnKind.TEXT),
    Column("Name", ColumnKind.TEXT),
    Column("Borrower", ColumnKind.TEXT),
    Column("Balance", ColumnKind.MONEY, Total.SUM),
    Column("Share of balance", ColumnKind.RATE, Total.SUM),
    Column("Share so far", ColumnKind.RATE),
)
_LATE: Final = frozenset({"30_days", "60_days", "90_days", "default"})
_YEAR: Final = datetime.timedelta(days=365)


@dataclass(slots=True)
class _Part:
    loans: int = 0
    balance: Decimal = Decimal("0.00")


@dataclass(slots=True)
class _Group:
    loans: int = 0
    balance: Decimal = Decimal("0.00")
    interest: Decimal = Decimal(0)
    debt_service: Decimal = Decimal("0.00")
    next_maturity: datetime.date | None = None
    soon: Decimal = Decimal("0.00")
    late: Decimal = Decimal("0.00")

    def add(self, line: LoanLine) -> None:
        self.loans += 1
        self.balance += line.balance
        self.interest += line.balance * line.loan.rate
        self.debt_service += line.debt_service or 0
        day = line.maturity.date
        if line.balance and line.on <= day:
            self.next_maturity = day if self.next_maturity is None else min(day, self.next_maturity)
        if line.on <= day <= line.on + _YEAR:
            self.soon += line.balance
        if line.loan.status.value in _LATE:
            self.late += line.balance


def lender_exposure(book: Book) -> tuple[Sheet, ...]:
    """Return what is owed to each lender, the largest first."""
    groups: dict[tuple[str, str], _Group] = {}
    for line in book.owed():
        groups.setdefault((line.loan.lender_id or "", line.lender or NONE), _Group()).add(line)
    whole = sum((group.balance for group in groups.values()), Decimal(0))
    rows = [
        Row(
            key,
            (
                name,
                group.loans,
                group.balance,
                share(group.balance, whole),
                group.interest / group.balance if group.balance else None,
                group.debt_service,
                group.next_maturity,
                group.soon,
                group.late,
            ),
        )
        for (key, name), group in sorted(groups.items(), key=lambda each: (-each[1].balance, each[0][1]))
    ]
    return (Sheet("Lenders", _LENDERS, rows),)


def concentrations(book: Book) -> tuple[Sheet, ...]:
    """Return what is owed by state, property type, borrower, fund, rate type and year, and the largest loans.

    A loan on several properties is divided among their states and types as the dashboard allocates it.
    """
    axes: dict[str, dict[str, _Part]] = {
        name: {} for name in ("State", "Property type", "Borrower", "Fund", "Rate type", "Maturity year")
    }
    largest: list[tuple[Decimal, str, LoanLine]] = []
    for line in book.owed():
        loan = line.loan
        for name, parts in (
            ("State", _of_properties(line, "state")),
            ("Property type", _of_properties(line, "property_type")),
            ("Borrower", [(loan.borrower or NONE, line.balance)]),
            ("Fund", [(line.fund or NONE, line.balance)]),
            ("Rate type", [(words(loan.rate_type.value), line.balance)]),
            ("Maturity year", [(str(line.maturity.date.year), line.balance)]),
        ):
            _add(axes[name], parts)
        largest.append((line.balance, loan.number, line))
        if len(largest) > 4 * LARGEST:
            largest = _top(largest)
    whole = sum((part.balance for part in axes["Rate type"].values()), Decimal(0))
    sheets = [Sheet(f"By {name.lower()}", _named(name), _ranked(groups, whole)) for name, groups in axes.items()]
    return (*sheets, Sheet("Largest loans", _LARGEST, _largest(_top(largest), whole)))


def _of_properties(line: LoanLine, field: str) -> Iterable[tuple[str, Decimal]]:
    parts = allocated_collateral(line.loan, {asset.id: asset for asset in line.assets})
    if not parts:
        return [(NONE, line.balance)]
    balances = [part.balance for part in parts]
    if line.balance != line.loan.current_balance:
        balances = allocate(line.balance, [int(balance * 100) for balance in balances])
    values = [getattr(part, field) for part in parts]
    return [
        (words(str(value)) if value is not None else NONE, balance)
        for value, balance in zip(values, balances, strict=True)
    ]


def _add(groups: dict[str, _Part], parts: Iterable[tuple[str, Decimal]]) -> None:
    seen = set()
    for name, balance in parts:
        group = groups.setdefault(name, _Part())
        group.balance += balance
        group.loans += name not in seen
        seen.add(name)


def _named(name: str) -> tuple[Column, ...]:
    return (Column(name, ColumnKind.TEXT), *_GROUPS[1:])


def _ranked(groups: dict[str, _Part], whole: Decimal) -> list[Row]:
    ranked = sorted(groups.items(), key=lambda each: (-each[1].balance, each[0]))
    return [Row(name, (name, part.loans, part.balance, share(part.balance, whole))) for name, part in ranked]


def _top(largest: list[tuple[Decimal, str, LoanLine]]) -> list[tuple[Decimal, str, LoanLine]]:
    return sorted(largest, key=lambda each: (-each[0], each[1]))[:LARGEST]


def _largest(loans: list[tuple[Decimal, str, LoanLine]], whole: Decimal) -> Iterator[Row]:
    so_far = Decimal(0)
    for balance, number, line in loans:
        so_far += balance
        loan = line.loan
        cells = (number, loan.name, loan.borrower, balance, share(balance, whole), share(so_far, whole))
        yield Row(loan.id, cells)
