"""Rules of an organization's own: made over HTTP, told of once, let rest, and passed on when nobody sees to them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.loans import LoanStructure
from realinsights.notifications.model.dates import CriticalDate, DateKind
from realinsights.notifications.model.figures import WatchedFigure
from realinsights.notifications.model.loans import WatchedLoan
from realinsights.notifications.model.notifications import SINGLY, listed
from realinsights.notifications.model.rules import (
    Rule,
    RuleDraft,
    RuleKind,
    RuleState,
    Side,
    judged,
    next_look,
    state_id,
)
from realinsights.notifications.service.telling import ActivePeople
from realinsights.notifications.service.watching import AT_ONCE, active_rules, escalate, look, watch_loans
from realinsights.notifications.store import DATES, ESCALATIONS, RULE_STATES, RULES, RULES_TOLD, WATCHED_LOANS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Kind

from .conftest import LOAN, Caller, World, until

BIG: dict[str, Any] = {
    "name": "Large loans",
    "kind": "threshold",
    "figure": "balance",
    "side": "above",
    "threshold": "12000000",
    "clearsAt": "11000000",
}

HIGH_LTV: dict[str, Any] = {
    "name": "High LTV",
    "kind": "threshold",
    "figure": "ltv",
    "side": "above",
    "threshold": "0.75",
}


@pytest.fixture
async def ada(world: World) -> Caller:
    return await world.register("Harbor Capital", "ada@harbor.example")


async def told(ada: Caller, topic: str = "rule") -> list[dict[str, Any]]:
    return [item for item in (await ada.get("/inbox", limit=200))["items"] if item["topic"] == topic]


async def told_once(ada: Caller, number: int, topic: str = "rule") -> list[dict[str, Any]]:
    async def look_() -> Any:
        found = await told(ada, topic)
        return found if len(found) == number else None

    found: list[dict[str, Any]] = await until(look_)
    return found


async def balance(ada: Caller, loan: dict[str, Any], value: str) -> dict[str, Any]:
    """Give a loan another balance, and return it as it is then."""
    known = await ada.get(f"/loans/{loan['id']}")
    changed = await ada.ask(
        "PATCH",
        f"/loans/{loan['id']}",
        json={"currentBalance": value},
        headers={"If-Match": f'"{known["version"]}"', "Content-Type": "application/merge-patch+json"},
    )
    assert isinstance(changed, dict)
    return changed


async def heard(world: World, ada: Caller, loan: dict[str, Any], value: str) -> None:
    """Wait until notifications know a loan's balance."""
    documents, org = world.product.documents["notifications"], await ada.org

    async def known() -> bool:
        watched = await documents.get(WATCHED_LOANS, org, loan["id"])
        return watched is not None and watched.balance == Decimal(value)

    await until(known)


