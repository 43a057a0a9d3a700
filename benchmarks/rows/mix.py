"""The mix of many organizations: saturated and at a steady rate, cold and warm, and each class alone."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import organizations
from benchmarks.machine import limit
from benchmarks.mix import CLASSES, DASHBOARD, EDIT, EXPORT, LIST, LOAN, MEMBERS, NAMES, SHARES, Answer, Mix
from benchmarks.rows import editing
from benchmarks.servers import Server, bare, product, tokens
from benchmarks.table import Row
from benchmarks.traffic import Tally, Traffic


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: `seconds` of a burst, `alone` requests of each class by itself, `touched` first touches."""

    organizations: int = 1_000
    loans: int = 50
    seconds: float = 5.0
    rounds: int = 3
    alone: int = 600
    touched: int = 200


SIZE = Size()

_REPEATED = (b"content-type", b"content-encoding", b"etag", b"cache-control", b"vary")


@dataclass(slots=True)
class Subject:
    """One source tree's product on a copy of the data, and the bare app that repeats its answers."""

    name: str
    data: Path
    tree: Path | None
    mix: Mix
    traffic: Traffic
    reference: Traffic
    touch: Tally = field(default_factory=Tally)
    cold: Tally = field(default_factory=Tally)
    saturated: list[tuple[Tally, Tally]] = field(default_factory=list)
    steady: Tally = field(default_factory=Tally)
    alone: dict[int, Tally] = field(default_factory=dict)
    after_edit: float = 0.0
    edit: tuple[float, float] = (0.0, 0.0)
    again: Tally = field(default_factory=Tally)
    compared: int = 0

    @property
    def ratio(self) -> float:
        """Requests per second against the bare app's, the median of neighbors."""
        return statistics.median(ours.per_second / theirs.per_second for ours, theirs in self.saturated)

    @property
    def per_second(self) -> float:
        """Requests per second, the median."""
        return statistics.median(ours.per_second for ours, _ in self.saturated)

    @property
    def cpu_ratio(self) -> float:
        """The bare app's CPU per request against ours, the median of neighbors."""
        return statistics.median(theirs.cpu / ours.cpu for ours, theirs in self.saturated)


def measure(folder: Path, beside: Path | None = None, size: Size = SIZE) -> list[Row]:
    """Measure this tree, and another one in turns with it; raises `AssertionError` for an answer that is wrong."""
    count = size.organizations
    template = organizations.make(folder / "mix", count, size.loans)
    people = [(organizations.organization_id(number), organizations.user_id(number)) for number in range(count)]
    trees = {"now": None} if beside is None else {"now": None, "before": beside}
    for name, tree in trees.items():
        shutil.copytree(folder / "mix", folder / name)
        signed = tokens(folder / name, people)
        # Every dashboard is made from the journal once, so that a start finds what an earlier one has left.
        with product(folder / name, "--no-demonstration", tree=tree) as server:
            traffic = Traffic(server, Mix(_host(server), template, signed))
            traffic.each(partial(traffic.mix.one, DASHBOARD, number) for number in range(count))
    with contextlib.ExitStack() as stack:
        subjects = []
        for name, tree in trees.items():
            signed = tokens(folder / name, people)
            subjects.append(
                stack.enter_context(
                    _started(name, folder / name, tree, size, partial(Mix, template=template, tokens=signed))
                )
            )
        _run(subjects, size)
    for subject in subjects:
        subject.compared = _compare(subject)
    return _rows(subjects)


