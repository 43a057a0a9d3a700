"""Office files are archives: held against bounds before anything in them is unpacked."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Final

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.extracted import Refused, unreadable

_MOST_MEMBERS: Final = 10_000
_MOST_UNPACKED: Final = 400 * 1024 * 1024
_ENCRYPTED: Final = 0x1


def require_harmless(stream: BinaryIO, what: str) -> None:
    """Raise `Refused` for an archive that unpacks to more than is read, is encrypted, or is none."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise unreadable(what) from error
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Refused(VersionState.ENCRYPTED, "it opens with a password only")
    # A member cannot give more than its head says: unpacking ends there.
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise Refused(VersionState.TOO_LARGE, f"it unpacks to more than {_MOST_UNPACKED // 1024**2} MB")
    stream.seek(0)
