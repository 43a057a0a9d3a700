"""Tapes to import: a CSV by the template, of any length, the same every time."""

from __future__ import annotations

import csv
import datetime
import random
from pathlib import Path

STATES = ("CA", "NY", "TX", "FL", "IL", "WA", "MA", "GA", "CO", "NC")
TYPES = ("multifamily", "office", "retail", "industrial", "hospitality", "storage")
LENDERS = tuple(f"Lender {number:02}" for number in range(1, 41))
HEADER = (
    "loanNumber", "loanName", "asOf", "lender", "originalBalance", "currentBalance", "rate", "originationDate",
    "firstPaymentDate", "maturityDate", "dayCount", "amortizationMonths", "interestOnlyMonths", "propertyName",
    "city", "state", "propertyType", "value", "netOperatingIncome",
)  # fmt: skip


def write_csv(file: Path, rows: int) -> Path:
    """Write a tape of ten-year loans, each on one property, and return the file."""
    draw = random.Random(7)  # noqa: S311 - a repeatable tape, not a secret
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADER)
        for number in range(1, rows + 1):
            started = datetime.date(2017 + number % 8, 1 + number % 12, 1)
            first = datetime.date(started.year + started.month // 12, started.month % 12 + 1, 1)
            amount = draw.randrange(10, 900) * 100_000
            writer.writerow(
                (
                    f"B-{number:06}", f"Loan {number:06}", "2025-12-31", draw.choice(LENDERS), f"{amount}.00",
                    f"{amount * 9 // 10}.00", f"{draw.randrange(3000, 7500) / 100000:.5f}", started, first,
                    started.replace(year=started.year + 10), "actual_360", 360, 0, f"Building {number:06}", "Reno",
                    draw.choice(STATES), draw.choice(TYPES), f"{amount * 3 // 2}.00", f"{amount // 10}.00",
                )
            )  # fmt: skip
    return file


_NAMESPACE = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata"


def write_ex102(file: Path, loans: int) -> Path:
    """Write an EX-102 of interest-only loans, each on one building, in their first period, and return the file."""
    assets = []
    for number in range(1, loans + 1):
        balance = 5_000_000 + 250_000 * number
        interest = balance * 6 * 30 // (100 * 360)
        assets.append(
            f"""<assets>
<assetNumber>{number}</assetNumber>
<reportingPeriodBeginningDate>11-13-2025</reportingPeriodBeginningDate>
<reportingPeriodEndDate>12-11-2025</reportingPeriodEndDate>
<originatorName>{LENDERS[number % 4]}</originatorName>
<originationDate>11-01-2025</originationDate>
<originalLoanAmount>{balance}.00</originalLoanAmount>
<originalTermLoanNumber>60</originalTermLoanNumber>
<maturityDate>11-01-2030</maturityDate>
<originalAmortizationTermNumber>0</originalAmortizationTermNumber>
<originalInterestRatePercentage>0.06000000</originalInterestRatePercentage>
<interestAccrualMethodCode>3</interestAccrualMethodCode>
<originalInterestRateTypeCode>1</originalInterestRateTypeCode>
<originalInterestOnlyTermNumber>60</originalInterestOnlyTermNumber>
<firstLoanPaymentDueDate>12-01-2025</firstLoanPaymentDueDate>
<loanStructureCode>WL</loanStructureCode>
<paymentTypeCode>3</paymentTypeCode>
<paymentFrequencyCode>1</paymentFrequencyCode>
<property>
<propertyName>Building {number}</propertyName>
<propertyCity>Reno</propertyCity>
<propertyState>{STATES[number % len(STATES)]}</propertyState>
<propertyTypeCode>RT</propertyTypeCode>
<valuationSecuritizationAmount>{balance * 2}.00</valuationSecuritizationAmount>
<netOperatingIncomeSecuritizationAmount>{balance // 8}.00</netOperatingIncomeSecuritizationAmount>
</property>
<reportPeriodBeginningScheduleLoanBalanceAmount>{balance}.00</reportPeriodBeginningScheduleLoanBalanceAmount>
<reportPeriodInterestRatePercentage>0.06000000</reportPeriodInterestRatePercentage>
<scheduledInterestAmount>{interest}.00</scheduledInterestAmount>
<scheduledPrincipalAmount>0.00</scheduledPrincipalAmount>
<reportPeriodEndScheduledLoanBalanceAmount>{balance}.00</reportPeriodEndScheduledLoanBalanceAmount>
<paymentStatusLoanCode>0</paymentStatusLoanCode>
</assets>"""
        )
    body = "\n".join(assets)
    file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<assetData xmlns="{_NAMESPACE}">\n{body}\n</assetData>\n')
    return file
