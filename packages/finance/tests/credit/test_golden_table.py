"""The table of golden cases of credit and portfolios in docs/finance.md, made from what is computed here."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from realinsights_finance import (
    DayCount,
    interest_only_debt_service,
    ratios,
    reported_debt_service,
    shown_rate,
    shown_ratio,
)
from realinsights_finance.credit import (
    CashTrap,
    Collateral,
    ExtensionCondition,
    ExtensionFacts,
    ExtensionOption,
    LendingTests,
    Quote,
    SizingTest,
    break_even_rate,
    check_extension,
    dscr_headroom,
    loan_constant,
    ltv_headroom,
    refinance,
    run_cash_trap,
    size,
)
from realinsights_finance.portfolio import (
    Holding,
    Lease,
    PortfolioRatio,
    Scenario,
    StressedLoan,
    StressedRate,
    concentration,
    portfolio_totals,
    stress,
    weighted_lease_term,
)

BEGIN, END = "<!-- golden cases of credit and portfolios -->", "<!-- end -->"
TESTS = {"LTV": SizingTest.LTV, "DSCR": SizingTest.DSCR, "DY": SizingTest.DEBT_YIELD, "LTC": SizingTest.LTC}


class Row(NamedTuple):
    """A figure of a case: what it is, what the case states, what is computed here, to the precision of the case."""

    case: str
    figure: str
    expected: str
    ours: str

    @property
    def difference(self) -> str:
        """Return ours less what the case states; of words, whether they differ."""
        try:
            return f"{(Decimal(self.ours) - Decimal(self.expected)).normalize():f}"
        except ArithmeticError:
            return "0" if self.ours == self.expected else "differs"


def day(text):
    return datetime.date.fromisoformat(text)


def dollars(amount):
    return Decimal(amount)


def of_ratios(case, a_loan):
    rent, expenses, value = dollars(2_400_000), dollars(982_000), dollars(18_000_000)
    income, cash_flow = dollars("1250000.00"), dollars("1150000.00")
    terms, flat = a_loan(), a_loan(day_count=DayCount.THIRTY_360)
    owed, service = terms.principal, reported_debt_service(terms).annual
    io_flat, io_actual = interest_only_debt_service(flat).annual, interest_only_debt_service(terms).annual
    computed = {
        "ADS": service,
        "DSCR_NOI": ratios.debt_service_coverage(income, service),
        "DSCR_NCF": ratios.debt_service_coverage(cash_flow, service),
        "DSCR_IO_30360": ratios.debt_service_coverage(income, io_flat),
        "DSCR_IO_ACT360_365": ratios.debt_service_coverage(income, io_actual),
        "LTV": ratios.loan_to_value(owed, value),
        "debt_yield_NOI": ratios.debt_yield(income, owed),
        "debt_yield_NCF": ratios.debt_yield(cash_flow, owed),
        "breakeven_occupancy": ratios.breakeven_occupancy(expenses, service, rent),
        "ICR": ratios.interest_coverage(income, io_flat),
        "implied_cap": ratios.implied_cap_rate(income, value),
        "NOI_decline_to_1_25x": ratios.income_decline_to(dollars("1.25"), income, service),
        "value_decline_to_65LTV": ratios.value_decline_to(dollars("0.65"), owed, value),
    }
    for name, figure in computed.items():
        yield Row("G9", name, case[name], str(figure if name == "ADS" else shown_ratio(figure)))


def of_sizing(cases):
    asset = Collateral(income=dollars(1_250_000), value=dollars(18_000_000))
    at = Quote(rate=dollars("0.0625"), amortization_months=360)
    cover = LendingTests(minimum_dscr=dollars("1.30"))
    case = cases["G10_sizing"]
    sized = size(
        asset,
        LendingTests(maximum_ltv=dollars("0.65"), minimum_dscr=dollars("1.30"), minimum_debt_yield=dollars("0.10")),
        at,
    )
    yield Row("G10", "const", case["const"], str(shown_rate(sized.constant)))
    for name, test in (("by_LTV65", "LTV"), ("by_DSCR130", "DSCR"), ("by_DY10", "DY")):
        yield Row("G10", name, case[name], str(sized.limit(TESTS[test]).maximum))
    yield Row("G10", "proceeds", case["proceeds"], str(sized.proceeds))
    yield Row("G10", "binding", case["binding"], _name(sized.binding))
    flat = size(asset, cover, Quote(rate=at.rate, amortization_months=None))
    yield Row("G10", "by_DSCR_IO", case["by_DSCR_IO"], str(flat.proceeds))
    floored = LendingTests(minimum_dscr=dollars("1.30"), rate_floor=dollars("0.0725"))
    yield Row("G10", "stressed_725", case["stressed_725"], str(size(asset, floored, at).proceeds))
    for name, figures, asked, quoted in (
        ("G10b_sizing_all", (900_000, 12_000_000, 11_500_000), ("0.65", "1.25", "0.10", "0.75"), ("0.0625", 360)),
        ("G10c_DY_binds", (900_000, 14_000_000, None), ("0.65", "1.25", "0.10", None), ("0.0625", 360)),
        ("G10d_DSCR_binds", (900_000, 14_000_000, None), ("0.65", "1.30", "0.10", None), ("0.08", 360)),
        ("G10e_DSCR_binds_25yr", (1_000_000, 16_000_000, None), ("0.70", "1.35", "0.085", None), ("0.07", 300)),
    ):
        yield from _sizing_rows(name, cases[name], figures, asked, quoted)
    case = cases["loan_sizing_dscr_ltv_dy"]
    published = _sized((case["noi"], case["value"], None), ("0.6", "1.25", "0.09", None), ("0.065", 360))
    yield Row("calvinphan.com 2025-01-15", "max_loan", str(case["max_loan"]), str(round(published.proceeds)))
    yield Row("calvinphan.com 2025-01-15", "binding", case["binding"], _name(published.binding))


def _sizing_rows(name, case, figures, asked, quoted):
    short, sized = name.split("_")[0], _sized(figures, asked, quoted)
    for label, test in TESTS.items():
        if label in case:
            yield Row(short, label, case[label], str(sized.limit(test).maximum))
    yield Row(short, "proceeds", case["proceeds"], str(sized.proceeds))
    yield Row(short, "binding", case["binding"], _name(sized.binding))


def _sized(figures, asked, quoted):
    income, value, cost = (None if figure is None else dollars(figure) for figure in figures)
    ltv, dscr, debt_yield, ltc = (None if figure is None else dollars(figure) for figure in asked)
    tests = LendingTests(maximum_ltv=ltv, minimum_dscr=dscr, minimum_debt_yield=debt_yield, maximum_ltc=ltc)
    quote = Quote(rate=dollars(quoted[0]), amortization_months=quoted[1])
    return size(Collateral(income=income, value=value, cost=cost), tests, quote)


def _name(test):
    return next(label for label, named in TESTS.items() if named is test)


def of_refinance(case):
    balloon = dollars(case["balloon"])
    asset = Collateral(income=dollars(900_000), value=dollars(11_500_000))
    asked = LendingTests(maximum_ltv=dollars("0.65"), minimum_dscr=dollars("1.25"), minimum_debt_yield=dollars("0.09"))
    quote = Quote(rate=dollars("0.0675"), amortization_months=360)
    plain = refinance(balloon, asset, asked, quote)
    costly = refinance(balloon, asset, asked, quote, cost_rate=dollars("0.01"))
    for label in ("LTV", "DSCR", "DY"):
        yield Row("G21", label, case[label], str(plain.sizing.limit(TESTS[label]).maximum))
    yield Row("G21", "gap_before_costs", case["gap_before_costs"], str(plain.gap))
    yield Row("G21", "gap_with_1pct_costs", case["gap_with_1pct_costs"], str(costly.gap))
    rate = break_even_rate(balloon, dollars(900_000), minimum_dscr=dollars("1.25"), amortization_months=360)
    yield Row("G21", "breakeven_rate_DSCR", case["breakeven_rate_DSCR"], str(shown_rate(rate)))


def of_portfolio(case):
    loans = [
        (165_000_000, "0.045", "2027-03-15", 18_000_000, "7425000.00"),
        (80_000_000, "0.055", "2026-06-01", 9_500_000, "6263692.44"),
        (30_500_000, "0.042", "2030-01-10", 3_800_000, "1877826.00"),
    ]
    holdings = [
        Holding(
            balance=dollars(balance),
            rate=dollars(rate),
            maturity=day(matures),
            income=dollars(income),
            debt_service=dollars(service),
        )
        for balance, rate, matures, income, service in loans
    ]
    on = day("2025-12-31")
    totals = portfolio_totals(holdings, on=on)
    within = ratios.maturing_share([(one.balance, one.maturity) for one in holdings], on, months=12)
    by_lender = concentration((str(position), one.balance) for position, one in enumerate(holdings))
    computed = {
        "WA_rate": shown_rate(totals.ratio(PortfolioRatio.WEIGHTED_RATE)),
        "WAM_years_act365": shown_ratio(totals.ratio(PortfolioRatio.WEIGHTED_YEARS)),
        "portfolio_DSCR": shown_ratio(totals.ratio(PortfolioRatio.DSCR)),
        "portfolio_DY": shown_ratio(totals.ratio(PortfolioRatio.DEBT_YIELD)),
        "maturing_12m": shown_ratio(within),
        "HHI_lender": shown_ratio(by_lender.index),
    }
    for name, figure in computed.items():
        yield Row("G13", name, case[name], str(figure))


def of_trap_and_cure(cases):
    series = cases["G19_cash_trap"]
    trap = CashTrap(trigger=dollars("1.15"), cure=dollars("1.20"), cure_tests=2)
    tests = run_cash_trap(trap, [Decimal(ratio) for ratio, _ in series])
    for (ratio, state), test in zip(series, tests, strict=True):
        yield Row("G19", f"at {ratio}x", state, test.state.name)
    case, owed = cases["G20_cure"], dollars("10000000.00")
    room = dscr_headroom(
        dollars(case["NOI"]),
        balance=owed,
        annual_debt_service=dollars("662644.44"),
        minimum=dollars(case["required"]),
        constant=loan_constant(dollars("0.0525"), 360),
    )
    value = ltv_headroom(owed, value=dollars(14_000_000), maximum=dollars("0.65"))
    yield Row("G20", "DSCR_now", case["DSCR_now"], str(shown_ratio(room.actual)))
    yield Row("G20", "max_balance", case["max_balance"], str(room.balance_at_limit))
    yield Row("G20", "paydown_reamortised", case["paydown_reamortised"], str(room.paydown))
    yield Row("G20", "NOI_needed", case["NOI_needed"], str(dollars(case["NOI"]) - room.income_may_fall))
    yield Row("G20", "LTV_paydown_to_65_at_V14M", case["LTV_paydown_to_65_at_V14M"], str(value.paydown))


def of_shocks(cases):
    loan = StressedLoan(
        balance=dollars(25_000_000),
        income=dollars(2_200_000),
        floating=StressedRate(index=dollars("0.0433"), spread=dollars("0.025"), index_floor=dollars("0.01")),
        cap_notional=dollars(25_000_000),
        cap_strike=dollars("0.035"),
    )
    for shift in (-200, -100, 0, 100, 200):
        case = cases[f"G22_shock_{shift:+d}"]
        found = stress(loan, Scenario(rate_shift=Decimal(shift) / 10_000))
        yield Row("G22", f"annual_interest at {shift:+d} bp", case["annual_interest"], str(found.debt_service))
        yield Row("G22", f"with_cap_350 at {shift:+d} bp", case["with_cap_350"], str(found.net_debt_service))
        yield Row("G22", f"DSCR at {shift:+d} bp", case["DSCR"], str(shown_ratio(found.dscr, 4)))


def of_leases_and_extension(cases):
    leases = [(10_000, 30, "2027-12-31"), (25_000, 26, "2030-06-30"), (5_000, 40, "2026-09-30")]
    case = cases["G23_walt"]
    found = weighted_lease_term(
        [Lease(area=dollars(area), rent_per_area=dollars(rent), ends=day(ends)) for area, rent, ends in leases],
        on=day(case["asof"]),
    )
    yield Row("G23", "by_area", case["by_area"], str(shown_ratio(found.by_area)))
    yield Row("G23", "by_rent", case["by_rent"], str(shown_ratio(found.by_rent)))
    case = cases["G27_extension"]
    option = ExtensionOption(minimum_debt_yield=dollars("0.09"), fee_rate=dollars("0.0025"))
    facts = ExtensionFacts(balance=dollars(25_000_000), maturity=day("2026-07-01"), income=dollars(2_200_000))
    extension = check_extension(option, facts)
    check = extension.check(ExtensionCondition.DEBT_YIELD)
    yield Row("G27", "fee", case["fee"], str(extension.fee))
    yield Row("G27", "DY", case["DY"], str(shown_rate(check.headroom.actual, 4)))
    yield Row("G27", "passes_DY", str(case["passes_DY"]), str(check.passes))
    yield Row("G27", "paydown_to_pass", case["paydown_to_pass"], str(extension.paydown))


def rows(golden, cases, a_loan) -> Iterator[Row]:
    yield from of_ratios(golden["G9_ratios"], a_loan)
    yield from of_sizing(cases)
    yield from of_portfolio(golden["G13_portfolio"])
    yield from of_trap_and_cure(cases)
    yield from of_refinance(cases["G21_refi"])
    yield from of_shocks(cases)
    yield from of_leases_and_extension(cases)


def table(computed) -> str:
    lines = ["| case | expected | ours | difference |", "|---|---|---|---|"]
    lines += [f"| {row.case} {row.figure} | {row.expected} | {row.ours} | {row.difference} |" for row in computed]
    return "\n".join(lines)


def test_no_figure_differs_from_its_golden_case(golden, credit_cases, a_loan):
    computed = list(rows(golden, credit_cases, a_loan))
    assert [row for row in computed if row.expected != row.ours] == []
    assert {row.case for row in computed} >= {"G9", "G10", "G13", "G19", "G20", "G21", "G22", "G23", "G27"}


def test_the_page_shows_what_is_computed(golden, credit_cases, a_loan, page):
    shown = page.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == table(rows(golden, credit_cases, a_loan))
