"""The demonstration's documents: of its own facts, found by their words, and one of them confidential."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
import pypdfium2

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.cli.demonstration import found
from realinsights.contracts.files import DocumentKind
from realinsights.files.store import DOCUMENTS, VERSIONS
from realinsights.loans.store import LOANS
from realinsights.topology import read_topology
from realinsights_platform.documents.port import Order
from realinsights_platform.documents.walking import every, organizations


class TestTheDemonstration:
    async def test_has_documents_of_its_first_loan_once(self, tmp_path: Path) -> None:
        topology = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path)})
        (process,) = topology.processes.values()
        async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
            for _ in range(2):
                assert await found(product, wait=True)
            files = product.documents["files"]
            (org,) = [org async for org in organizations(product.documents["loans"])]
            filed = await every(files, DOCUMENTS, org)
            assert {document.kind for document in filed} == {
                DocumentKind.NOTE,
                DocumentKind.APPRAISAL,
                DocumentKind.INSURANCE,
                DocumentKind.RENT_ROLL,
                DocumentKind.CORRESPONDENCE,
                DocumentKind.GUARANTY,
            }
            assert [document.kind for document in filed if document.confidential] == [DocumentKind.GUARANTY]
            (loan,) = (await product.documents["loans"].find(LOANS, org, order=Order("number"), limit=1)).items
            contents = {}
            for version in await every(files, VERSIONS, org):
                document = next(one for one in filed if one.id == version.document_id)
                contents[document.kind] = await adapters.blobs.get(version.path)
                assert version.file_name.isprintable()
        with pypdfium2.PdfDocument(contents[DocumentKind.NOTE]) as note:
            pages = [" ".join(page.get_textpage().get_text_range().split()) for page in note]
        assert f"${loan.original_balance:,.2f}" in pages[0]
        assert f"{loan.maturity_date:%B} {loan.maturity_date.day}, {loan.maturity_date.year}" in pages[1]
        assert "Prepayment" in pages[2]
        insured = next(document for document in filed if document.kind is DocumentKind.INSURANCE)
        assert insured.expires_on is not None
        assert insured.expires_on > datetime.datetime.now(datetime.UTC).date()
        book = openpyxl.load_workbook(io.BytesIO(contents[DocumentKind.RENT_ROLL]))
        assert book["Rent roll"]["D15"].value == "=SUM(D3:D14)"
