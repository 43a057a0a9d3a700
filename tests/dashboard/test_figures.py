from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    Collateral,
    LoanRecorded,
    LoansEvent,
    LoanStatus,
    LoanStructure,
    PropertyType,
    RateType,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import Dashboard, dashboard
from realinsights.dashboard.model.figure import CoveredBalance
from realinsights.dashboard.model.lines import kept_lines

from .builders import decoded, portfolios

Tell = Callable[[Iterable[LoansEvent]], Columns]

YEAR_END = datetime.date(2025, 12, 31)
CLOSED = {LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED}


def of(
    told: Tell, loans: Iterable[LoansEvent], filters: Filters | None = None, on: datetime.date = YEAR_END
) -> Dashboard:
    return decoded(dashboard(told(loans), filters or Filters(), on, sequence=1))


def rounded(value: Fraction | None, places: int) -> str | None:
    if value is None:
        return None
    nearest = int(abs(value) * 10**places + Fraction(1, 2)) * (1 if value >= 0 else -1)
    return f"{Decimal(nearest).scaleb(-places):.{places}f}"


def quotient(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    both = list(pairs)
    denominator = sum((below for _, below in both), Fraction(0))
    return sum((above for above, _ in both), Fraction(0)) / denominator if denominator else None


class TestFigures:
    @settings(max_examples=40, deadline=None)
    @given(portfolios())
    def test_equal_sums_over_sums_of_plain_fractions(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]]
    ) -> None:
        loans: list[LoanRecorded] = [events.a_loan(str(n), **values) for n, values in enumerate(portfolio)]
        figures = of(told, loans).figures
        owed = [loan for loan in loans if loan.status not in CLOSED]
        whole = [
            loan
            for loan in owed
            if loan.structure is LoanStructure.WHOLE_LOAN and loan.status is not LoanStatus.DEFEASED
        ]

        def over(chosen: list[LoanRecorded], above: str, below: str) -> str | None:
            def amount(loan: LoanRecorded, name: str) -> Decimal | None:
                found: Decimal | None = (
                    getattr(loan, name) if hasattr(loan, name) else getattr(loan.performance.latest, name)
                )
                return None if name == "value" and found is not None and found <= 0 else found

            pairs = [(amount(loan, above), amount(loan, below)) for loan in chosen]
            return rounded(
                quotient((Fraction(one), Fraction(two)) for one, two in pairs if one is not None and two is not None), 6
            )

        assert Decimal(figures.outstanding.value or 0) == sum(loan.current_balance for loan in owed)
        assert Decimal(figures.original.value or 0) == sum(loan.original_balance for loan in owed)
        assert figures.loan_count.value == str(len(owed)) == figures.property_count.value
        assert figures.weighted_rate.value == rounded(
            quotient(
                (Fraction(loan.current_balance) * Fraction(loan.rate), Fraction(loan.current_balance)) for loan in owed
            ),
            8,
        )
        assert figures.weighted_remaining_years.value == rounded(
            quotient(
                (
                    Fraction(loan.current_balance) * max((events.due_day(loan, YEAR_END) - YEAR_END).days, 0),
                    Fraction(loan.current_balance) * 365,
                )
                for loan in owed
            ),
            6,
        )
        assert figures.dscr.value == over(whole, "net_operating_income", "annual_debt_service")
        assert figures.dscr_ncf.value == over(whole, "net_cash_flow", "annual_debt_service")
        assert figures.ltv.value == over(whole, "current_balance", "value")
        assert figures.debt_yield.value == over(whole, "net_operating_income", "current_balance")
        assert figures.debt_yield_ncf.value == over(whole, "net_cash_flow", "current_balance")
        assert figures.occupancy.value == rounded(
            quotient(
                (Fraction(some.occupancy) * Fraction(some.occupancy_area), Fraction(some.occupancy_area))
                for some in (loan.performance.latest for loan in owed)
                if some.occupancy is not None and some.occupancy_area
            ),
            6,
        )
        largest = max((loan.current_balance for loan in owed), default=None)
        assert figures.largest_loan.value == (None if largest is None else f"{largest:.2f}")
        balances = sorted((Fraction(loan.current_balance) for loan in owed), reverse=True)
        assert figures.largest_five.value == rounded(quotient([(sum(balances[:5]), sum(balances))]), 6)
        assert figures.largest_five.loans == min(5, len(balances))

    @settings(max_examples=40, deadline=None)
    @given(portfolios())
    def test_cover_and_leave_out_every_outstanding_loan_once(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]]
    ) -> None:
        shown = of(told, [events.a_loan(str(n), **values) for n, values in enumerate(portfolio)])
        count = int(shown.figures.loan_count.value or 0)
        for figure in (shown.figures.dscr, shown.figures.ltv, shown.figures.debt_yield, shown.figures.occupancy):
            if figure.left_out is None:
                assert figure.loans == count
                continue
            left, named = events.left_out(shown, figure), events.named(shown, figure)
            assert figure.loans + left.count == count
            assert left.count == len(named) == sum(reason.count for reason in left.reasons)
            assert Decimal(left.balance) == sum(Decimal(balance) for _, balance, _ in named)

    @settings(max_examples=40, deadline=None)
    @given(portfolios())
    def test_every_composition_adds_up_to_the_outstanding_balance(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]]
    ) -> None:
        shown = of(told, [events.a_loan(str(n), **values) for n, values in enumerate(portfolio)])
        outstanding = Decimal(shown.figures.outstanding.value or 0)
        parts = shown.compositions
        for name in parts.__struct_fields__:
            composition = getattr(parts, name)
            assert Decimal(composition.balance) == outstanding
            assert sum(Decimal(part.balance) for part in composition.slices) == outstanding
        for buckets in (shown.maturities.month, shown.maturities.quarter, shown.maturities.year):
            assert sum(Decimal(bucket.balance) for bucket in buckets) == outstanding
            assert sum(bucket.loans for bucket in buckets) == int(shown.figures.loan_count.value or 0)
            until_then = Decimal(0)
            for bucket in buckets:
                until_then += Decimal(bucket.balance)
                share = (until_then / outstanding).quantize(Decimal("0.000001"), ROUND_HALF_UP) if outstanding else None
                assert bucket.cumulative_share == (None if share is None else str(share))
            for bucket in buckets:
                rates = (Decimal(bucket.fixed), Decimal(bucket.floating), Decimal(bucket.stepped))
                assert sum(rates) == Decimal(bucket.balance)

    def test_of_nothing_are_zero_or_absent(self, told: Tell) -> None:
        figures = of(told, []).figures
        assert figures.outstanding.value == "0.00"
        assert figures.loan_count.value == "0"
        assert figures.weighted_rate.value is None
        assert figures.ltv.value is None
        assert figures.ltv.coverage == CoveredBalance(balance="0.00", share=None)
        assert figures.largest_loan.value is None
        assert figures.outstanding.as_of is None

    def test_say_their_formula_their_sums_and_as_of_when(self, told: Tell, events: ModuleType) -> None:
        loans = [
            events.a_loan("1", current_balance="60", value="100", as_of="2025-11-30"),
            events.a_loan("2", current_balance="30", value="50", as_of="2025-12-31"),
        ]
        ltv = of(told, loans).figures.ltv
        assert ltv.value == "0.600000"
        assert ltv.formula == "Σ current balance ÷ Σ property value, over the outstanding whole loans that have both"
        assert ltv.numerator is not None
        assert ltv.numerator.value == "90.00"
        assert ltv.denominator is not None
        assert ltv.denominator.value == "150.00"
        assert ltv.as_of is not None
        assert (ltv.as_of.earliest, ltv.as_of.latest) == (datetime.date(2025, 11, 30), YEAR_END)


