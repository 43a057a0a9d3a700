"""Loans beside others on their properties: what the ratios of a selection take of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from realinsights.dashboard.model.exact import Flags, Integers
from realinsights.dashboard.model.positions import MEASURED, Through


@dataclass(frozen=True, eq=False)
class Beside:
    """The loans of a view that share a property with another owed loan, at `places` of the view, and why not measured.

    `amounts` are what a ratio takes of each. Loans on the same properties are measured together, through the most
    junior one that is asked about: only that one is `counted`, and what is not known of it is not known of the others.
    """

    places: Integers
    reasons: Integers
    counted: Flags
    amounts: Mapping[str, Integers]

    def between(self, start: int, stop: int) -> Beside | None:
        """Return those at places from `start` up to `stop`, counted from there; None where there are none."""
        within = (self.places >= start) & (self.places < stop)
        if not within.any():
            return None
        return Beside(
            places=self.places[within] - start,
            reasons=self.reasons[within],
            counted=self.counted[within],
            amounts={name: values[within] for name, values in self.amounts.items()},
        )

    @property
    def stamp(self) -> bytes:
        """What is another one where any of it is."""
        arrays = (self.places, self.reasons, self.counted, *self.amounts.values())
        return b"".join(values.tobytes() for values in arrays)


def beside_of(
    some: Through,
    among: Integers,
    *,
    places: Integers,
    unbarred: Flags,
    own: Mapping[str, Integers],
    part: Callable[[Integers], Integers],
) -> Beside:
    """Return the loans of a selection that are `among` those beside others, at `places` of it.

    `unbarred` says which of them nothing else bars from ratios, `own` are their own amounts, and `part` gives of
    amounts what is asked for.
    """
    reasons, groups, ranks = some.reasons[among], some.groups[among], some.ranks[among]
    measured = reasons == MEASURED
    # Of loans on the same properties, the most junior one asked about speaks for all.
    free = np.flatnonzero(measured & unbarred)
    order = free[np.lexsort((ranks[free], groups[free]))]
    last = np.flatnonzero(np.diff(groups[order], append=-1))
    leaders = np.arange(places.size)
    leaders[order] = order[last[np.searchsorted(last, np.arange(order.size))]]
    return Beside(
        places=places,
        reasons=reasons,
        counted=leaders == np.arange(places.size),
        amounts={
            "balance": np.where(measured, part(some.balance[among]), own["balance"])[leaders],
            "debt_service": part(some.debt_service[among])[leaders],
            "as_of": np.where(measured, some.as_of[among], own["as_of"]),
            **{name: own[name][leaders] for name in ("value", "noi", "ncf")},
        },
    )
