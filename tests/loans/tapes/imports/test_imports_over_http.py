"""Imports over HTTP, as a client meets them."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import openpyxl
import pytest

from realinsights.contracts.loans import LOANS_EVENTS, ImportRequested

Headers = Callable[..., dict[str, str]]


async def sent(web: httpx.AsyncClient, tape: bytes, **parameters: Any) -> dict[str, Any]:
    answer = await web.post("/imports", params={"fileName": "deal.xml", **parameters}, content=tape)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


class TestSendingATape:
    async def test_answers_at_once_and_imports_in_the_background(self, web, office, ex102, loan):
        work = await sent(web, ex102(loan("1")))
        assert work["state"] == "queued"
        await office.idle()
        done = (await web.get(f"/imports/{work['id']}")).json()
        assert {name: done[name] for name in ("state", "deal", "period", "loans", "properties", "created")} == {
            "state": "done",
            "deal": "deal",
            "period": "2025-12-11",
            "loans": 1,
            "properties": 1,
            "created": 1,
        }
        assert done["reconciliation"] == {"matched": 1, "notDue": 0, "differs": 0, "notComputed": 0, "closed": 0}
        assert (done["differences"], done["rejected"]) == ([], [])
        assert (await web.get("/loans")).json()["items"][0]["number"] == "deal/1"

    async def test_the_same_request_again_is_the_same_import(self, web, ex102, loan):
        headers = {"Idempotency-Key": "once"}
        answers = [
            await web.post("/imports", params={"fileName": "a.xml"}, content=ex102(loan("1")), headers=headers)
            for _ in range(2)
        ]
        assert answers[0].json()["id"] == answers[1].json()["id"]

    async def test_its_answer_is_stored_in_the_unit_that_stores_the_import_and_requests_it(
        self, web, office, ex102, loan
    ):
        await office.stop()
        headers = {"Idempotency-Key": "once"}
        answer = await web.post("/imports", params={"fileName": "a.xml"}, content=ex102(loan("1")), headers=headers)
        _, entry = await office.documents.entries("org-1", after=0, limit=10)
        assert answer.headers["Realinsights-Sequence"] == f"loans={entry.sequence}"
        assert {write.kind for write in entry.writes if write.document} == {"import", "answer"}
        assert LOANS_EVENTS.decode(bytes(entry.events)) == (ImportRequested(import_id=answer.json()["id"]),)

    async def test_another_tape_with_the_key_of_the_first_is_refused_and_not_dropped(self, web, office, ex102, loan):
        headers = {"Idempotency-Key": "once"}
        answers = [
            await web.post("/imports", params={"fileName": "a.xml"}, content=ex102(loan(number)), headers=headers)
            for number in ("1", "2")
        ]
        assert [answer.status_code for answer in answers] == [202, 422]
        await office.idle()
        assert len((await web.get("/imports")).json()["items"]) == 1

    async def test_progress_comes_as_events_until_the_end(self, web, ex102, loan):
        work = await sent(web, ex102(*(loan(str(number)) for number in range(300))))
        answer = await web.get(f"/imports/{work['id']}/events")
        assert answer.headers["content-type"].startswith("text/event-stream")
        blocks = [block for block in answer.text.split("\n\n") if block.startswith("id:")]
        assert "event: end" in blocks[-1]
        last = json.loads(blocks[-1].split("data: ", 1)[1])
        assert (last["state"], last["done"], last["total"]) == ("done", 300, 300)

    async def test_a_dry_run_tells_row_by_row_and_stores_nothing(self, web, office, ex102, loan):
        work = await sent(web, ex102(loan("1"), loan("2", maturityDate="x")), dryRun=True)
        await office.idle()
        rows = (await web.get(f"/imports/{work['id']}/rows")).json()["items"]
        assert [row["outcome"] for row in rows] == ["created", "refused"]
        assert rows[1]["problems"][0]["field"] == "maturityDate"
        refused = (await web.get(f"/imports/{work['id']}/rows", params={"outcome": "refused"})).json()["items"]
        assert [row["number"] for row in refused] == ["2"]
        assert (await web.get("/loans")).json()["items"] == []

    async def test_rows_of_one_outcome_are_found_wherever_they_stand(self, web, office, ex102, loan):
        loans = [loan(str(number)) for number in range(600)]
        loans[550] = loan("550", maturityDate="x")
        work = await sent(web, ex102(*loans), dryRun=True)
        await office.idle()
        page = (await web.get(f"/imports/{work['id']}/rows", params={"outcome": "refused"})).json()
        assert ([row["number"] for row in page["items"]], page["next"]) == (["550"], None)
        page = (await web.get(f"/imports/{work['id']}/rows", params={"outcome": "updated"})).json()
        assert (page["items"], page["next"]) == ([], None)

    async def test_an_empty_body_is_refused_by_field(self, web):
        answer = await web.post("/imports", params={"fileName": "a.csv"}, content=b"")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "file"

    async def test_a_mapping_that_is_no_json_is_refused_by_field(self, web):
        answer = await web.post("/imports", params={"fileName": "a.csv", "mapping": "x"}, content=b"a")
        assert answer.json()["errors"][0]["field"] == "mapping"

    async def test_a_viewer_may_watch_and_not_send(self, web, office, signed, ex102, loan):
        viewer = signed("viewer")
        refused = await web.post("/imports", params={"fileName": "a.xml"}, content=b"x", headers=viewer)
        assert refused.status_code == 403
        work = await sent(web, ex102(loan("1")))
        await office.idle()
        assert (await web.get(f"/imports/{work['id']}", headers=viewer)).status_code == 200
        assert (await web.post(f"/imports/{work['id']}/undo", headers=viewer)).status_code == 403

    async def test_another_organization_finds_nothing_of_it(self, web, office, signed, ex102, loan):
        work = await sent(web, ex102(loan("1")))
        await office.idle()
        loan_id = (await web.get("/loans")).json()["items"][0]["id"]
        other = signed(org="org-2")
        for path in (
            *(f"/imports/{work['id']}{end}" for end in ("", "/events", "/rows", "/errors", "/file")),
            f"/imports/{work['id']}/reconciliation/export",
            *(f"/loans/{loan_id}{end}" for end in ("/sources", "/reconciliation", "/reconciliation/export")),
        ):
            assert (await web.get(path, headers=other)).status_code == 404, path
        assert (await web.post(f"/imports/{work['id']}/undo", headers=other)).status_code == 404


class TestAWorkbook:
    async def test_is_imported_as_its_sheet_is(self, web, office):
        book = openpyxl.Workbook()
        book.worksheets[0].append(("nothing to read here",))
        sheet = book.create_sheet("Loans")
        sheet.append(("loanNumber", "asOf", "originalBalance", "currentBalance", "rate"))
        sheet.append(("T-1", datetime.date(2025, 12, 31), 1000000, 900000.25, 0.0525))
        sheet.append(("T-2", datetime.date(2025, 12, 31), 2000000, 1900000.5, 0.06))
        for place, value in (("F", datetime.date(2020, 1, 1)), ("G", datetime.date(2030, 1, 1))):
            for row in (2, 3):
                sheet[f"{place}{row}"] = value
        sheet["F1"], sheet["G1"] = "originationDate", "maturityDate"
        for row in (2, 3):
            sheet[f"E{row}"].number_format = "0.000%"
        file = io.BytesIO()
        book.save(file)

        header = (
            await web.post("/tapes/header", params={"fileName": "t.xlsx"}, content=file.getvalue())
        ).raise_for_status()
        assert header.json()["note"] == "the sheet “Loans” is read; not used: “Sheet”"
        work = await sent(web, file.getvalue(), fileName="t.xlsx")
        await office.idle()
        done = (await web.get(f"/imports/{work['id']}")).json()
        assert (done["state"], done["created"], done["layout"]["note"]) == ("done", 2, header.json()["note"])
        loans = {loan["number"]: loan for loan in (await web.get("/loans")).json()["items"]}
        assert (loans["T-1"]["currentBalance"], loans["T-1"]["rate"]) == ("900000.25", "0.0525")
        assert (loans["T-2"]["currentBalance"], loans["T-2"]["rate"]) == ("1900000.50", "0.06")

    async def test_of_several_tapes_is_asked_back_and_read_by_the_sheet_that_is_said(self, web, office):
        book = openpyxl.Workbook()
        for name, number in (("Office", "T-1"), ("Retail", "T-2")):
            sheet = book.create_sheet(name)
            sheet.append(
                ("Loan #", "Original Balance", "Current Balance", "Rate", "Closing Date", "Maturity Date", "As of")
            )
            sheet.append((number, 1000000, 900000, 0.05, "2020-01-01", "2030-01-01", "2025-12-31"))
        file = io.BytesIO()
        book.save(file)
        asked = {"fileName": "t.xlsx"}
        header = (await web.post("/tapes/header", params=asked, content=file.getvalue())).json()
        assert (header["sheet"], header["sheets"], header["header"]) == (None, ["Office", "Retail"], [])
        assert "several sheets have a tape's header" in header["note"]
        header = (await web.post("/tapes/header", params={**asked, "sheet": "Retail"}, content=file.getvalue())).json()
        assert (header["sheet"], header["sheets"]) == ("Retail", ["Sheet", "Office", "Retail"])
        assert header["missing"] == []
        work = await sent(web, file.getvalue(), fileName="t.xlsx", sheet="Retail")
        await office.idle()
        loans = (await web.get("/loans")).json()["items"]
        assert [loan["number"] for loan in loans] == ["T-2"]
        done = (await web.get(f"/imports/{work['id']}")).json()
        assert done["options"]["sheet"] == "Retail"

    async def test_whose_sheet_is_not_there_fails_with_the_names_of_those_that_are(self, web, office):
        file = io.BytesIO()
        openpyxl.Workbook().save(file)
        work = await sent(web, file.getvalue(), fileName="t.xlsx", sheet="Loans")
        await office.idle()
        done = (await web.get(f"/imports/{work['id']}")).json()
        assert (done["state"], done["error"]) == ("failed", "there is no sheet “Loans”; there are “Sheet”")


class TestUndoing:
    async def test_takes_the_import_back(self, web, office, ex102, loan):
        work = await sent(web, ex102(loan("1")))
        await office.idle()
        assert (await web.post(f"/imports/{work['id']}/undo")).status_code == 202
        await office.idle()
        undone = (await web.get(f"/imports/{work['id']}")).json()
        assert (undone["state"], undone["undo"]["deleted"]) == ("undone", 1)
        assert (await web.get("/loans")).json()["items"] == []

    async def test_of_a_dry_run_is_a_conflict(self, web, office, ex102, loan):
        work = await sent(web, ex102(loan("1")), dryRun=True)
        await office.idle()
        assert (await web.post(f"/imports/{work['id']}/undo")).status_code == 409


class TestWhatCanBeReadAfterwards:
    async def test_every_value_knows_its_file_row_and_element(self, web, office, ex102, loan):
        await sent(web, ex102(loan("1")))
        await office.idle()
        loan_id = (await web.get("/loans")).json()["items"][0]["id"]
        sources = {item["field"]: item for item in (await web.get(f"/loans/{loan_id}/sources")).json()["sources"]}
        balance = sources["endingBalance"]
        assert balance["element"] == "reportPeriodEndScheduledLoanBalanceAmount"
        assert (balance["value"], balance["fileName"], balance["row"], balance["line"]) == (
            "999004.49",
            "deal.xml",
            1,
            3,
        )
        assert sources["properties[1].propertyType"]["element"] == "propertyTypeCode"

    async def test_an_import_tells_what_its_file_said_also_where_a_later_one_took_its_place(
        self, web, office, ex102, loan
    ):
        works = []
        for interest in ("5000.00", "5000.02", "5000.02"):
            works.append(await sent(web, ex102(loan("1", scheduledInterestAmount=interest))))
            await office.idle()
        loan_id = (await web.get("/loans")).json()["items"][0]["id"]

        async def said(**asked: str) -> list[tuple[str, str]]:
            sources = (await web.get(f"/loans/{loan_id}/sources", params=asked)).json()["sources"]
            return [(item["value"], item["importId"]) for item in sources if item["field"] == "interest"]

        first, second, same = (work["id"] for work in works)
        assert await said() == await said(importId=second) == [("5000.02", second)]
        assert await said(importId=first) == [("5000.00", first)]
        assert await said(importId=same) == await said(importId="nobodys") == []

    async def test_a_loans_reconciliation_has_reported_beside_computed(self, web, office, ex102, loan):
        await sent(web, ex102(loan("1", scheduledInterestAmount="5000.02")))
        await office.idle()
        loan_id = (await web.get("/loans")).json()["items"][0]["id"]
        found = (await web.get(f"/loans/{loan_id}/reconciliation")).json()
        (period,) = found["periods"]
        assert found["rule"].startswith("to the cent")
        assert (period["outcome"], period["interest"], period["computedInterest"], period["dueDate"]) == (
            "differs",
            "5000.02",
            "5000.00",
            "2025-12-01",
        )

    async def test_a_deal_is_summed_up_by_period(self, web, office, ex102, loan):
        await sent(web, ex102(loan("1"), loan("2", scheduledInterestAmount="5000.02")))
        await office.idle()
        found = (await web.get("/reconciliation", params={"deal": "deal"})).json()
        assert (found["loans"], found["counts"]["matched"], found["counts"]["differs"]) == (2, 1, 1)
        assert found["periods"][0]["period"] == "2025-12-11"
        assert found["differences"][0]["number"] == "deal/2"
        assert (await web.get("/reconciliation", params={"deal": "nope"})).status_code == 404

    @pytest.mark.parametrize("path", ["imports", "loans", "deal"])
    async def test_the_reconciliation_is_exported_safe_for_spreadsheets(self, web, office, asset, ex102, path):
        tape = ex102(asset("1", properties=[{"propertyName": "=HYPERLINK(1)"}]))
        work = await sent(web, tape)
        await office.idle()
        loan_id = (await web.get("/loans")).json()["items"][0]["id"]
        paths = {
            "imports": f"/imports/{work['id']}/reconciliation/export",
            "loans": f"/loans/{loan_id}/reconciliation/export",
            "deal": "/reconciliation/export?deal=deal",
        }
        answer = await web.get(paths[path])
        assert answer.headers["content-type"].startswith("text/csv")
        (row,) = csv.DictReader(io.StringIO(answer.text))
        assert row["Loan name"] == "'=HYPERLINK(1)"
        assert (row["Outcome"], row["Computed interest"]) == ("matched", "5000.00")

    async def test_refused_rows_and_the_file_itself_can_be_downloaded(self, web, office, ex102, loan):
        tape = ex102(loan("1", maturityDate="=cmd"))
        work = await sent(web, tape)
        await office.idle()
        (row,) = csv.DictReader(io.StringIO((await web.get(f"/imports/{work['id']}/errors")).text))
        assert (row["Field"], row["Value"]) == ("maturityDate", "'=cmd")
        assert (await web.get(f"/imports/{work['id']}/file")).content == tape

    async def test_imports_are_listed_latest_first(self, web, office, ex102, loan):
        for name in ("a.xml", "b.xml", "c.xml"):
            await sent(web, ex102(loan("1")), fileName=name)
        await office.idle()
        first = (await web.get("/imports", params={"limit": 2})).json()
        second = (await web.get("/imports", params={"limit": 2, "cursor": first["next"]})).json()
        assert [item["fileName"] for item in (*first["items"], *second["items"])] == ["c.xml", "b.xml", "a.xml"]


class TestTheMapper:
    CSV = b"Ref,Amount,UPB,Rate %,Closing Date,Maturity\r\nL-1,1000,900,5.25,2025-01-01,2030-01-01\r\n"

    async def test_says_what_columns_are_taken_for_and_which_are_missing(self, web):
        found = (await web.post("/tapes/header", params={"fileName": "a.csv"}, content=self.CSV)).json()
        assert {choice["header"]: choice["column"] for choice in found["mapping"]} == {
            "UPB": "currentBalance",
            "Rate %": "rate",
            "Closing Date": "originationDate",
            "Maturity": "maturityDate",
        }
        assert found["missing"] == ["loanNumber", "originalBalance"]
        assert found["unused"] == ["Ref", "Amount"]
        rate = next(column for column in found["columns"] if column["column"] == "rate")
        assert (rate["unit"], rate["examples"]) == ("percent", [{"text": "5.25", "value": "0.0525"}])

    async def test_tells_which_named_mapping_a_header_fits_and_reads_by_it(self, web):
        content = b"lnno,quarter,amt_upb_endg,amt_upb_pch,code_st\r\n501,y23q4,9000000.00,9100000,TX\r\n"
        found = (await web.post("/tapes/header", params={"fileName": "a.csv"}, content=content)).json()
        assert (found["named"], found["fits"]["name"]) == (None, "freddie-mac-multifamily")
        assert found["fits"]["reason"].startswith("the header has lnno, quarter, amt_upb_endg, amt_upb_pch, by which")
        said = {"fileName": "a.csv", "mapping": "freddie-mac-multifamily"}
        read = (await web.post("/tapes/header", params=said, content=content)).json()
        assert read["named"] == "freddie-mac-multifamily"
        assert {choice["header"]: choice["column"] for choice in read["mapping"]}["amt_upb_pch"] == "originalBalance"
        assert read["missing"] == ["rate", "originationDate", "maturityDate"]
        listed = {each["name"]: each for each in (await web.get("/tapes/named-mappings")).json()}
        status = next(
            column for column in listed["freddie-mac-multifamily"]["columns"] if column["header"] == "mrtg_status"
        )
        assert status["codes"] == {"100": "current"}
        answer = await web.post("/tapes/header", params={**said, "mapping": "nobodys"}, content=content)
        assert answer.status_code == 422
        assert "there is no mapping 'nobodys'" in answer.text

    async def test_a_mapping_says_what_codes_mean_and_is_refused_for_words_that_there_are_not(self, web):
        said = [{"header": "Accrual", "column": "dayCount", "codes": {"A": "actual/360"}}]
        body = {"header": ["Accrual", "Ref"], "mapping": [{**said[0], "codes": {"A": "sometimes"}}]}
        answer = await web.put("/tapes/mappings", json=body)
        assert answer.status_code == 422
        assert "mapping[0].codes.A" in answer.text

    async def test_reads_a_file_in_the_encoding_that_is_said(self, web):
        said = {"fileName": "a.csv", "encoding": "cp1250"}
        header = (
            await web.post("/tapes/header", params=said, content="Úvěr,UPB\r\nÚ-1,1000\r\n".encode("cp1250"))
        ).json()
        assert header["header"] == ["Úvěr", "UPB"]

    async def test_remembers_what_a_person_decides(self, web, office):
        found = (await web.post("/tapes/header", params={"fileName": "a.csv"}, content=self.CSV)).json()
        mapping = [
            *found["mapping"],
            {"header": "Ref", "column": "loanNumber"},
            {"header": "Amount", "column": "originalBalance"},
        ]
        answer = await web.put("/tapes/mappings", json={"header": found["header"], "mapping": mapping})
        assert answer.status_code == 200, answer.text
        again = (await web.post("/tapes/header", params={"fileName": "b.csv"}, content=self.CSV)).json()
        assert (again["remembered"], again["missing"]) == (True, [])
        assert (again["unused"], len(again["columns"])) == ([], 6)
        work = await sent(web, self.CSV, fileName="b.csv", asOf="2025-06-30")
        await office.idle()
        done = (await web.get(f"/imports/{work['id']}")).json()
        assert (done["state"], done["created"], done["period"]) == ("done", 1, "2025-06-30"), done["error"]
        assert len((await web.get("/tapes/mappings")).json()["items"]) == 1

    async def test_a_mapping_that_does_not_fit_is_refused(self, web):
        body = {"header": ["a"], "mapping": [{"header": "b", "column": "rate"}]}
        answer = await web.put("/tapes/mappings", json=body)
        assert answer.json()["errors"][0]["field"] == "mapping[0].header"

    async def test_the_template_can_be_downloaded_and_imported_as_it_is(self, web, office):
        answer = await web.get("/tapes/template")
        assert answer.headers["content-disposition"] == 'attachment; filename="template.csv"'
        columns = (await web.get("/tapes/columns")).json()
        assert answer.text.split("\r\n")[0].split(",") == [column["name"] for column in columns]
        work = await sent(web, answer.content, fileName="template.csv")
        await office.idle()
        done = (await web.get(f"/imports/{work['id']}")).json()
        assert done["created"] == 1, done
        assert done["period"] == datetime.date(2025, 12, 31).isoformat()
