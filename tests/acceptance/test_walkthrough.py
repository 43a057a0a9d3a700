"""The documented script works against a running server, as a newcomer runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .topologies import Server

ROOT = Path(__file__).parents[2]
NAMESPACE = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata"
LOAN = """<assets><assetNumber>{number}</assetNumber>
<reportingPeriodBeginningDate>11-13-2025</reportingPeriodBeginningDate>
<reportingPeriodEndDate>12-11-2025</reportingPeriodEndDate><originatorName>First Bank</originatorName>
<originationDate>11-01-2025</originationDate><originalLoanAmount>6000000.00</originalLoanAmount>
<originalTermLoanNumber>60</originalTermLoanNumber><maturityDate>11-01-2030</maturityDate>
<originalInterestRatePercentage>0.06000000</originalInterestRatePercentage>
<interestAccrualMethodCode>3</interestAccrualMethodCode>
<originalInterestRateTypeCode>1</originalInterestRateTypeCode>
<originalInterestOnlyTermNumber>60</originalInterestOnlyTermNumber>
<firstLoanPaymentDueDate>12-01-2025</firstLoanPaymentDueDate><loanStructureCode>WL</loanStructureCode>
<paymentTypeCode>3</paymentTypeCode><paymentFrequencyCode>1</paymentFrequencyCode>
<property><propertyName>Plaza {number}</propertyName><propertyState>TX</propertyState>
<propertyTypeCode>RT</propertyTypeCode>
<valuationSecuritizationAmount>10000000.00</valuationSecuritizationAmount>
<netOperatingIncomeSecuritizationAmount>750000.00</netOperatingIncomeSecuritizationAmount></property>
<reportPeriodBeginningScheduleLoanBalanceAmount>6000000.00</reportPeriodBeginningScheduleLoanBalanceAmount>
<reportPeriodInterestRatePercentage>0.06000000</reportPeriodInterestRatePercentage>
<scheduledInterestAmount>30000.00</scheduledInterestAmount><scheduledPrincipalAmount>0.00</scheduledPrincipalAmount>
<reportPeriodEndScheduledLoanBalanceAmount>6000000.00</reportPeriodEndScheduledLoanBalanceAmount>
<paymentStatusLoanCode>0</paymentStatusLoanCode></assets>"""


def walk(server: Server, tape: Path) -> dict[str, str]:
    """Run the script and return what it said last about each step."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "walkthrough.py"), server.address, str(tape)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(line.strip().split("  ", 1) for line in done.stdout.splitlines())


def test_a_small_tape_goes_in_and_its_figures_come_out(server: Server, tmp_path: Path) -> None:
    tape = tmp_path / "small-deal.xml"
    loans = "".join(LOAN.format(number=number) for number in (1, 2, 3))
    tape.write_text(f'<?xml version="1.0"?><assetData xmlns="{NAMESPACE}">{loans}</assetData>')
    said = walk(server, tape)
    assert said["import"] == "3 loans created, 0 updated, 0 unchanged"
    assert said["reconcile"] == "3 matched, 0 not due, 0 differ"
    assert said["outstanding"] == "18000000.00 over 3 loans, 0 left out"
    assert said["ltv"] == "0.600000 over 3 loans, 0 left out"
    assert said["debtYield"] == "0.125000 over 3 loans, 0 left out"
    assert said["its schedule"].startswith("60 installments")


def test_a_real_tape_does_too(server: Server, shared_data: Path) -> None:
    said = walk(server, shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml")
    assert said["import"] == "35 loans created, 0 updated, 0 unchanged"
    assert said["reconcile"] == "10 matched, 25 not due, 0 differ"
    assert said["outstanding"] == "949066382.67 over 35 loans, 0 left out"


def test_a_file_that_is_no_tape_is_refused_with_the_reason(server: Server, tmp_path: Path) -> None:
    tape = tmp_path / "letter.xml"
    tape.write_text("<letter>Dear lender</letter>")
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "walkthrough.py"), server.address, str(tape)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1
    assert "EX-102" in done.stderr
