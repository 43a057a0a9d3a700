"""Targets of anchors: a file that lines are appended to, or a store of objects that each run adds one to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import ObjectStore, from_url

from realinsights_platform.documents.anchors import BadAnchor


class AnchorTarget(Protocol):
    """The place where the lines of an anchor are kept."""

    def lines(self) -> list[str]:
        """Return the lines in order."""

    def append(self, lines: list[str]) -> None:
        """Add lines, on disk when it returns."""


class AnchorFile:
    """A file, best on another machine or one that can only be appended to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(self) -> list[str]:
        """Return the lines in order; none where there is no file."""
        return self._path.read_text(encoding="ascii").splitlines() if self._path.exists() else []

    def append(self, lines: list[str]) -> None:
        """Add lines, on disk when it returns."""
        with self._path.open("a", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())


class AnchorObjects:
    """Objects below a URL, one per run, named by their number; a bucket with object lock lets nobody replace one."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def lines(self) -> list[str]:
        """Return the lines in order."""
        return [line for name in self._names() for line in self._read(name)]

    def append(self, lines: list[str]) -> None:
        """Add an object of lines; raises `BadAnchor` where somebody else adds one at the same time."""
        name = f"{len(self._names()) + 1:09}.jws"
        try:
            obstore.put(self._store, name, "".join(f"{line}\n" for line in lines).encode(), mode="create")
        except (AlreadyExistsError, FileExistsError):
            raise BadAnchor(f"{name} was added to the anchor meanwhile. Anchor again.") from None

    def _names(self) -> list[str]:
        return sorted(entry["path"] for batch in obstore.list(self._store) for entry in batch)

    def _read(self, name: str) -> list[str]:
        return bytes(obstore.get(self._store, name).bytes()).decode("ascii").splitlines()


def open_target(target: str) -> AnchorTarget:
    """Return the target that a path or a URL of an object store (`s3://bucket/prefix`) names."""
    if "://" not in target:
        return AnchorFile(Path(target))
    return AnchorObjects(from_url(target))
