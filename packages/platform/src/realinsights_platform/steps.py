"""Steps: what one service asks of another and hears back, as events, where something spans services.

A step is asked for with a task and answered with what came of it. Both may come twice; who is asked twice does what is
left to do, and answers again.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from realinsights_platform.documents.closed import Closure
from realinsights_platform.events import Event


class StepOutcome(StrEnum):
    """What came of a step; `not_understood` is a task that this version of the service does not know."""

    DONE = "done"
    REFUSED = "refused"
    NOT_UNDERSTOOD = "not_understood"


class StepRequested(Event, frozen=True, tag="auth.step.requested.v1"):
    """A service is to do its part of an undertaking; `task` names the part, `subject` whom or what it concerns.

    It comes again, with the next `attempt`, where no answer has come by the deadline.
    """

    undertaking_id: str
    service: str
    task: str
    subject: str
    attempt: int


class StepAnswered(Event, frozen=True, tag="step.answered.v1"):
    """A service has done its part, or says why not: `objections` are sentences for people.

    `counts` say how much was done, by what it was done to. `closure` is the end of its journal, where it was closed.
    """

    undertaking_id: str
    task: str
    outcome: StepOutcome
    objections: tuple[str, ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    closure: Closure | None = None
