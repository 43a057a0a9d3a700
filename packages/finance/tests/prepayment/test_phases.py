"""Regimes of prepayment by day."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance import schedule
from realinsights_finance.prepayment import (
    Defeasance,
    Fee,
    FixedPercentage,
    InvalidPrepaymentTerms,
    LockedOut,
    Lockout,
    MinimumInterest,
    Open,
    Phase,
    PrepaymentTerms,
    SpreadMaintenance,
    StepDown,
    YieldMaintenance,
    dated_phases,
    prepayment_cost,
)
from realinsights_finance.prepayment.phases import phase_on

ONE = FixedPercentage(percentage=Decimal("0.01"))


def boundaries(terms, *phases):
    return [(each.begin, each.end) for each in dated_phases(PrepaymentTerms(phases), terms)]


class TestDates:
    def test_a_prospectus_counts_payments(self, a_loan):
        """L(24),D(92),O(4): payments 1 to 24 are locked out, 25 to 116 defeased, the last four are open."""
        terms = a_loan()
        note = PrepaymentTerms((Phase(regime=Lockout(), months=24), Phase(regime=ONE, months=92), Phase(regime=Open())))
        first, second, third = dated_phases(note, terms)
        assert (first.begin, first.end) == (terms.start, terms.due_date(25))
        assert (second.begin, second.end) == (terms.due_date(25), terms.due_date(117))
        assert (third.begin, third.end) == (terms.due_date(117), terms.maturity)
        assert {first.opens, second.opens, third.opens} == {terms.due_date(117)}

    def test_an_end_is_a_last_day_a_length_or_months_before_maturity(self, a_loan):
        until = datetime.date(2027, 6, 30)
        phases = (
            Phase(regime=Lockout(), until=until),
            Phase(regime=ONE, months=6),
            Phase(regime=ONE, months_before_maturity=3),
            Phase(regime=Open()),
        )
        assert boundaries(a_loan(), *phases) == [
            (datetime.date(2025, 1, 1), datetime.date(2027, 7, 1)),
            (datetime.date(2027, 7, 1), datetime.date(2028, 1, 1)),
            (datetime.date(2028, 1, 1), datetime.date(2034, 10, 1)),
            (datetime.date(2034, 10, 1), datetime.date(2035, 1, 1)),
        ]

    def test_months_come_back_to_a_payment_day_of_31(self, a_loan):
        terms = a_loan(
            start=datetime.date(2025, 1, 31),
            first_payment=datetime.date(2025, 2, 28),
            payment_day=31,
            maturity=datetime.date(2030, 1, 31),
        )
        note = (Phase(regime=Lockout(), months=1), Phase(regime=ONE, months=1), Phase(regime=Open()))
        ends = [end for _, end in boundaries(terms, *note)]
        assert ends == [datetime.date(2025, 3, 31), datetime.date(2025, 4, 30), terms.maturity]

    def test_phases_after_maturity_never_come(self, a_loan):
        terms = a_loan()
        phases = (Phase(regime=Lockout(), months=24), Phase(regime=ONE, months=200), Phase(regime=Open()))
        assert [end for _, end in boundaries(terms, *phases)] == [terms.due_date(25), terms.maturity]

    def test_nor_does_one_that_would_begin_on_it(self, a_loan):
        phases = (Phase(regime=Lockout(), until=datetime.date(2034, 12, 31)), Phase(regime=Open()))
        assert [end for _, end in boundaries(a_loan(), *phases)] == [datetime.date(2035, 1, 1)]

    def test_a_day_is_in_the_phase_that_has_not_ended_and_from_maturity_on_in_the_last(self, a_loan):
        note = PrepaymentTerms((Phase(regime=Lockout(), months=24), Phase(regime=ONE, months=92), Phase(regime=Open())))
        phases = dated_phases(note, a_loan())
        days = (
            "2024-12-31",
            "2027-01-31",
            "2027-02-01",
            "2034-09-30",
            "2034-10-01",
            "2034-12-31",
            "2035-01-01",
            "2040-01-01",
        )
        found = [phases.index(phase_on(phases, datetime.date.fromisoformat(day))) for day in days]
        assert found == [0, 0, 1, 1, 2, 2, 2, 2]

    def test_a_lockout_says_when_it_ends_whatever_comes_between(self, a_loan, one_phase):
        computed = schedule(a_loan())
        note = PrepaymentTerms(
            (Phase(regime=Lockout(), months=6), Phase(regime=Lockout(), months=6), Phase(regime=Open()))
        )
        with pytest.raises(LockedOut) as locked:
            prepayment_cost(computed, note, on=datetime.date(2025, 3, 3))
        assert locked.value.until == datetime.date(2026, 2, 1)
        with pytest.raises(LockedOut, match="nor before it matures") as locked:
            prepayment_cost(computed, one_phase(Lockout()), on=datetime.date(2025, 3, 3))
        assert locked.value.until is None

    def test_a_lockout_that_comes_again_ends_with_its_own_phase(self, a_loan):
        phases = (
            Phase(regime=ONE, months=6),
            Phase(regime=Lockout(), months=6),
            Phase(regime=ONE, months=6),
            Phase(regime=Lockout()),
        )
        computed, note = schedule(a_loan()), PrepaymentTerms(phases)
        with pytest.raises(LockedOut) as locked:
            prepayment_cost(computed, note, on=datetime.date(2025, 8, 1))
        assert locked.value.until == datetime.date(2026, 2, 1)
        with pytest.raises(LockedOut) as locked:
            prepayment_cost(computed, note, on=datetime.date(2026, 8, 1))
        assert locked.value.until is None


class TestBadTerms:
    @pytest.mark.parametrize(
        ("field", "phases"),
        [
            ("phases", ()),
            ("phases", (Phase(regime=Open(), months=1),) * 51),
            (r"phases\[0\]", (Phase(regime=Lockout()), Phase(regime=Open()))),
            (r"phases\[0\]", (Phase(regime=Lockout(), months=3, months_before_maturity=3),)),
            (r"phases\[0\].months", (Phase(regime=Lockout(), months=0),)),
            (r"phases\[0\].months", (Phase(regime=Lockout(), months=True),)),
            (r"phases\[0\].months_before_maturity", (Phase(regime=Lockout(), months_before_maturity=1201),)),
            (r"phases\[0\].until", (Phase(regime=Lockout(), until=datetime.datetime(2030, 1, 1)),)),  # noqa: DTZ001
            (r"phases\[0\].until", (Phase(regime=Lockout(), until=datetime.date(9999, 12, 31)),)),
            (r"phases\[0\].regime", (Phase(regime="lockout"),)),
        ],
    )
    def test_are_refused_by_field(self, field, phases):
        with pytest.raises(InvalidPrepaymentTerms, match=f"^{field}: "):
            PrepaymentTerms(phases)

    @pytest.mark.parametrize(
        ("message", "phases"),
        [
            (
                r"phases\[1\]: ends on 2026-12-31, before it begins on 2027-02-01",
                (Phase(regime=Lockout(), months=24), Phase(regime=ONE, until=datetime.date(2026, 12, 31))),
            ),
            (
                r"phases\[1\]: ends on 2027-01-31, before it begins on 2027-02-01",
                (Phase(regime=Lockout(), months=24), Phase(regime=ONE, until=datetime.date(2027, 1, 31))),
            ),
            ("phases: say nothing of 2027-02-01 and later", (Phase(regime=Lockout(), months=24),)),
            (
                "phases: say nothing of 2028-02-01 and later: the loan matures on 2035-01-01",
                (Phase(regime=Lockout(), months=24), Phase(regime=ONE, months=12)),
            ),
        ],
    )
    def test_that_do_not_fit_the_loan_are_refused(self, a_loan, message, phases):
        with pytest.raises(InvalidPrepaymentTerms, match=message):
            dated_phases(PrepaymentTerms(phases), a_loan())

    @pytest.mark.parametrize(
        ("field", "regime", "values"),
        [
            ("percentage", FixedPercentage, {"percentage": Decimal(5)}),
            ("percentage", FixedPercentage, {"percentage": 0.05}),
            ("percentage", FixedPercentage, {"percentage": Decimal("NaN")}),
            ("percentages", StepDown, {"percentages": ()}),
            (r"percentages\[1\]", StepDown, {"percentages": (Decimal("0.02"), Decimal(-1))}),
            ("months_each", StepDown, {"percentages": (Decimal("0.02"),), "months_each": 0}),
            ("floor", YieldMaintenance, {"floor": Decimal(1) + Decimal("0.01")}),
            ("floor", YieldMaintenance, {"floor": Decimal("0.0000000000001")}),
            ("spread", YieldMaintenance, {"spread": Decimal(50)}),
            ("yield_decimals", YieldMaintenance, {"yield_decimals": 1}),
            ("spread", SpreadMaintenance, {"spread": Decimal("2.5")}),
            ("months", MinimumInterest, {}),
            ("months", MinimumInterest, {"months": 12, "amount": Decimal(1)}),
            ("amount", MinimumInterest, {"amount": Decimal("0.001")}),
            ("fees.exit", Fee, {"name": "exit"}),
            ("fees.exit.amount", Fee, {"name": "exit", "amount": Decimal(-1)}),
            ("fees.exit.percentage", Fee, {"name": "exit", "percentage": Decimal(2)}),
        ],
    )
    def test_regimes_and_fees_are_refused_by_field(self, field, regime, values):
        with pytest.raises(InvalidPrepaymentTerms, match=f"^{field}: ") as refused:
            regime(**values)
        assert isinstance(refused.value, ValueError)

    def test_equal_notes_are_equal(self):
        for regime in (Lockout, Open, Defeasance, YieldMaintenance):
            one, other = (PrepaymentTerms((Phase(regime=regime()),)) for _ in range(2))
            assert one == other
            assert hash(one) == hash(other)
