"""Covenants: tests on their days, cures, the first projected breach, and room in one measure."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance.credit import (
    ComplianceState,
    Covenant,
    CureRule,
    InvalidFigure,
    Outcome,
    TestPeriods,
    compliance,
    first_breach,
    room,
    run_test,
    run_tests,
)
from realinsights_finance.credit.expressions import Definitions, DivisionByZero, Expression, UnknownMeasure
from realinsights_finance.explain import explain

QUARTERS = TestPeriods(first=datetime.date(2025, 3, 31))
DAYS = [datetime.date(2025, 3, 31), datetime.date(2025, 6, 30), datetime.date(2025, 9, 30), datetime.date(2025, 12, 31)]


def covenant(condition="noi / debt_service >= 1.25x", **changes):
    return Covenant.of("DSCR", condition, QUARTERS, **changes)


def series(*incomes):
    return {
        day: {"noi": None if noi is None else Decimal(noi), "debt_service": Decimal(100)}
        for day, noi in zip(DAYS, incomes, strict=False)
    }


class TestPeriodsOfTests:
    def test_stay_at_the_ends_of_months(self):
        assert list(QUARTERS.until(datetime.date(2025, 12, 31))) == DAYS
        february = TestPeriods(first=datetime.date(2025, 2, 28), months=1)
        assert list(february.until(datetime.date(2025, 4, 30)))[1:] == [
            datetime.date(2025, 3, 31),
            datetime.date(2025, 4, 30),
        ]

    def test_keep_their_day_otherwise(self):
        middle = TestPeriods(first=datetime.date(2025, 1, 30), months=1)
        assert list(middle.until(datetime.date(2025, 3, 31))) == [
            datetime.date(2025, 1, 30),
            datetime.date(2025, 2, 28),
            datetime.date(2025, 3, 30),
        ]

    def test_look_at_the_months_before(self):
        assert QUARTERS.window(DAYS[1]) == (datetime.date(2024, 7, 1), DAYS[1])
        trailing = TestPeriods(first=DAYS[0], window_months=3, due_after_days=45)
        assert trailing.window(datetime.date(2025, 5, 31)) == (datetime.date(2025, 3, 1), datetime.date(2025, 5, 31))
        assert trailing.due(DAYS[0]) == datetime.date(2025, 5, 15)

    def test_end(self):
        monthly = TestPeriods(first=datetime.date(1900, 1, 31), months=1)
        assert len(list(monthly.until(datetime.date(2200, 1, 1)))) == 1200

    def test_are_of_the_years_that_loans_have(self):
        rare = TestPeriods(first=datetime.date(2195, 3, 31), months=120)
        assert list(rare.until(datetime.date.max)) == [datetime.date(2195, 3, 31)]
        with pytest.raises(InvalidFigure, match="first"):
            TestPeriods(first=datetime.date.max)

    @pytest.mark.parametrize(
        "changes", [{"months": 0}, {"window_months": 1.5}, {"due_after_days": -1}, {"months": True}]
    )
    def test_are_whole_months(self, changes):
        with pytest.raises(InvalidFigure):
            TestPeriods(first=DAYS[0], **changes)


class TestOutcomes:
    @pytest.mark.parametrize(
        ("condition", "noi", "outcome"),
        [
            ("noi / debt_service >= 1.25x", "125", Outcome.PASSES),
            ("noi / debt_service >= 1.25x", "124.99", Outcome.FAILS),
            ("round(noi / debt_service, 2) >= 1.25x", "124.99", Outcome.PASSES),
            ("truncate(noi / debt_service, 2) >= 1.25x", "124.99", Outcome.FAILS),
            ("noi / debt_service >= 1.25x", None, Outcome.NOT_TESTABLE),
        ],
    )
    def test_compare_what_the_document_says(self, condition, noi, outcome):
        assert run_test(covenant(condition), series(noi)[DAYS[0]], on=DAYS[0]).outcome is outcome

    def test_use_the_documents_own_definitions(self):
        own = covenant("ncf / debt_service >= 1.25x", definitions={"ncf": "noi - 3"})
        test = run_test(own, series("127.99")[DAYS[0]], on=DAYS[0])
        assert (test.outcome, test.unknown) == (Outcome.FAILS, ())
        assert dict(test.measures)["ncf"] == Decimal("124.99")

    def test_name_what_is_missing(self):
        assert run_test(covenant(), series(None)[DAYS[0]], on=DAYS[0]).unknown == ("noi",)

    def test_of_a_day_without_figures_are_not_testable(self):
        known = series(130, 130, 130, 130)
        del known[DAYS[2]]
        outcomes = [test.outcome for test in run_tests(covenant(), known)]
        assert outcomes == [Outcome.PASSES, Outcome.PASSES, Outcome.NOT_TESTABLE, Outcome.PASSES]
        assert run_tests(covenant(), {}) == ()

    def test_that_cannot_be_computed_say_which_covenant_and_day(self):
        figures = {"noi": Decimal(1), "debt_service": Decimal(0)}
        with pytest.raises(DivisionByZero) as refused:
            run_test(covenant(), figures, on=DAYS[0])
        assert refused.value.__notes__ == ["covenant 'DSCR', test of 2025-03-31"]
        with pytest.raises(UnknownMeasure):
            run_test(covenant("ltv < 1"), figures, on=DAYS[0])

    def test_say_how_they_came_about(self):
        own = covenant("ncf / debt_service >= 1.25x", definitions={"ncf": "noi - 3"})
        explained = explain(run_test, own, series("130")[DAYS[0]], on=DAYS[0])
        assert explained.formula == "ncf / debt_service >= 1.25x"
        assert ("ncf = noi - 3", "127") in [(step.name, step.value) for step in explained.steps]


class TestFirstBreach:
    def test_is_the_first_test_that_fails(self):
        assert first_breach(covenant(), series(130, None, 124, 120)).on == DAYS[2]

    def test_is_none_where_all_pass_or_are_not_testable(self):
        assert first_breach(covenant(), series(130, None, 126)) is None

    @given(incomes=st.lists(st.one_of(st.none(), st.integers(100, 150)), max_size=4))
    def test_is_where_a_plain_comparison_first_fails(self, incomes):
        failing = [day for day, noi in zip(DAYS, incomes, strict=False) if noi is not None and noi < 125]
        found = first_breach(covenant(), series(*incomes))
        assert (found.on if found else None) == (failing[0] if failing else None)


class TestCures:
    """A clause of a real agreement: at most three cures, none for tests in a row, within ten days."""

    rule = CureRule(within_days=10, times=3, not_consecutive=True)

    def states(self, incomes, cures=(), on=datetime.date(2026, 12, 31), rule=None):
        cured = covenant(cure=rule or self.rule)
        days = [datetime.date.fromisoformat(day) for day in cures]
        return compliance(cured, run_tests(cured, series(*incomes)), cures=days, on=on)

    def test_that_come_in_time_cure(self):
        found = self.states((130, 120), ["2025-07-10"])
        assert [one.state for one in found] == [ComplianceState.COMPLIES, ComplianceState.CURED]
        assert (found[1].cure_by, found[1].cures_left) == (datetime.date(2025, 7, 10), 2)

    def test_that_come_late_do_not(self):
        assert self.states((130, 120), ["2025-07-11"])[1].state is ComplianceState.BREACHED

    def test_may_still_come_until_the_time_ends(self):
        for day, state in ((10, ComplianceState.CURABLE), (11, ComplianceState.BREACHED)):
            assert self.states((130, 120), on=datetime.date(2025, 7, day))[1].state is state

    def test_after_the_day_looked_from_are_not_seen(self):
        found = self.states((130, 120), ["2025-07-05"], on=datetime.date(2025, 7, 4))
        assert found[1].state is ComplianceState.CURABLE

    def test_do_not_follow_each_other(self):
        found = self.states((120, 120, 120), ["2025-04-05", "2025-07-05", "2025-10-05"])
        assert [one.state for one in found] == [
            ComplianceState.CURED,
            ComplianceState.BREACHED,
            ComplianceState.CURED,
        ]
        assert found[1].cure_by is None

    def test_end_when_they_are_used_up(self):
        once = CureRule(within_days=10, times=1)
        found = self.states((120, 120), ["2025-04-05", "2025-07-05"], rule=once)
        assert [one.state for one in found] == [ComplianceState.CURED, ComplianceState.BREACHED]
        assert [one.cures_left for one in found] == [0, 0]

    @pytest.mark.parametrize("changes", [{"within_days": -1}, {"within_days": 10, "times": 1.5}])
    def test_have_a_rule_of_whole_numbers(self, changes):
        with pytest.raises(InvalidFigure):
            CureRule(**changes)

    def test_are_none_without_a_rule(self):
        plain = covenant()
        found = compliance(plain, run_tests(plain, series(120, None)), cures=[DAYS[0]], on=DAYS[0])
        assert [one.state for one in found] == [ComplianceState.BREACHED, ComplianceState.NOT_TESTABLE]


CONDITION = Expression.condition("noi / debt_service >= 1.25x and ltv <= 65%")
FIGURES = {"noi": Decimal("130.00"), "debt_service": Decimal(100), "ltv": Decimal("0.60")}


class TestRoom:
    def test_is_how_far_a_measure_may_move(self):
        found = room(CONDITION, FIGURES, of="noi")
        assert (found.holds, found.fall, found.rise) == (True, Decimal("5.00"), None)
        points = room(CONDITION, FIGURES, of="ltv", step=Decimal("0.001"))
        assert (points.fall, points.rise) == (None, Decimal("0.050"))

    def test_is_how_far_it_must_move_where_the_condition_fails(self):
        found = room(CONDITION, FIGURES | {"noi": Decimal("120.004")}, of="noi")
        assert (found.holds, found.fall, found.rise) == (False, None, Decimal("5.00"))

    def test_follows_definitions(self):
        condition = Expression.condition("dscr >= 1.25x")
        definitions = Definitions.of({"dscr": "noi / (balance * constant)"})
        figures = {"noi": Decimal(780_000), "balance": Decimal(10_000_000), "constant": Decimal("0.066264444")}
        found = room(condition, figures, of="balance", definitions=definitions)
        assert found.fall == Decimal("583185.16")

    def test_of_what_is_not_known_is_not_known(self):
        assert room(CONDITION, FIGURES | {"ltv": None}, of="noi") is None
        with pytest.raises(InvalidFigure, match="ltv"):
            room(CONDITION, FIGURES | {"ltv": None}, of="ltv")

    def test_ends_where_the_condition_cannot_be_computed(self):
        condition = Expression.condition("noi / debt_service >= 1.25x")
        figures = {"noi": Decimal(130), "debt_service": Decimal("0.02")}
        assert room(condition, figures, of="debt_service").fall == Decimal("0.01")

    @given(
        noi=st.decimals("0", "10000000", places=2),
        service=st.decimals("1", "10000000", places=2),
        least=st.decimals("0.5", "3", places=2),
    )
    def test_ends_at_the_last_step(self, noi, service, least):
        condition = Expression.condition("noi / service >= least")
        figures = {"noi": noi, "service": service, "least": least}
        found = room(condition, figures, of="noi")
        cent = Decimal("0.01")

        def holds(amount):
            return condition.holds(figures | {"noi": amount})

        if found.holds:
            assert found.rise is None
            if found.fall is None:
                assert holds(Decimal(0))
            else:
                assert holds(noi - found.fall)
                assert not holds(noi - found.fall - cent)
        else:
            assert found.fall is None
            assert holds(noi + found.rise)
            assert not holds(noi + found.rise - cent)

    def test_says_how_it_came_about(self):
        explained = explain(room, CONDITION, FIGURES, of="noi")
        assert ("room is asked for", "noi") in [(part.name, part.value) for part in explained.inputs]
