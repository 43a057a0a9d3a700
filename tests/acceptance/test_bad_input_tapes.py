"""Bad tapes over HTTP: each import is refused as a whole or row by row, with reasons, and no loan is half there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

NAMESPACE = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata"
ROOT = f'<assetData xmlns="{NAMESPACE}">'.encode()
HEADER = "loanNumber,originalBalance,currentBalance,rate,originationDate,firstPaymentDate,maturityDate,asOf\n"
AT_REST = {"done", "failed", "undone"}


def an_asset(number: str, **changes: str) -> str:
    values = {
        "assetNumber": number,
        "reportingPeriodBeginningDate": "11-13-2025",
        "reportingPeriodEndDate": "12-11-2025",
        "originatorName": "First Bank",
        "originationDate": "10-31-2025",
        "originalLoanAmount": "1000000.00",
        "originalTermLoanNumber": "60",
        "maturityDate": "11-01-2030",
        "originalInterestRatePercentage": "0.06000000",
        "interestAccrualMethodCode": "3",
        "originalInterestRateTypeCode": "1",
        "firstLoanPaymentDueDate": "12-01-2025",
        "paymentFrequencyCode": "1",
        "reportPeriodBeginningScheduleLoanBalanceAmount": "1000000.00",
        "reportPeriodEndScheduledLoanBalanceAmount": "1000000.00",
        **changes,
    }
    return "<assets>" + "".join(f"<{name}>{value}</{name}>\n" for name, value in values.items()) + "</assets>\n"


def a_tape(*assets: str) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ROOT + "".join(assets).encode() + b"</assetData>"


def a_row(number: object, **changes: str) -> str:
    values = {
        "originalBalance": "1000000",
        "currentBalance": "900000",
        "rate": "5%",
        "originationDate": "2020-01-01",
        "firstPaymentDate": "2020-02-01",
        "maturityDate": "2030-01-01",
        "asOf": "2025-12-31",
        **changes,
    }
    return ",".join([str(number), *values.values()]) + "\n"


def a_table(*rows: str) -> bytes:
    return (HEADER + "".join(rows)).encode()


ENTITIES = b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (98 + n, *[97 + n] * 4) for n in range(20))
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + ENTITIES + b"]>" + ROOT + b"&u;</assetData>"
REACHING_OUT = (
    b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + ROOT
    + b"<assets><assetNumber>&x;</assetNumber></assets></assetData>"
)
GOOD = a_tape(an_asset("1"), an_asset("2"))

FILES = {
    "truncated in a value": (GOOD[:-60], "the file is truncated"),
    "truncated in a tag": (GOOD[: GOOD.rindex(b"<maturityDate") + 4], "the file is truncated"),
    "truncated at its end": (GOOD[:-1], "the file is truncated"),
    "a bomb of entities": (BOMB, "declares a document type or entities"),
    "an entity that reaches out": (REACHING_OUT, "declares a document type or entities"),
    "a document type elsewhere": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', "declares a document type"),
    "a web page": (b"<html><body>Not found</body></html>", "this is not an EX-102 of a CMBS deal"),
    "another kind of deal": (ROOT.replace(b"cmbs", b"autoloan") + b"</assetData>", "this is not an EX-102"),
    "no loans": (ROOT + b"</assetData>", "there is nothing to import"),
    "a huge value": (GOOD.replace(b"First Bank", b"x" * 5_000_000, 1), "is longer than 4,000 characters"),
    "deep nesting": (ROOT + b"<a>" * 100_000, "nested deeper than 8"),
    "too many loans": (ROOT + b"<assets/>" * 50_001 + b"</assetData>", "more than 50,000 assets"),
    "two documents": (GOOD + GOOD, "not well-formed"),
    "a NUL character": (GOOD.replace(b"First Bank", b"Fir\0st", 1), "not well-formed"),
    "an unknown encoding": (GOOD.replace(b"UTF-8", b"klingon"), "unknown encoding"),
    "wrong columns": (b"color,size\nred,1\n", "no column was recognized for loanNumber, originalBalance"),
    "no header": (b"1,2,3\n4,5,6\n", "Rename them as in the template"),
    "a header alone": (HEADER.encode(), "there is nothing to import"),
    "a column twice": (a_table(a_row(1)).replace(b"asOf", b"rate"), "two columns are called 'rate'"),
    "an open quotation mark": (a_table('"1,2\n'), "is a quotation mark not closed?"),
    "a workbook": (b"PK\x03\x04" + b"\0" * 100, "this workbook is damaged"),
    "no text": (bytes(range(256)) * 50, "save the file as UTF-8"),
    "one endless cell": (b"x" * 2_000_000, "a record is longer than 1,048,576 characters"),
    "endless columns": ((",".join(f"c{n}" for n in range(5_000)) + "\n1\n").encode(), "at most 500 are read"),
    "a million columns": (b"column," * 1_000_000 + b"\n1\n", "a record is longer than 1,048,576 characters"),
    "an endless attribute": (ROOT + b"<assets x='" + b"y" * 10_000_000, "attribute or comment is longer than 65,536"),
    "nothing but a mark": (b"\xef\xbb\xbf", "no header"),
    "blank lines": (b"\n\n\n", "no header"),
}


@pytest.fixture(scope="module")
async def headers(platform: Any) -> dict[str, str]:
    administrator: dict[str, str] = await platform.register("Harbor Capital", "ada@harbor.example")
    return administrator


@pytest.fixture
async def nothing_came_in(platform: Any, headers: dict[str, str]) -> AsyncIterator[None]:
    """Hold a test to leave no loan, property or lender behind: what was refused, and why, is all that is new.

    That its file was sent is remembered for a day.
    """
    yield
    for _, kinds in (await platform.stored()).values():
        assert set(kinds) <= {"import", "import_rows", "upload"}


async def sent(platform: Any, headers: dict[str, str], content: bytes, **parameters: str) -> httpx.Response:
    asked = {"fileName": "tape.xml" if content.lstrip().startswith(b"<") else "tape.csv", **parameters}
    answer: httpx.Response = await platform.client.post(
        "/api/v1/imports", params=asked, content=content, headers=headers
    )
    return answer


async def imported(platform: Any, headers: dict[str, str], content: bytes, **parameters: str) -> dict[str, Any]:
    """Send a tape and return the import once it is at rest."""
    answer = await sent(platform, headers, content, **parameters)
    assert answer.status_code == 202, answer.text
    work: dict[str, Any] = answer.json()
    async with asyncio.timeout(120):
        async with platform.client.stream("GET", f"/api/v1/imports/{work['id']}/events", headers=headers) as events:
            async for line in events.aiter_lines():
                if line.startswith("data: "):
                    work = json.loads(line.removeprefix("data: "))
    assert work["state"] in AT_REST
    return work


@pytest.mark.usefixtures("nothing_came_in")
class TestAFileThatCannotBeATape:
    @pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES)
    @pytest.mark.parametrize("dry_run", ["false", "true"])
    async def test_is_refused_with_the_reason(
        self, platform: Any, headers: dict[str, str], content: bytes, reason: str, dry_run: str
    ) -> None:
        work = await imported(platform, headers, content, dryRun=dry_run)
        assert work["state"] == "failed"
        assert reason in work["error"]
        assert (work["created"], work["updated"]) == (0, 0)

    @pytest.mark.parametrize("encoding", ["klingon", "hex", "base64", "zip", "rot13", "undefined", "utf-32"])
    async def test_is_not_read_by_an_encoding_that_is_none_or_not_its_own(
        self, platform: Any, headers: dict[str, str], encoding: str
    ) -> None:
        work = await imported(platform, headers, a_table(a_row(1)), encoding=encoding)
        assert work["state"] == "failed"
        assert encoding in work["error"]
        assert "utf-8" in work["error"].lower(), "what to do is said"

    async def test_in_another_encoding_than_it_says_is_refused_by_its_line(
        self, platform: Any, headers: dict[str, str]
    ) -> None:
        content = a_table(a_row(1), a_row("Ä")).decode().encode("cp1252")
        work = await imported(platform, headers, content, encoding="utf-8")
        assert work["error"] == "line 3: these bytes are not utf-8; save the file as UTF-8"

    async def test_is_not_mapped_by_columns_it_does_not_have(self, platform: Any, headers: dict[str, str]) -> None:
        mapping = json.dumps([{"header": "Loan #", "column": "loanNumber"}])
        work = await imported(platform, headers, a_table(a_row(1)), mapping=mapping)
        assert "the file has no column 'Loan #'" in work["error"]

    async def test_that_is_empty_is_refused_at_once(self, platform: Any, headers: dict[str, str]) -> None:
        answer = await sent(platform, headers, b"")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["file"]
        assert "send the tape as the request's body" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("parameters", "field"),
        [
            ({"fileName": ""}, "fileName"),
            ({"fileName": "x" * 301}, "fileName"),
            ({"fileName": "../../"}, "fileName"),
            ({"fileName": "a\0b"}, "fileName"),
            ({"asOf": "2025-02-30"}, "asOf"),
            ({"deal": " "}, "deal"),
            ({"deal": "x" * 49}, "deal"),
            ({"tolerance": "generous"}, "tolerance"),
            ({"encoding": "utf-8\0"}, "encoding"),
            ({"mapping": "{"}, "mapping"),
            ({"mapping": "[" * 15_000}, "mapping"),
            ({"mapping": "x" * 20_001}, "mapping"),
            ({"color": "red"}, "color"),
        ],
    )
    async def test_of_options_that_cannot_be_is_refused_at_once(
        self, platform: Any, headers: dict[str, str], parameters: dict[str, str], field: str
    ) -> None:
        before = await platform.stored()
        answer = await sent(platform, headers, GOOD, **parameters)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert await platform.stored() == before

    async def test_is_told_of_by_its_header_before_it_is_imported(self, platform: Any, headers: dict[str, str]) -> None:
        for content, reason in (FILES["truncated in a value"], FILES["a bomb of entities"], FILES["a workbook"]):
            answer = await platform.client.post(
                "/api/v1/tapes/header", params={"fileName": "tape"}, content=content, headers=headers
            )
            assert answer.status_code == 422
            assert reason in answer.json()["detail"]


@pytest.mark.usefixtures("nothing_came_in")
class TestRowsThatCannotBeLoans:
    @pytest.mark.parametrize(
        ("changes", "field", "reason"),
        [
            ({"maturityDate": "02-30-2030"}, "maturityDate", "is a date that does not exist"),
            ({"maturityDate": "11-15-2025"}, "maturityDate", "must not precede the first payment date"),
            ({"maturityDate": "11-01-2130"}, "maturityDate", "more than 100 years"),
            ({"maturityDate": "11-01-3030"}, "maturityDate", "lies outside the years 1900 to 2199"),
            (
                {"reportPeriodInterestRatePercentage": "-0.05"},
                "reportPeriodInterestRatePercentage",
                "must not be negative",
            ),
            ({"originalLoanAmount": "NaN"}, "originalLoanAmount", "must be a plain decimal number"),
            ({"originalLoanAmount": "1e400"}, "originalLoanAmount", "must be a plain decimal number"),
            ({"originalLoanAmount": "9" * 400}, "originalLoanAmount", "must be a plain decimal number"),
            ({"originalLoanAmount": "1" + "0" * 13}, "originalLoanAmount", "must be below 10,000,000,000,000"),
        ],
    )
    async def test_are_refused_in_an_ex_102_by_their_element(
        self, platform: Any, headers: dict[str, str], changes: dict[str, str], field: str, reason: str
    ) -> None:
        work = await imported(platform, headers, a_tape(an_asset("1", **changes)))
        assert (work["refused"], work["created"]) == (1, 0)
        reasons = [row["reason"] for row in work["rejected"] if row["field"] == field]
        assert any(reason in said for said in reasons), json.dumps(work["rejected"])

    @pytest.mark.parametrize(
        ("changes", "field", "reason"),
        [
            ({"maturityDate": "2030-02-30"}, "maturityDate", "is a date that does not exist"),
            ({"maturityDate": "2020-01-15"}, "maturityDate", "must not precede the first payment date"),
            ({"maturityDate": "2160-01-01"}, "maturityDate", "more than 100 years"),
            ({"maturityDate": "3030-01-01"}, "maturityDate", "lies outside the years 1900 to 2199"),
            ({"rate": "-5%"}, "rate", "must not be negative"),
            ({"originalBalance": "lots"}, "originalBalance", "must be a number such as 1250000.00"),
            ({"originalBalance": "Infinity"}, "originalBalance", "must be a number such as 1250000.00"),
            ({"originalBalance": ""}, "originalBalance", "is required"),
            ({"currentBalance": "1" + "0" * 400}, "currentBalance", "must be a number such as 1250000.00"),
            ({"currentBalance": "1" + "0" * 13}, "currentBalance", "must be below 10,000,000,000,000"),
        ],
    )
    async def test_are_refused_in_a_csv_by_their_column(
        self, platform: Any, headers: dict[str, str], changes: dict[str, str], field: str, reason: str
    ) -> None:
        work = await imported(platform, headers, a_table(a_row(1, **changes)))
        assert (work["refused"], work["created"]) == (1, 0)
        (first, *_) = work["rejected"]
        assert (first["row"], first["line"], first["field"]) == (1, 2, field)
        assert any(reason in row["reason"] for row in work["rejected"]), json.dumps(work["rejected"])

    @pytest.mark.slow
    async def test_are_refused_ten_thousand_at_a_time(self, platform: Any, headers: dict[str, str]) -> None:
        rows = [a_row(number, rate="-5%", maturityDate="2030-02-30") for number in range(10_000)]
        work = await imported(platform, headers, a_table(*rows))
        assert (work["state"], work["total"], work["refused"], work["created"]) == ("done", 10_000, 10_000, 0)
        assert len(work["rejected"]) < 10_000, "an import tells the first and where the others are"
        errors = await platform.client.get(f"/api/v1/imports/{work['id']}/errors", headers=headers)
        assert errors.text.count("is a date that does not exist") == 10_000


class TestRowsBesideThem:
    async def test_come_in_alone(self, platform: Any, headers: dict[str, str]) -> None:
        rows = (a_row("good"), a_row("bad", rate="-5%"), a_row("twice"), a_row("twice", rate="6%"), "1,2,3\n")
        work = await imported(platform, headers, a_table(*rows))
        assert work["refused"] >= 2
        loans = await platform.client.get("/api/v1/loans", params={"total": "true"}, headers=headers)
        numbers = [loan["number"] for loan in loans.json()["items"]]
        assert "good" in numbers
        assert "bad" not in numbers
        assert len(numbers) == len(set(numbers)) == work["created"]
        undone = await platform.client.post(f"/api/v1/imports/{work['id']}/undo", headers=headers)
        assert undone.status_code == 202

    async def test_come_in_once_where_a_number_comes_twice(self, platform: Any, headers: dict[str, str]) -> None:
        work = await imported(platform, headers, a_tape(an_asset("7"), an_asset("7"), an_asset("8")), deal="twice")
        assert (work["created"], work["refused"]) == (2, 1)
        (refused,) = work["rejected"]
        assert (refused["row"], refused["field"]) == (2, "assetNumber")
        assert refused["reason"] == "is also the number of asset 1 of this file"
