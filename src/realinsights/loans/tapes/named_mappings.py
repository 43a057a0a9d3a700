"""Named mappings: how files of known layouts are read, each a file of data in `mappings`."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

import msgspec

from realinsights.loans.model.tape import ColumnChoice
from realinsights.loans.tapes import headers
from realinsights.loans.tapes.problems import quoted
from realinsights_platform.errors import Invalid

_FOLDER: Final = resources.files("realinsights.loans.tapes") / "mappings"
_SUFFIX: Final = ".toml"


class NamedMapping(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A layout that is known by a name: what its columns mean, and where that was read and when.

    `verified` says how sure it is, `remarks` what whoever picks it should know. A header fits that has all `signs`.
    """

    name: str
    title: str
    source: str
    read_on: datetime.date
    verified: str
    remarks: str
    signs: tuple[str, ...]
    columns: tuple[ColumnChoice, ...]

    def of(self, header: Sequence[str]) -> tuple[ColumnChoice, ...]:
        """Return what the columns of a file mean: those that the layout knows, each of ours once."""
        known = {headers.plain(choice.header): choice for choice in self.columns}
        found: dict[str, ColumnChoice] = {}
        for name in header:
            choice = known.get(headers.plain(name))
            if choice is not None:
                found.setdefault(choice.column, msgspec.structs.replace(choice, header=name))
        return tuple(found.values())


class Fit(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A named mapping that a file's header fits, and why."""

    name: str
    title: str
    reason: str


@cache
def named_mappings() -> Mapping[str, NamedMapping]:
    """Return the mappings there are, by name."""
    files = sorted((file for file in _FOLDER.iterdir() if file.name.endswith(_SUFFIX)), key=lambda file: file.name)
    found = [_read(file.name.removesuffix(_SUFFIX), file.read_text(encoding="utf-8")) for file in files]
    return {mapping.name: mapping for mapping in found}


def named_mapping(name: str) -> NamedMapping:
    """Return the mapping of a name; raises `Invalid` where there is none."""
    mappings = named_mappings()
    if name not in mappings:
        known = ", ".join(mappings)
        raise Invalid.field("mapping", f"there is no mapping {quoted(name)!r}: write JSON, or one of {known}")
    return mappings[name]


def fitting(header: Sequence[str]) -> Fit | None:
    """Return the named mapping that a header fits, the one that reads most of it where several do."""
    names = {headers.plain(name) for name in header}
    fits = [each for each in named_mappings().values() if names.issuperset(map(headers.plain, each.signs))]
    if not fits:
        return None
    best = max(fits, key=lambda each: len(each.of(header)))
    count = len(best.of(header))
    signs = ", ".join(best.signs)
    reason = f"the header has {signs}, by which such a file is known; {count} of its {len(header)} columns are read"
    return Fit(name=best.name, title=best.title, reason=reason)


def _read(name: str, text: str) -> NamedMapping:
    values: dict[str, Any] = tomllib.loads(text)
    columns = [_choice(header, said) for header, said in values.pop("columns").items()]
    return NamedMapping(name=name, columns=tuple(columns), signs=tuple(values.pop("signs")), **values)


def _choice(header: str, said: Any) -> ColumnChoice:
    return msgspec.convert({"header": header, **({"column": said} if isinstance(said, str) else said)}, ColumnChoice)
