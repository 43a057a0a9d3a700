"""The basis of income: in figures with the dates of their operands, in lines, order and history."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    LOANS_EVENTS,
    DatedAmount,
    IncomeBasis,
    MonthPerformance,
    PerformanceRecorded,
    PeriodsRecorded,
    Standing,
    StatementBasis,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import LoanSelection, dashboard, listed
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.history import history
from realinsights.dashboard.model.lines import lines
from realinsights.dashboard.model.ordering import LineOrder

from .builders import decoded, on, portfolios

Tell = Callable[..., Columns]
TODAY = datetime.date(2026, 10, 31)
BOTH = {"underwritten": ("1250000", "2025-01-31"), "trailing_twelve_months": ("600000", "2026-09-30")}
GOLDEN = {"annual_debt_service": "662644.44", "current_balance": "10000000", "as_of": "2026-10-31"}

OLD_LOAN = """[{"type":"loans.loan.recorded.v1","loanId":"loan-1","number":"1","name":"Loan 1","borrower":null,
"lenderId":null,"fundId":null,"portfolioId":null,"structure":"whole_loan","status":"current","rateType":"fixed",
"amortizationType":"amortizing","originalBalance":"10000000.00","currentBalance":"10000000.00","rate":"0.0525",
"originationDate":"2025-01-01","maturityDate":"2035-01-01","asOf":"2026-10-31","annualDebtService":"662644.44",
"reportedDscr":null,"collateral":[{"propertyId":"property-1","state":"NY","propertyType":"office",
"balance":"10000000.00"}],"performance":{"value":"18000000.00","netOperatingIncome":"1250000.00"}},
{"type":"loans.periods.recorded.v1","loanId":"loan-1","periods":[{"month":"2026-08-01","balance":"10000000.00",
"rate":"0.0525","status":"current","reported":false,"annualDebtService":"662644.44",
"performance":{"netOperatingIncome":"1250000.00"}},{"month":"2026-09-01","balance":"10000000.00","rate":"0.0525",
"status":"current","reported":false,"annualDebtService":"662644.44",
"performance":{"netOperatingIncome":"1250000.00"}}]}]"""


def filters(basis: str) -> Filters:
    return Filters(statement_basis=IncomeBasis(basis))


def dscr(columns: Columns, basis: str, day: datetime.date = TODAY) -> Any:
    return decoded(dashboard(columns, filters(basis), day, sequence=1)).figures.dscr


class TestAFigure:
    @pytest.mark.parametrize(
        ("basis", "value", "dated"),
        [
            ("latest", "0.905463", "2026-09-30"),
            ("trailing_twelve_months", "0.905463", "2026-09-30"),
            ("underwritten", "1.886381", "2025-01-31"),
            ("annual", None, None),
        ],
    )
    def test_is_on_the_basis_asked_for_and_dates_its_operands(
        self, told: Tell, events: ModuleType, basis: str, value: str | None, dated: str | None
    ) -> None:
        income = on("trailing_twelve_months", **BOTH)
        figure = dscr(told([events.a_loan("1", **GOLDEN, net_operating_income=income)]), basis)
        assert figure.value == value
        assert (figure.numerator.as_of and str(figure.numerator.as_of.earliest)) == dated
        if value is not None:
            assert str(figure.denominator.as_of.latest) == "2026-10-31"

    def test_tells_the_earliest_and_the_latest_date_and_how_many_have_none(
        self, told: Tell, events: ModuleType
    ) -> None:
        loans = [
            events.a_loan(
                "1", value="100", annual_debt_service="1", net_operating_income=on(annual=("9", "2024-12-31"))
            ),
            events.a_loan(
                "2", value="100", annual_debt_service="1", net_operating_income=on(annual=("9", "2025-12-31"))
            ),
            events.a_loan("3", annual_debt_service="1", net_operating_income="9"),
        ]
        figures = decoded(dashboard(told(loans), Filters(), TODAY, sequence=1)).figures
        upper = figures.dscr.numerator
        assert (str(upper.as_of.earliest), str(upper.as_of.latest), upper.undated) == ("2024-12-31", "2025-12-31", 1)
        assert (figures.ltv.denominator.as_of, figures.ltv.denominator.undated) == (None, 2)

    @pytest.mark.parametrize(("day", "old"), [("2026-03-31", False), ("2026-04-01", True), ("0001-01-01", False)])
    def test_marks_an_operand_older_than_fifteen_months(
        self, told: Tell, events: ModuleType, day: str, old: bool
    ) -> None:
        columns = told([events.a_loan("1", **GOLDEN, net_operating_income=on(annual=("9", "2024-12-31")))])
        figure = dscr(columns, "latest", datetime.date.fromisoformat(day))
        assert (figure.numerator.old, figure.denominator.old) == (old, False)

    def test_says_how_much_balance_stands_on_each_basis_of_the_latest(self, told: Tell, events: ModuleType) -> None:
        trailing = on("trailing_twelve_months", **BOTH)
        mixed = msgspec.structs.replace(trailing, latest=DatedAmount(Decimal(5)))
        incomes = {"1": trailing, "2": on(underwritten="7"), "3": trailing, "4": mixed}
        balances = {"1": "40", "2": "50", "3": "5", "4": "1"}
        columns = told(
            events.a_loan(key, annual_debt_service="1", current_balance=balances[key], net_operating_income=income)
            for key, income in incomes.items()
        )
        figure = dscr(columns, "latest")
        assert [(part.basis.value, part.loans, part.balance) for part in figure.bases] == [
            ("underwritten", 1, "50.00"),
            ("trailing_twelve_months", 2, "45.00"),
            ("several", 1, "1.00"),
        ]
        assert dscr(columns, "underwritten").bases == ()

    def test_leaves_out_what_has_no_statement_of_the_basis(self, told: Tell, events: ModuleType) -> None:
        columns = told([events.a_loan("1", **GOLDEN, net_operating_income=on(underwritten="7"))])
        shown = decoded(dashboard(columns, filters("annual"), TODAY, sequence=1))
        [(number, _, reason)] = events.named(shown, shown.figures.dscr)
        assert (number, reason) == ("1", "no net operating income is known on this basis")

    @settings(max_examples=30, deadline=None)
    @given(portfolios())
    def test_on_any_basis_is_made_of_the_income_on_it(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]]
    ) -> None:
        loans = [events.a_loan(str(number), **values) for number, values in enumerate(portfolio)]
        columns = told(loans)
        for basis in IncomeBasis:
            behind = LoanSelection(filters=filters(basis), on=TODAY, figure=FigureName.DEBT_YIELD_NCF).flags(columns)
            named = {columns.ids[row] for row, flag in enumerate(behind) if flag} if behind is not None else set()
            amounts = [
                getattr(loan.performance.net_cash_flow, basis.value).amount for loan in loans if loan.loan_id in named
            ]
            figure = decoded(dashboard(columns, filters(basis), TODAY, sequence=1)).figures.debt_yield_ncf
            assert Decimal(figure.numerator.value) == sum(amounts)


class TestLines:
    def test_have_the_income_the_ratios_and_the_order_of_the_basis(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", **GOLDEN, net_operating_income=on("trailing_twelve_months", **BOTH)),
                events.a_loan("2", **GOLDEN, net_operating_income=on(underwritten=("900000", "2025-06-30"))),
            ]
        )
        for basis, best, told_of in (
            ("latest", "loan-2", ["trailing_twelve_months", "2026-09-30", "0.905463", "0.060000"]),
            ("underwritten", "loan-1", ["underwritten", "2025-01-31", "1.886381", "0.125000"]),
        ):
            which = LoanSelection(filters=filters(basis), on=TODAY)
            found, _ = listed(columns, which, order=LineOrder.DSCR_DESCENDING, after=None, limit=1)
            assert [columns.ids[row] for row in found.rows] == [best]
            [line] = lines(columns, [0], filters(basis), TODAY)
            assert [line.income_basis, str(line.income_as_of), line.dscr, line.debt_yield] == told_of


class TestHistory:
    def test_has_the_income_of_the_basis_as_it_was_known_of_each_month(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", **GOLDEN, net_operating_income=on("trailing_twelve_months", **BOTH)),
                PeriodsRecorded(
                    loan_id="loan-1",
                    periods=(
                        events.a_month(
                            "2026-08",
                            "10000000",
                            annual_debt_service=Decimal("662644.44"),
                            net_operating_income=on(underwritten=BOTH["underwritten"]),
                        ),
                    ),
                ),
            ]
        )
        shown = {}
        for basis in IncomeBasis:
            trend = history(
                columns, filters(basis), TODAY, figures=[FigureName.DSCR], first=None, last=None, sequence=1
            )
            shown[basis.value] = [point.value for point in trend.series[0].points]
        assert shown == {
            "latest": ["1.886381", "1.886381", "0.905463"],
            "underwritten": ["1.886381", "1.886381", "1.886381"],
            "trailing_twelve_months": [None, None, "0.905463"],
            "annual": [None, None, None],
        }


class TestWhatWasToldBeforeBasesWere:
    def test_is_undated_income_of_an_unknown_basis_until_it_is_told_again(self, told: Tell, events: ModuleType) -> None:
        columns = told(LOANS_EVENTS.decode(OLD_LOAN.encode()))
        figure = dscr(columns, "latest")
        assert (figure.value, figure.numerator.undated) == ("1.886381", 1)
        assert [part.basis.value for part in figure.bases] == ["unknown"]
        assert dscr(columns, "underwritten").value is None
        assert columns.untold

        early = events.a_performance(net_operating_income=on(underwritten=BOTH["underwritten"]))
        now = events.a_performance(
            value=DatedAmount(Decimal(18_000_000), datetime.date(2024, 11, 15)),
            net_operating_income=on("trailing_twelve_months", **BOTH),
        )
        months = (
            MonthPerformance(since=datetime.date(2025, 1, 1), performance=early),
            MonthPerformance(since=datetime.date(2026, 9, 1), performance=now),
        )
        told([PerformanceRecorded(loan_id="loan-1", performance=now, months=months, standing=Standing())], columns)
        assert not columns.untold
        assert (dscr(columns, "latest").value, dscr(columns, "underwritten").value) == ("0.905463", "1.886381")
        trend = history(columns, Filters(), TODAY, figures=[FigureName.DSCR], first=None, last=None, sequence=1)
        assert [point.value for point in trend.series[0].points] == ["1.886381", "0.905463", "0.905463"]

    def test_of_a_loan_that_is_gone_changes_nothing(self, told: Tell, events: ModuleType) -> None:
        event = PerformanceRecorded(loan_id="gone", performance=events.a_performance(), months=())
        assert told([event]).count == 0


def test_a_basis_of_a_statement_is_one_that_income_may_stand_on() -> None:
    assert {basis.value for basis in IncomeBasis} - {basis.value for basis in StatementBasis} == {"latest"}
