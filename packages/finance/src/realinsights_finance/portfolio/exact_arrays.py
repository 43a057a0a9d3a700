"""Rounding of many cents at once: floats where they are sure, whole numbers where they are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Cents = NDArray[np.int64]
Fractions = Callable[[tuple[NDArray[np.intp], ...]], tuple[Any, Any]]
"""For cells given by their indices, exact numerators and denominators as arrays of Python's whole numbers."""

RELATIVE_ERROR = 4e-15
"""Of an estimate made of a few products and quotients of 64-bit floats: an ample bound."""
_ABSOLUTE_ERROR = 1e-9
_HALF_WORD = 32


def scaled(amounts: Cents, factor: Cents | int, scale: int) -> Cents:
    """Return amounts x factor / scale, half up (a tie away from zero), exactly; factor and scale up to 10^7."""
    whole, rest = np.divmod(np.abs(amounts), scale)
    rounded = whole * factor + (2 * rest * factor + scale) // (2 * scale)
    return np.asarray(np.where(amounts < 0, -rounded, rounded))


def half_up(estimate: NDArray[np.float64], exact: Fractions, error: NDArray[np.float64] | None = None) -> Cents:
    """Return estimates, none negative, half up to whole numbers; those near a tie are decided by exact fractions.

    `error` bounds that of the estimates, by default `RELATIVE_ERROR` of each.
    """
    rounded = np.floor(estimate + 0.5).astype(np.int64)
    shifted = estimate - 0.5
    bound = estimate * RELATIVE_ERROR if error is None else error
    near = np.nonzero(np.abs(shifted - np.rint(shifted)) <= bound + _ABSOLUTE_ERROR)
    if near[0].size:
        numerators, denominators = exact(near)
        rounded[near] = ((2 * numerators + denominators) // (2 * denominators)).astype(np.int64)
    return rounded


def whole_numbers(values: NDArray[Any]) -> NDArray[np.object_]:
    """Return Python's own whole numbers, which no product overflows."""
    return values.astype(object)


def exact_sums(amounts: Cents) -> list[int]:
    """Return the sum of each row, exact also where it exceeds 64 bits."""
    high = (amounts >> _HALF_WORD).sum(axis=-1)
    low = (amounts & ((1 << _HALF_WORD) - 1)).sum(axis=-1)
    return [(int(upper) << _HALF_WORD) + int(lower) for upper, lower in zip(high, low, strict=True)]


def at_least(numerators: Cents, denominators: Cents, ratio: int, scale: int) -> NDArray[np.bool_]:
    """Tell where numerator / denominator is at least ratio / scale, exactly; denominators are more than zero."""
    left, right = numerators.astype(np.float64) * scale, denominators.astype(np.float64) * ratio
    holds = left >= right
    near = np.nonzero(np.abs(left - right) <= (np.abs(left) + np.abs(right)) * RELATIVE_ERROR)
    if near[0].size:
        exact = whole_numbers(numerators[near]) * scale >= whole_numbers(denominators[near]) * ratio
        holds[near] = exact.astype(bool)
    return holds
