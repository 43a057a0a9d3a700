"""The golden premiums: G11, G12, Fannie Mae's form, and the published examples that can be reproduced."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest

from realinsights_finance import DayCount, add_months, schedule
from realinsights_finance.prepayment import (
    Discounting,
    Formula,
    LockedOut,
    Lockout,
    Open,
    Phase,
    PrepaymentTerms,
    StepDown,
    YieldMaintenance,
    prepayment_cost,
)
from realinsights_finance.prepayment.treasury import monthly_rate

PERCENT = Decimal("0.01")
STEPS = tuple(Decimal(percent) / 100 for percent in (5, 4, 3, 2, 1))


def test_the_cases_kept_here_are_those_of_the_sample_data(cases, shared_data):
    golden = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
    published = json.loads((shared_data / "golden" / "published_examples.json").read_text(encoding="utf-8"))
    assert cases == {name: (golden | published)[name] for name in cases}


class TestYieldMaintenance:
    """G11: the golden loan, prepaid right after payment 84, Treasuries at 3.75 % whatever the maturity."""

    @pytest.fixture
    def premium(self, cases, g1_schedule, after_84, one_phase):
        def of(treasury: str | None = None, **variant):
            regime = YieldMaintenance(floor=PERCENT, **variant)
            yielded = Decimal(treasury or cases["G11_ym"]["T"])
            return prepayment_cost(g1_schedule, one_phase(regime), on=after_84, treasury=yielded)

        return of

    def test_what_is_owed_is_the_balance_after_that_payment(self, cases, premium):
        assert premium().balance == premium().principal == Decimal(cases["G11_ym"]["UPB_after_84"])

    def test_a_yield_becomes_the_rate_of_a_month(self, cases):
        monthly = monthly_rate(Decimal(cases["G11_ym"]["T"]), Discounting.BOND_EQUIVALENT)
        assert f"{monthly:.10f}" == cases["G11_ym"]["monthly_equiv_bey"]

    @pytest.mark.parametrize(
        ("name", "variant"),
        [
            ("a_PV_payments_BEY", {}),
            ("a_PV_payments_nominal12", {"discounting": Discounting.NOMINAL}),
            ("b_PV_rate_diff_BEY", {"formula": Formula.DIFFERENCE_ON_SCHEDULED_BALANCE}),
            ("c_UPBxDiffxFactor", {"formula": Formula.ANNUAL_FACTOR}),
            ("T_plus50", {"spread": Decimal("0.005")}),
        ],
    )
    def test_each_variant_is_a_field_of_the_note(self, cases, premium, name, variant):
        cost = premium(**variant)
        assert (cost.calculated, cost.premium) == (Decimal(cases["G11_ym"][name]),) * 2
        assert not cost.floor_applied

    def test_the_floor_holds_where_treasuries_yield_more_than_the_note(self, cases, premium):
        cost = premium("0.06")
        assert cost.calculated == Decimal(cases["G11_ym"]["T_600_a"])
        assert cost.floor == Decimal(cases["G11_ym"]["one_pct"])
        assert cost.premium == Decimal(cases["G11_ym"]["T_600_due"])
        assert cost.floor_applied

    def test_the_interest_only_formulas_are_one_where_nothing_amortizes(self, interest_only, one_phase):
        computed = schedule(interest_only("10000000.00"))
        found = {
            prepayment_cost(
                computed,
                one_phase(YieldMaintenance(formula=formula)),
                on=datetime.date(2030, 1, 1),
                treasury=Decimal("0.04"),
            ).premium
            for formula in (Formula.DIFFERENCE_ON_SCHEDULED_BALANCE, Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL)
        }
        assert len(found) == 1


class TestPublishedExamples:
    def test_fannie_maes_form_4188(self, cases, interest_only, one_phase):
        case = cases["yield_maintenance_fannie_form_4188"]
        terms = interest_only(f"{case['balance']}.00", str(case["note_rate"]))
        regime = YieldMaintenance(formula=Formula.ANNUAL_FACTOR, floor=PERCENT)
        on = add_months(terms.maturity, -case["months_remaining"])
        treasury = Decimal(str(case["treasury_yield"]))
        cost = prepayment_cost(schedule(terms), one_phase(regime), on=on, treasury=treasury)
        assert cost.premium == Decimal(cases["G11_public_check"]["ours_c"])
        assert round(cost.premium) == case["penalty_rounded"]

    def test_the_textbooks_present_value_of_the_cash_flows(self, cases, a_loan, one_phase):
        case = cases["yield_maintenance_cashflow_method"]
        terms = a_loan(
            principal=Decimal(case["loan"]) + Decimal("0.00"),
            rate=Decimal(str(case["rate"])),
            day_count=DayCount.THIRTY_360,
            amortization_months=case["amort_months"],
        )
        computed = schedule(terms)
        on = computed.installments[case["prepay_after_months"] - 1].due_date
        nominal = Decimal(str(case["discount_nominal_monthly"]))
        cost = prepayment_cost(
            computed, one_phase(YieldMaintenance(discounting=Discounting.NOMINAL)), on=on, treasury=nominal
        )
        # The textbook rounds nothing: our payment is 7,337.65, its one 7,337.6457.
        assert abs(cost.balance - Decimal(str(case["balance_at_84"]))) <= Decimal("0.60")
        assert abs(cost.premium - Decimal(str(case["penalty_computed"]))) <= Decimal("0.10")


class TestStepDown:
    """G12: 5-4-3-2-1 percent by years from the first payment date, open for the last three months, after a lockout."""

    def note(self, *, lockout: int = 0) -> PrepaymentTerms:
        locked = (Phase(regime=Lockout(), months=lockout),) if lockout else ()
        steps = Phase(regime=StepDown(percentages=STEPS), months_before_maturity=3)
        return PrepaymentTerms((*locked, steps, Phase(regime=Open())))

    @pytest.mark.parametrize(
        ("name", "months", "balance"),
        [("yr1", 11, "9950000.00"), ("yr3", 24, "9700000.00"), ("after_sched", 60, "9000000.00"), ("open", 116, "8e6")],
    )
    def test_falls_with_the_years(self, cases, interest_only, name, months, balance):
        terms = interest_only(str(Decimal(balance).quantize(PERCENT)))
        on = add_months(terms.first_payment, months)
        assert prepayment_cost(schedule(terms), self.note(), on=on).premium == Decimal(cases["G12_step_down"][name])

    def test_the_day_before_an_anniversary_is_in_the_year_before(self, interest_only):
        computed = schedule(interest_only("10000000.00"))
        on = datetime.date(2027, 1, 31)
        assert prepayment_cost(computed, self.note(), on=on).premium == Decimal("400000.00")

    def test_is_refused_inside_the_lockout(self, cases, interest_only):
        computed = schedule(interest_only("10000000.00"))
        assert cases["G12_step_down"]["locked"] == "LOCKED"
        with pytest.raises(LockedOut, match="nor before 2027-02-01") as locked:
            prepayment_cost(computed, self.note(lockout=24), on=datetime.date(2027, 1, 31))
        assert locked.value.until == datetime.date(2027, 2, 1)
        assert prepayment_cost(computed, self.note(lockout=24), on=locked.value.until).premium == Decimal("300000.00")

    def test_opens_three_months_before_maturity(self, interest_only):
        computed, note = schedule(interest_only("10000000.00", months=48)), self.note()
        assert prepayment_cost(computed, note, on=datetime.date(2028, 9, 30)).premium == Decimal("200000.00")
        assert prepayment_cost(computed, note, on=datetime.date(2028, 10, 1)).premium == 0
