"""Fixtures of the notifications' tests: terms of loans, with defaults for whatever a test does not say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from realinsights.contracts.terms import PaymentTerms, TermsRecorded

Terms = Callable[..., TermsRecorded]


@pytest.fixture(scope="session")
def a_loan() -> Terms:
    """Return the terms of a loan that pays on the first of each month and matures in 2028."""

    def made(**values: Any) -> TermsRecorded:
        defaults: dict[str, Any] = {
            "loan_id": "loan-1",
            "number": "1001",
            "name": "Harbor Point",
            "as_of": datetime.date(2026, 1, 1),
            "maturity_date": datetime.date(2028, 1, 1),
            "payments": PaymentTerms(first=datetime.date(2025, 2, 1), day=1),
        }
        return TermsRecorded(**{**defaults, **values})

    return made
