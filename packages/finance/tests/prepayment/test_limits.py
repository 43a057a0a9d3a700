"""What is just allowed is accepted, and the next is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance.prepayment import (
    Fee,
    FixedPercentage,
    InvalidPrepaymentTerms,
    InvalidTreasuryCurve,
    LedgerFigures,
    MinimumInterest,
    Open,
    Phase,
    PrepaymentTerms,
    SpreadMaintenance,
    StepDown,
    TreasuryCurve,
    YieldMaintenance,
)

ONE = (Decimal("0.01"),)


def phase(**end):
    return PrepaymentTerms((Phase(regime=Open(), **end),))


@pytest.mark.parametrize(
    ("build", "allowed", "refused"),
    [
        (lambda value: FixedPercentage(percentage=Decimal(value)), ("0", "1"), ("-0.01", "1.01")),
        (
            lambda value: FixedPercentage(percentage=Decimal(value)),
            ("0.123456789012",),
            ("0.1234567890123", "0.1234567890128"),
        ),
        (lambda value: YieldMaintenance(floor=Decimal(value)), ("0", "1"), ("-0.01", "1.01")),
        (lambda value: YieldMaintenance(spread=Decimal(value)), ("-0.25", "0.25"), ("-0.2501", "0.2501")),
        (lambda value: YieldMaintenance(yield_decimals=value), (None, 2, 12), (1, 13, True, 2.0)),
        (lambda value: SpreadMaintenance(spread=Decimal(value)), ("0", "1"), ("-0.01", "1.01")),
        (lambda value: StepDown(percentages=ONE, months_each=value), (1, 1200), (0, 1201, True, 12.0)),
        (lambda value: MinimumInterest(months=value), (1, 1200), (0, 1201)),
        (
            lambda value: MinimumInterest(amount=Decimal(value)),
            ("0", "9999999999999.99"),
            ("-0.01", "10000000000000", "1e14"),
        ),
        (
            lambda value: Fee(name="exit", amount=Decimal(value)),
            ("0", "9999999999999.99"),
            ("-0.01", "1e13", "0.004", "0.005"),
        ),
        (lambda value: Fee(name="exit", percentage=Decimal(value)), ("0", "1"), ("-0.01", "1.01")),
        (lambda value: LedgerFigures(suspense=Decimal(value)), ("0", "0.01"), ("-0.01", "sNaN", "Infinity")),
        (lambda value: phase(months=value), (1, 1200), (0, 1201)),
        (lambda value: phase(months_before_maturity=value), (1, 1200), (0, 1201)),
        (lambda value: phase(until=datetime.date(value, 1, 1)), (1900, 2200), (1899, 2201)),
        (lambda count: PrepaymentTerms((Phase(regime=Open(), months=1),) * count), (1, 50), (0, 51)),
    ],
)
def test_of_notes(build, allowed, refused):
    for value in allowed:
        build(value)
    for value in refused:
        with pytest.raises(InvalidPrepaymentTerms):
            build(value)


@pytest.mark.parametrize(
    ("build", "allowed", "refused"),
    [
        (lambda months: TreasuryCurve(((months, Decimal("0.04")),)), (1, 1200), (0, 1201, True, 12.0)),
        (lambda value: TreasuryCurve(((12, Decimal(value)),)), ("-0.5", "1"), ("-0.51", "1.01")),
        (
            lambda value: TreasuryCurve(((12, Decimal(value)),)),
            ("0.040000000001",),
            ("0.0400000000001", "0.0400000000009"),
        ),
        (lambda last: TreasuryCurve(tuple((months, Decimal(0)) for months in (12, 24, last))), (25,), (24, 23, 12)),
    ],
)
def test_of_treasury_curves(build, allowed, refused):
    for value in allowed:
        build(value)
    for value in refused:
        with pytest.raises(InvalidTreasuryCurve):
            build(value)
