"""The table of reports: which sheets each kind has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from realinsights.loans.model.reports import ReportKind
from realinsights.loans.reports.book import Book
from realinsights.loans.reports.cells import Sheet
from realinsights.loans.reports.sheets.abstract import abstract
from realinsights.loans.reports.sheets.billing import overcharges
from realinsights.loans.reports.sheets.changes import changes
from realinsights.loans.reports.sheets.groups import concentrations, lender_exposure
from realinsights.loans.reports.sheets.loans import ageing, debt_schedule, maturities

SHEETS: Final[Mapping[ReportKind, Callable[[Book], tuple[Sheet, ...]]]] = MappingProxyType(
    {
        ReportKind.DEBT_SCHEDULE: debt_schedule,
        ReportKind.LOAN_ABSTRACT: abstract,
        ReportKind.MATURITIES: maturities,
        ReportKind.LENDER_EXPOSURE: lender_exposure,
        ReportKind.CONCENTRATIONS: concentrations,
        ReportKind.AGEING: ageing,
        ReportKind.CHANGES: changes,
        ReportKind.OVERCHARGES: overcharges,
    }
)
