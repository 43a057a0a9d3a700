"""The book of a report: its loans, kept in a temporary file so that fifty thousand take little memory."""

from __future__ import annotations

import datetime
import io
import tempfile
from collections.abc import Iterator
from typing import Final

import msgspec

from realinsights.loans.model.lender_conventions import Search
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.reconciled import Reconciled, reconciled
from realinsights.loans.model.reports import ReportKind, ReportParameters
from realinsights.loans.reports.lines import LoanLine, LoansPage

_PAGE: Final = msgspec.msgpack.Decoder(LoansPage)


class ReportOrder(msgspec.Struct, frozen=True, array_like=True):
    """What is to be made: the kind, what it was asked with, the day it is as of, and the lines of its cover."""

    kind: ReportKind
    title: str
    parameters: ReportParameters
    as_of: datetime.date
    cover: tuple[tuple[str, str], ...]


class Book:
    """The loans of one report, read as often as its sheets need them."""

    def __init__(self, order: ReportOrder) -> None:
        self.order = order
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it goes with the process
        self._pages: list[tuple[int, int]] = []

    def add(self, page: bytes) -> None:
        """Keep a page of loans, a `LoansPage` in msgpack."""
        self._file.seek(0, io.SEEK_END)
        self._pages.append((self._file.tell(), len(page)))
        self._file.write(page)

    def lines(self) -> Iterator[LoanLine]:
        """Yield the loans in the order in which they came."""
        order = self.order
        for page in self._decoded():
            properties = {asset.id: asset for asset in page.properties}
            for loan in page.loans:
                mine = set(loan.property_ids)
                yield LoanLine(
                    loan,
                    properties=properties,
                    beside=[each for each in page.beside if each.id != loan.id and mine & set(each.property_ids)]
                    if page.beside
                    else (),
                    names=page.names,
                    on=order.as_of,
                    rolled=order.parameters.as_of is not None,
                )

    def reconciled(self) -> Iterator[tuple[LoanLine, Reconciled]]:
        """Yield the loans with what servicers reported of them, of a report of overcharges."""
        search, lines = Search(), self.lines()
        for page in self._decoded():
            for found in reconciled(page.loans, page.statements, search, page.fixings.known()):
                yield next(lines), found

    def former(self) -> Iterator[Loan]:
        """Yield the loans as they were, of a report of changes."""
        return (loan for page in self._decoded() for loan in page.former)

    def added(self) -> Iterator[str]:
        """Yield the ids of loans that were not there before, of a report of changes."""
        return (loan_id for page in self._decoded() for loan_id in page.added)

    def left(self) -> Iterator[Loan]:
        """Yield the loans that are no longer the report's, as they are now, of a report of changes."""
        return (loan for page in self._decoded() for loan in page.left)

    def owed(self) -> Iterator[LoanLine]:
        """Yield the outstanding loans."""
        return (line for line in self.lines() if line.is_owed)

    def _decoded(self) -> Iterator[LoansPage]:
        for start, length in self._pages:
            self._file.seek(start)
            yield _PAGE.decode(self._file.read(length))
