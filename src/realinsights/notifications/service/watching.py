"""Watching: rules are held against loans when they are told, and by the scheduler against all loans and dates."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.dates import AWAITED, CriticalDate, ShownTo
from realinsights.notifications.model.escalations import Escalation, escalation, is_seen_to
from realinsights.notifications.model.loans import WatchedLoan
from realinsights.notifications.model.notifications import SINGLY, Notice, Thing, ThingKind, listed, notification_id
from realinsights.notifications.model.rules import (
    Rule,
    RuleKind,
    RuleName,
    RuleTold,
    fresh,
    judged,
    near,
    next_look,
    state_id,
)
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.service.neighbors import beside_each
from realinsights.notifications.service.reminding import date_key, date_words
from realinsights.notifications.service.telling import ActivePeople, tell
from realinsights.notifications.store import (
    DATES,
    ESCALATIONS,
    NOTIFICATIONS,
    RULE_STATES,
    RULES,
    RULES_TOLD,
    WATCHED_LOANS,
)
from realinsights_platform.documents.port import AnyOf, Between, Documents, Equal, Page, Position, Unit
from realinsights_platform.documents.walking import many_in

AT_ONCE: Final = 500
"""So many loans or dates are looked at, or states deleted, in one unit of work."""

_BETWEEN: Final = 50
"""After so many loans others have their turn."""

Hit = tuple[str, Thing, str, str]
"""What is told of: its key, the thing, its name, and what of it, in words."""


async def active_rules(unit: Unit) -> tuple[Rule, ...]:
    """Return an organization's rules that watch loans' figures."""
    found = await unit.find(RULES, Equal("active", value=True), limit=1_000)
    return tuple(rule for rule in found if rule.said.kind is not RuleKind.DAYS_BEFORE)


async def watch_loans(
    unit: Unit,
    people: ActivePeople,
    rules: Sequence[Rule],
    loans: Sequence[WatchedLoan],
    *,
    at: datetime.datetime,
    loud: bool = True,
) -> None:
    """Hold rules against loans as they are now, in the caller's unit of work, and tell of what they find.

    What was found before is not told again, however often this is done.
    """
    beside = await beside_each(unit, rules, loans)
    for rule in rules:
        known = await many_in(unit, RULE_STATES, [state_id(rule.id, loan.id) for loan in loans])
        hits: list[Hit] = []
        for number, loan in enumerate(loans):
            if number % _BETWEEN == _BETWEEN - 1:
                await asyncio.sleep(0)
            before = known.get(state_id(rule.id, loan.id))
            after, words = judged(rule, before, loan, beside.get(loan.id, ()))
            if after != (before or fresh(rule, loan.id)):
                unit.put(RULE_STATES, after)
            if words is not None:
                thing = Thing(kind=ThingKind.LOAN, id=loan.id)
                hits.append((f"{loan.id}:{after.epoch}:{after.told}", thing, f"{loan.name} ({loan.number})", words))
        if loud:
            await _tell(unit, people, rule, hits, at=at)


async def look(unit: Unit, ids: Sequence[str], *, documents: Documents, now: Callable[[], datetime.datetime]) -> None:
    """Look at rules as a whole, where it is time: at all loans, part by part, or at the dates that are near."""
    moment, people = now(), ActivePeople(documents, unit.org)
    for rule in (await unit.get_many(RULES, ids)).values():
        if rule.look_at is None or rule.look_at > moment:
            continue
        if rule.gone:
            await _sweep(unit, rule)
        elif rule.said.kind is RuleKind.DAYS_BEFORE:
            reached = await _look_at_dates(unit, documents, people, rule, at=moment)
            _put_looked_at(unit, rule, reached, at=moment, again=next_look(moment))
        else:
            page = await documents.find(WATCHED_LOANS, unit.org, after=_reached(rule), limit=AT_ONCE)
            await watch_loans(unit, people, [rule], page.items, at=moment)
            _put_looked_at(unit, rule, _last(page), at=moment, again=None)


def _reached(rule: Rule) -> Position | None:
    return None if rule.position is None else Position(None, rule.position)


def _last(page: Page[WatchedLoan] | Page[CriticalDate]) -> str | None:
    """Return the id of a page's last document, None where no page follows."""
    return page.items[-1].id if page.next is not None else None


def _put_looked_at(
    unit: Unit, rule: Rule, reached: str | None, *, at: datetime.datetime, again: datetime.datetime | None
) -> None:
    """Store how far a rule was looked at, by id; after the last part (None) it is looked at `again`."""
    look_at = again if reached is None else at
    unit.put(RULES, msgspec.structs.replace(rule, look_at=look_at, position=reached, looks=rule.looks + 1))


async def escalate(unit: Unit, ids: Sequence[str], *, now: Callable[[], datetime.datetime]) -> None:
    """Tell of what nobody has acknowledged or assigned in time whoever the rule names for that."""
    moment = now()
    for waiting in (await unit.get_many(ESCALATIONS, ids)).values():
        if waiting.due_at > moment:
            continue
        told = await many_in(unit, NOTIFICATIONS, waiting.notifications)
        if not any(is_seen_to(notification) for notification in told.values()):
            await tell(unit, people=(waiting.to,), notice=_escalated(waiting), at=moment)
        unit.delete(ESCALATIONS, waiting)


