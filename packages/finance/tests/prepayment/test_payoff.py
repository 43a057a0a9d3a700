"""Payoff quotes: what terms tell, what only a ledger does, and what is then not known."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, schedule
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.explain import explain
from realinsights_finance.prepayment import (
    ACCRUED,
    PREMIUM,
    Accrued,
    Defeasance,
    Effect,
    Fee,
    InterestTo,
    InvalidPrepaymentTerms,
    LedgerFigures,
    LockedOut,
    Lockout,
    NotOutstanding,
    Open,
    PayoffItem,
    Unknown,
    UnknownCost,
    YieldMaintenance,
    payoff_quote,
    prepayment_cost,
)

ALL_KNOWN = LedgerFigures(
    fees=Decimal("250.00"),
    late_charges=Decimal("2761.02"),
    default_interest=Decimal("0.00"),
    suspense=Decimal("1000.00"),
    escrow=Decimal("40000.00"),
    reserves=Decimal("125000.00"),
)
LEDGER = ["fees", "late charges", "default interest", "suspense", "escrow", "reserves"]


def amounts(quote):
    return {item.name: item.amount for item in quote.items}


class TestWhatIsOwed:
    @pytest.mark.parametrize(
        ("day_count", "interest", "per_diem"),
        [
            (DayCount.ACTUAL_360, "21875.00", "1458.33"),
            (DayCount.ACTUAL_365_FIXED, "21575.34", "1438.36"),
            (DayCount.THIRTY_360, "21875.00", "1458.33"),
            (DayCount.ACTUAL_ACTUAL_ISDA, "21575.34", "1438.36"),
        ],
    )
    def test_interest_runs_to_the_day_and_goes_on_by_the_day(self, a_loan, one_phase, day_count, interest, per_diem):
        computed = schedule(a_loan(day_count=day_count, amortization_months=None))
        quote = payoff_quote(computed, one_phase(Open()), on=datetime.date(2027, 6, 16), ledger=ALL_KNOWN)
        assert (quote.principal, quote.interest_days) == (Decimal("10000000.00"), 15)
        assert (quote.accrued_interest, quote.per_diem) == (Decimal(interest), Decimal(per_diem))
        assert quote.complete
        assert quote.total_known == Decimal(10000000) + Decimal(interest) + Decimal("250.00") + Decimal("1761.02")

    def test_a_day_of_a_leap_year_is_a_366th(self, a_loan, one_phase):
        computed = schedule(a_loan(day_count=DayCount.ACTUAL_ACTUAL_ISDA, amortization_months=None))
        assert payoff_quote(computed, one_phase(Open()), on=datetime.date(2028, 6, 16)).per_diem == Decimal("1434.43")

    def test_on_a_due_date_the_installment_is_taken_as_paid(self, g1_schedule, after_84, one_phase):
        quote = payoff_quote(g1_schedule, one_phase(Open()), on=after_84)
        assert (quote.principal, quote.accrued_interest, quote.interest_days) == (Decimal("8838640.91"), 0, 0)
        assert quote.assumptions == ("every installment due by 2032-01-01 is paid, and no principal besides",)

    def test_on_a_due_date_a_day_more_costs_a_day_of_interest(self, g1_schedule, after_84, one_phase):
        quote = payoff_quote(g1_schedule, one_phase(Open()), on=after_84)
        # 8,838,640.91 x 5.25 % / 360.
        assert (quote.accrued_interest, quote.per_diem) == (0, Decimal("1288.97"))

    def test_a_note_may_ask_for_the_interest_of_the_whole_period(self, g1_schedule, after_84, one_phase):
        on = datetime.date(2032, 1, 2)
        quote = payoff_quote(g1_schedule, one_phase(Open()), on=on, interest_to=InterestTo.END_OF_PERIOD)
        assert quote.accrued_interest == g1_schedule.installments[84].interest
        assert (quote.interest_days, quote.per_diem) == (30, None)
        assert "2032-02-01" in quote.assumptions[1]
        due = payoff_quote(g1_schedule, one_phase(Open()), on=after_84, interest_to=InterestTo.END_OF_PERIOD)
        # One more day would add the interest of the whole period, not of a day.
        assert (due.accrued_interest, due.per_diem, due.interest_days) == (0, None, 0)
        assert "from the next day on interest runs to the end of the period on 2032-02-01" in due.assumptions

    @pytest.mark.parametrize(
        ("on", "counts"),
        [((2026, 10, 31), 0), ((2026, 10, 30), 1), ((2026, 2, 28), 3), ((2028, 2, 28), 1), ((2028, 2, 29), 2)],
    )
    def test_where_the_next_day_is_none_of_30_360_or_several_it_says_so(self, a_loan, one_phase, on, counts):
        computed = schedule(a_loan(amortization_months=None, day_count=DayCount.THIRTY_360))
        day = datetime.date(*on)
        quote, following = (
            payoff_quote(computed, one_phase(Open()), on=each, ledger=ALL_KNOWN)
            for each in (day, day + datetime.timedelta(days=1))
        )
        assert quote.per_diem == Decimal("1458.33")
        if following.accrued_interest:
            assert following.interest_days - quote.interest_days == counts
        else:
            assert 30 - quote.interest_days == counts  # a due date: the period's 30 days are paid
        said = [words for words in quote.assumptions if "counts as" in words]
        words = f"on 30_360 the day from {day} on counts as {counts} days of interest"
        assert said == ([] if counts == 1 else [words])

    def test_at_maturity_it_is_the_last_installment(self, g1_schedule, one_phase):
        quote = payoff_quote(g1_schedule, one_phase(Lockout()), on=g1_schedule.terms.maturity, ledger=ALL_KNOWN)
        assert quote.principal + quote.accrued_interest == g1_schedule.due_at_maturity == Decimal("8250048.40")
        assert amounts(quote)["prepayment premium"] == 0
        assert quote.complete

    def test_after_maturity_the_note_rate_goes_on_and_default_interest_is_the_ledgers(self, g1_schedule):
        at, after = (payoff_quote(g1_schedule, None, on=datetime.date(2035, 1, day)) for day in (1, 11))
        assert after.accrued_interest - at.accrued_interest == Decimal("11978.91")  # 8,214,111.66 x 5.25 % x 10 / 360
        assert after.interest_days == at.interest_days + 10
        assert [item.name for item in after.unknown] == LEDGER
        assert "default interest is apart" in after.assumptions[1]
        assert len(after.assumptions) == 2
        assert after.per_diem == at.per_diem == Decimal("1197.89")  # 8,214,111.66 x 5.25 % / 360

    def test_a_payment_that_moves_beyond_its_period_leaves_two_periods(self, a_loan, one_phase):
        terms = a_loan(
            business_day_rule=BusinessDayRule.FOLLOWING,
            business_day_calendar=HolidayCalendar.FEDERAL_RESERVE,
        )
        computed = schedule(terms)
        saturday = datetime.date(2025, 2, 1)
        first = payoff_quote(computed, one_phase(Open()), on=saturday)
        assert (first.accrued_interest, first.interest_days) == (computed.installments[0].interest, 31)
        assert first.assumptions == ("every installment due by 2025-02-01 is paid, and no principal besides",)
        quote = payoff_quote(computed, one_phase(Open()), on=saturday + datetime.timedelta(days=1))
        assert terms.due_date(1) == datetime.date(2025, 2, 3)
        assert quote.interest_days == 32
        assert quote.accrued_interest == computed.installments[0].interest + Decimal("1456.87")

    def test_the_last_payment_that_moves_beyond_its_period_has_no_next_one(self, a_loan, one_phase):
        moved = {"business_day_rule": BusinessDayRule.FOLLOWING, "business_day_calendar": HolidayCalendar.WEEKENDS_ONLY}
        computed = schedule(a_loan(maturity=datetime.date(2028, 1, 1), **moved))
        quote = payoff_quote(computed, one_phase(Open()), on=datetime.date(2028, 1, 2))
        last = computed.installments[-1]
        assert (quote.interest_days, quote.accrued_interest) == (last.days, last.interest)

    def test_a_payment_that_moves_before_its_period_ends_leaves_none(self, a_loan, one_phase):
        # The installment of Sunday 1 June 2025 is paid on Friday 30 May; its period ends on the Sunday.
        terms = a_loan(business_day_rule=BusinessDayRule.PRECEDING, business_day_calendar=HolidayCalendar.WEEKENDS_ONLY)
        computed = schedule(terms)
        for day, interest in ((30, 0), (31, 0)):
            quote = payoff_quote(computed, one_phase(Open()), on=datetime.date(2025, 5, day))
            assert (quote.accrued_interest, quote.interest_days) == (interest, 0)
            assert quote.principal == computed.installments[4].ending_balance
        whole = payoff_quote(
            computed, one_phase(Open()), on=datetime.date(2025, 5, 31), interest_to=InterestTo.END_OF_PERIOD
        )
        assert (whole.accrued_interest, whole.per_diem) == (0, None)

    @pytest.mark.parametrize("on", [datetime.date(2024, 12, 31), datetime.date(1990, 1, 1)])
    def test_before_the_loan_nothing_is_owed(self, g1_schedule, one_phase, on):
        with pytest.raises(NotOutstanding, match=r"^on: the loan starts on 2025-01-01"):
            payoff_quote(g1_schedule, one_phase(Open()), on=on)

    def test_nor_after_its_schedule_repaid_it(self, a_loan):
        computed = schedule(a_loan(amortization_months=60))
        with pytest.raises(NotOutstanding, match="is repaid by"):
            payoff_quote(computed, None, on=computed.installments[-1].due_date)


class TestWhatIsNotKnown:
    def test_is_none_with_its_reason_and_never_zero(self, g1_schedule, after_84, one_phase):
        quote = payoff_quote(g1_schedule, one_phase(Open()), on=after_84)
        assert [item.name for item in quote.unknown] == LEDGER
        assert {(item.amount, item.reason) for item in quote.unknown} == {(None, "only the servicer's ledger knows it")}
        assert not quote.complete
        assert quote.total_known == Decimal("8838640.91")

    @pytest.mark.parametrize("missing", ["fees", "late_charges", "default_interest", "suspense"])
    def test_one_of_them_makes_the_total_incomplete(self, g1_schedule, after_84, one_phase, missing):
        figures = {name: Decimal("0.00") for name in ("fees", "late_charges", "default_interest", "suspense")}
        known = payoff_quote(g1_schedule, one_phase(Open()), on=after_84, ledger=LedgerFigures(**figures))
        assert known.complete
        del figures[missing]
        assert not payoff_quote(g1_schedule, one_phase(Open()), on=after_84, ledger=LedgerFigures(**figures)).complete

    def test_escrow_is_returned_apart_unless_the_lender_credits_it(self, g1_schedule, after_84, one_phase):
        note = one_phase(Open())
        none = {"fees": Decimal(0), "late_charges": Decimal(0), "default_interest": Decimal(0), "suspense": Decimal(0)}
        escrow = Decimal("40000.00")
        apart = payoff_quote(g1_schedule, note, on=after_84, ledger=LedgerFigures(**none, escrow=escrow))
        credited = payoff_quote(
            g1_schedule, note, on=after_84, ledger=LedgerFigures(**none, escrow=escrow, escrow_credited=True)
        )
        assert apart.total_known - credited.total_known == escrow
        assert [item.effect for item in apart.items if item.name == "escrow"] == [Effect.SHOWN]
        unknown = payoff_quote(g1_schedule, note, on=after_84, ledger=LedgerFigures(**none, escrow_credited=True))
        assert not unknown.complete

    @pytest.mark.parametrize(
        ("regime", "reason"), [(YieldMaintenance(), "needs a Treasury yield"), (Defeasance(), "needs a zero curve")]
    )
    def test_a_premium_without_its_market_is_not_known(self, g1_schedule, after_84, one_phase, regime, reason):
        quote = payoff_quote(g1_schedule, one_phase(regime), on=after_84, ledger=ALL_KNOWN)
        (premium,) = quote.unknown
        assert premium.name == "prepayment premium"
        assert reason in premium.reason
        assert quote.prepayment is None
        assert not quote.complete

    def test_nor_is_that_of_a_note_whose_terms_nobody_stated(self, g1_schedule, after_84):
        (premium,) = payoff_quote(g1_schedule, None, on=after_84, ledger=ALL_KNOWN).unknown
        assert premium.reason == "the loan's prepayment terms are not stated"

    def test_nor_that_of_a_phase_of_which_nothing_is_known(self, g1_schedule, after_84, one_phase):
        note = one_phase(Unknown(reason="the tape names no formula"))
        quote = payoff_quote(g1_schedule, note, on=after_84, ledger=ALL_KNOWN)
        (premium,) = quote.unknown
        assert (premium.name, premium.amount, premium.reason) == (PREMIUM, None, "the tape names no formula")
        assert not quote.complete
        with pytest.raises(UnknownCost, match="2032-01-01 costs is not known: the tape names no formula"):
            prepayment_cost(g1_schedule, note, on=after_84)

    def test_interest_that_the_schedule_cannot_tell_is_told_by_the_caller_or_not_known(self, g1_schedule, one_phase):
        on, note = datetime.date(2032, 1, 16), one_phase(Open())
        unknown = PayoffItem(name=ACCRUED, amount=None, reason="the rate floats")
        quote = payoff_quote(g1_schedule, note, on=on, ledger=ALL_KNOWN, accrued=Accrued(item=unknown))
        assert quote.unknown == (unknown,)
        assert (quote.accrued_interest, quote.per_diem, quote.interest_days) == (None, None, None)
        assert not quote.complete
        said = Accrued(item=PayoffItem(name=ACCRUED, amount=Decimal("100.00")), days=14, per_diem=Decimal("7.00"))
        known = payoff_quote(g1_schedule, note, on=on, accrued=said)
        assert known.accrued_interest == Decimal("100.00")
        whole = [
            payoff_quote(g1_schedule, note, on=on, accrued=accrued, interest_to=InterestTo.END_OF_PERIOD).assumptions
            for accrued in (Accrued(item=unknown), Accrued(item=said.item))
        ]
        assert [len(assumptions) for assumptions in whole] == [1, 2]
        assert (known.interest_days, known.per_diem) == (14, Decimal("7.00"))
        # After maturity the schedule would go on at the note rate, which is no assumption where the caller tells it.
        late = payoff_quote(g1_schedule, note, on=datetime.date(2035, 1, 11), accrued=said)
        assert late.assumptions == ("every installment is paid but the last one, due 2035-01-01",)

    def test_reserves_are_shown_and_not_in_the_total(self, g1_schedule, after_84, one_phase):
        quote = payoff_quote(g1_schedule, one_phase(Open()), on=after_84, ledger=ALL_KNOWN)
        assert [item.effect for item in quote.items if item.name == "reserves"] == [Effect.SHOWN]
        assert quote.total_known == Decimal("8838640.91") + Decimal("250.00") + Decimal("1761.02")

    @pytest.mark.parametrize("name", ["fees", "late_charges", "default_interest", "suspense", "escrow", "reserves"])
    @pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal("0.001"), Decimal("NaN"), 1.0])
    def test_what_a_ledger_cannot_say_is_refused_by_name(self, name, amount):
        with pytest.raises(InvalidPrepaymentTerms, match=f"^{name}: "):
            LedgerFigures(**{name: amount})


class TestPremium:
    def test_premium_and_fees_of_the_phase_are_items(self, g1_schedule, after_84, one_phase):
        note = one_phase(YieldMaintenance(floor=Decimal("0.01")), Fee(name="exit fee", percentage=Decimal("0.0025")))
        quote = payoff_quote(g1_schedule, note, on=after_84, treasury=Decimal("0.0375"), ledger=ALL_KNOWN)
        assert amounts(quote)["prepayment premium"] == quote.prepayment.premium == Decimal("370108.51")
        assert amounts(quote)["exit fee"] == Decimal("22096.60")
        assert quote.total_known == Decimal("8838640.91") + Decimal("370108.51") + Decimal("22096.60") + Decimal(
            "2011.02"
        )

    def test_a_lockout_is_refused(self, g1_schedule, after_84, one_phase):
        with pytest.raises(LockedOut):
            payoff_quote(g1_schedule, one_phase(Lockout()), on=after_84)

    def test_it_explains_itself(self, g1_schedule, one_phase):
        note, on = one_phase(YieldMaintenance(floor=Decimal("0.01"))), datetime.date(2032, 1, 15)
        explained = explain(payoff_quote, g1_schedule, note, on=on, treasury=Decimal("0.0375"))
        assert explained.formula.startswith("principal + accrued interest + premium")
        steps = {part.name: part.value for part in explained.steps}
        assert steps["formula"].endswith("present value of the remaining payments - balance")
        assert steps["late charges (owed)"] is None
        assert steps["total of what is known"] == format(explained.value.total_known, "f")


@given(st.data())
def test_a_quote_is_the_sum_of_its_items_on_every_day(loan_terms, one_phase, data):
    computed = schedule(data.draw(loan_terms))
    terms, last = computed.terms, computed.installments[-1]
    days = (last.due_date - terms.start).days - 1
    on = terms.start + datetime.timedelta(days=data.draw(st.integers(0, max(days, 0))))
    if not computed.balance_on(on):  # less than half a cent is carried on
        return
    quote = payoff_quote(computed, one_phase(Open()), on=on, ledger=ALL_KNOWN)
    assert quote.principal == computed.balance_on(on)
    assert quote.accrued_interest == computed.accrued_interest(on)
    assert quote.complete
    owed = sum(item.amount for item in quote.items if item.effect is Effect.OWED)
    assert quote.total_known == owed - 1000
