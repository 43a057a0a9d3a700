"""Rules as people see them."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.notifications.model.rules import Rule, RuleDraft
from realinsights.notifications.store import RULES
from realinsights_platform.documents.port import Documents, Equal, Order, Page, Position
from realinsights_platform.errors import NotFound


class RuleView(RuleDraft, frozen=True, kw_only=True, rename="camel"):
    """A rule as members see it."""

    id: str
    version: int
    made_by: str
    created_at: datetime.datetime


async def rules(documents: Documents, *, org: str, after: Position | None, limit: int) -> Page[RuleView]:
    """Return a page of an organization's rules, the oldest first."""
    order = Order("created_at")
    page = await documents.find(RULES, org, Equal("gone", value=False), order=order, after=after, limit=limit)
    return Page(tuple(rule_view(rule) for rule in page.items), page.next)


async def rule(documents: Documents, *, org: str, rule_id: str) -> RuleView:
    """Return a rule; raises `NotFound`."""
    found = await documents.get(RULES, org, rule_id)
    if found is None or found.gone:
        raise NotFound("There is no such rule.")
    return rule_view(found)


async def count_rules(documents: Documents, *, org: str) -> int:
    """Return how many rules an organization has."""
    return await documents.count(RULES, org, Equal("gone", value=False))


def rule_view(rule: Rule) -> RuleView:
    """Return a rule as it is shown."""
    return RuleView(
        **msgspec.structs.asdict(rule.said),
        id=rule.id,
        version=rule.version,
        made_by=rule.made_by,
        created_at=rule.created_at,
    )
