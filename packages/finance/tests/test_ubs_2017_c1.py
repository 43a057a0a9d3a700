"""A real deal, month by month: UBS Commercial Mortgage Trust 2017-C1 as its servicer reported it.

Money passed through 32-bit floats on the way, so it holds to max($0.02, balance x 1.2e-7). A reported ending balance
is the scheduled one less what was collected unscheduled, so that a payoff month is still a month on schedule.
"""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from decimal import Decimal

import pytest

from realinsights_finance import (
    DayCount,
    LoanTerms,
    expected_installment,
    regular_start,
    reported_debt_service,
    schedule,
    shown_ratio,
)
from realinsights_finance.ratios import debt_service_coverage

DAY_COUNTS = {"1": DayCount.THIRTY_360, "3": DayCount.ACTUAL_360}
# The tape states the original rate with six decimals, 0.045498; its own months, and its interest, say this one.
UNROUNDED_RATES = {"3": Decimal("0.04549797")}
# A note whose agreement lists its principal month by month once its 60 interest-only months are over.
OWN_PRINCIPAL_SCHEDULE = {"3": 60}

ON_SCHEDULE = "on its original schedule"
REPAID = "repaid or liquidated before the period"
STOPPED = "distressed: the servicer advances neither interest nor principal any more"
LIQUIDATED = "liquidated in the period, from the balance at which its advances stopped"
OWN_PRINCIPAL = "amortizes by a principal schedule of its own"


@pytest.fixture(scope="module")
def sample(shared_data):
    folder = shared_data / "cmbs"
    return read(folder / "ubs-2017-c1-sample-loans.csv"), read(folder / "ubs-2017-c1-sample-periods.csv")


@pytest.fixture(scope="module")
def kept(facts):
    return read(facts / "ubs-2017-c1-loans.csv"), read(facts / "ubs-2017-c1-periods.csv")


