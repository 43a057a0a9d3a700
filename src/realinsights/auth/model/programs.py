"""Programs: what asks without a person, by tokens of its own, and may do what an administrator has said."""

from __future__ import annotations

import datetime
import re

import msgspec

from realinsights.auth.model.sessions import hashed
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Conflict, Faults
from realinsights_platform.texts import required_line

OF_PEOPLE = frozenset({Permission.MEMBER_MANAGE, Permission.ORGANIZATION_MANAGE})
"""What no program may do: whoever lets others in or makes programs could give themselves everything."""

MOST_PROGRAMS = 100
MOST_TOKENS = 2
"""How many tokens a program may have at once: the one it uses, and the one that takes its place."""

USUAL_DAYS = 90
MOST_DAYS = 365
USE_KEPT_EVERY = datetime.timedelta(minutes=1)
"""A use is written down no more often than this."""

PREFIX = "rip_"
"""What the text of every token begins with, so that it is known for one where it should not be."""

_TOKEN = re.compile(
    rf"{PREFIX}([A-Za-z0-9-]{{1,64}})\.([A-Za-z0-9-]{{1,64}})\.([A-Za-z0-9-]{{1,64}})\.([A-Za-z0-9_-]{{43}})"
)


class ProgramToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A token of a program; `secret_hash` is of its secret, which is shown once and stored nowhere."""

    id: str
    secret_hash: str
    created_at: datetime.datetime
    expires_at: datetime.datetime


class ProgramUse(Document, frozen=True, kw_only=True, rename="camel"):
    """The last use of a program's token, by the token's id: apart, so that a use changes no program's version."""

    program: str
    used_at: datetime.datetime
    used_from: str


class Program(Document, frozen=True, kw_only=True, rename="camel"):
    """A program of an organization; `access_changed_at` is when access tokens already out were last cut off.

    One that was deleted stays for its name, which the journal tells: it has no token and may do nothing.
    """

    name: str
    permissions: tuple[Permission, ...]
    active: bool = True
    made_by: str
    created_at: datetime.datetime
    access_changed_at: datetime.datetime | None = None
    deleted: bool = False
    tokens: tuple[ProgramToken, ...] = ()

    def token(self, token_id: str) -> ProgramToken | None:
        """Return one of its tokens."""
        return next((one for one in self.tokens if one.id == token_id), None)

    def living(self, now: datetime.datetime) -> tuple[ProgramToken, ...]:
        """Return its tokens that have not expired."""
        return tuple(one for one in self.tokens if now < one.expires_at)


class ProgramDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """All that an administrator may say of a program."""

    name: str
    permissions: tuple[Permission, ...]
    active: bool = True


class TokenText(msgspec.Struct, frozen=True, kw_only=True):
    """What a program holds to get access tokens with."""

    org: str
    program: str
    token: str
    secret: str

    def text(self) -> str:
        """Return the token as the program keeps it."""
        return f"{PREFIX}{self.org}.{self.program}.{self.token}.{self.secret}"


def parse(text: str) -> TokenText | None:
    """Return the token that a text stands for, or None where it cannot be one."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        return None
    org, program, token, secret = match.groups()
    return TokenText(org=org, program=program, token=token, secret=secret)


def checked(draft: ProgramDraft, *, held: frozenset[str]) -> ProgramDraft:
    """Return a draft in order, each permission once. Raises `Invalid`, also for what its maker does not hold."""
    faults = Faults()
    name = required_line(draft.name, "name", faults, at_most=100)
    permissions = tuple(sorted(set(draft.permissions)))
    if not permissions:
        faults.add("permissions", "names at least one permission")
    for permission in permissions:
        if permission in OF_PEOPLE:
            faults.add("permissions", f"{permission.value} is for people")
        elif permission not in held:
            faults.add("permissions", f"{permission.value} is more than you may do yourself")
    faults.refuse("program")
    return ProgramDraft(name=name, permissions=permissions, active=draft.active)


def with_token(
    program: Program, *, token_id: str, secret: str, now: datetime.datetime, lasts: datetime.timedelta
) -> tuple[Program, ProgramToken]:
    """Return the program with one more token, and that; those that have expired go. Raises `Conflict` for a third."""
    living = program.living(now)
    if len(living) >= MOST_TOKENS:
        raise Conflict(f"A program has at most {MOST_TOKENS} tokens at once. Revoke one first.")
    token = ProgramToken(id=token_id, secret_hash=hashed(secret), created_at=now, expires_at=now + lasts)
    return msgspec.structs.replace(program, tokens=(*living, token)), token


def without_token(program: Program, token_id: str) -> Program:
    """Return the program without a token."""
    return msgspec.structs.replace(program, tokens=tuple(one for one in program.tokens if one.id != token_id))


def is_to_be_kept(last: ProgramUse | None, now: datetime.datetime) -> bool:
    """Tell whether a use is written down, after the last one that was."""
    return last is None or now - last.used_at >= USE_KEPT_EVERY
