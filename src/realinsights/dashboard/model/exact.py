"""Exact arithmetic on integer columns: sums that cannot overflow, and quotients rounded half up.

Money is in cents, rates and other fractions are multiplied by 10^8, areas by 10^2; dates are day numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[Any]
"""Sums by code: 64-bit integers, or Python's where those might overflow."""

UNKNOWN = -(2**63)
"""What a column holds where the value is not known."""

MONEY_PLACES = 2
RATE_PLACES = 8
RATIO_PLACES = 6

LARGEST = 2**50
"""The largest magnitude a column holds: 11 trillion dollars in cents, a rate of 1,100,000,000 %."""

_AT_ONCE = 2**12
"""So many values of at most `LARGEST` add up to less than 2^63."""

_CELLS = 2**14
"""Up to so many combinations of codes, tabulating them all at once is cheaper."""

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_LIMIT = 2**63


def scaled(value: Decimal, places: int) -> int:
    """Return the value × 10^places, rounded half up; raises `OverflowError` beyond ±`LARGEST`."""
    shifted = value.scaleb(places, _WIDE)
    whole = int(shifted)
    if whole != shifted:
        whole = int(shifted.to_integral_value(ROUND_HALF_UP, _WIDE))
    if not -LARGEST <= whole <= LARGEST:
        raise OverflowError(f"{value} is more than a column holds")
    return whole


def scaled_or_unknown(value: Decimal | None, places: int) -> int:
    """Return the scaled value, `UNKNOWN` for None and for what no column holds."""
    if value is None:
        return UNKNOWN
    try:
        return scaled(value, places)
    except OverflowError:
        return UNKNOWN


def text(value: int, places: int) -> str:
    """Return the decimal text of value × 10^-places, with exactly that many places."""
    digits = str(value)
    if value >= 0:  # nearly always
        if len(digits) <= places:
            digits = digits.zfill(places + 1)
        return f"{digits[:-places]}.{digits[-places:]}"
    digits = str(abs(value)).zfill(places + 1)
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def known_text(value: int, places: int) -> str | None:
    """Return the decimal text, None for `UNKNOWN`."""
    return None if value == UNKNOWN else text(value, places)


def quotient(numerator: int, denominator: int, places: int) -> int | None:
    """Return numerator ÷ denominator × 10^places, rounded half up (away from zero); None when dividing by zero."""
    if denominator == 0:
        return None
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    magnitude: int = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def quotient_text(numerator: int, denominator: int, places: int) -> str | None:
    """Return the rounded quotient as decimal text; None when dividing by zero."""
    if numerator >= 0 and denominator > 0:  # nearly always
        return text((2 * numerator * 10**places + denominator) // (2 * denominator), places)
    value = quotient(numerator, denominator, places)
    return None if value is None else text(value, places)


def sharing(whole: int) -> Callable[[int], str]:
    """Return a function that gives a part's share of the whole, with `RATIO_PLACES`, as JSON."""
    one, scale, double = 10**RATIO_PLACES, 2 * 10**RATIO_PLACES, 2 * whole

    def share(part: int) -> str:
        if 0 <= part <= whole and whole:  # nearly always
            value = (part * scale + whole) // double
            return f'"0.{value:06}"' if value < one else '"1.000000"'
        known = quotient_text(part, whole, RATIO_PLACES)
        return "null" if known is None else f'"{known}"'

    return share


def total(values: Integers, flags: Flags | None = None) -> int:
    """Return the sum of all values, or of the flagged ones; those that are summed must be known."""
    if flags is not None:
        values = values * flags  # several times faster than picking them, and an UNKNOWN × 0 is 0
    whole = values.size - values.size % _AT_ONCE
    parts: list[int] = values[:whole].reshape(-1, _AT_ONCE).sum(axis=1).tolist()
    return sum(parts) + int(values[whole:].sum())


def total_of_products(left: Integers, right: Integers) -> int:
    """Return Σ left × right, whatever its size."""
    if left.size == 0:
        return 0
    largest_left, largest_right = _largest(left), _largest(right)
    if largest_left * largest_right * left.size < _LIMIT:
        return int(left @ right)
    # Split `left` into limbs so narrow that each limb's products cannot overflow when summed.
    width = 62 - (largest_right * left.size).bit_length()
    if width < 4:
        return sum(one * other for one, other in zip(left.tolist(), right.tolist(), strict=True))
    result, shift, mask = 0, 0, np.int64(2**width - 1)
    while largest_left >> shift >= 2**width:
        result += int(((left >> shift) & mask) @ right) << shift
        shift += width
    return result + (int((left >> shift) @ right) << shift)


def totals_by_code(codes: Integers, values: Integers, size: int) -> list[int]:
    """Return `table_by_code` as Python's integers."""
    return list(table_by_code(codes, values, size).tolist())


def products_by_code(codes: Integers, left: Integers, right: Integers, size: int) -> list[int]:
    """Return Σ left × right of each code 0 … size - 1, whatever its size."""
    if left.size == 0:
        return [0] * size
    if int(left.min()) < 0:
        left, right = abs(left), right * np.sign(left)
    # Split `left` into limbs so narrow that no product is too large for `totals_by_code`.
    width = LARGEST.bit_length() - 1 - _largest(right).bit_length()
    if width < 1:
        raise OverflowError("a factor is more than a column holds")
    largest, shift, mask = int(left.max()), 0, np.int64(2**width - 1)
    result = [0] * size
    while largest >> shift:
        sums = totals_by_code(codes, ((left >> shift) & mask) * right, size)
        result = [one + (other << shift) for one, other in zip(result, sums, strict=True)]
        shift += width
    return result


def by_each(
    codes: Sequence[Integers], sizes: Sequence[int], values: Integers, flags: Flags
) -> list[tuple[Table, Table]]:
    """Return for each of several codings of the same rows the sums by code and how many flagged rows have it."""
    if prod(sizes) > _CELLS:
        return [
            (table_by_code(code, values, size), np.array(counts_by_code(code, size, flags)))
            for code, size in zip(codes, sizes, strict=True)
        ]
    # One pass over the combinations of all codes, which are few, in place of one over the rows for each coding.
    combined = codes[0]
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        combined = combined * size + code
    sums = table_by_code(combined, values, prod(sizes)).reshape(sizes)
    counts = np.bincount(combined * 2 + flags, minlength=2 * prod(sizes))[1::2].reshape(sizes)
    result = []
    for axis in range(len(sizes)):
        others = tuple(other for other in range(len(sizes)) if other != axis)
        result.append((sums.sum(axis=others), counts.sum(axis=others)))
    return result


def table_by_code(codes: Integers, values: Integers, size: int) -> Table:
    """Return the sum of the values, all known, of each code 0 … size - 1."""
    at_once = values.size
    if at_once > _AT_ONCE:
        at_once = min(at_once, _LIMIT // (_largest(values) + 1))
    if values.size <= at_once:
        sums = np.zeros(size, np.int64)
        np.add.at(sums, codes, values)
        return sums
    parts = (slice(start, start + at_once) for start in range(0, values.size, at_once))
    sums = np.zeros(size, object)
    for part in parts:
        sums += table_by_code(codes[part], values[part], size).astype(object)
    return sums


def counts_by_code(codes: Integers, size: int, flags: Flags | None = None) -> list[int]:
    """Return how often each code 0 … size - 1 occurs, among all or among the flagged."""
    if flags is None:
        return list(np.bincount(codes, minlength=size).tolist())
    return list(np.bincount(codes * 2 + flags, minlength=2 * size)[1::2].tolist())


def _largest(values: Integers) -> int:
    return max(int(values.max()), -int(values.min()))
