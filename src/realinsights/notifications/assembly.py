"""Assembly: what the notifications service brings to a process."""

from __future__ import annotations

import contextlib
import functools

from realinsights.contracts.notifications import NOTIFICATIONS_EVENTS
from realinsights.contracts.undertakings import (
    DELETE_ORGANIZATION,
    LET_GO_OF_MEMBER,
    PUT_DEMONSTRATION,
    REMOVE_DEMONSTRATION,
)
from realinsights.notifications import store, subscribers
from realinsights.notifications.model.deliveries import endpoint_of
from realinsights.notifications.routes import ROUTES
from realinsights.notifications.service import demonstration
from realinsights.notifications.service.badges import Badges
from realinsights.notifications.service.clock import utc_now
from realinsights.notifications.service.dates import advance_dates, roll_dates
from realinsights.notifications.service.delivering import Delivering
from realinsights.notifications.service.endpoints import Webhooks
from realinsights.notifications.service.following import Follower
from realinsights.notifications.service.hearing import Hearing
from realinsights.notifications.service.leaving import let_go
from realinsights.notifications.service.linking import KeptLinks
from realinsights.notifications.service.mailing import Mailing
from realinsights.notifications.service.sending import Sender
from realinsights.notifications.service.unsubscribing import Unsubscribing
from realinsights.notifications.service.watching import escalate, look
from realinsights_platform import stepping
from realinsights_platform.documents.closing import Kept
from realinsights_platform.http.routes.idempotency import answers_kind
from realinsights_platform.process import Host, Running, Service
from realinsights_platform.scheduling.jobs import Job
from realinsights_platform.webhooks.destinations import Destinations
from realinsights_platform.webhooks.posting import Poster

KINDS = (*store.KINDS, answers_kind("notifications"))

KEPT_FILES: tuple[str, ...] = ()

FOLLOWS = subscribers.SERVICES
"""The services whose events people and programs are told of."""


async def assemble(host: Host) -> Service:
    """Return the service; its feeds are those that programs may read.

    The composition root gives `outside`: how mail leaves, and where people reach the product.
    """
    feeds = {service: host.feeds[service] for service in FOLLOWS}
    outside = host.given["outside"]
    unsubscribing = Unsubscribing(host.documents, host.secret.key("unsubscribing"), now=utc_now)
    destinations = Destinations(loopback=outside.webhooks_to_loopback)
    webhooks = Webhooks(
        documents=host.documents,
        feeds=feeds,
        destinations=destinations,
        key=host.secret.key("webhooks"),
        now=utc_now,
    )
    badges = Badges(host.documents, host.heads["notifications"], now=utc_now)
    dating = {service: feeds[service] for service in ("loans", "files")}
    follower = Follower(host.documents, dating, heads=host.heads, today=lambda: utc_now().date())
    tasks: list[Running] = [badges.running, functools.partial(contextlib.aclosing, follower)]
    if host.works:
        hears = Hearing(host.documents, feeds, now=utc_now)
        told = host.stream.subscribe(subscribers.TELLING_GROUP, subscribers.SERVICES)
        tasks.append(functools.partial(subscribers.telling, hears, told))
        followed = subscribers.subscribed(host.stream)
        tasks.append(functools.partial(subscribers.following, follower, followed))
        kept = Kept(storage=host.documents, kinds=KINDS, blobs=host.blobs)
        steps = stepping.asked(host.stream, host.documents.service)
        lets_go = functools.partial(let_go, documents=host.documents, now=utc_now)
        does: dict[str, stepping.Task] = {
            DELETE_ORGANIZATION: stepping.deleting(kept),
            LET_GO_OF_MEMBER: stepping.in_parts(host.documents, lets_go),
            PUT_DEMONSTRATION: functools.partial(
                host.given["demonstrating"]("notifications"),
                documents=host.documents,
                hearing=hears,
                follower=follower,
                now=utc_now,
            ),
            REMOVE_DEMONSTRATION: demonstration.removing(host.documents, hearing=hears, follower=follower, now=utc_now),
        }
        tasks.append(functools.partial(stepping.stepping, host.documents, steps, does))
        mailing = Mailing(
            documents=host.documents,
            blobs=host.blobs,
            mailer=outside.mailer,
            sender=outside.sender,
            site=outside.site,
            unsubscribing=unsubscribing,
            secret=host.secret,
            now=utc_now,
        )
        sender = Sender(
            host.documents,
            store.MAILS,
            mailing.send,
            lane=lambda due: "mail",
            lane_width=4,
            width=4,
            heads=host.heads["notifications"],
            leases=host.leases,
            now=utc_now,
            lease_seconds=host.lease_seconds,
        )
        tasks.append(sender.running)
        poster = Poster(destinations)
        tasks.append(functools.partial(contextlib.aclosing, poster))
        delivering = Delivering(
            documents=host.documents, webhooks=webhooks, poster=poster, release=host.given["release"]
        )
        deliveries = Sender(
            host.documents,
            store.DELIVERIES,
            delivering.send,
            lane=lambda due: endpoint_of(due.id),
            lane_width=4,
            width=200,
            heads=host.heads["notifications"],
            leases=host.leases,
            now=utc_now,
            lease_seconds=host.lease_seconds,
        )
        tasks.append(deliveries.running)
    return Service(
        name="notifications",
        routes=ROUTES,
        documents=host.documents,
        versions=host.heads["loans"],
        follows="loans",
        given={
            "follower": follower,
            "feeds": feeds,
            "badges": badges,
            "clock": utc_now,
            "mailer": outside.mailer,
            "kept_links": KeptLinks(secret=host.secret, site=outside.site or "", shown=not outside.mailer.leaves),
            "unsubscribing": unsubscribing,
            "webhooks": webhooks,
        },
        relay=host.relay(NOTIFICATIONS_EVENTS),
        tasks=tasks,
        jobs=(
            Job(kind=store.DATES, work=functools.partial(advance_dates, documents=host.documents, now=utc_now)),
            Job(kind=store.RULES, work=functools.partial(look, documents=host.documents, now=utc_now)),
            Job(kind=store.ESCALATIONS, work=functools.partial(escalate, now=utc_now)),
            Job(kind=store.LOAN_DATES, work=functools.partial(roll_dates, documents=host.documents, now=utc_now)),
        ),
    )