def read(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def terms_of(loan):
    first = datetime.date.fromisoformat(loan["firstLoanPaymentDueDate"])
    amortization = loan["originalAmortizationTermNumber"]
    return LoanTerms(
        principal=Decimal(loan["originalLoanAmount"]),
        rate=UNROUNDED_RATES.get(loan["assetNumber"], Decimal(loan["originalInterestRatePercentage"])),
        start=regular_start(first),
        first_payment=first,
        maturity=datetime.date.fromisoformat(loan["maturityDate"]),
        day_count=DAY_COUNTS[loan["interestAccrualMethodCode"]],
        amortization_months=int(Decimal(amortization)) if amortization else None,
        interest_only_months=int(loan["originalInterestOnlyTermNumber"]),
    )


def amount(period, element):
    return Decimal(period[element] or 0)


def why(period, number):
    if not amount(period, "reportPeriodBeginningScheduleLoanBalanceAmount"):
        return REPAID
    if not amount(period, "scheduledInterestAmount"):
        return STOPPED
    if period["liquidationPrepaymentCode"] == "3.0":
        return LIQUIDATED
    if number > OWN_PRINCIPAL_SCHEDULE.get(period["assetNumber"], 1200):
        return OWN_PRINCIPAL
    return ON_SCHEDULE


def assert_within(reported, computed, what):
    assert abs(reported - computed) <= max(Decimal("0.02"), computed * Decimal("1.2e-7")), what


def assert_reproduced(period, row):
    where = (period["assetNumber"], period["reportingPeriodEndDate"])
    begin = datetime.date.fromisoformat(period["reportingPeriodBeginningDate"])
    assert begin <= row.due_date <= datetime.date.fromisoformat(period["reportingPeriodEndDate"]), where
    beginning = amount(period, "reportPeriodBeginningScheduleLoanBalanceAmount")
    ending = amount(period, "reportPeriodEndScheduledLoanBalanceAmount")
    ending += amount(period, "unscheduledPrincipalCollectedAmount")
    assert_within(beginning, row.beginning_balance, where)
    assert_within(amount(period, "scheduledInterestAmount"), row.interest, where)
    assert_within(amount(period, "scheduledPrincipalAmount"), row.principal, where)
    assert_within(ending, row.ending_balance, where)


def reproduce(loans, periods):
    """Compare every loan-month on its original schedule; return the months of each loan by why they are (not)."""
    schedules = {loan["assetNumber"]: schedule(terms_of(loan)) for loan in loans}
    months = {loan["assetNumber"]: Counter() for loan in loans}
    for period in periods:
        computed = schedules[period["assetNumber"]]
        number = computed.terms.installments_due(datetime.date.fromisoformat(period["reportingPeriodEndDate"]))
        reason = why(period, number)
        months[period["assetNumber"]][reason] += 1
        if reason is ON_SCHEDULE:
            assert_reproduced(period, computed.installments[number - 1])
    return months


class TestFactsKeptHere:
    def test_thirty_months_of_five_loans_are_reproduced(self, kept):
        months = reproduce(*kept)
        assert months == {number: Counter({ON_SCHEDULE: 30}) for number in ("10", "15", "18", "42", "53")}

    def test_they_are_those_of_the_sample_data(self, kept, sample):
        for few, many in zip(kept, sample, strict=True):
            elements = few[0].keys()
            rows = [{name: row[name] for name in elements} for row in many]
            assert all(row in rows for row in few)


class TestEveryLoanAndMonthOfTheSample:
    def test_on_its_original_schedule_is_reproduced(self, sample):
        loans, periods = sample
        months = reproduce(loans, periods)
        exceptions = {number: dict(reasons) for number, reasons in months.items() if set(reasons) != {ON_SCHEDULE}}
        assert exceptions == {
            "3": {ON_SCHEDULE: 55, OWN_PRINCIPAL: 50},
            "5": {ON_SCHEDULE: 50, REPAID: 55},
            "29": {ON_SCHEDULE: 55, REPAID: 50},
            "49": {ON_SCHEDULE: 80, STOPPED: 14, LIQUIDATED: 1, REPAID: 10},
            "52": {ON_SCHEDULE: 72, STOPPED: 11, LIQUIDATED: 1, REPAID: 21},
        }
        assert all(
            reasons == Counter({ON_SCHEDULE: 105}) for number, reasons in months.items() if number not in exceptions
        )
        assert len(months) == 21
        assert sum(months.values(), Counter()) == {
            ON_SCHEDULE: 1992,
            OWN_PRINCIPAL: 50,
            STOPPED: 25,
            LIQUIDATED: 2,
            REPAID: 136,
        }

    def test_that_is_flagged_as_modified_or_defeased_and_still_pays_as_agreed_is_reproduced_too(self, sample):
        loans, periods = sample
        flagged = [period for period in periods if period["modifiedIndicator"] == "True"]
        defeased = {loan["assetNumber"] for loan in loans if loan["DefeasedStatusCode"] != "N"}
        assert len(flagged) == 75
        assert len(defeased) == 2
        months = reproduce(loans, flagged + [period for period in periods if period["assetNumber"] in defeased])
        assert sum(months.values(), Counter()) == {ON_SCHEDULE: 285}

    def test_has_the_interest_of_its_reported_balance_wherever_interest_is_reported(self, sample):
        loans, periods = sample
        terms = {loan["assetNumber"]: terms_of(loan) for loan in loans}
        compared = 0
        for period in periods:
            if not amount(period, "scheduledInterestAmount"):
                continue
            loan = terms[period["assetNumber"]]
            row = expected_installment(
                loan,
                number=loan.installments_due(datetime.date.fromisoformat(period["reportingPeriodEndDate"])),
                beginning_balance=amount(period, "reportPeriodBeginningScheduleLoanBalanceAmount"),
            )
            assert_within(amount(period, "scheduledInterestAmount"), row.interest, period)
            compared += 1
        assert compared == 2044


def test_the_dscr_of_every_whole_loan_is_the_reported_one(sample):
    loans, _ = sample
    whole = [loan for loan in loans if loan["loanStructureCode"] == "WL"]
    assert len(whole) == 16
    for loan in whole:
        service = reported_debt_service(terms_of(loan)).annual
        for income, reported in (
            ("netOperatingIncomeSecuritizationAmount", "debtServiceCoverageNetOperatingIncomeSecuritizationPercentage"),
            ("netCashFlowFlowSecuritizationAmount", "debtServiceCoverageNetCashFlowSecuritizationPercentage"),
        ):
            ratio = debt_service_coverage(Decimal(loan[income]), service)
            assert shown_ratio(ratio, 2) == Decimal(loan[reported]), loan["assetNumber"]
