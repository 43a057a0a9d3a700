from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    Collateral,
    LoanRecorded,
    LoanStatus,
    LoanStructure,
    PerformanceRecorded,
    PeriodsRecorded,
    PropertyType,
    Standing,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import Dashboard, LoanSelection, dashboard, listed
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.history import history
from realinsights.dashboard.model.lines import LoanLine, line
from realinsights.dashboard.model.ordering import LineOrder
from realinsights.dashboard.model.small_part import SmallPart
from realinsights.dashboard.model.view import present
from realinsights.dashboard.model.wide_part import WidePart

from .builders import decoded

Tell = Callable[..., Columns]

ON = datetime.date(2025, 12, 31)
CLOSED = {LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED}
RATIOS = (FigureName.LTV, FigureName.DSCR, FigureName.DEBT_YIELD)


def on(*buildings: str) -> tuple[Collateral, ...]:
    return tuple(
        Collateral(property_id=each, state="NY", property_type=PropertyType.OFFICE, balance=Decimal(1))
        for each in buildings
    )


def a_second_lien(events: ModuleType, **second: Any) -> list[Any]:
    """Return 5 million behind 9.8 million on a tower worth 18 million that earns 1.4 million."""
    tower = {"collateral": on("tower"), "value": "18000000", "net_operating_income": "1400000"}
    return [
        events.a_loan("1", current_balance="9800000", lien_position=1, lender_id="bank",
                      annual_debt_service="700000", **tower),
        events.a_loan("2", current_balance="5000000", lender_id="fund",
                      **{"annual_debt_service": "413249.06", "lien_position": 2, **tower, **second}),
    ]  # fmt: skip


def of(told: Tell, loans: Iterable[Any], filters: Filters | None = None) -> Dashboard:
    return decoded(dashboard(told(loans), filters or Filters(), ON, sequence=1))


def a_line(told: Tell, loans: Iterable[Any], number: str) -> LoanLine:
    columns = told(loans)
    return line(columns, columns.rows[f"loan-{number}"], Filters(), ON)


