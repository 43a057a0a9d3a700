"""HTTP in and out. Every handler may ask for `identity: Identity`, which the composition root gives."""

from realinsights.auth.queries.journal import JOURNAL
from realinsights.auth.routes import (
    accounts,
    addresses,
    deletions,
    demonstrations,
    invitations,
    keys,
    members,
    organizations,
    password_links,
    programs,
    second_factors,
    signing_in,
)
from realinsights.contracts.permissions import Permission
from realinsights_platform.http.routes.declaring import routes_in
from realinsights_platform.journal_routes import journal_routes

JOURNAL_ROUTES = journal_routes("auth", JOURNAL, permission=Permission.AUDIT_READ)
ROUTES = (
    *routes_in(signing_in, second_factors, accounts, addresses, invitations, members, organizations, deletions),
    *routes_in(password_links, demonstrations, programs),
    *routes_in(keys),
    *JOURNAL_ROUTES,
)
