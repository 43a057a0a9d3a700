"""Present values as numpy-financial has them, monthly rates as QuantLib has them."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import numpy as np
import numpy_financial as npf
import pytest
import QuantLib

from realinsights_finance import DayCount, LoanTerms, add_months, regular_start, schedule
from realinsights_finance.prepayment import (
    Discounting,
    Formula,
    NotOutstanding,
    YieldMaintenance,
    prepayment_cost,
)
from realinsights_finance.prepayment.treasury import monthly_rate

LOANS = 2000
CENT = 0.0101  # ours are rounded to the cent; theirs are binary floats, and lose some 1e-9 of $100 million
RELATIVE = 1e-13


def random_loans():
    """Yield monthly 30/360 loans, each with a row after which it is prepaid and a Treasury yield."""
    chance = random.Random(20250101)  # noqa: S311
    for _ in range(LOANS):
        first = datetime.date(chance.randint(2000, 2030), chance.randint(1, 12), chance.choice([1, 6, 15, 31 - 3]))
        months = chance.randint(2, 180)
        terms = LoanTerms(
            principal=Decimal(chance.randint(100_000_00, 100_000_000_00)) / 100,
            rate=Decimal(chance.randint(100, 1200)) / 10000,
            start=regular_start(first),
            first_payment=first,
            maturity=add_months(first, months - 1),
            day_count=DayCount.THIRTY_360,
            amortization_months=chance.choice([None, 240, 300, 360]),
        )
        yield schedule(terms), chance.randint(1, months - 1), Decimal(chance.randint(-50, 900)) / 10000


@pytest.fixture(scope="module")
def loans():
    return list(random_loans())


def monthly(yielded: Decimal, discounting: Discounting) -> float:
    return float(yielded) / 12 if discounting is Discounting.NOMINAL else (1 + float(yielded) / 2) ** (1 / 6) - 1


def ours(computed, paid, yielded, one_phase, **variant):
    on = computed.installments[paid - 1].due_date
    return prepayment_cost(computed, one_phase(YieldMaintenance(**variant)), on=on, treasury=yielded)


@pytest.mark.parametrize("discounting", Discounting)
class TestNumpyFinancial:
    def test_npv_of_the_remaining_payments(self, loans, one_phase, discounting):
        for computed, paid, yielded in loans:
            cost = ours(computed, paid, yielded, one_phase, discounting=discounting)
            flows = [0.0, *(float(row.payment) for row in computed.installments[paid:])]
            theirs = npf.npv(monthly(yielded, discounting), flows) - float(cost.balance)
            assert float(cost.calculated) == pytest.approx(theirs, abs=CENT, rel=RELATIVE)

    def test_npv_of_the_difference_on_the_scheduled_balance(self, loans, one_phase, discounting):
        formula = Formula.DIFFERENCE_ON_SCHEDULED_BALANCE
        for computed, paid, yielded in loans:
            cost = ours(computed, paid, yielded, one_phase, discounting=discounting, formula=formula)
            difference = float(computed.terms.rate - yielded) / 12
            flows = [0.0, *(float(row.beginning_balance) * difference for row in computed.installments[paid:])]
            theirs = npf.npv(monthly(yielded, discounting), flows)
            assert float(cost.calculated) == pytest.approx(theirs, abs=CENT, rel=RELATIVE)

    def test_pv_of_the_difference_on_the_principal(self, loans, one_phase, discounting):
        formula = Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL
        for computed, paid, yielded in loans:
            cost = ours(computed, paid, yielded, one_phase, discounting=discounting, formula=formula)
            payment = float(cost.balance) * float(computed.terms.rate - yielded) / 12
            with np.errstate(invalid="ignore"):
                theirs = npf.pv(monthly(yielded, discounting), len(computed.installments) - paid, -payment)
            # Theirs subtracts nearly equal numbers where the yield is nearly zero, and divides by it where it is.
            assert float(cost.calculated) == pytest.approx(theirs, abs=CENT, rel=1e-10)


def test_the_agencies_factor_is_pv_by_years(loans, one_phase):
    for computed, paid, yielded in loans:
        cost = ours(computed, paid, yielded, one_phase, formula=Formula.ANNUAL_FACTOR)
        payment = float(cost.balance) * float(computed.terms.rate - yielded)
        with np.errstate(invalid="ignore"):
            theirs = npf.pv(float(yielded), (len(computed.installments) - paid) / 12, -payment)
        assert float(cost.calculated) == pytest.approx(theirs, abs=CENT, rel=1e-10)


def test_a_level_loan_is_worth_its_balance_at_its_own_rate(loans, one_phase):
    """At the note rate / 12 the payments are worth the balance, but for the cents that each row was rounded by."""
    for computed, paid, _ in loans:
        cost = ours(computed, paid, computed.terms.rate, one_phase, discounting=Discounting.NOMINAL)
        assert abs(cost.calculated) <= Decimal("0.005") * (len(computed.installments) - paid) + Decimal("0.01")


class TestQuantLib:
    def test_a_bond_equivalent_yield_is_semi_annual_compounding(self):
        for basis_points in range(-100, 2000, 7):
            yielded = Decimal(basis_points) / 10000
            rate = QuantLib.InterestRate(
                float(yielded),
                QuantLib.ActualActual(QuantLib.ActualActual.ISDA),
                QuantLib.Compounded,
                QuantLib.Semiannual,
            )
            theirs = rate.equivalentRate(QuantLib.Compounded, QuantLib.Monthly, 1.0).rate() / 12
            assert float(monthly_rate(yielded, Discounting.BOND_EQUIVALENT)) == pytest.approx(theirs, abs=1e-13)


def test_the_loans_are_of_many_kinds(loans, one_phase):
    kinds = {(computed.terms.amortizes, yielded > computed.terms.rate) for computed, _, yielded in loans}
    assert len(kinds) == 4
    assert np.mean([len(computed.installments) for computed, _, _ in loans]) > 60
    with pytest.raises(NotOutstanding):
        ours(loans[0][0], len(loans[0][0].installments), Decimal(0), one_phase)
