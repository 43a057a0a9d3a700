"""The one secret of an installation, from which the keys of tokens, cookies and stored private keys are derived."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from realinsights_platform.errors import Refusal

_BYTES = 32


class Secret:
    """A secret that shows itself to nobody; each purpose has a key of its own."""

    def __init__(self, value: bytes) -> None:
        if len(value) < _BYTES:
            raise ValueError(f"The secret has {len(value)} bytes. It needs at least {_BYTES}.")
        self._value = value

    def __repr__(self) -> str:
        return "Secret(...)"

    def key(self, purpose: str) -> bytes:
        """Return the 256-bit key of a purpose."""
        return hmac.digest(self._value, f"realinsights\n{purpose}".encode(), "sha256")


class NoSecret(Refusal):
    """The installation's secret is not where it should be, or is not one."""


def open_secret(url: str, *, environment: Mapping[str, str], create: bool) -> Secret:
    """Return the secret at `environment://NAME` or `file:///PATH`; with `create` a file is made where there is none.

    Only where one process is the whole installation may it be made: two would each have their own. Raises `NoSecret`.
    """
    scheme, _, place = url.partition("://")
    if scheme == "environment":
        if not environment.get(place):
            raise NoSecret(f"Set {place} to the installation's secret. Make one with: realinsights secret create.")
        return _parsed(environment[place], place)
    if scheme != "file":
        raise NoSecret(f"A secret at {url} is not supported. Use environment://NAME or file:///PATH.")
    path = Path(place)
    if create:
        return read_or_create_secret(path)
    if not path.exists():
        raise NoSecret(f"There is no secret at {path}. Mount it there. Make one with: realinsights secret create FILE.")
    return read_secret(path)


def read_secret(path: Path) -> Secret:
    """Return the secret in a file; raises `NoSecret` where others can read it.

    The owner's group may read a file that nobody may write, which is how Kubernetes mounts a secret (`fsGroup`).
    """
    mode = path.stat().st_mode
    allowed = 0o440 if not mode & 0o222 else 0o600
    if os.name == "posix" and stat.S_IMODE(mode) & ~allowed & 0o077:
        raise NoSecret(f"{path} can be read by others than its owner. Run: chmod 600 {path}.")
    return _parsed(path.read_text(encoding="ascii", errors="replace"), str(path))


def read_or_create_secret(path: Path) -> Secret:
    """Return the secret in a file, which is made where there is none."""
    if not path.exists():
        create_secret(path)
    return read_secret(path)


def new_secret() -> str:
    """Return a new secret as it is written down."""
    return secrets.token_hex(_BYTES)


def _parsed(text: str, where: str) -> Secret:
    try:
        return Secret(bytes.fromhex(text.strip()))
    except ValueError:
        raise NoSecret(
            f"{where} holds no secret, which is at least {2 * _BYTES} hexadecimal digits. "
            "Make one with: realinsights secret create."
        ) from None


def create_secret(path: Path) -> bool:
    """Make a secret in a file, readable by its owner only; return whether there was none.

    It comes into being whole or not at all: a crash leaves no half secret.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_secret() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return False  # somebody was faster, and that secret is whole
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()
    return True
