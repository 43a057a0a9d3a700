"""Every route of the route table, asked by nobody, by the wrong tenant and by a viewer."""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from realinsights.auth.routes import ROUTES as AUTH_ROUTES
from realinsights.contracts.permissions import PERMISSIONS, Role
from realinsights.dashboard.routes import ROUTES as DASHBOARD_ROUTES
from realinsights.files.routes import ROUTES as FILES_ROUTES
from realinsights.gateway import path_of
from realinsights.loans.routes import ROUTES as LOANS_ROUTES
from realinsights.notifications.routes import ROUTES as NOTIFICATIONS_ROUTES
from realinsights_platform.http.application import PREFIX
from realinsights_platform.http.routes.declaring import SIGNED_IN, Route

from ..drafts import TERMS_OF_A_LOAN

pytestmark = pytest.mark.topology

ROUTES = (*AUTH_ROUTES, *LOANS_ROUTES, *DASHBOARD_ROUTES, *NOTIFICATIONS_ROUTES, *FILES_ROUTES)
PATHS: tuple[tuple[str, Route], ...] = tuple((path_of(route), route) for route in ROUTES)
GUARDED = [pytest.param(path, route, id=f"{route.method} {path}") for path, route in PATHS if route.permission]
OF_A_THING = [
    pytest.param(path, route, id=f"{route.method} {path}")
    for path, route in PATHS
    if route.permission and "{" in path.replace("{kind}", "ageing")  # a kind of report is everybody's
]
REFUSED_TO_VIEWERS = [
    pytest.param(path, route, id=f"{route.method} {path}")
    for path, route in PATHS
    if route.permission and route.permission not in {*PERMISSIONS[Role.VIEWER], SIGNED_IN}
]

REFUSED_TO_LIMITED = [
    pytest.param(path, route, id=f"{route.method} {path}")
    for path, route in PATHS
    if route.permission and route.scoped == "refused"
]
READ_BY_LIMITED = [
    pytest.param(path, route, id=f"{route.method} {path}")
    for path, route in PATHS
    if route.method == "GET"
    and route.scoped != "refused"
    and route.permission in {*PERMISSIONS[Role.MANAGER], SIGNED_IN}
]

LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}
PROPERTY = {"name": "Harbor Point Apartments", "propertyType": "multifamily", "state": "CA"}

