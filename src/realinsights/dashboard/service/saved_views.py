"""Use cases of saved views: keep, share, change and delete one."""

from __future__ import annotations

from realinsights.contracts.permissions import Permission
from realinsights.dashboard.model.saved_views import MOST_OWN, MOST_SHARED, SavedView, SavedViewDraft, saved_view
from realinsights.dashboard.store import SAVED_VIEWS
from realinsights_platform.documents import versions
from realinsights_platform.documents.port import Documents, Equal, Order, Unit
from realinsights_platform.errors import Conflict, Forbidden, NotFound
from realinsights_platform.ids import new_id
from realinsights_platform.principal import Principal


async def visible_views(documents: Documents, *, principal: Principal) -> tuple[SavedView, ...]:
    """Return one's own views by name, then what others share by name."""
    own = await documents.find(
        SAVED_VIEWS, principal.org, Equal("owner", principal.user), order=Order("name"), limit=2 * MOST_OWN
    )
    shared = await documents.find(
        SAVED_VIEWS, principal.org, Equal("shared", True), order=Order("name"), limit=2 * MOST_SHARED
    )
    return (*own.items, *(view for view in shared.items if view.owner != principal.user))


async def create_view(*, unit: Unit, documents: Documents, principal: Principal, draft: SavedViewDraft) -> SavedView:
    """Keep a view. Raises `Forbidden` where one may not share, `Conflict` where there are too many.

    A name that one has given to another view already is a `Conflict` at commit.
    """
    if await documents.count(SAVED_VIEWS, unit.org, Equal("owner", principal.user)) >= MOST_OWN:
        raise Conflict(f"You keep {MOST_OWN} views, which is as many as there may be. Delete one first.")
    view = saved_view(draft, view_id=new_id(), org=unit.org, owner=principal.user)
    if view.shared:
        await _require_sharing(documents, principal)
    return unit.put(SAVED_VIEWS, view)


async def change_view(
    *,
    unit: Unit,
    documents: Documents,
    principal: Principal,
    view_id: str,
    draft: SavedViewDraft,
    expected_version: int,
) -> SavedView:
    """Replace all of a view but its owner. Raises `NotFound`, `Forbidden`, `Stale`."""
    before = await _changeable(unit, principal, view_id, expected_version)
    view = saved_view(draft, view_id=view_id, org=unit.org, owner=before.owner, version=before.version)
    if view == before:
        return before
    if view.shared:
        await _require_sharing(documents, principal, more=not before.shared)
    return unit.put(SAVED_VIEWS, view)


async def forget_view(*, unit: Unit, principal: Principal, view_id: str, expected_version: int) -> None:
    """Forget a view. Raises `NotFound`, `Forbidden`, `Stale`."""
    unit.delete(SAVED_VIEWS, await _changeable(unit, principal, view_id, expected_version))


async def _require_sharing(documents: Documents, principal: Principal, *, more: bool = True) -> None:
    if Permission.PORTFOLIO_WRITE not in principal.permissions:
        raise Forbidden("Your role allows private views. Ask a member of your organization to share one.")
    if more and await documents.count(SAVED_VIEWS, principal.org, Equal("shared", True)) >= MOST_SHARED:
        raise Conflict(f"Your organization shares {MOST_SHARED} views, which is as many as there may be.")


async def _changeable(unit: Unit, principal: Principal, view_id: str, expected_version: int) -> SavedView:
    view = await unit.get(SAVED_VIEWS, view_id)
    if view is None or (view.owner != principal.user and not view.shared):
        raise NotFound(f"There is no view {view_id}.")
    if view.owner != principal.user and Permission.ORGANIZATION_MANAGE not in principal.permissions:
        raise Forbidden("Only its owner or an administrator may change a shared view.")
    versions.require(view, expected_version, noun="view")
    return view
