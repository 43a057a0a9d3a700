"""Beginning: gives an empty installation its demonstration organization."""

from __future__ import annotations

import asyncio
import datetime
from typing import NamedTuple

from realinsights import demonstration
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.registration import ensure_demonstration
from realinsights.demonstration.founding import found
from realinsights.files.service.documents import Resources
from realinsights.loans.store import LENDERS, LOANS, PROPERTIES
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Order


class FilesPlace(NamedTuple):
    """The documents of the files service of a process, and what it files them with."""

    documents: Storage
    resources: Resources


async def found_demonstration(*, identity: Identity, loans: Storage, files: FilesPlace | None = None) -> bool:
    """Found the demonstration organization where there is no organization yet; tell whether there is one now.

    Where this process holds the files service too, a few documents are filed.

    Whatever a kill left undone is done at the next start.
    """
    begun = set(await identity.documents.organizations(limit=2)) - {SYSTEM}
    if begun and not await directory.organizations_named(identity=identity, name=demonstration.NAME):
        return False
    org = await ensure_demonstration(
        identity=identity,
        organization_name=demonstration.NAME,
        email=demonstration.EMAIL,
        password=demonstration.PASSWORD,
    )
    if not await loans.sequence(org):
        await found(documents=loans, org=org, business_date=datetime.datetime.now(datetime.UTC).date())
    if files is not None and not await files.documents.sequence(org):
        await _file_documents(loans, files, org)
    return True


async def _file_documents(loans: Storage, files: FilesPlace, org: str) -> None:
    page = await loans.find(LOANS, org, order=Order("number"), limit=1)
    loan = next((one for one in page.items if one.property_ids and one.lender_id), None)
    if loan is None:
        return
    asset = await loans.get(PROPERTIES, org, loan.property_ids[0])
    lender = await loans.get(LENDERS, org, loan.lender_id or "")
    if asset is None or lender is None:
        return
    # Imported here: the libraries that make files are needed once, when an installation begins.
    from realinsights.demonstration.documents import file_all, invented_files  # noqa: PLC0415

    today = datetime.datetime.now(datetime.UTC).date()
    made = await asyncio.to_thread(invented_files, loan=loan, asset=asset, lender=lender, business_date=today)
    await file_all(documents=files.documents, resources=files.resources, files=made, org=org)