class TestASecondLien:
    def test_is_measured_through_all_that_ranks_before_it_and_the_first_alone(
        self, told: Tell, events: ModuleType
    ) -> None:
        loans = a_second_lien(events)
        first, second = a_line(told, loans, "1"), a_line(told, loans, "2")
        assert (first.ltv, first.dscr, first.debt_yield) == ("0.544444", "2.000000", "0.142857")
        assert (second.ltv, second.dscr, second.debt_yield) == ("0.822222", "1.257580", "0.094595")
        assert (first.balance_before, second.balance_before) == ("0.00", "9800000.00")
        assert (first.gaps, second.gaps, second.lien_position) == ((), (), 2)

    def test_is_so_also_where_a_filter_hides_the_first(self, told: Tell, events: ModuleType) -> None:
        loans = a_second_lien(events)
        for lender, ltv, dscr in (("bank", "0.544444", "2.000000"), ("fund", "0.822222", "1.257580")):
            figures = of(told, loans, Filters(lender_id=(lender,))).figures
            assert (figures.ltv.value, figures.dscr.value, figures.ltv.left_out) == (ltv, dscr, None)
            assert figures.ltv.coverage is not None
            assert figures.ltv.coverage.share == "1.000000"

    def test_and_the_first_together_count_the_property_once(self, told: Tell, events: ModuleType) -> None:
        alone = events.a_loan("3", current_balance="2000000", value="4000000")
        figures = of(told, [*a_second_lien(events), alone]).figures
        assert figures.ltv.numerator is not None
        assert figures.ltv.denominator is not None
        assert (figures.ltv.numerator.value, figures.ltv.denominator.value) == ("16800000.00", "22000000.00")
        assert (figures.ltv.value, figures.ltv.loans) == ("0.763636", 3)
        assert figures.ltv.formula.endswith("; one beside others with what ranks before or with it, each property once")

    def test_leaves_both_out_where_no_debt_service_is_known_of_it(self, told: Tell, events: ModuleType) -> None:
        shown = of(told, a_second_lien(events, annual_debt_service=None))
        assert shown.figures.dscr.value is None
        assert shown.figures.ltv.value == "0.822222"
        assert events.named(shown, shown.figures.dscr) == [
            ("1", "9800000.00", "no debt service is known"),
            ("2", "5000000.00", "no debt service is known"),
        ]

    def test_without_a_rank_leaves_both_out_and_says_so(self, told: Tell, events: ModuleType) -> None:
        shown = of(told, a_second_lien(events, lien_position=None))
        reason = "other loans stand on its properties, and which ranks first is not stated"
        assert [(number, why.split(":")[0]) for number, _, why in events.named(shown, shown.figures.ltv)] == [
            ("1", reason),
            ("2", reason),
        ]

    def test_is_measured_once_its_rank_is_told(self, told: Tell, events: ModuleType) -> None:
        loans = a_second_lien(events, lien_position=None)
        columns = told(loans)
        before = listed(columns, LoanSelection(filters=Filters(), on=ON), order=LineOrder.NUMBER, after=None, limit=5)
        assert [b'"ltv":null' in bytes(each) for each in before[1]] == [True, True]  # type: ignore[arg-type]
        again = PerformanceRecorded(
            loan_id="loan-2", performance=loans[1].performance, months=(), standing=Standing(lien_position=2)
        )
        told([again], columns)
        _, after = listed(columns, LoanSelection(filters=Filters(), on=ON), order=LineOrder.NUMBER, after=None, limit=5)
        assert [b'"ltv":"0.822222"' in bytes(each) for each in after] == [False, True]  # type: ignore[arg-type]
        assert b'"ltv":"0.544444"' in bytes(after[0])  # type: ignore[call-overload]

    def test_changes_with_the_balance_before_it(self, told: Tell, events: ModuleType) -> None:
        columns = told(a_second_lien(events))
        selection = LoanSelection(filters=Filters(), on=ON)
        listed(columns, selection, order=LineOrder.NUMBER, after=None, limit=5)
        told([msgspec.structs.replace(a_second_lien(events)[0], current_balance=Decimal(4_000_000))], columns)
        _, lines = listed(columns, selection, order=LineOrder.NUMBER, after=None, limit=5)
        assert b'"ltv":"0.500000"' in bytes(lines[1])  # type: ignore[call-overload]

    def test_behind_one_on_other_buildings_too_is_left_out(self, told: Tell, events: ModuleType) -> None:
        first, second = a_second_lien(events)
        wide = msgspec.structs.replace(first, collateral=on("tower", "annex"))
        shown = of(told, [wide, second])
        assert [(number, why[:32]) for number, _, why in events.named(shown, shown.figures.ltv)] == [
            ("2", "what ranks before or with it sta")
        ]
        assert shown.figures.ltv.value == "0.544444"

    def test_stands_so_in_each_month_of_the_past(self, told: Tell, events: ModuleType) -> None:
        figures = {"value": "18000000"}
        months = [
            PeriodsRecorded(
                loan_id=f"loan-{number}",
                periods=tuple(events.a_month(month, balance, **figures) for month, balance in balances),
            )
            for number, balances in (
                ("1", (("2025-11", "9900000"), ("2025-12", "9800000"))),
                ("2", (("2025-12", "5000000"),)),
            )
        ]
        columns = told([*a_second_lien(events, origination_date="2025-12-01"), *months])
        shown = history(columns, Filters(), ON, figures=[FigureName.LTV], first=None, last=None, sequence=1)
        assert [point.value for point in shown.series[0].points] == ["0.550000", "0.822222"]
        second = Filters(lender_id=("fund",))
        shown = history(columns, second, ON, figures=[FigureName.LTV], first=None, last=None, sequence=1)
        assert [point.value for point in shown.series[0].points] == ["0.822222"]

    def test_orders_by_its_ratio_through_the_position(self, told: Tell, events: ModuleType) -> None:
        alone = events.a_loan("3", current_balance="60", value="100")
        _, lines = listed(
            told([*a_second_lien(events), alone]),
            LoanSelection(filters=Filters(), on=ON),
            order=LineOrder.LTV_DESCENDING,
            after=None,
            limit=5,
        )
        decode = msgspec.json.Decoder(LoanLine)
        assert [decode.decode(bytes(each)).number for each in lines] == ["2", "3", "1"]  # type: ignore[call-overload]


