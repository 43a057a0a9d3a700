"""Permissions: the one table of who may do what, which every service asks."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """A member's role in an organization."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    MEMBER = "member"
    VIEWER = "viewer"


class Permission(StrEnum):
    """Something one may be allowed to do; a route names the one it needs."""

    PORTFOLIO_READ = "portfolio.read"  # loans, properties, lenders, funds, portfolios, the dashboard
    PORTFOLIO_WRITE = "portfolio.write"  # create and change them
    PORTFOLIO_DELETE = "portfolio.delete"
    TAPE_IMPORT = "tape.import"  # upload, import and undo tapes
    FILE_READ = "file.read"  # documents that are not confidential
    FILE_WRITE = "file.write"  # file, change and cite them
    FILE_SHARE = "file.share"  # give one version to somebody without an account
    FILE_DELETE = "file.delete"
    FILE_HOLD = "file.hold"  # put a legal hold on a document, and lift it
    FILE_CONFIDENTIAL = "file.confidential"  # see confidential documents, and say which are
    AUDIT_READ = "audit.read"  # the journal: who changed what
    EVENT_READ = "event.read"  # what happened, for programs: pulled, or sent to endpoints
    WEBHOOK_MANAGE = "webhook.manage"  # endpoints that are sent what happens
    MEMBER_READ = "member.read"
    MEMBER_MANAGE = "member.manage"  # invite, deactivate, change roles
    ORGANIZATION_MANAGE = "organization.manage"


_READ = frozenset({Permission.PORTFOLIO_READ, Permission.FILE_READ, Permission.MEMBER_READ})
_WRITE = _READ | {Permission.PORTFOLIO_WRITE, Permission.TAPE_IMPORT, Permission.FILE_WRITE, Permission.FILE_SHARE}
_MANAGE = _WRITE | {
    Permission.PORTFOLIO_DELETE,
    Permission.FILE_DELETE,
    Permission.FILE_HOLD,
    Permission.FILE_CONFIDENTIAL,
    Permission.AUDIT_READ,
    Permission.EVENT_READ,
}

PERMISSIONS = MappingProxyType(
    {
        Role.VIEWER: _READ,
        Role.MEMBER: _WRITE,
        Role.MANAGER: _MANAGE,
        Role.ADMINISTRATOR: frozenset(Permission),
    }
)

_BY_NAME: dict[str, frozenset[str]] = {role.value: frozenset(held) for role, held in PERMISSIONS.items()}


def permissions_of(role: str) -> frozenset[str]:
    """Return what a role may do; a role this version does not know may do nothing."""
    return _BY_NAME.get(role, frozenset())
