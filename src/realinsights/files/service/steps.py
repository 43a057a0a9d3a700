"""Steps of the files service in what spans services: an organization's end, a member's, the demonstration."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from realinsights.contracts.undertakings import (
    CHECK_DELETION,
    DELETE_ORGANIZATION,
    LET_GO_OF_MEMBER,
    PUT_DEMONSTRATION,
    REMOVE_DEMONSTRATION,
)
from realinsights.files.model.documents import HELD
from realinsights.files.service import demonstration
from realinsights.files.service.documents import Resources
from realinsights.files.service.leaving import let_go
from realinsights.files.store import DOCUMENTS
from realinsights_platform.documents.closing import Kept
from realinsights_platform.documents.port import Contains, Unit
from realinsights_platform.events import Message
from realinsights_platform.stepping import ACTOR, Objected, Task, answered, deleting, in_parts
from realinsights_platform.steps import StepAnswered, StepRequested

_MOST_NAMED: Final = 100


def tasks(
    kept: Kept, resources: Resources, demonstrating: Callable[..., Awaitable[StepAnswered]]
) -> Mapping[str, Task]:
    """Return what the service does of an undertaking, by task; `demonstrating` files the demonstration."""

    async def check(message: Message, event: StepRequested) -> StepAnswered:
        await refuse_held(kept.storage.unit(org=message.org, actor=ACTOR, business_date=message.business_date))
        return answered(event)

    return {
        CHECK_DELETION: check,
        DELETE_ORGANIZATION: deleting(kept, refuse=refuse_held),
        LET_GO_OF_MEMBER: in_parts(kept.storage, functools.partial(let_go, blobs=kept.blobs)),
        PUT_DEMONSTRATION: functools.partial(demonstrating, documents=kept.storage, resources=resources),
        REMOVE_DEMONSTRATION: demonstration.removing(kept.storage, resources),
    }


async def refuse_held(unit: Unit) -> None:
    """Raise `Objected` where documents are under a legal hold, naming up to a hundred of them."""
    held = await unit.find(DOCUMENTS, Contains("marks", HELD), limit=_MOST_NAMED)
    if held:
        raise Objected(
            *(f"{one.title} is under a legal hold: {one.hold.reason}" for one in held if one.hold is not None)
        )