class TestMaking:
    async def test_a_rule_is_made_listed_changed_paused_and_deleted(self, world: World, ada: Caller) -> None:
        made = await ada.post("/rules", BIG)
        assert (made["name"], made["threshold"], made["active"]) == ("Large loans", "12000000", True)
        assert [rule["id"] for rule in (await ada.get("/rules"))["items"]] == [made["id"]]

        documents, org = world.product.documents["notifications"], await ada.org

        async def looked() -> bool:
            found = await documents.get(RULES, org, made["id"])
            return found is not None and found.look_at is None

        await until(looked)  # which is no change that somebody made
        seen = await ada.get(f"/rules/{made['id']}")
        assert seen["version"] == made["version"]
        changed = await ada.put(f"/rules/{made['id']}", {**BIG, "name": "Huge"}, version=seen["version"])
        assert changed["version"] == seen["version"] + 1
        assert changed["name"] == "Huge"
        await ada.put(f"/rules/{made['id']}", BIG, version=seen["version"], status=412)
        for _ in range(2):
            assert not (await ada.post(f"/rules/{made['id']}/pause", status=200))["active"]
        assert (await ada.post(f"/rules/{made['id']}/resume", status=200))["active"]
        await ada.delete(f"/rules/{made['id']}")
        await ada.get(f"/rules/{made['id']}", status=404)
        assert (await ada.get("/rules"))["items"] == []

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"threshold": None}, "threshold"),
            ({"threshold": "1e30"}, "threshold"),
            ({"clearsAt": "13000000"}, "clearsAt"),
            ({"step": "1"}, "step"),
            ({"days": 3}, "days"),
            ({"relative": True}, "relative"),
            ({"kind": "change", "threshold": None, "clearsAt": None, "side": None, "step": "0"}, "step"),
            ({"recipients": ["nobody"]}, "recipients[0]"),
            ({"figure": "ltv", "threshold": "75", "clearsAt": None}, "threshold"),
            ({"figure": "days_past_due", "threshold": "150", "clearsAt": None}, "threshold"),
            ({"fundId": ""}, "fundId"),
            ({"escalateTo": "nobody"}, "escalateTo"),
            ({"escalateTo": "nobody", "escalateAfterHours": 1}, "escalateTo"),
        ],
    )
    async def test_what_cannot_be_is_refused_by_field(self, ada: Caller, wrong: dict[str, Any], field: str) -> None:
        refused = await ada.post("/rules", {**BIG, **wrong}, status=422)
        assert field in [error["field"] for error in refused["errors"]]

    async def test_viewers_see_rules_and_make_none_and_others_see_none(self, world: World, ada: Caller) -> None:
        made = await ada.post("/rules", BIG)
        viewer = await world.joined(ada, "vic@harbor.example", "viewer")
        assert (await viewer.get(f"/rules/{made['id']}"))["name"] == "Large loans"
        await viewer.post("/rules", BIG, status=403)
        eve = await world.register("Other House", "eve@other.example")
        await eve.get(f"/rules/{made['id']}", status=404)
        await eve.post(f"/rules/{made['id']}/pause", status=404)
        await eve.delete(f"/rules/{made['id']}", status=404)


class TestThreshold:
    async def test_is_told_once_until_the_figure_is_back(self, world: World, ada: Caller) -> None:
        rule = await ada.post("/rules", BIG)
        loan = await ada.post("/loans", LOAN)
        await balance(ada, loan, "12500000.00")
        (first,) = await told_once(ada, 1)
        assert first["title"] == "Harbor Point (1001): balance $12,500,000.00 is above $12,000,000.00"
        assert first["rule"] == {"id": rule["id"], "name": "Large loans"}
        assert first["thing"] == {"kind": "loan", "id": loan["id"]}
        for value in ("11500000.00", "12600000.00"):  # not back at 11,000,000
            await balance(ada, loan, value)
            await heard(world, ada, loan, value)
        assert len(await told(ada)) == 1
        for value in ("10900000.00", "12700000.00"):
            await balance(ada, loan, value)
        await told_once(ada, 2)

    async def test_finds_loans_that_were_there_before_it(self, world: World, ada: Caller) -> None:
        loan = await ada.post("/loans", {**LOAN, "currentBalance": "13000000.00", "originalBalance": "13000000.00"})
        await heard(world, ada, loan, "13000000.00")
        await ada.post("/rules", BIG)
        await told_once(ada, 1)

    async def test_one_that_rests_says_nothing_until_it_watches_again(self, world: World, ada: Caller) -> None:
        rule = await ada.post("/rules", {**BIG, "active": False})
        loan = await ada.post("/loans", LOAN)
        await balance(ada, loan, "12500000.00")
        await heard(world, ada, loan, "12500000.00")
        assert await told(ada) == []
        await ada.post(f"/rules/{rule['id']}/resume", status=200)
        await told_once(ada, 1)

    async def test_is_told_to_whom_it_names(self, world: World, ada: Caller) -> None:
        viewer = await world.joined(ada, "vic@harbor.example", "viewer")
        await ada.post("/rules", {**BIG, "recipients": [await viewer.user], "urgent": True})
        loan = await ada.post("/loans", LOAN)
        await balance(ada, loan, "12500000.00")
        (one,) = await told_once(viewer, 1)
        assert one["urgent"]
        assert await told(ada) == []


