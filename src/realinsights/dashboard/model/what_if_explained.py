"""Explanations of a what-if: how the figures of the whole shock came about."""

from __future__ import annotations

from decimal import Decimal

from realinsights.contracts.explained import Explanation, explanation_of
from realinsights.contracts.refinancing import NewLoan
from realinsights.dashboard.model.what_if_answer import Shock, StressOutcome, StressSums
from realinsights_finance.credit.constant import constant_words
from realinsights_finance.credit.sizing import SizingTest
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.portfolio.stress_totals import StressTotals

_SUMS = "sums over sums of the loans that have both figures; never a mean of ratios"
_CENT = "each loan's amount half up to the cent, once; the ratio to 6 decimals, only to be shown"


def explanations(
    outcome: StressOutcome, totals: StressTotals, wall: StressSums, shock: Shock, new_loan: NewLoan
) -> dict[str, Explanation]:
    """Return how each figure of the whole shock came about, by the figure's name.

    `balloon` is that of the wall, of all loans whose schedule says it; `sizedBalloon` that of the loans that are sized.
    """
    return {
        "dscr": _ratio("DSCR", "stressed income", "stressed debt service", totals, SizingTest.DSCR, shock),
        "ltv": _ratio("LTV", "balance", "stressed value", totals, SizingTest.LTV, shock),
        "debtYield": _ratio("debt yield", "stressed income", "balance", totals, SizingTest.DEBT_YIELD, shock),
        "netDebtService": _amount(
            "Σ (debt service at the shifted rate - what hedges pay on max(index + shift - strike, 0), less what they "
            "cost on max(floor strike - index - shift, 0))",
            shock,
            rounding="each loan's three amounts half up to the cent, once each: the net sum may differ by cents from "
            "that of the other two",
            debt_service=outcome.debt_service,
            cap_receipt=outcome.cap_receipt,
            net_debt_service=outcome.net_debt_service,
        ),
        "sizedBalloon": _amount(
            "Σ balloon of the loans that were sized; the wall of balloons has those too that were not",
            shock,
            sized_balloon=outcome.balloon,
            balloon_of_the_wall=wall.balloon,
            not_sized=wall.not_sized,
        ),
        "gap": _refinance(outcome, shock, new_loan),
        "balloon": _amount(
            "Σ principal that the loans' schedules leave to the day on which each is expected to be repaid",
            shock,
            balloon=wall.balloon,
            balance_today=wall.balance,
            without_schedule=wall.without_schedule,
        ),
        "financeable": _amount(
            "Σ (balloon - gap) of the loans that were sized; balloon = financeable + gap + not sized",
            shock,
            balloon=wall.balloon,
            gap=wall.gap,
            not_sized=wall.not_sized,
        ),
        "extended": _amount(
            "Σ balloon that was due by the former maturity and is due later by an exercised option; in no other sum",
            shock,
            extended=wall.extended,
        ),
    }


def _ratio(  # noqa: PLR0917 - a ratio has this many parts
    name: str, upper: str, lower: str, totals: StressTotals, test: SizingTest, shock: Shock
) -> Explanation:
    trace = _trace(f"{name} = Σ {upper} / Σ {lower}", shock, convention=_SUMS, rounding=_CENT)
    for each, amount in zip((upper, lower), totals.ratio_sums[test], strict=True):
        trace.step(f"Σ {each}, of the loans that have both", amount, Unit.DOLLARS)
    return explanation_of(trace)


def _amount(
    formula: str, shock: Shock, *, rounding: str = "each loan's amount half up to the cent, once", **amounts: str
) -> Explanation:
    trace = _trace(formula, shock, rounding=rounding)
    for name, amount in amounts.items():
        trace.step(name.replace("_", " "), Decimal(amount), Unit.DOLLARS)
    return explanation_of(trace)


def _refinance(outcome: StressOutcome, shock: Shock, new_loan: NewLoan) -> Explanation:
    tests = new_loan.tests
    trace = _trace(
        "gap = Σ max(balloon + costs - proceeds, 0); proceeds = min(stressed value x maximum LTV, stressed income / "
        "minimum DSCR / loan constant, stressed income / minimum debt yield), of the tests that are made",
        shock,
        convention=f"{constant_words(new_loan.quote.amortization_months, new_loan.day_count)}, at the quote + shift; "
        "costs = proceeds x cost rate",
        rounding="each limit half up to the cent",
    )
    for name, ratio, unit in (
        ("maximum LTV", tests.maximum_ltv, Unit.FRACTION),
        ("minimum DSCR", tests.minimum_dscr, Unit.TIMES),
        ("minimum debt yield", tests.minimum_debt_yield, Unit.FRACTION),
        ("rate of the quote", new_loan.rate, Unit.FRACTION),
        ("rate floor", new_loan.rate_floor, Unit.FRACTION),
        ("cost rate", new_loan.cost_rate, Unit.FRACTION),
    ):
        trace.input(name, ratio, unit)
    trace.input("amortization months", new_loan.amortization_months, Unit.MONTHS)
    trace.input("day count", new_loan.day_count.value, Unit.NAME)
    for name in ("balloon", "proceeds", "financeable", "gap"):
        trace.step(f"Σ {name}", Decimal(getattr(outcome, name)), Unit.DOLLARS)
    return explanation_of(trace)


def _trace(formula: str, shock: Shock, *, convention: str = "", rounding: str = "") -> Trace:
    trace = Trace()
    trace.says(formula, convention=convention, rounding=rounding)
    for name in ("rate_shift", "income_change", "cap_rate_shift", "value_change"):
        trace.input(name.replace("_", " "), getattr(shock, name), Unit.FRACTION)
    return trace