class TestWhatIsLeftOut:
    def test_a_note_has_no_ltv_of_its_own(self, told: Tell, events: ModuleType) -> None:
        note = events.a_loan("LN-8", structure=LoanStructure.PARI_PASSU, current_balance="40", value="223")
        shown = of(told, [note, events.a_loan("LN-1", value="2000000")])
        assert events.named(shown, shown.figures.ltv) == [
            ("LN-8", "40.00", "pari passu note: LTV cannot be computed from the note alone")
        ]
        assert shown.figures.ltv.coverage == CoveredBalance(balance="1000000.00", share="0.999960")
        assert shown.figures.dscr.coverage == CoveredBalance(balance="0.00", share="0.000000")
        assert shown.figures.outstanding.coverage is None

    def test_a_note_has_no_dscr_of_its_own_but_shows_the_reported_one(self, told: Tell, events: ModuleType) -> None:
        note = events.a_loan(
            "1",
            structure=LoanStructure.A_NOTE,
            net_operating_income="26538391.99",
            annual_debt_service="4765788.19",
            reported_dscr="2.29",
        )
        shown = of(told, [note])
        assert shown.figures.dscr.value is None
        [(_, _, reason)] = events.named(shown, shown.figures.dscr)
        assert reason == "A note: DSCR cannot be computed from the note alone"
        assert (shown.top[0].dscr, shown.top[0].reported_dscr) == (None, "2.29000000")

    def test_a_closed_loan_is_not_outstanding_and_named(self, told: Tell, events: ModuleType) -> None:
        loans = [events.a_loan("1"), events.a_loan("2", status=LoanStatus.PAID_OFF, current_balance="0")]
        shown = of(told, loans)
        assert shown.figures.loan_count.value == "1"
        assert events.named(shown, shown.figures.outstanding) == [("2", "0.00", "paid off: not outstanding")]
        assert events.left_out(shown, shown.figures.ltv).count == 1
        assert [(part.key, part.loans) for part in shown.compositions.status.slices] == [
            ("current", 1),
            ("paid_off", 1),
        ]

    def test_a_defeased_loan_is_owed_but_has_no_ltv(self, told: Tell, events: ModuleType) -> None:
        shown = of(told, [events.a_loan("1", status=LoanStatus.DEFEASED, value="2000000")])
        assert shown.figures.outstanding.value == "1000000.00"
        assert shown.figures.ltv.value is None
        assert events.left_out(shown, shown.figures.ltv).reasons[0].reason.startswith("defeased")

    def test_a_building_behind_two_loans_is_not_counted_twice(self, told: Tell, events: ModuleType) -> None:
        tower = (Collateral(property_id="tower", state="NY", property_type=PropertyType.OFFICE, balance=Decimal(10)),)
        first = events.a_loan("1", current_balance="10", value="100", collateral=tower)
        second = events.a_loan("2", current_balance="10", value="100", collateral=tower)
        alone = events.a_loan("3", current_balance="30", value="50")
        shown = of(told, [first, second, alone])
        assert shown.figures.property_count.value == "2"
        assert shown.figures.ltv.value == "0.600000"
        assert [number for number, _, _ in events.named(shown, shown.figures.ltv)] == ["1", "2"]

    def test_a_loan_without_a_rank_is_not_measured_alone_though_the_first_is_filtered_out(
        self, told: Tell, events: ModuleType
    ) -> None:
        tower = (Collateral(property_id="tower", state="NY", property_type=PropertyType.OFFICE, balance=Decimal(1)),)
        first = events.a_loan("1", current_balance="9800000", value="18000000", collateral=tower, lender_id="bank")
        second = events.a_loan("2", current_balance="5000000", value="18000000", collateral=tower, lender_id="fund")
        shown = of(told, [first, second], Filters(lender_id=("fund",)))
        assert shown.figures.outstanding.value == "5000000.00"
        assert shown.figures.ltv.value is None
        [(number, balance, reason)] = events.named(shown, shown.figures.ltv)
        assert (number, balance) == ("2", "5000000.00")
        assert reason.startswith("other loans stand on its properties, and which ranks first is not stated")
        assert (shown.top[0].ltv, shown.top[0].gaps) == (None, (reason,))

    def test_a_loan_beside_another_has_no_ratio_until_that_is_paid_off(self, told: Tell, events: ModuleType) -> None:
        tower = (Collateral(property_id="tower", state="NY", property_type=PropertyType.OFFICE, balance=Decimal(1)),)
        first = events.a_loan("1", current_balance="9800000", value="18000000", collateral=tower)
        second = events.a_loan("2", current_balance="5000000", value="18000000", collateral=tower)
        gone = events.a_loan("1", status=LoanStatus.PAID_OFF, current_balance="0", value="18000000", collateral=tower)
        columns = told([second])
        row = columns.rows["loan-2"]
        seen = []
        for event in (first, gone):
            seen.append(kept_lines(columns, [row], Filters(), YEAR_END)[0])
            told([event], columns)
        seen.append(kept_lines(columns, [row], Filters(), YEAR_END)[0])
        assert [b'"ltv":"0.277778"' in bytes(line) for line in seen] == [True, False, True]

    def test_an_edit_of_a_loan_alone_on_its_building_keeps_the_lines_of_others(
        self, told: Tell, events: ModuleType
    ) -> None:
        columns = told([events.a_loan("1"), events.a_loan("2")])
        rows = [columns.rows["loan-1"], columns.rows["loan-2"]]
        kept_lines(columns, rows, Filters(), YEAR_END)
        told([events.a_loan("2", current_balance="5")], columns)
        assert set(columns.lines) == {rows[0]}

    def test_a_refinanced_loan_does_not_hide_its_successor_on_the_same_building(
        self, told: Tell, events: ModuleType
    ) -> None:
        tower = (Collateral(property_id="tower", state="NY", property_type=PropertyType.OFFICE, balance=Decimal(10)),)
        old = events.a_loan("1", current_balance="0", status=LoanStatus.REFINANCED, value="20", collateral=tower)
        new = events.a_loan("2", current_balance="10", value="20", collateral=tower)
        assert of(told, [old, new]).figures.ltv.value == "0.500000"

    def test_the_largest_are_named_and_all_are_counted(self, told: Tell, events: ModuleType) -> None:
        loans = [events.a_loan(f"{n:03}", current_balance=str(n)) for n in range(1, 101)]
        shown = of(told, loans)
        left, named = events.left_out(shown, shown.figures.ltv), events.named(shown, shown.figures.ltv)
        assert (left.count, left.balance) == (100, "5050.00")
        assert [balance for _, balance, _ in named[:2]] == ["100.00", "99.00"]
        assert len(named) == 25