async def test_a_change_is_counted_from_what_was_told_last(world: World, ada: Caller) -> None:
    await ada.post("/rules", {"name": "Moves", "kind": "change", "figure": "balance", "step": "0.02", "relative": True})
    loan = await ada.post("/loans", LOAN)
    for value in ("9900000.00", "9810000.00"):
        await balance(ada, loan, value)
        await heard(world, ada, loan, value)
    assert await told(ada) == []
    await balance(ada, loan, "9790000.00")  # 2.1 % since the beginning, though each step was small
    (one,) = await told_once(ada, 1)
    assert one["title"] == "Harbor Point (1001): balance $10,000,000.00 → $9,790,000.00"


class Clock:
    def __init__(self, now: datetime.datetime) -> None:
        self.now = now

    def __call__(self) -> datetime.datetime:
        return self.now


class Counted:
    """Documents of which it is written down what kinds were searched."""

    def __init__(self, documents: Storage) -> None:
        self.documents = documents
        self.found: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.documents, name)

    async def find(self, kind: Kind[Any], *where: Any, **given: Any) -> Any:
        self.found.append(kind.name)
        return await self.documents.find(kind, *where, **given)


class Scheduler:
    """Does by hand, in an organization where no other process is at work, what the scheduler does."""

    def __init__(self, world: World, org: str) -> None:
        self.documents = world.product.documents["notifications"]
        self.org = org
        self.clock = Clock(datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC))

    def unit(self) -> Any:
        return self.documents.unit(org=self.org, actor="system:test", business_date=self.clock.now.date())

    async def keep(self, rule: Rule, loans: int = 0) -> None:
        async with self.unit() as unit:
            unit.put(RULES, rule)
            for number in range(loans):
                unit.put(WATCHED_LOANS, a_loan(number, org=self.org))

    async def look(self, rule: str) -> None:
        async with self.unit() as unit:
            await look(unit, [rule], documents=self.documents, now=self.clock)

    async def rule(self, rule: str) -> Rule:
        found = await self.documents.get(RULES, self.org, rule)
        assert found is not None
        return found


def a_loan(number: int = 1, *, org: str = "acme", **values: Any) -> WatchedLoan:
    fields: dict[str, Any] = {"balance": Decimal(100), "dscr": Decimal("1.30"), **values}
    return WatchedLoan(
        id=f"loan-{number:05}", org=org, number=str(number), name=f"Pier {number}", status="current", **fields
    )


def a_date(number: int, *, org: str, on: datetime.date) -> CriticalDate:
    return CriticalDate(
        id=f"date-{number:05}",
        org=org,
        loan_id=f"loan-{number:05}",
        loan_number=str(number),
        loan_name=f"Pier {number}",
        kind=DateKind.MATURITY,
        occurrence=1,
        on=on,
        computed_from="terms",
    )


def covered(dscr: Decimal) -> WatchedLoan:
    """Return a loan with a DSCR."""
    return a_loan(structure=LoanStructure.WHOLE_LOAN, net_operating_income=dscr, annual_debt_service=Decimal(1))


def a_rule(*, org: str = "acme", look_at: datetime.datetime | None = None, **said: Any) -> Rule:
    draft = RuleDraft(**{"name": "Rule", "kind": RuleKind.THRESHOLD, **said})
    at = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
    # What is due far ahead is left alone by the product's own scheduler.
    later = datetime.datetime(2199, 1, 1, tzinfo=datetime.UTC)
    return Rule(id="rule-1", org=org, said=draft, made_by="ada", created_at=at, active=True, look_at=look_at or later)


@pytest.fixture
async def scheduler(world: World, ada: Caller) -> Scheduler:
    one = Scheduler(world, await ada.org)
    one.clock.now = datetime.datetime(2199, 1, 1, 9, tzinfo=datetime.UTC)
    # The people are known once anything of auth was heard.
    await world.kept_link(ada, "Confirm your e-mail address")
    return one