async def _look_at_dates(
    unit: Unit, documents: Documents, people: ActivePeople, rule: Rule, *, at: datetime.datetime
) -> str | None:
    """Look at a part of the dates that are near; return the last one's id, None where it was the last part."""
    said = rule.said
    if said.date_kind is None or said.days is None:
        return None
    today = at.date()
    where = (
        Equal("kind", said.date_kind),
        AnyOf("shown_to", (ShownTo.EVERYBODY, ShownTo.CONFIDENTIAL)),
        AnyOf("state", tuple(AWAITED)),
        Between("on", at_least=today, at_most=today + datetime.timedelta(days=said.days)),
    )
    page: Page[CriticalDate] = await documents.find(DATES, unit.org, *where, after=_reached(rule), limit=AT_ONCE)
    dates = await _watched(unit, rule, page.items)
    known = await many_in(unit, RULE_STATES, [state_id(rule.id, date.id) for date in dates])
    hits: dict[ShownTo, dict[str, Hit]] = {ShownTo.EVERYBODY: {}, ShownTo.CONFIDENTIAL: {}}
    for date in dates:
        after, told = near(rule, known.get(state_id(rule.id, date.id)), date.id, date.on)
        if told:
            unit.put(RULE_STATES, after)
            name, words, thing = date_words(date)
            hit = (f"{date.id}:{after.epoch}:{after.told}", thing, name, words)
            hits[date.shown_to].setdefault(date_key(date), hit)
    await _tell(unit, people, rule, [*hits[ShownTo.EVERYBODY].values()], at=at)
    cleared = await people.who_may(Permission.FILE_CONFIDENTIAL)
    await _tell(unit, people, rule, [*hits[ShownTo.CONFIDENTIAL].values()], at=at, among=cleared)
    return _last(page)


async def _watched(unit: Unit, rule: Rule, dates: Sequence[CriticalDate]) -> Sequence[CriticalDate]:
    """Return the dates of the loans that a rule watches; one that is of no loan is of no part of them."""
    if rule.said.watches_all:
        return dates
    loans = await many_in(unit, WATCHED_LOANS, [date.loan_id for date in dates if date.loan_id is not None])
    return [date for date in dates if date.loan_id in loans and rule.said.watches(loans[date.loan_id])]


async def _tell(
    unit: Unit,
    people: ActivePeople,
    rule: Rule,
    hits: Sequence[Hit],
    *,
    at: datetime.datetime,
    among: Sequence[str] | None = None,
) -> None:
    """Tell of what a rule found; where not everybody may see it, those `among` whom people are told, later ones too."""
    if not hits:
        return
    named = [person.id for person in await people.all() if person.id in rule.said.recipients]
    everybody = [*await people.who_may(Permission.PORTFOLIO_WRITE)]
    if among is not None:
        named, everybody = [[one for one in ids if one in among] for ids in (named, everybody)]
    on, hours = rule.said.escalate_to, rule.said.escalate_after_hours
    anybody = False
    for notice in _notices(rule, hits):
        told = await tell(unit, people=named or everybody, notice=notice, at=at)
        anybody = anybody or bool(told)
        if told and on is not None and hours is not None and (among is None or on in among):
            waiting = escalation(
                notice,
                _name(rule),
                org=unit.org,
                to=on,
                due_at=at + datetime.timedelta(hours=hours),
                notifications=tuple(notification_id(user, notice.key) for user in told),
            )
            unit.put(ESCALATIONS, waiting)
    if anybody:
        last = await unit.get(RULES_TOLD, rule.id) or RuleTold(id=rule.id, org=unit.org, at=at)
        unit.put(RULES_TOLD, msgspec.structs.replace(last, at=max(last.at, at)))


def _notices(rule: Rule, hits: Sequence[Hit]) -> list[Notice]:
    if len(hits) <= SINGLY:
        return [
            Notice(
                key=f"rule:{rule.id}:{key}",
                topic=Topic.RULE,
                title=f"{loan}: {words}",
                thing=thing,
                urgent=rule.said.urgent,
                rule=_name(rule),
            )
            for key, thing, loan, words in hits
        ]
    keys = hashlib.sha256("\n".join(sorted(hit[0] for hit in hits)).encode()).hexdigest()
    return [
        Notice(
            key=f"rule:{rule.id}:{keys}",
            topic=Topic.RULE,
            title=f"{rule.said.name}: {len(hits):,} {_things(hits)}",
            body=listed([f"{loan}: {words}" for _, _, loan, words in hits], separator="; "),
            urgent=rule.said.urgent,
            rule=_name(rule),
        )
    ]


def _things(hits: Sequence[Hit]) -> str:
    return "documents" if all(thing.kind is ThingKind.DOCUMENT for _, thing, _, _ in hits) else "loans"


def _escalated(waiting: Escalation) -> Notice:
    return Notice(
        key=f"escalated:{waiting.key}",
        topic=Topic.ESCALATED,
        title=f"Nobody has seen to: {waiting.title}",
        body=waiting.body,
        thing=waiting.thing,
        urgent=True,
        rule=waiting.rule,
    )


def _name(rule: Rule) -> RuleName:
    return RuleName(id=rule.id, name=rule.said.name)


async def _sweep(unit: Unit, rule: Rule) -> None:
    """Delete what a rule knew, part by part, and in the end the rule."""
    states = await unit.find(RULE_STATES, Equal("rule", rule.id), limit=AT_ONCE)
    for state in states:
        unit.delete(RULE_STATES, state)
    if len(states) < AT_ONCE:
        told = await unit.get(RULES_TOLD, rule.id)
        if told is not None:
            unit.delete(RULES_TOLD, told)
        unit.delete(RULES, rule)
    else:
        unit.put(RULES, rule)  # it is still due
