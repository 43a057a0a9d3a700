from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from random import Random
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    Collateral,
    LoanRecorded,
    LoansEvent,
    LoanStatus,
    LoanStructure,
    PeriodFigures,
    PeriodsRecorded,
    PeriodsWithdrawn,
    PropertyType,
    RateType,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import dashboard
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.history import Evidence, history

Tell = Callable[[Iterable[LoansEvent]], Columns]

TODAY = datetime.date(2026, 1, 15)
ASSET_DATA = "{http://www.sec.gov/edgar/document/absee/cmbs/assetdata}"


def values(
    columns: Columns,
    figure: FigureName = FigureName.OUTSTANDING,
    *,
    filters: Filters | None = None,
    first: str | None = None,
    last: str | None = None,
    on: datetime.date = TODAY,
) -> dict[str, str | None]:
    shown = history(
        columns,
        filters or Filters(),
        on,
        figures=(figure,),
        first=datetime.date.fromisoformat(f"{first}-01") if first else None,
        last=datetime.date.fromisoformat(f"{last}-01") if last else None,
        sequence=1,
    )
    return {point.month: point.value for point in shown.series[0].points}


def evidence(columns: Columns) -> tuple[Evidence, ...]:
    return history(columns, Filters(), TODAY, figures=(), first=None, last=None, sequence=1).evidence


def periods(loan: str, *months: PeriodFigures) -> PeriodsRecorded:
    return PeriodsRecorded(loan_id=f"loan-{loan}", periods=months)


def shuffled(months: list[PeriodsRecorded]) -> list[PeriodsRecorded]:
    return Random(5).sample(months, len(months))  # noqa: S311 - any order will do


class TestMonthsWithoutAFact:
    def test_carry_the_last_one_forward_but_never_before_the_first(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", current_balance="70", as_of="2025-06-30"),
                events.a_loan("2", current_balance="50", as_of="2025-05-31"),
                periods("1", events.a_month("2025-02", "100"), events.a_month("2025-06", "70")),
                periods("2", events.a_month("2025-04", "60"), events.a_month("2025-05", "50")),
            ]
        )
        assert values(columns) == {
            "2025-02": None,  # of the second loan nothing is known yet
            "2025-03": None,
            "2025-04": "160.00",
            "2025-05": "150.00",
            "2025-06": "120.00",
        }
        assert [(e.reported, e.scheduled, e.carried) for e in evidence(columns)] == [
            (1, 0, 0),
            (0, 0, 1),
            (1, 0, 1),
            (1, 0, 1),
            (1, 0, 1),
        ]

    def test_end_where_the_loan_is_paid_off(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", current_balance="0", status=LoanStatus.PAID_OFF, as_of="2025-04-11"),
                events.a_loan("2", current_balance="1", as_of="2025-05-31"),
                periods("1", events.a_month("2025-02", "100")),
            ]
        )
        assert values(columns) == {"2025-02": "100.00", "2025-03": "100.00", "2025-04": None, "2025-05": "1.00"}

    def test_end_after_the_last_fact_of_a_loan_closed_by_nothing_later(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", current_balance="0", status=LoanStatus.LIQUIDATED, as_of="2025-02-11"),
                periods("1", events.a_month("2025-02", "100")),
            ]
        )
        assert values(columns, last="2025-04") == {"2025-02": "100.00", "2025-03": "0.00", "2025-04": "0.00"}

    def test_may_be_asked_for_and_none_is_of_the_future(self, told: Tell, events: ModuleType) -> None:
        columns = told([events.a_loan("1", as_of="2025-12-01"), periods("1", events.a_month("2025-11", "9"))])
        assert values(columns, last="2030-01") == {"2025-11": "9.00", "2025-12": "1000000.00", "2026-01": "1000000.00"}
        assert values(columns, first="2025-12", last="2025-12") == {"2025-12": "1000000.00"}
        assert values(columns, on=datetime.date(2025, 10, 1)) == {}

    def test_a_loan_without_any_fact_counts_from_the_date_of_its_balance(self, told: Tell, events: ModuleType) -> None:
        assert values(told([events.a_loan("1", current_balance="5", as_of="2025-09-30")])) == {"2025-09": "5.00"}


