"""Use cases of the demonstration: have it put into an organization, and have exactly that taken out again."""

from __future__ import annotations

import structlog

from realinsights.auth import store
from realinsights.auth.model import undertakings
from realinsights.auth.model.undertakings import Undertaking, UndertakingKind, UndertakingState
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.removals import asker
from realinsights.auth.service.undertakings import request_steps
from realinsights.contracts.demonstration import DemonstrationFacts
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict

log = structlog.get_logger(__name__)


async def ask_for_demonstration(*, unit: Unit, identity: Identity, colleague: str | None = None) -> Undertaking:
    """Have the demonstration put in; where that was asked for already, it is the same undertaking.

    `colleague` is the invented member who writes its notes, by id. Raises `Conflict` while it is being taken out.
    """
    before = await store.demonstration_of(identity.documents, unit.org)
    if before is not None and before.kind is UndertakingKind.DEMONSTRATION and before.state in _STANDS:
        return before
    if before is not None and before.ended_at is None:
        raise Conflict("The demonstration is being taken out. Ask again once it is out.")
    member = await unit.get(store.USER, unit.actor)
    facts = DemonstrationFacts(asker=None if member is None else member.id, colleague=colleague)
    return await _begin(unit, identity, before, facts, removal=False)


async def ask_for_its_removal(*, unit: Unit, identity: Identity) -> Undertaking:
    """Have the demonstration taken out; where that is under way, it is the same undertaking.

    One that is still being put in is not gone on with: each service takes out what it has put in by then.
    """
    before = await store.demonstration_of(identity.documents, unit.org)
    if before is not None and before.ended_at is None:
        if before.kind is UndertakingKind.DEMONSTRATION_REMOVAL:
            return before
        unit.put(store.UNDERTAKING, undertakings.stopped(before, by=unit.actor, now=identity.now()))
    known = DemonstrationFacts() if before is None else DemonstrationFacts.of(before.facts)
    return await _begin(unit, identity, before, DemonstrationFacts(colleague=known.colleague), removal=True)


_STANDS = frozenset({UndertakingState.UNDER_WAY, UndertakingState.DONE})


async def _begin(
    unit: Unit, identity: Identity, before: Undertaking | None, facts: DemonstrationFacts, *, removal: bool
) -> Undertaking:
    undertaking, asked = undertakings.demonstration(
        undertaking_id=undertakings.demonstration_id(before),
        org=unit.org,
        asked_by=await asker(unit),
        now=identity.now(),
        facts=facts.told(),
        removal=removal,
    )
    request_steps(unit, undertaking, asked)
    log.info("demonstration.requested", org=unit.org, user=unit.actor, kind=undertaking.kind.value)
    return unit.put(store.UNDERTAKING, undertaking)
