"""Service tokens: by what a service shows the one whose journal it reads who it is, for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from realinsights_platform.errors import Forbidden, Unauthenticated
from realinsights_platform.secret import Secret

LASTS: Final = 60
"""Seconds for which a token is good."""

_LEEWAY: Final = 5
"""Seconds by which clocks may differ."""

_ALGORITHM: Final = "HS256"
_LONGEST: Final = 1024
_NOT_OURS: Final = "The token is not one of a service of this installation."


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    aud: str
    exp: int


class ServiceTokens:
    """The tokens that one service shows to another; both hold the installation's secret (HS256, RFC 7515)."""

    def __init__(self, secret: Secret, *, clock: Callable[[], float] = time.time) -> None:
        self._key = OctKey.import_key(secret.key("journal feeds"))
        self._clock = clock

    def token(self, asking: str, *, asked: str) -> str:
        """Return a token of the service that asks, good for the one that is asked."""
        expires = int(self._clock()) + LASTS
        return jwt.encode({"alg": _ALGORITHM}, {"iss": asking, "aud": asked, "exp": expires}, self._key)

    def admit(self, token: str, *, asked: str, readers: frozenset[str]) -> str:
        """Return the service that a token is of.

        Raises `Unauthenticated` for what is no token or has expired, and `Forbidden` for a service that is none of the
        `readers` or whose token is good for another service than the one that is asked.
        """
        if len(token) > _LONGEST:
            raise Unauthenticated(_NOT_OURS)
        try:
            claims = msgspec.convert(jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims, _Claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated(_NOT_OURS) from error
        if claims.exp + _LEEWAY <= self._clock():
            raise Unauthenticated("The service's token has expired.")
        if claims.aud != asked:
            raise Forbidden(f"The token is good for {claims.aud}, not for {asked}.")
        if claims.iss not in readers:
            raise Forbidden(f"{claims.iss} does not follow {asked}.")
        return claims.iss
