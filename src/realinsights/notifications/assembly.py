"""Assembly: what the notifications service brings to a process."""

from __future__ import annotations

import contextlib
import datetime
import functools

from realinsights.contracts.loans import LOANS_EVENTS
from realinsights.contracts.notifications import NOTIFICATIONS_EVENTS
from realinsights.notifications import store, subscribers
from realinsights.notifications.routes import ROUTES
from realinsights.notifications.service.dates import advance_dates, roll_dates
from realinsights.notifications.service.following import Follower
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.scheduling.jobs import Job

KINDS = (*store.KINDS, answers_kind("notifications"))

FOLLOWS = ("loans",)
"""The services whose feeds the dates are made of."""


async def assemble(host: Host) -> Service:
    """Return the service: it hears of loans by their journal, and of members by the stream."""
    (loans,) = FOLLOWS
    follower = Follower(
        host.documents, host.feeds[loans], LOANS_EVENTS, heads=host.heads[loans], today=lambda: _now().date()
    )
    tasks: list[Running] = [functools.partial(contextlib.aclosing, follower)]
    if host.works:
        heard = subscribers.subscribed(host.stream)
        tasks.append(functools.partial(subscribers.hearing, host.documents, follower, heard))
    return Service(
        name="notifications",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads[loans],
        follows=loans,
        given={"follower": follower},
        relay=host.relay(NOTIFICATIONS_EVENTS),
        tasks=tasks,
        jobs=(
            Job(kind=store.DATES, work=functools.partial(advance_dates, now=_now)),
            Job(kind=store.LOAN_DATES, work=functools.partial(roll_dates, documents=host.documents, now=_now)),
        ),
    )


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
