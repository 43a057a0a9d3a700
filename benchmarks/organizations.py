"""Organizations to measure with: as many as wanted, all alike, each with loans, what is behind them, and members.

The first is made by the same use cases that requests reach, and what is made of its events is waited for. The others
have its documents and events under ids of their own, written in one unit of work of each service: a thousand
organizations of 50 loans take about two minutes.
"""

from __future__ import annotations

import asyncio
import datetime
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from realinsights.adapters import open_adapters
from realinsights.auth.model.people import (
    Organization,
    OrganizationKind,
    SubscriptionStatus,
    SubscriptionTier,
    User,
)
from realinsights.auth.service.telling import put_member, put_organization
from realinsights.contracts.auth import OrganizationRegistered
from realinsights.contracts.catalog import CODECS
from realinsights.contracts.permissions import Role
from realinsights.demonstration.portfolio import plan
from realinsights.loans.model.loan import Loan, LoanProperty, draft_of
from realinsights.loans.model.parties import LenderDraft
from realinsights.loans.service.loans import create_loan
from realinsights.loans.service.parties import FUND, LENDER, PORTFOLIO, create_party
from realinsights.loans.service.properties import create_property
from realinsights.loans.store import KINDS as LOANS_KINDS
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.hearing import Hearing
from realinsights.notifications.store import KINDS as NOTIFICATIONS_KINDS
from realinsights.topology import Process, Topology, read_topology
from realinsights_platform.documents.heads import Heads
from realinsights_platform.documents.journal_port import JournalEntry, Storage
from realinsights_platform.documents.port import Documents, PreparedUnit, Unit
from realinsights_platform.documents.preparing import ENCODE
from realinsights_platform.events import Message

ACTOR = "system:bench"
MEMBERS = 8
WORDS = 200
_MARK = "ffffffffffff"
"""The end of every id of the first organization's; in another one's ids its number stands there."""

_AT_ONCE = 32
_KINDS = {kind.name: kind for kind in (*LOANS_KINDS, *NOTIFICATIONS_KINDS)}


def _id(group: int, number: int, organization: int | None = None) -> str:
    end = _MARK if organization is None else f"{organization:012x}"
    return f"019b0000-0000-7{group:03x}-8{number:03x}-{end}"


_ORGANIZATION, _USER, _DOCUMENT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Template:
    """What organizations have in common: `loans` are the marked ids, `drafts` what a PUT of each loan says.

    `writes` and `told` are the documents of the services loans and notifications, by kind, `events` those of loans.
    """

    loans: tuple[str, ...]
    drafts: tuple[bytes, ...]
    words: tuple[str, ...]
    writes: tuple[tuple[str, str], ...]
    told: tuple[tuple[str, str], ...]
    events: str

    def loan_id(self, organization: int, loan: int) -> str:
        """Return the id of an organization's loan."""
        return self.loans[loan].replace(_MARK, f"{organization:012x}")

    def draft(self, organization: int, loan: int, balance: str) -> bytes:
        """Return what a PUT says that changes a loan's balance."""
        text = self.drafts[loan].replace(_MARK.encode(), f"{organization:012x}".encode())
        return text.replace(b'"BALANCE"', f'"{balance}"'.encode())


def organization_id(number: int | None) -> str:
    """Return the id of the organization of a number, or the marked one."""
    return _id(_ORGANIZATION, 0, number)


def user_id(number: int | None) -> str:
    """Return the id of the organization's first member, whose token asks."""
    return _id(_USER, 0, number)


def make(data: Path, organizations: int, loans: int) -> Template:
    """Fill a data folder, no process running on it; `loans` is at most the demonstration's 60."""
    return asyncio.run(_make(data, organizations, loans))


async def _make(data: Path, organizations: int, loans: int) -> Template:
    template = await _template(data.with_name(f"{data.name}-template"), loans)
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(data)})
    await fill(topology, template, organizations)
    return template


async def fill(
    topology: Topology,
    template: Template,
    organizations: int,
    *,
    environment: Mapping[str, str] = MappingProxyType({}),
    units_at_once: int = _AT_ONCE,
) -> None:
    """Fill the documents of a topology, no process running on them."""
    process = Process(services=tuple(topology.documents))
    at_once = asyncio.Semaphore(units_at_once)
    async with open_adapters(topology, process, environment=environment) as adapters:
        auth, loans, notifications = (adapters.documents[name] for name in ("auth", "loans", "notifications"))

        async def begin(number: int) -> None:
            end = f"{number:012x}"
            async with at_once:
                await _people(auth, number)
                async with loans.unit(org=organization_id(number), actor=ACTOR, business_date=_today()) as unit:
                    _put(unit, template.writes, end)
                    events = msgspec.json.decode(template.events.replace(_MARK, end), type=tuple[msgspec.Raw, ...])
                    unit.adopt(PreparedUnit(unit.org, (), (), tuple(map(bytes, events))))
                async with notifications.unit(org=organization_id(number), actor=ACTOR, business_date=_today()) as unit:
                    _put(unit, template.told, end)

        async with asyncio.TaskGroup() as beginning:
            for number in range(organizations):
                beginning.create_task(begin(number))


def _put(unit: Unit, writes: Iterable[tuple[str, str]], end: str) -> None:
    for name, text in writes:
        kind = _KINDS[name]
        unit.put(kind, msgspec.json.decode(text.replace(_MARK, end), type=kind.type))


