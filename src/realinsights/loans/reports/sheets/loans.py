"""Sheets with a row for each loan: the debt schedule, maturities, ageing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Column, ColumnKind, Row, Sheet, Total
from realinsights.loans.reports.lines import LoanLine, dated, words

_TEXT, _MONEY, _RATE, _RATIO, _COUNT, _DATE = (
    ColumnKind.TEXT,
    ColumnKind.MONEY,
    ColumnKind.RATE,
    ColumnKind.RATIO,
    ColumnKind.COUNT,
    ColumnKind.DATE,
)

_SCHEDULE: Final = (
    Column("Loan number", _TEXT),
    Column("Name", _TEXT),
    Column("Borrower", _TEXT, printed=False),
    Column("Lender", _TEXT),
    Column("Fund", _TEXT, printed=False),
    Column("Portfolio", _TEXT, printed=False),
    Column("Properties", _TEXT, printed=False),
    Column("Status", _TEXT, printed=False),
    Column("Original balance", _MONEY, Total.SUM, printed=False),
    Column("Balance", _MONEY, Total.SUM),
    Column("Balance as of", _DATE, printed=False),
    Column("Rate type", _TEXT, printed=False),
    Column("Rate", _RATE, Total.WEIGHTED),
    Column("Amortization", _TEXT, printed=False),
    Column("Originated", _DATE, printed=False),
    Column("Maturity", _DATE),
    Column("Maturity is", _TEXT, printed=False),
    Column("Balloon", _MONEY, Total.SUM),
    Column("Annual debt service", _MONEY, Total.SUM),
    Column("Net operating income", _MONEY, printed=False),
    Column("Income as of", _DATE, printed=False),
    Column("Value", _MONEY, printed=False),
    Column("Value as of", _DATE, printed=False),
    Column("DSCR", _RATIO),
    Column("LTV", _RATE),
    Column("Debt yield", _RATE),
)


def debt_schedule(book: Book) -> tuple[Sheet, ...]:
    """Return one row for each outstanding loan."""
    return (Sheet("Debt schedule", _SCHEDULE, (_scheduled(line) for line in book.owed())),)


def _scheduled(line: LoanLine) -> Row:
    loan, figures, ratios = line.loan, line.figures, line.ratios
    income = figures.net_operating_income.latest
    cells = (
        loan.number,
        loan.name,
        loan.borrower,
        line.lender,
        line.fund,
        line.portfolio,
        ", ".join(asset.name for asset in line.assets),
        words(loan.status.value),
        loan.original_balance,
        line.balance,
        line.balance_as_of,
        words(loan.rate_type.value),
        loan.rate,
        words(loan.amortization_type.value),
        loan.origination_date,
        line.maturity.date,
        words(line.maturity.kind.value),
        line.balloon,
        line.debt_service,
        *dated(income),
        *dated(figures.value),
        ratios.dscr.value,
        ratios.ltv.value,
        ratios.debt_yield.value,
    )
    return Row(loan.id, cells)


_BY_YEAR: Final = (
    Column("Year", _TEXT),
    Column("Loans", _COUNT, Total.SUM),
    Column("Balance", _MONEY, Total.SUM),
    Column("Share of balance", _RATE, Total.SUM),
    Column("Weighted rate", _RATE),
    Column("Falls due by schedule", _MONEY, Total.SUM),
    Column("Balance without a schedule", _MONEY, Total.SUM),
)
_FALLING_DUE: Final = (
    Column("Maturity", _DATE),
    Column("Maturity is", _TEXT),
    Column("Loan number", _TEXT),
    Column("Name", _TEXT),
    Column("Lender", _TEXT),
    Column("Balance", _MONEY, Total.SUM),
    Column("Rate", _RATE, Total.WEIGHTED),
    Column("Balloon", _MONEY, Total.SUM),
    Column("Final maturity", _DATE, printed=False),
    Column("Days left", _COUNT),
)


def maturities(book: Book) -> tuple[Sheet, ...]:
    """Return what falls due by year, and each outstanding loan in the order of its expected maturity."""
    rows, years = [], defaultdict[str, list[tuple[Decimal, Decimal, Decimal | None]]](list)
    for line in book.owed():
        loan, maturity = line.loan, line.maturity
        past = maturity.date < line.on and line.balance > 0
        years["Past maturity" if past else str(maturity.date.year)].append((line.balance, loan.rate, line.balloon))
        cells = (
            maturity.date,
            words(maturity.kind.value),
            loan.number,
            loan.name,
            line.lender,
            line.balance,
            loan.rate,
            line.balloon,
            loan.maturity_date,
            (maturity.date - line.on).days,
        )
        rows.append(Row(loan.id, cells))
    rows.sort(key=lambda row: (row.cells[0], row.cells[2]))
    return (
        Sheet("By year", _BY_YEAR, _years(years)),
        Sheet("Loans", _FALLING_DUE, rows),
    )


def _years(years: dict[str, list[tuple[Decimal, Decimal, Decimal | None]]]) -> Iterator[Row]:
    whole = sum((balance for loans in years.values() for balance, _, _ in loans), Decimal(0))
    # What is past its maturity stands first: its letter sorts after the digits of a year.
    for year in sorted(years, key=lambda name: (name.isdecimal(), name)):
        loans = years[year]
        balance = sum((balance for balance, _, _ in loans), Decimal(0))
        interest = sum((balance * rate for balance, rate, _ in loans), Decimal(0))
        due = sum((balloon for _, _, balloon in loans if balloon is not None), Decimal("0.00"))
        unscheduled = sum((balance for balance, _, balloon in loans if balloon is None), Decimal("0.00"))
        yield Row(
            year,
            (
                year,
                len(loans),
                balance,
                share(balance, whole),
                interest / balance if balance else None,
                due,
                unscheduled,
            ),
        )


_BUCKETS: Final = (
    Column("Status", _TEXT),
    Column("Loans", _COUNT, Total.SUM),
    Column("Balance", _MONEY, Total.SUM),
    Column("Share of balance", _RATE, Total.SUM),
)
_LATE: Final = (
    Column("Status", _TEXT),
    Column("Loan number", _TEXT),
    Column("Name", _TEXT),
    Column("Borrower", _TEXT),
    Column("Lender", _TEXT),
    Column("Balance", _MONEY, Total.SUM),
    Column("Balance as of", _DATE),
    Column("Servicer", _TEXT, printed=False),
)
_AGES: Final = (
    LoanStatus.CURRENT,
    LoanStatus.DAYS_30,
    LoanStatus.DAYS_60,
    LoanStatus.DAYS_90,
    LoanStatus.DEFAULT,
    LoanStatus.DEFEASED,
)


def ageing(book: Book) -> tuple[Sheet, ...]:
    """Return what is owed by status, and each loan that is late or in default, the latest first."""
    counts = dict.fromkeys(_AGES, 0)
    balances = dict.fromkeys(_AGES, Decimal("0.00"))
    late: list[tuple[int, Decimal, Row]] = []
    for line in book.owed():
        loan, status = line.loan, line.loan.status
        counts[status] += 1
        balances[status] += line.balance
        if status not in {LoanStatus.CURRENT, LoanStatus.DEFEASED}:
            row = Row(
                loan.id,
                (
                    words(status.value),
                    loan.number,
                    loan.name,
                    loan.borrower,
                    line.lender,
                    line.balance,
                    line.balance_as_of,
                    loan.servicer,
                ),
            )
            late.append((_AGES.index(status), line.balance, row))
    late.sort(key=lambda each: (-each[0], -each[1], each[2].cells[1]))
    whole = sum(balances.values(), Decimal(0))
    buckets: Sequence[Row] = [
        Row(status.value, (words(status.value), counts[status], balances[status], share(balances[status], whole)))
        for status in _AGES
    ]
    return (
        Sheet("By status", _BUCKETS, buckets),
        Sheet("Late loans", _LATE, [row for _, _, row in late]),
    )


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a part of a whole as a fraction; None of nothing."""
    return part / whole if whole else None