class TestGoldenPortfolio:
    def test_is_the_one_of_the_domain_notes(self, told: Tell, events: ModuleType) -> None:
        self.check(self.shown(told, events))

    def test_is_that_of_the_golden_cases(self, told: Tell, events: ModuleType, shared_data: Path) -> None:
        golden = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))["G13_portfolio"]
        figures = self.shown(told, events).figures
        assert figures.weighted_rate.value == golden["WA_rate"]
        assert figures.weighted_remaining_years.value == golden["WAM_years_act365"]
        assert figures.weighted_remaining_months.value == golden["WAM_months"]
        assert figures.dscr.value == golden["portfolio_DSCR"]
        assert figures.ltv.value == golden["portfolio_LTV"]
        assert figures.debt_yield.value == golden["portfolio_DY"]
        assert figures.maturing_within_year.value == golden["maturing_12m"]
        assert self.shown(told, events).compositions.lender.concentration.value == golden["HHI_lender"]

    @staticmethod
    def shown(told: Tell, events: ModuleType) -> Dashboard:
        return of(
            told,
            [
                events.a_loan(
                    "office",
                    lender_id="one",
                    current_balance="165000000",
                    rate="0.045",
                    maturity_date="2027-03-15",
                    annual_debt_service="7425000.00",
                    net_operating_income="18000000",
                    value="285000000",
                ),
                events.a_loan(
                    "retail",
                    lender_id="two",
                    current_balance="80000000",
                    original_balance="85000000",
                    rate="0.055",
                    maturity_date="2026-06-01",
                    annual_debt_service="6263692.44",
                    net_operating_income="9500000",
                    value="125000000",
                ),
                events.a_loan(
                    "multifamily",
                    lender_id="three",
                    current_balance="30500000",
                    original_balance="32000000",
                    rate="0.042",
                    maturity_date="2030-01-10",
                    annual_debt_service="1877826.00",
                    net_operating_income="3800000",
                    value="52000000",
                ),
            ],
        )

    @staticmethod
    def check(shown: Dashboard) -> None:
        figures = shown.figures
        assert figures.outstanding.value == "275500000.00"
        assert figures.weighted_rate.value == "0.04757169"
        assert figures.weighted_remaining_years.value == "1.287428"
        assert figures.weighted_remaining_months.value == "15.4491"
        assert figures.dscr.value == "2.010726"
        assert figures.ltv.value == "0.596320"
        assert figures.debt_yield.value == "0.113612"
        assert figures.maturing_within_year.value == "0.290381"
        assert shown.compositions.lender.concentration.value == "0.455272"
        assert [line.dscr for line in shown.top] == ["2.424242", "1.516677", "2.023617"]