def begin(data: Path, organizations: int) -> None:
    """Begin organizations in a data folder that have a name and one lender each, and no more."""

    async def run() -> None:
        topology = read_topology(environment={"REALINSIGHTS_DATA": str(data)})
        (process,) = topology.processes.values()
        at_once = asyncio.Semaphore(_AT_ONCE)
        async with open_adapters(topology, process) as adapters:
            auth, documents = adapters.documents["auth"], adapters.documents["loans"]

            async def one(number: int) -> None:
                async with at_once:
                    await _people(auth, number, members=1)
                    async with documents.unit(org=organization_id(number), actor=ACTOR, business_date=_today()) as unit:
                        await create_party(unit=unit, of=LENDER, draft=LenderDraft(name="Lender"))

            async with asyncio.TaskGroup() as beginning:
                for number in range(organizations):
                    beginning.create_task(one(number))

    asyncio.run(run())


async def _people(auth: Documents, number: int | None, members: int = MEMBERS) -> None:
    org, now = organization_id(number), datetime.datetime.now(datetime.UTC)
    async with auth.unit(org=org, actor=ACTOR, business_date=_today()) as unit:
        put_organization(
            unit,
            Organization(
                id=org, org=org, name=f"Organization {number}", kind=OrganizationKind.OWNER, created_at=now,
                subscription_status=SubscriptionStatus.ACTIVE, subscription_tier=SubscriptionTier.PROFESSIONAL,
            ),
        )  # fmt: skip
        for member in range(members):
            put_member(
                unit,
                User(
                    id=_id(_USER, member, number), org=org, email=f"member-{member}@organization-{number}.example.com",
                    first_name=f"First{member}", last_name=f"Last{member}", job_title="Asset manager", created_at=now,
                    role=Role.VIEWER if member else Role.ADMINISTRATOR, email_verified=True,
                ),
            )  # fmt: skip
        unit.emit(OrganizationRegistered(name=f"Organization {number}", user_id=user_id(number)))


async def _template(folder: Path, loans: int) -> Template:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    (process,) = topology.processes.values()
    org = organization_id(None)
    async with open_adapters(topology, process) as adapters:
        documents = adapters.documents["loans"]
        await _people(adapters.documents["auth"], None)
        async with documents.unit(org=org, actor=ACTOR, business_date=_today()) as unit:
            made = await _portfolio(unit, loans)
        (entry,) = await documents.entries(org)
        await _tell(adapters.documents, org)
        told = await adapters.documents["notifications"].entries(org)
    shutil.rmtree(folder)
    ids = {write.id: _id(_DOCUMENT, place) for place, write in enumerate(entry.writes)}

    def marked(text: bytes) -> str:
        return re.sub("|".join(ids), lambda found: ids[found.group()], text.decode())

    return Template(
        tuple(ids[loan.id] for loan in made),
        tuple(_draft(loan, marked) for loan in made),
        _words(made),
        _as_new([entry], marked),
        _as_new(told, marked),
        marked(bytes(entry.events)),
    )


async def _tell(documents: Mapping[str, Storage], org: str) -> None:
    """Let the service notifications make of what the others tell whatever it makes of it."""
    notifications, loans = documents["notifications"], documents["loans"]
    hearing = Hearing(notifications, documents, now=lambda: datetime.datetime.now(datetime.UTC))
    for service in ("auth", "loans"):
        for entry in await documents[service].outbox(org, after=0, limit=10):
            events = CODECS[service].decode(entry.events)
            await hearing.hear(
                Message(
                    service=service, org=org, sequence=entry.sequence, at=entry.at,
                    business_date=entry.business_date, events=events,
                )
            )  # fmt: skip
    follower = Follower(notifications, {"loans": loans}, heads={"loans": Heads(loans, None)}, today=_today)
    await follower.catch_up(org)


def _as_new(entries: Iterable[JournalEntry], marked: Callable[[bytes], str]) -> tuple[tuple[str, str], ...]:
    """Return the documents that entries left, by kind, as they are before they are first stored: in version 0."""
    last = {(write.kind, write.id): write.document for entry in entries for write in entry.writes}
    return tuple(
        (kind, re.sub(r'"version":\d+', '"version":0', marked(bytes(document)), count=1))
        for (kind, _), document in last.items()
        if document is not None
    )


def _draft(loan: Loan, marked: Any) -> bytes:
    said = msgspec.json.decode(ENCODE(draft_of(loan)))
    said["currentBalance"] = "BALANCE"
    return str(marked(msgspec.json.encode(said))).encode()


def _words(loans: list[Loan]) -> tuple[str, ...]:
    texts = " ".join(f"{loan.number} {loan.name} {loan.borrower or ''}" for loan in loans)
    words = sorted(set(re.findall(r"\w+", texts.lower())))
    beginnings = sorted({word[:size] for word in words for size in (2, 3, 4)} - set(words))
    return tuple((words + beginnings)[:WORDS])


async def _portfolio(unit: Unit, loans: int) -> list[Loan]:
    planned = plan(unit.business_date)
    lenders = [await create_party(unit=unit, of=LENDER, draft=draft) for draft in planned.lenders]
    funds = [await create_party(unit=unit, of=FUND, draft=draft) for draft in planned.funds]
    portfolios = [await create_party(unit=unit, of=PORTFOLIO, draft=draft) for draft in planned.portfolios]
    made = []
    for loan in planned.loans[:loans]:
        shares = []
        for place, amount in zip(loan.properties, loan.allocated, strict=True):
            draft = msgspec.structs.replace(planned.properties[place], portfolio_id=portfolios[loan.portfolio].id)
            asset = await create_property(unit=unit, draft=draft)
            shares.append(LoanProperty(property_id=asset.id, allocated_amount=amount))
        stated = msgspec.structs.replace(
            loan.draft,
            lender_id=lenders[loan.lender].id,
            fund_id=funds[loan.fund].id,
            portfolio_id=portfolios[loan.portfolio].id,
            properties=tuple(shares),
        )
        made.append(await create_loan(unit=unit, draft=stated))
    return made


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