class TestTheScheduler:
    async def test_looks_at_all_loans_part_by_part_and_tells_of_many_together(
        self, ada: Caller, scheduler: Scheduler
    ) -> None:
        loans = AT_ONCE + SINGLY
        rule = a_rule(org=scheduler.org, figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50))
        await scheduler.keep(rule, loans)
        await scheduler.look(rule.id)
        assert (await scheduler.rule(rule.id)).position == f"loan-{AT_ONCE - 1:05}"
        assert [item["title"] for item in await told(ada)] == [f"Rule: {AT_ONCE} loans"]
        await scheduler.look(rule.id)
        done = await scheduler.rule(rule.id)
        assert (done.position, done.look_at) == (None, None)
        assert len(await told(ada)) == 1 + SINGLY

    async def test_tells_nothing_twice(self, ada: Caller, scheduler: Scheduler) -> None:
        rule = a_rule(org=scheduler.org, figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50))
        await scheduler.keep(rule, 2)
        for _ in range(2):
            async with scheduler.unit() as unit:
                rules = await active_rules(unit)
                loans = [a_loan(number, org=scheduler.org) for number in range(2)]
                people = ActivePeople(scheduler.documents, scheduler.org)
                await watch_loans(unit, people, rules, loans, at=scheduler.clock.now)
        await scheduler.look(rule.id)
        assert len(await told(ada)) == 2

    async def test_tells_of_dates_that_come_near_once_and_again_where_they_move(
        self, ada: Caller, scheduler: Scheduler
    ) -> None:
        loan = await ada.post("/loans", LOAN)
        dates = await until(lambda: maturities(ada))
        assert [date["on"] for date in dates] == ["2035-01-01"]
        scheduler.clock.now = datetime.datetime(2034, 11, 1, 13, tzinfo=datetime.UTC)
        rule = a_rule(
            org=scheduler.org,
            kind=RuleKind.DAYS_BEFORE,
            date_kind="maturity",
            days=60,
            look_at=scheduler.clock.now,
        )
        await scheduler.keep(rule)
        await scheduler.look(rule.id)
        assert await told(ada) == []
        assert (await scheduler.rule(rule.id)).look_at == datetime.datetime(2034, 11, 2, 12, tzinfo=datetime.UTC)
        for day in (2, 3, 4):
            scheduler.clock.now = datetime.datetime(2034, 11, day, 12, tzinfo=datetime.UTC)
            await scheduler.look(rule.id)
        (one,) = await told(ada)
        assert one["title"] == "Harbor Point (1001): maturity on 2035-01-01"
        assert one["thing"]["id"] == loan["id"]

    async def test_looks_at_dates_part_by_part(self, ada: Caller, scheduler: Scheduler) -> None:
        dates = AT_ONCE + SINGLY
        today = scheduler.clock.now.date()
        async with scheduler.unit() as unit:
            for number in range(dates):
                unit.put(DATES, a_date(number, org=scheduler.org, on=today + datetime.timedelta(days=number % 60)))
        rule = a_rule(org=scheduler.org, kind=RuleKind.DAYS_BEFORE, date_kind="maturity", days=60)
        await scheduler.keep(rule)
        await scheduler.look(rule.id)
        seen = await scheduler.rule(rule.id)
        assert (seen.position, seen.look_at) == (f"date-{AT_ONCE - 1:05}", scheduler.clock.now)
        assert [item["title"] for item in await told(ada)] == [f"Rule: {AT_ONCE} loans"]
        await scheduler.look(rule.id)
        done = await scheduler.rule(rule.id)
        assert (done.position, done.look_at) == (None, next_look(scheduler.clock.now))
        assert len(await told(ada)) == 1 + SINGLY

    async def test_keeps_nothing_of_loans_of_which_there_is_nothing_to_know(
        self, ada: Caller, scheduler: Scheduler
    ) -> None:
        rule = a_rule(org=scheduler.org, figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(150))
        await scheduler.keep(rule, 3)
        over = a_loan(3, org=scheduler.org, balance=Decimal(200))
        async with scheduler.unit() as unit:
            unit.put(WATCHED_LOANS, over)
        await scheduler.look(rule.id)
        (state,) = (await scheduler.documents.find(RULE_STATES, scheduler.org)).items
        assert state.id == state_id(rule.id, over.id)

    async def test_reads_the_people_once_for_all_rules(self, ada: Caller, scheduler: Scheduler) -> None:
        rules = [
            msgspec.structs.replace(
                a_rule(org=scheduler.org, figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50)),
                id=f"rule-{number}",
            )
            for number in range(3)
        ]
        await scheduler.keep(rules[0], 1)
        for rule in rules[1:]:
            await scheduler.keep(rule)
        counted: Any = Counted(scheduler.documents)
        async with scheduler.unit() as unit:
            await look(unit, [rule.id for rule in rules], documents=counted, now=scheduler.clock)
        assert counted.found.count("person") == 1
        assert len(await told(ada)) == 3

    async def test_forgets_what_a_deleted_rule_knew(self, ada: Caller, scheduler: Scheduler) -> None:
        rule = a_rule(org=scheduler.org, figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50))
        await scheduler.keep(rule, AT_ONCE)
        await scheduler.look(rule.id)
        assert await scheduler.documents.count(RULE_STATES, scheduler.org) == AT_ONCE
        assert (await ada.get(f"/rules/{rule.id}"))["toldAt"] == "2199-01-01T09:00:00Z"
        await ada.delete(f"/rules/{rule.id}")

        async def forgotten() -> bool:
            return await scheduler.documents.get(RULES, scheduler.org, rule.id) is None

        await until(forgotten)
        for kind in (RULE_STATES, RULES_TOLD):
            assert await scheduler.documents.count(kind, scheduler.org) == 0


