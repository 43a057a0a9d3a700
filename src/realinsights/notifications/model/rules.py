"""Rules of an organization's own: what is watched, who is told, and to whom it goes when nobody sees to it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from realinsights.notifications.model.dates import DateKind
from realinsights.notifications.model.figures import (
    DEFAULT_DAYS,
    FigureUnit,
    WatchedFigure,
    figure_of,
    name_of,
    told_apart,
    unit_of,
)
from realinsights.notifications.model.loans import WatchedLoan
from realinsights_platform.documents.port import Document
from realinsights_platform.errors import FaultCode, Faults
from realinsights_platform.texts import required_line

MOST_RULES: Final = 100
MOST_RECIPIENTS: Final = 50
LONGEST_DAYS: Final = 1_826
_LARGEST: Final = Decimal("1e15")
_LARGEST_SHARE: Final = Decimal(10)
_SCOPE: Final = ("lender_id", "fund_id", "portfolio_id")
_LOOKS_AT: Final = datetime.time(12, tzinfo=datetime.UTC)
"""When dates are looked at each day: morning in the Americas."""


class RuleKind(StrEnum):
    """What a rule watches: a figure's threshold, a figure's change, or the days before a date."""

    THRESHOLD = "threshold"
    CHANGE = "change"
    DAYS_BEFORE = "days_before"


class Side(StrEnum):
    """The side of a threshold on which a loan is told of."""

    BELOW = "below"
    ABOVE = "above"


MemberId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
PartyId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class RuleDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What one says of a rule; the fields of other kinds stay out.

    A `threshold` names `figure`, `side` and `threshold`, and is told once until the figure is back at `clears_at` (the
    threshold, where that is left out). A `change` names `figure` and `step`, of the figure or, if `relative`, as a part
    of it; it is counted from where the loan was told last. `days_before` names `date_kind` and `days`.

    `recipients` are told, or all who may change loans where there are none. What none of them has acknowledged or
    assigned after `escalate_after_hours` goes to `escalate_to`.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    kind: RuleKind
    figure: WatchedFigure | None = None
    side: Side | None = None
    threshold: Decimal | None = None
    clears_at: Decimal | None = None
    step: Decimal | None = None
    relative: bool = False
    date_kind: DateKind | None = None
    days: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_DAYS)] | None = None
    lender_id: PartyId | None = None
    fund_id: PartyId | None = None
    portfolio_id: PartyId | None = None
    recipients: Annotated[tuple[MemberId, ...], msgspec.Meta(max_length=MOST_RECIPIENTS)] = ()
    urgent: bool = False
    escalate_to: MemberId | None = None
    escalate_after_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] | None = None
    active: bool = True

    @property
    def watches_all(self) -> bool:
        """Whether all loans are watched, and not only some party's."""
        return all(getattr(self, field) is None for field in _SCOPE)

    def watches(self, loan: WatchedLoan) -> bool:
        """Tell whether a loan is among those that are watched."""
        return all(getattr(self, field) in {None, getattr(loan, field)} for field in _SCOPE)


class Rule(Document, frozen=True, kw_only=True, rename="camel"):
    """A rule. `epoch` counts what it watches anew: what was known of loans under another condition does not count.

    It is looked at as a whole at `look_at`, from `position` on: over all loans after it was made or changed, and over
    dates every day. `gone` is one that was deleted, until what it knew is deleted too. `looks` counts the versions that
    looking made.
    """

    said: RuleDraft
    made_by: str
    created_at: datetime.datetime
    active: bool
    epoch: int = 1
    look_at: datetime.datetime | None = None
    position: str | None = None
    gone: bool = False
    looks: int = 0

    @property
    def edition(self) -> int:
        """The version as people know it: a look at all loans is no change that somebody made."""
        return self.version - self.looks


class RuleState(Document, frozen=True, kw_only=True, rename="camel"):
    """What a rule knows of a loan or a date; its id is made of both ids. `told` counts how often it was told."""

    rule: str
    epoch: int
    beyond: bool = False
    baseline: Decimal | None = None
    on: datetime.date | None = None
    told: int = 0


class RuleTold(Document, frozen=True, kw_only=True, rename="camel"):
    """When somebody was last told by a rule; its id is the rule's."""

    at: datetime.datetime


