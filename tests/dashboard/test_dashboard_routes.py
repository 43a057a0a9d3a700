from __future__ import annotations

from decimal import Decimal
from types import ModuleType

import pytest

from realinsights.contracts.loans import PeriodsRecorded

from .conftest import World

ON = "businessDate=2025-12-31"


class TestTheDashboard:
    async def test_answers_with_every_figure(self, world: World) -> None:
        shown = await world.get(f"/dashboard?{ON}")
        assert shown["businessDate"] == "2025-12-31"
        assert shown["figures"]["outstanding"]["value"] == "450.00"
        assert shown["figures"]["ltv"] == {
            "value": "0.500000",
            "unit": "ratio",
            "formula": "Σ current balance ÷ Σ property value, over the outstanding whole loans that have both",
            "numerator": {
                "name": "Σ current balance",
                "value": "100.00",
                "asOf": {"earliest": "2025-12-31", "latest": "2025-12-31"},
            },
            "denominator": {"name": "Σ property value", "value": "200.00", "undated": 1},
            "loans": 1,
            "asOf": {"earliest": "2025-12-31", "latest": "2025-12-31"},
            "leftOut": "ltv",
            "loan": None,
            "bases": [],
            "coverage": {"balance": "100.00", "share": "0.222222"},
        }
        [nothing_known, note] = shown["leftOut"]["ltv"]["reasons"][::-1]
        assert [shown["loans"][loan]["number"] for loan in (*nothing_known["loans"], *note["loans"])] == ["2", "3"]
        assert shown["compositions"]["lender"]["slices"][1] == {
            "key": "lender-1",
            "name": "Lender 1",
            "balance": "100.00",
            "share": "0.222222",
            "loans": 1,
        }
        assert [bucket["key"] for bucket in shown["maturities"]["quarter"]] == ["2026-Q1", "2030-Q1"]

    async def test_shows_a_change_to_who_made_it_and_answers_the_next_from_the_cache(
        self, world: World, events: ModuleType
    ) -> None:
        assert (await world.get(f"/dashboard?{ON}"))["figures"]["loanCount"]["value"] == "3"
        await world.happen(events.a_loan("5"))
        assert (await world.get(f"/dashboard?{ON}"))["figures"]["loanCount"]["value"] == "4"
        first = await world.client.get(f"/dashboard?{ON}", headers=world.headers())
        again = await world.client.get(
            f"/dashboard?{ON}", headers={**world.headers(), "If-None-Match": first.headers["etag"]}
        )
        assert again.status_code == 304

    async def test_is_the_callers_own(self, world: World) -> None:
        shown = await world.get(f"/dashboard?{ON}", org="other")
        assert shown["figures"]["loanCount"]["value"] == "0"

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("", ["2", "1", "3", "4"]),
            ("propertyType=retail", ["1"]),
            ("propertyType=retail&state=TX", []),
            ("state=TX&state=NY", ["2", "1", "3", "4"]),
            ("lenderId=lender-1", ["1"]),
            ("lenderId=none", ["2", "3", "4"]),
            ("lenderId=somebody-elses", []),
            ("fundId=fund-2", ["1"]),
            ("portfolioId=portfolio-3", ["2"]),
            ("status=paid_off", ["4"]),
            ("structure=pari_passu", ["3"]),
            ("rateType=floating", ["3"]),
            ("amortizationType=amortizing", []),
            ("maturityTo=2026-12-31", ["2"]),
            ("q=lender%201", ["1"]),
            ("loanId=loan-3&loanId=loan-2", ["2", "3"]),
            ("propertyId=tower", ["1"]),
            ("propertyId=none", []),
            ("maturityFrom=2026-12-31&structure=whole_loan", ["1", "4"]),
        ],
    )
    async def test_and_all_behind_it_take_the_same_filters(self, world: World, query: str, numbers: list[str]) -> None:
        listed = await world.get(f"/dashboard/loans?{ON}&{query}")
        assert [line["number"] for line in listed["items"]] == numbers
        assert listed["total"] == len(numbers)
        for measure, balance in (("allocated", "matchedBalance"), ("whole", "balance")):
            of = f"{ON}&measure={measure}&{query}"
            outstanding = sum(Decimal(line[balance]) for line in listed["items"])
            shown = await world.get(f"/dashboard?{of}")
            assert Decimal(shown["figures"]["outstanding"]["value"]) == outstanding
            wall = await world.get(f"/dashboard/maturities?{of}&by=year")
            assert sum(Decimal(bucket["balance"]) for bucket in wall["buckets"]) == outstanding
            totals = await world.get(f"/dashboard/loans/totals?{of}")
            assert Decimal(totals["outstanding"]["value"]) == outstanding
            history = await world.get(f"/dashboard/history?{of}&figure=outstanding")
            if points := history["series"][0]["points"]:
                assert Decimal(points[-1]["value"]) == outstanding

    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("/dashboard?propertyType=castle", "propertyType"),
            ("/dashboard?maturityFrom=2025-02-30", "maturityFrom"),
            ("/dashboard?color=red", "color"),
            ("/dashboard?measure=half", "measure"),
            ("/dashboard/history?figure=happiness", "figure"),
            ("/dashboard/history?monthFrom=2025-13", "monthFrom"),
            ("/dashboard/history?monthFrom=1000-01&monthTo=2025-12&businessDate=9999-12-31", "monthFrom"),
            ("/dashboard/loans?limit=0", "limit"),
            ("/dashboard/loans?order=shoeSize", "order"),
            ("/dashboard/loans?cursor=abc", "cursor"),
            ("/dashboard/maturities?by=decade", "by"),
        ],
    )
    async def test_refuses_what_cannot_be(self, world: World, events: ModuleType, path: str, field: str) -> None:
        await world.happen(PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("1900-01", "1"),)))
        problem = await world.get(path, status=422)
        assert field in str(problem)

    @pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
    async def test_answers_on_the_first_and_the_last_day_there_is(self, world: World, on: str) -> None:
        for path in ("", "/history", "/maturities", "/loans"):
            await world.get(f"/dashboard{path}?businessDate={on}")


