from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from realinsights.contracts.filters import Filters, Measure
from realinsights.contracts.loans import (
    Collateral,
    FallingDue,
    LoanRecorded,
    LoanStatus,
    LoanStructure,
    PeriodsRecorded,
    PropertyType,
)
from realinsights.dashboard.model.allocation import allocation_of, part_of
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import Dashboard, dashboard
from realinsights.dashboard.model.exact import LARGEST, UNKNOWN
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.filters import selected
from realinsights.dashboard.model.history import history
from realinsights.dashboard.model.part import Part
from realinsights.dashboard.model.ratios import RATIOS
from realinsights.dashboard.model.small_part import SmallPart
from realinsights.dashboard.model.view import REPORTED, present
from realinsights.dashboard.model.wide_part import WidePart

from .builders import decoded

Tell = Callable[..., Columns]

ON = datetime.date(2025, 12, 31)
CLOSED = {LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED}
TYPES = (PropertyType.OFFICE, PropertyType.RETAIL)


def shown(columns: Columns, **filters: Any) -> Dashboard:
    return decoded(dashboard(columns, Filters(**filters), ON, sequence=1))


def a_loan_on_three(events: ModuleType) -> Any:
    """Return a loan of 100 with 50 on an office in Florida, 20 on a store there and 30 on one in Virginia."""
    spread = (
        ("a", "FL", PropertyType.OFFICE, 50),
        ("b", "FL", PropertyType.RETAIL, 20),
        ("c", "VA", PropertyType.RETAIL, 30),
    )
    return events.a_loan(
        "1",
        current_balance="100",
        original_balance="110",
        collateral=tuple(
            Collateral(property_id=key, state=state, property_type=kind, balance=Decimal(balance))
            for key, state, kind, balance in spread
        ),
        value="200",
        net_operating_income="10",
        annual_debt_service="5",
        falling_due=FallingDue(balloon=Decimal(90)),
    )