# What a write of a thing carries, by the last names of its path; every such route must be here or need no body.
CONVENTION = {
    "dayCount": "30_360",
    "accrualDates": "due_to_due",
    "rate": "0.06",
    "interestRounding": "half_up",
    "dailyRateDecimals": None,
    "paymentRule": "interest_only",
    "paymentRounding": None,
    "payment": None,
    "interestOnlyUntil": None,
    "accruesFrom": None,
    "group": 0,
    "words": "30/360",
}
BODIES: Mapping[str, Any] = {
    "PUT /programs/{program_id}": {"name": "Loader", "permissions": ["portfolio.read"]},
    "POST /programs/{program_id}/tokens": {"days": 1},
    "PUT /loans/{loan_id}": LOAN,
    "PUT /properties/{property_id}": PROPERTY,
    "PUT /lenders/{lender_id}": {"name": "First Bank", "lenderType": "bank"},
    "PUT /funds/{fund_id}": {"name": "Fund I", "fundType": "debt"},
    "PUT /portfolios/{portfolio_id}": {"name": "Core"},
    "PATCH /loans/{loan_id}": {"name": "Pier"},
    "PATCH /properties/{property_id}": {"name": "Pier"},
    "PATCH /lenders/{lender_id}": {"name": "Pier"},
    "PATCH /funds/{fund_id}": {"name": "Pier"},
    "PATCH /portfolios/{portfolio_id}": {"name": "Pier"},
    "PUT /dashboard/views/{view_id}": {"name": "New York", "page": "loans", "query": "state=NY"},
    "PUT /members/{member_id}/role": {"role": "member"},
    "PUT /members/{member_id}/scope": {"scope": None},
    "POST /inbox/{notification_id}/snooze": {"until": "2027-01-01T00:00:00Z"},
    "POST /inbox/{notification_id}/assign": {"userId": "somebody"},
    "PUT /webhooks/{endpoint_id}": {"url": "https://93.184.216.34/hooks"},
    "POST /webhooks/{endpoint_id}/replay": {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"},
    "PUT /notes/{note_id}": {"text": "Pier"},
    "PUT /rules/{rule_id}": {"name": "Near", "kind": "days_before", "dateKind": "maturity", "days": 30},
    "POST /reports/{kind}/runs": {},
    "PUT /reports/schedules/{schedule_id}": {"kind": "ageing", "recipients": ["ada"]},
    "POST /dates/{date_id}/done": {"evidence": "Paid."},
    "POST /dates/{date_id}/waive": {"evidence": "Sold."},
    "POST /dates/{date_id}/snooze": {"until": "2034-12-01"},
    "POST /dates/{date_id}/assign": {"assignee": None},
    "PUT /documents/{document_id}": {"title": "Promissory note"},
    "PUT /documents/{document_id}/hold": {"reason": "Smith v. Harbor"},
    "POST /documents/{document_id}/versions/{number}/shares": {"expiresAt": "2099-01-01T00:00:00Z"},
    "POST /loans/{loan_id}/convention": CONVENTION,
    "POST /loans/{loan_id}/restore": {"sequence": 1},
    "POST /properties/{property_id}/restore": {"sequence": 1},
    "POST /lenders/{lender_id}/restore": {"sequence": 1},
    "POST /funds/{fund_id}/restore": {"sequence": 1},
    "POST /portfolios/{portfolio_id}/restore": {"sequence": 1},
}
CURVE: dict[str, Any] = {"index": "sofr", "asOf": "2025-01-02", "points": [{"on": "2025-02-01", "rate": "0.043"}]}
# What such a route wants besides a body.
HEADERS: Mapping[str, dict[str, str]] = {
    "PATCH /uploads/{upload_id}": {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    },
    "DELETE /uploads/{upload_id}": {"Tus-Resumable": "1.0.0"},
}
PARAMETERS: Mapping[str, dict[str, str]] = {"POST /documents/{document_id}/versions": {"fileName": "note.txt"}}
TAPE = """\
loanNumber,asOf,originalBalance,currentBalance,rate,originationDate,maturityDate
T-1,2025-12-31,1000000.00,900000.00,5.25%,2020-01-01,2030-01-01
"""


@dataclass(frozen=True)
class Tenants:
    """Two organizations: everything is the first one's; the second one asks."""

    client: httpx.AsyncClient
    administrator: dict[str, str]
    viewer: dict[str, str]
    limited: dict[str, str]
    stranger: dict[str, str]
    ids: dict[str, str]


@pytest.fixture(scope="module")
async def tenants(platform: Any) -> Tenants:
    administrator = await platform.register("Harbor Capital", "ada@harbor.example")
    viewer = await platform.joined(administrator, "vic@harbor.example", "viewer")
    limited = await platform.joined(administrator, "lim@harbor.example", "manager")
    stranger = await platform.register("Other House", "eve@other.example")
    client: httpx.AsyncClient = platform.client

    async def create(path: str, body: Any) -> str:
        answer = await client.post(f"{PREFIX}{path}", json=body, headers=administrator)
        assert answer.status_code in {200, 201, 202}, answer.text
        return str(answer.json().get("id") or answer.json()["invitation"]["id"])

    me = (await client.get(f"{PREFIX}/auth/me", headers=viewer)).json()
    sessions = (await client.get(f"{PREFIX}/auth/sessions", headers=administrator)).json()
    ids = {
        "loan_id": await create("/loans", LOAN),
        "property_id": await create("/properties", PROPERTY),
        "lender_id": await create("/lenders", BODIES["PUT /lenders/{lender_id}"]),
        "fund_id": await create("/funds", BODIES["PUT /funds/{fund_id}"]),
        "portfolio_id": await create("/portfolios", BODIES["PUT /portfolios/{portfolio_id}"]),
        "curve_id": await create("/rates/curves", CURVE),
        **await _fixed(client, administrator),
        "view_id": await create("/dashboard/views", {"name": "Harbor", "page": "dashboard", "shared": True}),
        "feed_id": await create("/calendar-feeds", {"name": "Harbor"}),
        "invitation_id": await create("/members/invitations", {"email": "new@harbor.example", "role": "member"}),
        "member_id": me["member"]["id"],
        "program_id": (program := await create("/programs", {"name": "Loader", "permissions": ["portfolio.read"]})),
        "token_id": await create(f"/programs/{program}/tokens", {}),
        "run_id": await create("/reports/ageing/runs", {}),
        "kind": "ageing",
        "schedule_id": await create("/reports/schedules", BODIES["PUT /reports/schedules/{schedule_id}"]),
        "import_id": (await _imported(client, administrator))["id"],
        "session_id": sessions["items"][0]["id"],
        **await _of_notifications(client, administrator, me["member"]["id"], create),
        "sequence": "1",
        **await _filed(client, administrator),
    }
    ids["date_id"] = await _maturity(client, administrator)
    limited = await _limited(platform, administrator, limited, ids["portfolio_id"])
    return Tenants(client, administrator, viewer, limited, stranger, ids)


async def _limited(platform: Any, administrator: dict[str, str], manager: dict[str, str], portfolio_id: str) -> Any:
    """Return the manager's headers once they are limited to a portfolio, which voids the token of before."""
    client: httpx.AsyncClient = platform.client
    member = (await client.get(f"{PREFIX}/auth/me", headers=manager)).json()["member"]
    answer = await client.put(
        f"{PREFIX}/members/{member['id']}/scope",
        json={"scope": {"portfolioIds": [portfolio_id]}},
        headers={**administrator, "If-Match": "*"},
    )
    assert answer.status_code == 200, answer.text
    return await platform.sign_in("lim@harbor.example")


async def _fixed(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    """Return the index and the day of a fixing."""
    fixing = {"index": "SOFR", "on": "2025-06-02", "value": "0.0435"}
    answer = await client.post(f"{PREFIX}/rates/fixings", json=fixing, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    return {"index": "SOFR", "on": "2025-06-02"}


async def _of_notifications(
    client: httpx.AsyncClient, administrator: dict[str, str], viewer_id: str, create: Any
) -> dict[str, str]:
    """Return ids of what the notifications service has; it hears of the members a moment after they are there."""
    inbox: list[Any] = []
    async with asyncio.timeout(30):
        while not inbox:
            inbox = (await client.get(f"{PREFIX}/inbox", headers=administrator)).json()["items"]
            await asyncio.sleep(0.02)
    path = f"{PREFIX}/inbox/{inbox[0]['id']}/assign"
    async with asyncio.timeout(30):
        while (await client.post(path, json={"userId": viewer_id}, headers=administrator)).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    mails = (await client.get(f"{PREFIX}/mails", headers=administrator)).json()["items"]
    # Nothing is ever sent to this endpoint: it wants an event that does not happen here.
    endpoint = {"url": "https://93.184.216.34/hooks", "types": ["loans.periods.withdrawn.v1"]}
    answer = await client.post(f"{PREFIX}/webhooks", json=endpoint, headers=administrator)
    assert answer.status_code == 201, answer.text
    endpoint_id = str(answer.json()["endpoint"]["id"])
    return {
        "notification_id": inbox[0]["id"],
        "mail_id": mails[0]["id"],
        "endpoint_id": endpoint_id,
        "delivery_id": f"{endpoint_id}.{'0' * 24}",
        "rule_id": await create("/rules", {**BODIES["PUT /rules/{rule_id}"], "active": False}),
        "note_id": await create("/notes", {"thingKind": "loan", "thingId": "l1", "text": "Harbor"}),
    }


async def _maturity(client: httpx.AsyncClient, headers: dict[str, str]) -> str:
    """Return the id of a date, once the service has heard of the loans."""
    while True:
        dates = await client.get(f"{PREFIX}/dates?kind=maturity", headers=headers)
        assert dates.status_code == 200, dates.text
        if dates.json()["items"]:
            return str(dates.json()["items"][0]["id"])


async def _read(client: httpx.AsyncClient, headers: dict[str, str], document_id: str) -> None:
    """Return once a document's version is at rest."""
    while True:
        document = await client.get(f"{PREFIX}/documents/{document_id}", headers=headers)
        assert document.status_code == 200, document.text
        if document.json()["versions"][0]["state"] != "received":
            return


async def _filed(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    """File a document, share it, cite it, and begin an upload; return the ids."""
    answer = await client.post(
        f"{PREFIX}/documents", params={"fileName": "note.txt"}, content=b"Promissory note", headers=headers
    )
    assert answer.status_code == 201, answer.text
    document_id = answer.json()["id"]
    expires = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).isoformat()
    shared = await client.post(
        f"{PREFIX}/documents/{document_id}/versions/1/shares", json={"expiresAt": expires}, headers=headers
    )
    assert shared.status_code == 201, shared.text
    await _read(client, headers, document_id)
    citation = {"loanId": "loan", "field": "rate", "documentId": document_id, "number": 1, "page": 1, "quote": "note"}
    cited = await client.post(f"{PREFIX}/citations", json=citation, headers=headers)
    assert cited.status_code == 201, cited.text
    begun = await client.post(f"{PREFIX}/uploads", headers={**headers, "Tus-Resumable": "1.0.0", "Upload-Length": "5"})
    assert begun.status_code == 201, begun.text
    return {
        "document_id": document_id,
        "number": "1",
        "page": "1",
        "share_id": shared.json()["share"]["id"],
        "citation_id": cited.json()["id"],
        "upload_id": begun.json()["id"],
    }


async def _imported(client: httpx.AsyncClient, headers: dict[str, str]) -> Any:
    answer = await client.post(
        f"{PREFIX}/imports", params={"fileName": "tape.csv"}, content=TAPE.encode(), headers=headers
    )
    assert answer.status_code == 202, answer.text
    return answer.json()


async def ask(
    tenants: Tenants, path: str, route: Route, headers: dict[str, str], ids: Mapping[str, str] | None = None
) -> httpx.Response:
    filled = re.sub(r"\{(\w+)\}", lambda name: (ids or tenants.ids)[name.group(1)], path)
    name = f"{route.method} {route.path}"
    return await tenants.client.request(
        route.method,
        filled,
        json=BODIES.get(name),
        headers={**headers, "If-Match": '"1"', **HEADERS.get(name, {})},
        params=PARAMETERS.get(name, {}),
    )


async def test_the_table_is_what_the_product_answers_to(platform: Any) -> None:
    documented = await platform.product.documented()
    answered = {
        (method.upper(), path)
        for path, methods in documented.items()
        if path.startswith((PREFIX, "/.well-known/"))
        for method in methods
    }
    assert answered == {(route.method, path) for path, route in PATHS}


@pytest.mark.parametrize(("path", "route"), GUARDED)
async def test_nobody_is_asked_to_sign_in(tenants: Tenants, path: str, route: Route) -> None:
    answer = await ask(tenants, path, route, {})
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "route"), OF_A_THING)
async def test_another_tenant_s_thing_is_not_there(tenants: Tenants, path: str, route: Route) -> None:
    ids = tenants.ids
    if "{sequence}" in path:
        # Every organization counts its own entries: only the first one's journal has come as far as this.
        journal = await tenants.client.get(path.removesuffix("/{sequence}"), headers=tenants.administrator)
        ids = {**ids, "sequence": str(journal.json()["items"][0]["sequence"])}
        assert (await ask(tenants, path, route, tenants.administrator, ids)).status_code == 200
    answer = await ask(tenants, path, route, tenants.stranger, ids)
    assert answer.status_code == 404, answer.text
    told = [value for value in ids.values() if value in answer.text and value not in str(answer.request.url)]
    assert not told
    assert "Harbor" not in answer.text


@pytest.mark.parametrize(("path", "route"), REFUSED_TO_VIEWERS)
async def test_a_viewer_may_not(tenants: Tenants, path: str, route: Route) -> None:
    answer = await ask(tenants, path, route, tenants.viewer)
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(("path", "route"), REFUSED_TO_LIMITED)
async def test_who_is_limited_to_a_part_may_not(tenants: Tenants, path: str, route: Route) -> None:
    answer = await ask(tenants, path, route, tenants.limited)
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(("path", "route"), READ_BY_LIMITED)
async def test_who_is_limited_to_a_part_may_read_the_rest(tenants: Tenants, path: str, route: Route) -> None:
    answer = await ask(tenants, path, route, tenants.limited)
    assert answer.status_code in {200, 404, 422}, answer.text  # 422: a parameter that the route needs is not said