class TestHistory:
    async def test_is_by_month(self, world: World) -> None:
        history = await world.get(f"/dashboard/history?{ON}&figure=outstanding&figure=ltv&lenderId=lender-1")
        assert [series["figure"] for series in history["series"]] == ["outstanding", "ltv"]
        assert [(point["month"], point["value"]) for point in history["series"][0]["points"]] == [
            ("2025-10", "110.00"),
            ("2025-11", "110.00"),
            ("2025-12", "100.00"),
        ]
        assert history["evidence"][1] == {
            "month": "2025-11", "reported": 0, "scheduled": 0, "carried": 1, "unknown": 0, "unknownBalance": "0.00",
        }  # fmt: skip

    async def test_may_be_cut(self, world: World) -> None:
        history = await world.get(f"/dashboard/history?{ON}&figure=loanCount&monthFrom=2025-11&monthTo=2025-11")
        [point] = history["series"][0]["points"]
        assert (point["month"], point["loans"], point["leftOut"]) == ("2025-11", 1, 3)
        assert (point["value"], history["evidence"][0]["unknownBalance"]) == (None, "350.00")


class TestTheLoansBehindAFigure:
    async def test_are_those_it_covers_or_leaves_out(self, world: World) -> None:
        covered = await world.get(f"/dashboard/loans?{ON}&figure=ltv")
        assert [line["number"] for line in covered["items"]] == ["1"]
        left_out = await world.get(f"/dashboard/loans?{ON}&figure=ltv&leftOut=true")
        assert [line["number"] for line in left_out["items"]] == ["2", "3"]
        assert left_out["items"][1]["gaps"] == [
            "pari passu note: DSCR, LTV and debt yield cannot be computed from the note alone"
        ]
        largest = await world.get(f"/dashboard/loans?{ON}&figure=largestLoan")
        assert [line["number"] for line in largest["items"]] == ["2"]
        soon = await world.get(f"/dashboard/loans?{ON}&figure=maturingWithinYear")
        assert [line["number"] for line in soon["items"]] == ["2"]

    async def test_say_what_of_the_whole_is_on_the_properties_asked_for(self, world: World) -> None:
        for measure, outstanding in (("", "60.00"), ("&measure=allocated", "60.00"), ("&measure=whole", "100.00")):
            shown = await world.get(f"/dashboard?{ON}&state=TX{measure}")
            assert shown["figures"]["outstanding"]["value"] == outstanding
            assert (shown["matchedBalance"], shown["wholeBalance"]) == ("60.00", "100.00")
            totals = await world.get(f"/dashboard/loans/totals?{ON}&state=TX{measure}")
            assert totals["outstanding"]["value"] == outstanding
            assert (totals["matchedBalance"], totals["wholeBalance"]) == ("60.00", "100.00")
        shown = await world.get(f"/dashboard?{ON}")
        assert (shown["matchedBalance"], shown["wholeBalance"]) == (None, None)

    async def test_say_how_much_of_each_matches(self, world: World) -> None:
        line = (await world.get(f"/dashboard/loans?{ON}&state=TX"))["items"][0]
        assert (line["balance"], line["matchedBalance"]) == ("100.00", "60.00")
        assert line["lender"] == {"id": "lender-1", "name": "Lender 1"}
        assert line["propertyTypes"] == ["office", "retail"]
        assert line["states"] == ["NY", "TX"]


class TestEvents:
    async def test_tell_what_the_figures_show_by_now(self, world: World) -> None:
        await world.get("/dashboard")
        stream = world.spine.engine.changed("acme", after=0)
        assert await stream == world.spine.engine.heads.head("acme")


class TestRebuild:
    async def test_compares_with_the_journal(self, world: World) -> None:
        await world.get("/dashboard")
        answer = await world.client.post("/dashboard/rebuild", headers=world.headers(role="manager"))
        assert answer.status_code == 200
        assert answer.json()["equal"] is True
        assert answer.json()["loans"] == 4

    async def test_is_not_for_viewers(self, world: World) -> None:
        assert (await world.client.post("/dashboard/rebuild", headers=world.headers())).status_code == 403


@pytest.mark.parametrize("path", ["", "/history", "/loans", "/maturities", "/events"])
async def test_nobody_gets_nothing(world: World, path: str) -> None:
    assert (await world.client.get(f"/dashboard{path}")).status_code == 401
