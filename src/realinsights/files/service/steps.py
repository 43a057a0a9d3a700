"""Steps of the files service in what spans services: whether documents keep an organization, its end, a member's."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from realinsights.contracts.undertakings import CHECK_DELETION, DELETE_ORGANIZATION, LET_GO_OF_MEMBER
from realinsights.files.model.documents import HELD
from realinsights.files.service.leaving import let_go
from realinsights.files.store import DOCUMENTS
from realinsights_platform.documents.closing import Kept
from realinsights_platform.documents.port import Contains, Unit
from realinsights_platform.events import Message
from realinsights_platform.stepping import ACTOR, Objected, Task, answered, deleting, in_parts
from realinsights_platform.steps import StepAnswered, StepRequested

_MOST_NAMED: Final = 100


def tasks(kept: Kept) -> Mapping[str, Task]:
    """Return what the service does of an undertaking, by task."""

    async def check(message: Message, event: StepRequested) -> StepAnswered:
        await refuse_held(kept.storage.unit(org=message.org, actor=ACTOR, business_date=message.business_date))
        return answered(event)

    return {
        CHECK_DELETION: check,
        DELETE_ORGANIZATION: deleting(kept, refuse=refuse_held),
        LET_GO_OF_MEMBER: in_parts(kept.storage, functools.partial(let_go, blobs=kept.blobs)),
    }


async def refuse_held(unit: Unit) -> None:
    """Raise `Objected` where documents are under a legal hold, naming up to a hundred of them."""
    held = await unit.find(DOCUMENTS, Contains("marks", HELD), limit=_MOST_NAMED)
    if held:
        raise Objected(
            *(f"{one.title} is under a legal hold: {one.hold.reason}" for one in held if one.hold is not None)
        )
