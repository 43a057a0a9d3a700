"""The one secret of an installation, from which the keys of tokens, cookies and stored private keys are derived."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

_BYTES = 32


class Secret:
    """A secret that shows itself to nobody; each purpose has a key of its own."""

    def __init__(self, value: bytes) -> None:
        if len(value) < _BYTES:
            raise ValueError(f"the secret has {len(value)} bytes; it needs at least {_BYTES}")
        self._value = value

    def __repr__(self) -> str:
        return "Secret(...)"

    def key(self, purpose: str) -> bytes:
        """Return the 256-bit key of a purpose."""
        return hmac.digest(self._value, f"realinsights\n{purpose}".encode(), "sha256")


def read_or_create_secret(path: Path) -> Secret:
    """Return the secret in a file, which is made, readable by its owner only, where there is none.

    It comes into being whole or not at all: a crash leaves no half secret. Raises `PermissionError` where others can
    read the file.
    """
    if not path.exists():
        _create(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others than its owner. Run: chmod 600 {path}")
    return Secret(bytes.fromhex(path.read_text(encoding="ascii").strip()))


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return  # another process was faster, and its secret is whole
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()
