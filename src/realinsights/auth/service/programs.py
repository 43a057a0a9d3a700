"""Use cases of programs: make and change one, give it a token and take it away, and let it in by one."""

from __future__ import annotations

import datetime
import hmac
import secrets

import msgspec
import structlog

from realinsights.auth import store
from realinsights.auth.model import programs
from realinsights.auth.model.programs import Program, ProgramDraft, ProgramToken, ProgramUse, TokenText
from realinsights.auth.model.sessions import hashed
from realinsights.auth.queries import people
from realinsights.auth.service.identity import Identity, settled
from realinsights.auth.service.revocation import revoke_sessions, revoke_user
from realinsights.auth.service.tokens import AccessToken
from realinsights.contracts.auth import ProgramChanged, ProgramMade, ProgramTokenMade, ProgramTokenRevoked
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, NotFound, Unauthenticated
from realinsights_platform.ids import new_id
from realinsights_platform.principal import PROGRAM, Principal

REFUSED = "The token is wrong, has expired, or was revoked."

log = structlog.get_logger(__name__)


async def make(*, unit: Unit, identity: Identity, principal: Principal, draft: ProgramDraft) -> Program:
    """Make a program, which has no token yet. Raises `Invalid`, also for permissions that its maker does not hold."""
    draft = programs.checked(draft, held=principal.permissions)
    if await identity.documents.count(store.PROGRAM, unit.org) >= programs.MOST_PROGRAMS:
        raise Conflict(f"An organization has at most {programs.MOST_PROGRAMS} programs, with those that were deleted.")
    program = Program(
        id=new_id(),
        org=unit.org,
        name=draft.name,
        permissions=draft.permissions,
        active=draft.active,
        made_by=unit.actor,
        created_at=identity.now(),
    )
    unit.emit(ProgramMade(program_id=program.id, name=program.name, permissions=program.permissions))
    log.info("program.made", org=unit.org, program=program.id)
    return unit.put(store.PROGRAM, program)


async def change(
    *,
    unit: Unit,
    identity: Identity,
    principal: Principal,
    program_id: str,
    expected_version: int,
    draft: ProgramDraft,
) -> Program:
    """Change a program; what it may do no more holds from its next request on. Raises `Stale` and `Invalid`."""
    known = await _current(unit, program_id, expected_version)
    draft = programs.checked(draft, held=principal.permissions)
    changed = msgspec.structs.replace(known, name=draft.name, permissions=draft.permissions, active=draft.active)
    if changed == known:
        return known
    if (changed.permissions, changed.active) != (known.permissions, known.active):
        changed = msgspec.structs.replace(changed, access_changed_at=identity.now())
        unit.afterwards(lambda: revoke_user(identity, program_id))
    unit.emit(
        ProgramChanged(program_id=program_id, name=changed.name, permissions=changed.permissions, active=changed.active)
    )
    return unit.put(store.PROGRAM, changed)


async def make_token(
    *, unit: Unit, identity: Identity, program_id: str, lasts: datetime.timedelta
) -> tuple[ProgramToken, TokenText]:
    """Give a program a token, which is to be had only now. Raises `Conflict` where it has two already."""
    known = await _current(unit, program_id)
    secret, token_id = secrets.token_urlsafe(32), new_id()
    changed, made = programs.with_token(known, token_id=token_id, secret=secret, now=identity.now(), lasts=lasts)
    unit.emit(ProgramTokenMade(program_id=program_id, token_id=token_id))
    log.info("program.token_made", org=unit.org, program=program_id, token=token_id)
    unit.put(store.PROGRAM, changed)
    return made, TokenText(org=unit.org, program=program_id, token=token_id, secret=secret)


async def revoke_token(*, unit: Unit, identity: Identity, program_id: str, token_id: str) -> None:
    """Take a token away; access tokens that it was exchanged for are void at once. Raises `NotFound`."""
    known = await _current(unit, program_id)
    if known.token(token_id) is None:
        raise NotFound("This program has no such token.")
    unit.put(store.PROGRAM, programs.without_token(known, token_id))
    unit.emit(ProgramTokenRevoked(program_id=program_id, token_id=token_id))
    unit.afterwards(lambda: revoke_sessions(identity, program_id, [token_id]))
    log.info("program.token_revoked", org=unit.org, program=program_id, token=token_id)


async def delete(*, unit: Unit, identity: Identity, program_id: str) -> None:
    """Delete a program with its tokens; its name stays with what it did. Raises `NotFound`."""
    known = await _current(unit, program_id)
    gone = msgspec.structs.replace(known, active=False, deleted=True, tokens=(), access_changed_at=identity.now())
    unit.put(store.PROGRAM, gone)
    unit.emit(ProgramChanged(program_id=program_id, name=known.name, permissions=(), active=False))
    unit.afterwards(lambda: revoke_user(identity, program_id))
    log.info("program.deleted", org=unit.org, program=program_id)


async def exchange(*, identity: Identity, text: str, address: str) -> AccessToken:
    """Exchange a program's token for an access token; raises `Unauthenticated` alike for whatever is no good one."""
    token = programs.parse(text)
    if token is None:
        raise Unauthenticated(REFUSED)

    async def work(unit: Unit) -> tuple[Program, datetime.datetime]:
        # Done again where the program changed meanwhile.
        now = identity.now()
        program = await unit.get(store.PROGRAM, token.program)
        known = None if program is None else program.token(token.token)
        right = known is not None and hmac.compare_digest(known.secret_hash, hashed(token.secret))
        if program is None or known is None or not right or not program.active or now >= known.expires_at:
            raise Unauthenticated(REFUSED)
        last = await unit.get(store.PROGRAM_USE, known.id)
        if programs.is_to_be_kept(last, now):
            use = last or ProgramUse(id=known.id, org=unit.org, program=program.id, used_at=now, used_from=address)
            unit.put(store.PROGRAM_USE, msgspec.structs.replace(use, used_at=now, used_from=address))
        return program, now

    (program, now), _ = await settled(identity, org=token.org, actor=token.program, work=work)
    return await identity.keys.mint(
        user=program.id,
        org=program.org,
        role=PROGRAM,
        session=token.token,
        organization=await people.told_in_tokens(identity.documents, org=program.org, user=None),
        issued_at=now,
        permissions=program.permissions,
    )


async def _current(unit: Unit, program_id: str, expected_version: int = versions.ANY_VERSION) -> Program:
    known = await versions.current(unit, store.PROGRAM, program_id, expected_version=expected_version)
    if known.deleted:
        raise NotFound("This program was deleted.")
    return known
