"""The portfolio under a shock: against the rule loan by loan, the golden cases, and the wall of balances."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from realinsights.contracts.loans import (
    AmortizationType,
    Collateral,
    ExtendedMaturity,
    FallingDue,
    FloatingRate,
    LoanRecorded,
    LoanStatus,
    LoanStructure,
    PropertyType,
    PurchasedCap,
    RateType,
)
from realinsights.contracts.refinancing import NewLoan
from realinsights_finance.day_count import DayCount
from realinsights_finance.portfolio.stress import (
    Refinancing,
    Scenario,
    Stressed,
    StressedLoan,
    StressedRate,
    stress,
)

from .conftest import World

ON = datetime.date(2025, 12, 31)
DATED = "businessDate=2025-12-31"
SHOCK = {
    "rateShift": Decimal("0.01"),
    "incomeChange": Decimal("-0.1"),
    "capRateShift": Decimal("0.005"),
    "valueChange": Decimal("-0.02"),
}
SHOCKED = "&".join(f"{name}={value}" for name, value in SHOCK.items())
CLOSED = {LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED}
G22 = {
    "-0.02": ("1224270.83", "1224270.83", "1.797"),
    "-0.01": ("1477743.06", "1477743.06", "1.4888"),
    "0": ("1731215.28", "1520833.33", "1.2708"),
    "0.01": ("1984687.50", "1520833.33", "1.1085"),
    "0.02": ("2238159.72", "1520833.33", "0.983"),
}


def floating(**changes: Any) -> FallingDue:
    cap = PurchasedCap(Decimal(25_000_000), Decimal("0.035"))
    values: dict[str, Any] = {"spread": Decimal("0.025"), "day_count": DayCount.ACTUAL_360, "caps": (cap,)}
    return FallingDue(balloon=Decimal("25000000.00"), floating=FloatingRate(**(values | changes)))


def bridge(events: ModuleType, number: str = "22", **changes: Any) -> LoanRecorded:
    values: dict[str, Any] = {
        "current_balance": "25000000.00",
        "rate": "0.0683",
        "rate_type": RateType.FLOATING,
        "net_operating_income": "2200000",
        "value": "40000000",
        "falling_due": floating(),
    }
    loan: LoanRecorded = events.a_loan(number, **(values | changes))
    return loan


def outcome(found: Any, part: str) -> Any:
    [one] = [each for each in found["outcomes"] if each["part"] == part]
    return one


class TestAReverseStress:
    async def test_is_what_just_keeps_a_limit_and_a_step_more_breaks_it(self, world: World, events: ModuleType) -> None:
        await world.happen(*portfolio(events, 60), bridge(events))
        asked = f"/portfolio/stress?{DATED}&reverse=true&minimumDscr=1.1&maximumLtv=0.9&minimumDebtYield=0.05"
        points = (await world.get(asked))["reverse"]
        moved = [point for point in points if point["move"] is not None]
        assert {point["test"] for point in moved} == {"dscr", "ltv", "debt_yield"}
        for point in moved:
            held, broken = [
                outcome(await world.get(f"/portfolio/stress?{DATED}&{shock(point, steps)}"), "joint")
                for steps in (0, 1)
            ]
            limit, sign = Decimal(point["limit"]), -1 if point["test"] == "ltv" else 1
            assert sign * ratio_of(point, held) >= sign * limit
            # Ratios are shown to six decimals: one that is just below a limit may show as the limit.
            assert sign * ratio_of(point, broken) <= sign * limit
            assert sign * ratio_of(point, broken) < sign * ratio_of(point, held)

    async def test_is_left_out_where_nobody_asks_and_has_no_test_that_is_not_made(
        self, world: World, events: ModuleType
    ) -> None:
        await world.happen(bridge(events))
        assert (await world.get(f"/portfolio/stress?{DATED}"))["reverse"] is None
        points = (await world.get(f"/portfolio/stress?{DATED}&reverse=true&without=ltv&without=debt_yield"))["reverse"]
        assert {point["test"] for point in points} == {"dscr"}
        refused = await world.get(f"/portfolio/stress?{DATED}&reverse=true&minimumDscr=0", status=422)
        assert [error["field"] for error in refused["errors"]] == ["minimumDscr"]


def shock(point: Any, steps: int) -> str:
    """Return the shock of a breaking point, and so many steps beyond it."""
    move, rise = Decimal(point["move"]) + steps * Decimal("0.0001"), Decimal(point["rateShift"])
    moves = {"income": f"incomeChange={-move}", "rate": f"rateShift={rise + move}", "cap_rate": f"capRateShift={move}"}
    return moves[point["lever"]] + ("" if point["lever"] == "rate" else f"&rateShift={rise}")


def ratio_of(point: Any, found: Any) -> Decimal:
    """Return the ratio that a breaking point is of."""
    return Decimal(found[{"dscr": "dscr", "ltv": "ltv", "debt_yield": "debtYield"}[point["test"]]])


class TestAStress:
    @pytest.mark.parametrize("shift", G22)
    async def test_of_a_floating_loan_with_a_cap_is_golden_case_g22(
        self, world: World, events: ModuleType, shift: str
    ) -> None:
        await world.happen(bridge(events))
        found = await world.get(f"/portfolio/stress?{DATED}&loanId=loan-22&rateShift={shift}")
        interest, net, dscr = G22[shift]
        for part in ("rate", "joint"):
            stressed = outcome(found, part)
            assert (stressed["debtService"], stressed["netDebtService"]) == (interest, net)
            assert round(Decimal(stressed["dscr"]), 4) == Decimal(dscr)
        assert outcome(found, "base")["debtService"] == "1731215.28"

    async def test_adds_up_what_the_rule_says_of_each_loan(self, world: World, events: ModuleType) -> None:
        loans = [*portfolio(events, 400)]
        await world.happen(*loans, org="large")
        found = await world.get(f"/portfolio/stress?{DATED}&{SHOCKED}&costRate=0.01", org="large")
        scenario = Scenario(
            rate_shift=SHOCK["rateShift"],
            income_change=SHOCK["incomeChange"],
            cap_rate_shift=SHOCK["capRateShift"],
            value_change=SHOCK["valueChange"],
        )
        new_loan = NewLoan(cost_rate=Decimal("0.01"))
        refinancing = Refinancing(tests=new_loan.tests, quote=new_loan.quote, cost_rate=new_loan.cost_rate)
        told = [(loan, *rule(loan, scenario, refinancing)) for loan in measured(loans)]
        joint = outcome(found, "joint")
        assert found["measured"] == len(told) > 200
        for name, field in (("income", "income"), ("value", "value"), ("debtService", "debt_service")):
            assert Decimal(joint[name]) == total(getattr(stressed, field) for _, stressed, _ in told)
        sized = [(stressed, due) for _, stressed, due in told if stressed.proceeds is not None and due is not None]
        gaps = [max(stressed.gap or Decimal(0), Decimal(0)) for stressed, _ in sized]
        assert joint["sized"] == len(sized) > 100
        assert Decimal(joint["balloon"]) == total(due for _, due in sized)
        assert Decimal(joint["gap"]) == total(gaps) > 0
        assert joint["gapLoans"] == sum(gap > 0 for gap in gaps)
        assert Decimal(joint["proceeds"]) == total(stressed.proceeds for stressed, _ in sized)
        both = [each for _, each, _ in told if each.income is not None and each.debt_service is not None]
        exact = total(each.income for each in both) / total(each.debt_service for each in both)
        assert Decimal(joint["dscr"]) == round(exact, 6)
        widest = sorted(gaps, reverse=True)[:10]
        assert [Decimal(line["gap"]) for line in found["widestGaps"]] == widest

    async def test_without_a_shock_is_today_and_the_dashboards_own(self, world: World, events: ModuleType) -> None:
        fixed = [
            events.a_loan(
                str(number),
                current_balance=str(number * 1_000_003),
                annual_debt_service=str(number * 61_007),
                net_operating_income=str(number * 70_001),
                value=str(number * 1_500_000),
            )
            for number in range(1, 9)
        ]
        await world.happen(*fixed, org="fixed")
        found = await world.get(f"/portfolio/stress?{DATED}", org="fixed")
        assert {**outcome(found, "joint"), "part": "base"} == outcome(found, "base")
        shown = (await world.get(f"/dashboard?{DATED}", org="fixed"))["figures"]
        for name in ("dscr", "ltv", "debtYield"):
            assert outcome(found, "base")[name] == shown[name]["value"]

    @pytest.mark.parametrize(
        ("rate", "terms", "shift", "service"),
        [
            # The index is 4 %: 8 % less 3 % and an adjustment of 1 %. At 1 % its floor of 2 % binds: 6 %.
            ("0.08", {"spread": Decimal("0.04"), "index_floor": Decimal("0.02")}, "-0.03", "608333.33"),
            # Fixed at 5.5 % for three years more.
            ("0.055", {"fixed_rate": Decimal("0.055"), "fixed_until": datetime.date(2029, 1, 1)}, "0.02", "557638.89"),
            ("0.055", {"fixed_rate": Decimal("0.04"), "fixed_until": ON}, "0.02", "760416.67"),
        ],
    )
    async def test_moves_what_floats_on_the_day(
        self, world: World, events: ModuleType, *, rate: str, terms: dict[str, Any], shift: str, service: str
    ) -> None:
        due = floating(**{"spread": Decimal("0.03"), "caps": (), **terms})
        await world.happen(bridge(events, current_balance="10000000", rate=rate, falling_due=due), org="moves")
        found = await world.get(f"/portfolio/stress?{DATED}&rateShift={shift}", org="moves")
        assert outcome(found, "joint")["debtService"] == service

    @pytest.mark.parametrize(
        ("hedge", "shift", "paid", "net"),
        [
            ({"floor_strike": Decimal("0.04")}, "0.02", "202777.78", "709722.22"),
            ({"floor_strike": Decimal("0.03")}, "-0.03", "-202777.78", "608333.33"),
            ({"told": False}, "-0.03", "0.00", "405555.56"),
        ],
    )
    async def test_takes_swaps_and_collars_or_names_them(
        self, world: World, events: ModuleType, *, hedge: dict[str, Any], shift: str, paid: str, net: str
    ) -> None:
        due = floating(spread=Decimal("0.03"), caps=(PurchasedCap(Decimal(10_000_000), Decimal("0.04"), **hedge),))
        await world.happen(bridge(events, current_balance="10000000", rate="0.07", falling_due=due), org="hedged")
        found = await world.get(f"/portfolio/stress?{DATED}&rateShift={shift}", org="hedged")
        joint = outcome(found, "joint")
        assert (joint["capReceipt"], joint["netDebtService"]) == (paid, net)
        reasons = [reason["reason"] for reason in found["leftOut"].get("capReceipt", {"reasons": []})["reasons"]]
        assert reasons == (
            ["its collar states no floor: what it costs below that is not known"] if hedge.get("told") is False else []
        )

    async def test_names_the_loans_whose_index_a_bound_hides(self, world: World, events: ModuleType) -> None:
        bound = floating(spread=Decimal("0.03"), rate_floor=Decimal("0.06"), caps=())
        hybrid = floating(fixed_rate=Decimal("0.06"), fixed_until=datetime.date(2029, 1, 1))
        await world.happen(
            bridge(events, rate="0.06", falling_due=bound), bridge(events, "23", falling_due=hybrid), org="bound"
        )
        left_out = (await world.get(f"/portfolio/stress?{DATED}", org="bound"))["leftOut"]
        assert [(reason["reason"], reason["loans"]) for reason in left_out["index"]["reasons"]] == [
            (
                "a floor or a ceiling binds: its rate does not tell its index, and a rise costs at most what is shown",
                ["loan-22"],
            )
        ]
        assert [reason["reason"] for reason in left_out["capReceipt"]["reasons"]] == [
            "its rate is fixed now, and its hedge is not: today's index does not follow from its rate"
        ]

    async def test_names_what_it_leaves_out_and_why(self, world: World, events: ModuleType) -> None:
        shared = tuple(
            Collateral(property_id="plaza", state="TX", property_type=PropertyType.RETAIL, balance=Decimal(each))
            for each in (10,)
        )
        await world.happen(
            events.a_loan("1", structure=LoanStructure.PARI_PASSU),
            events.a_loan("2", status=LoanStatus.DEFEASED),
            events.a_loan("3", current_balance="10", collateral=shared, lien_position=1),
            events.a_loan("4", current_balance="10", collateral=shared, lien_position=2),
            events.a_loan("5", value="100"),
            events.a_loan("6", rate_type=RateType.FLOATING, net_operating_income="5", falling_due=FallingDue()),
            bridge(events, "7", falling_due=floating(caps=(PurchasedCap(Decimal(1), Decimal(0)),) * 2)),
            events.a_loan("8", status=LoanStatus.PAID_OFF, current_balance="0"),
            org="gaps",
        )
        found = await world.get(f"/portfolio/stress?{DATED}", org="gaps")
        reasons = {
            name: {reason["reason"].partition(":")[0]: reason["loans"] for reason in left_out["reasons"]}
            for name, left_out in found["leftOut"].items()
        }
        assert found["loans"] == 7
        assert found["measured"] == 3
        assert reasons["measured"] == {
            "pari passu note": ["loan-1"],
            "defeased": ["loan-2"],
            "other loans stand on its properties": ["loan-3", "loan-4"],
        }
        assert reasons["dscr"] == {
            "no net operating income is known": ["loan-5"],
            "no debt service is known": ["loan-6"],
        }
        assert reasons["ltv"] == {"no property value is known": ["loan-6"]}
        assert reasons["capReceipt"] == {"several hedges are in force": ["loan-7"]}
        assert set(reasons["refinance"]) == {"no net operating income is known", "no property value is known"}
        assert found["named"]["loan-5"]["number"] == "5"

    async def test_takes_the_filters_of_the_dashboard_and_the_allocated_part(
        self, world: World, events: ModuleType
    ) -> None:
        halves = tuple(
            Collateral(property_id=state, state=state, property_type=PropertyType.OFFICE, balance=Decimal(12_500_000))
            for state in ("TX", "NY")
        )
        await world.happen(bridge(events, collateral=halves), org="halves")
        whole = outcome(await world.get(f"/portfolio/stress?{DATED}", org="halves"), "base")
        half = outcome(await world.get(f"/portfolio/stress?{DATED}&state=TX", org="halves"), "base")
        for name in ("income", "value", "debtService", "capReceipt", "balloon"):
            assert abs(Decimal(half[name]) * 2 - Decimal(whole[name])) <= Decimal("0.01")
        none = await world.get(f"/portfolio/stress?{DATED}&state=CA", org="halves")
        assert (none["loans"], none["wall"], outcome(none, "joint")["dscr"]) == (0, [], None)

    async def test_tells_its_assumptions_and_how_it_computed(self, world: World, events: ModuleType) -> None:
        await world.happen(bridge(events))
        found = await world.get(f"/portfolio/stress?{DATED}&minimumDscr=1.4&without=debt_yield&explain=true")
        told = {each["name"]: (each["value"], each["default"]) for each in found["newLoan"]}
        assert told["minimumDscr"] == ("1.4", False)
        assert told["minimumDebtYield"] == (None, False)
        assert told["maximumLtv"] == ("0.65", True)
        assert found["explained"]["gap"]["formula"].startswith("gap = Σ max(balloon + costs - proceeds, 0)")
        assert (await world.get(f"/portfolio/stress?{DATED}"))["explained"] is None

    async def test_can_be_computed_again_from_its_explanations(self, world: World, events: ModuleType) -> None:
        await world.happen(*portfolio(events, 300), org="again")
        found = await world.get(f"/portfolio/stress?{DATED}&{SHOCKED}&explain=true", org="again")
        joint, told = outcome(found, "joint"), found["explained"]
        for name in ("dscr", "ltv", "debtYield"):
            upper, lower = (Decimal(step["value"]) for step in told[name]["steps"])
            assert round(upper / lower, 6) == Decimal(joint[name])
        sums = {step["name"]: step["value"] for step in told["sizedBalloon"]["steps"]}
        assert sums["sized balloon"] == joint["balloon"] != found["total"]["balloon"] == sums["balloon of the wall"]
        assert Decimal(sums["balloon of the wall"]) - Decimal(sums["not sized"]) == Decimal(joint["balloon"])
        net = {step["name"]: step["value"] for step in told["netDebtService"]["steps"]}
        assert net["net debt service"] == joint["netDebtService"]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("rateShift=2", "rateShift"),
            ("incomeChange=-1.1", "incomeChange"),
            ("capRateShift=NaN", "capRateShift"),
            ("capRateShift=-1", "capRateShift"),
            ("source=reported", "source"),
            ("without=ltc", "without"),
            ("valueChange=1e400", "valueChange"),
            ("minimumDscr=0", "minimumDscr"),
            ("maximumLtv=20", "maximumLtv"),
            ("rate=6.25", "rate"),
            ("costRate=1", "costRate"),
            ("amortizationMonths=-1", "amortizationMonths"),
            ("without=ltv&without=dscr&without=debt_yield", "tests"),
            ("unheard=1", "unheard"),
        ],
    )
    async def test_refuses_what_cannot_be_by_name(self, world: World, query: str, field: str) -> None:
        refused = await world.get(f"/portfolio/stress?{DATED}&{query}", status=422)
        assert [bad["field"] for bad in refused["errors"]] == [field]

    @pytest.mark.parametrize("day", ["1899-12-31", "9999-12-31"])
    async def test_is_of_the_years_that_loans_have(self, world: World, day: str) -> None:
        refused = await world.get(f"/portfolio/stress?businessDate={day}", status=422)
        assert [bad["field"] for bad in refused["errors"]] == ["businessDate"]

    async def test_is_the_callers_own(self, world: World, events: ModuleType) -> None:
        await world.happen(bridge(events))
        assert (await world.get(f"/portfolio/stress?{DATED}", org="other"))["loans"] == 0


class TestTheWallOfBalloons:
    @pytest.mark.parametrize("span", ["month", "quarter", "year"])
    async def test_stands_on_the_bars_of_the_wall_of_balances(
        self, world: World, events: ModuleType, span: str
    ) -> None:
        await world.happen(*portfolio(events, 300), org="large")
        found = await world.get(f"/portfolio/stress?{DATED}&{SHOCKED}&by={span}", org="large")
        wall = (await world.get(f"/dashboard/maturities?{DATED}&by={span}", org="large"))["buckets"]
        bars = [bar for bar in found["wall"] if bar["loans"]]
        assert [(bar["key"], bar["first"], bar["last"], bar["past"], bar["loans"], bar["balance"]) for bar in bars] == [
            (each["key"], each["first"], each["last"], each["past"], each["loans"], each["balance"]) for each in wall
        ]
        assert [(bar["balloon"], bar["withoutSchedule"]) for bar in bars] == [
            (each["dueBySchedule"], each["withoutSchedule"]) for each in wall
        ]
        for bar in (*bars, found["total"]):
            parts = sum(Decimal(bar[name]) for name in ("financeable", "gap", "notSized"))
            assert parts == Decimal(bar["balloon"])
        assert Decimal(found["total"]["gap"]) == Decimal(outcome(found, "joint")["gap"])

    async def test_shows_an_extended_loan_where_it_was_due_and_counts_it_where_it_is(
        self, world: World, events: ModuleType
    ) -> None:
        step = ExtendedMaturity(datetime.date(2025, 6, 1), datetime.date(2028, 3, 1))
        due = FallingDue(balloon=Decimal("1000000.00"), extensions=(step,))
        amortizing = events.a_loan(
            "2",
            maturity_date="2026-09-01",
            amortization_type=AmortizationType.AMORTIZING,
            falling_due=FallingDue(extensions=(step,)),
        )
        loan = events.a_loan(
            "1", maturity_date="2026-03-01", net_operating_income="150000", value="2000000", falling_due=due
        )
        await world.happen(loan, amortizing, org="extended")
        found = await world.get(f"/portfolio/stress?{DATED}", org="extended")
        former, now = found["wall"]
        assert (former["key"], former["loans"], former["balloon"]) == ("2026", 0, "0.00")
        assert (former["extended"], former["extendedLoans"]) == ("1000000.00", 2)
        assert former["extendedWithoutSchedule"] == "1000000.00"
        assert (now["key"], now["balloon"], now["withoutSchedule"]) == ("2028", "1000000.00", "1000000.00")
        assert (now["financeable"], now["gap"], now["extended"]) == ("1000000.00", "0.00", "0.00")
        assert found["total"]["balloon"] == "1000000.00"

    async def test_answers_the_same_after_a_start_from_a_snapshot(self, world: World, events: ModuleType) -> None:
        await world.happen(bridge(events), *portfolio(events, 50))
        before = await world.get(f"/portfolio/stress?{DATED}&{SHOCKED}")
        await world.spine.save()
        world.spine.engine._residents.clear()
        after = await world.get(f"/portfolio/stress?{DATED}&{SHOCKED}&by=year")
        assert after == before


def portfolio(events: ModuleType, count: int) -> Iterable[LoanRecorded]:
    """Yield generated loans whose balloons and floating rates were told."""
    for index in range(count):
        loan = events.generated_loan(index)
        balance = loan.current_balance
        due = FallingDue(balloon=None if index % 7 == 0 else (balance * Decimal("0.9")).quantize(Decimal("0.01")))
        if loan.rate_type is RateType.FLOATING:
            rate = FloatingRate(
                spread=Decimal("0.02"),
                index_floor=Decimal("0.01") if index % 2 else None,
                ceiling=Decimal("0.085"),
                amortization_months=360 if index % 3 == 0 else None,
                caps=(PurchasedCap(balance, Decimal("0.03")),) if index % 4 == 0 else (),
            )
            due = FallingDue(balloon=due.balloon, floating=rate)
        changed: dict[str, Any] = {name: getattr(loan, name) for name in loan.__struct_fields__}
        yield LoanRecorded(**(changed | {"falling_due": due}))


def measured(loans: Iterable[LoanRecorded]) -> list[LoanRecorded]:
    return [
        loan
        for loan in loans
        if loan.status not in {*CLOSED, LoanStatus.DEFEASED} and loan.structure is LoanStructure.WHOLE_LOAN
    ]


def rule(loan: LoanRecorded, scenario: Scenario, refinancing: Refinancing) -> tuple[Stressed, Decimal | None]:
    """Return a loan under a shock by the rule for one loan, and its balloon."""
    rate, due = loan.falling_due.floating, loan.falling_due.balloon
    floats: dict[str, Any] = {}
    if rate is not None and rate.spread is not None:
        floats = {
            "floating": StressedRate(
                index=loan.rate - rate.spread, spread=rate.spread, index_floor=rate.index_floor, ceiling=rate.ceiling
            ),
            "amortization_months": rate.amortization_months,
        }
        for cap in rate.caps:
            floats |= {"cap_notional": cap.notional, "cap_strike": cap.strike}
    else:
        floats = {"debt_service": loan.annual_debt_service}
    income, value = loan.performance.net_operating_income.latest, loan.performance.value
    stressed = StressedLoan(
        balance=loan.current_balance,
        income=None if income is None else income.amount,
        value=None if value is None else value.amount,
        balloon=due,
        **floats,
    )
    return stress(stressed, scenario, refinancing=refinancing), due


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


@pytest.mark.parametrize("value", ["1e30", "-1e30", "1e-30", "0", "-0", "NaN", "sNaN", "Infinity", "1e999999", ""])
async def test_no_number_is_too_strange_to_be_answered_or_refused(world: World, events: ModuleType, value: str) -> None:
    largest = events.a_loan("9", current_balance="9999999999999.99", value="1", net_operating_income="9999999999999")
    loss = events.a_loan("8", value="0", net_operating_income="-9999999999")
    await world.happen(bridge(events), largest, loss, org="strange")
    names = ("rateShift", "incomeChange", "capRateShift", "valueChange", "rate", "maximumLtv", "minimumDscr")
    for name in (*names, "minimumDebtYield", "rateFloor", "costRate"):
        query = {"businessDate": "2025-12-31", name: value}
        headers = {**world.headers(org="strange"), **world.after}
        answer = await world.client.get("/portfolio/stress", params=query, headers=headers)
        assert answer.status_code in {200, 422}, (name, value, answer.text)
        if answer.status_code == 422:
            assert [bad["field"] for bad in answer.json()["errors"]] == [name]
