"""Rolling forward: figures of a date ahead of what was reported."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    Collateral,
    DatedBalance,
    FallingDue,
    LoanRecorded,
    LoanStatus,
    PeriodsRecorded,
    PropertyType,
    RateType,
    Repayment,
)
from realinsights.dashboard.model.columns import Columns, LoanColumn
from realinsights.dashboard.model.dashboard import LoanSelection, dashboard, listed, totals
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.history import history
from realinsights.dashboard.model.lines import LoanLine
from realinsights.dashboard.model.ordering import LineOrder
from realinsights.dashboard.model.rolling import LATE, UNSCHEDULED, rolled_forward
from realinsights.dashboard.store.layout import pack_portfolio, unpack_portfolio
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency, add_months

from .builders import decoded
from .conftest import World

Tell = Callable[..., Columns]

RECORDED = datetime.date(2025, 1, 1)
AHEAD = datetime.date(2026, 6, 15)
# The golden loan: 10,000,000.00 at 5.25 % on actual/360, 360 months of amortization, ten years.
GOLDEN = Repayment(
    payment=Decimal("55220.37"),
    rate=Decimal("0.0525"),
    start=RECORDED,
    first_payment=datetime.date(2025, 2, 1),
    maturity=datetime.date(2035, 1, 1),
    payment_day=1,
    day_count=DayCount.ACTUAL_360,
    frequency=Frequency.MONTHLY,
    interest_only_months=0,
    business_day_rule=BusinessDayRule.UNADJUSTED,
    business_day_calendar=None,
    accrual_adjusted=False,
)


def golden(events: ModuleType, number: str = "1", **changes: Any) -> LoanRecorded:
    values: dict[str, Any] = {
        "current_balance": "10000000.00",
        "rate": "0.0525",
        "maturity_date": "2035-01-01",
        "as_of": RECORDED,
        "falling_due": FallingDue(balloon=Decimal("8303919.05"), scheduled=True, repayment=GOLDEN),
    }
    loan: LoanRecorded = events.a_loan(number, **(values | changes))
    return loan


def outstanding(columns: Columns, on: datetime.date, *, ahead: bool = True) -> str | None:
    return decoded(dashboard(columns, Filters(), on, sequence=1, ahead=ahead)).figures.outstanding.value


class TestABalance:
    def test_of_a_date_ahead_is_what_the_schedule_leaves(self, told: Tell, events: ModuleType) -> None:
        columns = told([golden(events)])
        for day, balance in (
            ("2025-01-01", "10000000.00"),
            ("2025-02-01", "10000000.00"),  # not older than a month: as it was reported
            ("2025-02-02", "9989987.96"),
            ("2025-03-01", "9975560.04"),
            ("2025-04-01", "9965437.51"),
            ("2034-12-31", "8303919.05"),
        ):
            assert outstanding(columns, datetime.date.fromisoformat(day)) == balance

    def test_past_its_maturity_stands_at_the_balloon_and_is_marked(self, told: Tell, events: ModuleType) -> None:
        columns = told([golden(events), golden(events, "2", status=LoanStatus.PAID_OFF, current_balance="0")])
        on = datetime.date(2036, 1, 1)
        shown = decoded(dashboard(columns, Filters(), on, sequence=1, ahead=True))
        assert shown.figures.outstanding.value == shown.figures.past_maturity.value == "8303919.05"
        [line] = shown.top
        assert (line.balance, line.recorded_balance, line.past_maturity) == ("8303919.05", "10000000.00", True)
        assert shown.rolled is not None
        assert "stands at its balloon" in shown.rolled.how_computed

    def test_stands_as_recorded_where_nobody_asks_for_a_date(self, told: Tell, events: ModuleType) -> None:
        columns = told([golden(events)])
        shown = decoded(dashboard(columns, Filters(), AHEAD, sequence=1))
        assert (shown.figures.outstanding.value, shown.rolled) == ("10000000.00", None)
        assert shown.top[0].recorded_balance is None

    def test_that_no_schedule_tells_of_or_that_is_late_stands_as_recorded_and_says_why(
        self, told: Tell, events: ModuleType
    ) -> None:
        columns = told(
            [
                golden(events),
                golden(events, "2", status=LoanStatus.DEFAULT),
                golden(events, "3", rate_type=RateType.FLOATING, falling_due=FallingDue()),
                golden(events, "4", falling_due=FallingDue(scheduled=True)),
                golden(events, "5", as_of=AHEAD),
            ]
        )
        rolled = decoded(dashboard(columns, Filters(), AHEAD, sequence=1, ahead=True)).rolled
        assert rolled is not None
        assert (rolled.loans, rolled.recorded, rolled.balance) == (2, "20000000.00", "19806965.94")
        assert rolled.share == "0.397675"
        assert [(each.reason, each.loans, each.balance) for each in rolled.as_recorded] == [
            (UNSCHEDULED, 1, "10000000.00"),
            (LATE, 1, "10000000.00"),
        ]
        assert rolled.as_of is not None
        assert rolled.as_of.earliest == rolled.as_of.latest == RECORDED
        chosen = totals(columns, LoanSelection(filters=Filters(loan_id=("loan-5",)), on=AHEAD, ahead=True), sequence=1)
        assert chosen.rolled is None

    def test_that_a_plan_lists_is_that_of_the_day(self, told: Tell, events: ModuleType) -> None:
        listed = tuple(
            DatedBalance(datetime.date.fromisoformat(day), Decimal(balance))
            for day, balance in (("2025-03-01", "9900000.00"), ("2025-06-01", "9650000.00"))
        )
        due = FallingDue(balloon=Decimal("9650000.00"), scheduled=True, balances=listed)
        columns = told([golden(events), golden(events, "2", falling_due=due)])
        restored, _, _ = unpack_portfolio(pack_portfolio(columns, applied=1, facts="facts"))
        for day, balance in (
            ("2025-02-10", "10000000.00"),
            ("2025-03-01", "9900000.00"),
            ("2025-05-31", "9900000.00"),
            ("2025-06-01", "9650000.00"),
            ("2036-01-01", "9650000.00"),
        ):
            on = datetime.date.fromisoformat(day)
            for known in (columns, restored):
                chosen = LoanSelection(filters=Filters(loan_id=("loan-2",)), on=on, ahead=True)
                assert totals(known, chosen, sequence=1).whole_balance == balance

    def test_that_grows_falls_due_in_whole(self, told: Tell, events: ModuleType) -> None:
        listed = tuple(
            DatedBalance(datetime.date.fromisoformat(day), Decimal(balance))
            for day, balance in (("2025-03-01", "10050000.00"), ("2034-12-01", "10900000.00"))
        )
        due = FallingDue(balloon=Decimal("10900000.00"), scheduled=True, balances=listed)
        columns = told([golden(events, falling_due=due)])
        on = datetime.date(2025, 4, 1)
        assert outstanding(columns, on) == "10050000.00"
        ahead = rolled_forward(columns, on)
        assert ahead is not None
        assert ahead.columns.column(LoanColumn.BALLOON).tolist() == [1_090_000_000]

    def test_on_business_days_is_that_of_the_loan_alone(self, told: Tell, events: ModuleType) -> None:
        moved = {
            "business_day_rule": BusinessDayRule.FOLLOWING,
            "business_day_calendar": HolidayCalendar.FEDERAL_RESERVE,
        }
        repayment = Repayment(**{**{name: getattr(GOLDEN, name) for name in GOLDEN.__struct_fields__}, **moved})
        columns = told([golden(events, falling_due=FallingDue(scheduled=True, repayment=repayment))])
        # 1 March 2025 was a Saturday: the payment is due on the Monday.
        assert outstanding(columns, datetime.date(2025, 3, 2)) == "9989987.96"
        assert outstanding(columns, datetime.date(2025, 3, 3)) == "9975560.04"


class TestTheSums:
    @given(data=st.data())
    def test_of_every_part_are_those_of_the_rolled_loans(
        self, told: Tell, events: ModuleType, data: st.DataObject
    ) -> None:
        loans = []
        for number in range(data.draw(st.integers(1, 5))):
            cents = data.draw(st.integers(100_000_00, 50_000_000_00))
            cuts = sorted(data.draw(st.lists(st.integers(0, cents), max_size=3)))
            parts = [after - before for before, after in itertools.pairwise([0, *cuts, cents])]
            collateral = tuple(
                Collateral(
                    property_id=f"{number}-{place}",
                    state=("NY", "TX", None)[place % 3],
                    property_type=PropertyType.OFFICE if place % 2 else PropertyType.RETAIL,
                    balance=Decimal(part).scaleb(-2),
                )
                for place, part in enumerate(parts)
            )
            repaid = data.draw(st.booleans())
            payment = Decimal(cents // 150).scaleb(-2)
            repayment = Repayment(
                **{**{name: getattr(GOLDEN, name) for name in GOLDEN.__struct_fields__}, "payment": payment}
            )
            loans.append(
                golden(
                    events,
                    str(number),
                    current_balance=Decimal(cents).scaleb(-2),
                    collateral=collateral,
                    as_of=add_months(RECORDED, data.draw(st.integers(0, 20))),
                    falling_due=FallingDue(scheduled=True, repayment=repayment if repaid else None),
                )
            )
        on = data.draw(st.dates(datetime.date(2025, 2, 2), datetime.date(2040, 1, 1)))
        shown = decoded(dashboard(told(loans), Filters(), on, sequence=1, ahead=True))
        whole = Decimal(shown.figures.outstanding.value or 0)
        assert whole == sum(Decimal(line.balance) for line in shown.top)
        for name in ("state", "property_type", "lender", "rate_type"):
            composition = getattr(shown.compositions, name)
            assert Decimal(composition.balance) == whole
            assert sum(Decimal(part.balance) for part in composition.slices) == whole
        assert sum(Decimal(bucket.balance) for bucket in shown.maturities.year) == whole
        assert Decimal(shown.maturities.due_by_schedule) <= whole


class TestTheList:
    def test_is_in_the_order_of_the_rolled_balances(self, told: Tell, events: ModuleType) -> None:
        columns = told([golden(events), golden(events, "2", current_balance="9900000.00", as_of=AHEAD)])
        for ahead, numbers in ((False, ["1", "2"]), (True, ["2", "1"])):
            which = LoanSelection(filters=Filters(), on=AHEAD, ahead=ahead)
            _, lines = listed(columns, which, order=LineOrder.BALANCE_DESCENDING, after=None, limit=10)
            assert [json.decode(line, type=LoanLine).number for line in lines] == numbers


class TestTheHistory:
    def values(self, columns: Columns, on: datetime.date, *, ahead: bool) -> list[tuple[str, str | None]]:
        found = history(
            columns,
            Filters(),
            on,
            figures=(FigureName.OUTSTANDING,),
            first=None,
            last=None,
            sequence=1,
            ahead=ahead,
        )
        return [(point.month, point.value) for point in found.series[0].points]

    def test_goes_on_to_the_date_by_the_schedule(self, told: Tell, events: ModuleType) -> None:
        reported = PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("2025-01", "10000000.00"),))
        columns = told([golden(events), reported])
        on = datetime.date(2025, 4, 15)
        assert self.values(columns, on, ahead=True) == [
            ("2025-01", "10000000.00"),
            ("2025-02", "9989987.96"),
            ("2025-03", "9975560.04"),
            ("2025-04", "9965437.51"),
        ]
        assert self.values(columns, on, ahead=False) == [("2025-01", "10000000.00")]

    def test_keeps_what_was_reported_later_than_the_recorded_balance(self, told: Tell, events: ModuleType) -> None:
        reported = PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("2025-03", "9000000.00"),))
        columns = told([golden(events), reported])
        assert self.values(columns, datetime.date(2025, 4, 15), ahead=True)[-2:] == [
            ("2025-03", "9000000.00"),
            ("2025-04", "9000000.00"),
        ]


class TestASnapshot:
    def test_keeps_what_is_left_of_the_schedules(self, told: Tell, events: ModuleType) -> None:
        columns = told([golden(events), golden(events, "2", falling_due=FallingDue())])
        restored, _, _ = unpack_portfolio(pack_portfolio(columns, applied=1, facts="facts"))
        assert outstanding(restored, AHEAD) == outstanding(columns, AHEAD) == "19806965.94"


class TestOverHttp:
    async def test_a_date_that_is_asked_for_rolls_and_today_does_not(self, world: World, events: ModuleType) -> None:
        await world.happen(golden(events, "9"))
        for path in ("/dashboard", "/dashboard/loans/totals"):
            now = await world.get(path)
            assert now["rolled"] is None
            ahead = await world.get(f"{path}?businessDate=2025-03-15&loanId=loan-9")
            figure = ahead["figures"]["outstanding"] if "figures" in ahead else ahead["outstanding"]
            assert figure["value"] == "9975560.04"
            assert "rolled forward to 2025-03-15" in figure["formula"]
            assert ahead["rolled"]["recorded"] == "10000000.00"
        lines = await world.get("/dashboard/loans?businessDate=2025-03-15&loanId=loan-9")
        assert lines["items"][0]["recordedBalance"] == "10000000.00"
        wall = await world.get("/dashboard/maturities?businessDate=2025-03-15&loanId=loan-9&by=year")
        assert [(bucket["key"], bucket["balance"]) for bucket in wall["buckets"]] == [("2035", "9975560.04")]