@contextlib.contextmanager
def _started(name: str, data: Path, tree: Path | None, size: Size, mixed: Callable[[str], Mix]) -> Iterator[Subject]:
    """Start a product, measure it while it is cold, warm it up, and start the bare app that repeats its answers."""
    with product(data, "--no-demonstration", tree=tree) as server:
        mix = mixed(_host(server))
        traffic = Traffic(server, mix)
        touch = traffic.each(
            partial(mix.one, DASHBOARD, number) for number in range(min(size.touched, mix.organizations))
        )
        cold = traffic.saturate(size.seconds)
        traffic.each(partial(mix.one, DASHBOARD, number) for number in range(mix.organizations))
        traffic.saturate(size.seconds)
        recorded = record(traffic, data.with_name(f"{name}.json"))
        with bare("recorded", str(recorded)) as plain:
            reference = Traffic(plain, mixed(_host(plain)))
            reference.saturate(size.seconds / 5)
            yield Subject(name, data, tree, mix, traffic, reference, touch, cold)


def _run(subjects: list[Subject], size: Size) -> None:
    for _ in range(size.rounds):
        for one in subjects:
            one.saturated.append((one.traffic.saturate(size.seconds), one.reference.saturate(size.seconds / 2)))
    for one in subjects:
        one.steady = one.traffic.steady(one.per_second / 2, size.seconds * 2)
    for kind in CLASSES:
        for one in subjects:
            one.alone[kind] = one.traffic.each(partial(one.mix.of, kind) for _ in range(size.alone))
    for one in subjects:
        pairs = one.traffic.each(
            partial(one.mix.one, kind, number % one.mix.organizations)
            for number in range(size.alone)
            for kind in (EDIT, DASHBOARD)
        )
        one.after_edit = (pairs.server_seconds - one.alone[EDIT].server_seconds) / size.alone
        one.edit = editing.cost(one.traffic, one.data.with_name(f"{one.name}-edits.sqlite"), seconds=size.seconds / 4)
        one.again = one.traffic.each(
            partial(one.mix.one, DASHBOARD, number % min(20, one.mix.organizations)) for number in range(4 * size.alone)
        )


def record(traffic: Traffic, file: Path) -> Path:
    """Ask everything that the mix asks of one organization, and keep the answers as they came."""
    mix, answers = traffic.mix, []
    places = range(len(mix.template.loans))
    asked = [
        *((DASHBOARD, 0, "/api/v1/dashboard"), (EXPORT, 0, "/api/v1/loans/export"), (MEMBERS, 0, "/api/v1/members")),
        *((LIST, word, f"/api/v1/loans?q={word}&limit=50") for word in mix.template.words),
        *((LOAN, place, f"/api/v1/loans/{mix.template.loans[place][:-12]}") for place in places),
        *((EDIT, place, f"PUT /api/v1/loans/{mix.template.loans[place][:-12]}") for place in places),
    ]
    for kind, item, name in asked:
        answer = Answer(traffic.ask(mix.one(kind, 0, item)))
        sent = [(key.decode(), answer.header(key).decode()) for key in _REPEATED if answer.header(key)]
        body = answer.body if answer.header(b"content-length") else answer.content()
        answers.append((name, [*sent, ("content-length", str(len(body)))], body.decode("latin-1")))
    file.write_text(json.dumps(answers))
    return file


