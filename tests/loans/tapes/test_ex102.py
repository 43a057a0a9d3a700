"""EX-102: what an asset means."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest

from realinsights.contracts.loans import LoanStatus, LoanStructure, PropertyType, StatementBasis
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.model.terms import PrepaymentKind
from realinsights.loans.tapes.ex102 import outline, parent_of, statements
from realinsights.loans.tapes.problems import Refused
from realinsights_finance.day_count import DayCount


def read(tape: bytes):
    stream = io.BytesIO(tape)
    return list(statements(stream, outline(stream)))


def only(tape: bytes) -> Statement:
    (statement,) = read(tape)
    assert isinstance(statement, Statement), statement
    return statement


def problems(tape: bytes):
    (refused,) = [row for row in read(tape) if isinstance(row, Refused)]
    return refused.problems


class TestALoan:
    def test_has_its_terms_and_its_period(self, ex102, loan):
        statement = only(ex102(loan("7")))
        assert statement.number == "7"
        assert statement.period_end == datetime.date(2025, 12, 11)
        assert statement.rate == Decimal("0.06")
        assert statement.day_count is DayCount.ACTUAL_360
        assert statement.structure is LoanStructure.WHOLE_LOAN
        assert statement.amortization_months == 360
        assert statement.ending_balance == Decimal("999004.49")
        assert statement.properties[0].property_type is PropertyType.RETAIL

    def test_has_an_anticipated_repayment_date_where_that_is_not_its_maturity(self, ex102, loan):
        assert only(ex102(loan())).anticipated_repayment_date is None
        assert only(ex102(loan(hyperAmortizingDate="11-01-2030"))).anticipated_repayment_date is None
        statement = only(ex102(loan(maturityDate="11-01-2045", hyperAmortizingDate="11-01-2030")))
        assert statement.anticipated_repayment_date == datetime.date(2030, 11, 1)
        assert statement.maturity_date == datetime.date(2045, 11, 1)

    def test_an_absent_element_is_unknown_and_not_zero(self, ex102, loan):
        assert only(ex102(loan(scheduledInterestAmount=None))).interest is None

    def test_payment_type_3_is_interest_only_to_maturity_whatever_its_months_say(self, ex102, loan):
        statement = only(ex102(loan(paymentTypeCode="3", originalInterestOnlyTermNumber="60")))
        assert statement.interest_only
        assert statement.amortization_months is None

    def test_a_note_of_a_split_loan_keeps_its_name(self, ex102, loan):
        statement = only(ex102(loan(loanStructureCode="A2")))
        assert (statement.structure, statement.note_name) == (LoanStructure.A_NOTE, "A2")

    def test_a_rate_of_zero_after_a_payoff_says_nothing_of_the_note(self, ex102, loan):
        assert only(ex102(loan(reportPeriodInterestRatePercentage="0.0"))).rate == Decimal("0.06")

    def test_prepayment_runs_from_lockout_through_yield_maintenance_to_open(self, ex102, loan):
        tape = ex102(loan(prepaymentLockOutEndDate="12-31-2027", yieldMaintenanceEndDate="05-31-2030"))
        assert [(phase.kind, phase.until) for phase in only(tape).prepayment] == [
            (PrepaymentKind.LOCKOUT, datetime.date(2027, 12, 31)),
            (PrepaymentKind.YIELD_MAINTENANCE, datetime.date(2030, 5, 31)),
            (PrepaymentKind.OPEN, None),
        ]

    @pytest.mark.parametrize(
        ("elements", "expected"),
        [
            ({"prepaymentLockOutEndDate": "12-31-2027"}, [("lockout", "2027-12-31"), ("premium", None)]),
            (
                {"prepaymentLockOutEndDate": "12-31-2027", "prepaymentPremiumIndicator": "false"},
                [("lockout", "2027-12-31"), ("open", None)],
            ),
            (
                {"prepaymentLockOutEndDate": "12-31-2027", "prepaymentPremiumsEndDate": "05-31-2030"},
                [("lockout", "2027-12-31"), ("premium", "2030-05-31"), ("open", None)],
            ),
            (
                {"yieldMaintenanceEndDate": "05-31-2030", "prepaymentPremiumsEndDate": "05-31-2030"},
                [("yield_maintenance", "2030-05-31"), ("open", None)],
            ),
            ({"prepaymentPremiumIndicator": "true"}, []),
        ],
    )
    def test_prepayment_says_no_more_than_the_tape_does(self, ex102, loan, elements, expected):
        phases = only(ex102(loan(**elements))).prepayment
        assert [(phase.kind.value, phase.until and str(phase.until)) for phase in phases] == expected
        assert all(phase.formula is None and phase.penalty is None for phase in phases)

    @pytest.mark.parametrize(
        ("elements", "expected"),
        [
            (
                {"prepaymentLockOutEndDate": "05-31-2030", "prepaymentPremiumIndicator": "false"},
                [("lockout", "2027-12-31"), ("defeasance", "2030-05-31"), ("open", None)],
            ),
            (
                {"prepaymentLockOutEndDate": "12-31-2027", "yieldMaintenanceEndDate": "05-31-2030"},
                [("lockout", "2027-12-31"), ("defeasance_or_yield_maintenance", "2030-05-31"), ("open", None)],
            ),
            (
                {"yieldMaintenanceEndDate": "05-31-2030"},
                [
                    ("yield_maintenance", "2027-12-31"),
                    ("defeasance_or_yield_maintenance", "2030-05-31"),
                    ("open", None),
                ],
            ),
        ],
    )
    def test_a_defeasance_may_be_chosen_from_its_day_on(self, ex102, asset, elements, expected):
        building = {"propertyName": "Harbor", "defeasanceOptionStartDate": "01-01-2028"}
        phases = only(ex102(asset("1", properties=[building], **elements))).prepayment
        assert [(phase.kind.value, phase.until and str(phase.until)) for phase in phases] == expected

    @pytest.mark.parametrize(
        ("codes", "status"),
        [
            ({"paymentStatusLoanCode": "B"}, LoanStatus.CURRENT),
            ({"paymentStatusLoanCode": "1"}, LoanStatus.DAYS_30),
            ({"paymentStatusLoanCode": "3"}, LoanStatus.DAYS_90),
            ({"paymentStatusLoanCode": "5"}, LoanStatus.DEFAULT),
            ({"liquidationPrepaymentCode": "9"}, LoanStatus.PAID_OFF),
            ({"liquidationPrepaymentCode": "3"}, LoanStatus.LIQUIDATED),
            ({"liquidationPrepaymentCode": "1"}, LoanStatus.CURRENT),
        ],
    )
    def test_its_codes_decide_its_status(self, ex102, loan, codes, status):
        assert only(ex102(loan(**codes))).status is status

    def test_a_fully_defeased_loan_is_defeased(self, ex102, asset):
        tape = ex102(asset("1", properties=[{"propertyName": "Bonds", "DefeasedStatusCode": "F"}]))
        assert only(tape).status is LoanStatus.DEFEASED


class TestItsFigures:
    def figures(self, ex102, asset, **values):
        return only(ex102(asset("1", properties=[{"propertyName": "A", **values}]))).properties[0]

    def test_keeps_underwritten_and_a_full_years_figures_apart(self, ex102, asset):
        found = self.figures(
            ex102,
            asset,
            netOperatingIncomeSecuritizationAmount="100.00",
            mostRecentFinancialsStartDate="01-01-2024",
            mostRecentFinancialsEndDate="12-31-2024",
            mostRecentNetOperatingIncomeAmount="90.00",
        )
        assert [(line.basis, line.net_operating_income) for line in found.operating_statements] == [
            (StatementBasis.UNDERWRITTEN, Decimal("100.00")),
            (StatementBasis.ANNUAL, Decimal("90.00")),
        ]

    def test_income_of_part_of_a_year_is_no_annual_figure_but_its_occupancy_stands(self, ex102, asset):
        found = self.figures(
            ex102,
            asset,
            mostRecentFinancialsStartDate="01-01-2024",
            mostRecentFinancialsEndDate="06-30-2024",
            mostRecentNetOperatingIncomeAmount="45.00",
            mostRecentPhysicalOccupancyPercentage="0.91",
        )
        (line,) = found.operating_statements
        assert (line.net_operating_income, line.occupancy) == (None, Decimal("0.91"))

    def test_keeps_both_valuations_with_their_dates(self, ex102, asset):
        found = self.figures(
            ex102,
            asset,
            valuationSecuritizationAmount="100.00",
            mostRecentValuationAmount="80.00",
            mostRecentValuationDate="05-01-2025",
            mostRecentValuationSourceCode="MAI",
        )
        assert [(value.amount, value.as_of) for value in found.valuations] == [
            (Decimal("100.00"), None),
            (Decimal("80.00"), datetime.date(2025, 5, 1)),
        ]


class TestChildProperties:
    @pytest.mark.parametrize("child", ["4.01", "4-001", "4A"])
    def test_a_numbered_asset_without_terms_is_a_building_of_its_loan(self, child):
        assert parent_of(child, {"4"}) == "4"

    def test_a_loan_may_have_a_dash_of_its_own(self):
        assert parent_of("1-A.02", {"1-A", "1"}) == "1-A"

    def test_the_parents_roll_up_is_not_a_building(self, ex102, asset):
        tape = ex102(
            asset("4", properties=[{"propertyName": "Portfolio", "valuationSecuritizationAmount": "30.00"}]),
            asset("4.01", terms={}, properties=[{"propertyName": "A", "valuationSecuritizationAmount": "10.00"}]),
            asset("4.02", terms={}, properties=[{"propertyName": "B"}]),
        )
        statement = only(tape)
        assert statement.name == "Portfolio"
        assert [(building.number, building.name) for building in statement.properties] == [("4.01", "A"), ("4.02", "B")]
        assert statement.roll_up is not None
        assert statement.roll_up.valuations[0].amount == Decimal("30.00")

    def test_children_may_come_before_their_parent_and_after_other_loans(self, ex102, asset, loan):
        tape = ex102(
            asset("4.01", terms={}, properties=[{"propertyName": "A"}]),
            asset("4", properties=[{"propertyName": "Portfolio"}]),
            loan("5"),
            asset("4.02", terms={}, properties=[{"propertyName": "B"}]),
        )
        assert {row.number: len(row.properties) for row in read(tape)} == {"5": 1, "4": 2}

    def test_an_asset_that_belongs_to_no_loan_is_refused(self, ex102, asset, loan):
        tape = ex102(loan("1"), asset("9.01", terms={}, properties=[{"propertyName": "A"}]))
        assert "no loan it could be a property of" in problems(tape)[0].reason


class TestWhatIsRefused:
    def test_every_bad_value_is_named_with_row_and_line(self, ex102, loan):
        tape = ex102(loan("1"), loan("2", maturityDate="02-30-2030", originalLoanAmount="a lot"))
        found = {problem.field: problem for problem in problems(tape)}
        assert set(found) == {"maturityDate", "originalLoanAmount"}
        assert found["maturityDate"].reason == "is a date that does not exist"
        assert (found["maturityDate"].row, found["maturityDate"].loan) == (2, "2")
        assert found["maturityDate"].line > 20

    def test_a_bad_value_of_a_child_refuses_the_whole_loan(self, ex102, asset):
        tape = ex102(
            asset("4", properties=[{"propertyName": "Portfolio"}]),
            asset("4.01", terms={}, properties=[{"propertyName": "A", "yearBuiltNumber": "old"}]),
        )
        assert [problem.field for problem in problems(tape)] == ["yearBuiltNumber"]

    def test_a_code_outside_the_list_is_refused_with_the_list(self, ex102, loan):
        (problem,) = problems(ex102(loan(loanStructureCode="XX")))
        assert "A1, A2, B1" in problem.reason

    def test_a_second_loan_of_the_same_number_is_refused(self, ex102, loan):
        assert "asset 1 of this file" in problems(ex102(loan("1"), loan("1")))[0].reason

    def test_a_loan_without_a_period_is_refused(self, ex102, loan):
        assert problems(ex102(loan(reportingPeriodEndDate=None)))[0].field == "reportingPeriodEndDate"


class TestRealTapes:
    def test_the_bank5_tape_has_35_loans_on_85_buildings(self, shared_data):
        rows = read((shared_data / "cmbs" / "bank5-2025-5yr19.ex102.xml").read_bytes())
        loans = [row for row in rows if isinstance(row, Statement)]
        assert len(loans) == len(rows) == 35
        assert sum(len(row.properties) for row in loans) == 85
        assert sum((row.ending_balance or 0 for row in loans), Decimal(0)) == Decimal("949066382.67")

    def test_every_monthly_tape_is_read_whole_and_known_for_32_bit_money(self, shared_data):
        files = sorted((shared_data / "cmbs" / "ubs-2017-c1-sample-monthly").glob("*.xml"))
        assert len(files) == 24
        for file in files:
            with file.open("rb") as stream:
                found = outline(stream)
                assert found.evidence.precision is Precision.FLOAT32
                assert all(isinstance(row, Statement) for row in statements(stream, found))
