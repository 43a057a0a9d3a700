"""Routes and members who are limited to a part of the organization: a route refuses them until somebody decides."""

from __future__ import annotations

from realinsights.auth.routes import ROUTES as AUTH_ROUTES
from realinsights.dashboard.routes import ROUTES as DASHBOARD_ROUTES
from realinsights.files.routes import ROUTES as FILES_ROUTES
from realinsights.loans.routes import ROUTES as LOANS_ROUTES
from realinsights.notifications.routes import ROUTES as NOTIFICATIONS_ROUTES

ROUTES = (*AUTH_ROUTES, *LOANS_ROUTES, *DASHBOARD_ROUTES, *NOTIFICATIONS_ROUTES, *FILES_ROUTES)

# Each tells nothing of loans, of nothing that belongs to them, and of nobody's scope but the caller's.
UNAFFECTED = {
    "GET /auth/me",
    "PUT /auth/me",
    "POST /auth/password",
    "GET /auth/sessions",
    "DELETE /auth/sessions/{session_id}",
    "POST /auth/sign-out-everywhere",
    "GET /auth/me/organizations",
    "POST /auth/switch",
    "GET /auth/me/second-factor",
    "POST /auth/me/authenticator",
    "POST /auth/me/authenticator/confirmation",
    "POST /auth/me/authenticator/removal",
    "POST /auth/me/recovery-codes",
    "POST /auth/me/verification",
    "POST /auth/me/address",
    "GET /auth/me/certificates",
    "GET /members",
    "GET /members/{member_id}",
    "GET /rates/indices",
    "GET /rates/fixings",
    "GET /rates/calendars",
    "GET /rates/curves",
    "GET /rates/curves/{curve_id}",
    "GET /tapes/template",
    "GET /tapes/columns",
    "GET /tapes/named-mappings",
    "GET /preferences",
    "PUT /preferences",
    "GET /rules/defaults",
    "GET /events/types",
}

# Each narrows what it answers to the caller's part.
APPLIED = {
    "GET /loans",
    "GET /loans/export",
    "GET /loans/{loan_id}",
    "GET /loans/{loan_id}/history",
    "GET /loans/{loan_id}/periods",
    "GET /loans/{loan_id}/schedule",
    "GET /loans/{loan_id}/schedule.csv",
    "GET /loans/{loan_id}/balance",
    "GET /loans/{loan_id}/payoff",
    "GET /loans/{loan_id}/prepayment",
}


def test_every_route_that_does_not_refuse_them_is_listed_here() -> None:
    treated = {f"{route.method} {route.path}": route.scoped for route in ROUTES if route.scoped != "refused"}
    assert treated == {**dict.fromkeys(UNAFFECTED, "unaffected"), **dict.fromkeys(APPLIED, "applied")}


def test_whoever_is_not_signed_in_has_no_scope() -> None:
    assert {route.scoped for route in ROUTES if route.permission is None} == {"refused"}