class TestAPartOfAnAmount:
    @example([(1, (LARGEST, LARGEST)), (-LARGEST, (LARGEST, LARGEST)), (3, (1, 2))])
    @given(
        st.lists(
            st.tuples(
                st.integers(-LARGEST, LARGEST) | st.just(UNKNOWN),
                st.integers(1, LARGEST).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_is_exact_to_the_cent(self, amounts: list[tuple[int, tuple[int, int]]]) -> None:
        values, shares = zip(*amounts, strict=True)
        parts, wholes = zip(*shares, strict=True)
        found = part_of(*(np.array(each, np.int64) for each in (values, parts, wholes)))
        for value, part, whole, cents in zip(values, parts, wholes, found.tolist(), strict=True):
            if value == UNKNOWN:
                assert cents == UNKNOWN
                continue
            exact = Fraction(abs(value) * part, whole)
            assert abs(cents) == int(exact + Fraction(1, 2))
            assert cents == 0 or (cents < 0) == (value < 0)


class TestTheMeasure:
    def test_of_a_state_is_what_is_allocated_there_unless_whole_loans_are_asked_for(
        self, told: Tell, events: ModuleType
    ) -> None:
        columns = told([a_loan_on_three(events)])
        allocated, whole = shown(columns, state=("FL",)), shown(columns, state=("FL",), measure=Measure.WHOLE)
        for one, outstanding, original, properties, due in (
            (allocated, "70.00", "77.00", "2", "63.00"),
            (whole, "100.00", "110.00", "3", "90.00"),
        ):
            figures = one.figures
            assert (figures.outstanding.value, figures.original.value) == (outstanding, original)
            assert figures.property_count.value == properties
            assert (figures.largest_loan.value, one.maturities.year[0].balance) == (outstanding, outstanding)
            assert one.maturities.due_by_schedule == due
            assert (one.matched_balance, one.whole_balance) == ("70.00", "100.00")
            assert (figures.ltv.value, figures.dscr.value) == ("0.500000", "2.000000")
            assert figures.ltv.numerator is not None
            assert figures.ltv.numerator.value == outstanding
        assert [(part.key, part.balance) for part in allocated.compositions.state.slices] == [("FL", "70.00")]
        assert [(part.key, part.loans) for part in allocated.compositions.property_type.slices] == [
            ("office", 1),
            ("retail", 1),
        ]
        assert [(part.key, part.balance) for part in whole.compositions.state.slices] == [
            ("FL", "70.00"),
            ("VA", "30.00"),
        ]
        assert "allocated to the properties asked for" in allocated.figures.ltv.formula
        assert "allocated" not in whole.figures.ltv.formula

    def test_counts_a_loan_of_its_second_property_in_a_state(self, told: Tell, events: ModuleType) -> None:
        only_stores = shown(told([a_loan_on_three(events)]), property_type=(PropertyType.RETAIL,))
        assert [(part.key, part.balance, part.loans) for part in only_stores.compositions.state.slices] == [
            ("VA", "30.00", 1),
            ("FL", "20.00", 1),
        ]

    def test_is_the_same_in_the_past_by_the_shares_of_today(self, told: Tell, events: ModuleType) -> None:
        months = (events.a_month("2025-11", "90"), events.a_month("2025-12", "80", value="200"))
        columns = told([a_loan_on_three(events), PeriodsRecorded(loan_id="loan-1", periods=months)])
        for measure, values in ((Measure.ALLOCATED, ["63.00", "56.00"]), (Measure.WHOLE, ["90.00", "80.00"])):
            filters = Filters(state=("FL",), measure=measure)
            names = [FigureName.OUTSTANDING, FigureName.LTV]
            past = history(columns, filters, ON, figures=names, first=None, last=None, sequence=1)
            assert [point.value for point in past.series[0].points] == values
            assert [point.value for point in past.series[1].points] == [None, "0.400000"]


@st.composite
def spreads(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw loans on one to three properties of their own, or on common ones."""
    loans = []
    for number in range(draw(st.integers(0, 6))):
        balances = draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=3))
        common = draw(st.booleans())
        loans.append(
            {
                "collateral": tuple(
                    Collateral(
                        property_id=f"common-{place}" if common else f"{number}-{place}",
                        state=draw(st.sampled_from((None, "FL", "VA"))),
                        property_type=draw(st.sampled_from(TYPES)),
                        balance=Decimal(cents).scaleb(-2),
                    )
                    for place, cents in enumerate(balances)
                ),
                "current_balance": Decimal(sum(balances)).scaleb(-2),
                "original_balance": draw(st.decimals(0, 10**5, places=2)),
                "status": draw(st.sampled_from((LoanStatus.CURRENT, LoanStatus.CURRENT, LoanStatus.PAID_OFF))),
                "structure": draw(st.sampled_from((LoanStructure.WHOLE_LOAN, LoanStructure.B_NOTE))),
                "lien_position": draw(st.sampled_from((None, 1, 2))),
                "value": draw(st.none() | st.decimals(1, 10**6, places=2)),
                "net_operating_income": "1000",
                "annual_debt_service": draw(st.none() | st.decimals(0, 10**5, places=2)),
                "occupancy": "0.9",
                "occupancy_area": "1000",
                "falling_due": FallingDue(balloon=Decimal(7)),
            }
        )
    return loans


def said(part: Part) -> dict[str, Any]:
    names = [name for name, value in vars(Part).items() if isinstance(value, property)]
    plain = {name: msgspec.to_builtins(getattr(part, name), str_keys=True) for name in names}
    return (
        plain
        | {name.value: msgspec.to_builtins(part.ratio(name)) for name in RATIOS}
        | {f"reported {name.value}": msgspec.to_builtins(part.reported(name)) for name in REPORTED}
    )


class TestAnySpread:
    @settings(max_examples=100)
    @given(spreads())
    def test_a_slice_is_the_headline_of_its_filter(
        self, told: Tell, events: ModuleType, spread: list[dict[str, Any]]
    ) -> None:
        columns = told([events.a_loan(str(number), **values) for number, values in enumerate(spread)])
        everything = shown(columns)
        for state in everything.compositions.state.slices:
            of_state = shown(columns, state=(state.key,))
            assert of_state.figures.outstanding.value == state.balance == of_state.matched_balance
            assert of_state.figures.loan_count.value == str(state.loans)
            [alone] = of_state.compositions.state.slices
            assert (alone.balance, alone.loans) == (state.balance, state.loans)
        for kind in everything.compositions.property_type.slices:
            of_type = shown(columns, property_type=(PropertyType(kind.key),))
            assert of_type.figures.outstanding.value == kind.balance
            assert of_type.figures.loan_count.value == str(kind.loans)

    @settings(max_examples=100)
    @given(spreads(), st.sampled_from(Measure))
    def test_adds_up_in_lists_as_in_arrays(
        self, told: Tell, events: ModuleType, spread: list[dict[str, Any]], measure: Measure
    ) -> None:
        columns = told([events.a_loan(str(number), **values) for number, values in enumerate(spread)])
        filters = Filters(state=("FL",), measure=measure)
        allocation = allocation_of(columns, filters)
        view = present(columns, selected(columns, filters, ON), allocation=allocation)
        assert said(SmallPart(view, ON, 3)) == said(WidePart(view, ON, 3))

    @settings(max_examples=100)
    @given(spreads())
    def test_has_the_original_balance_in_the_proportion_of_the_balance(
        self, told: Tell, events: ModuleType, spread: list[dict[str, Any]]
    ) -> None:
        loans: Sequence[LoanRecorded] = [events.a_loan(str(number), **values) for number, values in enumerate(spread)]
        expected = 0
        for loan in loans:
            there = [each for each in loan.collateral if each.state == "FL"]
            if loan.status in CLOSED or not there:
                continue
            part, whole = sum(each.balance for each in there), sum(each.balance for each in loan.collateral)
            share = Fraction(1) if len(there) == len(loan.collateral) else Fraction(part) / (Fraction(whole) or 1)
            expected += int(Fraction(loan.original_balance) * 100 * share + Fraction(1, 2))
        assert Decimal(shown(told(loans), state=("FL",)).figures.original.value or 0) == Decimal(expected) / 100
