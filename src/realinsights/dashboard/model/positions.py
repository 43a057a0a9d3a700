"""Lien positions: of loans that are not alone on their properties, all debt that ranks before or with each.

Every step is linear in the pledges, so that a thousand loans on one property cost no more than elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from realinsights.dashboard.model.codes import CLOSED, NOBODY
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn, Other
from realinsights.dashboard.model.exact import UNKNOWN, Flags, Integers

MEASURED, UNRANKED, ELSEWHERE = range(3)
"""A loan is measured through its position, or ranks are not stated, or what ranks before it is elsewhere too."""

_FAR = 10_000_000  # days: more than lie between any two dates


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The loans that have a property in common with another loan, whether either is still owed or not.

    `rows` ascend. `groups` are alike for loans on exactly the same properties. `owners` (places in `rows`) and
    `properties` are their pledges, each once.
    """

    rows: Integers
    groups: Integers
    owners: Integers
    properties: Integers


@dataclass(frozen=True, eq=False)
class Through:
    """The owed loans that share a property with another owed one: `rows`, ascending.

    `balance` and `debt_service` (or `UNKNOWN`) are of the loan and of all that ranks before or with it, `as_of` is the
    earliest day of these balances; all that holds only where `reasons` is `MEASURED`.
    """

    rows: Integers
    reasons: Integers
    groups: Integers
    ranks: Integers
    balance: Integers
    debt_service: Integers
    as_of: Integers

    def place(self, row: int) -> int | None:
        """Return the place of a loan, None where it is alone."""
        place = int(np.searchsorted(self.rows, row))
        return place if place < self.rows.size and self.rows[place] == row else None


def neighbors(columns: Columns) -> Neighbors | None:
    """Return the loans with neighbors, None where there are none; they are kept until collateral changes."""
    stamp = columns.changed((Other.COLLATERAL,))
    kept = columns.neighbors
    if kept is None or kept[0] != stamp:
        kept = columns.neighbors = (stamp, _neighbors(columns))
    found: Neighbors | None = kept[1]
    return found


def present_through(columns: Columns) -> Through | None:
    """Return the owed loans that share a property now, None where there are none."""
    if not (columns.pledges > 1).any():
        return None
    stamp = columns.changed(_RESTS_ON)
    kept = columns.through
    if kept is None or kept[0] != stamp:
        some = neighbors(columns)
        kept = columns.through = (stamp, None if some is None else _present(columns, some))
    found: Through | None = kept[1]
    return found


def through(
    some: Neighbors, *, owed: Flags, balance: Integers, debt_service: Integers, as_of: Integers, lien: Integers
) -> Through:
    """Return which of the neighbors share a property while they are `owed`, all arrays by place in `some.rows`.

    As a loan's own ratios do, it looks away from neighbors that owe nothing.
    """
    kept = owed[some.owners]
    owners, properties = some.owners[kept], some.properties[kept]
    size = int(some.properties.max(initial=-1)) + 1
    ranks, owing = np.maximum(lien, 0), owed & (balance != 0)
    shared = np.zeros(owed.size, np.bool_)
    shared[owners[np.bincount(properties, minlength=size)[properties] > 1]] = True

    # Others on a property of it that owe something, and whether it or one of them has no rank.
    unranked = owing & (ranks == 0)
    others = np.bincount(properties, owing[owners], size)[properties] > owing[owners]
    others_unranked = np.bincount(properties, unranked[owners], size)[properties] > unranked[owners]
    reasons = np.zeros(owed.size, np.int64)
    reasons[owners[_before_elsewhere(some, owners, properties, ranks, owing)]] = ELSEWHERE
    reasons[owners[others & ((ranks[owners] == 0) | others_unranked)]] = UNRANKED

    places = np.flatnonzero(shared)
    places = places[np.lexsort((ranks[places], some.groups[places]))]
    groups, sorted_ranks, counted = some.groups[places], ranks[places], owing[places]
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    number = np.cumsum(np.diff(groups, prepend=groups[:1]) != 0)
    ends = _last_of_ties(groups, sorted_ranks)

    def up_to(values: Integers) -> Integers:
        sums = np.cumsum(values * counted)
        before = (sums - values * counted)[begins][number] if places.size else sums
        found: Integers = sums[ends] - before + values * ~counted
        return found

    services = debt_service[places]
    unknown = np.equal(services, UNKNOWN)
    days = as_of[places]
    earliest = np.minimum.accumulate(np.where(counted, days, _FAR) - number * 2 * _FAR)[ends] + number * 2 * _FAR
    ascending = np.argsort(places)
    return Through(
        rows=some.rows[places][ascending],
        reasons=reasons[places][ascending],
        groups=groups[ascending],
        ranks=sorted_ranks[ascending],
        balance=up_to(balance[places])[ascending],
        debt_service=np.where(up_to(unknown.astype(np.int64)) > 0, UNKNOWN, up_to(services * ~unknown))[ascending],
        as_of=np.minimum(earliest, days)[ascending],
    )


