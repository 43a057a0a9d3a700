"""Unsubscribing: one click in a mail program ends the mail of a topic (RFC 8058), without signing in."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from realinsights.notifications.model.preferences import Preferences, PreferencesDraft, without
from realinsights.notifications.model.topics import MANDATORY, Channel, Topic
from realinsights.notifications.queries.wishes import wishes_of
from realinsights.notifications.service.clock import Clock
from realinsights.notifications.store import PEOPLE, PREFERENCES
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import NotFound

PATH: Final = "/mails/unsubscribe"

_TOKEN: Final = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9:-]{1,64})\.([a-z_]{1,40})\.([0-9a-f]{64})")


class Unsubscribing:
    """Tokens that only we can make, each good for one member's mail of one topic."""

    def __init__(self, documents: Documents, key: bytes, *, now: Clock) -> None:
        self._documents = documents
        self._key = key
        self._now = now

    def token(self, *, org: str, user: str, topic: Topic) -> str:
        """Return what ends a member's mail of a topic."""
        return f"{org}.{user}.{topic.value}.{self._seal(org, user, topic.value)}"

    async def unsubscribe(self, token: str) -> Topic:
        """End the mail that a token is good for; done again it changes nothing. Raises `NotFound` for no such token."""
        match = _TOKEN.fullmatch(token)
        if match is None or not hmac.compare_digest(match[4], self._seal(match[1], match[2], match[3])):
            raise NotFound("This link is not valid.")
        org, user, topic = match[1], match[2], Topic(match[3])

        async def work(unit: Unit) -> None:
            if topic in MANDATORY or await unit.get(PEOPLE, user) is None:
                raise NotFound("This link is not valid.")
            wished = (await wishes_of(unit, [user]))[user]
            if not wished.wants(topic, Channel.MAIL):
                return
            known = await unit.get(PREFERENCES, user)
            chosen = known.chosen if known is not None else PreferencesDraft()
            changed = without(chosen, topic, Channel.MAIL, before=wished.channels[topic])
            version = known.version if known is not None else 0
            unit.put(PREFERENCES, Preferences(id=user, org=org, version=version, chosen=changed))

        await committed(lambda: self._documents.unit(org=org, actor=user, business_date=self._now().date()), work)
        return topic

    def _seal(self, org: str, user: str, topic: str) -> str:
        return hmac.new(self._key, f"{org}\n{user}\n{topic}".encode(), hashlib.sha256).hexdigest()
