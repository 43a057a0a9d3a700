"""Subscribers of the files service: workers take up versions, and citations hear of the loans that they are of."""

from __future__ import annotations

from typing import Final

from realinsights.contracts.files import VersionReceived
from realinsights.contracts.loans import LoanDeleted, LoanRecorded

PROCESSING: Final = "files.processing"
PROCESSING_SERVICES: Final = ("files",)
PROCESSING_EVENTS: Final = (VersionReceived,)

CITATIONS: Final = "files.citations"
CITATIONS_SERVICES: Final = ("loans",)
CITATIONS_EVENTS: Final = (LoanRecorded, LoanDeleted)