def _before_elsewhere(some: Neighbors, owners: Integers, properties: Integers, ranks: Integers, owing: Flags) -> Flags:
    """Return at which pledges something ranks before or with the owner that is not on the same properties alone."""
    size = int(some.properties.max(initial=-1)) + 1
    about = owing[owners]
    places, of = owners[about], properties[about]
    order = np.lexsort((ranks[places], of))
    places, of = places[order], of[order]
    firsts = np.flatnonzero(np.diff(of, prepend=-1))
    first_rank, first_group = np.full(size, _NEVER), np.full(size, -1, np.int64)
    first_rank[of[firsts]], first_group[of[firsts]] = ranks[places[firsts]], some.groups[places[firsts]]
    other = some.groups[places] != first_group[of]
    other_rank = np.full(size, _NEVER)
    np.minimum.at(other_rank, of[other], ranks[places[other]])
    alike = some.groups[owners] == first_group[properties]
    earliest = np.where(alike, other_rank[properties], first_rank[properties])
    found: Flags = np.less_equal(earliest, ranks[owners])
    return found


def _last_of_ties(groups: Integers, ranks: Integers) -> Integers:
    """Return by place the last place of its group with its rank; both are sorted."""
    if not groups.size:
        return groups
    last = np.flatnonzero((np.diff(groups, append=-1) != 0) | (np.diff(ranks, append=-1) != 0))
    return last[np.searchsorted(last, np.arange(groups.size))]


def _neighbors(columns: Columns) -> Neighbors | None:
    backing = columns.collateral.everything()
    owners, codes = backing[Backing.OWNER], backing[Backing.PROPERTY]
    often = np.bincount(codes) > 1
    often[NOBODY : NOBODY + 1] = False
    if not often.any():
        return None
    involved = np.zeros(columns.count, np.bool_)
    involved[owners[often[codes]]] = True
    kept = involved[owners]
    pairs = np.unique(np.stack((owners[kept], codes[kept])), axis=1)
    rows, places = np.unique(pairs[0], return_inverse=True)
    known: dict[bytes, int] = {}
    sets = np.split(pairs[1], np.flatnonzero(np.diff(pairs[0])) + 1)
    groups = [known.setdefault(each.tobytes(), len(known)) for each in sets]
    _, properties = np.unique(pairs[1], return_inverse=True)
    return Neighbors(
        rows=rows,
        groups=np.array(groups, np.int64),
        owners=places.reshape(-1).astype(np.int64),
        properties=properties.reshape(-1).astype(np.int64),
    )


def _present(columns: Columns, some: Neighbors) -> Through:
    values = columns.loans[:, some.rows]
    return through(
        some,
        owed=~CLOSED[values[LoanColumn.STATUS]],
        balance=values[LoanColumn.BALANCE],
        debt_service=values[LoanColumn.DEBT_SERVICE],
        as_of=values[LoanColumn.AS_OF],
        lien=values[LoanColumn.LIEN],
    )


_NEVER = 1_000
_RESTS_ON = (
    *(LoanColumn.BALANCE, LoanColumn.STATUS, LoanColumn.DEBT_SERVICE, LoanColumn.AS_OF, LoanColumn.LIEN),
    Other.COLLATERAL,
)
