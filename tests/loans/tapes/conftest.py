"""Small synthetic tapes: an EX-102 is built from dicts, stating only what a test is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

NAMESPACE = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata"

LOAN = {
    "reportingPeriodBeginningDate": "11-13-2025",
    "reportingPeriodEndDate": "12-11-2025",
    "originatorName": "First Bank",
    "originationDate": "10-31-2025",
    "originalLoanAmount": "1000000.00",
    "originalTermLoanNumber": "60",
    "maturityDate": "11-01-2030",
    "originalAmortizationTermNumber": "360",
    "originalInterestRatePercentage": "0.06000000",
    "interestAccrualMethodCode": "3",
    "originalInterestRateTypeCode": "1",
    "originalInterestOnlyTermNumber": "0",
    "firstLoanPaymentDueDate": "12-01-2025",
    "loanStructureCode": "WL",
    "paymentTypeCode": "2",
    "paymentFrequencyCode": "1",
    "reportPeriodInterestRatePercentage": "0.06000000",
    "reportPeriodBeginningScheduleLoanBalanceAmount": "1000000.00",
    "scheduledInterestAmount": "5000.00",
    "scheduledPrincipalAmount": "995.51",
    "reportPeriodEndScheduledLoanBalanceAmount": "999004.49",
    "paymentStatusLoanCode": "0",
}
PROPERTY = {
    "propertyName": "Main Street Plaza",
    "propertyState": "TX",
    "propertyTypeCode": "RT",
    "valuationSecuritizationAmount": "1600000.00",
    "netOperatingIncomeSecuritizationAmount": "120000.00",
    "netCashFlowFlowSecuritizationAmount": "110000.00",
}


def an_asset(
    number: str, *, terms: Mapping[str, str] | None = None, properties: Iterable[Mapping[str, str]] = (), **changes: Any
) -> str:
    """Return one `<assets>`: a loan unless `terms` are empty; a change of None leaves the element out."""
    values = {**(LOAN if terms is None else terms), **changes}
    lines = ["<assets>", f"<assetNumber>{number}</assetNumber>"]
    lines += [f"<{name}>{value}</{name}>" for name, value in values.items() if value is not None]
    for asset in properties:
        lines.append("<property>")
        lines += [f"<{name}>{value}</{name}>" for name, value in asset.items()]
        lines.append("</property>")
    return "\n".join([*lines, "</assets>"])


def a_tape(*assets: str) -> bytes:
    """Return an EX-102 of these assets."""
    body = "\n".join(assets)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<assetData xmlns="{NAMESPACE}">\n{body}\n</assetData>\n'.encode()


def a_loan(number: str = "1", **changes: Any) -> str:
    """Return a loan on one property."""
    return an_asset(number, properties=[PROPERTY], **changes)


@pytest.fixture
def ex102() -> Callable[..., bytes]:
    return a_tape


@pytest.fixture
def loan() -> Callable[..., str]:
    return a_loan


@pytest.fixture
def asset() -> Callable[..., str]:
    return an_asset