class RuleName(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The rule that a notification comes from."""

    id: str
    name: str


def checked(draft: RuleDraft) -> RuleDraft:
    """Return what a rule can say; raises `Invalid`."""
    faults = Faults()
    name = required_line(draft.name, "name", faults, at_most=100)
    needed = {
        RuleKind.THRESHOLD: ("figure", "side", "threshold"),
        RuleKind.CHANGE: ("figure", "step"),
        RuleKind.DAYS_BEFORE: ("date_kind", "days"),
    }[draft.kind]
    allowed = {*needed, *(("clears_at",) if draft.kind is RuleKind.THRESHOLD else ())}
    for field in ("figure", "side", "threshold", "clears_at", "step", "date_kind", "days"):
        value = getattr(draft, field)
        if value is None and field in needed:
            faults.add(_camel(field), f"is needed for a rule of the kind {draft.kind.value}", FaultCode.REQUIRED)
        if value is not None and field not in allowed:
            faults.add(_camel(field), f"does not belong to a rule of the kind {draft.kind.value}")
        if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < _LARGEST):
            faults.add(_camel(field), "is too large")
        elif isinstance(value, Decimal) and draft.figure is not None:
            _check_unit(draft, field, value, faults)
    if draft.relative and draft.kind is not RuleKind.CHANGE:
        faults.add("relative", f"does not belong to a rule of the kind {draft.kind.value}")
    if draft.step is not None and draft.step <= 0:
        faults.add("step", "must be more than zero")
    if draft.threshold is not None and draft.clears_at is not None and draft.side is not None:
        inside = draft.clears_at < draft.threshold if draft.side is Side.BELOW else draft.clears_at > draft.threshold
        if inside:
            faults.add("clearsAt", "lies on the side that is told of: a loan would never be told of again")
    if (draft.escalate_to is None) != (draft.escalate_after_hours is None):
        faults.add("escalateTo", "goes together with escalateAfterHours, the number of hours")
    faults.refuse("rule")
    return msgspec.structs.replace(draft, name=name, recipients=tuple(dict.fromkeys(draft.recipients)))


def _check_unit(draft: RuleDraft, field: str, value: Decimal, faults: Faults) -> None:
    if draft.figure is None or (field == "step" and draft.relative):
        return
    unit = unit_of(draft.figure)
    if unit is FigureUnit.PERCENTAGE and abs(value) > _LARGEST_SHARE:
        faults.add(_camel(field), "is a fraction of at most 10: 0.75 is 75 %")
    if unit is FigureUnit.DAYS and not 0 <= value <= DEFAULT_DAYS:
        faults.add(_camel(field), f"is a number of days from 0 to {DEFAULT_DAYS}")


def same_condition(before: RuleDraft, after: RuleDraft) -> bool:
    """Tell whether two drafts watch the same."""
    fields = ("kind", "figure", "side", "threshold", "clears_at", "step", "relative", "date_kind", "days", *_SCOPE)
    return all(getattr(before, field) == getattr(after, field) for field in fields)


def state_id(rule: str, subject: str) -> str:
    """Return the id of what a rule knows of a loan or a date."""
    return f"{rule}.{subject}"


def next_look(now: datetime.datetime) -> datetime.datetime:
    """Return when dates are looked at next."""
    today = datetime.datetime.combine(now.date(), _LOOKS_AT)
    return today if now < today else today + datetime.timedelta(days=1)


def judged(
    rule: Rule, known: RuleState | None, loan: WatchedLoan, beside: Sequence[WatchedLoan] = ()
) -> tuple[RuleState, str | None]:
    """Return what a rule knows of a loan from now on, and what is told of it in words; None where nothing is.

    `beside` is what else is owed on the loan's properties. A loan that the rule does not watch any more is forgotten:
    one that comes back is a new one.
    """
    state = _counting(rule, known, loan.id)
    if not rule.said.watches(loan):
        return msgspec.structs.replace(state, beyond=False, baseline=None), None
    value = None if rule.said.figure is None else figure_of(rule.said.figure, loan, beside)
    if value is None or rule.said.figure is None or loan.deleted:
        return state, None
    if rule.said.threshold is not None:
        return _beyond(rule.said, rule.said.figure, rule.said.threshold, state, value)
    if rule.said.step is not None:
        return _moved(rule.said, rule.said.figure, rule.said.step, state, value)
    return state, None


def _beyond(
    said: RuleDraft, figure: WatchedFigure, threshold: Decimal, state: RuleState, value: Decimal
) -> tuple[RuleState, str | None]:
    """Tell of a value that has come beyond a threshold; one that was beyond is so until it is back at `clears_at`."""
    edge = said.clears_at if state.beyond and said.clears_at is not None else threshold
    beyond = value < edge if said.side is Side.BELOW else value > edge
    changed = msgspec.structs.replace(state, beyond=beyond)
    if not beyond or state.beyond:
        return changed, None
    now, edge_words = told_apart(figure, value, threshold)
    words = f"{name_of(figure)} {now} is {_side_words(said, figure)} {edge_words}"
    return msgspec.structs.replace(changed, told=state.told + 1), words


def _moved(
    said: RuleDraft, figure: WatchedFigure, step: Decimal, state: RuleState, value: Decimal
) -> tuple[RuleState, str | None]:
    """Tell of a value that has moved by a step since it was told last; the first one that is seen is told to nobody."""
    before = state.baseline
    if before is None:
        return msgspec.structs.replace(state, baseline=value), None
    if value == before or abs(value - before) < (step * abs(before) if said.relative else step):
        return state, None
    words = f"{name_of(figure)} {' → '.join(told_apart(figure, before, value))}"
    return msgspec.structs.replace(state, baseline=value, told=state.told + 1), words


def fresh(rule: Rule, subject: str) -> RuleState:
    """Return what a rule knows of a loan or a date that it has found nothing of: it need not be stored."""
    return RuleState(id=state_id(rule.id, subject), org=rule.org, rule=rule.id, epoch=rule.epoch)


def near(rule: Rule, known: RuleState | None, date_id: str, on: datetime.date) -> tuple[RuleState, bool]:
    """Return what a rule knows of a date that is near, and whether it is told; a date that has moved is another one."""
    state = _counting(rule, known, date_id)
    if state.on == on:
        return state, False
    return msgspec.structs.replace(state, on=on, told=state.told + 1), True


def _counting(rule: Rule, known: RuleState | None, subject: str) -> RuleState:
    if known is None:
        return fresh(rule, subject)
    if known.epoch == rule.epoch:
        return known
    return msgspec.structs.replace(known, epoch=rule.epoch, beyond=False, baseline=None, on=None)


def _side_words(said: RuleDraft, figure: WatchedFigure) -> str:
    if unit_of(figure) is FigureUnit.DAYS:
        return "earlier than" if said.side is Side.BELOW else "later than"
    return str(said.side)


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(part.title() for part in rest)
