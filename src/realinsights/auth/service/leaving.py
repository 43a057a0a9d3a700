"""Leaving: what auth itself lets go of once every other service has let go of a member."""

from __future__ import annotations

import structlog

from realinsights.auth import store
from realinsights.auth.model import emails, undertakings
from realinsights.auth.model.directory import Account
from realinsights.auth.model.invitations import InvitationState
from realinsights.auth.model.people import removed
from realinsights.auth.model.undertakings import Undertaking
from realinsights.auth.service import directory
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.telling import put_member
from realinsights.contracts.auth import MemberRemoved
from realinsights_platform.documents.port import Equal, Unit

log = structlog.get_logger(__name__)


async def finish_removal(unit: Unit, undertaking: Undertaking, *, identity: Identity) -> None:
    """Let go of a member's addresses, password, second factors and sessions, and end the removal; their name stays.

    The addresses are free before the unit is committed. Whoever dies in between finds them free, and goes on.
    """
    now = identity.now()
    unit.put(store.UNDERTAKING, undertakings.finished(undertaking, now=now))
    user = await unit.get(store.USER, undertaking.subject)
    if user is None or user.removal is None or user.removal.undertaking_id != undertaking.id:
        return
    changes = await store.changes_of(identity.documents, unit.org, user.id)
    addresses = {user.email} | {one.previous for one in changes} | {one.email for one in changes}
    for address in sorted(addresses):
        await directory.release(identity=identity, key=emails.email_key(address), account=Account(unit.org, user.id))
    for change in changes:
        unit.delete(store.ADDRESS_CHANGE, change)
    for session in await store.sessions_of(identity.documents, unit.org, user.id):
        unit.delete(store.SESSION, session)
    for invitation in await unit.every(store.INVITATION, Equal("email", user.email)):
        if invitation.state(now) is not InvitationState.OPEN:
            unit.delete(store.INVITATION, invitation)
    credential = await unit.get(store.CREDENTIAL, user.id)
    if credential is not None:
        unit.delete(store.CREDENTIAL, credential)
    factors = await unit.get(store.SECOND_FACTORS, user.id)
    if factors is not None:
        unit.delete(store.SECOND_FACTORS, factors)
    unit.emit(MemberRemoved(undertaking_id=undertaking.id, user_id=user.id))
    put_member(unit, removed(user, now=now))
    log.info("member.removed", org=unit.org, user=user.id)
