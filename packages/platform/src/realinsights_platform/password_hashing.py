"""Argon2id in threads, a few at a time, so that no crowd exhausts the machine or stops the event loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import argon2
from argon2.profiles import RFC_9106_LOW_MEMORY

from realinsights_platform.errors import TooMany
from realinsights_platform.texts import normalized_password


class Hasher:
    """A password hasher; each computation takes `parameters.memory_cost` KiB, hence `at_once` and a bounded queue.

    Raising the parameters is safe at any time: an older hash still verifies, is `outdated`, and is replaced when its
    owner next signs in.
    """

    def __init__(
        self, *, parameters: argon2.Parameters = RFC_9106_LOW_MEMORY, at_once: int = 2, most_waiting: int = 50
    ) -> None:
        self._argon2 = argon2.PasswordHasher.from_parameters(parameters)
        self._threads = ThreadPoolExecutor(at_once, "argon2")
        self._most = at_once + most_waiting
        self._here = 0
        self._nobodys = _hash_of_nothing(parameters)

    async def hash(self, password: str) -> str:
        """Return the hash to store, its parameters and salt included."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._argon2.hash, normalized_password(password)
            )

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Tell whether the password is the one hashed; with no hash, take as long and say no."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._verify, normalized_password(password), password_hash or self._nobodys
            )

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(password_hash)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._here >= self._most:
            raise TooMany("Too many passwords are checked at this moment. Try again shortly.", retry_after=5)
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except argon2.exceptions.VerifyMismatchError:
            return False


def _hash_of_nothing(parameters: argon2.Parameters) -> str:
    def text(length: int) -> str:
        return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")

    return (
        f"$argon2id$v={parameters.version}$m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
        f"${text(parameters.salt_len)}${text(parameters.hash_len)}"
    )
