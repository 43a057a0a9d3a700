"""A maturity is moved: its date, its reminder, a mail, a webhook and the inbox follow, once each, whatever is killed.

Real processes are killed between the edit and the last of its effects. Their clock goes on by a day a round, so that
reminders come due. Mails and webhooks come at least once: again only where the process that sent them was killed, and
then under the same id. `make maturities` kills often and prints the table of `docs/proof/maturities.md`.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import random
import statistics
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from realinsights.notifications.model.dates import CriticalDate, DateKind, next_reminder
from realinsights.notifications.model.following import date_id
from realinsights.notifications.store import DATES, DELIVERIES, MAILS, PEOPLE
from realinsights_platform.cache.leading import LEASE_SECONDS
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.port import Equal
from realinsights_platform.errors import Unavailable

from ..notifications.conftest import token_in
from ..platform.webhooks.receivers import verified_in_javascript
from .load import LOAN, Office
from .machine import PATIENCE, Machine, machine_in
from .outside import MAIL, WEBHOOK, Arrival, MovedClock, Outside, moved_clock, outside

pytestmark = pytest.mark.slow

SEED = 20261130
LEAD = datetime.timedelta(days=30)
DAY = datetime.timedelta(days=1)
EVENT = "loans.loan.recorded.v2"

SENDING = {MAIL: "notifications.sending.mail", WEBHOOK: "notifications.sending.delivery"}
"""The lease of the process that sends, by what it sends."""

EDITED, DUE = "an edit is acknowledged", "a reminder is due"
MOMENTS = {
    EDITED: ("loans.relay", 0.3),
    "webhook comes": (SENDING[WEBHOOK], 0.0),
    "webhook is answered": (SENDING[WEBHOOK], 0.005),
    DUE: ("notifications.scheduler", 0.5),
    "mail comes": (SENDING[MAIL], 0.0),
    "mail is answered": (SENDING[MAIL], 0.005),
}
"""When is killed: the lease of the worker that is at work then, and the seconds after it at the latest."""

AT_WORK, OTHER, API, NGINX, VALKEY, DATABASE = "worker at work", "other worker", "api", "nginx", "Valkey", "database"
VICTIMS = {AT_WORK: 4, OTHER: 1, API: 1, NGINX: 1, VALKEY: 1, DATABASE: 1}
"""What is killed, and how often at each moment."""

EVERY = [(moment, victim) for victim, times in VICTIMS.items() for moment in MOMENTS for _ in range(times)]
FEW = [
    (EDITED, AT_WORK),
    (DUE, DATABASE),
    ("webhook comes", API),
]
MANY = bool(os.environ.get("REALINSIGHTS_MATURITIES"))
"""Whether everything is killed at every moment; `make maturities` asks for it."""


@dataclass
class Kill:
    """One program killed at one moment; `senders` held the leases of sending then, by what they send."""

    moment: str
    victim: str
    after: float
    program: str = ""
    at: float = 0.0
    starts: int = 0
    senders: dict[str, str] = field(default_factory=dict)
    begun: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)
    came_before: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def excuses(self, kind: str, first: Arrival) -> bool:
        """Whether something may come again: the process that had sent it was killed, and nobody else could have."""
        killed = self.done.is_set() and self.program == self.senders[kind]
        return killed and first.at < self.at + LEASE_SECONDS / 2


class Scene:
    """A machine, what is outside, and two loans: one whose reminder comes due each day, and one whose never does."""

    def __init__(self, machine: Machine, clock: MovedClock, around: Outside, chance: random.Random) -> None:
        self.machine = machine
        self.clock = clock
        self.around = around
        self.chance = chance
        self.office = Office(machine, 1, chance)
        self.kills: list[Kill] = []
        self.near: dict[str, Any] = {}
        self.far: dict[str, Any] = {}
        self.expected: list[str] = []
        self.moves = 0
        self.notifications = machine.documents["notifications"]
        around.notice = self.notice

    async def open(self) -> None:
        """Found the organization, confirm its administrator's address, add an endpoint and two loans."""
        self.clock.to_next_noon()
        office = self.office
        await office.open()
        link = await until(lambda: _first(self.around.mails))
        plain = link.get_body(("plain",))
        used = await office.ask("POST", "/auth/addresses/use", json={"token": token_in(plain.get_content())})
        assert used.status_code == 200, used.text
        user = (await office.ask("GET", "/auth/me")).json()["member"]["id"]
        await until(lambda: self._verified(user))
        made = await office.ask("POST", "/webhooks", json={"url": self.around.receiver.url(), "types": [EVENT]})
        assert made.status_code == 201, made.text
        self.around.secret = made.json()["secret"]
        (self.around.public_key,) = made.json()["endpoint"]["publicKeys"]
        self.around.arrivals.clear()
        self.near = await self._create("N1", "Near", self.clock.today() + 10 * 365 * DAY)
        self.far = await self._create("F1", "Far", self.clock.today() + LEAD + DAY)
        await until(self._webhooks_came)
        await until(lambda: self._date(self.far))

    async def _verified(self, user: str) -> bool:
        person = await self.notifications.get(PEOPLE, self.office.org, user)
        return person is not None and person.email_verified

    async def _create(self, number: str, name: str, maturity: datetime.date) -> dict[str, Any]:
        body = {**LOAN, "number": number, "name": name, "maturityDate": str(maturity)}
        del body["terms"]  # its maturity is all that it is reminded of
        made = await self.office.ask("POST", "/loans", json=body, headers={"Idempotency-Key": number})
        assert made.status_code == 201, made.text
        return {**body, "id": made.json()["id"], "version": made.json()["version"]}

    async def _move(self, loan: dict[str, Any], maturity: datetime.date) -> None:
        """Move a loan's maturity, until that is acknowledged."""
        loan["maturityDate"], loan["version"] = str(maturity), loan["version"] + 1
        body = {name: value for name, value in loan.items() if name not in {"id", "version"}}
        moved = await self.office.ask(
            "PUT",
            f"/loans/{loan['id']}",
            params={"effectiveOn": str(self.clock.today())},
            json=body,
            headers={"If-Match": f'"{loan["version"] - 1}"'},
        )
        if moved.status_code == 412:  # it was done, and the answer was lost
            moved = await self.office.ask("GET", f"/loans/{loan['id']}")
        assert moved.status_code == 200, moved.text
        told = moved.json()
        assert (told["version"], told["maturityDate"]) == (loan["version"], loan["maturityDate"]), moved.text
        self.moves += 1

    async def round(self, moment: str, victim: str) -> None:
        """Move both maturities, let a day pass, kill something at a moment of that, and wait for the last effect."""
        loop = asyncio.get_running_loop()
        await self.office.sign_in()
        after = self.chance.random() * MOMENTS[moment][1]
        self.kills.append(Kill(moment, victim, after, came_before=len(self.around.arrivals)))
        kill, today = self.kills[-1], self.clock.today()
        near, far = today + DAY + LEAD, today + 2 * DAY + LEAD
        self.expected.append(f"Near (N1): maturity on {near}")
        await self._move(self.near, near)
        self.notice(EDITED)
        await self._move(self.far, far)
        # Nobody asks for the dates meanwhile: a question brings them up to date, too.
        for loan, reminder in ((self.near, today + DAY), (self.far, today + 2 * DAY)):
            date = await until(lambda loan=loan: self._moved(loan))
            noon = datetime.datetime.combine(reminder, datetime.time(12), datetime.UTC)
            assert next_reminder(date) == (LEAD.days, noon)
        await until(self._webhooks_came)
        begun = loop.time()
        self.clock.to_next_noon()
        self.notice(DUE)
        await until(lambda: _true(any(mail["Subject"] == self.expected[-1] for mail in self.around.mails)))
        await asyncio.wait_for(kill.done.wait(), PATIENCE)
        await until(self._all_is_stored)
        kill.seconds = loop.time() - begun
        await self.machine.until_ready({kill.program: kill.starts})
        await self._look()

    def notice(self, moment: str) -> None:
        """Kill what is to be killed, where this is the moment."""
        kill = self.kills[-1] if self.kills else None
        if kill is None or kill.begun or moment != kill.moment:
            return
        kill.begun = True
        if kill.after:
            asyncio.get_running_loop().call_later(kill.after, self._kill, kill)
        else:
            self._kill(kill)

    def _kill(self, kill: Kill) -> None:
        for kind, lease in SENDING.items():
            kill.senders[kind] = (self.machine.leader(lease) or ("nobody", 0))[0]
        kill.program = self._program(kill)
        kill.starts = self.machine.programs[kill.program].starts
        kill.at = asyncio.get_running_loop().time()
        self.machine.kill(kill.program)
        kill.done.set()

    def _program(self, kill: Kill) -> str:
        at_work = (self.machine.leader(MOMENTS[kill.moment][0]) or ("worker-1", 0))[0]
        if kill.victim == OTHER:
            return "worker-2" if at_work == "worker-1" else "worker-1"
        if kill.victim == API:
            return self.chance.choice(("api-1", "api-2"))
        return {AT_WORK: at_work, NGINX: "nginx", VALKEY: "redis", DATABASE: "mongodb"}[kill.victim]

    async def _date(self, loan: dict[str, Any]) -> CriticalDate | None:
        return await self.notifications.get(DATES, self.office.org, date_id(loan["id"], DateKind.MATURITY, 1))

    async def _moved(self, loan: dict[str, Any]) -> CriticalDate | None:
        date = await self._date(loan)
        return date if date is not None and str(date.on) == loan["maturityDate"] else None

    async def _webhooks_came(self) -> bool:
        told = [json.loads(one.body)["data"] for one in self.around.of(WEBHOOK)]
        came = {(data["loanId"], data["maturityDate"]) for data in told}
        return came >= {(loan["id"], loan["maturityDate"]) for loan in (self.near, self.far)}

    async def _all_is_stored(self) -> bool:
        waiting = [
            await self.notifications.count(kind, self.office.org, Equal("state", "waiting"))
            for kind in (MAILS, DELIVERIES)
        ]
        return waiting == [0, 0]

    async def _look(self) -> None:
        """Look at all that this round and those before it have led to: each thing is there once."""
        kill = self.kills[-1]
        await self.office.sign_in()
        inbox = [one for one in await self.office.everything("/inbox") if one["topic"] == "critical_date"]
        assert sorted(one["title"] for one in inbox) == sorted(self.expected)
        mails = [one for one in await self.office.everything("/mails") if one["topic"] == "critical_date"]
        assert sorted((one["subject"], one["state"]) for one in mails) == sorted((one, "sent") for one in self.expected)
        for kind in (MAIL, WEBHOOK):
            for key, times in self.around.times(kind).items():
                first, *again = [one for one in self.around.of(kind) if one.key == key]
                assert all((one.body, _same(one)) == (first.body, _same(first)) for one in again)
                assert times <= 2
        assert self.around.times(MAIL).keys() == {
            str(mail["Message-ID"]) for mail in self.around.mails if mail["Subject"] in self.expected
        }
        for one in self._again():
            first = next(other for other in self.around.of(one.kind) if other.key == one.key)
            assert kill.excuses(one.kind, first), f"a {one.kind} came twice: {kill}"
            kill.repeated[one.kind] += 1

    def _again(self) -> list[Arrival]:
        """Return what came again in the last round."""
        before = Counter((one.kind, one.key) for one in self.around.arrivals[: self.kills[-1].came_before])
        again = []
        for one in self.around.arrivals[self.kills[-1].came_before :]:
            if before[one.kind, one.key]:
                again.append(one)
            before[one.kind, one.key] += 1
        return again

    async def end(self, packages: Path) -> None:
        """Look at what only the end can tell."""
        org, office, rounds = self.office.org, self.office, len(self.kills)
        for loan, versions in ((self.near, 1 + 2 * rounds), (self.far, 1 + rounds)):
            date = await self._date(loan)
            assert date is not None
            assert date.version == versions  # moved once a round, and the near one reminded of once
            (shown,) = (await office.ask("GET", "/dates", params={"loanId": loan["id"]})).json()["items"]
            assert (shown["kind"], shown["on"]) == ("maturity", loan["maturityDate"])
        pulled = (await office.ask("GET", "/events", params={"types": EVENT, "limit": "1000"})).json()["items"]
        sent = {one.key: json.loads(one.body) for one in self.around.of(WEBHOOK)}
        assert sent == {one["id"]: one for one in pulled}
        assert len(sent) == self.moves + 2
        webhooks = [
            {"at": int(one.wall), "headers": one.headers, "body": one.body.decode()} for one in self.around.of(WEBHOOK)
        ]
        keys = {"secret": self.around.secret, "publicKey": self.around.public_key}
        assert verified_in_javascript({**keys, "messages": webhooks}, packages) == str(len(webhooks))
        for storage in self.machine.documents.values():
            assert (await verify(storage, org)).sound, storage.service

    def table(self) -> str:
        """Return what was killed and what came of it."""
        lines = [
            "| SIGKILL of | kills | came twice | after the reminder was due, until all was stored |",
            "|---|---|---|---|",
        ]
        for victim in VICTIMS:
            kills = [kill for kill in self.kills if kill.victim == victim]
            if not kills:
                continue
            repeated = sum((kill.repeated for kill in kills), Counter())
            again = ", ".join(f"{count} × {kind}" for kind, count in sorted(repeated.items())) or "nothing"
            seconds = [kill.seconds for kill in kills]
            told = f"median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s"
            lines.append(f"| {victim} | {len(kills)} | {again} | {told} |")
        mails, webhooks = self.around.times(MAIL), self.around.times(WEBHOOK)
        lines.append(
            f"\n{len(self.kills)} kills; {self.moves} maturities moved; {len(self.expected)} reminders in the inbox, "
            f"each once; {mails.total()} mails came for {len(mails)}, {webhooks.total()} webhooks for {len(webhooks)}."
        )
        return "\n".join(lines)


def _same(one: Arrival) -> list[str | None]:
    """Return what the head of a mail says, which is the same when it comes again."""
    return [one.headers.get(name) for name in ("From", "To", "Subject", "Date", "List-Unsubscribe")]


def _first(items: list[Any]) -> Awaitable[Any]:
    return _true(items[0] if items else None)


async def _true(value: Any) -> Any:
    return value


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """Return what is seen once there is something to see; while the database is away there is nothing."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if seen := await look():
                    return seen
            except Unavailable:
                pass
            await asyncio.sleep(0.05)


async def test_a_moved_maturity_is_told_once_whatever_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], javascript_packages: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same kills each time
    with moved_clock(tmp_path) as clock:
        async with (
            outside() as around,
            machine_in(tmp_path, workers=2, given={**around.settings(), **clock.settings()}) as machine,
        ):
            scene = Scene(machine, clock, around, chance)
            async with scene.office.client:
                await scene.open()
                for moment, victim in chance.sample(EVERY, len(EVERY)) if MANY else FEW:
                    await scene.round(moment, victim)
                await scene.end(javascript_packages)
            with capsys.disabled():
                print(f"\n{scene.table()}")
