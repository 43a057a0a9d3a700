"""Rows of integers that belong to loans, many to one: each loan's rows lie side by side, in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from realinsights.dashboard.model.exact import Flags, Integers

OWNER = 0
"""The column every pool has: the loan row a slot belongs to, -1 where the slot is free."""

_FREE = -1
_START, _LENGTH, _CAPACITY = range(3)
_SMALLEST = 64


class Segments:
    """A growable pool of `width` columns (the first is `OWNER`) in which each loan row owns one segment."""

    def __init__(self, width: int) -> None:
        self._slots: Integers = np.empty((width, _SMALLEST), np.int64)
        self._index: Integers = np.zeros((3, _SMALLEST), np.int64)
        self._restored = False
        self._used = 0
        self._alive = 0

    @property
    def alive(self) -> int:
        """How many rows are in use."""
        return self._alive

    @property
    def nbytes(self) -> int:
        """The memory held, in bytes."""
        return self._slots.nbytes + self._index.nbytes

    def of(self, row: int) -> Integers:
        """Return the loan's rows as a (width, length) view."""
        if row >= self._index.shape[1]:
            return self._slots[:, :0]
        start, length, _ = self._index[:, row]
        return self._slots[:, start : start + length]

    def everything(self) -> Integers:
        """Return all rows in use, each loan's side by side, as a view; free slots are cleared out for it."""
        if self._alive < self._used:
            self._adopt(self._slots[:, np.flatnonzero(self._occupied())])
        return self._slots[:, : self._used]

    def between(self, start: int, stop: int) -> Integers:
        """Return the rows of the loan rows from `start` up to `stop`, each loan's side by side."""
        starts, lengths, _ = self._index[:, start:stop]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
        return self._slots.take(places, axis=1)

    def replace(self, row: int, values: Integers, *, spare: int = 0) -> None:
        """Make these (width - 1, length) values the loan's rows; a new place leaves room for `spare` more."""
        self._reserve_index(row)
        length = values.shape[1]
        start, before, capacity = self._index[:, row].tolist()
        if length > capacity:
            if before:
                self.clear(row)
            start, before, capacity = self._allocate(length + spare), 0, length + spare
        if before > length:
            self._slots[OWNER, start + length : start + before] = _FREE
        self._slots[OWNER, start : start + length] = row
        self._slots[1:, start : start + length] = values
        self._index[:, row] = start, length, capacity
        self._alive += length - before

    def begin(self, rows: Sequence[int], lengths: Sequence[int], values: Integers) -> None:
        """Give loan rows that own nothing theirs: (width - 1, sum of lengths) values, side by side."""
        if not rows:
            return
        self._reserve_index(max(rows))
        sizes = np.array(lengths, np.int64)
        total = values.shape[1]
        start = self._allocate(total)
        self._slots[OWNER, start : start + total] = np.repeat(np.array(rows, np.int64), sizes)
        self._slots[1:, start : start + total] = values
        self._index[:, rows] = start + np.cumsum(sizes) - sizes, sizes, sizes
        self._alive += total

    def append(self, row: int, values: Integers) -> None:
        """Add (width - 1, length) values behind the loan's rows."""
        self._reserve_index(row)
        start, before, capacity = self._index[:, row].tolist()
        length = before + values.shape[1]
        if not before:
            self.replace(row, values)
            return
        if length > capacity:
            self.replace(row, np.concatenate((self.of(row)[1:], values), axis=1), spare=length)
            return
        self._slots[OWNER, start + before : start + length] = row
        self._slots[1:, start + before : start + length] = values
        self._index[_LENGTH, row] = length
        self._alive += length - before

    def clear(self, row: int) -> None:
        """Free the loan's rows."""
        self._reserve_index(row)
        start, length, _ = self._index[:, row]
        self._slots[OWNER, start : start + length] = _FREE
        self._index[:, row] = 0
        self._alive -= int(length)

    def move(self, source: int, target: int) -> None:
        """Let `target`, which owns nothing, own what `source` owned."""
        self._reserve_index(max(source, target))
        start, length, _ = self._index[:, source]
        self._slots[OWNER, start : start + length] = target
        self._index[:, target] = self._index[:, source]
        self._index[:, source] = 0

    @classmethod
    def restored(cls, slots: Integers) -> Segments:
        """Return a pool of these rows, as `everything` gave them; `get_ready` before it changes."""
        pool = cls(slots.shape[0])
        pool._adopt(slots)
        pool._restored = True
        return pool

    def get_ready(self) -> None:
        """Let what was restored be changed: until then it lies in the bytes that it was read from."""
        if self._restored:
            self._restored = False
            self._slots = self._slots.copy()

    def _adopt(self, slots: Integers) -> None:
        count = slots.shape[1]
        self._used = self._alive = count
        self._slots = slots
        if not count:
            return
        owners = slots[OWNER]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        self._index = np.zeros((3, max(self._index.shape[1], int(owners.max()) + 1)), np.int64)
        self._index[_START, owners[starts]] = starts
        self._index[_LENGTH, owners[starts]] = np.diff(starts, append=count)
        self._index[_CAPACITY] = self._index[_LENGTH]

    def _allocate(self, length: int) -> int:
        if self._used + length > self._slots.shape[1]:
            if self._used > 2 * self._alive + _SMALLEST:
                self.everything()
            grown = np.empty((self._slots.shape[0], 2 * (self._used + length)), np.int64)
            grown[:, : self._used] = self._slots[:, : self._used]
            self._slots = grown
        start = self._used
        self._used += length
        self._slots[OWNER, start : self._used] = _FREE
        return start

    def _occupied(self) -> Flags:
        return np.not_equal(self._slots[OWNER, : self._used], _FREE)

    def _reserve_index(self, row: int) -> None:
        if row >= self._index.shape[1]:
            grown = np.zeros((3, max(2 * self._index.shape[1], row + 1)), np.int64)
            grown[:, : self._index.shape[1]] = self._index
            self._index = grown
