"""Builders: an identity over real documents in a folder, with a clock that tests move and hashes that are cheap."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from argon2.profiles import CHEAPEST

from realinsights.auth import store
from realinsights.auth.model import emails
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.people import OrganizationDraft, OrganizationKind, ProfileDraft, User
from realinsights.auth.service import invitations, registration, signing_in
from realinsights.auth.service.identity import Identity, open_identity
from realinsights.auth.service.revocation import StoredRegister
from realinsights.auth.service.signing_in import Caller, SignedIn
from realinsights.contracts.permissions import Role, permissions_of
from realinsights.contracts.tokens import AUDIENCE, ISSUER
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.errors import Stale
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.password_hashing import Hasher
from realinsights_platform.secret import Secret
from realinsights_platform.token_register import TokenRegister
from realinsights_platform.tokens import Revocations, Verifier

GOOD_PASSWORD = "correct horse battery staple"
ANNA = "anna@example.com"

T = TypeVar("T")


@dataclass
class Clock:
    now: datetime.datetime = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        # A moment passes with every look, as it does in life.
        self.now += datetime.timedelta(microseconds=1)
        return self.now

    def seconds(self) -> float:
        return self().timestamp()

    def advance(self, **duration: float) -> None:
        self.now += datetime.timedelta(**duration)


@dataclass
class World:
    """An identity and what it rests on."""

    identity: Identity
    documents: Storage
    heads: Heads
    cache: MemoryCache
    revocations: Revocations
    clock: Clock
    secret: Secret
    hasher: Hasher

    async def register(
        self,
        email: str = ANNA,
        *,
        name: str = "Harbor Capital",
        password: str = GOOD_PASSWORD,
        address: str = "10.0.0.1",
    ) -> None:
        await registration.register(
            identity=self.identity,
            organization=OrganizationDraft(name=name, kind=OrganizationKind.OWNER),
            administrator=ProfileDraft(first_name="Anna", last_name="Adler"),
            email=email,
            password=password,
            address=address,
        )

    async def sign_in(
        self,
        email: str = ANNA,
        *,
        password: str = GOOD_PASSWORD,
        address: str = "10.0.0.1",
        device: str | None = None,
    ) -> SignedIn:
        caller = Caller(address=address, client="pytest", device=device)
        return await signing_in.sign_in(identity=self.identity, email=email, password=password, caller=caller)

    async def refresh(self, token: str, *, address: str = "10.0.0.1") -> SignedIn:
        caller = Caller(address=address, client="pytest")
        return await signing_in.refresh(identity=self.identity, token_text=token, caller=caller)

    async def registered(self, email: str = ANNA, *, name: str = "Harbor Capital") -> User:
        await self.register(email, name=name)
        return await self.user(email)

    async def joined(self, administrator: User, email: str, *, role: Role = Role.MEMBER) -> User:
        _, token = await self.does(administrator, invitations.invite, identity=self.identity, email=email, role=role)
        await invitations.accept(
            identity=self.identity,
            token_text=token.text(),
            profile=ProfileDraft(first_name="Bo", last_name="Berg"),
            password=GOOD_PASSWORD,
            address="10.0.0.2",
        )
        return await self.user(email)

    async def does(self, member: User, use_case: Callable[..., Awaitable[T]], **arguments: Any) -> T:
        """Do what a signed-in member asks for, committed as the edge commits it."""

        def open_unit() -> Unit:
            return self.documents.unit(org=member.org, actor=member.id, business_date=self.clock().date())

        done, _ = await committed(open_unit, lambda unit: use_case(unit=unit, **arguments), crossed=(Stale,))
        return done

    async def user(self, email: str) -> User:
        claim = await self.documents.get(store.CLAIM, SYSTEM, emails.email_key(emails.normalized(email)))
        assert claim is not None
        user = await self.documents.get(store.USER, claim.owner_org, claim.owner_user)
        assert user is not None
        return user

    def verifier(self, register: TokenRegister | None = None) -> Verifier:
        """Return a process's verifier; by default of one that holds the service."""
        return Verifier(
            register=register or StoredRegister(self.documents, self.identity.keys),
            issuer=ISSUER,
            audience=AUDIENCE,
            permissions=permissions_of,
            revocations=self.revocations,
            clock=self.clock.seconds,
        )

    async def reopened(self, cache: MemoryCache | None = None) -> World:
        """Return the world as another process that starts now finds it; with a cache, one that runs beside others."""
        cache = cache or MemoryCache()
        revocations = Revocations(clock=self.clock.seconds)
        revocations.listen(cache)
        identity = await open_identity(
            documents=self.documents,
            cache=cache,
            secret=self.secret,
            hasher=self.hasher,
            now=self.clock,
        )
        return World(identity, self.documents, self.heads, cache, revocations, self.clock, self.secret, self.hasher)


class OpenWorld(Protocol):
    def __call__(self, hasher: Hasher | None = None) -> Awaitable[World]: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = SqliteDocuments.open(tmp_path / "auth.sqlite", service="auth", kinds=(*store.KINDS, answers_kind("auth")))
    yield opened
    await opened.close()


@pytest.fixture
def open_world(documents: Storage, clock: Clock) -> Callable[..., Awaitable[World]]:
    async def opened(hasher: Hasher | None = None) -> World:
        heads = Heads(documents, None)
        own = documents.telling(heads.committed)
        cache = MemoryCache()
        revocations = Revocations(clock=clock.seconds)
        revocations.listen(cache)
        secret = Secret(b"s" * 32)
        hasher = hasher or Hasher(parameters=CHEAPEST)
        identity = await open_identity(documents=own, cache=cache, secret=secret, hasher=hasher, now=clock)
        return World(identity, own, heads, cache, revocations, clock, secret, hasher)

    return opened


@pytest.fixture
async def world(open_world: OpenWorld) -> World:
    return await open_world()
