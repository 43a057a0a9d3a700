"""Steps: what one service asks of another and hears back, as events, where something spans services.

A step is asked for with a task and answered with what came of it. Both may come twice; who is asked twice does what is
left to do, and answers again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from realinsights_platform.documents.closed import Closure
from realinsights_platform.documents.port import Document
from realinsights_platform.events import Event

Facts = dict[str, Any] | msgspec.UnsetType
"""What one step tells the next ones, as JSON; left out where there is nothing to tell."""


class StepOutcome(StrEnum):
    """What came of a step; `not_understood` is a task that this version of the service does not know."""

    DONE = "done"
    REFUSED = "refused"
    NOT_UNDERSTOOD = "not_understood"


class LastStep(Document, frozen=True, kw_only=True, rename="camel"):
    """The step of a thing that was done last, by the sequence of its request; its id names the thing.

    For what is done and undone: a request that comes again after a later one is not done again.
    """

    sequence: int


class StepRequested(Event, frozen=True, tag="auth.step.requested.v1"):
    """A service is to do its part of an undertaking; `task` names the part, `subject` whom or what it concerns.

    It comes again, with the next `attempt`, where no answer has come by the deadline. `facts` are what steps before it
    have told.
    """

    undertaking_id: str
    service: str
    task: str
    subject: str
    attempt: int
    facts: Facts = msgspec.UNSET

    @property
    def told(self) -> dict[str, Any]:
        """Return the facts, none where there are none."""
        return {} if self.facts is msgspec.UNSET else self.facts


class StepAnswered(Event, frozen=True, tag="step.answered.v1"):
    """A service has done its part, or says why not: `objections` are sentences for people, also about what it left.

    `counts` say how much was done, by what it was done to. `closure` is the end of its journal, where it was closed.
    `facts` are for the steps that come after it.
    """

    undertaking_id: str
    task: str
    outcome: StepOutcome
    objections: tuple[str, ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    closure: Closure | None = None
    facts: Facts = msgspec.UNSET
