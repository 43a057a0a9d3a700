"""Each regime on loans of many kinds side by side: every cell is the cost of that loan on that day.

Nothing is drawn by chance. Phases end between due dates too, where a period is cut.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import product

import pytest

from realinsights_finance import DayCount, Frequency, LoanTerms, schedule
from realinsights_finance.arrays import TermsColumns
from realinsights_finance.money import in_cents
from realinsights_finance.prepayment import (
    LOCKED_OUT,
    BetweenMaturities,
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
    MonthsLeft,
    NotOutstanding,
    Open,
    Phase,
    PrepaymentTerms,
    SpreadMaintenance,
    StepDown,
    TreasuryCurve,
    YieldMaintenance,
    prepayment_cost,
    prepayment_costs,
)
from realinsights_finance.rounding import InterestRounding, Rounding
from realinsights_finance.value import Beyond, DiscountCurve

CURVE = TreasuryCurve(
    (
        (1, Decimal("0.0431")),
        (6, Decimal("0.0512")),
        (12, Decimal("0.0368")),
        (18, Decimal("0.0401")),
        (600, Decimal("0.047")),
    )
)
TREASURIES = (CURVE, Decimal("0.0375"), CURVE, Decimal(0), CURVE, Decimal("0.01234567"), Decimal("-0.0125"))
MATCHED = (
    (MatchedTo.MATURITY, BetweenMaturities.INTERPOLATED),
    (MatchedTo.AVERAGE_LIFE, BetweenMaturities.INTERPOLATED),
    (MatchedTo.AVERAGE_LIFE, BetweenMaturities.NEAREST),
    (MatchedTo.MATURITY, BetweenMaturities.NEAREST),
)


def yield_maintenance():
    for index, (formula, discounting, matched) in enumerate(product(Formula, Discounting, MATCHED)):
        yield (
            YieldMaintenance(
                formula=formula,
                discounting=discounting,
                matched_to=matched[0],
                between_maturities=matched[1],
                yield_decimals=(None, 4, 7)[index % 3],
                spread=Decimal(("0", "0.005", "-0.0025", "0")[index % 4]),
                floor=Decimal(("0", "0.01")[index % 2]),
                measured_to=tuple(MeasuredTo)[(index + 2) % 3],
                months_left=tuple(MonthsLeft)[index // 3 % 2],
            ),
            TREASURIES[index % 7],
        )


REGIMES = (
    *yield_maintenance(),
    *((Defeasance(measured_to=measured), None) for measured in MeasuredTo),
    *((SpreadMaintenance(spread=Decimal("0.0325"), measured_to=measured), None) for measured in MeasuredTo),
    (SpreadMaintenance(spread=Decimal("0.0001"), floor=Decimal("0.0025")), None),
    (StepDown(percentages=tuple(map(Decimal, ("0.03", "0.02", "0.01"))), months_each=6), None),
    (StepDown(percentages=(Decimal("0.05"), Decimal("0.0333")), counted_from=datetime.date(2025, 1, 31)), None),
    (
        StepDown(
            percentages=(Decimal("0.05"), Decimal("0.0333")), counted_from=datetime.date(2025, 1, 10), months_each=6
        ),
        None,
    ),
    (
        StepDown(
            percentages=(Decimal("0.05"), Decimal("0.0333")), counted_from=datetime.date(2025, 12, 15), months_each=1
        ),
        None,
    ),
    (
        YieldMaintenance(
            formula=Formula.ANNUAL_FACTOR, months_left=MonthsLeft.FROM_MONTH_END, measured_to=MeasuredTo.PHASE_END
        ),
        Decimal("0.01"),
    ),
    (MinimumInterest(months=1), None),
    (MinimumInterest(months=18), None),
    (MinimumInterest(months=200), None),
    (MinimumInterest(amount=Decimal("98765.43")), None),
    (FixedPercentage(percentage=Decimal("0.0123456789")), None),
    (Open(), None),
)


def loan(first, maturity, **changes):
    terms = {
        "principal": Decimal("1234567.89"),
        "rate": Decimal("0.0525"),
        "first_payment": datetime.date.fromisoformat(first),
        "maturity": datetime.date.fromisoformat(maturity),
        "amortization_months": 240,
    }
    terms |= changes
    terms["start"] = datetime.date.fromisoformat(terms["start"])
    return LoanTerms(**terms)


LOANS = (
    loan("2025-02-01", "2026-08-01", start="2025-01-01"),
    loan("2025-02-01", "2026-08-01", start="2025-01-01", amortization_months=12),  # repaid before it matures
    loan("2025-01-31", "2026-09-17", start="2024-11-12", day_count=DayCount.THIRTY_360),  # odd at both ends
    loan("2025-02-28", "2026-04-30", start="2025-01-31", payment_day=31, day_count=DayCount.THIRTY_360_US),
    loan(
        "2025-04-15",
        "2027-11-30",
        start="2025-01-15",
        frequency=Frequency.QUARTERLY,
        interest_only_months=12,
        day_count=DayCount.ACTUAL_365_FIXED,
    ),
    loan("2025-06-30", "2028-12-30", start="2024-12-30", frequency=Frequency.SEMI_ANNUAL, amortization_months=None),
    loan(
        "2025-03-10",
        "2029-03-10",
        start="2024-03-10",
        frequency=Frequency.ANNUAL,
        day_count=DayCount.ACTUAL_ACTUAL_ISDA,
    ),
    loan("2025-05-01", "2026-05-01", start="2025-04-01", rounding=Rounding(interest=InterestRounding.CARRIED)),
    loan("2025-01-05", "2025-06-05", start="2024-12-05", payment=Decimal("50000.00")),
    # The last period is February: a month on 30/360, 28 days by its dates.
    loan("2025-01-31", "2027-02-28", start="2024-12-31", payment_day=31, day_count=DayCount.THIRTY_360),
)


def last_day(terms):
    """Return a day between due dates, some months before maturity; on a 29th where the period began in February."""
    return datetime.date(2026, 3, 29) if terms.payment_day == 31 else terms.maturity - datetime.timedelta(days=100)


def note(terms, regime):
    """Return a lockout of two installments, the regime to a due date or a day between them, and none from then on."""
    fees = (Fee(name="accountant", amount=Decimal("1250.00")), Fee(name="exit", percentage=Decimal("0.0025")))
    if terms.periods < 8:
        return PrepaymentTerms((Phase(regime=regime, fees=fees),))
    whole = terms.maturity.day == 1
    end = {"months": terms.maturity.month} if whole else {"until": last_day(terms)}
    return PrepaymentTerms(
        (
            Phase(regime=Lockout(), months=2 * terms.frequency.months),
            Phase(regime=regime, fees=fees, **end),
            Phase(regime=Open()),
        )
    )


def plainly(computed, prepayment, on, **market):
    try:
        cost = prepayment_cost(computed, prepayment, on=on, **market)
    except LockedOut:
        return LOCKED_OUT, 0
    except NotOutstanding:
        return 0, 0
    return in_cents(cost.premium), sum(in_cents(fee.amount) for fee in cost.fees)


# From the middle of the loans' lives; some regimes from before the first of them too.
BEGINNINGS = [(number, datetime.date(2025, 11, 20)) for number in range(len(REGIMES))]
BEGINNINGS += [(number, datetime.date(2024, 12, 1)) for number in range(0, len(REGIMES), 5)]
# The regime ends between the first and the second of the dates that are left.
BEGINNINGS += [(number, datetime.date(2026, 3, 20)) for number in range(len(REGIMES))]


@pytest.mark.parametrize(("number", "after"), BEGINNINGS)
def test_is_that_of_one_loan_on_one_day(number, after):
    regime, treasury = REGIMES[number]
    rates = {
        after + datetime.timedelta(days=90): Decimal("0.031"),
        after + datetime.timedelta(days=900): Decimal("0.0625"),
    }
    market = {"treasury": treasury, "discount": DiscountCurve.zero(after, rates, beyond=Beyond.LAST_RATE).factor}
    notes = [note(terms, regime) for terms in LOANS]
    costs = prepayment_costs(TermsColumns.of(LOANS), notes, after=after, **market)
    for column, (terms, prepayment) in enumerate(zip(LOANS, notes, strict=True)):
        computed, paid = schedule(terms), terms.installments_due(after)
        for row in range(min(len(costs.premium), terms.periods - paid)):
            on = terms.due_date(paid + row + 1)
            found = costs.premium[row, column], costs.fees[row, column]
            assert costs.due_dates[row, column].item() == on
            assert found == plainly(computed, prepayment, on, **market), (column, row, on)


@pytest.mark.parametrize("number", range(1, len(REGIMES), 4))
def test_is_nothing_on_dates_that_no_loan_has(number):
    regime, treasury = REGIMES[number]
    after = datetime.date(2026, 5, 20)
    market = {"treasury": treasury, "discount": lambda day: Decimal("0.9999") ** (day - after).days}
    columns, notes = TermsColumns.of(LOANS), [note(terms, regime) for terms in LOANS]
    usual = prepayment_costs(columns, notes, after=after, **market)
    longer = prepayment_costs(columns, notes, after=after, dates=60, **market)
    for name in ("balance", "premium", "fees"):
        found = getattr(longer, name)
        assert (found[: len(usual.premium)] == getattr(usual, name)).all()
        assert not found[len(usual.premium) :].any()


@pytest.mark.parametrize("number", range(0, len(REGIMES), 2))
def test_is_measured_to_a_day_before_the_second_installment(number):
    regime, treasury = REGIMES[number]
    terms, after = LOANS[0], datetime.date(2025, 1, 10)
    prepayment = PrepaymentTerms((Phase(regime=regime, until=datetime.date(2025, 2, 15)), Phase(regime=Open())))
    market = {"treasury": treasury, "discount": lambda day: Decimal("0.9999") ** (day - after).days}
    costs = prepayment_costs(TermsColumns.of([terms]), [prepayment], after=after, **market)
    for row in (0, 1):
        on = terms.due_date(row + 1)
        assert (costs.premium[row, 0], costs.fees[row, 0]) == plainly(schedule(terms), prepayment, on, **market)


@pytest.mark.parametrize("after", [datetime.date(2025, 11, 20), datetime.date(2026, 7, 15)], ids=str)
@pytest.mark.parametrize("formula", Formula)
def test_is_that_of_a_loan_whose_last_period_is_odd_alone(formula, after):
    terms, market = LOANS[2], {"treasury": Decimal("0.0375")}
    prepayment = PrepaymentTerms((Phase(regime=YieldMaintenance(formula=formula)),))
    costs = prepayment_costs(TermsColumns.of([terms]), [prepayment], after=after, **market)
    for row in range(len(costs.premium)):
        on = terms.due_date(terms.installments_due(after) + row + 1)
        assert (costs.premium[row, 0], costs.fees[row, 0]) == plainly(schedule(terms), prepayment, on, **market)