def _compare(subject: Subject) -> int:
    """Compare a hundredth of the answers with those of a new process that has the journals alone to compute from."""
    answers = sum(tally.answers for pair in subject.saturated for tally in pair[:1]) + subject.steady.answers
    kept = sorted(subject.mix.kept, key=str)
    chosen = random.Random(7).sample(kept, min(len(kept), answers // 100))  # noqa: S311 - no secret
    copy = subject.data.with_name(f"{subject.name}-fresh")
    shutil.copytree(subject.data, copy)
    for file in copy.glob("dashboard.sqlite*"):
        file.unlink()
    shutil.rmtree(copy / "blobs" / "dashboard", ignore_errors=True)
    with product(copy, "--no-demonstration", tree=subject.tree) as server:
        fresh = Traffic(server, subject.mix)
        for kind, organization, item in chosen:
            was = subject.mix.kept[kind, organization, item]
            now = Answer(fresh.ask(subject.mix.one(kind, organization, item)))
            check_same(f"{NAMES[kind]} of organization {organization} ({item})", was, now)
    shutil.rmtree(copy)
    return len(chosen)


def check_same(what: str, was: Answer, now: Answer) -> None:
    """Raise `AssertionError` where an answer says something else than the one computed anew."""
    if was.content() != now.content():
        raise AssertionError(f"{what} is answered otherwise by a new process:\n{was.content()!r}\n{now.content()!r}")


def _host(server: Server) -> str:
    return server.url.removeprefix("http://")


def _rows(subjects: list[Subject]) -> list[Row]:
    now, before = subjects[0], subjects[1] if len(subjects) > 1 else None
    what = f"the mix, {now.mix.organizations:,} organizations of {len(now.mix.template.loans)} loans"

    def row(title: str, tell: Callable[[Subject], str], reference: str = "", target: str = "", met: bool = True) -> Row:
        return Row(title, tell(now), reference, target, met, "" if before is None else tell(before))

    ours = Tally()
    for tally, _ in now.saturated:
        ours.add(tally)
    plain = statistics.median(theirs.per_second for _, theirs in now.saturated)
    most, rare, touch = limit(0.02), limit(0.05), limit(0.002)
    rows = [
        row(
            f"{what}, warm, saturated",
            lambda one: f"{one.per_second:,.0f}/s = {one.ratio:.2f} x; by CPU {one.cpu_ratio:.2f} x",
            f"bare ASGI, same bytes: {plain:,.0f}/s; generator {ours.own_seconds / ours.seconds:.0%} of a core; "
            f"{now.compared} answers as computed anew",
            ">= 0.3 x",
            now.ratio >= 0.3,
        ),
        row(
            "the same in the first seconds after a start",
            lambda one: f"{one.cold.per_second:,.0f}/s, {one.cold.cpu * 1e3:.2f} ms CPU a request",
        ),
        row(
            "the same, open loop at half of that rate",
            lambda one: "p50 {:.1f}, p95 {:.1f}, p99 {:.1f} ms at {:,.0f}/s".format(
                *(one.steady.percentile(part) * 1e3 for part in (0.5, 0.95, 0.99)), one.steady.per_second
            ),
            f"generator {now.steady.own_seconds / now.steady.seconds:.0%} of a core",
            f"p95 {most.told}, p99 {rare.told}",
            most.met(now.steady.percentile(0.95)) and rare.met(now.steady.percentile(0.99)),
        ),
        row(
            "first touch of an organization after a start, CPU",
            lambda one: f"{one.touch.cpu * 1e3:.2f} ms",
            "",
            touch.told,
            touch.met(now.touch.cpu),
        ),
        row(
            "dashboard after one edit: CPU, against a cached one, bytes on the wire",
            lambda one: (
                f"{one.after_edit * 1e3:.2f} ms = {one.after_edit / one.again.cpu:.0f} x, "
                f"{one.again.bytes / one.again.answers:,.0f} bytes"
            ),
            f"cached, same run: {now.again.cpu * 1e6:.0f} µs",
            "<= 15 x, <= 12,000",
            now.after_edit / now.again.cpu <= 15 and now.again.bytes / now.again.answers <= 12_000,
        ),
        row(
            "edit, commit included: CPU against a bare transaction",
            lambda one: f"{one.edit[0] * 1e3:.2f} ms = {one.edit[1]:.1f} x",
            "bare ASGI, one SQLite transaction of the same bytes",
            "<= 5 x",
            now.edit[1] <= 5,
        ),
    ]
    return rows + [
        row(
            f"{NAMES[kind]} alone, {SHARES[kind]} % of the mix: CPU, bytes on the wire",
            partial(_alone, kind),
        )
        for kind in CLASSES
    ]


def _alone(kind: int, one: Subject) -> str:
    tally = one.alone[kind]
    return f"{tally.cpu * 1e3:.2f} ms, {tally.bytes / tally.answers:,.0f} bytes"
