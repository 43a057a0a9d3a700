"""The service over HTTP, as a client meets it."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

Body = Callable[..., dict[str, Any]]
Headers = Callable[..., dict[str, str]]

PARTIES = {
    "lenders": {
        "name": "First Bank",
        "lenderType": "life_company",
        "contacts": [{"name": "Ada", "email": "ada@first.example"}],
        "appetite": {"largestLoan": "50000000.00", "highestLtv": "0.65", "lowestDscr": "1.25"},
    },
    "funds": {"name": "Fund I", "fundType": "value_add", "commitment": "100000000.00", "targetReturn": "0.12"},
    "portfolios": {"name": "Core", "strategy": "hold", "riskProfile": "low", "manager": "Grace"},
}


@pytest.fixture
def as_(world: Any) -> Headers:
    return world.headers


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def bad_fields(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {fault["field"] for fault in answer.json()["errors"]}


async def assert_comes_back_in_a_new_version(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    """Change, delete and restore what is there in version 1; no tag that was ever given out fits what comes back."""
    changed = await client.put(path, json={**body, "name": "B"}, headers={"If-Match": '"1"'})
    assert (await client.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    _, sequence = changed.headers["realinsights-sequence"].split("=")
    back = await client.post(f"{path}/restore", json={"sequence": int(sequence)})
    assert (back.json()["name"], back.headers["etag"]) == ("B", '"4"')
    for seen in ('"1"', '"2"', '"3"'):
        assert (await client.get(path, headers={"If-None-Match": seen})).status_code == 200
        assert (await client.put(path, json=body, headers={"If-Match": seen})).status_code == 412
    changes = (await client.get(f"{path}/history")).json()["items"]
    assert [change["version"] for change in changes] == [4, 3, 2, 1]
    assert (await client.get("/journals/loans/verification")).json()["sound"]


class TestALoan:
    async def test_is_created_read_changed_and_deleted(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        answer = await client.post("/loans", json=a_loan_body(), headers={"Idempotency-Key": "once"})
        assert answer.status_code == 201
        assert answer.headers["etag"] == '"1"'
        assert answer.headers["realinsights-sequence"] == "loans=1"
        loan = answer.json()
        assert answer.headers["location"] == f"/api/v1/loans/{loan['id']}"
        assert (loan["originalBalance"], loan["rate"], loan["amortizationType"]) == (
            "10000000.00",
            "0.0525",
            "amortizing",
        )
        again = await client.post("/loans", json=a_loan_body(), headers={"Idempotency-Key": "once"})
        assert again.json() == loan

        path = f"/loans/{loan['id']}"
        assert (await client.get(path)).json() == loan
        changed = await client.put(path, json=a_loan_body(name="Harbor View"), headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        assert (await client.get(path)).json()["name"] == "Harbor View"
        assert (await client.delete(path, headers={"If-Match": '"2"'})).status_code == 204
        assert (await client.get(path)).status_code == 404

    async def test_needs_the_version_that_is_changed(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        path = f"/loans/{(await made(client, '/loans', a_loan_body()))['id']}"
        assert (await client.put(path, json=a_loan_body())).status_code == 428
        assert (await client.delete(path)).status_code == 428
        assert (await client.put(path, json=a_loan_body(name="A"), headers={"If-Match": '"1"'})).status_code == 200
        stale = await client.put(path, json=a_loan_body(name="B"), headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        assert "version 2 by now" in stale.json()["detail"]
        assert (await client.delete(path, headers={"If-Match": '"1"'})).status_code == 412

    async def test_of_two_changes_at_once_loses_none(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        path = f"/loans/{(await made(client, '/loans', a_loan_body()))['id']}"
        answers = await asyncio.gather(
            *(
                client.put(path, json=a_loan_body(name=f"name {number}"), headers={"If-Match": '"1"'})
                for number in range(5)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
        winner = next(answer.json()["name"] for answer in answers if answer.status_code == 200)
        assert (await client.get(path)).json()["name"] == winner

    async def test_says_with_a_balance_when_repayment_is_expected(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        options = [{"months": 12, "exercisedOn": "2034-06-01"}]
        body = a_loan_body(anticipatedRepaymentDate="2030-01-01", terms={"extensionOptions": options})
        path = f"/loans/{(await made(client, '/loans', body))['id']}"
        for on, day, kind in (
            ("2030-01-01", "2030-01-01", "anticipated_repayment"),
            ("2030-01-02", "2035-01-01", "maturity"),
            ("2034-06-01", "2036-01-01", "extended"),
        ):
            said = (await client.get(f"{path}/balance", params={"on": on})).json()
            assert (said["expectedMaturityDate"], said["maturityKind"]) == (day, kind)
        how = (await client.get(f"{path}/schedule")).json()["howComputed"]
        assert how["ignored"] == [{"name": "terms.extensionOptions", "value": "1 stated"}]
        assert (await client.get(path)).json()["anticipatedRepaymentDate"] == "2030-01-01"

    async def test_names_every_bad_field(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        wrong = a_loan_body(rate="5.25", maturityDate="2024-01-01", currentBalance="-1")
        assert {"rate", "maturityDate", "currentBalance"} <= bad_fields(await client.post("/loans", json=wrong))
        impossible = a_loan_body(maturityDate="2035-02-30", status="asleep", color="blue", rate={})
        assert bad_fields(await client.post("/loans", json=impossible)) == {"maturityDate", "status", "color", "rate"}
        assert bad_fields(await client.post("/loans", json={})) >= {"number", "name", "originalBalance"}
        unknown = a_loan_body(lenderId="nobody", properties=[{"propertyId": "nothing"}])
        assert bad_fields(await client.post("/loans", json=unknown)) == {"lenderId", "properties[0].propertyId"}

    async def test_has_a_number_of_its_own(self, client: httpx.AsyncClient, a_loan_body: Body, as_: Headers) -> None:
        await made(client, "/loans", a_loan_body())
        other = await made(client, "/loans", a_loan_body(number="2"))
        assert (await client.post("/loans", json=a_loan_body())).status_code == 409
        taken = await client.put(f"/loans/{other['id']}", json=a_loan_body(), headers={"If-Match": '"1"'})
        assert taken.status_code == 409
        elsewhere = await client.post("/loans", json=a_loan_body(), headers=as_(org="org-2"))
        assert elsewhere.status_code == 201

    async def test_has_its_figures(self, client: httpx.AsyncClient, a_loan_body: Body, a_property_body: Body) -> None:
        statement = {"basis": "underwritten", "netOperatingIncome": "1250000", "netCashFlow": "1150000"}
        asset = await made(
            client,
            "/properties",
            a_property_body(valuations=[{"amount": "18000000", "asOf": "2024-11-15"}], operatingStatements=[statement]),
        )
        loan = await made(client, "/loans", a_loan_body(properties=[{"propertyId": asset["id"]}]))
        path = f"/loans/{loan['id']}"
        schedule = (await client.get(f"{path}/schedule")).json()
        assert (schedule["levelPayment"], schedule["dueAtMaturity"]) == ("55220.37", "8341459.68")
        assert schedule["installments"][1]["interest"] == "40792.45"
        table = await client.get(f"{path}/schedule.csv")
        assert table.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(table.text)))
        assert (len(rows), rows[-1]["Payment"], rows[-1]["Ending balance"]) == (120, "8341459.68", "0.00")
        ratios = (await client.get(f"{path}/ratios")).json()
        assert (ratios["dscr"]["value"], ratios["ltv"]["value"]) == ("1.886381", "0.555556")
        balance = (await client.get(f"{path}/balance", params={"on": "2025-02-15"})).json()
        assert (balance["balance"], balance["accruedInterest"]) == ("9989987.96", "20396.23")
        by_day = (await client.get(f"{path}/balance", params={"businessDate": "2025-04-01"})).json()
        assert (by_day["on"], by_day["balance"]) == ("2025-04-01", "9965437.51")
        assert (await client.get(f"{path}/periods")).json() == {"items": [], "next": None}
        assert (await client.get(f"/properties/{asset['id']}/loans")).json()["items"][0]["number"] == "1001"

    async def test_without_a_schedule_says_why(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        terms = {"floating": {"index": "SOFR30A", "spread": "0.025", "rateFloor": "0.035"}}
        loan = await made(client, "/loans", a_loan_body(rateType="floating", terms=terms))
        told = (await client.get(f"/loans/{loan['id']}/schedule")).json()
        assert told["unscheduled"] == "the fixing of 30-day average SOFR for 2024-12-30 is missing"
        assert (await client.get(f"/loans/{loan['id']}/schedule.csv")).status_code == 409

    @pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "2199-12-31", "9999-12-31"])
    async def test_stands_every_business_date(self, client: httpx.AsyncClient, a_loan_body: Body, day: str) -> None:
        created = await client.post("/loans", json=a_loan_body(), params={"businessDate": day})
        assert created.status_code == 201
        path = f"/loans/{created.json()['id']}"
        for figure in ("schedule", "ratios"):
            assert (await client.get(f"{path}/{figure}", params={"businessDate": day})).status_code == 200
        balance = await client.get(f"{path}/balance", params={"businessDate": day})
        assert balance.status_code == (200 if day > "2025" else 422)

    async def test_is_refused_with_a_balance_of_a_day_after_the_business_date(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        body = a_loan_body(balanceAsOf="2025-06-30")
        early = await client.post("/loans", json=body, params={"businessDate": "2025-06-15"})
        assert bad_fields(early) == {"balanceAsOf"}
        assert (await client.post("/loans", json=body, params={"businessDate": "2025-06-30"})).status_code == 201

    async def test_was_not_known_at_a_time_beyond_the_calendar(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        path = f"/loans/{(await made(client, '/loans', a_loan_body()))['id']}"
        for moment, status in (
            ("0001-01-01T00:00:00+14:00", 422),
            ("9999-12-31T23:59:59-14:00", 422),
            ("0001-01-01T00:00:00", 404),
            ("9999-12-31T23:59:59Z", 200),
        ):
            assert (await client.get(path, params={"asKnownAt": moment})).status_code == status

    async def test_has_a_history_and_comes_back(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        loan = await made(client, "/loans", a_loan_body())
        path = f"/loans/{loan['id']}"
        await client.put(path, json=a_loan_body(name="Harbor View"), headers={"If-Match": '"1"'})
        history = (await client.get(f"{path}/history")).json()
        assert history["items"][0]["fields"] == [{"field": "name", "before": "Harbor Point", "after": "Harbor View"}]
        assert [change["actor"] for change in history["items"]] == ["ann", "ann"]
        first = history["items"][1]
        known = await client.get(path, params={"asKnownAt": first["at"]})
        assert known.json() == loan
        assert (await client.get(path, params={"asKnownAt": "2000-01-01T00:00:00Z"})).status_code == 404

        back = await client.post(f"{path}/restore", json={"sequence": first["sequence"]})
        assert (back.json()["name"], back.json()["version"]) == ("Harbor Point", 3)
        await client.delete(path, headers={"If-Match": '"3"'})
        undeleted = await client.post(f"{path}/restore", json={"sequence": first["sequence"] + 1})
        assert undeleted.json()["name"] == "Harbor View"
        assert (await client.get(path)).json() == undeleted.json()
        assert (await client.post(f"{path}/restore", json={"sequence": 999})).status_code == 404

    async def test_that_comes_back_has_a_version_nobody_has_seen(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        loan = await made(client, "/loans", a_loan_body())
        await assert_comes_back_in_a_new_version(client, f"/loans/{loan['id']}", a_loan_body())


class TestALoanList:
    @pytest.fixture
    async def numbers(self, client: httpx.AsyncClient, a_loan_body: Body) -> Callable[..., Any]:
        for index in range(7):
            balance = f"{index + 1}000000.00"
            body = a_loan_body(
                number=f"L-{index}", name=f"Loan {index}", currentBalance=balance, tags=["even"][index % 2 :]
            )
            await made(client, "/loans", body)

        async def found(**query: Any) -> list[str]:
            answer = await client.get("/loans", params=query)
            assert answer.status_code == 200, answer.text
            return [loan["number"] for loan in answer.json()["items"]]

        return found

    async def test_is_filtered_searched_and_ordered(self, numbers: Any) -> None:
        assert await numbers(order="-currentBalance", limit=2) == ["L-6", "L-5"]
        assert await numbers(balanceFrom="6000000") == ["L-5", "L-6"]
        assert await numbers(q="loan 3") == ["L-3"]
        assert await numbers(tag="even", status=["current", "30_days"]) == ["L-0", "L-2", "L-4", "L-6"]
        assert await numbers(status="default") == []

    async def test_pages_by_cursor_without_gap_or_repetition(self, client: httpx.AsyncClient, numbers: Any) -> None:
        seen: list[str] = []
        query: dict[str, Any] = {"order": "-currentBalance", "limit": 3, "total": True}
        while True:
            page = (await client.get("/loans", params=query)).json()
            assert page["total"] == 7
            seen += [loan["number"] for loan in page["items"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert seen == [f"L-{index}" for index in reversed(range(7))]

    async def test_refuses_a_tampered_cursor_an_unknown_order_and_an_unknown_parameter(
        self, client: httpx.AsyncClient, numbers: Any
    ) -> None:
        cursor = (await client.get("/loans", params={"limit": 3})).json()["next"]
        tampered = ("B" if cursor[0] == "A" else "A") + cursor[1:]
        assert bad_fields(await client.get("/loans", params={"limit": 3, "cursor": tampered})) == {"cursor"}
        assert bad_fields(await client.get("/loans", params={"limit": 4, "cursor": cursor})) == {"cursor"}
        assert bad_fields(await client.get("/loans", params={"order": "borrower"})) == {"order"}
        assert bad_fields(await client.get("/loans", params={"color": "blue"})) == {"color"}
        assert bad_fields(await client.get("/loans", params={"limit": 1000})) == {"limit"}

    async def test_is_exported_as_it_is_filtered(self, client: httpx.AsyncClient, numbers: Any) -> None:
        answer = await client.get("/loans/export", params={"tag": "even", "order": "-number"})
        assert "loans.csv" in answer.headers["content-disposition"]
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["Loan number"] for row in rows] == ["L-6", "L-4", "L-2", "L-0"]


class TestAProperty:
    async def test_is_created_read_changed_listed_and_deleted(
        self, client: httpx.AsyncClient, a_property_body: Body
    ) -> None:
        body = a_property_body(valuations=[{"amount": "18000000", "asOf": "2024-11-15", "source": "MAI"}], walkScore=88)
        asset = await made(client, "/properties", body)
        path = f"/properties/{asset['id']}"
        assert (await client.get(path)).json() == asset
        items = (await client.get("/properties", params={"q": "arbor", "state": "CA"})).json()["items"]
        assert (items[0]["id"], items[0]["value"], items[0]["valueAsOf"]) == (asset["id"], "18000000.00", "2024-11-15")
        changed = await client.put(path, json=a_property_body(name="Harbor View"), headers={"If-Match": '"1"'})
        assert changed.json()["valuations"] == []
        history = (await client.get(f"{path}/history")).json()["items"]
        assert {"field": "walkScore", "before": 88, "after": None} in history[0]["fields"]
        back = await client.post(f"{path}/restore", json={"sequence": history[1]["sequence"]})
        assert back.json()["walkScore"] == 88
        assert (await client.delete(path, headers={"If-Match": '"3"'})).status_code == 204
        undeleted = await client.post(f"{path}/restore", json={"sequence": history[0]["sequence"]})
        assert undeleted.json()["name"] == "Harbor View"

    async def test_that_comes_back_has_a_version_nobody_has_seen(
        self, client: httpx.AsyncClient, a_property_body: Body
    ) -> None:
        asset = await made(client, "/properties", a_property_body())
        await assert_comes_back_in_a_new_version(client, f"/properties/{asset['id']}", a_property_body())

    async def test_in_use_is_not_deleted(
        self, client: httpx.AsyncClient, a_property_body: Body, a_loan_body: Body
    ) -> None:
        asset = await made(client, "/properties", a_property_body())
        await made(client, "/loans", a_loan_body(properties=[{"propertyId": asset["id"]}]))
        answer = await client.delete(f"/properties/{asset['id']}", headers={"If-Match": '"1"'})
        assert (answer.status_code, "1 loan" in answer.json()["detail"]) == (409, True)

    async def test_names_every_bad_field(self, client: httpx.AsyncClient, a_property_body: Body) -> None:
        wrong = a_property_body(yearBuilt=20, propertyType="castle", walkScore=101, valuations=[{"amount": "x"}])
        fields = bad_fields(await client.post("/properties", json=wrong))
        assert fields == {"yearBuilt", "propertyType", "walkScore", "valuations[0].amount"}
        assert bad_fields(await client.post("/properties", json=a_property_body(portfolioId="none"))) == {"portfolioId"}


@pytest.mark.parametrize("collection", PARTIES)
class TestAParty:
    async def test_is_listed_with_others_by_their_ids_in_their_order(
        self, client: httpx.AsyncClient, collection: str, as_: Headers
    ) -> None:
        ids = [
            (await made(client, f"/{collection}", {**PARTIES[collection], "name": name}))["id"] for name in ("A", "B")
        ]
        asked = {"id": [ids[1], "nobody", ids[0], ids[1]]}
        listed = (await client.get(f"/{collection}", params=asked)).json()
        assert [party["name"] for party in listed["items"]] == ["B", "A"]
        assert listed["next"] is None
        elsewhere = await client.get(f"/{collection}", params=asked, headers=as_(org="org-2"))
        assert elsewhere.json()["items"] == []
        assert bad_fields(await client.get(f"/{collection}", params={"id": ["x"] * 201})) == {"id"}

    async def test_is_created_read_changed_listed_and_deleted(self, client: httpx.AsyncClient, collection: str) -> None:
        party = await made(client, f"/{collection}", PARTIES[collection])
        assert PARTIES[collection].items() <= party.items() or collection == "lenders"
        path = f"/{collection}/{party['id']}"
        assert (await client.get(path)).json() == party
        body = {**PARTIES[collection], "name": "Another Name", "tags": ["new"]}
        assert (await client.put(path, json=body)).status_code == 428
        changed = await client.put(path, json=body, headers={"If-Match": '"1"'})
        assert changed.json()["version"] == 2
        listed = (await client.get(f"/{collection}", params={"q": "noth", "tag": "new", "total": True})).json()
        assert (listed["items"], listed["total"]) == ([changed.json()], 1)
        history = (await client.get(f"{path}/history")).json()["items"]
        assert [change["action"] for change in history] == ["changed", "created"]
        back = await client.post(f"{path}/restore", json={"sequence": history[1]["sequence"]})
        assert back.json()["name"] == PARTIES[collection]["name"]
        assert (await client.delete(path, headers={"If-Match": '"3"'})).status_code == 204
        assert (await client.get(path)).status_code == 404
        undeleted = await client.post(f"{path}/restore", json={"sequence": history[0]["sequence"]})
        assert undeleted.json()["name"] == "Another Name"

    async def test_that_comes_back_has_a_version_nobody_has_seen(
        self, client: httpx.AsyncClient, collection: str
    ) -> None:
        party = await made(client, f"/{collection}", PARTIES[collection])
        await assert_comes_back_in_a_new_version(client, f"/{collection}/{party['id']}", PARTIES[collection])

    async def test_has_a_name_of_its_own(self, client: httpx.AsyncClient, collection: str) -> None:
        await made(client, f"/{collection}", PARTIES[collection])
        assert (await client.post(f"/{collection}", json=PARTIES[collection])).status_code == 409

    async def test_names_every_bad_field(self, client: httpx.AsyncClient, collection: str) -> None:
        assert bad_fields(await client.post(f"/{collection}", json={"name": " ", "shape": 1})) == {"name", "shape"}


class TestTheJournal:
    async def test_is_listed_shown_and_verified(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        for number in range(5):
            await made(client, "/loans", a_loan_body(number=str(number)))
        first = (await client.get("/journals/loans", params={"limit": 3})).json()
        rest = (await client.get("/journals/loans", params={"limit": 3, "cursor": first["next"]})).json()
        assert [line["sequence"] for line in [*first["items"], *rest["items"]]] == [5, 4, 3, 2, 1]
        assert rest["next"] is None
        entry = (await client.get("/journals/loans/5")).json()
        assert entry["writes"][0]["document"]["number"] == "4"
        assert (await client.get("/journals/loans/6")).status_code == 404
        found = (await client.get("/journals/loans/verification")).json()
        assert (found["sound"], found["entries"]) == (True, 5)

    async def test_is_for_auditors(self, client: httpx.AsyncClient, as_: Headers) -> None:
        for path in ("/journals/loans", "/journals/loans/1", "/journals/loans/verification"):
            assert (await client.get(path, headers=as_(role="member"))).status_code == 403


class TestAnotherOrganization:
    async def test_finds_none_of_it_by_any_route(
        self, client: httpx.AsyncClient, a_loan_body: Body, a_property_body: Body, as_: Headers
    ) -> None:
        bodies = {**PARTIES, "properties": a_property_body(), "loans": a_loan_body()}
        ids = {name: (await made(client, f"/{name}", body))["id"] for name, body in bodies.items()}
        stranger = {**as_(org="org-2"), "If-Match": '"1"'}
        for name, body in bodies.items():
            path = f"/{name}/{ids[name]}"
            answers = [
                await client.get(path, headers=stranger),
                await client.get(path, params={"asKnownAt": "2100-01-01T00:00:00Z"}, headers=stranger),
                await client.get(f"{path}/history", headers=stranger),
                await client.put(path, json=body, headers=stranger),
                await client.delete(path, headers=stranger),
                await client.post(f"{path}/restore", json={"sequence": 1}, headers=stranger),
            ]
            assert [answer.status_code for answer in answers] == [404] * len(answers)
            assert (await client.get(f"/{name}", headers=stranger)).json() == {"items": [], "next": None}
        loan, asset = f"/loans/{ids['loans']}", f"/properties/{ids['properties']}"
        for path in (
            f"{loan}/schedule",
            f"{loan}/schedule.csv",
            f"{loan}/balance",
            f"{loan}/ratios",
            f"{loan}/periods",
            f"{asset}/loans",
            f"{asset}/ratios",
            "/journals/loans/1",
        ):
            assert (await client.get(path, headers=stranger)).status_code == 404
        assert (await client.get("/journals/loans", headers=stranger)).json()["items"] == []
        assert (await client.get("/loans/export", headers=stranger)).text.count("\n") == 1
        references = a_loan_body(
            lenderId=ids["lenders"],
            fundId=ids["funds"],
            portfolioId=ids["portfolios"],
            properties=[{"propertyId": ids["properties"]}],
        )
        refused = await client.post("/loans", json=references, headers=as_(org="org-2"))
        assert bad_fields(refused) == {"lenderId", "fundId", "portfolioId", "properties[0].propertyId"}

    async def test_a_viewer_reads_and_changes_nothing(
        self, client: httpx.AsyncClient, a_loan_body: Body, as_: Headers
    ) -> None:
        loan = await made(client, "/loans", a_loan_body())
        path, viewer = f"/loans/{loan['id']}", {**as_(role="viewer"), "If-Match": '"1"'}
        assert (await client.get(path, headers=viewer)).status_code == 200
        assert (await client.put(path, json=a_loan_body(), headers=viewer)).status_code == 403
        assert (await client.delete(path, headers=viewer)).status_code == 403
        assert (await client.post("/loans", json=a_loan_body(number="2"), headers=viewer)).status_code == 403
        assert (await client.delete(path, headers={**as_(role="member"), "If-Match": '"1"'})).status_code == 403
        assert (await client.get(path, headers={"Authorization": ""})).status_code == 401


SCHEDULED = ("number", "originalBalance", "originationDate", "maturityDate", "rate", "rateType", "terms")


class TestTheLargestAmount:
    async def test_is_stored_ordered_and_added_up(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        largest = "9999999999999.99"
        huge = await made(client, "/loans", a_loan_body(number="1", originalBalance=largest, currentBalance=largest))
        await made(
            client, "/loans", a_loan_body(number="2", originalBalance="10000000000", currentBalance="10000000000")
        )
        await made(client, "/loans", a_loan_body(number="3"))
        assert huge["currentBalance"] == largest
        found = (await client.get("/loans?order=-currentBalance&balanceFrom=10000000000")).json()
        assert [item["number"] for item in found["items"]] == ["1", "2"]
        back = await client.put(f"/loans/{huge['id']}", json=huge, headers={"If-Match": '"1"'})
        assert (back.status_code, back.json()) == (200, huge)


class TestADraftOfASchedule:
    async def test_is_the_schedule_of_the_loan_it_becomes(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        body = a_loan_body()
        drafted = await client.post("/schedules", json={name: body[name] for name in SCHEDULED if name in body})
        assert drafted.status_code == 200, drafted.text
        assert "realinsights-sequence" not in drafted.headers
        assert (await client.get("/loans?total=true")).json()["total"] == 0
        loan = await made(client, "/loans", body)
        stored = (await client.get(f"/loans/{loan['id']}/schedule")).json()
        assert drafted.json() == {**stored, "loanId": None}
        assert len(stored["installments"]) == 120

    @pytest.mark.parametrize(
        "changes",
        [
            {"originalBalance": "0"},
            {"originalBalance": "10000000000000"},
            {"rate": "5.25"},
            {"maturityDate": "2024-01-01"},
            {"maturityDate": "2035-02-30"},
            {"maturityDate": "2199-01-01"},
            {"rateType": "floating"},
            {"rate": "0.05", "terms": {"firstPaymentDate": "2025-02-01", "levelPayment": "10.00"}},
            {"terms": {"firstPaymentDate": "2024-02-01", "amortizationMonths": 360}},
            {"terms": {"firstPaymentDate": "2025-02-01", "paymentDay": 99, "amortisation": 360}},
        ],
    )
    async def test_is_refused_as_the_loan_would_be(
        self, client: httpx.AsyncClient, a_loan_body: Body, changes: dict[str, Any]
    ) -> None:
        body = a_loan_body(**changes)
        drafted = await client.post("/schedules", json={name: body[name] for name in SCHEDULED if name in body})
        created = await client.post("/loans", json=body)
        assert bad_fields(drafted)
        assert bad_fields(drafted) == {field for field in bad_fields(created) if field.partition(".")[0] in SCHEDULED}

    async def test_needs_no_more_than_it_is_computed_from(self, client: httpx.AsyncClient) -> None:
        assert bad_fields(await client.post("/schedules", json={})) == {
            "originalBalance", "originationDate", "maturityDate", "rate",
        }  # fmt: skip

    async def test_says_why_there_is_none(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        body = a_loan_body(terms={"firstPaymentDate": None})
        drafted = await client.post("/schedules", json={name: body[name] for name in SCHEDULED if name in body})
        assert drafted.json()["unscheduled"] == "the first payment date is not known"
        assert drafted.json()["installments"] == []

    async def test_may_be_asked_for_by_a_viewer(
        self, client: httpx.AsyncClient, a_loan_body: Body, as_: Headers
    ) -> None:
        body = a_loan_body()
        draft = {name: body[name] for name in SCHEDULED if name in body}
        assert (await client.post("/schedules", json=draft, headers=as_(role="viewer"))).status_code == 200

    async def test_of_a_hundred_years_is_computed_in_a_thread(
        self, client: httpx.AsyncClient, a_loan_body: Body
    ) -> None:
        body = a_loan_body(maturityDate="2124-12-01", terms={"amortizationMonths": None})
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1, "beside"))  # ends with the loop
        drafted = await client.post("/schedules", json={name: body[name] for name in SCHEDULED if name in body})
        assert len(drafted.json()["installments"]) == 1199
        # An executor starts its threads with its first work.
        assert any(thread.name.startswith("beside") for thread in threading.enumerate())


class TestTheJournalsSearch:
    async def found(self, client: httpx.AsyncClient, **query: Any) -> list[int]:
        answer = await client.get("/journals/loans", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json()["endedEarly"] is False
        return [entry["sequence"] for entry in answer.json()["items"]]

    async def test_is_by_who_what_and_when(self, client: httpx.AsyncClient, a_loan_body: Body, as_: Headers) -> None:
        lender = await made(client, "/lenders", {"name": "First Bank"})
        loan = await made(client, "/loans", a_loan_body(lenderId=lender["id"]))
        by_bob = await client.put(
            f"/loans/{loan['id']}", json=a_loan_body(name="View"), headers={**as_(user="bob"), "If-Match": "*"}
        )
        assert by_bob.status_code == 200
        deleted = await client.delete(f"/lenders/{lender['id']}", headers={"If-Match": "*"})
        assert deleted.status_code == 204
        assert await self.found(client) == [4, 3, 2, 1]
        assert await self.found(client, actor="bob") == [3]
        assert await self.found(client, kind="lender") == [4, 1]
        assert await self.found(client, documentId=loan["id"]) == [3, 2]
        assert await self.found(client, documentId=loan["id"], actor="ann") == [2]
        assert await self.found(client, documentId=loan["id"], kind="lender") == []
        times = [entry["at"] for entry in (await client.get("/journals/loans")).json()["items"]]
        assert await self.found(client, **{"from": times[2], "to": times[1]}) == [3, 2]
        assert await self.found(client, to=times[0][:10]) == [4, 3, 2, 1]
        assert await self.found(client, to="2020-01-01") == []
        other = await client.get("/journals/loans", params={"documentId": loan["id"]}, headers=as_(org="org-2"))
        assert other.json()["items"] == []

    async def test_goes_on_from_page_to_page(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        for number in range(5):
            await made(client, "/loans", a_loan_body(number=str(number)))
            await made(client, "/lenders", {"name": f"Bank {number}"})
        seen, cursor = [], {}
        while True:
            answer = (await client.get("/journals/loans", params={"kind": "loan", "limit": 2, **cursor})).json()
            seen += [entry["sequence"] for entry in answer["items"]]
            if answer["next"] is None:
                break
            cursor = {"cursor": answer["next"]}
        assert seen == [9, 7, 5, 3, 1]
        moved = await client.get("/journals/loans", params={"kind": "lender", "limit": 2, **cursor})
        assert moved.status_code == 422

    @pytest.mark.parametrize(
        ("query", "field"),
        [({"from": "x"}, "from"), ({"to": "2025-02-30"}, "to"), ({"kind": "castle"}, "kind"), ({"actor": ""}, "actor")],
    )
    async def test_names_what_is_wrong(self, client: httpx.AsyncClient, query: dict[str, str], field: str) -> None:
        assert bad_fields(await client.get("/journals/loans", params=query)) == {field}


class TestWhatWasAnswered:
    """May be put back as it is: fields that the service keeps are refused only where they differ."""

    @pytest.mark.parametrize("path", ["/loans", "/properties", *(f"/{name}" for name in PARTIES)])
    async def test_is_put_back_without_a_change(
        self, client: httpx.AsyncClient, a_loan_body: Body, a_property_body: Body, path: str
    ) -> None:
        bodies = {"/loans": a_loan_body(), "/properties": a_property_body()}
        thing = await made(client, path, bodies.get(path) or PARTIES[path[1:]])
        again = await client.put(f"{path}/{thing['id']}", json=thing, headers={"If-Match": '"1"'})
        assert (again.status_code, again.json()) == (200, thing)
        renamed = await client.put(f"{path}/{thing['id']}", json=thing | {"name": "Pier"}, headers={"If-Match": '"1"'})
        assert (renamed.json()["name"], renamed.json()["version"]) == ("Pier", 2)

    async def test_is_refused_where_it_differs(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        loan = await made(client, "/loans", a_loan_body())
        path, tag = f"/loans/{loan['id']}", {"If-Match": '"1"'}
        other = {**loan, "amortizationType": "interest_only", "version": 7, "name": "Pier"}
        assert bad_fields(await client.put(path, json=other, headers=tag)) == {"amortizationType", "version"}
        assert bad_fields(await client.put(path, json={**loan, "nonsense": 1}, headers=tag)) == {"nonsense"}
        assert bad_fields(await client.put(path, json={**loan, "rate": "much"}, headers=tag)) == {"rate"}
        assert (await client.get(path)).json() == loan


class TestAMergePatch:
    async def test_changes_what_it_names(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        loan = await made(client, "/loans", a_loan_body(borrower="Pier LLC", customFields={"a": "1", "b": "2"}))
        path = f"/loans/{loan['id']}"
        patch = {"name": "Pier", "borrower": None, "terms": {"amortizationMonths": 300}, "customFields": {"a": None}}
        changed = await client.patch(f"{path}?correction=true", json=patch, headers={"If-Match": '"1"'})
        expected = {**loan, "version": 2, "name": "Pier", "borrower": None, "customFields": {"b": "2"}}
        expected["terms"] = {**loan["terms"], "amortizationMonths": 300}
        expected["termsChanges"] = changed.json()["termsChanges"]
        assert (changed.status_code, changed.json()) == (200, expected)
        assert changed.headers["etag"] == '"2"'

    async def test_that_changes_nothing_makes_no_version(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        loan = await made(client, "/loans", a_loan_body())
        for patch in ({}, {"name": loan["name"]}, {"id": loan["id"], "version": 1}):
            same = await client.patch(f"/loans/{loan['id']}", json=patch, headers={"If-Match": '"1"'})
            assert (same.status_code, same.json()) == (200, loan)

    async def test_is_refused_by_field(self, client: httpx.AsyncClient, a_loan_body: Body) -> None:
        loan = await made(client, "/loans", a_loan_body())
        path, tag = f"/loans/{loan['id']}", {"If-Match": '"1"'}
        bad = {"name": None, "rate": "much", "terms": {"dayCount": "sometimes"}, "version": 3, "nonsense": True}
        assert bad_fields(await client.patch(path, json=bad | {"version": 1, "nonsense": None}, headers=tag)) == {
            "name",
            "rate",
            "terms.dayCount",
        }
        assert bad_fields(await client.patch(path, json=bad, headers=tag)) == {"version", "nonsense"}
        assert bad_fields(await client.patch(path, json={"name": "Pier \u202e"}, headers=tag)) == {"name"}
        assert bad_fields(await client.patch(path, json=["name"], headers=tag)) == {""}
        assert (await client.patch(path, json={"name": "Pier"})).status_code == 428
        assert (await client.patch(path, json={"name": "Pier"}, headers={"If-Match": '"9"'})).status_code == 412
        deep = b'{"customFields":' + b'{"a":' * 900 + b"1" + b"}" * 901
        answer = await client.patch(path, content=deep, headers=tag | {"Content-Type": "application/merge-patch+json"})
        assert answer.status_code in {400, 422}
        assert (await client.get(path)).json() == loan

    async def test_works_for_everything_that_can_be_put(self, client: httpx.AsyncClient, a_property_body: Body) -> None:
        for path, body in {"/properties": a_property_body(), **{f"/{name}": PARTIES[name] for name in PARTIES}}.items():
            thing = await made(client, path, body)
            changed = await client.patch(f"{path}/{thing['id']}", json={"tags": ["new"]}, headers={"If-Match": '"1"'})
            assert changed.json() == {**thing, "tags": ["new"], "version": 2}
