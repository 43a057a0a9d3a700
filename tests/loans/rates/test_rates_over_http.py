"""Rates over HTTP: fixings entered and imported, their revisions, their checks, curves and calendars."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights.contracts.loans import LOANS_EVENTS, FixingsRecorded
from realinsights.loans.model.fixings import FixingYear, RateIndex, StoredFixing, ToldFixing, merged
from realinsights.loans.store import FIXING_YEARS, RATE_INDICES

ON = {"businessDate": "2024-06-28"}
SHARED = Path(__file__).parents[4] / "shared" / "data" / "rates"


async def imported(client: httpx.AsyncClient, body: str | bytes, **parameters: Any) -> dict[str, Any]:
    answer = await client.post(
        "/rates/imports",
        content=body if isinstance(body, bytes) else body.encode(),
        params={"fileName": "file.csv", **ON, **parameters},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def entered(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    return await client.post("/rates/fixings", params=ON, json={"index": "sofr", **fields})


async def index_of(client: httpx.AsyncClient, name: str, **parameters: Any) -> dict[str, Any]:
    answer = await client.get("/rates/indices", params={**ON, **parameters})
    assert answer.status_code == 200, answer.text
    return next(index for index in answer.json() if index["index"] == name)


async def fixings_of(client: httpx.AsyncClient, index: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = await client.get("/rates/fixings", params={"index": index, **ON, **parameters})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


class TestAnImport:
    FILE = "DATE,SOFR\n2024-06-18,5.33\n2024-06-19,.\n2024-06-20,5.32\n2024-06-21,5.31\n"

    async def test_says_what_was_taken(self, client: httpx.AsyncClient) -> None:
        found = await imported(client, self.FILE)
        (index,) = found["indices"]
        assert {key: index[key] for key in ("index", "taken", "none", "unchanged", "revised", "refused")} == {
            "index": "sofr",
            "taken": 3,
            "none": 1,
            "unchanged": 0,
            "revised": 0,
            "refused": 0,
        }
        latest = await fixings_of(client, "sofr")
        assert [(one["on"], one["value"], one["publishedOn"], one["change"]) for one in latest] == [
            ("2024-06-21", "0.0531", "2024-06-24", "-0.0001"),
            ("2024-06-20", "0.0532", "2024-06-21", "-0.0001"),
            ("2024-06-18", "0.0533", "2024-06-20", None),
        ]

    async def test_again_changes_nothing_and_another_value_is_a_revision(self, client: httpx.AsyncClient) -> None:
        await imported(client, self.FILE)
        before = (await client.get("/journals/loans")).json()["items"]
        assert (await imported(client, self.FILE))["indices"][0]["unchanged"] == 3
        assert len((await client.get("/journals/loans")).json()["items"]) == len(before)
        found = await imported(client, self.FILE.replace("5.32", "5.34"), businessDate="2024-06-27")
        assert (found["indices"][0]["revised"], found["indices"][0]["revisedOn"]) == (1, ["2024-06-20"])
        (revised,) = await fixings_of(client, "sofr", since="2024-06-20", until="2024-06-20")
        assert (revised["value"], revised["revision"], revised["publishedOn"]) == ("0.0534", 1, "2024-06-27")
        assert [(one["value"], one["publishedOn"], one["source"]) for one in revised["former"]] == [
            ("0.0532", "2024-06-21", "file.csv")
        ]

    async def test_refuses_lines_by_themselves(self, client: httpx.AsyncClient) -> None:
        body = (
            "DATE,SOFR\n2024-06-18,5.33\n18 June,5\n2024-06-20,much\n2024-06-22,5.33\n2024-07-01,5.33\n"
            "2024-06-21,5.333\n2024-06-24,533\n2024-06-18,5.34\n"
        )
        (index,) = (await imported(client, body))["indices"]
        assert (index["taken"], index["refused"]) == (1, 7)
        assert [(one["line"], one["field"], one["reason"]) for one in index["problems"]] == [
            (3, "on", "'18 June' is no day: write YYYY-MM-DD"),
            (4, "value", "'much' is no number"),
            (5, "on", "2024-06-22 is a Saturday: SOFR has no value of it"),
            (6, "on", "2024-07-01 is still to come on 2024-06-28"),
            (7, "value", "5.333 has more decimals than the 2 with which SOFR is published"),
            (8, "value", "the fixing of sofr for 2024-06-24 must be a fraction, not 5.33: 5.33 % is 0.0533"),
            (9, "value", "2024-06-18 is told twice, as 0.0533 and as 0.0534"),
        ]

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("", "the file is empty"),
            ("5.33,5.34\n", "the first row must name the day"),
            ("DATE,VALUE\n2024-06-18,5.33\n", "is no index: say which index the file is of"),
            ("DATE,SOFR,sofr\n2024-06-18,5.33,5.33\n", "two columns of SOFR"),
            ("%PDF-1.7\n", "this is a PDF, not a table"),
        ],
    )
    async def test_of_what_is_no_table_is_refused(self, client: httpx.AsyncClient, body: str, reason: str) -> None:
        answer = await client.post("/rates/imports", content=body.encode(), params={"fileName": "f.csv", **ON})
        assert reason in faults(answer)["file"]

    async def test_of_a_column_without_a_name_takes_the_index_that_is_said(self, client: httpx.AsyncClient) -> None:
        body = "observation_date;Value\n06/18/2024;5.32981\n"
        assert (await imported(client, body, index="1-month Term SOFR"))["indices"][0]["index"] == "term_sofr_1_month"
        assert (await fixings_of(client, "Term SOFR 1M"))[0]["value"] == "0.0532981"

    async def test_tried_stores_nothing(self, client: httpx.AsyncClient) -> None:
        found = await imported(client, self.FILE, dryRun="true")
        assert (found["dryRun"], found["indices"][0]["taken"]) == (True, 3)
        assert (await client.get("/rates/fixings", params={"index": "sofr"})).status_code == 404

    async def test_of_old_days_is_taken_too(self, client: httpx.AsyncClient) -> None:
        await imported(client, "observation_date,DGS10\n1962-01-02,4.06\n1962-01-03,\n1986-01-02,9.04\n")
        assert [(one["on"], one["value"], one["publishedOn"]) for one in await fixings_of(client, "DGS10")] == [
            ("1986-01-02", "0.0904", "1986-01-03"),
            ("1962-01-02", "0.0406", "1962-01-03"),
        ]
        assert (await index_of(client, "cmt_10_year"))["first"] == "1962-01-02"

    async def test_is_told_to_who_listens(self, client: httpx.AsyncClient, world: Any) -> None:
        await imported(client, self.FILE)
        org = f"{world.prefix}org-1"
        entries = await world.documents.entries(org, after=await world.documents.sequence(org) - 1)
        assert b"loans.fixings.recorded.v1" in bytes(entries[-1].events)


class TestPublishedFigures:
    async def test_of_the_sample_are_all_reproduced(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/rates/sample", params={"businessDate": "2026-09-01"})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert {one["index"]: (one["published"], one["equal"]) for one in found["reproduced"]} == {
            "sofr_30_day_average": (1250, 1250),
            "sofr_index": (1250, 1250),
        }
        assert [(one["index"], one["taken"], one["none"], one["refused"]) for one in found["indices"]] == [
            ("sofr", 2080, 94, 0),
            ("sofr_30_day_average", 1250, 56, 0),
            ("sofr_index", 1250, 56, 0),
        ]
        again = await client.post("/rates/sample", params={"businessDate": "2026-09-01"})
        assert [(one["taken"], one["unchanged"]) for one in again.json()["indices"]] == [
            (0, 2080),
            (0, 1250),
            (0, 1250),
        ]

    async def test_of_the_files_beside_the_repository_are_all_reproduced(self, client: httpx.AsyncClient) -> None:
        if not SHARED.is_dir():
            pytest.skip("the sample data folder ../shared/data is not beside this checkout")
        on = "2026-09-01"
        await imported(client, (SHARED / "SOFR.csv").read_bytes(), businessDate=on)
        await imported(client, (SHARED / "SOFR30DAYAVG_2019-08_2024-08.csv").read_bytes(), businessDate=on)
        found = await imported(client, (SHARED / "SOFRINDEX_2019-08_2024-08.csv").read_bytes(), businessDate=on)
        assert [(one["index"], one["published"], one["equal"]) for one in found["reproduced"]] == [
            ("sofr_30_day_average", 1250, 1250),
            ("sofr_index", 1250, 1250),
        ]

    async def test_that_differ_are_named(self, client: httpx.AsyncClient) -> None:
        await imported(client, "DATE,SOFR\n2018-04-02,1.80\n2018-04-03,1.83\n")
        found = await imported(client, "DATE,SOFRINDEX\n2018-04-03,1.00005\n2018-04-04,1.0001009\n")
        assert found["reproduced"] == [
            {
                "index": "sofr_index",
                "published": 2,
                "equal": 1,
                "differences": [
                    {"on": "2018-04-04", "published": "1.0001009", "computed": "1.00010084", "reason": None}
                ],
            }
        ]

    async def test_that_cannot_be_made_say_which_fixing_is_missing(self, client: httpx.AsyncClient) -> None:
        await imported(client, "DATE,SOFR\n2024-05-01,5.32\n")
        found = await imported(client, "DATE,SOFR30DAYAVG\n2024-06-03,5.32\n")
        (difference,) = found["reproduced"][0]["differences"]
        assert difference["reason"].startswith("fixings: there is no fixing of sofr for 2024-05-0")


class TestAFixing:
    async def test_is_entered_and_revised(self, client: httpx.AsyncClient, told: Any) -> None:
        first = await entered(client, on="2024-06-20", value="0.0532")
        assert (first.status_code, first.json()["revision"], first.json()["source"]) == (201, 0, "entered by hand")
        again = await entered(client, on="2024-06-20", value="0.0532")
        assert again.json()["revision"] == 0
        second = await entered(client, on="2024-06-20", value="0.0534", publishedOn="2024-06-24", source="the Fed")
        assert [second.json()[key] for key in ("value", "revision", "publishedOn", "source")] == [
            "0.0534",
            1,
            "2024-06-24",
            "the Fed",
        ]
        assert [one["value"] for one in second.json()["former"]] == ["0.0532"]

    @pytest.mark.parametrize(
        ("fields", "field", "reason"),
        [
            ({"on": "2024-06-20", "value": "5.33"}, "value", "must be a fraction"),
            ({"on": "2024-06-20", "value": "0.053333333"}, "value", "more than 8 decimals"),
            ({"on": "2024-06-29", "value": "0.05"}, "on", "still to come"),
            ({"on": "2024-06-22", "value": "0.05"}, "on", "Saturday"),
            ({"on": "2024-06-20", "value": "0.05", "publishedOn": "2024-06-19"}, "publishedOn", "must be from"),
            ({"on": "2024-06-20", "value": "NaN"}, "value", ""),
            ({"index": "---", "on": "2024-06-20", "value": "0.05"}, "index", "letter or a digit"),
        ],
    )
    async def test_that_cannot_be_is_refused_by_its_field(
        self, client: httpx.AsyncClient, fields: dict[str, Any], field: str, reason: str
    ) -> None:
        assert reason in faults(await entered(client, **fields))[field]

    async def test_must_not_be_revised_before_what_it_replaces(self, client: httpx.AsyncClient) -> None:
        await entered(client, on="2024-06-18", value="0.0533", publishedOn="2024-06-21")
        answer = await entered(client, on="2024-06-18", value="0.0534", publishedOn="2024-06-20")
        assert "must not be before 2024-06-21" in faults(answer)["publishedOn"]

    async def test_of_a_viewer_is_forbidden(self, client: httpx.AsyncClient, world: Any) -> None:
        answer = await client.post(
            "/rates/fixings",
            json={"index": "sofr", "on": "2024-06-20", "value": "0.05"},
            params=ON,
            headers=world.headers("viewer"),
        )
        assert answer.status_code == 403

    async def test_of_another_organization_is_not_there(self, client: httpx.AsyncClient, world: Any) -> None:
        await entered(client, on="2024-06-20", value="0.0532")
        stranger = world.headers(org="org-2")
        assert (await client.get("/rates/fixings", params={"index": "sofr"}, headers=stranger)).status_code == 404
        listed = (await client.get("/rates/indices", headers=stranger)).json()
        assert {index["days"] for index in listed} == {0}


class TestFixingsOfAnIndex:
    async def test_come_page_by_page(self, client: httpx.AsyncClient) -> None:
        rows = [(datetime.date(2023, 12, 18) + datetime.timedelta(days=count)) for count in range(21)]
        body = "DATE,SOFR\n" + "".join(f"{on},5.3{on.day % 10}\n" for on in rows if on.weekday() < 5)
        await imported(client, body)
        found: list[str] = []
        cursor = None
        while True:
            parameters = {"index": "sofr", "limit": 4, **({"cursor": cursor} if cursor else {})}
            page = (await client.get("/rates/fixings", params=parameters)).json()
            found += [one["on"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert found == [str(on) for on in reversed(rows) if on.weekday() < 5]
        some = await fixings_of(client, "sofr", since="2023-12-29", until="2024-01-02")
        assert [one["on"] for one in some] == ["2024-01-02", "2024-01-01", "2023-12-29"]
        assert [one["closed"] for one in some] == [False, True, False]
        assert some[-1]["change"] is not None


class TestAnIndex:
    async def test_says_how_fresh_it_is(self, client: httpx.AsyncClient) -> None:
        await imported(client, "DATE,SOFR\n2024-06-20,5.33\n2024-06-24,5.33\n2024-06-25,5.61\n")
        fresh = await index_of(client, "sofr", businessDate="2024-06-26")
        assert (fresh["missing"], fresh["stale"], fresh["last"]["on"]) == (0, False, "2024-06-25")
        stale = await index_of(client, "sofr")
        assert (stale["missing"], stale["stale"]) == (2, True)
        assert (stale["gaps"], stale["outliers"], stale["last"]["outlier"]) == (["2024-06-21"], ["2024-06-25"], True)
        assert (stale["publisher"], stale["name"]) == ("Federal Reserve Bank of New York", "SOFR")

    async def test_without_fixings_is_listed_as_unknown(self, client: httpx.AsyncClient) -> None:
        prime = await index_of(client, "prime")
        assert (prime["days"], prime["last"], prime["missing"], prime["stale"]) == (0, None, None, False)

    async def test_of_one_s_own_may_be_any(self, client: httpx.AsyncClient) -> None:
        await entered(client, index="Bank X base rate", on="2024-06-22", value="0.0725")
        own = await index_of(client, "bank_x_base_rate")
        assert (own["calendar"], own["last"]["value"], own["gaps"]) == ("weekends_only", "0.0725", [])


CURVE: dict[str, Any] = {
    "index": "30-day average SOFR",
    "asOf": "2024-06-28",
    "points": [{"on": "2024-07-01", "rate": "0.0533"}, {"on": "2024-10-01", "rate": "0.0490"}],
    "until": "2030-01-01",
    "source": "Chatham",
}


class TestACurve:
    async def test_is_kept_listed_and_removed(self, client: httpx.AsyncClient) -> None:
        made = await client.post("/rates/curves", json=CURVE, params=ON)
        assert (made.status_code, made.json()["index"]) == (201, "sofr_30_day_average")
        path = f"/rates/curves/{made.json()['id']}"
        assert (await client.get(path)).json() == made.json()
        listed = (await client.get("/rates/curves", params={"index": "SOFR30DAYAVG"})).json()["items"]
        assert [one["id"] for one in listed] == [made.json()["id"]]
        assert (await client.delete(path, headers={"If-Match": '"9"'})).status_code == 412
        assert (await client.delete(path, headers={"If-Match": '"1"'})).status_code == 204
        assert (await client.get(path)).status_code == 404

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"points": []}, "points"),
            ({"points": [CURVE["points"][1], CURVE["points"][0]]}, "points"),
            ({"points": [{"on": "2024-07-01", "rate": "5.33"}]}, "points"),
            ({"asOf": "2024-07-05"}, "asOf"),
            ({"until": "2024-09-01"}, "points"),
            ({"points": [{"on": "2024-07-01", "rate": "0.053333333"}]}, "points[0].rate"),
        ],
    )
    async def test_that_cannot_be_is_refused(
        self, client: httpx.AsyncClient, changes: dict[str, Any], field: str
    ) -> None:
        assert field in faults(await client.post("/rates/curves", json={**CURVE, **changes}, params=ON))


class TestCalendars:
    async def test_have_a_source_and_the_days_that_naive_ones_miss(self, client: httpx.AsyncClient) -> None:
        listed = (await client.get("/rates/calendars", params={"year": 2026})).json()
        closed = {one["calendar"]: one["closed"] for one in listed}
        assert ("2026-07-03" in closed["sofr"], "2026-07-03" in closed["federal_reserve"]) == (True, False)
        assert ("2026-04-03" in closed["sofr"], "2026-04-03" in closed["us_government_bond"]) == (True, False)
        assert all(one["source"] for one in listed)
        assert "year" in faults(await client.get("/rates/calendars", params={"year": 1985}))


async def test_what_is_told_names_the_first_day_that_changed(client: httpx.AsyncClient, world: Any) -> None:
    await imported(client, "DATE,SOFR,DGS10\n2024-06-20,5.33,4.25\n2024-06-21,5.33,4.25\n")
    org = f"{world.prefix}org-1"
    entries = await world.documents.entries(org, after=await world.documents.sequence(org) - 1)
    (event,) = LOANS_EVENTS.decode(bytes(entries[-1].events))
    days = {"first": datetime.date(2024, 6, 20), "last": datetime.date(2024, 6, 21)}
    assert event == FixingsRecorded(indices=("cmt_10_year", "sofr"), **days)


class TestTakingOut:
    async def take_out(self, client: httpx.AsyncClient, index: str, on: str, revision: str = "0") -> httpx.Response:
        return await client.delete(f"/rates/fixings/{index}/{on}", params=ON, headers={"If-Match": f'"{revision}"'})

    async def test_a_day_goes_and_the_index_is_what_is_left(self, client: httpx.AsyncClient, world: Any) -> None:
        await imported(client, "DATE,SOFR\n2023-12-29,5.38\n2024-06-20,5.32\n2024-06-21,5.31\n")
        assert (await self.take_out(client, "SOFR", "2024-06-21")).status_code == 204
        index = await index_of(client, "sofr")
        assert (index["days"], index["first"], index["last"]["on"]) == (2, "2023-12-29", "2024-06-20")
        org = f"{world.prefix}org-1"
        entries = await world.documents.entries(org, after=await world.documents.sequence(org) - 1)
        gone = datetime.date(2024, 6, 21)
        assert LOANS_EVENTS.decode(bytes(entries[-1].events)) == (
            FixingsRecorded(indices=("sofr",), first=gone, last=gone),
        )
        assert (await self.take_out(client, "sofr", "2023-12-29")).status_code == 204
        assert (await self.take_out(client, "sofr", "2024-06-20")).status_code == 204
        assert (await index_of(client, "sofr"))["days"] == 0
        # Entered again it is as if it had not gone.
        assert (await entered(client, on="2024-06-21", value="0.0531")).json()["revision"] == 0
        assert (await index_of(client, "sofr"))["last"]["on"] == "2024-06-21"

    async def test_what_was_revised_meanwhile_stays(self, client: httpx.AsyncClient) -> None:
        await entered(client, on="2024-06-20", value="0.0532")
        await entered(client, on="2024-06-20", value="0.0533")
        assert (await self.take_out(client, "sofr", "2024-06-20")).status_code == 412
        assert (await self.take_out(client, "sofr", "2024-06-20", "1")).status_code == 204
        assert (await self.take_out(client, "sofr", "2024-06-20", "1")).status_code == 404

    async def test_asks_for_the_revision_and_for_permission(self, client: httpx.AsyncClient, world: Any) -> None:
        await entered(client, on="2024-06-20", value="0.0532")
        path = "/rates/fixings/sofr/2024-06-20"
        assert (await client.delete(path, params=ON)).status_code == 428
        viewer = {**world.headers(role="viewer"), "If-Match": '"0"'}
        assert (await client.delete(path, params=ON, headers=viewer)).status_code == 403
        assert "on" in faults(await client.delete("/rates/fixings/sofr/June", headers={"If-Match": '"0"'}))


class TestADayThatCannotBe:
    @pytest.mark.parametrize("day", ["9999-12-31", "2099-12-30"])
    async def test_is_judged_by_the_clock_whatever_day_is_stated(self, client: httpx.AsyncClient, day: str) -> None:
        later = {"businessDate": "9999-12-31"}
        draft = {"index": "my own", "on": day, "value": "0.05"}
        assert "on" in faults(await client.post("/rates/fixings", params=later, json=draft))
        points = [{"on": "2099-01-04", "rate": "0.04"}]
        curve = {"index": "sofr", "asOf": "2099-01-01", "points": points}
        assert "asOf" in faults(await client.post("/rates/curves", params=later, json=curve))

    async def test_of_an_average_before_sofr_does_not_stop_what_comes_after(self, client: httpx.AsyncClient) -> None:
        assert (await entered(client, index="SOFR30DAYAVG", on="1926-07-16", value="0.05")).status_code == 201
        assert (await entered(client, index="sofr_index", on="1926-07-16", value="1.05")).status_code == 201
        found = await imported(client, "DATE,SOFR\n2024-06-20,5.32\n")
        average = next(one for one in found["reproduced"] if one["index"] == "sofr_30_day_average")
        assert (average["equal"], "1926" in average["differences"][0]["reason"]) == (0, True)

    async def test_that_is_kept_already_does_not_stop_the_list(self, client: httpx.AsyncClient, world: Any) -> None:
        org = f"{world.prefix}org-1"
        last = datetime.date.max
        async with world.documents.unit(org=org, actor="test", business_date=last) as unit:
            fixing = StoredFixing(last, Decimal("0.05"), last)
            unit.put(FIXING_YEARS, FixingYear(id="myown-9999", org=org, index="myown", year=9999, fixings=(fixing,)))
            unit.put(RATE_INDICES, RateIndex(id="myown", org=org, first=last, last=last, days=1))
        assert (await index_of(client, "myown"))["days"] == 1
        answer = await client.delete("/rates/fixings/myown/9999-12-31", headers={"If-Match": '"0"'})
        assert answer.status_code == 204, answer.text


@pytest.mark.parametrize("value", ["1e25", "-1e25", "NaN", "Infinity", "0.123456789", "1e999999", "1e-999999"])
async def test_any_value_is_refused_by_its_field(client: httpx.AsyncClient, value: str) -> None:
    for index in ("sofr", "sofr_index"):
        assert faults(await entered(client, index=index, on="2024-06-20", value=value))
    points = [{"on": "2024-07-01", "rate": value}]
    curve = {"index": "sofr", "asOf": "2024-06-20", "points": points}
    assert faults(await client.post("/rates/curves", params=ON, json=curve))


def test_a_value_that_is_no_number_is_refused_wherever_it_comes_from() -> None:
    told = [ToldFixing(line, datetime.date(2024, 6, 20), Decimal("NaN")) for line in (1, 2)]
    made = merged({}, told, org="o", index="sofr", source="", business_date=datetime.date(2024, 6, 28))
    assert [one.field for one in made.refused] == ["value", "value"]
