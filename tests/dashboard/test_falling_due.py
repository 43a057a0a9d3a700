"""What falls due: today's balances beside balloons, by the day on which each loan is expected to be repaid."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from types import ModuleType

from hypothesis import given, settings

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    AmortizationType,
    DatedPerformance,
    ExtendedMaturity,
    FallingDue,
    LoanRecorded,
    LoansEvent,
    LoanStatus,
    PerformanceRecorded,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import Dashboard, dashboard
from realinsights.dashboard.model.digest import digest
from realinsights.dashboard.store.layout import pack_portfolio, unpack_portfolio

from .builders import decoded, due_day, portfolios

Tell = Callable[[Iterable[LoansEvent]], Columns]

ON = datetime.date(2025, 12, 31)
CLOSED = {LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED}
ANTICIPATED = FallingDue(
    balloon=Decimal(60), anticipated_repayment_date=datetime.date(2027, 3, 1), anticipated_balloon=Decimal(80)
)
EXTENDED = FallingDue(
    balloon=Decimal(70),
    extensions=(
        ExtendedMaturity(datetime.date(2025, 6, 1), datetime.date(2031, 1, 1)),
        ExtendedMaturity(datetime.date(2026, 6, 1), datetime.date(2032, 1, 1)),
    ),
)


def of(columns: Columns, on: datetime.date = ON, filters: Filters | None = None) -> Dashboard:
    return decoded(dashboard(columns, filters or Filters(), on, sequence=1))


def wall(columns: Columns, on: datetime.date = ON) -> list[tuple[str, str, str, str]]:
    """Return key, balance, what is due by schedule and what has no schedule of each year."""
    years = of(columns, on).maturities.year
    return [(year.key, year.balance, year.due_by_schedule, year.without_schedule) for year in years]


class TestTheWall:
    @settings(max_examples=40, deadline=None)
    @given(portfolios())
    def test_adds_up_balances_and_balloons(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]]
    ) -> None:
        loans = [events.a_loan(str(number), **values) for number, values in enumerate(portfolio)]
        sums: dict[str, list[Decimal]] = {}
        for loan in loans:
            if loan.status in CLOSED:
                continue
            due, day, balloon = loan.falling_due, due_day(loan, ON), loan.falling_due.balloon
            extended = any(step.exercised_on <= ON for step in due.extensions)
            if due.anticipated_repayment_date == day and day >= ON:
                balloon = due.anticipated_balloon
            elif extended and loan.amortization_type is not AmortizationType.INTEREST_ONLY:
                balloon = None
            year = sums.setdefault(str(day.year), [Decimal(0), Decimal(0), Decimal(0)])
            year[0] += loan.current_balance
            year[1] += balloon or 0
            year[2] += loan.current_balance if balloon is None else 0
        expected = [(key, *(f"{amount:.2f}" for amount in amounts)) for key, amounts in sorted(sums.items())]
        assert wall(told(loans)) == expected

    def test_has_a_loan_on_its_anticipated_repayment_date_until_that_is_past(
        self, told: Tell, events: ModuleType
    ) -> None:
        columns = told([events.a_loan("1", current_balance="100", falling_due=ANTICIPATED)])
        assert wall(columns) == [("2027", "100.00", "80.00", "0.00")]
        assert wall(columns, datetime.date(2027, 3, 1)) == [("2027", "100.00", "80.00", "0.00")]
        assert wall(columns, datetime.date(2027, 3, 2)) == [("2030", "100.00", "60.00", "0.00")]

    def test_has_a_loan_on_its_extended_maturity_from_each_exercise_on(self, told: Tell, events: ModuleType) -> None:
        plain = events.a_loan("1", current_balance="100", falling_due=EXTENDED)
        amortizing = events.a_loan(
            "1", current_balance="100", falling_due=EXTENDED, amortization_type=AmortizationType.AMORTIZING
        )
        for loan, due in ((plain, ("70.00", "0.00")), (amortizing, ("0.00", "100.00"))):
            columns = told([loan])
            assert wall(columns, datetime.date(2025, 5, 31)) == [("2030", "100.00", "70.00", "0.00")]
            assert wall(columns) == [("2031", "100.00", *due)]
            assert wall(columns, datetime.date(2026, 6, 1)) == [("2032", "100.00", *due)]

    def test_says_what_has_no_schedule(self, told: Tell, events: ModuleType) -> None:
        loans = [
            events.a_loan("1", current_balance="100", falling_due=FallingDue(balloon=Decimal(90))),
            events.a_loan("2", current_balance="40"),
            events.a_loan("3", current_balance="0", status=LoanStatus.PAID_OFF),
        ]
        assert wall(told(loans)) == [("2030", "140.00", "90.00", "40.00")]
        whole = of(told(loans)).maturities
        assert (whole.due_by_schedule, whole.without_schedule) == ("90.00", "40.00")


class TestTheDayOfRepayment:
    def test_is_that_of_term_filters_and_rankings(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [
                events.a_loan("1", current_balance="100", maturity_date="2050-01-01", falling_due=ANTICIPATED),
                events.a_loan("2", current_balance="300", maturity_date="2025-01-01", falling_due=EXTENDED),
            ]
        )
        shown = of(columns)
        # 100 for 425 days to 2027-03-01, and 300 for 1,827 to 2031-01-01: 590,600 ÷ 400 ÷ 365.
        assert shown.figures.weighted_remaining_years.value == "4.045205"
        assert shown.figures.past_maturity.value == "0.00"
        assert [line.number for line in shown.upcoming] == ["1", "2"]
        found = of(columns, filters=Filters(maturity_from=ON, maturity_to=datetime.date(2027, 3, 1)))
        assert found.figures.outstanding.value == "100.00"

    def test_is_shown_beside_the_final_maturity(self, told: Tell, events: ModuleType) -> None:
        columns = told(
            [events.a_loan("1", falling_due=ANTICIPATED), events.a_loan("2", falling_due=EXTENDED), events.a_loan("3")]
        )
        shown = {line.number: line for line in of(columns).upcoming}
        final = datetime.date(2030, 1, 1)
        assert {line.maturity_date for line in shown.values()} == {final}
        days = {key: (line.anticipated_repayment_date, line.extended_maturity_date) for key, line in shown.items()}
        assert days == {
            "1": (datetime.date(2027, 3, 1), None),
            "2": (None, datetime.date(2031, 1, 1)),
            "3": (None, None),
        }
        later = {line.number: line for line in of(columns, datetime.date(2026, 6, 1)).upcoming}
        assert later["2"].extended_maturity_date == datetime.date(2032, 1, 1)


class TestWhatIsStored:
    def test_comes_back_from_a_blob_and_from_being_told_again(self, told: Tell, events: ModuleType) -> None:
        loans: list[LoanRecorded] = [
            events.a_loan("1", falling_due=ANTICIPATED),
            events.a_loan("2", falling_due=EXTENDED),
        ]
        columns = told(loans)
        again, _, _ = unpack_portfolio(pack_portfolio(columns, applied=1, facts="facts"))
        assert wall(again) == wall(columns)
        plain = [events.a_loan(number, falling_due=FallingDue()) for number in ("1", "2")]
        performed = [
            PerformanceRecorded(
                loan_id=loan.loan_id, performance=DatedPerformance(), months=(), falling_due=loan.falling_due
            )
            for loan in loans
        ]
        assert digest(told([*plain, *performed])) == digest(columns)
