"""Beginning: gives an empty installation its demonstration organization."""

from __future__ import annotations

import datetime

from realinsights import demonstration
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.registration import ensure_demonstration
from realinsights.demonstration.founding import found
from realinsights_platform.documents.journal_port import Storage


async def found_demonstration(*, identity: Identity, loans: Storage) -> bool:
    """Found the demonstration organization where there is no organization yet; tell whether there is one now.

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
    return True