@st.composite
def crowds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw loans that crowd on few buildings."""
    buildings = st.sets(st.sampled_from(("a", "b", "c")), min_size=1, max_size=2)
    cents = st.sampled_from((Decimal(0), *map(Decimal, range(1, 9))))
    return [
        {
            "collateral": on(*sorted(draw(buildings))),
            "current_balance": draw(cents),
            "original_balance": Decimal(9),
            "annual_debt_service": draw(st.none() | cents),
            "lien_position": draw(st.sampled_from((None, 1, 1, 2, 2, 3))),
            "status": draw(st.sampled_from((LoanStatus.CURRENT, LoanStatus.CURRENT, LoanStatus.PAID_OFF))),
            "structure": draw(st.sampled_from((LoanStructure.WHOLE_LOAN,) * 4 + (LoanStructure.MEZZANINE,))),
            "value": "100",
            "net_operating_income": "10",
        }
        for _ in range(draw(st.integers(0, 7)))
    ]


def plainly(loans: Sequence[LoanRecorded], number: int) -> tuple[Decimal, Decimal | None] | None:
    """Return a loan's balance and debt service through its position by the words of the rule; None: not measured."""

    def rank(loan: LoanRecorded) -> int:
        return (loan.standing and loan.standing.lien_position) or 0

    def places(loan: LoanRecorded) -> set[str]:
        return {each.property_id for each in loan.collateral}

    own = loans[number]
    beside = [
        other
        for place, other in enumerate(loans)
        if place != number and other.current_balance and other.status not in CLOSED and places(other) & places(own)
    ]
    if beside and not all(rank(each) for each in (own, *beside)):
        return None
    before = [other for other in beside if rank(other) <= rank(own)]
    if any(places(other) != places(own) for other in before):
        return None
    services = [each.annual_debt_service for each in (own, *before)]
    known = [service for service in services if service is not None]
    return (
        sum((each.current_balance for each in (own, *before)), Decimal(0)),
        sum(known, Decimal(0)) if len(known) == len(services) else None,
    )


class TestAnyCrowd:
    @settings(max_examples=300, deadline=None)
    @given(crowds())
    def test_is_measured_by_the_words_of_the_rule(
        self, told: Tell, events: ModuleType, crowd: list[dict[str, Any]]
    ) -> None:
        loans = [events.a_loan(str(number), **values) for number, values in enumerate(crowd)]
        columns = told(loans)
        for number, loan in enumerate(loans):
            if loan.status in CLOSED or loan.structure is not LoanStructure.WHOLE_LOAN:
                continue
            shown = line(columns, columns.rows[loan.loan_id], Filters(), ON)
            expected = plainly(loans, number)
            assert (expected is None) == bool(shown.gaps)
            if expected is None:
                assert (shown.ltv, shown.dscr, shown.balance_before) == (None, None, None)
                continue
            owed, service = expected
            assert Decimal(shown.ltv or -1) == (owed / 100).quantize(Decimal("0.000001"))
            assert Decimal(shown.balance_before or 0) == owed - loan.current_balance
            assert shown.dscr == (f"{10 / service:.6f}" if service else None)

    @settings(max_examples=200, deadline=None)
    @given(crowds(), st.lists(st.booleans(), min_size=7, max_size=7))
    def test_counts_no_property_of_measured_loans_twice(
        self, told: Tell, events: ModuleType, crowd: list[dict[str, Any]], chosen: list[bool]
    ) -> None:
        loans = [events.a_loan(str(number), **values) for number, values in enumerate(crowd)]
        columns = told(loans)
        flags = None
        if loans:
            flags = columns.column(1) >= 0
            flags[:] = [chosen[int(loan_id.removeprefix("loan-"))] for loan_id in columns.ids.all()]
        view = present(columns, flags)
        wide, small = WidePart(view, ON, 25), SmallPart(view, ON, 25)
        groups: dict[frozenset[str], Decimal] = {}
        for number, loan in enumerate(loans):
            expected = plainly(loans, number)
            whole = loan.structure is LoanStructure.WHOLE_LOAN and loan.status not in CLOSED
            if chosen[number] and whole and expected is not None:
                group = frozenset(each.property_id for each in loan.collateral)
                groups[group] = max(groups.get(group, Decimal(0)), expected[0])
        for name in RATIOS:
            assert wide.ratio(name) == small.ratio(name)
        ltv = wide.ratio(FigureName.LTV)
        assert ltv.above == sum(groups.values()) * 100
        assert ltv.below == len(groups) * 10_000
