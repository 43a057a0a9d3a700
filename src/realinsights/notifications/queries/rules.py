"""Rules as people see them: their own, and those that hold by default."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from realinsights.notifications.model.dates import LEADS, DateKind
from realinsights.notifications.model.figures import WatchedFigure
from realinsights.notifications.model.loans import BALANCE_STEP, DSCR_STEP
from realinsights.notifications.model.rules import Rule, RuleDraft, RuleKind
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.store import RULES, RULES_TOLD
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position
from realinsights_platform.errors import NotFound


class RuleView(RuleDraft, frozen=True, kw_only=True, rename="camel"):
    """A rule as members see it; `told_at` is when somebody was last told by it."""

    id: str
    version: int
    made_by: str
    created_at: datetime.datetime
    told_at: datetime.datetime | None


class DefaultRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule that holds by default; its `topic` is turned off under preferences.

    A `change` of `figure` is told where it is more than `step`, as a part of the figure if `relative`; where no step is
    said, any. A date of `date_kind` is told each of `days` before its last day.
    """

    topic: Topic
    kind: RuleKind
    figure: WatchedFigure | None = None
    step: Decimal | None = None
    relative: bool = False
    date_kind: DateKind | None = None
    days: tuple[int, ...] = ()


class DefaultRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that hold by default."""

    items: tuple[DefaultRule, ...]


def default_rules() -> DefaultRules:
    """Return the rules that hold in every organization by default."""
    change = RuleKind.CHANGE
    moved = Topic.FIGURE_MOVED
    return DefaultRules(
        items=(
            DefaultRule(topic=Topic.DELINQUENCY_CHANGED, kind=change, figure=WatchedFigure.DAYS_PAST_DUE),
            DefaultRule(topic=moved, kind=change, figure=WatchedFigure.BALANCE, step=BALANCE_STEP, relative=True),
            DefaultRule(topic=moved, kind=change, figure=WatchedFigure.DSCR_NET_CASH_FLOW, step=DSCR_STEP),
            *(
                DefaultRule(topic=Topic.CRITICAL_DATE, kind=RuleKind.DAYS_BEFORE, date_kind=kind, days=days)
                for kind, days in LEADS.items()
            ),
        )
    )


async def rules(documents: Documents, *, org: str, after: Position | None, limit: int) -> Page[RuleView]:
    """Return a page of an organization's rules, the oldest first."""
    order = Order("created_at")
    page = await documents.find(RULES, org, Equal("gone", value=False), order=order, after=after, limit=limit)
    told = await documents.get_many(RULES_TOLD, org, [rule.id for rule in page.items])
    views = (rule_view(rule, told[rule.id].at if rule.id in told else None) for rule in page.items)
    return Page(tuple(views), page.next)


async def rule(documents: Documents, *, org: str, rule_id: str) -> RuleView:
    """Return a rule; raises `NotFound`."""
    found = await documents.get(RULES, org, rule_id)
    if found is None or found.gone:
        raise NotFound("There is no such rule.")
    return await view_of(documents, found)


async def view_of(documents: Documents, rule: Rule) -> RuleView:
    """Return a rule as it is shown, with when it was told last."""
    told = await documents.get(RULES_TOLD, rule.org, rule.id)
    return rule_view(rule, told.at if told is not None else None)


async def count_rules(documents: Documents, *, org: str) -> int:
    """Return how many rules an organization has."""
    return await documents.count(RULES, org, Equal("gone", value=False))


def rule_view(rule: Rule, told_at: datetime.datetime | None) -> RuleView:
    """Return a rule as it is shown."""
    return RuleView(
        **msgspec.structs.asdict(rule.said),
        id=rule.id,
        version=rule.edition,
        made_by=rule.made_by,
        created_at=rule.created_at,
        told_at=told_at,
    )
