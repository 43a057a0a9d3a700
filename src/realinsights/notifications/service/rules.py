"""Use cases of rules: make, change, pause and delete one."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.notifications.model.rules import MOST_RULES, Rule, RuleDraft, checked, same_condition
from realinsights.notifications.queries.rules import count_rules
from realinsights.notifications.store import PEOPLE, RULES
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.documents.versions import require
from realinsights_platform.errors import Conflict, Faults, NotFound
from realinsights_platform.ids import new_id


async def make_rule(*, unit: Unit, documents: Documents, draft: RuleDraft, now: datetime.datetime) -> Rule:
    """Make a rule, which is at once held against all loans or dates. Raises `Invalid`, and `Conflict` for too many."""
    said = await _checked(unit, draft)
    if await count_rules(documents, org=unit.org) >= MOST_RULES:
        raise Conflict(f"An organization has {MOST_RULES} rules at most. Delete one first.")
    rule = Rule(
        id=new_id(),
        org=unit.org,
        said=said,
        made_by=unit.actor,
        created_at=now,
        active=said.active,
        look_at=now if said.active else None,
    )
    return unit.put(RULES, rule)


async def change_rule(
    *, unit: Unit, rule_id: str, draft: RuleDraft, expected_version: int, now: datetime.datetime
) -> Rule:
    """Change what a rule says; another condition is looked at anew, over all loans or dates.

    Raises `NotFound`, `Stale` and `Invalid`.
    """
    rule = await _current(unit, rule_id, expected_version)
    return _put(unit, rule, await _checked(unit, draft), now)


async def pause_rule(*, unit: Unit, rule_id: str, paused: bool, now: datetime.datetime) -> Rule:
    """Let a rule rest, or watch again. Doing it again changes nothing.

    One that watches again is looked at over all loans or dates: what happened meanwhile and is still so is told.
    """
    rule = await _found(unit, rule_id)
    return _put(unit, rule, msgspec.structs.replace(rule.said, active=not paused), now)


async def delete_rule(*, unit: Unit, rule_id: str, expected_version: int, now: datetime.datetime) -> None:
    """Delete a rule; what it told stays told."""
    rule = await _current(unit, rule_id, expected_version)
    unit.put(RULES, msgspec.structs.replace(rule, gone=True, active=False, look_at=now))


def _put(unit: Unit, rule: Rule, said: RuleDraft, now: datetime.datetime) -> Rule:
    if said == rule.said:
        return rule
    same = same_condition(rule.said, said)
    changed = msgspec.structs.replace(rule, said=said, active=said.active, epoch=rule.epoch if same else rule.epoch + 1)
    if not said.active:
        changed = msgspec.structs.replace(changed, look_at=None, position=None)
    elif not (same and rule.active):
        changed = msgspec.structs.replace(changed, look_at=now, position=None)
    return unit.put(RULES, changed)


async def _checked(unit: Unit, draft: RuleDraft) -> RuleDraft:
    said = checked(draft)
    wanted = [*said.recipients, *([] if said.escalate_to is None else [said.escalate_to])]
    known = await unit.get_many(PEOPLE, wanted)
    faults = Faults()
    for number, user in enumerate(said.recipients):
        if user not in known or not known[user].active:
            faults.add(f"recipients[{number}]", "is no active member of your organization")
    if said.escalate_to is not None and (said.escalate_to not in known or not known[said.escalate_to].active):
        faults.add("escalateTo", "is no active member of your organization")
    faults.refuse("rule")
    return said


async def _current(unit: Unit, rule_id: str, expected_version: int) -> Rule:
    rule = await _found(unit, rule_id)
    require(msgspec.structs.replace(rule, version=rule.edition), expected_version, noun="rule")
    return rule


async def _found(unit: Unit, rule_id: str) -> Rule:
    rule = await unit.get(RULES, rule_id)
    if rule is None or rule.gone:
        raise NotFound("There is no such rule.")
    return rule
