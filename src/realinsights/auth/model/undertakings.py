"""Undertakings: what spans services, as one document with a step for each service's part.

A step is asked of its service by an event and answered by one. It has a deadline: where no answer has come by then, the
step is late, which is told, and is asked for again. Steps go in waves: those of a wave are asked for together, once all
of the wave before are done. Wave 0 looks whether anything objects, while the undertaking can still be undone.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from realinsights.contracts.undertakings import (
    CHECK_DELETION,
    DELETE_ORGANIZATION,
    DELETION,
    DEMONSTRATION,
    DEMONSTRATION_REMOVAL,
    LET_GO_OF_MEMBER,
    PUT_DEMONSTRATION,
    REMOVAL,
    REMOVE_DEMONSTRATION,
)
from realinsights_platform.documents.closed import Closure
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Conflict
from realinsights_platform.steps import StepAnswered, StepOutcome

GRACE: Final = datetime.timedelta(days=14)
"""So long a deletion can be undone."""

REMOVAL_GRACE: Final = datetime.timedelta(days=7)
"""So long the removal of a member can be undone."""

FIRST_DEADLINE: Final = datetime.timedelta(minutes=10)
LONGEST_DEADLINE: Final = datetime.timedelta(hours=6)


class UndertakingKind(StrEnum):
    """What is undertaken."""

    ORGANIZATION_DELETION = "organization_deletion"
    MEMBER_REMOVAL = "member_removal"
    DEMONSTRATION = "demonstration"
    DEMONSTRATION_REMOVAL = "demonstration_removal"


DEMONSTRATIONS: Final = (UndertakingKind.DEMONSTRATION, UndertakingKind.DEMONSTRATION_REMOVAL)
"""The undertakings that auth itself has no part of: they end with the last answer."""


class UndertakingState(StrEnum):
    """The state of an undertaking; once every service is done auth is `finishing` it.

    From `certifying` on the certificate of a deletion is what is gone on with: this document goes with its
    organization. `done` is the end of any other.
    """

    ASKED = "asked"
    UNDER_WAY = "under_way"
    FINISHING = "finishing"
    CERTIFYING = "certifying"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"


class StepState(StrEnum):
    """The state of a service's step."""

    WAITING = "waiting"
    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    REFUSED = "refused"
    DONE = "done"


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A service's part. `late` says that a deadline has passed without an answer, `attempts` how often it was asked."""

    service: str
    task: str
    wave: int
    state: StepState = StepState.WAITING
    attempts: int = 0
    asked_at: datetime.datetime | None = None
    deadline: datetime.datetime | None = None
    answered_at: datetime.datetime | None = None
    late: bool = False
    objections: tuple[str, ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    closure: Closure | None = None

    @property
    def open(self) -> bool:
        """Whether it was asked for and an answer is awaited."""
        return self.state in {StepState.ASKED, StepState.NOT_UNDERSTOOD}

    def asked(self, now: datetime.datetime) -> Step:
        """Return the step as it is asked for, once more where it was before; each time its service gets longer."""
        patience = min(FIRST_DEADLINE * 2 ** min(self.attempts, 10), LONGEST_DEADLINE)
        return msgspec.structs.replace(
            self,
            state=StepState.ASKED,
            attempts=self.attempts + 1,
            asked_at=self.asked_at or now,
            deadline=now + patience,
        )


class Asker(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The one who asked for an undertaking: a member as they were then, or the command line, which has no address."""

    id: str
    name: str
    email: str | None


class Undertaking(Document, frozen=True, kw_only=True, rename="camel"):
    """Something that spans services, from when it is asked for until its end. `subject` is what it concerns, by id.

    `facts` are what steps tell those that come after them.
    """

    kind: UndertakingKind
    subject: str
    asked_by: Asker
    asked_at: datetime.datetime
    begins_at: datetime.datetime
    state: UndertakingState
    steps: tuple[Step, ...]
    ended_at: datetime.datetime | None = None
    ended_by: str | None = None
    facts: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def due_at(self) -> datetime.datetime | None:
        """When it has to be looked at: it begins, a deadline passes, or auth has to finish it."""
        match self.state:
            case UndertakingState.ASKED:
                return min((self.begins_at, *self._deadlines(lambda step: step.wave == 0)))
            case UndertakingState.UNDER_WAY:
                return min(self._deadlines(lambda step: step.wave > 0), default=None)
            case UndertakingState.FINISHING:
                return self.begins_at
        return None

    def _deadlines(self, which: Callable[[Step], bool]) -> Sequence[datetime.datetime]:
        return [step.deadline for step in self.steps if step.open and step.deadline is not None and which(step)]

    @property
    def open_as(self) -> str | None:
        """What no two may be at once: the same undertaking of the same subject; None once it has ended."""
        return None if self.ended_at is not None else f"{self.kind.value}:{self.subject}"

    @property
    def begun(self) -> bool:
        """Whether a service has done something that cannot be undone."""
        return any(step.wave > 0 and step.state is StepState.DONE for step in self.steps)

    @property
    def objections(self) -> tuple[str, ...]:
        """What services say against it."""
        return tuple(objection for step in self.steps for objection in step.objections)


Moved = tuple[Undertaking, tuple[Step, ...]]
"""An undertaking as it is now, and the steps that are to be asked for."""


def deletion(
    *,
    undertaking_id: str,
    org: str,
    asked_by: Asker,
    now: datetime.datetime,
    grace: datetime.timedelta = GRACE,
) -> Moved:
    """Return the deletion of an organization as it is asked for: files look at once whether anything objects.

    For so long as `grace` it can be undone.
    """
    steps = [Step(service="files", task=CHECK_DELETION, wave=0), *_waves(DELETION, DELETE_ORGANIZATION)]
    undertaking = Undertaking(
        id=undertaking_id,
        org=org,
        kind=UndertakingKind.ORGANIZATION_DELETION,
        subject=org,
        asked_by=asked_by,
        asked_at=now,
        begins_at=now + grace,
        state=UndertakingState.ASKED,
        steps=tuple(steps),
    )
    return _asking(undertaking, lambda step: step.wave == 0, now)


def removal(*, undertaking_id: str, org: str, member: str, asked_by: Asker, now: datetime.datetime) -> Undertaking:
    """Return the removal of a member as it is asked for: no service does anything yet."""
    return Undertaking(
        id=undertaking_id,
        org=org,
        kind=UndertakingKind.MEMBER_REMOVAL,
        subject=member,
        asked_by=asked_by,
        asked_at=now,
        begins_at=now + REMOVAL_GRACE,
        state=UndertakingState.ASKED,
        steps=tuple(_waves((REMOVAL,), LET_GO_OF_MEMBER)),
    )


def demonstration(
    *,
    undertaking_id: str,
    org: str,
    asked_by: Asker,
    now: datetime.datetime,
    facts: dict[str, Any],
    removal: bool = False,
) -> Moved:
    """Return the demonstration in, or out with `removal`, as it is asked for: it begins at once."""
    waves, task = (DEMONSTRATION_REMOVAL, REMOVE_DEMONSTRATION) if removal else (DEMONSTRATION, PUT_DEMONSTRATION)
    undertaking = Undertaking(
        id=undertaking_id,
        org=org,
        kind=UndertakingKind.DEMONSTRATION_REMOVAL if removal else UndertakingKind.DEMONSTRATION,
        subject=org,
        asked_by=asked_by,
        asked_at=now,
        begins_at=now,
        state=UndertakingState.UNDER_WAY,
        steps=tuple(_waves(waves, task)),
        facts=facts,
    )
    return _next_wave(undertaking, now)


def demonstration_id(before: Undertaking | None) -> str:
    """Return the id of the demonstration's undertaking that follows one; two who ask at once make the same one."""
    return f"demonstration-{1 if before is None else int(before.id.rpartition('-')[2]) + 1}"


def stopped(undertaking: Undertaking, *, by: str, now: datetime.datetime) -> Undertaking:
    """Return an undertaking that is not gone on with: what was done of it is undone by another one."""
    return msgspec.structs.replace(undertaking, state=UndertakingState.UNDONE, ended_at=now, ended_by=by)


def carried_on(undertaking: Undertaking, now: datetime.datetime) -> Moved:
    """Return an undertaking as the time makes it: it begins, and what is late is asked for again."""
    if undertaking.state is UndertakingState.ASKED and now >= undertaking.begins_at:
        return _next_wave(msgspec.structs.replace(undertaking, state=UndertakingState.UNDER_WAY), now)
    if undertaking.state not in {UndertakingState.ASKED, UndertakingState.UNDER_WAY}:
        return undertaking, ()

    def late(step: Step) -> bool:
        current = (step.wave == 0) is (undertaking.state is UndertakingState.ASKED)
        return current and step.open and step.deadline is not None and step.deadline <= now

    return _asking(undertaking, late, now, late=True)


def heard(undertaking: Undertaking, service: str, answer: StepAnswered, now: datetime.datetime) -> Moved:
    """Return an undertaking as an answer makes it; an answer that comes again, or to nothing asked, changes nothing."""
    place = next(
        (
            place
            for place, step in enumerate(undertaking.steps)
            if (step.service, step.task) == (service, answer.task) and step.open
        ),
        None,
    )
    if place is None or undertaking.ended_at is not None:
        return undertaking, ()
    step = undertaking.steps[place]
    if answer.outcome is StepOutcome.NOT_UNDERSTOOD:
        # It may be of an older version: it is asked again once the deadline has passed.
        return _with(undertaking, place, state=StepState.NOT_UNDERSTOOD, answered_at=now), ()
    if answer.outcome is StepOutcome.REFUSED:
        changed = _with(
            undertaking, place, state=StepState.REFUSED, answered_at=now, objections=answer.objections, deadline=None
        )
        if undertaking.kind is not UndertakingKind.DEMONSTRATION and (
            undertaking.begun or undertaking.kind is not UndertakingKind.ORGANIZATION_DELETION
        ):
            # What was begun is brought to its end: whoever refuses now is asked again. To let go of a person, or to
            # take the demonstration out, nobody may refuse at all. What was put in of it can be taken out.
            return _with(undertaking, place, answered_at=now, objections=answer.objections), ()
        return msgspec.structs.replace(changed, state=UndertakingState.REFUSED, ended_at=now), ()
    changed = _with(
        undertaking,
        place,
        state=StepState.DONE,
        answered_at=now,
        deadline=None,
        objections=answer.objections,
        counts=answer.counts,
        closure=answer.closure,
    )
    if answer.facts is not msgspec.UNSET:
        changed = msgspec.structs.replace(changed, facts=changed.facts | answer.facts)
    return _next_wave(changed, now) if step.wave and changed.state is UndertakingState.UNDER_WAY else (changed, ())


def finished(undertaking: Undertaking, *, now: datetime.datetime) -> Undertaking:
    """Return an undertaking of which auth has done its own part too."""
    return msgspec.structs.replace(undertaking, state=UndertakingState.DONE, ended_at=now)


def undone(undertaking: Undertaking, *, by: str, now: datetime.datetime) -> Undertaking:
    """Return an undertaking that is taken back; raises `Conflict` once it has begun or ended."""
    if undertaking.state is not UndertakingState.ASKED or now >= undertaking.begins_at:
        what = "removal" if undertaking.kind is UndertakingKind.MEMBER_REMOVAL else "deletion"
        raise Conflict(f"The {what} has begun or ended. It cannot be undone any more.")
    return msgspec.structs.replace(undertaking, state=UndertakingState.UNDONE, ended_at=now, ended_by=by)


def _next_wave(undertaking: Undertaking, now: datetime.datetime) -> Moved:
    rest = [step.wave for step in undertaking.steps if step.wave > 0 and step.state is not StepState.DONE]
    if not rest and undertaking.kind in DEMONSTRATIONS:
        return finished(undertaking, now=now), ()
    if not rest:
        return msgspec.structs.replace(undertaking, state=UndertakingState.FINISHING), ()
    wave = min(rest)
    return _asking(undertaking, lambda step: step.wave == wave and step.state is StepState.WAITING, now)


def _waves(waves: Sequence[Sequence[str]], task: str) -> Iterator[Step]:
    for wave, services in enumerate(waves, 1):
        yield from (Step(service=service, task=task, wave=wave) for service in services)


def _asking(
    undertaking: Undertaking, which: Callable[[Step], bool], now: datetime.datetime, *, late: bool = False
) -> Moved:
    """Return an undertaking with some steps asked for, and those steps."""
    asked: list[Step] = []
    steps: list[Step] = []
    for step in undertaking.steps:
        if not which(step):
            steps.append(step)
            continue
        asked.append(msgspec.structs.replace(step.asked(now), late=late))
        steps.append(asked[-1])
    return msgspec.structs.replace(undertaking, steps=tuple(steps)), tuple(asked)


def _with(undertaking: Undertaking, place: int, **changes: Any) -> Undertaking:
    steps = [*undertaking.steps]
    steps[place] = msgspec.structs.replace(steps[place], **changes)
    return msgspec.structs.replace(undertaking, steps=tuple(steps))
