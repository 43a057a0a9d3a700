"""Scopes: the part of an organization that a membership is limited to."""

from __future__ import annotations

import re
from typing import Final

from realinsights.auth.model.people import User
from realinsights.contracts.permissions import Role
from realinsights_platform.errors import Conflict, Faults
from realinsights_platform.principal import Scope

MOST_IDS: Final = 40
"""Ids of a scope in all: access tokens carry them, in the header of every request."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


def checked_scope(scope: Scope | None, faults: Faults) -> Scope | None:
    """Return a scope with each id once, in order; an empty one, one too large and what is no id are faults.

    An id is not looked up. One that is of nothing, or of another organization, lets nobody see anything.
    """
    if scope is None:
        return None
    checked = Scope(
        portfolio_ids=_checked_ids(scope.portfolio_ids, "scope.portfolioIds", faults),
        fund_ids=_checked_ids(scope.fund_ids, "scope.fundIds", faults),
        property_ids=_checked_ids(scope.property_ids, "scope.propertyIds", faults),
    )
    count = len(checked.portfolio_ids) + len(checked.fund_ids) + len(checked.property_ids)
    if count == 0:
        faults.add("scope", "names at least one portfolio, fund or property; null is the whole organization")
    if count > MOST_IDS:
        faults.add("scope", f"names {count} things, at most {MOST_IDS} are possible: put the loans into a portfolio")
    return checked


def refuse_scoped_administrator(user: User) -> None:
    """Refuse to limit an administrator, who answers for the whole organization."""
    if user.role is Role.ADMINISTRATOR:
        raise Conflict("An administrator sees the whole organization. Give this member another role first.")


def refuse_scope_in_charge(user: User) -> None:
    """Refuse to make somebody administrator who sees only a part of the organization."""
    if user.scope is not None:
        raise Conflict("This member is limited to a part of the organization. Lift the limit first.")


def _checked_ids(ids: tuple[str, ...], field: str, faults: Faults) -> tuple[str, ...]:
    for place, text in enumerate(ids):
        if not _ID.fullmatch(text):
            faults.add(f"{field}[{place}]", "is not an id")
    return tuple(sorted(set(ids)))