class TestMaturities:
    def test_fall_into_months_quarters_and_years(self, told: Tell, events: ModuleType) -> None:
        loans = [
            events.a_loan("1", current_balance="10", maturity_date="2030-10-31", rate="0.04"),
            events.a_loan(
                "2", current_balance="30", maturity_date="2030-12-01", rate="0.08", rate_type=RateType.FLOATING
            ),
            events.a_loan("3", current_balance="5", maturity_date="2025-11-30"),
        ]
        wall = of(told, loans).maturities
        assert [(b.key, b.balance, b.past) for b in wall.month] == [
            ("2025-11", "5.00", True),
            ("2030-10", "10.00", False),
            ("2030-12", "30.00", False),
        ]
        assert [b.key for b in wall.quarter] == ["2025-Q4", "2030-Q4"]
        year = wall.year[1]
        assert (year.key, year.balance, year.fixed, year.floating) == ("2030", "40.00", "10.00", "30.00")
        assert (year.weighted_rate, year.loans, year.share) == ("0.07000000", 2, "0.888889")

    def test_past_and_upcoming_ones_are_told_apart(self, told: Tell, events: ModuleType) -> None:
        loans = [
            events.a_loan("late", current_balance="5", maturity_date="2025-12-30"),
            events.a_loan("today", current_balance="7", maturity_date="2025-12-31"),
            events.a_loan("later", current_balance="9", maturity_date="2026-12-31"),
            events.a_loan("after", current_balance="9", maturity_date="2027-01-01"),
        ]
        shown = of(told, loans)
        assert shown.figures.past_maturity.value == "5.00"
        assert [line.number for line in shown.upcoming] == ["today", "later", "after"]
        assert shown.figures.maturing_within_year.value == "0.533333"


