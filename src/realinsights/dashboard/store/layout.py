"""Layout of columns in a blob: a header, then raw arrays. Nothing in it is ever executed.

8 bytes   b"RICOLS" and the layout's number, two digits
8 bytes   the CRC-32 of all that follows, little-endian
8 bytes   the header's length in bytes, little-endian
header    msgpack: a list of sections (name, kind, shape, offset, size in bytes), offsets from the first section on
sections  each starting at a multiple of 8: arrays of 64-bit little-endian integers, or msgpack
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
from isal.isal_zlib import crc32

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.codes import (
    AMORTIZATIONS,
    PROPERTY_TYPES,
    RATE_TYPES,
    SOURCES,
    STATUSES,
    STRUCTURES,
    Codes,
    Dictionary,
)
from realinsights.dashboard.model.columns import Backing, Columns, Fact, LoanColumn
from realinsights.dashboard.model.exact import Integers
from realinsights.dashboard.model.segments import Segments
from realinsights.dashboard.model.texts import Texts

LAYOUT = 6

V = TypeVar("V")

_DAMAGES = (msgspec.DecodeError, KeyError, ValueError, IndexError, TypeError)
_MAGIC = b"RICOLS%02d" % LAYOUT
_ALIGNMENT = 8
_INTEGERS = np.dtype("<i8")


class Unreadable(Exception):
    """A blob that is not of this layout: damaged, or written by another release."""


class _Section(msgspec.Struct, frozen=True, array_like=True):
    name: str
    shape: tuple[int, ...] | None
    offset: int
    size: int


_Packed = tuple[int, list[memoryview]]


class _Meaning(msgspec.Struct, frozen=True, array_like=True):
    """What columns and codes stand for; a blob with another meaning is not read."""

    loan: list[str]
    backing: list[str]
    fact: list[str]
    codes: list[list[str]]


def pack_portfolio(columns: Columns, *, applied: int, facts: str) -> bytes:
    """Return the loans, their collateral and all names, the sequence they show and the name of their month facts."""
    kinds = (columns.ids, columns.numbers, columns.titles, columns.borrowers, columns.schedules, columns.floats)
    texts = [texts.packed() for texts in kinds]
    names = {kind.value: (d.keys.packed(), d.names.packed()) for kind, d in columns.parties.items()}
    return _packed(
        [
            ("meaning", _MEANING),
            ("stands", (applied, facts)),
            ("loans", columns.loans[:, : columns.count]),
            ("collateral", columns.collateral.everything()),
            ("texts", texts),
            ("names", names),
            ("states", columns.states.keys.all()),
            ("extensions", columns.extensions.keys.all()),
        ]
    )


def pack_facts(columns: Columns) -> bytes:
    """Return the month facts."""
    return _packed([("meaning", _MEANING), ("facts", columns.facts.everything())])


def unpack_portfolio(data: bytes) -> tuple[Columns, int, str]:
    """Return the columns without their facts, the sequence they show and the facts' name; raises `Unreadable`."""
    try:
        return _columns(_Blob(data))
    except _DAMAGES as error:
        raise Unreadable(str(error)) from error


def unpack_facts(data: bytes) -> Segments:
    """Return the month facts; raises `Unreadable`."""
    try:
        return Segments.restored(_Blob(data).array("facts"))
    except _DAMAGES as error:
        raise Unreadable(str(error)) from error


def _columns(portfolio: _Blob) -> tuple[Columns, int, str]:
    packed = portfolio.value("texts", tuple[_Packed, _Packed, _Packed, _Packed, _Packed, _Packed])
    loans = portfolio.array("loans")
    ids, numbers, titles, borrowers, schedules, floats = packed
    if any(count != loans.shape[1] for count, _ in packed):
        raise Unreadable("its texts do not fit its loans")
    columns = Columns()
    columns.adopt(loans, Texts.restored(*ids), Segments.restored(portfolio.array("collateral")))
    columns.numbers, columns.titles = Texts.restored(*numbers), Texts.restored(*titles)
    columns.borrowers, columns.schedules = Texts.restored(*borrowers), Texts.restored(*schedules)
    columns.floats = Texts.restored(*floats)
    names = portfolio.value("names", dict[str, tuple[_Packed, _Packed]])
    for kind in PartyKind:
        keys, called = names[kind.value]
        columns.parties[kind] = Dictionary(Texts.restored(*keys), Texts.restored(*called))
    columns.states = _unnamed(portfolio, "states")
    columns.extensions = _unnamed(portfolio, "extensions")
    return columns, *portfolio.value("stands", tuple[int, str])


def _unnamed(portfolio: _Blob, section: str) -> Dictionary:
    keys = portfolio.value(section, list[str | None])
    return Dictionary(Texts(keys), Texts([None] * len(keys)))


class _Blob:
    """A blob whose checksum is right, and its sections by name."""

    def __init__(self, data: bytes) -> None:
        if data[:8] != _MAGIC:
            raise Unreadable("it is of another layout")
        if crc32(memoryview(data)[16:]) != int.from_bytes(data[8:16], "little"):
            raise Unreadable("it is damaged")
        length = int.from_bytes(data[16:24], "little")
        sections = msgspec.msgpack.decode(data[24 : 24 + length], type=list[_Section])
        self._data = data
        self._start = 24 + length + -length % _ALIGNMENT
        self._sections = {section.name: section for section in sections}
        if self.value("meaning", _Meaning) != _MEANING:
            raise Unreadable("its columns or codes have another meaning")

    def array(self, name: str) -> Integers:
        """Return an array; it cannot be changed."""
        section = self._sections[name]
        begin = self._start + section.offset
        values = np.frombuffer(self._data, _INTEGERS, section.size // _INTEGERS.itemsize, begin)
        return values.reshape(section.shape or ()).astype(np.int64, copy=False)

    def value(self, name: str, kind: type[V]) -> V:
        """Return a value of a type."""
        section = self._sections[name]
        begin = self._start + section.offset
        return msgspec.msgpack.decode(memoryview(self._data)[begin : begin + section.size], type=kind)


def _packed(contents: Sequence[tuple[str, Any]]) -> bytes:
    sections: list[_Section] = []
    buffers: list[bytes] = []
    offset = 0
    for name, content in contents:
        if isinstance(content, np.ndarray):
            shape, buffer = content.shape, content.astype(_INTEGERS, copy=False).tobytes()
        else:
            shape, buffer = None, msgspec.msgpack.encode(content)
        sections.append(_Section(name, shape, offset, len(buffer)))
        buffers += (buffer, _padding(buffer))
        offset += len(buffer) + len(buffers[-1])
    header = msgspec.msgpack.encode(sections)
    rest = b"".join((len(header).to_bytes(8, "little"), header, _padding(header), *buffers))
    return b"".join((_MAGIC, crc32(rest).to_bytes(8, "little"), rest))


def _padding(buffer: bytes) -> bytes:
    return bytes(-len(buffer) % _ALIGNMENT)


def _members(codes: Codes[Any]) -> list[str]:
    return [member.value for member in codes.members]


_MEANING = _Meaning(
    loan=[column.name for column in LoanColumn],
    backing=[column.name for column in Backing],
    fact=[column.name for column in Fact],
    codes=[_members(codes) for codes in (PROPERTY_TYPES, STATUSES, STRUCTURES, RATE_TYPES, AMORTIZATIONS, SOURCES)],
)