class TestAPartOfTheLoans:
    def test_is_watched_by_all_that_is_named(self) -> None:
        rule = a_rule(figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50), fund_id="f", lender_id="l")
        for fund in (None, "f", "other"):
            for lender in (None, "l", "other"):
                words = judged(rule, None, a_loan(fund_id=fund, lender_id=lender))[1]
                assert (words is not None) == (fund == "f" and lender == "l")

    def test_a_loan_that_leaves_it_and_comes_back_is_a_new_one(self) -> None:
        rule = a_rule(figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50), fund_id="f")
        state, said = None, []
        for fund in ("f", "f", None, "f"):
            state, words = judged(rule, state, a_loan(fund_id=fund))
            said.append(words is not None)
        assert said == [True, False, False, True]

    async def test_leaves_no_trace_of_the_others(self, ada: Caller, scheduler: Scheduler) -> None:
        rule = a_rule(
            org=scheduler.org, figure=WatchedFigure.BALANCE, side=Side.ABOVE, threshold=Decimal(50), fund_id="f"
        )
        await scheduler.keep(rule, 3)
        async with scheduler.unit() as unit:
            unit.put(WATCHED_LOANS, a_loan(9, org=scheduler.org, fund_id="f"))
        await scheduler.look(rule.id)
        assert [item["thing"]["id"] for item in await told(ada)] == ["loan-00009"]
        assert await scheduler.documents.count(RULE_STATES, scheduler.org) == 1

    async def test_holds_for_dates_too(self, ada: Caller, scheduler: Scheduler) -> None:
        fund = await ada.post("/funds", {"name": "Fund I"})
        for number, its in (("1", fund["id"]), ("2", None)):
            await ada.post("/loans", {**LOAN, "number": number, "fundId": its})

        async def known() -> bool:
            loans = (await scheduler.documents.find(WATCHED_LOANS, scheduler.org)).items
            return len(loans) == 2 and len(await maturities(ada)) == 2

        await until(known)
        scheduler.clock.now = datetime.datetime(2034, 12, 1, 13, tzinfo=datetime.UTC)
        rule = a_rule(
            org=scheduler.org,
            kind=RuleKind.DAYS_BEFORE,
            date_kind="maturity",
            days=60,
            fund_id=fund["id"],
            look_at=scheduler.clock.now,
        )
        await scheduler.keep(rule)
        await scheduler.look(rule.id)
        assert [item["title"] for item in await told(ada)] == ["Harbor Point (1): maturity on 2035-01-01"]