class TestConcentration:
    def test_spreads_a_loan_over_the_states_of_its_properties(self, told: Tell, events: ModuleType) -> None:
        collateral = tuple(
            Collateral(property_id=state, state=state, property_type=PropertyType.RETAIL, balance=Decimal(balance))
            for state, balance in (("TX", "60"), ("NY", "40"))
        )
        shown = of(told, [events.a_loan("1", current_balance="100", collateral=collateral)])
        assert [(part.key, part.balance, part.share, part.loans) for part in shown.compositions.state.slices] == [
            ("TX", "60.00", "0.600000", 1),
            ("NY", "40.00", "0.400000", 1),
        ]
        assert shown.compositions.state.concentration.value == "0.520000"
        assert [(part.key, part.loans) for part in shown.compositions.property_type.slices] == [("retail", 1)]

    def test_leaves_loans_without_a_lender_out_and_says_so(self, told: Tell, events: ModuleType) -> None:
        shown = of(
            told, [events.a_loan("1", lender_id="bank", current_balance="10"), events.a_loan("2", current_balance="30")]
        )
        lender = shown.compositions.lender
        assert [(part.key, part.balance) for part in lender.slices] == [("none", "30.00"), ("bank", "10.00")]
        assert lender.concentration.value == "1.000000"
        assert events.named(shown, lender.concentration) == [("2", "30.00", "no lender is known")]

    def test_lists_the_largest_and_adds_up_the_others(self, told: Tell, events: ModuleType) -> None:
        loans = [events.a_loan(str(n), lender_id=f"lender-{n}", current_balance=str(n)) for n in range(1, 151)]
        lender = of(told, loans).compositions.lender
        assert (len(lender.slices), lender.further, lender.further_balance) == (100, 50, "1275.00")


class TestNames:
    def test_may_arrive_after_the_loan_and_change(self, told: Tell, events: ModuleType) -> None:
        loan = events.a_loan("1", lender_id="lender-3")
        assert of(told, [loan]).compositions.lender.slices[0].name is None
        shown = of(told, [loan, *events.parties()])
        assert shown.compositions.lender.slices[0].name == "Lender 3"
        line = shown.top[0]
        assert line.lender is not None
        assert line.lender.name == "Lender 3"


@pytest.mark.parametrize("changes", [{"number": "2"}, {"current_balance": "5"}])
def test_a_loan_recorded_twice_counts_once(told: Tell, events: ModuleType, changes: dict[str, str]) -> None:
    number = changes.pop("number", "1")
    loan = events.a_loan(number, **changes)
    once, twice = of(told, [loan]), of(told, [loan, loan])
    assert once == twice
