"""Floats of the array engine: within the error that they state of the exact loss, and that error is tiny."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest

from realinsights_finance import DayCount, schedule
from realinsights_finance.arrays import TermsColumns, schedules
from realinsights_finance.money import in_cents
from realinsights_finance.prepayment import (
    Defeasance,
    Discounting,
    Formula,
    MatchedTo,
    TreasuryCurve,
    YieldMaintenance,
    prepayment_cost,
)
from realinsights_finance.prepayment.array_losses import defeasance_costs, yield_maintenance_losses
from realinsights_finance.prepayment.windows import ends, window

AFTER, DATES = datetime.date(2030, 12, 15), 24
CURVE = TreasuryCurve(((1, Decimal("0.0431")), (12, Decimal("0.0368")), (60, Decimal("0.0397"))))
#: Cents: of ten million dollars a float of 53 bits is off by a ten-millionth of one.
TINY = 1e-4


@pytest.fixture
def loans(a_loan):
    return [a_loan(), a_loan(day_count=DayCount.THIRTY_360, rate=Decimal("0.0612")), a_loan(amortization_months=None)]


def measured(loans):
    computed = schedules(TermsColumns.of(loans))
    paid, some = computed.installments_due(AFTER), np.arange(len(loans))
    maturity = computed.columns.maturity.astype(np.int64)
    return window(computed, paid, some, dates=DATES), ends(computed, paid, some, maturity)


def hold(found, loans, one_phase, regime, **market):
    for column, terms in enumerate(loans):
        computed, paid = schedule(terms), terms.installments_due(AFTER)
        for row in range(DATES):
            cost = prepayment_cost(computed, one_phase(regime), on=terms.due_date(paid + row + 1), **market)
            assert abs(found.cents[row, column] - in_cents(cost.calculated)) <= 0.5 + found.error[row, column]
            assert 0 < found.error[row, column] < TINY


@pytest.mark.parametrize("treasury", [Decimal("0.0375"), Decimal(0), CURVE], ids=["yield", "zero", "curve"])
@pytest.mark.parametrize("formula", Formula)
def test_of_yield_maintenance(loans, one_phase, formula, treasury):
    left, end = measured(loans)
    for discounting, matched_to in (
        (Discounting.NOMINAL, MatchedTo.MATURITY),
        (Discounting.BOND_EQUIVALENT, MatchedTo.AVERAGE_LIFE),
    ):
        regime = YieldMaintenance(formula=formula, discounting=discounting, matched_to=matched_to)
        asked = np.ones((DATES, len(loans)), dtype=np.bool_)
        found = yield_maintenance_losses(regime, left, end, asked, treasury=treasury)
        hold(found, loans, one_phase, regime, treasury=treasury)
        assert not found.doubt.any()


def test_of_a_yield_that_is_rounded_in_doubt_only_near_a_tie(loans):
    left, end = measured(loans)
    asked = np.ones((DATES, len(loans)), dtype=np.bool_)
    # Halfway between 3.68 % of 12 months and 3.97 % of 60 lies 3.825 %: the loan that repays nothing, 36 months before.
    for decimals, ties in ((4, [[12, 2]]), (8, [])):
        regime = YieldMaintenance(matched_to=MatchedTo.AVERAGE_LIFE, yield_decimals=decimals)
        found = yield_maintenance_losses(regime, left, end, asked, treasury=CURVE)
        assert np.argwhere(found.doubt).tolist() == ties
        assert found.error.max() < TINY
    # The curve's last point is left to the plain computation, which refuses what is beyond.
    regime = YieldMaintenance(matched_to=MatchedTo.AVERAGE_LIFE)
    short = TreasuryCurve(((1, Decimal("0.0431")), (48, Decimal("0.0368"))))
    found = yield_maintenance_losses(regime, left, end, asked, treasury=short)
    # Of the loan that repays nothing before it matures the average life of the first date is 48 months.
    assert np.argwhere(found.doubt).tolist() == [[0, 2]]


def test_of_a_defeasance(loans, one_phase):
    left, end = measured(loans)

    def factor(day):
        return Decimal("0.9999") ** (day - AFTER).days

    found = defeasance_costs(left, end, np.ones((DATES, len(loans)), dtype=np.bool_), factor=factor)
    hold(found, loans, one_phase, Defeasance(), discount=factor)
    assert not found.doubt.any()
