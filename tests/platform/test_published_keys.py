"""Published keys: what a process without the auth service verifies tokens with."""

from __future__ import annotations

import asyncio
import json

from joserfc.jwk import KeySet, OKPKey

from realinsights_platform.published_keys import PublishedKeys


def a_key(name: str) -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": name, "use": "sig"})


class Source:
    """Publishes keys, and is away at times."""

    def __init__(self) -> None:
        self.keys = [a_key("first")]
        self.away = False
        self.asked = asyncio.Event()

    async def __call__(self) -> bytes:
        self.asked.set()
        if self.away:
            raise ConnectionError("nobody answers")
        return json.dumps(KeySet(list(self.keys)).as_dict(private=False)).encode()

    async def asked_again(self) -> None:
        for _ in range(2):  # the second question is asked once the first answer has been taken in
            self.asked.clear()
            await asyncio.wait_for(self.asked.wait(), 20)


def names(published: PublishedKeys) -> list[str | None]:
    return [key.kid for key in published.to_verify_with().keys]


async def test_are_there_once_it_runs_and_follow_what_is_published() -> None:
    source = Source()
    published = PublishedKeys(source, refresh_seconds=0.01)
    assert names(published) == []
    async with published.running():
        assert names(published) == ["first"]
        source.keys.append(a_key("second"))
        await source.asked_again()
        assert names(published) == ["first", "second"]


async def test_stay_as_they_were_while_their_source_is_away() -> None:
    source = Source()
    published = PublishedKeys(source, refresh_seconds=0.01)
    async with published.running():
        source.away = True
        await source.asked_again()
        assert names(published) == ["first"]