class TestFiguresOfTheProperties:
    """Told values are held against what the loan's own page shows."""

    async def test_a_property_that_loses_value_is_told_with_the_ratio_of_the_loans_page(self, ada: Caller) -> None:
        asset = await ada.post("/properties", asset_worth("20000000"))
        loan = await ada.post("/loans", {**LOAN, "properties": [{"propertyId": asset["id"]}]})
        rule = await ada.post("/rules", HIGH_LTV)
        await ada.put(f"/properties/{asset['id']}", asset_worth("13000000"), version=asset["version"])
        (one,) = await told_once(ada, 1)
        ltv = (await ada.get(f"/loans/{loan['id']}/ratios"))["ltv"]["value"]
        assert ltv == "0.769231"
        assert one["title"] == "Harbor Point (1001): LTV 76.92% is above 75.00%"
        found = await ada.get(f"/rules/{rule['id']}")
        assert found["toldAt"] == one["at"]
        assert (await ada.get("/rules"))["items"] == [found]

    async def test_a_loan_is_told_when_another_one_before_it_on_its_property_grows_or_goes(
        self, world: World, ada: Caller
    ) -> None:
        asset = await ada.post("/properties", asset_worth("20000000"))
        on = {"properties": [{"propertyId": asset["id"]}], "currentBalance": "8000000.00"}
        first = await ada.post("/loans", {**LOAN, **on, "number": "1", "lienPosition": 1})
        second = await ada.post("/loans", {**LOAN, **on, "number": "2", "lienPosition": 2})
        for loan in (first, second):
            await heard(world, ada, loan, "8000000.00")
        await ada.post("/rules", HIGH_LTV)
        (one,) = await told_once(ada, 1)
        assert one["title"] == "Harbor Point (2): LTV 80.00% is above 75.00%"
        await balance(ada, first, "2000000.00")
        await heard(world, ada, first, "2000000.00")
        await balance(ada, first, "9000000.00")
        (again, _) = await told_once(ada, 2)
        assert again["title"] == "Harbor Point (2): LTV 85.00% is above 75.00%"
        assert (await ada.get(f"/loans/{second['id']}/ratios"))["ltv"]["value"] == "0.850000"
        await ada.delete(f"/loans/{first['id']}")

        async def alone() -> bool:
            documents, org = world.product.documents["notifications"], await ada.org
            states = (await documents.find(RULE_STATES, org)).items
            return not any(state.beyond for state in states)

        await until(alone)  # 8 of 20 million

    async def test_a_loan_that_becomes_late_is_told_in_words(self, ada: Caller) -> None:
        late = {"name": "Late", "kind": "threshold", "figure": "days_past_due", "side": "above", "threshold": "30"}
        await ada.post("/rules", late)
        loan = await ada.post("/loans", LOAN)
        for status in ("30_days", "60_days"):
            known = await ada.get(f"/loans/{loan['id']}")
            headers = {"If-Match": f'"{known["version"]}"', "Content-Type": "application/merge-patch+json"}
            await ada.ask("PATCH", f"/loans/{loan['id']}", json={"status": status}, headers=headers)
        (one,) = await told_once(ada, 1)
        assert one["title"] == ("Harbor Point (1001): payment status 60 days past due is later than 30 days past due")


def asset_worth(value: str) -> dict[str, Any]:
    valuations = [{"amount": value, "asOf": "2025-01-01"}]
    return {"name": "Harbor Point", "propertyType": "multifamily", "state": "CA", "valuations": valuations}


async def test_the_rules_that_hold_by_default_are_listed(ada: Caller) -> None:
    found = (await ada.get("/rules/defaults"))["items"]
    moves = [(rule["figure"], rule["step"], rule["relative"]) for rule in found if rule["topic"] == "figure_moved"]
    assert moves == [("balance", "0.10", True), ("dscr_net_cash_flow", "0.10", False)]
    (maturity,) = [rule for rule in found if rule["dateKind"] == "maturity"]
    assert maturity["days"] == [365, 183, 91, 30]
    assert [rule["figure"] for rule in found if rule["topic"] == "delinquency_changed"] == ["days_past_due"]


