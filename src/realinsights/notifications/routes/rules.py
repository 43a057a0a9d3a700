"""Rules over HTTP."""

from __future__ import annotations

from realinsights.contracts.permissions import Permission
from realinsights.notifications.model.rules import RuleDraft
from realinsights.notifications.queries import rules as queries
from realinsights.notifications.queries.rules import DefaultRules, RuleView, rule_view, view_of
from realinsights.notifications.service import rules as service
from realinsights.notifications.service.clock import Clock
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.routes.declaring import delete, get, post, put
from realinsights_platform.http.routes.pages import Cursor, Limit, PageOf
from realinsights_platform.principal import Principal


@get("/rules", permission=Permission.PORTFOLIO_READ)
async def list_rules(documents: Documents, principal: Principal, cursor: Cursor, limit: Limit = 50) -> PageOf[RuleView]:
    """List the organization's rules, the oldest first."""
    return cursor.page(await queries.rules(documents, org=principal.org, after=cursor.position, limit=limit))


@post("/rules", permission=Permission.PORTFOLIO_WRITE)
async def make_rule(documents: Documents, unit: Unit, clock: Clock, data: RuleDraft) -> Json[RuleView]:
    """Make a rule; what it finds among all loans and dates is told at once."""
    rule = await service.make_rule(unit=unit, documents=documents, draft=data, now=clock())
    return Json(rule_view(rule, None), headers={"Location": f"/api/v1/rules/{rule.id}"})


@get("/rules/defaults", permission=Permission.PORTFOLIO_READ, scoped="unaffected")
async def list_default_rules() -> DefaultRules:
    """List the rules that hold by default, besides those of the organization's own."""
    return queries.default_rules()


@get("/rules/{rule_id}", permission=Permission.PORTFOLIO_READ)
async def read_rule(documents: Documents, principal: Principal, rule_id: str) -> RuleView:
    """Return a rule."""
    return await queries.rule(documents, org=principal.org, rule_id=rule_id)


@put("/rules/{rule_id}", permission=Permission.PORTFOLIO_WRITE)
async def change_rule(
    *, documents: Documents, unit: Unit, clock: Clock, if_match: int, rule_id: str, data: RuleDraft
) -> RuleView:
    """Change a rule; with another condition, what it finds is told as of a new one."""
    rule = await service.change_rule(unit=unit, rule_id=rule_id, draft=data, expected_version=if_match, now=clock())
    return await view_of(documents, rule)


@post("/rules/{rule_id}/pause", permission=Permission.PORTFOLIO_WRITE, status=200)
async def pause_rule(documents: Documents, unit: Unit, clock: Clock, rule_id: str) -> RuleView:
    """Let a rule rest. Doing it again changes nothing."""
    rule = await service.pause_rule(unit=unit, rule_id=rule_id, paused=True, now=clock())
    return await view_of(documents, rule)


@post("/rules/{rule_id}/resume", permission=Permission.PORTFOLIO_WRITE, status=200)
async def resume_rule(documents: Documents, unit: Unit, clock: Clock, rule_id: str) -> RuleView:
    """Let a rule watch again. Doing it again changes nothing."""
    rule = await service.pause_rule(unit=unit, rule_id=rule_id, paused=False, now=clock())
    return await view_of(documents, rule)


@delete("/rules/{rule_id}", permission=Permission.PORTFOLIO_WRITE)
async def delete_rule(unit: Unit, clock: Clock, if_match: int, rule_id: str) -> None:
    """Delete a rule; what it told stays told."""
    await service.delete_rule(unit=unit, rule_id=rule_id, expected_version=if_match, now=clock())
