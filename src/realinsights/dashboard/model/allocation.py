"""Allocation: what of each loan is on the properties that are asked for, by state, type or name.

A loan's balance is allocated to its properties to the cent. All else of it (debt service, income, value, area) is known
of the whole loan, and is taken in the proportion of its balance, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from realinsights.contracts.filters import Filters, Measure
from realinsights.dashboard.model.columns import Backing, Columns
from realinsights.dashboard.model.exact import UNKNOWN, Flags, Integers
from realinsights.dashboard.model.filters import matching_collateral

_LIMB = 11
_LIMBS = 5
_MASK = 2**_LIMB - 1


@dataclass(frozen=True, eq=False)
class Allocation:
    """What matches: `matching` says which collateral rows do, and by loan row `parts` of the `wholes` do, in cents.

    Of a loan that is on matching properties alone, or on none at all, both are 1.
    """

    matching: Flags
    parts: Integers
    wholes: Integers


def allocation_of(columns: Columns, filters: Filters) -> Allocation | None:
    """Return what of each loan is asked for, None where that is all of it."""
    if filters.measure is Measure.WHOLE or not filters.by_property:
        return None
    backing = columns.collateral.everything()
    matching = matching_collateral(columns, filters, backing)
    if matching is None:
        return None
    owners, balances = backing[Backing.OWNER], backing[Backing.BALANCE]
    parts, wholes = np.zeros(columns.count, np.int64), np.zeros(columns.count, np.int64)
    np.add.at(parts, owners, balances * matching)
    np.add.at(wholes, owners, balances)
    some, others = np.zeros(columns.count, np.bool_), np.zeros(columns.count, np.bool_)
    some[owners[matching]] = True
    others[owners[~matching]] = True
    partly = some & others
    # Of a loan that owes nothing, nothing is allocated: 0 of 1.
    return Allocation(matching, np.where(partly, parts, 1), np.where(partly & (wholes > 0), wholes, 1))


def part_of(values: Integers, parts: Integers, wholes: Integers) -> Integers:
    """Return values × parts ÷ wholes, rounded half up (away from zero); `UNKNOWN` stays so.

    All are at most `exact.LARGEST`, 0 ≤ parts ≤ wholes. Their products are more than 64 bits hold, so the parts are
    taken in limbs from the highest on, as in a division by hand; the highest limb may hold one bit more.
    """
    known = values != UNKNOWN
    magnitudes = np.abs(np.where(known, values, 0))
    quotients, rests = np.zeros_like(magnitudes), np.zeros_like(magnitudes)
    for limb in range(_LIMBS - 1, -1, -1):
        digits = parts >> limb * _LIMB
        if limb < _LIMBS - 1:
            digits = digits & _MASK
        rests = (rests << _LIMB) + magnitudes * digits
        quotients = (quotients << _LIMB) + rests // wholes
        rests %= wholes
    quotients += 2 * rests >= wholes
    found: Integers = np.where(known, np.where(values < 0, -quotients, quotients), UNKNOWN)
    return found
