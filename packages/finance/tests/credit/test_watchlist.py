"""Watchlist rules, as data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from realinsights_finance.credit import DEFAULT_RULES, InvalidFigure, WatchlistRule, WatchlistState, watchlist
from realinsights_finance.credit.expressions import DivisionByZero

HEALTHY = {
    "dscr": Decimal("1.40"),
    "days_to_maturity": Decimal(900),
    "occupancy": Decimal("0.93"),
    "major_tenant_share_expiring": Decimal("0.05"),
}


def states(measures, listed=()):
    return {finding.rule.code: finding.state for finding in watchlist(measures, listed=listed)}


def test_the_rules_stand_in_the_order_of_how_often_they_add():
    shares = [rule.share_of_additions for rule in DEFAULT_RULES]
    assert shares == sorted(shares, reverse=True) == [Decimal(share) for share in ("0.365", "0.135", "0.095", "0.023")]
    assert [rule.code for rule in DEFAULT_RULES] == ["dscr", "maturity", "occupancy", "major_tenant"]


def test_a_healthy_loan_is_clear():
    assert set(states(HEALTHY).values()) == {WatchlistState.CLEAR}
    assert not any(finding.listed for finding in watchlist(HEALTHY))


@pytest.mark.parametrize(
    ("measure", "value", "code"),
    [
        ("dscr", "1.09", "dscr"),
        ("days_to_maturity", "180", "maturity"),
        ("occupancy", "0.79", "occupancy"),
        ("major_tenant_share_expiring", "0.30", "major_tenant"),
    ],
)
def test_each_rule_adds(measure, value, code):
    found = states(HEALTHY | {measure: Decimal(value)})
    assert found.pop(code) is WatchlistState.ADDED
    assert set(found.values()) == {WatchlistState.CLEAR}


@pytest.mark.parametrize(
    ("dscr", "state"),
    [("1.05", "REMAINS"), ("1.15", "REMAINS"), ("1.20", "RELEASED"), (None, "REMAINS")],
)
def test_a_listed_loan_remains_until_it_is_released(dscr, state):
    measures = HEALTHY | {"dscr": None if dscr is None else Decimal(dscr)}
    assert states(measures, listed={"dscr"})["dscr"].name == state


def test_between_the_two_levels_a_loan_is_not_added():
    assert states(HEALTHY | {"dscr": Decimal("1.15")})["dscr"] is WatchlistState.CLEAR


def test_what_is_not_known_is_named():
    finding = watchlist({})[0]
    assert (finding.state, finding.unknown, finding.listed) == (WatchlistState.NOT_KNOWN, ("dscr",), False)


def test_a_lender_has_rules_of_its_own():
    rule = WatchlistRule.of("own", "Own", adds="noi / debt < 8%", releases="noi / debt >= 9%")
    with pytest.raises(DivisionByZero) as refused:
        watchlist({"noi": Decimal(1), "debt": Decimal(0)}, rules=[rule])
    assert refused.value.__notes__ == ["watchlist rule 'own'"]
    with pytest.raises(InvalidFigure, match="two rules"):
        watchlist({"noi": Decimal(1), "debt": Decimal(1)}, rules=[rule, rule])