class TestEscalation:
    async def escalated(self, world: World, ada: Caller, scheduler: Scheduler, *, see_to: str | None) -> list[Any]:
        boss = await world.joined(ada, "bo@harbor.example", "manager")
        boss_id, ada_id = await boss.user, await ada.user

        async def known() -> bool:
            return bool((await boss.get("/preferences"))["version"] == 0)

        await until(known)
        rule = a_rule(
            org=scheduler.org,
            figure=WatchedFigure.BALANCE,
            side=Side.ABOVE,
            threshold=Decimal(50),
            recipients=(ada_id,),
            escalate_to=boss_id,
            escalate_after_hours=24,
        )
        await scheduler.keep(rule, 1)
        if see_to == "mail only":
            await ada.put("/preferences", {"channels": {"rule": ["mail"]}}, version=0)
        await scheduler.look(rule.id)
        (one,) = await told(ada)
        if see_to == "acknowledge":
            await ada.post(f"/inbox/{one['id']}/acknowledge", status=200)
        elif see_to == "assign":
            await ada.post(f"/inbox/{one['id']}/assign", {"userId": boss_id}, status=200)
        elif see_to == "read":
            await ada.post(f"/inbox/{one['id']}/read", status=200)
        elif see_to == "mail only":
            assert one["state"] == "read"
        (waiting,) = (await scheduler.documents.find(ESCALATIONS, scheduler.org)).items
        assert waiting.due_at == scheduler.clock.now + datetime.timedelta(hours=24)
        async with scheduler.unit() as unit:
            await escalate(unit, [waiting.id], now=scheduler.clock)
        assert await told(boss, "escalated") == []
        scheduler.clock.now = waiting.due_at
        async with scheduler.unit() as unit:
            await escalate(unit, [waiting.id], now=scheduler.clock)
        assert (await scheduler.documents.find(ESCALATIONS, scheduler.org)).items == ()
        return await told(boss, "escalated")

    @pytest.mark.parametrize("see_to", ["acknowledge", "assign"])
    async def test_does_not_happen_to_what_was_seen_to(
        self, world: World, ada: Caller, scheduler: Scheduler, see_to: str
    ) -> None:
        assert await self.escalated(world, ada, scheduler, see_to=see_to) == []

    @pytest.mark.parametrize("see_to", [None, "read", "mail only"])
    async def test_tells_who_is_named_for_it_of_what_nobody_saw_to(
        self, world: World, ada: Caller, scheduler: Scheduler, see_to: str | None
    ) -> None:
        (one,) = await self.escalated(world, ada, scheduler, see_to=see_to)
        assert one["title"].startswith("Nobody has seen to: Pier 0 (0): balance $100.00 is above $50.00")
        assert (one["urgent"], one["rule"]["name"]) == (True, "Rule")


async def maturities(ada: Caller) -> Any:
    return (await ada.get("/dates", kind="maturity"))["items"]


values = st.decimals(min_value=0, max_value=3, places=2)


class TestHysteresis:
    @given(st.lists(values, max_size=60))
    def test_between_two_tellings_the_figure_was_back(self, moves: list[Decimal]) -> None:
        rule = a_rule(figure=WatchedFigure.DSCR, side=Side.BELOW, threshold=Decimal("1.20"), clears_at=Decimal("1.30"))
        state: RuleState | None = None
        back, before = True, 0
        for value in moves:
            state, words = judged(rule, state, covered(value))
            back = back or value >= Decimal("1.30")
            assert (words is not None) == (back and value < Decimal("1.20"))
            back = back and words is None
            assert state.told - before == (words is not None)
            before = state.told

    @given(st.lists(values, max_size=60), st.decimals(min_value="0.01", max_value=2, places=2))
    def test_what_is_told_of_a_change_has_moved_by_the_step_since(self, moves: list[Decimal], step: Decimal) -> None:
        rule = a_rule(kind=RuleKind.CHANGE, figure=WatchedFigure.DSCR, step=step)
        state: RuleState | None = None
        last: Decimal | None = None
        for value in moves:
            state, words = judged(rule, state, covered(value))
            moved = last is not None and abs(value - last) >= step
            assert (words is not None) == moved
            last = value if moved or last is None else last


@pytest.mark.parametrize(
    ("count", "end"), [(1, "1."), (10, "9, 10."), (11, "9, 10, and 1 more."), (1_300, "10, and 1,290 more.")]
)
def test_of_many_things_ten_are_named_and_the_others_counted(count: int, end: str) -> None:
    text = listed([str(number) for number in range(1, count + 1)])
    assert text.startswith("1")
    assert text.endswith(end)
