"""Guesses at passwords, counted in the cache by the rule of `model.guessing`."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from dataclasses import dataclass

from realinsights.auth.model import guessing
from realinsights_platform.addresses import network_of
from realinsights_platform.cache.port import Cache
from realinsights_platform.errors import TooMany
from realinsights_platform.secret import Secret

_JOURNALED = 50
_JOURNALED_IN_ALL = 2000
"""How many refused sign-ins, of one account and of all, journals record in a `GUARD`: strangers must not fill them."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was counted; `key` counts its guesser on its account."""

    account: str
    key: str


class Guesses:
    """The counters. `account` is an address's `email_key`, whether or not it has an account."""

    def __init__(self, cache: Cache, secret: Secret) -> None:
        self._cache = cache
        self._device_key = secret.key("known devices")

    async def begin(self, *, account: str, address: str, device: str | None, now: datetime.datetime) -> Attempt:
        """Count an attempt; raises `TooMany` where the guesser has had all of this window's."""
        known = device is not None and self.knows(device, account)
        guesser = f"device {device}" if known else f"network {network_of(address)}"
        window = guessing.window(now, guessing.WINDOW)
        unlocked = await self._cache.get(_unlocked_key(account)) or b"0"
        key = f"auth.attempts:{account}:{_digest(guesser)}:{window.number}:{int(unlocked)}"
        count = await self._cache.increment(key, seconds=window.ends_in)
        wrong_before = 0 if known else await self._wrong(account, now)
        if count > guessing.attempts_allowed(known_device=known, wrong_before=wrong_before):
            raise TooMany("Too many attempts to sign in from here. Try again later.", retry_after=window.ends_in)
        return Attempt(account, key)

    async def begin_in_session(self, *, account: str, session: str, now: datetime.datetime) -> Attempt:
        """Count an attempt at the password from within a session, which has a count of its own; raises `TooMany`."""
        window = guessing.window(now, guessing.WINDOW)
        key = f"auth.attempts:{account}:{_digest(f'session {session}')}:{window.number}"
        if await self._cache.increment(key, seconds=window.ends_in) > guessing.ATTEMPTS:
            raise TooMany("Too many attempts at the password. Try again later.", retry_after=window.ends_in)
        return Attempt(account, key)

    async def begin_code(self, *, account: str, address: str, now: datetime.datetime) -> Attempt:
        """Count an attempt at a code by one who has shown the account's password; raises `TooMany`.

        Codes are short: besides the guesser's attempts, those of all together are bounded. Who is kept waiting by it
        learns that somebody else has the password.
        """
        codes = f"{account}:code"
        attempt = await self.begin(account=codes, address=address, device=None, now=now)
        if await self._wrong(codes, now) >= guessing.WRONG_CODES:
            window = guessing.window(now, guessing.GUARD)
            raise TooMany(
                "Too many wrong codes. Somebody who has your password may be trying: change it once you are in.",
                retry_after=window.ends_in,
            )
        return attempt

    async def wrong(self, attempt: Attempt, *, now: datetime.datetime) -> bool:
        """Remember that the password was wrong; return whether the journal should say so."""
        guard = guessing.window(now, guessing.GUARD)
        lasts = guard.ends_in + guessing.GUARD.total_seconds()
        wrong = await self._cache.increment(_wrong_key(attempt.account, guard.number), seconds=lasts)
        in_all = await self._cache.increment(f"auth.wrong:{guard.number}", seconds=guard.ends_in)
        return wrong <= _JOURNALED and in_all <= _JOURNALED_IN_ALL

    async def right(self, attempt: Attempt) -> None:
        """Give the guesser its attempts back."""
        await self._cache.delete(attempt.key)

    async def forget(self, account: str, *, now: datetime.datetime) -> None:
        """Give every guesser at an account its attempts back, and forget that it was guessed at."""
        number = guessing.window(now, guessing.GUARD).number
        for one in (account, f"{account}:code"):
            for guard in (number - 1, number):
                await self._cache.delete(_wrong_key(one, guard))
            # Counts of attempts are found by who made them: from now on others are counted. They end sooner than this.
            await self._cache.increment(_unlocked_key(one), seconds=2 * guessing.GUARD.total_seconds())

    async def begin_registration(self, *, address: str, now: datetime.datetime) -> None:
        """Count an attempt to register; raises `TooMany` where the address has had all of this hour's."""
        window = guessing.window(now, guessing.GUARD)
        key = f"auth.registrations:{_digest(network_of(address))}:{window.number}"
        if await self._cache.increment(key, seconds=window.ends_in) > guessing.REGISTRATIONS:
            raise TooMany("Too many attempts to register from here. Try again later.", retry_after=window.ends_in)

    async def begin_forgotten(self, *, account: str, address: str, now: datetime.datetime) -> bool:
        """Count a request for a new password; return whether its account may have one more mail in this hour.

        Raises `TooMany` where the network address has had all of this hour's. Both go by what is asked, not by what
        there is.
        """
        window = guessing.window(now, guessing.GUARD)
        key = f"auth.forgotten:{_digest(network_of(address))}:{window.number}"
        if await self._cache.increment(key, seconds=window.ends_in) > guessing.FORGOTTEN:
            raise TooMany(
                "Too many requests for a new password from here. Try again later.", retry_after=window.ends_in
            )
        of_account = await self._cache.increment(f"auth.forgotten:{account}:{window.number}", seconds=window.ends_in)
        return of_account <= guessing.FORGOTTEN_OF_ACCOUNT

    async def begin_address_mail(self, *, user: str, most: int, now: datetime.datetime) -> None:
        """Count a request of a member for mail about their address; raises `TooMany`."""
        window = guessing.window(now, guessing.WINDOW)
        if await self._cache.increment(f"auth.address:{user}:{window.number}", seconds=window.ends_in) > most:
            raise TooMany("Too many links were asked for. Try again later.", retry_after=window.ends_in)

    def device(self, *, account: str, name: str) -> str:
        """Return what a device keeps to be known as one that has signed in to the account; `name` is random."""
        return f"{name}.{self._device_seal(account, name)}"

    def knows(self, device: str, account: str) -> bool:
        """Tell whether a device has signed in to the account."""
        name, _, seal = device.partition(".")
        return hmac.compare_digest(seal.encode(), self._device_seal(account, name).encode())

    def _device_seal(self, account: str, name: str) -> str:
        return hmac.new(self._device_key, f"{account}\n{name}".encode(), hashlib.sha256).hexdigest()

    async def _wrong(self, account: str, now: datetime.datetime) -> int:
        number = guessing.window(now, guessing.GUARD).number
        counts = [await self._cache.get(_wrong_key(account, guard)) for guard in (number - 1, number)]
        return sum(int(count) for count in counts if count is not None)


def _wrong_key(account: str, guard: int) -> str:
    return f"auth.wrong:{account}:{guard}"


def _unlocked_key(account: str) -> str:
    return f"auth.unlocked:{account}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
