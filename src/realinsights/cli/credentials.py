"""Credentials of the command line: tokens in a file that only its owner can read, never a password."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click
import msgspec

from realinsights_platform.errors import Refusal


class Credential(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One session on one server; `expires_at` is the access token's end in seconds since the epoch."""

    email: str
    organization: str
    access_token: str
    expires_at: float
    cookies: dict[str, str]


class Credentials:
    """The sessions of this user on this machine, by server."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or Path(
            os.environ.get("REALINSIGHTS_CREDENTIALS") or Path(click.get_app_dir("realinsights")) / "credentials.json"
        )

    def of(self, server: str) -> Credential | None:
        """Return the session on a server, if there is one."""
        return self._read().get(server)

    def keep(self, server: str, credential: Credential) -> None:
        """Remember a session."""
        self._write({**self._read(), server: credential})

    def forget(self, server: str) -> None:
        """Forget the session on a server; none is no error."""
        known = self._read()
        if known.pop(server, None) is not None:
            self._write(known)

    def _read(self) -> dict[str, Credential]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Credential])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError:
            raise Refusal(f"{self._path} cannot be read. Remove it and sign in again: `realinsights login`.") from None

    def _write(self, known: dict[str, Credential]) -> None:
        # Written beside and renamed into place: two commands at once leave one whole file, never half of each.
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(known))
        draft.replace(self._path)
