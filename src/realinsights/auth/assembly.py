"""Assembly: what the auth service brings to a process."""

from __future__ import annotations

import functools

from realinsights.auth import store, subscribers
from realinsights.auth.routes import ROUTES
from realinsights.auth.service.addresses import forget_changes
from realinsights.auth.service.certificates import complete
from realinsights.auth.service.forgetting import forget_invitations, forget_sessions
from realinsights.auth.service.identity import open_identity
from realinsights.auth.service.revocation import StoredRegister
from realinsights.auth.service.undertakings import carry_on
from realinsights.contracts.auth import AUTH_EVENTS
from realinsights_platform.documents.closing import Kept
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.scheduling.jobs import Job

KINDS = (*store.KINDS, answers_kind("auth"))

KEPT_FILES: tuple[str, ...] = ()

FOLLOWS: tuple[str, ...] = ()


async def assemble(host: Host) -> Service:
    """Return the service; its collaborator `identity` is for what begins organizations too.

    The composition root gives `barred`, an address and a password that do not sign in.
    """
    identity = await open_identity(
        documents=host.documents,
        cache=host.cache,
        secret=host.secret,
        secure_cookies=host.https_only,
        barred=host.given["barred"],
    )
    kept = Kept(storage=host.documents, kinds=KINDS, blobs=host.blobs)
    tasks: list[Running] = []
    if host.works:
        asked = host.stream.subscribe(subscribers.GROUP, subscribers.SERVICES, subscribers.EVENTS)
        tasks.append(functools.partial(subscribers.telling, host.documents, asked))
        forgotten = host.stream.subscribe(
            subscribers.FORGOTTEN_GROUP, subscribers.FORGOTTEN_SERVICES, subscribers.FORGOTTEN_EVENTS
        )
        tasks.append(functools.partial(subscribers.mailing, identity, forgotten))
        answers = host.stream.subscribe(
            subscribers.ANSWERS_GROUP, subscribers.ANSWERS_SERVICES, subscribers.ANSWERS_EVENTS
        )
        tasks.append(functools.partial(subscribers.hearing_answers, identity, answers))
        holds = host.stream.subscribe(subscribers.HOLDS_GROUP, subscribers.HOLDS_SERVICES, subscribers.HOLDS_EVENTS)
        tasks.append(functools.partial(subscribers.hearing_of_holds, identity, holds))
    return Service(
        name="auth",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["auth"],
        given={"identity": identity},
        relay=host.relay(AUTH_EVENTS),
        tasks=tasks,
        jobs=(
            Job(kind=store.SESSION, work=functools.partial(forget_sessions, identity=identity)),
            Job(kind=store.INVITATION, work=functools.partial(forget_invitations, identity=identity)),
            Job(kind=store.ADDRESS_CHANGE, work=functools.partial(forget_changes, identity=identity)),
            Job(kind=store.UNDERTAKING, work=functools.partial(carry_on, identity=identity)),
            Job(kind=store.CERTIFICATE, work=functools.partial(complete, identity=identity, kept=kept)),
        ),
        register=StoredRegister(host.documents, identity.keys),
    )
