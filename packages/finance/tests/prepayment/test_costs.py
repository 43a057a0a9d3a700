"""The cost of many loans on all their payment dates is, in every cell, the cost of one loan on one day."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, InvalidTerms, add_months, schedule
from realinsights_finance.arrays import TermsColumns
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.money import in_cents
from realinsights_finance.prepayment import (
    LOCKED_OUT,
    UNKNOWN_COST,
    BetweenMaturities,
    CurveTooShort,
    Defeasance,
    Discounting,
    Fee,
    FixedPercentage,
    Formula,
    LockedOut,
    Lockout,
    MatchedTo,
    MeasuredTo,
    MinimumInterest,
    MissingDiscounts,
    MissingTreasuryYield,
    MonthsLeft,
    NotOutstanding,
    Open,
    Phase,
    PrepaymentTerms,
    SpreadMaintenance,
    StepDown,
    TreasuryCurve,
    Unknown,
    UnknownCost,
    YieldMaintenance,
    cost_by_date,
    prepayment_cost,
    prepayment_costs,
)
from realinsights_finance.value import Beyond, Compounding, CurveEndsEarly, DiscountCurve

PERCENT = Decimal("0.01")
CURVE = TreasuryCurve(
    tuple(
        (months, Decimal(f"0.0{points}")) for months, points in ((1, 431), (12, 368), (36, 361), (60, 3705), (1200, 47))
    )
)
_FRACTIONS = st.decimals("0", "0.1", places=4)

yield_maintenance = st.builds(
    YieldMaintenance,
    formula=st.sampled_from(Formula),
    discounting=st.sampled_from(Discounting),
    matched_to=st.sampled_from(MatchedTo),
    between_maturities=st.sampled_from(BetweenMaturities),
    yield_decimals=st.sampled_from([None, 4, 5]),
    spread=st.sampled_from([Decimal(0), Decimal("0.005"), Decimal("-0.0025")]),
    floor=st.sampled_from([Decimal(0), PERCENT, Decimal("0.0333333")]),
    measured_to=st.sampled_from(MeasuredTo),
    months_left=st.sampled_from(MonthsLeft),
)
regimes = st.one_of(
    yield_maintenance,
    st.just(Lockout()),
    st.just(Unknown(reason="the tape does not say it")),
    st.just(Open()),
    st.builds(FixedPercentage, percentage=_FRACTIONS),
    st.builds(
        StepDown,
        percentages=st.lists(_FRACTIONS, min_size=1, max_size=6).map(tuple),
        months_each=st.sampled_from([6, 12]),
        counted_from=st.sampled_from([None, datetime.date(2020, 2, 29), datetime.date(2001, 1, 31)]),
    ),
    st.builds(SpreadMaintenance, spread=_FRACTIONS, floor=_FRACTIONS, measured_to=st.sampled_from(MeasuredTo)),
    st.builds(MinimumInterest, months=st.integers(1, 60)),
    st.builds(MinimumInterest, amount=st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)),
    st.builds(Defeasance, measured_to=st.sampled_from(MeasuredTo)),
)
fees = st.lists(
    st.one_of(
        st.just(Fee(name="accountant", amount=Decimal("12500.00"))),
        st.just(Fee(name="exit fee", percentage=Decimal("0.0025"))),
    ),
    max_size=2,
).map(tuple)


@st.composite
def notes(draw: st.DrawFn) -> PrepaymentTerms:
    """Draw a note of one to three phases whose ends are months."""
    count = draw(st.integers(1, 3))
    ended = [Phase(regime=draw(regimes), months=draw(st.integers(1, 40)), fees=draw(fees)) for _ in range(count - 1)]
    return PrepaymentTerms((*ended, Phase(regime=draw(regimes), fees=draw(fees))))


def plainly(terms, note, on, **market):
    """Return (premium, fees) of a loan on a day in cents."""
    computed = schedule(terms)
    try:
        cost = prepayment_cost(computed, note, on=on, **market)
    except LockedOut:
        return LOCKED_OUT, 0
    except UnknownCost:
        return UNKNOWN_COST, 0
    except NotOutstanding:
        return 0, 0
    return in_cents(cost.premium), sum(in_cents(fee.amount) for fee in cost.fees)


class TestEveryCell:
    @given(st.data())
    def test_is_the_cost_on_that_day(self, loan_terms, data):
        loans = data.draw(st.lists(loan_terms, min_size=1, max_size=4))
        terms = [loan for loan in loans if TermsColumns.hold(loan)]
        some = [data.draw(notes()) for _ in terms]
        after = min(loan.start for loan in terms) + datetime.timedelta(days=data.draw(st.integers(-40, 4000)))
        rates = {add_months(after, 1): Decimal("0.041"), add_months(after, 240): Decimal("0.052")}
        curve = DiscountCurve.zero(after, rates, beyond=Beyond.LAST_RATE)
        market = {"treasury": data.draw(st.sampled_from([CURVE, Decimal("0.0375"), Decimal(0), Decimal("-0.01")]))}
        market["discount"] = curve.factor
        costs = prepayment_costs(TermsColumns.of(terms), some, after=after, **market)
        assert costs.balance.shape == costs.due_dates.shape == (len(costs.premium), len(terms))
        for index, (loan, note) in enumerate(zip(terms, some, strict=True)):
            paid = loan.installments_due(after)
            for row in range(len(costs.premium)):
                if paid + row + 1 > loan.periods:
                    assert costs.balance[row, index] == costs.premium[row, index] == costs.fees[row, index] == 0
                    continue
                on = loan.due_date(paid + row + 1)
                assert costs.due_dates[row, index].item() == on
                found = (costs.premium[row, index], costs.fees[row, index])
                assert found == plainly(loan, note, on, **market), (loan, note, on)


class TestOneLoan:
    """A loan alone is a batch of one."""

    def note(self) -> PrepaymentTerms:
        steady = Phase(
            regime=YieldMaintenance(floor=PERCENT), months_before_maturity=4, fees=(Fee(name="exit", amount=PERCENT),)
        )
        return PrepaymentTerms((Phase(regime=Lockout(), months=24), steady, Phase(regime=Open())))

    def test_golden_premium_is_one_of_its_cells(self, cases, g1_schedule, after_84):
        costs = cost_by_date(g1_schedule, self.note(), after=g1_schedule.terms.start, treasury=Decimal("0.0375"))
        assert costs.premium.shape == (120, 1)
        assert costs.due_dates[83, 0].item() == after_84
        assert costs.premium[83, 0] == in_cents(Decimal(cases["G11_ym"]["a_PV_payments_BEY"]))
        assert costs.balance[83, 0] == in_cents(Decimal(cases["G11_ym"]["UPB_after_84"]))
        assert costs.total[83, 0] == costs.premium[83, 0] + 1

    def test_locked_out_then_a_premium_then_open(self, g1_schedule):
        costs = cost_by_date(g1_schedule, self.note(), after=g1_schedule.terms.start, treasury=Decimal("0.0375"))
        assert costs.locked[:, 0].tolist() == [True] * 24 + [False] * 96
        assert (costs.total[:24] == LOCKED_OUT).all()
        assert not costs.unknown.any()
        assert (costs.premium[24:115] > 0).all()
        assert not costs.premium[115:].any()
        assert not costs.balance[119:].any()

    def test_what_is_not_known_of_a_phase_is_no_amount(self, g1_schedule):
        fee = Fee(name="exit fee", amount=PERCENT)
        phase = Phase(regime=Unknown(reason="no formula"), months=24, fees=(fee,))
        note = PrepaymentTerms((phase, Phase(regime=Open())))
        costs = cost_by_date(g1_schedule, note, after=g1_schedule.terms.start)
        assert costs.unknown[:, 0].tolist() == [True] * 24 + [False] * 96
        assert (costs.total[:24] == UNKNOWN_COST).all()
        assert not costs.locked.any()
        assert not costs.total[24:].any()

    def test_from_a_day_on_only_later_payment_dates_count(self, g1_schedule, after_84):
        costs = cost_by_date(g1_schedule, self.note(), after=after_84, treasury=Decimal("0.0375"))
        assert costs.due_dates[0, 0].item() == datetime.date(2032, 2, 1)
        assert len(costs.premium) == 36

    def test_one_whose_payments_move_is_computed_date_by_date(self, a_loan):
        moving = a_loan(
            business_day_rule=BusinessDayRule.FOLLOWING, business_day_calendar=HolidayCalendar.FEDERAL_RESERVE
        )
        computed, after = schedule(moving), datetime.date(2026, 12, 15)
        rates = ((datetime.date(2027, 1, 1), Decimal("0.04")), (datetime.date(2036, 1, 1), Decimal("0.05")))
        regimes = (Phase(regime=Lockout(), months=30), Phase(regime=Defeasance(), months=30), *self.note().phases[1:])
        note = PrepaymentTerms(regimes)
        costs = cost_by_date(computed, note, after=after, treasury=CURVE, discount=rates)
        curve = DiscountCurve.zero(after, dict(rates), compounding=Compounding.SEMI_ANNUAL).factor
        assert costs.due_dates[0, 0].item() == moving.due_date(24) == datetime.date(2027, 1, 4)
        for row, on in enumerate(costs.due_dates[:, 0].tolist()):
            found = (costs.premium[row, 0], costs.fees[row, 0])
            assert found == plainly(moving, note, on, treasury=CURVE, discount=curve)
        assert len(set(costs.premium[:, 0].tolist())) > 80
        same = PrepaymentTerms((Phase(regime=FixedPercentage(percentage=PERCENT)),))
        dear = cost_by_date(computed, same, after=datetime.date(2034, 10, 15))
        assert (dear.premium[:, 0] > 0).tolist() == [True, True, False]
        silent = PrepaymentTerms((Phase(regime=Unknown(reason="no formula"), months=110), *same.phases))
        untold = cost_by_date(computed, silent, after=datetime.date(2034, 1, 15))
        assert untold.premium[:2, 0].tolist() == [UNKNOWN_COST] * 2
        assert untold.unknown[:, 0].tolist() == [True] * 2 + [False] * 10
        assert not untold.fees.any()
        repaid = cost_by_date(computed, note, after=moving.maturity + datetime.timedelta(days=9))
        assert repaid.premium.shape == (0, 1)


class TestManyLoans:
    def test_so_many_dates_as_are_asked_for(self, a_loan, one_phase):
        columns = TermsColumns.of([a_loan(), a_loan(maturity=datetime.date(2026, 1, 1))])
        notes = [one_phase(FixedPercentage(percentage=PERCENT))] * 2
        costs = prepayment_costs(columns, notes, after=datetime.date(2025, 9, 15), dates=6)
        assert costs.premium.shape == (6, 2)
        assert (costs.balance[:, 1] > 0).tolist() == [True] * 3 + [False] * 3
        assert costs.premium.tolist() == ((2 * costs.balance + 100) // 200).tolist()

    def test_cents_near_a_tie_are_settled_exactly(self, a_loan, one_phase):
        """The largest loans: a float of their present value is off by more than a tenth of a cent."""
        terms = [
            a_loan(principal=Decimal("99999999999.99") - number, rate=Decimal("0.0525") + Decimal(number) / 10**6)
            for number in range(12)
        ]
        notes = [one_phase(YieldMaintenance(formula=formula)) for formula in Formula] * 3
        after = datetime.date(2032, 12, 15)
        costs = prepayment_costs(TermsColumns.of(terms), notes, after=after, treasury=CURVE)
        for index, (loan, note) in enumerate(zip(terms, notes, strict=True)):
            for row, on in enumerate(costs.due_dates[:, index].tolist()):
                assert costs.premium[row, index] == plainly(loan, note, on, treasury=CURVE)[0]

    def test_cents_that_floats_get_wrong_are_settled_exactly(self, a_loan, one_phase):
        """Of some ten thousand cells of the largest loans these few are so near to half a cent that a float errs."""
        numbers = (20, 28, 240, 300, 336)
        terms = [
            a_loan(
                principal=Decimal("99999999999.99") - number,
                rate=Decimal("0.0525") + Decimal(number % 12) / 10**6,
            )
            for number in numbers
        ]
        note = one_phase(YieldMaintenance())
        costs = prepayment_costs(TermsColumns.of(terms), [note] * 5, after=datetime.date(2032, 12, 15), treasury=CURVE)
        for column, row in enumerate((15, 13, 0, 0, 7)):
            on = costs.due_dates[row, column].item()
            assert costs.premium[row, column] == plainly(terms[column], note, on, treasury=CURVE)[0]

    def test_a_percentage_of_the_largest_loan_is_exact(self, interest_only, one_phase):
        principals = ("99999999999.99", "743268760.83", "0.01")
        columns = TermsColumns.of([interest_only(principal) for principal in principals])
        fee = Fee(name="accountant", amount=Decimal("5.00"))
        note = one_phase(FixedPercentage(percentage=Decimal("0.123456789012")), fee)
        costs = prepayment_costs(columns, [note] * 3, after=datetime.date(2034, 11, 15))
        # 99,999,999,999.99 x 0.123456789012 is 12,345,678,901.19876543210988.
        # 743,268,760.83 x 0.123456789012 is 91,761,574.58499999999996: a float is half a cent.
        assert costs.premium[0].tolist() == [1_234_567_890_120, 9_176_157_458, 0]
        assert costs.fees[0].tolist() == [500] * 3

    def test_a_spread_of_the_largest_loan_is_exact(self, interest_only, one_phase):
        terms = [interest_only("99999999999.99"), interest_only("87654321098.76")]
        note = one_phase(SpreadMaintenance(spread=Decimal("0.012345678901")))
        costs = prepayment_costs(TermsColumns.of(terms), [note] * 2, after=datetime.date(2025, 1, 15))
        for column, loan in enumerate(terms):
            for row in (0, 60, 118):
                on = costs.due_dates[row, column].item()
                assert costs.premium[row, column] == plainly(loan, note, on)[0]

    def test_each_loan_bears_the_fees_of_its_own_note(self, a_loan):
        regime = FixedPercentage(percentage=PERCENT)
        fees = ((), (Fee(name="exit", amount=Decimal("7.00")),), (Fee(name="exit", amount=Decimal("9.00")),))
        notes = [PrepaymentTerms((Phase(regime=regime, fees=each),)) for each in fees]
        costs = prepayment_costs(TermsColumns.of([a_loan()] * 3), notes, after=datetime.date(2030, 1, 15))
        assert costs.fees[0].tolist() == [0, 700, 900]

    def test_exact_ties_go_up(self, interest_only, one_phase):
        """Half a percent of $1,001.00 is 500.5 cents."""
        columns = TermsColumns.of([interest_only("1001.00")])
        costs = prepayment_costs(
            columns, [one_phase(FixedPercentage(percentage=Decimal("0.005")))], after=datetime.date(2030, 1, 15)
        )
        assert costs.premium[0, 0] == 501

    def test_no_loans_cost_nothing(self, a_loan):
        none = TermsColumns.of([a_loan()]).take(np.array([], dtype=np.intp))
        assert prepayment_costs(none, [], after=datetime.date(2025, 1, 1)).premium.shape == (0, 0)

    def test_what_cannot_be_answered_is_refused(self, a_loan, one_phase):
        columns, after = TermsColumns.of([a_loan()]), datetime.date(2025, 6, 15)
        short = TreasuryCurve(((12, Decimal("0.04")), (60, Decimal("0.04"))))
        with pytest.raises(ValueError, match=r"^prepayment: 0 notes for 1 loans"):
            prepayment_costs(columns, [], after=after)
        with pytest.raises(ValueError, match=r"^prepayment: 2 notes for 1 loans"):
            prepayment_costs(columns, [one_phase(Open())] * 2, after=after)
        for matched_to in MatchedTo:
            note = one_phase(YieldMaintenance(matched_to=matched_to))
            with pytest.raises(CurveTooShort, match="ends at 60 months"):
                prepayment_costs(columns, [note], after=after, treasury=short)
            assert prepayment_costs(columns, [note], after=datetime.date(2029, 12, 15), treasury=short).premium.any()
            with pytest.raises(MissingTreasuryYield):
                prepayment_costs(columns, [note], after=after)
        with pytest.raises(MissingDiscounts):
            prepayment_costs(columns, [one_phase(Defeasance())], after=after)
        rates = ((datetime.date(2030, 1, 1), Decimal("0.04")),)
        with pytest.raises(CurveEndsEarly, match="ends on 2030-01-01"):
            prepayment_costs(columns, [one_phase(Defeasance())], after=after, discount=rates)
        bad = TermsColumns.of([a_loan()])
        bad.principal[0] = 0
        with pytest.raises(InvalidTerms, match=r"loans\[0\]\.principal"):
            prepayment_costs(bad, [one_phase(Open())], after=after)

    def test_a_market_that_no_date_needs_is_not_asked_for(self, a_loan):
        note = PrepaymentTerms((Phase(regime=YieldMaintenance(), months=24), Phase(regime=Open())))
        columns = TermsColumns.of([a_loan(day_count=DayCount.THIRTY_360)])
        assert not prepayment_costs(columns, [note], after=datetime.date(2027, 6, 15)).premium.any()
