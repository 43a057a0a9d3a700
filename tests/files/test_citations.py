"""Citations: where a loan's field is written, confirmed by a second person, stale once either changes."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from tests.files import real_files
from tests.files.test_documents_over_http import amended, filed
from tests.files.test_scanning import EICAR, Clamd

from realinsights.contracts.files import CitationWentStale
from realinsights.contracts.loans import (
    AmortizationType,
    DatedPerformance,
    LoanDeleted,
    LoanRecorded,
    LoanStatus,
    LoanStructure,
    RateType,
)
from realinsights_platform.events import Message
from realinsights_platform.scanning import open_scanner


@pytest.fixture
async def note(world, client):
    """File a note of two pages and wait until it is read."""
    document = await filed(client, content=real_files.pdf("Promissory note", "Interest at 5.25 %"), name="note.pdf")
    await world.processed(document)
    return document


def citation_of(note, **changes):
    return {
        "loanId": "loan-1",
        "field": "rate",
        "value": "0.0525",
        "documentId": note["id"],
        "number": 1,
        "page": 2,
        "quote": "interest  AT 5.25 %",
        **changes,
    }


async def cited(client, note, **changes):
    answer = await client.post("/citations", json=citation_of(note, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


def loan_told(**changes):
    told = {
        "loan_id": "loan-1",
        "number": "1001",
        "name": "Harbor Point",
        "borrower": None,
        "lender_id": None,
        "fund_id": None,
        "portfolio_id": None,
        "structure": LoanStructure.WHOLE_LOAN,
        "status": LoanStatus.CURRENT,
        "rate_type": RateType.FIXED,
        "amortization_type": AmortizationType.AMORTIZING,
        "original_balance": Decimal("10000000.00"),
        "current_balance": Decimal("9900000.00"),
        "rate": Decimal("0.0525"),
        "origination_date": datetime.date(2025, 1, 1),
        "maturity_date": datetime.date(2035, 1, 1),
        "as_of": datetime.date(2025, 12, 31),
        "annual_debt_service": None,
        "reported_dscr": None,
        "collateral": (),
        "performance": DatedPerformance(),
    }
    return LoanRecorded(**{**told, **changes})


async def told(world, *events, sequence=1, at=None):
    """Publish what the loans service would, and return once it was heard; it was committed `at`, or now."""
    message = Message(
        service="loans",
        org=world.org,
        sequence=sequence,
        at=at or datetime.datetime.now(datetime.UTC),
        business_date=datetime.date(2026, 1, 1),
        events=events,
    )
    await (await world.stream.publish((message,)))


@pytest.fixture
def clamd():
    return Clamd()


@pytest.fixture
async def scanning(a_world, clamd, tmp_path):
    """Return the service with a scanner for malware."""
    path = f"{tmp_path}/clamd"
    async with clamd.listening(path), a_world(scanner=open_scanner(f"clamav://{path}")).running() as running:
        yield running


class TestCiting:
    async def test_names_the_page_and_its_words(self, client, note):
        citation = await cited(client, note)
        assert (citation["onPage"], citation["watched"], citation["madeBy"]) == (True, True, "ann")
        for query in ({"loanId": "loan-1"}, {"documentId": note["id"]}):
            (listed,) = (await client.get("/citations", params=query)).json()["items"]
            assert listed == citation
        assert (await client.get(f"/citations/{citation['id']}")).json() == citation

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"quote": "Interest at 6 %"}, 422),
            ({"page": 1}, 422),
            ({"page": 3}, 422),
            ({"number": 2}, 404),
            ({"documentId": "none"}, 404),
            ({"field": "rate; drop"}, 422),
            ({"quote": ""}, 422),
        ],
    )
    async def test_of_what_is_not_there_is_refused(self, client, note, changes, status):
        assert (await client.post("/citations", json=citation_of(note, **changes))).status_code == status

    async def test_of_a_field_that_no_event_tells_says_so(self, client, note):
        assert (await cited(client, note, field="terms.lockoutMonths", value="24"))["watched"] is False

    async def test_confidential_documents_cite_for_those_who_see_them(self, client, member, note):
        citation = await cited(client, note)
        view = (await client.get(f"/documents/{note['id']}")).json()
        draft = {field: view[field] for field in ("title", "kind", "links")}
        await client.put(f"/documents/{note['id']}", json={**draft, "confidential": True}, headers={"If-Match": "*"})
        assert (await member.get("/citations", params={"loanId": "loan-1"})).json()["items"] == []
        assert (await member.get(f"/citations/{citation['id']}")).status_code == 404
        assert (await member.post("/citations", json=citation_of(note))).status_code == 404
        for version in ("*", '"7"'):
            matched = {"If-Match": version}
            assert (await member.delete(f"/citations/{citation['id']}", headers=matched)).status_code == 404
            assert (await member.post(f"/citations/{citation['id']}/confirm", headers=matched)).status_code == 404

    @pytest.mark.parametrize("changed_before", [False, True])
    async def test_confidential_documents_that_are_deleted_too(self, world, client, member, note, changed_before):
        citation = await cited(client, note)
        if changed_before:
            await told(world, loan_told(rate=Decimal("0.06")))
        draft = {field: note[field] for field in ("title", "kind", "links")}
        await client.put(f"/documents/{note['id']}", json={**draft, "confidential": True}, headers={"If-Match": "*"})
        await client.delete(f"/documents/{note['id']}", headers={"If-Match": "*"})
        place = f"/citations/{citation['id']}"
        for query in ({"loanId": "loan-1"}, {"documentId": note["id"]}):
            assert (await member.get("/citations", params=query)).json()["items"] == []
            (shown,) = (await client.get("/citations", params=query)).json()["items"]
            assert shown["stale"] == ("field_changed" if changed_before else "document_deleted")
        assert (await member.get(place)).status_code == 404
        assert (await member.delete(place, headers={"If-Match": "*"})).status_code == 404
        assert (await client.delete(place, headers={"If-Match": "*"})).status_code == 204

    async def test_others_that_are_deleted_cite_for_everybody(self, client, member, note):
        citation = await cited(client, note)
        await client.delete(f"/documents/{note['id']}", headers={"If-Match": "*"})
        read = await member.get(f"/citations/{citation['id']}")
        assert (read.json()["stale"], read.json()["quote"]) == ("document_deleted", citation["quote"])
        (listed,) = (await member.get("/citations", params={"loanId": "loan-1"})).json()["items"]
        assert listed == read.json()


class TestTheVersionThatIsCited:
    async def test_has_been_read(self, a_world):
        world = a_world()
        async with world.running("api"), world.client() as client:
            note = await filed(client, content=b"Interest at 5.25 %")
            answer = await client.post("/citations", json=citation_of(note, page=1))
            assert (answer.status_code, "still being read" in answer.json()["detail"]) == (409, True)

    async def test_is_not_held_against_the_text_of_an_earlier_one(self, a_world):
        world = a_world()
        async with world.running(), world.client() as client:
            note = await filed(client, content=b"Interest at 5.25 %")
            await world.processed(note)
        async with world.running("api"), world.client() as client:
            await amended(client, note, b"Interest at 6 %")
            for number in (1, 2):
                answer = await client.post("/citations", json=citation_of(note, page=1, number=number))
                assert answer.status_code == 409

    async def test_is_the_earlier_one_until_a_later_one_was_found_clean(self, scanning, clamd):
        async with scanning.client() as client:
            note = await filed(client, content=b"Interest at 5.25 %")
            await scanning.processed(note)
            clamd.open.clear()
            await amended(client, note, b"Interest at 5.25 %, as amended")
            citation = await cited(client, note, page=1)
            assert (await client.post("/citations", json=citation_of(note, page=1, number=2))).status_code == 409
            clamd.open.set()
            await scanning.processed(note, 2)
            assert (await client.get(f"/citations/{citation['id']}")).json()["stale"] == "new_version"
            answer = await client.post("/citations", json=citation_of(note, page=1))
            assert (answer.status_code, "Version 2" in answer.json()["detail"]) == (409, True)
            assert (await cited(client, note, page=1, number=2))["stale"] is None

    async def test_stays_the_earlier_one_where_a_later_one_is_infected(self, scanning):
        async with scanning.client() as client:
            note = await filed(client, content=b"Interest at 5.25 %")
            await scanning.processed(note)
            earlier = await cited(client, note, page=1)
            await amended(client, note, EICAR)
            await scanning.processed(note, 2)
            assert (await client.get(f"/citations/{earlier['id']}")).json() == earlier
            assert (await cited(client, note, page=1))["onPage"] is True
            assert (await client.post("/citations", json=citation_of(note, page=1, number=2))).status_code == 409


class TestConfirming:
    async def test_takes_a_second_person(self, client, member, note):
        citation = await cited(client, note)
        place, matched = f"/citations/{citation['id']}/confirm", {"If-Match": '"1"'}
        assert (await client.post(place, headers=matched)).status_code == 409
        confirmed = await member.post(place, headers=matched)
        assert (confirmed.status_code, confirmed.json()["confirmedBy"]) == (200, "mia")

    async def test_of_a_stale_one_is_refused(self, client, member, note, world):
        citation = await cited(client, note)
        await told(world, loan_told(rate=Decimal("0.06")))
        answer = await member.post(f"/citations/{citation['id']}/confirm", headers={"If-Match": "*"})
        assert answer.status_code == 409

    async def test_a_citation_can_be_withdrawn(self, client, note):
        citation = await cited(client, note)
        assert (await client.delete(f"/citations/{citation['id']}", headers={"If-Match": '"1"'})).status_code == 204
        assert (await client.get(f"/citations/{citation['id']}")).status_code == 404


class TestStaleness:
    @pytest.mark.parametrize(
        ("field", "value", "events", "stale"),
        [
            ("rate", "0.0525", (loan_told(),), None),
            ("rate", "0.05250", (loan_told(),), None),
            ("rate", "0.0525", (loan_told(rate=Decimal("0.0550")),), "field_changed"),
            ("maturityDate", "2035-01-01", (loan_told(),), None),
            (
                "maturityDate",
                "2035-01-01",
                (loan_told(maturity_date=datetime.date(2036, 1, 1)),),
                "field_changed",
            ),
            ("borrower", "", (loan_told(),), None),
            ("rateType", "fixed", (loan_told(rate_type=RateType.FLOATING),), "field_changed"),
            ("rate", "0.0525", (loan_told(loan_id="loan-2", rate=Decimal(0)),), None),
            ("rate", "0.0525", (LoanDeleted(loan_id="loan-1"),), "loan_deleted"),
            ("terms.lockoutMonths", "24", (loan_told(rate=Decimal(0)),), None),
        ],
    )
    async def test_comes_with_what_the_loan_says(self, world, client, note, field, value, events, stale):  # noqa: PLR0917
        citation = await cited(client, note, field=field, value=value)
        await told(world, *events)
        assert (await client.get(f"/citations/{citation['id']}")).json()["stale"] == stale

    @pytest.mark.parametrize("event", [loan_told(rate=Decimal("0.05")), LoanDeleted(loan_id="loan-1")])
    async def test_does_not_come_with_what_was_so_before_it_was_cited(self, world, client, note, event):
        before = datetime.datetime.now(datetime.UTC)
        citation = await cited(client, note)
        await told(world, event, at=before)
        assert (await client.get(f"/citations/{citation['id']}")).json() == citation
        await told(world, loan_told(rate=Decimal("0.06")), sequence=2)
        assert (await client.get(f"/citations/{citation['id']}")).json()["stale"] == "field_changed"

    async def test_goes_by_the_last_of_what_one_message_tells(self, world, client, note):
        citation = await cited(client, note)
        await told(world, loan_told(rate=Decimal("0.06")), loan_told())
        assert (await client.get(f"/citations/{citation['id']}")).json()["stale"] is None

    async def test_is_told_once(self, world, client, note):
        citation = await cited(client, note)
        changed = loan_told(rate=Decimal("0.06"))
        await told(world, changed)
        before = await world.documents.sequence(world.org)
        await told(world, changed, sequence=2)
        assert await world.documents.sequence(world.org) == before
        entries = await world.documents.entries(world.org, after=before - 1)
        assert b"files.citation.stale.v1" in bytes(entries[-1].events)
        assert CitationWentStale.__struct_config__.tag == "files.citation.stale.v1"
        assert (await client.get(f"/citations/{citation['id']}")).json()["version"] == 2

    async def test_comes_with_another_version_of_the_document(self, world, client, note):
        citation = await cited(client, note)
        await client.post(f"/documents/{note['id']}/versions", params={"fileName": "b.txt"}, content=b"amended")
        await world.processed(note, 2)
        read = (await client.get(f"/citations/{citation['id']}")).json()
        assert read["stale"] == "new_version"
        again = await client.post("/citations", json=citation_of(note))
        assert again.status_code == 409

    async def test_comes_with_the_documents_deletion(self, client, note):
        citation = await cited(client, note)
        await client.delete(f"/documents/{note['id']}", headers={"If-Match": "*"})
        read = (await client.get(f"/citations/{citation['id']}")).json()
        assert read["stale"] == "document_deleted"
        assert (await client.delete(f"/citations/{citation['id']}", headers={"If-Match": "*"})).status_code == 204
