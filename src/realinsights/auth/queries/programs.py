"""Reads of programs and their tokens, as they are shown; never a secret."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from realinsights.auth import store
from realinsights.auth.model.programs import PREFIX, Program, ProgramUse
from realinsights.contracts.permissions import Permission
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.walking import every


class ProgramTokenView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A token of a program without its secret; `prefix` is what its text begins with."""

    id: str
    prefix: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    last_used_at: datetime.datetime | None
    last_used_from: str | None


class ProgramView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A program; `version` is what a change names in `If-Match`."""

    id: str
    version: int
    name: str
    permissions: tuple[Permission, ...]
    active: bool
    made_by: str
    created_at: datetime.datetime
    tokens: tuple[ProgramTokenView, ...]


_NEVER: Mapping[str, ProgramUse] = MappingProxyType({})


async def programs_by_name(documents: Documents, *, org: str) -> tuple[ProgramView, ...]:
    """Return an organization's programs by name."""
    found = [one for one in await every(documents, store.PROGRAM, org) if not one.deleted]
    uses = await documents.get_many(store.PROGRAM_USE, org, [token.id for one in found for token in one.tokens])
    return tuple(program_view(one, uses) for one in sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def program_view(program: Program, uses: Mapping[str, ProgramUse] = _NEVER) -> ProgramView:
    """Return a program as shown, with the last uses of its tokens, by id."""
    tokens = tuple(
        made_from(
            one,
            ProgramTokenView,
            prefix=f"{PREFIX}{program.org}.{program.id}.{one.id}",
            last_used_at=None if one.id not in uses else uses[one.id].used_at,
            last_used_from=None if one.id not in uses else uses[one.id].used_from,
        )
        for one in program.tokens
    )
    return made_from(program, ProgramView, tokens=tokens)