class TestWhatIsNotKnown:
    def test_a_loan_before_its_first_fact_is_left_out_of_every_figure_from_its_origination_on(
        self, told: Tell, events: ModuleType
    ) -> None:
        columns = told(
            [
                events.a_loan("1", as_of="2025-05-31", current_balance="50", origination_date="2019-02-01"),
                events.a_loan("2", as_of="2025-05-31", current_balance="7", origination_date="2025-03-31"),
                periods("1", *(events.a_month(f"2025-{month:02}", "50") for month in (1, 2, 3, 4))),
            ]
        )
        shown = history(columns, Filters(), TODAY, figures=(), first=None, last=None, sequence=1)
        assert [one.unknown for one in shown.evidence] == [0, 0, 1, 1, 0]
        outstanding = next(series for series in shown.series if series.figure is FigureName.OUTSTANDING)
        # Seven of fifty-seven: the line breaks, and the sum of what is known stands beside.
        assert [
            (point.value, point.numerator, point.left_out, point.missing_share) for point in outstanding.points
        ] == [
            ("50.00", "50.00", 0, "0.000000"),
            ("50.00", "50.00", 0, "0.000000"),
            (None, "50.00", 1, "0.122807"),
            (None, "50.00", 1, "0.122807"),
            ("57.00", "57.00", 0, "0.000000"),
        ]
        assert [one.unknown_balance for one in shown.evidence] == ["0.00", "0.00", "7.00", "7.00", "0.00"]
        assert {point.left_out for series in shown.series for point in series.points[2:4]} == {1, 2}

    def test_up_to_a_twentieth_of_the_balance_breaks_no_line(self, told: Tell, events: ModuleType) -> None:
        for missing, first in (("5", "95.00"), ("5.01", None)):
            columns = told(
                [
                    events.a_loan("1", as_of="2025-02-28", current_balance="95"),
                    events.a_loan("2", as_of="2025-02-28", current_balance=missing, rate_type=RateType.FLOATING),
                    periods("1", events.a_month("2025-01", "95")),
                ]
            )
            assert values(columns)["2025-01"] == first

    def test_a_rate_of_the_past_is_left_out_of_the_weighted_rate_alone(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", as_of="2025-02-28"),
                events.a_loan("2", as_of="2025-02-28"),
                periods("1", events.a_month("2025-01", "100", rate=Decimal("0.0625"))),
                periods("2", events.a_month("2025-01", "300", rate=None, reported=False)),
            ]
        )
        names = (FigureName.OUTSTANDING, FigureName.WEIGHTED_RATE)
        shown = history(columns, Filters(), TODAY, figures=names, first=None, last=None, sequence=1)
        first, rate = (series.points[0] for series in shown.series)
        assert (first.value, first.loans, first.left_out) == ("400.00", 2, 0)
        assert (rate.value, rate.denominator, rate.loans) == (None, "100.00", 1)
        assert (first.missing_share, rate.missing_share) == ("0.000000", "0.750000")
        assert (rate.left_out, rate.left_out_balance) == (1, "300.00")


class TestMonthsLearnt:
    def test_a_reported_one_replaces_a_scheduled_one_and_not_the_reverse(self, told: Tell, events: ModuleType) -> None:
        loan = events.a_loan("1", as_of="2025-02-28")
        scheduled = periods("1", events.a_month("2025-02", "99", reported=False))
        reported = periods("1", events.a_month("2025-02", "98"))
        for happened in ([loan, scheduled, reported], [loan, reported, scheduled]):
            assert values(told(happened)) == {"2025-02": "98.00"}

    def test_a_later_report_of_the_same_month_replaces_the_earlier(self, told: Tell, events: ModuleType) -> None:
        loan = events.a_loan("1", as_of="2025-02-28")
        happened = [loan, periods("1", events.a_month("2025-02", "98")), periods("1", events.a_month("2025-02", "97"))]
        assert values(told(happened)) == {"2025-02": "97.00"}

    def test_withdrawn_ones_are_gone(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", as_of="2025-01-31", current_balance="100"),
                periods("1", events.a_month("2025-01", "100"), events.a_month("2025-02", "90")),
                PeriodsWithdrawn(loan_id="loan-1", months=(datetime.date(2025, 2, 1),)),
            ]
        )
        assert values(columns) == {"2025-01": "100.00"}

    def test_their_order_does_not_matter(self, told: Tell, events: ModuleType) -> None:
        loan = events.a_loan("1", as_of="2025-12-31")
        months = [periods("1", events.a_month(f"2025-{n:02}", str(n))) for n in range(1, 13)]
        assert values(told([loan, *shuffled(months)])) == values(told([loan, *months]))


class TestALoanBesideAnother:
    def test_is_measured_alone_only_while_it_was_alone_whatever_is_filtered(
        self, told: Tell, events: ModuleType
    ) -> None:
        tower = (Collateral(property_id="tower", state="NY", property_type=PropertyType.OFFICE, balance=Decimal(1)),)
        first = events.a_loan("1", value="18000000", collateral=tower, lender_id="bank", as_of="2025-12-31")
        second = events.a_loan("2", value="18000000", collateral=tower, lender_id="fund", as_of="2025-12-31")
        worth = events.a_performance(value="18000000")
        columns = told(
            [
                first,
                second,
                periods("1", events.a_month("2025-11", "9800000", performance=worth)),
                periods(
                    "2",
                    *(events.a_month(month, "5000000", performance=worth) for month in ("2025-10", "2025-11")),
                ),
            ]
        )
        shown = values(columns, FigureName.LTV, filters=Filters(lender_id=("fund",)), last="2025-11")
        assert shown == {"2025-10": "0.277778", "2025-11": None}


