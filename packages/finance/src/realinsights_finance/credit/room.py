"""Room of a condition: by how much one measure may move before the condition turns, or must move until it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.expressions import Definitions, DivisionByZero, Expression, Measures
from realinsights_finance.credit.figures import LARGEST_AMOUNT, InvalidFigure, exact, positive
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT

_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """The distance of one measure from where a condition turns, in the measure's own unit.

    Where the condition holds, `fall` is by how much the measure may fall, `rise` by how much it may rise, with the
    condition still holding; None where it may move any distance. Where it does not hold, they are by how much the
    measure must fall or rise for it to hold; None where no such move helps.
    """

    holds: bool
    measure: str
    fall: Decimal | None
    rise: Decimal | None


def room(
    condition: Expression,
    measures: Measures,
    *,
    of: str,
    definitions: Definitions | None = None,
    step: Decimal = _CENT,
    trace: Trace | None = None,
) -> Room | None:
    """Return the room of a condition in one measure, all others unchanged; None where the condition is not known.

    In whole steps: a move that is allowed is rounded down, one that is needed up. A fall ends at zero, a rise at 10^15.
    The search doubles its stride and then halves it, at most 200 evaluations; of a condition that turns more than once
    in one direction it finds a place where it turns, which need not be the nearest. A value where the condition cannot
    be computed (division by zero) counts as one where it does not hold. Raises what the expression raises.
    """
    value = measures.get(of)
    if value is None:
        raise InvalidFigure(of, "must be known: its room is asked for")
    start = value if isinstance(value, Fraction) else exact(of, value)
    stride = positive("step", step)
    defined = definitions or Definitions()
    holds = condition.holds(defined.complete(measures), trace=trace)
    if trace:
        trace.input("room is asked for", of, Unit.NAME)
        trace.input("step", step, Unit.NUMBER)
    if holds is None:
        return None

    def holds_at(moved: int) -> bool:
        try:
            return bool(condition.holds(defined.complete({**measures, of: start + moved * stride})))
        except DivisionByZero:
            return False

    down = max(int(start / stride), 0)
    up = max(int((Fraction(LARGEST_AMOUNT) - start) / stride), 0)
    fall = _turn(lambda count: holds_at(-count), down, holds=holds)
    rise = _turn(holds_at, up, holds=holds)
    return Room(holds=holds, measure=of, fall=_moved(fall, step), rise=_moved(rise, step))


def _turn(holds_at: Callable[[int], bool], most: int, *, holds: bool) -> int | None:
    """Return the last count of steps before a condition turns that holds, or the first after it turns to hold."""
    same, stride = 0, 1
    while True:
        reached = min(same + stride, most)
        if reached == same:
            return None
        if holds_at(reached) is not holds:
            break
        same, stride = reached, stride * 2
    turned = reached
    while turned - same > 1:
        middle = (same + turned) // 2
        if holds_at(middle) is holds:
            same = middle
        else:
            turned = middle
    return same if holds else turned


def _moved(count: int | None, step: Decimal) -> Decimal | None:
    return None if count is None else EXACT.multiply(step, Decimal(count))
