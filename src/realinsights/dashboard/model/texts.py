"""Texts by row, read from a snapshot only where one is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", str, str | None)

_AT_ONCE = 64
"""So many texts are decoded together: an answer about many loans names a few of them."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str | None]).decode


class Texts(Generic[T]):
    """Texts of all rows, in blocks of 64 that stay encoded until one of them is wanted."""

    __slots__ = ("_all", "_blocks", "_count")

    def __init__(self, texts: Iterable[T] = ()) -> None:
        self._all: list[T] | None = list(texts)
        self._blocks: list[list[T] | memoryview] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count if self._all is None else len(self._all)

    def __getitem__(self, row: int) -> T:
        if self._all is not None:
            return self._all[row]
        number, place = divmod(row, _AT_ONCE)
        block = self._blocks[number]
        if isinstance(block, memoryview):
            block = self._blocks[number] = _decoded(block)
        return block[place]

    def all(self) -> list[T]:
        """Return the list itself: what is changed in it is changed here."""
        if self._all is None:
            texts: list[T] = []
            for block in self._blocks:
                texts += _decoded(block) if isinstance(block, memoryview) else block
            self._all = texts
            self._blocks = []
        return self._all

    def packed(self) -> tuple[int, Sequence[bytes]]:
        """Return how many there are, and the encoded blocks."""
        texts = self.all()
        return len(texts), [_encode(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]

    @classmethod
    def restored(cls, count: int, blocks: Sequence[memoryview]) -> Texts[T]:
        """Return what was packed; raises `ValueError` where the blocks are too few or too many."""
        if len(blocks) != -(-count // _AT_ONCE):
            raise ValueError("its texts are incomplete")
        texts = cls()
        texts._all, texts._count, texts._blocks = None, count, list(blocks)
        return texts


def _decoded(block: memoryview) -> list[T]:
    return _decode(block)  # type: ignore[return-value]