class TestFiguresOfThePast:
    def test_are_computed_as_those_of_the_present(self, told: Tell, events: ModuleType) -> None:
        loans = [events.generated_loan(index) for index in range(300)]
        columns = told([*events.parties(), *loans])
        months = [
            PeriodsRecorded(
                loan_id=loan.loan_id,
                periods=(
                    PeriodFigures(
                        month=datetime.date(2025, 12, 1),
                        balance=loan.current_balance,
                        rate=loan.rate,
                        status=loan.status,
                        reported=True,
                        annual_debt_service=loan.annual_debt_service,
                        performance=loan.performance,
                    ),
                ),
            )
            for loan in loans
        ]
        told_again = told([*events.parties(), *loans, *months])
        on = datetime.date(2025, 12, 31)
        for filters in (Filters(), Filters(lender_id=("lender-3",)), Filters(status=(LoanStatus.DAYS_30,))):
            now = events.decoded(dashboard(columns, filters, on, sequence=1))
            past = history(told_again, filters, on, figures=(), first=None, last=None, sequence=1)
            for series in past.series:
                figure = getattr(now.figures, series.figure.name.lower())
                assert len(series.points) == 1
                assert series.points[0].value == figure.value
                assert series.points[0].loans == figure.loans
                assert series.points[0].left_out == (now.left_out[figure.left_out].count if figure.left_out else 0)
                assert series.unit is figure.unit

    def test_ask_the_status_of_the_month(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", as_of="2025-03-31"),
                periods(
                    "1",
                    events.a_month("2025-01", "9"),
                    events.a_month("2025-02", "8", status=LoanStatus.DAYS_60),
                    events.a_month("2025-03", "7"),
                ),
            ]
        )
        late = Filters(status=(LoanStatus.DAYS_60,))
        assert values(columns, filters=late) == {"2025-01": "0.00", "2025-02": "8.00", "2025-03": "0.00"}

    def test_remaining_terms_run_from_the_end_of_the_month(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", maturity_date="2026-01-31", as_of="2025-01-31"),
                periods("1", events.a_month("2025-01", "9")),
            ]
        )
        assert values(columns, FigureName.WEIGHTED_REMAINING_YEARS) == {"2025-01": "1.000000"}

    def test_leave_notes_out_of_ratios(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", as_of="2025-01-31"),
                events.a_loan("2", as_of="2025-01-31", structure=LoanStructure.PARI_PASSU),
                periods("1", events.a_month("2025-01", "60", value="100")),
                periods("2", events.a_month("2025-01", "60", value="500")),
            ]
        )
        shown = history(columns, Filters(), TODAY, figures=(FigureName.LTV,), first=None, last=None, sequence=1)
        point = shown.series[0].points[0]
        assert (point.value, point.left_out, point.left_out_balance) == ("0.600000", 1, "60.00")


class TestRealTapes:
    @pytest.fixture
    def deal(self, shared_data: Path, events: ModuleType) -> tuple[list[LoansEvent], dict[str, Decimal]]:
        """Return the 24 monthly files as the events they stand for, and each month's sum as the files have it."""
        happened: list[LoansEvent] = []
        sums: dict[str, Decimal] = {}
        for path in sorted((shared_data / "cmbs" / "ubs-2017-c1-sample-monthly").glob("*.xml")):
            for asset in ET.parse(path).getroot():  # noqa: S314 - a file of our own
                number = asset.findtext(f"{ASSET_DATA}assetNumber") or ""
                end = datetime.datetime.strptime(  # noqa: DTZ007 - a date without a time
                    asset.findtext(f"{ASSET_DATA}reportingPeriodEndDate") or "", "%m-%d-%Y"
                ).date()
                balance = Decimal(asset.findtext(f"{ASSET_DATA}reportPeriodEndActualBalanceAmount") or "")
                cents = balance.quantize(Decimal("0.01"))
                month = f"{end:%Y-%m}"
                sums[month] = sums.get(month, Decimal(0)) + cents
                happened += [
                    events.a_loan(number, current_balance=cents, as_of=end),
                    periods(number, events.a_month(month, str(cents))),
                ]
        return happened, sums

    def test_every_month_is_the_sum_of_the_tapes_own_balances(
        self, told: Tell, deal: tuple[list[LoansEvent], dict[str, Decimal]]
    ) -> None:
        happened, sums = deal
        columns = told(happened)
        assert columns.count == 21
        assert len(sums) == 24
        assert values(columns) == {month: f"{balance:.2f}" for month, balance in sorted(sums.items())}

    def test_months_in_any_order_give_the_same_history(
        self, told: Tell, deal: tuple[list[LoansEvent], dict[str, Decimal]]
    ) -> None:
        happened, _ = deal
        loans = [event for event in happened if isinstance(event, LoanRecorded)]
        months = [event for event in happened if isinstance(event, PeriodsRecorded)]
        assert values(told([*loans, *shuffled(months)])) == values(told(happened))
