"""Bad input over HTTP: each is refused by a problem document that says what to do, and nothing is half done."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from ..drafts import TERMS_OF_A_LOAN
from .topologies import REAL

PREFIX = "/api/v1"
JSON = {"Content-Type": "application/json"}
REFUSED = pytest.mark.usefixtures("nothing_done")
NOBODY = "01900000-0000-7000-8000-000000000000"
LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}


def a_loan(**changes: Any) -> dict[str, Any]:
    return {**LOAN, "number": "2002", **changes}


def terms(**changes: Any) -> dict[str, Any]:
    return a_loan(terms={**LOAN["terms"], **changes})


def text(**changes: Any) -> str:
    return json.dumps(a_loan(**changes))


@dataclass(frozen=True)
class Asking:
    """Who asks, and what their organization and another one have."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    stranger: dict[str, str]
    loan_id: str
    ids: dict[str, str]
    their_ids: dict[str, str]

    async def __call__(self, method: str, path: str, **sent: Any) -> httpx.Response:
        sent["headers"] = {**self.headers, **sent.get("headers", {})}
        return await self.client.request(method, f"{PREFIX}{path}", **sent)


@pytest.fixture(scope="module")
async def asked(platform: Any) -> Asking:
    headers = await platform.register("Harbor Capital", "ada@harbor.example")
    stranger = await platform.register("Other House", "eve@other.example")

    async def things(by: dict[str, str]) -> dict[str, str]:
        made = {}
        for name, path, body in (
            ("lenderId", "/lenders", {"name": "First Bank"}),
            ("fundId", "/funds", {"name": "Fund I"}),
            ("portfolioId", "/portfolios", {"name": "Core"}),
            ("propertyId", "/properties", {"name": "Harbor Point", "propertyType": "multifamily", "state": "CA"}),
        ):
            answer = await platform.client.post(f"{PREFIX}{path}", json=body, headers=by)
            assert answer.status_code == 201, answer.text
            made[name] = answer.json()["id"]
        return made

    ids, their_ids = await things(headers), await things(stranger)
    loan = await platform.client.post(f"{PREFIX}/loans", json=LOAN, headers=headers)
    for number in ("1002", "1003", "1004"):
        await platform.client.post(f"{PREFIX}/loans", json={**LOAN, "number": number}, headers=headers)
    return Asking(platform.client, headers, stranger, loan.json()["id"], ids, their_ids)


@pytest.fixture
async def nothing_done(platform: Any, asked: Asking) -> AsyncIterator[None]:
    """Hold a test to leave every document and journal as it was."""
    before = await platform.stored()
    yield
    assert await platform.stored() == before


def problem(answer: httpx.Response, status: int, detail: str = "") -> dict[str, Any]:
    """Return a problem document, having checked that it is one with this status and words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["type"] == f"urn:realinsights:problem:{told['title'].lower().replace(' ', '-')}"
    assert told["requestId"] == answer.headers["x-request-id"]
    assert detail in told["detail"]
    return told


def fields(answer: httpx.Response, status: int = 422) -> dict[str, str]:
    """Return what a problem document says of each field, sentences of the same field together."""
    said: dict[str, list[str]] = {}
    for error in problem(answer, status).get("errors", []):
        said.setdefault(error["field"], []).append(error["message"])
    return {field: "; ".join(messages) for field, messages in said.items()}


NOT_A_NUMBER = "is not a number with a reasonable count of digits"
NOT_A_DATE = "is not a date: write one that exists as 2025-06-30"


@REFUSED
class TestLoans:
    @pytest.mark.parametrize(
        ("body", "field", "message"),
        [
            (a_loan(maturityDate="2025-01-15"), "maturityDate", "must not precede the first payment date 2025-02-01"),
            (terms(firstPaymentDate="2036-01-01"), "maturityDate", "must not precede the first payment date"),
            (a_loan(maturityDate="2024-12-31"), "maturityDate", "must be after the origination date 2025-01-01"),
            (a_loan(maturityDate="3025-01-01"), "maturityDate", "is more than 100 years after the origination date"),
            (a_loan(maturityDate="2035-02-30"), "maturityDate", NOT_A_DATE),
            (a_loan(balanceAsOf="2025-13-01"), "balanceAsOf", NOT_A_DATE),
            (a_loan(balanceAsOf="tomorrow"), "balanceAsOf", NOT_A_DATE),
            (terms(firstPaymentDate="2025-02-29"), "terms.firstPaymentDate", NOT_A_DATE),
            (a_loan(rate="-0.01"), "rate", "must not be negative"),
            (a_loan(rate="5.25"), "rate", "write 0.0525 for 5.25 %"),
            (a_loan(rate="NaN"), "rate", NOT_A_NUMBER),
            (a_loan(originalBalance="Infinity"), "originalBalance", NOT_A_NUMBER),
            (a_loan(originalBalance="-Infinity"), "originalBalance", NOT_A_NUMBER),
            (a_loan(originalBalance="1e400"), "originalBalance", NOT_A_NUMBER),
            (a_loan(originalBalance="1" + "0" * 400), "originalBalance", NOT_A_NUMBER),
            (a_loan(originalBalance="1" * 5000), "originalBalance", NOT_A_NUMBER),
            (a_loan(originalBalance="12,5"), "originalBalance", "is not a number: write it as 1250000.00"),
            (a_loan(originalBalance="0.001"), "originalBalance", "has more than 2 decimals"),
            (a_loan(originalBalance="10000000000000"), "originalBalance", "must be below 10,000,000,000,000"),
            (terms(amortizationMonths=10**400), "terms.amortizationMonths", "must be at most 1200"),
            (terms(amortizationMonths=-1), "terms.amortizationMonths", "must be at least 1"),
            (terms(dayCount="lunar"), "terms.dayCount", "must be one of 30_360, "),
            (a_loan(name="x" * 300), "name", "must have at most 200 characters"),
            (a_loan(name=""), "name", "must not be empty"),
            (a_loan(name=" \t "), "name", "must not be blank"),
            (a_loan(name="Har\0bor"), "name", "must not contain NUL characters"),
            (a_loan(customFields={"a\0b": "x"}), "customFields", "must not contain NUL characters"),
            (a_loan(customFields={"year": 2**70}), "customFields.year", "is too large a number"),
            (a_loan(color="red"), "color", "is not a field here"),
            ({key: value for key, value in a_loan().items() if key != "rate"}, "rate", "is required"),
            (a_loan(lenderId=NOBODY), "lenderId", f"there is no lender {NOBODY}"),
            (a_loan(fundId="x"), "fundId", "there is no fund x"),
            (a_loan(properties=[{"propertyId": NOBODY}]), "properties[0].propertyId", f"there is no property {NOBODY}"),
        ],
        ids=lambda value: str(value)[:50] if isinstance(value, str) else "",
    )
    async def test_names_the_field_that_cannot_be(
        self, asked: Asking, body: dict[str, Any], field: str, message: str
    ) -> None:
        created = await asked("POST", "/loans", json=body)
        changed = await asked("PUT", f"/loans/{asked.loan_id}", json=body, headers={"If-Match": '"1"'})
        for answer in (created, changed):
            assert message in fields(answer)[field]
            assert len(answer.content) < 2_000, "what was sent is not sent back"

    async def test_names_every_bad_field_at_once(self, asked: Asking) -> None:
        answer = await asked("POST", "/loans", json=a_loan(rate="x", maturityDate="x", name="", color="red"))
        assert set(fields(answer)) == {"rate", "maturityDate", "name", "color"}

    async def test_a_number_that_is_taken_is_a_conflict(self, asked: Asking) -> None:
        answer = await asked("POST", "/loans", json=LOAN)
        assert fields(answer, 409) == {"number": "another loan with this number exists already"}

    @pytest.mark.parametrize("name", ["lenderId", "fundId", "portfolioId"])
    async def test_another_tenant_s_party_is_not_there(self, asked: Asking, name: str) -> None:
        answer = await asked("POST", "/loans", json=a_loan(**{name: asked.their_ids[name]}))
        unknown = await asked("POST", "/loans", json=a_loan(**{name: NOBODY}))
        assert fields(answer)[name].replace(asked.their_ids[name], NOBODY) == fields(unknown)[name]

    async def test_another_tenant_s_property_is_not_there(self, asked: Asking) -> None:
        theirs = asked.their_ids["propertyId"]
        answer = await asked("POST", "/loans", json=a_loan(properties=[{"propertyId": theirs}]))
        assert fields(answer) == {"properties[0].propertyId": f"there is no property {theirs}"}


class TestNames:
    @pytest.mark.parametrize(
        "name", ["港湾中心", "مركز الميناء", "Ωμέγα Πύργος", "पत्तन केंद्र", "🏢 e\u0301", 'O\'Neil "&" <Söhne>', "x" * 200]
    )
    async def test_in_any_script_come_back_as_they_were_said(self, asked: Asking, name: str) -> None:
        created = await asked("POST", "/lenders", json={"name": name})
        assert created.status_code == 201, created.text
        path = f"/lenders/{created.json()['id']}"
        assert (await asked("GET", path)).json()["name"] == name
        found = await asked("GET", "/lenders", params={"q": name[:3]})
        assert name in [item["name"] for item in found.json()["items"]] or not any(map(str.isalnum, name[:3]))
        assert (await asked("DELETE", path, headers={"If-Match": '"1"'})).status_code == 204


@REFUSED
class TestBodies:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b'{"number": ', "truncated"),
            (text().encode()[:-1], "truncated"),
            (text().encode() + b"x", "trailing characters"),
            (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "nested too deeply"),
            (b"[" * 100_000, "nested too deeply"),
            (text(name="\ud800x").encode(), "surrogate"),
            (text().encode().replace(b"Harbor", b"Harb\xff"), "UTF-8"),
            (text().encode("utf-16"), "invalid character (byte 0)"),
            (text(rate="?").replace('"?"', "NaN").encode(), "invalid character"),
            (text(rate="?").replace('"?"', "Infinity").encode(), "invalid character"),
            (b"\x00", "invalid character (byte 0)"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_that_are_not_json_are_refused_with_the_reason(self, asked: Asking, body: bytes, reason: str) -> None:
        answer = await asked("POST", "/loans", content=body, headers=JSON)
        told = problem(answer, 400, "The body is not JSON that can be read: ")
        assert reason in told["detail"]

    @pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "1" + "0" * 400])
    async def test_numbers_beyond_measure_are_refused_by_their_field(self, asked: Asking, number: str) -> None:
        answer = await asked("POST", "/loans", content=text(rate="?").replace('"?"', number), headers=JSON)
        assert fields(answer) == {"rate": NOT_A_NUMBER}

    @pytest.mark.parametrize("body", ["[]", '"x"', "1", "true"])
    async def test_that_are_no_object_are_refused(self, asked: Asking, body: str) -> None:
        answer = await asked("POST", "/loans", content=body, headers=JSON)
        assert "expected `object`" in fields(answer)[""]

    async def test_that_are_not_there_are_asked_for(self, asked: Asking) -> None:
        assert fields(await asked("POST", "/loans", headers=JSON)) == {"body": "is required"}

    async def test_of_another_kind_are_refused(self, asked: Asking) -> None:
        answer = await asked("POST", "/loans", data={"number": "1"})
        problem(answer, 415, "Send the body as application/json")

    async def test_of_20_megabytes_are_refused(self, asked: Asking) -> None:
        content = b'{"name":"' + b"x" * 20_000_000 + b'"}'
        answer = await asked("POST", "/loans", content=content, headers=JSON)
        problem(answer, 413, "larger than the 1,048,576 bytes that this address accepts")

    async def test_of_20_megabytes_that_do_not_say_so_are_refused(self, asked: Asking) -> None:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(320):
                yield b" " * 65_536

        answer = await asked("POST", "/loans", content=parts(), headers=JSON)
        problem(answer, 413, "larger than the 1,048,576 bytes that this address accepts")


@REFUSED
class TestVersions:
    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    async def test_that_are_not_stated_are_asked_for(self, asked: Asking, method: str) -> None:
        answer = await asked(method, f"/loans/{asked.loan_id}", json=LOAN)
        problem(answer, 428, "send the ETag of what you read in the If-Match header")

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    @pytest.mark.parametrize("stated", ['"7"', '"0"', 'W/"1"', '"nonsense"', '""', f'"{"9" * 400}"'])
    async def test_that_are_stale_are_refused(self, asked: Asking, method: str, stated: str) -> None:
        answer = await asked(method, f"/loans/{asked.loan_id}", json=LOAN, headers={"If-Match": stated})
        problem(answer, 412, "Read it again")

    @pytest.mark.parametrize("stated", ["1", "nonsense", '"1', ""])
    async def test_that_are_no_tags_are_refused(self, asked: Asking, stated: str) -> None:
        answer = await asked("PUT", f"/loans/{asked.loan_id}", json=LOAN, headers={"If-Match": stated})
        problem(answer, 400, 'must hold an ETag, such as "3"')

    async def test_of_a_change_that_breaks_a_rule_stay(self, asked: Asking) -> None:
        answer = await asked("PUT", f"/loans/{asked.loan_id}", json=a_loan(number="1002"), headers={"If-Match": '"1"'})
        assert fields(answer, 409) == {"number": "another loan with this number exists already"}
        assert (await asked("GET", f"/loans/{asked.loan_id}")).json()["version"] == 1


@REFUSED
class TestCursors:
    async def cursor(self, asked: Asking) -> str:
        answer = await asked("GET", "/loans", params={"limit": 1})
        return str(answer.json()["next"])

    async def refused(self, asked: Asking, path: str, **sent: Any) -> None:
        answer = await asked("GET", path, **sent)
        assert fields(answer) == {"cursor": "is not one that this list has given out; start again without it"}

    async def test_of_this_list_lead_on(self, asked: Asking) -> None:
        answer = await asked("GET", "/loans", params={"limit": 1, "cursor": await self.cursor(asked)})
        assert [loan["number"] for loan in answer.json()["items"]] == ["1002"]

    async def test_that_were_tampered_with_are_refused(self, asked: Asking) -> None:
        cursor = await self.cursor(asked)
        for at in range(0, len(cursor), 7):
            changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
            await self.refused(asked, "/loans", params={"limit": 1, "cursor": changed})
        for changed in ("", "x", cursor[:-4], cursor + "AAAA", "🏢", cursor[:20], "A" * 5_000):
            await self.refused(asked, "/loans", params={"limit": 1, "cursor": changed})

    async def test_of_another_list_are_refused(self, asked: Asking) -> None:
        for path in ("/properties", "/lenders", "/members", "/journals/loans", "/imports", "/dashboard/loans"):
            await self.refused(asked, path, params={"limit": 1, "cursor": await self.cursor(asked)})

    async def test_of_another_question_are_refused(self, asked: Asking) -> None:
        for other in ({"order": "name"}, {"q": "harbor"}, {"limit": 2}):
            await self.refused(asked, "/loans", params={"limit": 1, **other, "cursor": await self.cursor(asked)})

    async def test_of_another_tenant_are_refused(self, asked: Asking) -> None:
        sent = {"limit": 1, "cursor": await self.cursor(asked)}
        await self.refused(asked, "/loans", params=sent, headers=asked.stranger)


@REFUSED
class TestQueries:
    @pytest.mark.parametrize(
        ("query", "field", "message"),
        [
            ("limit=0", "limit", "must be at least 1"),
            ("limit=201", "limit", "must be at most 200"),
            ("limit=x", "limit", "expected `int`"),
            (f"limit={'9' * 5000}", "limit", ""),
            ("limit=1&limit=2", "limit", "may be given once"),
            ("color=red", "color", "is not a field here"),
            ("maturityFrom=2025-02-30", "maturityFrom", NOT_A_DATE),
            ("businessDate=2025-02-30", "businessDate", NOT_A_DATE),
            ("balanceFrom=NaN", "balanceFrom", NOT_A_NUMBER),
            ("balanceTo=1e400", "balanceTo", NOT_A_NUMBER),
            ("balanceFrom=1e13", "balanceFrom", "must be below 10,000,000,000,000"),
            ("balanceTo=10000000000.001", "balanceTo", "has more than 2 decimals"),
            ("rateTo=0.0000000001", "rateTo", "has more than 8 decimals"),
            ("order=color", "order", "is one of"),
            ("status=happy", "status[0]", "must be one of current, "),
            ("q=%00", "q", "must not contain NUL characters"),
        ],
    )
    async def test_name_the_parameter_that_cannot_be(self, asked: Asking, query: str, field: str, message: str) -> None:
        assert message in fields(await asked("GET", f"/loans?{query}"))[field]
        if field != "limit":
            assert message in fields(await asked("GET", f"/loans/export?{query}"))[field]

    @pytest.mark.parametrize("query", ["q=%ff", "q=%ED%A0%80"])
    async def test_that_are_not_utf_8_are_refused(self, asked: Asking, query: str) -> None:
        problem(await asked("GET", f"/loans?{query}"), 422, "must be UTF-8 in percent encoding")

    async def test_of_too_many_parameters_are_refused(self, asked: Asking) -> None:
        problem(await asked("GET", "/loans?" + "&".join(["tag=x"] * 1_000)), 422)

    async def test_of_the_dashboard_are_refused_alike(self, asked: Asking) -> None:
        for query, field in (("maturityFrom=2025-02-30", "maturityFrom"), ("color=red", "color")):
            assert field in fields(await asked("GET", f"/dashboard?{query}"))
        assert "monthFrom" in fields(await asked("GET", "/dashboard/history?monthFrom=2025-13"))


@REFUSED
class TestAddresses:
    @pytest.mark.parametrize("path", ["/nothing", "/loans/a/b", "/loans/..%2f..%2fetc"])
    async def test_that_lead_nowhere_say_so(self, asked: Asking, path: str) -> None:
        problem(await asked("GET", path), 404, "There is nothing at this address")

    @pytest.mark.parametrize("loan_id", [NOBODY, "x", "%00", "%F0%9F%8F%A2", "x" * 2_000, "1%27%20OR%201=1"])
    async def test_of_unknown_things_say_so(self, asked: Asking, topology: str, loan_id: str) -> None:
        refused = (404, "There is no loan")
        if loan_id == "%00" and topology in REAL:
            # nginx takes no address with a NUL character in it, and lets no process see it.
            refused = (400, "This is not HTTP")
        for path in (f"/loans/{loan_id}", f"/loans/{loan_id}/schedule", f"/loans/{loan_id}/history"):
            problem(await asked("GET", path), *refused)

    async def test_of_another_tenant_s_things_are_those_of_unknown_ones(self, asked: Asking) -> None:
        for name, kind in (("lenderId", "lenders"), ("fundId", "funds"), ("propertyId", "properties")):
            theirs = asked.their_ids[name]
            for method in ("GET", "PUT", "DELETE"):
                sent: dict[str, Any] = {"json": {"name": "Ours"}, "headers": {"If-Match": '"1"'}}
                if kind == "properties":
                    sent["json"]["propertyType"] = "office"
                answer = await asked(method, f"/{kind}/{theirs}", **sent)
                unknown = await asked(method, f"/{kind}/{NOBODY}", **sent)
                assert problem(answer, 404)["detail"].replace(theirs, NOBODY) == problem(unknown, 404)["detail"]

    async def test_know_which_methods_they_have(self, asked: Asking) -> None:
        answer = await asked("PATCH", "/loans", json={})
        problem(answer, 405, "does not know the method")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@REFUSED
class TestHeaders:
    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
    async def test_a_key_that_is_none_is_refused(self, asked: Asking, key: str) -> None:
        answer = await asked("POST", "/loans", json=a_loan(), headers={"Idempotency-Key": key})
        assert fields(answer) == {"Idempotency-Key": "must be 1 to 255 printable ASCII characters"}

    @pytest.mark.parametrize("after", ["nonsense", "loans=x", "loans=-1", f"loans={'9' * 400}"])
    async def test_a_sequence_that_is_none_is_refused(self, asked: Asking, after: str) -> None:
        answer = await asked("GET", "/loans", headers={"Realinsights-After": after})
        problem(answer, 400, "must hold sequences, such as loans=41")

    @pytest.mark.parametrize("token", ["Bearer x.y.z", "Bearer ", "Basic YTpi", "Bearer " + "x" * 8_000, "🏢"])
    async def test_a_token_that_is_none_is_refused(self, asked: Asking, topology: str, token: str) -> None:
        if topology in REAL:
            token = token.strip()  # on the wire a header's value ends before its last blank
        answer = await asked("GET", "/loans", headers={"Authorization": token.encode()})
        problem(answer, 401, "ign in")
        assert answer.headers["www-authenticate"] == "Bearer"
