"""The whole way: the real application over real documents, asked with a real client."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import anyio
import httpx
import pyotp
import pytest

from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.routes import ROUTES
from realinsights.contracts.permissions import PERMISSIONS, Role
from realinsights_platform.http.application import application
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.settings import ANONYMOUS, SIGN_IN, SIGNED_IN_USER, HttpSettings
from realinsights_platform.limits.opening import open_limits
from realinsights_platform.limits.port import Rate

ANNA = "anna@example.com"
BO = "bo@example.com"
GOOD_PASSWORD = "correct horse battery staple"
OWN = {"Realinsights-Client": "pytest"}
AMPLE = Rate(amount=100_000, seconds=60)


@pytest.fixture
def app(world):
    return application(
        services=[
            ServiceRoutes(
                name="auth",
                routes=ROUTES,
                documents=world.documents,
                versions=world.heads,
                given={"identity": world.identity},
            )
        ],
        verifier=world.verifier(),
        limits=open_limits("memory://"),
        settings=HttpSettings(secret=b"c" * 32, rates={ANONYMOUS: AMPLE, SIGN_IN: AMPLE, SIGNED_IN_USER: AMPLE}),
        clock=world.clock.seconds,
    )


REFRESH = "__Host-realinsights_refresh"


@pytest.fixture
def client(app):
    """Return what makes clients, each with a cookie jar of its own."""

    def make(**how):
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), **{"base_url": "https://insights.example", **how}
        )

    return make


async def register(client, email=ANNA, *, name="Harbor Capital", password=GOOD_PASSWORD):
    return await client.post(
        "/api/v1/auth/register",
        json={
            "organization": {"name": name, "kind": "owner"},
            "firstName": "Anna",
            "lastName": "Adler",
            "email": email,
            "password": password,
        },
    )


async def sign_in(client, email=ANNA, *, password=GOOD_PASSWORD):
    answer = await client.post("/api/v1/auth/sign-in", json={"email": email, "password": password})
    if answer.status_code == 200:
        client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
    return answer


@pytest.fixture
async def anna(client):
    anna = client()
    assert (await register(anna)).status_code == 202
    assert (await sign_in(anna)).status_code == 200
    return anna


async def joined(client, inviter, email=BO, *, role="member"):
    invited = await inviter.post("/api/v1/members/invitations", json={"email": email, "role": role})
    assert invited.status_code == 201
    newcomer = client()
    accepted = await newcomer.post(
        "/api/v1/auth/invitations/accept",
        json={"token": invited.json()["token"], "firstName": "Bo", "lastName": "Berg", "password": GOOD_PASSWORD},
    )
    assert accepted.status_code == 202
    assert (await sign_in(newcomer, email)).status_code == 200
    return newcomer


async def me(client):
    answer = await client.get("/api/v1/auth/me")
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestSequences:
    """Whoever changed something is told how far the journal is by then, so that their next read shows it."""

    async def said(self, world, answer):
        assert answer.status_code < 300, answer.text
        (org,) = [org for org in await world.documents.organizations() if org != SYSTEM]
        assert answer.headers["realinsights-sequence"] == f"auth={await world.documents.sequence(org)}"

    async def test_are_told_by_what_begins_and_ends_a_session(self, world, client):
        anna = client()
        registered = await register(anna)
        assert "realinsights-sequence" not in registered.headers  # it would tell whether the address had an account
        await self.said(world, await sign_in(anna))
        await self.said(world, await anna.post("/api/v1/auth/refresh", headers=OWN))
        await self.said(world, await anna.post("/api/v1/auth/sign-out", headers=OWN))

    async def test_are_told_by_every_change_of_a_member_or_the_organization(self, world, client, anna):
        bo = await joined(client, anna)
        member = f"/api/v1/members/{(await me(bo))['member']['id']}"
        other = client()
        await sign_in(other, BO)
        session = (await me(other))["sessionId"]
        passwords = {"currentPassword": GOOD_PASSWORD, "newPassword": "another battery staple"}
        any_version = {"If-Match": "*"}
        profile = {"firstName": "Bo", "lastName": "Bergman"}
        await self.said(world, await bo.put("/api/v1/auth/me", json=profile, headers=any_version))
        await self.said(world, await bo.delete(f"/api/v1/auth/sessions/{session}"))
        await self.said(world, await bo.post("/api/v1/auth/password", json=passwords))
        await self.said(world, await bo.post("/api/v1/auth/sign-out-everywhere"))
        await self.said(world, await sign_in(bo, BO, password="another battery staple"))
        await self.said(world, await anna.put(f"{member}/role", json={"role": "viewer"}, headers=any_version))
        await sign_in(bo, BO, password="another battery staple")
        for what in ("sign-out", "deactivate", "reactivate"):
            await self.said(world, await anna.post(f"{member}/{what}"))
        invited = await anna.post("/api/v1/members/invitations", json={"email": "new@example.com", "role": "member"})
        await self.said(world, invited)
        await self.said(world, await anna.delete(f"/api/v1/members/invitations/{invited.json()['invitation']['id']}"))
        organization = {"name": "Harbor Debt", "kind": "owner"}
        await self.said(world, await anna.put("/api/v1/organization", json=organization, headers=any_version))


class TestRegisteringAndSigningIn:
    async def test_says_who_one_is(self, anna):
        account = await me(anna)
        assert account["member"]["email"] == ANNA
        assert account["member"]["role"] == "administrator"
        assert "organization.manage" in account["member"]["permissions"]
        assert account["organization"]["name"] == "Harbor Capital"
        assert account["organization"]["settings"]["currency"] == "USD"

    @pytest.mark.parametrize("role", Role)
    async def test_says_what_one_may_in_which_organization(self, client, anna, role):
        details = {"name": "Harbor Debt", "kind": "owner"}
        settings = {"currency": "EUR", "timezone": "Europe/Berlin", "locale": "de-DE"}
        changed = await anna.put(
            "/api/v1/organization", json=details | {"settings": settings}, headers={"If-Match": "*"}
        )
        assert changed.status_code == 200, changed.text
        account = await me(await joined(client, anna, role=role))
        assert account["member"]["role"] == role
        assert account["member"]["permissions"] == sorted(PERMISSIONS[role])
        organization = account["organization"]
        assert (organization["name"], organization["settings"]) == ("Harbor Debt", settings)

    async def test_answers_registrations_of_known_and_new_addresses_alike(self, client, anna):
        known, new = await register(client()), await register(client(), "new@example.com")
        assert (known.status_code, known.json()) == (new.status_code, new.json()) == (202, known.json())
        assert {*known.headers} == {*new.headers}

    async def test_answers_sign_ins_with_known_and_unknown_addresses_alike(self, client, anna):
        known = await sign_in(client(), ANNA, password="wrong but long enough")
        unknown = await sign_in(client(), "nobody@example.com", password="wrong but long enough")

        def said(answer):
            return {name: value for name, value in answer.json().items() if name != "requestId"}

        assert known.status_code == unknown.status_code == 401
        assert said(known) == said(unknown)
        assert {*known.headers} == {*unknown.headers}

    async def test_keeps_the_refresh_token_where_no_script_reads_it(self, client, anna):
        answer = await sign_in(client())
        cookies = SimpleCookie()
        for header in answer.headers.get_list("set-cookie"):
            cookies.load(header)
        for name in (REFRESH, "__Host-realinsights_device"):
            morsel = cookies[name]
            assert morsel["httponly"]
            assert morsel["secure"]
            assert morsel["samesite"].lower() == "strict"
            assert (morsel["path"], morsel["domain"]) == ("/", ""), "or a browser would not take the name"
        assert cookies[REFRESH].value not in answer.text
        assert answer.headers["cache-control"] == "no-store"

    async def test_works_without_tls_on_ones_own_machine(self, client, anna):
        answer = await sign_in(client(base_url="http://127.0.0.1:8000"))
        for header in answer.headers.get_list("set-cookie"):
            assert "secure" not in header.lower()
            own = "path=/;" if header.startswith("realinsights_organization=") else "path=/api/v1/auth;"
            assert own in f"{header.lower()};"
            assert header.startswith("realinsights_")

    async def test_hints_at_the_organization_for_who_spreads_requests_over_processes(self, client, anna):
        answer = await sign_in(client())
        organization = (await anna.get("/api/v1/auth/me")).json()["organization"]["id"]
        (hint,) = (one for one in answer.headers.get_list("set-cookie") if one.startswith("realinsights_organization="))
        assert hint.partition(";")[0] == f"realinsights_organization={organization}"

    async def test_over_tls_takes_no_cookie_that_a_neighboring_host_could_have_set(self, anna):
        planted = {"realinsights_refresh": anna.cookies[REFRESH]}
        anna.cookies = httpx.Cookies(planted)
        assert (await anna.post("/api/v1/auth/refresh", headers=OWN)).status_code == 401

    async def test_names_every_bad_field(self, client):
        answer = await client().post("/api/v1/auth/register", json={"organization": {"name": ""}, "email": 5})
        assert answer.status_code == 422
        assert {error["field"] for error in answer.json()["errors"]} == {
            "organization.kind",
            "firstName",
            "lastName",
            "email",
            "password",
        }

    async def test_says_when_to_come_back(self, client, anna):
        for _ in range(5):
            await sign_in(client(), password="wrong but long enough")
        answer = await sign_in(client(), password="wrong but long enough")
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0


class TestRefreshing:
    async def test_goes_by_the_cookie(self, anna):
        before = await me(anna)
        answer = await anna.post("/api/v1/auth/refresh", headers=OWN)
        assert answer.status_code == 200
        anna.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
        assert await me(anna) == before

    async def test_twice_at_once_works_for_both(self, anna):
        answers = []

        async def refresh():
            answers.append(await anna.post("/api/v1/auth/refresh", headers=OWN))

        async with anyio.create_task_group() as group:
            group.start_soon(refresh)
            group.start_soon(refresh)
        assert [answer.status_code for answer in answers] == [200, 200]
        assert (await anna.post("/api/v1/auth/refresh", headers=OWN)).status_code == 200

    async def test_with_a_token_used_before_ends_the_session(self, client, anna, world):
        thief = client()
        thief.cookies = httpx.Cookies(anna.cookies)
        await anna.post("/api/v1/auth/refresh", headers=OWN)
        world.clock.advance(minutes=1)
        assert (await thief.post("/api/v1/auth/refresh", headers=OWN)).status_code == 401
        assert (await anna.post("/api/v1/auth/refresh", headers=OWN)).status_code == 401
        assert (await anna.get("/api/v1/auth/me")).status_code == 401

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            OWN | {"Sec-Fetch-Site": "cross-site"},
            OWN | {"Sec-Fetch-Site": "same-site"},
            OWN | {"Origin": "https://evil.example"},
            OWN | {"Origin": "null"},
            OWN | {"Origin": "https://["},
        ],
    )
    async def test_is_refused_to_other_sites(self, anna, headers):
        assert (await anna.post("/api/v1/auth/refresh", headers=headers)).status_code == 403
        assert (await anna.post("/api/v1/auth/sign-out", headers=headers)).status_code == 403
        await me(anna)

    @pytest.mark.parametrize(
        "headers",
        [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "https://insights.example"}, {"Sec-Fetch-Site": "none"}],
    )
    async def test_is_granted_to_our_own(self, anna, headers):
        assert (await anna.post("/api/v1/auth/refresh", headers=OWN | headers)).status_code == 200

    async def test_without_a_cookie_is_nobody(self, client):
        assert (await client().post("/api/v1/auth/refresh", headers=OWN)).status_code == 401


class TestSigningOut:
    async def test_ends_the_session_and_forgets_the_cookie(self, anna):
        answer = await anna.post("/api/v1/auth/sign-out", headers=OWN)
        assert answer.status_code == 204
        assert REFRESH not in anna.cookies
        assert (await anna.get("/api/v1/auth/me")).status_code == 401

    async def test_everywhere_ends_them_all(self, client, anna):
        other = client()
        await sign_in(other)
        assert (await anna.post("/api/v1/auth/sign-out-everywhere")).status_code == 204
        for one in (anna, other):
            assert (await one.get("/api/v1/auth/me")).status_code == 401
            assert (await one.post("/api/v1/auth/refresh", headers=OWN)).status_code == 401

    async def test_elsewhere_is_by_the_list_of_sessions(self, client, anna):
        other = client()
        await sign_in(other)
        listed = (await anna.get("/api/v1/auth/sessions")).json()
        (elsewhere,) = [one for one in listed["items"] if not one["current"]]
        assert (await anna.delete(f"/api/v1/auth/sessions/{elsewhere['id']}")).status_code == 204
        assert (await other.get("/api/v1/auth/me")).status_code == 401
        await me(anna)


class TestMembers:
    async def test_lose_what_their_role_allowed_at_once(self, client, anna):
        bo = await joined(client, anna, role="manager")
        assert (await bo.get("/api/v1/journals/auth")).status_code == 200
        listed = (await anna.get("/api/v1/members")).json()["items"]
        (member,) = [one for one in listed if one["email"] == BO]
        read = await anna.get(f"/api/v1/members/{member['id']}")
        changed = await anna.put(
            f"/api/v1/members/{member['id']}/role", json={"role": "viewer"}, headers={"If-Match": read.headers["etag"]}
        )
        assert changed.status_code == 200
        assert (await bo.get("/api/v1/journals/auth")).status_code == 401
        refreshed = await bo.post("/api/v1/auth/refresh", headers=OWN)
        bo.headers["Authorization"] = f"Bearer {refreshed.json()['accessToken']}"
        assert (await bo.get("/api/v1/journals/auth")).status_code == 403
        assert (await me(bo))["member"]["role"] == "viewer"

    async def test_changed_by_two_at_once_keep_the_first_change(self, client, anna):
        bo = await joined(client, anna)
        bo_id = (await me(bo))["member"]["id"]
        path = f"/api/v1/members/{bo_id}/role"
        assert (await anna.put(path, json={"role": "viewer"})).status_code == 428
        assert (await anna.put(path, json={"role": "viewer"}, headers={"If-Match": '"1"'})).status_code == 200
        assert (await anna.put(path, json={"role": "manager"}, headers={"If-Match": '"1"'})).status_code == 412

    async def test_deactivated_may_do_nothing_and_reactivated_may_sign_in(self, client, anna):
        bo = await joined(client, anna)
        bo_id = (await me(bo))["member"]["id"]
        answer = await anna.post(f"/api/v1/members/{bo_id}/deactivate")
        assert answer.status_code == 200
        assert answer.json()["active"] is False
        assert (await bo.get("/api/v1/auth/me")).status_code == 401
        assert (await bo.post("/api/v1/auth/refresh", headers=OWN)).status_code == 401
        assert (await sign_in(bo, BO)).status_code == 403
        assert (await anna.post(f"/api/v1/members/{bo_id}/reactivate")).json()["active"] is True
        assert (await sign_in(bo, BO)).status_code == 200
        await me(bo)

    async def test_signed_out_by_an_administrator_may_come_back(self, client, anna):
        bo = await joined(client, anna)
        bo_id = (await me(bo))["member"]["id"]
        assert (await anna.post(f"/api/v1/members/{bo_id}/sign-out")).status_code == 204
        assert (await bo.get("/api/v1/auth/me")).status_code == 401
        assert (await sign_in(bo, BO)).status_code == 200

    async def test_a_repeated_request_returns_the_first_answer(self, client, anna):
        bo_id = (await me(await joined(client, anna)))["member"]["id"]
        key = {"Idempotency-Key": "once"}
        first = await anna.post(f"/api/v1/members/{bo_id}/deactivate", headers=key)
        await anna.post(f"/api/v1/members/{bo_id}/reactivate")
        again = await anna.post(f"/api/v1/members/{bo_id}/deactivate", headers=key)
        assert again.json() == first.json()
        assert (await anna.get(f"/api/v1/members/{bo_id}")).json()["active"] is True

    async def test_the_list_shows_a_change_at_once_although_it_is_cached(self, client, anna):
        bo_id = (await me(await joined(client, anna)))["member"]["id"]
        for expected in ("deactivate", "reactivate"):
            await anna.get("/api/v1/members")
            await anna.post(f"/api/v1/members/{bo_id}/{expected}")
            listed = (await anna.get("/api/v1/members")).json()["items"]
            (member,) = [one for one in listed if one["id"] == bo_id]
            assert member["active"] is (expected == "reactivate")

    async def test_page_by_cursor(self, client, anna):
        for number in range(3):
            await joined(client, anna, f"member{number}@example.com")
        seen, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await anna.get("/api/v1/members", params=query)).json()
            seen += [member["email"] for member in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 4

    async def test_the_last_administrator_stays(self, client, anna):
        anna_id = (await me(anna))["member"]["id"]
        assert (await anna.post(f"/api/v1/members/{anna_id}/deactivate")).status_code == 409
        answer = await anna.put(f"/api/v1/members/{anna_id}/role", json={"role": "viewer"}, headers={"If-Match": "*"})
        assert answer.status_code == 409


class TestInvitations:
    async def test_lead_to_what_they_say(self, client, anna):
        invited = (await anna.post("/api/v1/members/invitations", json={"email": BO, "role": "viewer"})).json()
        assert invited["link"] == f"/invitation/#{invited['token']}"
        offer = await client().post("/api/v1/auth/invitations/look-up", json={"token": invited["token"]})
        assert offer.json()["organizationName"] == "Harbor Capital"
        listed = (await anna.get("/api/v1/members/invitations")).json()["items"]
        assert [(one["email"], one["state"]) for one in listed] == [(BO, "open")]
        assert invited["token"].rpartition(".")[2] not in str(listed)

    async def test_withdrawn_lead_nowhere(self, client, anna):
        invited = (await anna.post("/api/v1/members/invitations", json={"email": BO, "role": "viewer"})).json()
        assert (await anna.delete(f"/api/v1/members/invitations/{invited['invitation']['id']}")).status_code == 204
        offer = await client().post("/api/v1/auth/invitations/look-up", json={"token": invited["token"]})
        assert offer.status_code == 404


class TestTheAccount:
    async def test_profile_is_ones_own_to_change(self, client, anna):
        bo = await joined(client, anna, role="viewer")
        version = (await bo.get("/api/v1/auth/me")).headers["etag"]
        profile = {"firstName": "Bo", "lastName": "Bergmann", "jobTitle": "Analyst"}
        changed = await bo.put("/api/v1/auth/me", json=profile, headers={"If-Match": version})
        assert changed.status_code == 200
        assert changed.json()["lastName"] == "Bergmann"
        assert (await me(bo))["member"]["jobTitle"] == "Analyst"
        stale = await bo.put("/api/v1/auth/me", json=profile, headers={"If-Match": version})
        assert stale.status_code == 412
        promoted = await bo.put("/api/v1/auth/me", json=profile | {"role": "administrator"}, headers={"If-Match": "*"})
        assert promoted.status_code == 422

    async def test_password_change_ends_the_other_sessions(self, client, anna):
        other = client()
        await sign_in(other)
        change = {"currentPassword": GOOD_PASSWORD, "newPassword": "an even better battery"}
        assert (await anna.post("/api/v1/auth/password", json=change)).status_code == 204
        await me(anna)
        assert (await other.get("/api/v1/auth/me")).status_code == 401
        assert (await sign_in(client())).status_code == 401
        assert (await sign_in(client(), password="an even better battery")).status_code == 200


class TestTheOrganization:
    async def test_is_the_administrators_to_change(self, client, anna):
        read = await anna.get("/api/v1/organization")
        assert read.json()["subscriptionStatus"] == "trial"
        details = {
            "name": "Harbor Capital Partners",
            "kind": "fund",
            "billingEmail": "billing@example.com",
            "address": {"city": "Boston", "country": "US"},
            "settings": {"currency": "EUR", "timezone": "Europe/Berlin", "locale": "de-DE"},
        }
        changed = await anna.put("/api/v1/organization", json=details, headers={"If-Match": read.headers["etag"]})
        assert changed.status_code == 200
        assert (await anna.get("/api/v1/organization")).json() == changed.json()
        assert (await me(anna))["organization"]["settings"]["currency"] == "EUR"
        stale = await anna.put("/api/v1/organization", json=details, headers={"If-Match": read.headers["etag"]})
        assert stale.status_code == 412
        paid = await anna.put(
            "/api/v1/organization", json=details | {"subscriptionTier": "enterprise"}, headers={"If-Match": "*"}
        )
        assert paid.status_code == 422

    async def test_is_hidden_from_a_member(self, client, anna):
        bo = await joined(client, anna)
        assert (await bo.get("/api/v1/organization")).status_code == 403


class TestTheJournal:
    async def test_says_who_did_what_and_no_secret(self, client, anna):
        await joined(client, anna)
        entries, cursor = [], None
        while True:
            query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
            page = (await anna.get("/api/v1/journals/auth", params=query)).json()
            entries += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        assert [entry["sequence"] for entry in entries] == list(range(len(entries), 0, -1))
        told = [event["type"] for entry in entries for event in entry["eventDetails"]]
        assert {"auth.organization.registered.v1", "auth.member.invited.v1", "auth.member.joined.v1"} <= {*told}
        assert {type_ for entry in entries for type_ in entry["events"]} == {*told}
        details = [(await anna.get(f"/api/v1/journals/auth/{entry['sequence']}")).json() for entry in entries]
        assert [event["type"] for detail in details for event in detail["events"]] == told
        assert "argon2" not in str(entries) + str(details)
        written = {write["kind"]: write["document"] for detail in details for write in detail["writes"]}
        assert "Hash" not in str(written)
        assert written["user"]["email"]
        assert written["credential"] is not None
        assert {kind for kind, document in written.items() if document is None} <= {"claim", "tenant", "answer"}

    async def test_names_who_acted_and_is_searched_by_it(self, client, anna):
        bo = await joined(client, anna)
        bo_id = (await me(bo))["member"]["id"]
        everything = (await anna.get("/api/v1/journals/auth")).json()["items"]
        names = {entry["actor"]: entry["actorName"] for entry in everything}
        ours = (await me(anna))["member"]
        assert names[ours["id"]] == f"{ours['firstName']} {ours['lastName']}"
        assert all(name is None for actor, name in names.items() if actor.startswith("system:"))
        for actor in names:
            found = (await anna.get("/api/v1/journals/auth", params={"actor": actor})).json()
            assert found["endedEarly"] is False
            wanted = [entry["sequence"] for entry in everything if entry["actor"] == actor]
            assert [entry["sequence"] for entry in found["items"]] == wanted
        assert (await anna.get("/api/v1/journals/auth", params={"actor": bo_id, "to": "2020-01-01"})).json()[
            "items"
        ] == []
        since = everything[1]["at"]
        found = (await anna.get("/api/v1/journals/auth", params={"from": since})).json()["items"]
        assert [entry["sequence"] for entry in found] == [
            entry["sequence"] for entry in everything if entry["at"] >= since
        ]
        assert (await anna.get("/api/v1/journals/auth", params={"from": "soon"})).status_code == 422

    async def test_verifies(self, anna):
        found = (await anna.get("/api/v1/journals/auth/verification")).json()
        assert found["sound"] is True
        assert found["entries"] > 0


class TestOtherTenants:
    async def test_find_nothing_of_ours(self, client, anna):
        bo = await joined(client, anna)
        bo_id = (await me(bo))["member"]["id"]
        session_id = (await me(bo))["sessionId"]
        invited = await anna.post("/api/v1/members/invitations", json={"email": "cy@example.com", "role": "viewer"})
        invitation_id = invited.json()["invitation"]["id"]
        stranger = client()
        await register(stranger, "stranger@example.com", name="Elsewhere")
        await sign_in(stranger, "stranger@example.com")
        for method, path, body in (
            ("GET", f"/members/{bo_id}", None),
            ("PUT", f"/members/{bo_id}/role", {"role": "viewer"}),
            ("POST", f"/members/{bo_id}/deactivate", None),
            ("POST", f"/members/{bo_id}/reactivate", None),
            ("POST", f"/members/{bo_id}/sign-out", None),
            ("DELETE", f"/members/invitations/{invitation_id}", None),
            ("DELETE", f"/auth/sessions/{session_id}", None),
        ):
            answer = await stranger.request(method, f"/api/v1{path}", json=body, headers={"If-Match": "*"})
            assert answer.status_code == 404, (method, path)
        assert [one["email"] for one in (await stranger.get("/api/v1/members")).json()["items"]] == [
            "stranger@example.com"
        ]
        await me(bo)


class TestNobody:
    async def test_learns_nothing_from_any_route_that_is_not_public(self, client):
        for route in ROUTES:
            if route.permission is None:
                continue
            path = route.path.replace("{member_id}", "x").replace("{session_id}", "x").replace("{invitation_id}", "x")
            answer = await client().request(route.method, f"/api/v1{path}")
            assert answer.status_code == 401, (route.method, path)


class TestAViewer:
    async def test_changes_nothing_but_their_own_account(self, client, anna):
        viewer = await joined(client, anna, role="viewer")
        for route in ROUTES:
            if route.permission in {None, "signed-in", "member.read", "portfolio.read"}:
                continue
            path = route.path.replace("{member_id}", "x").replace("{invitation_id}", "x")
            answer = await viewer.request(route.method, f"/api/v1{path}", json={}, headers={"If-Match": "*"})
            assert answer.status_code == 403, (route.method, path)


class TestThePublishedKeys:
    async def test_are_at_the_well_known_place(self, client, world):
        answer = await client().get("/.well-known/jwks.json")
        assert answer.status_code == 200
        (key,) = answer.json()["keys"]
        assert key["crv"] == "Ed25519"
        assert "d" not in key
        await world.identity.keys.rotate()
        assert len((await client().get("/.well-known/jwks.json")).json()["keys"]) == 2


async def with_app(world, client):
    """Add an authenticator app to an account; return what tells its next code, and the recovery codes."""
    begun = await client.post("/api/v1/auth/me/authenticator", json={"currentPassword": GOOD_PASSWORD})
    assert begun.status_code == 201, begun.text
    one_time = pyotp.TOTP(begun.json()["secret"])

    def next_code():
        world.clock.advance(seconds=one_time.interval)
        return one_time.at(world.clock.now)

    added = await client.post("/api/v1/auth/me/authenticator/confirmation", json={"code": next_code()})
    assert added.status_code == 200, added.text
    return next_code, added.json()["codes"]


async def require(client):
    headers = {"If-Match": (await client.get("/api/v1/organization")).headers["etag"]}
    answer = await client.put("/api/v1/organization/sign-in", json={"secondFactor": "required"}, headers=headers)
    assert answer.status_code == 200, answer.text


class TestSecondFactors:
    async def test_are_asked_for_before_there_is_any_token_or_cookie(self, client, anna, world):
        next_code, _ = await with_app(world, anna)
        browser = client()
        asked = await sign_in(browser)
        assert (asked.status_code, "set-cookie" in asked.headers, "accessToken" in asked.text) == (401, False, False)
        shown = {"challenge": asked.json()["challenge"], "code": next_code()}
        foreign = await browser.post("/api/v1/auth/second-factor", json=shown, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
        answer = await browser.post("/api/v1/auth/second-factor", json=shown)
        assert answer.status_code == 200
        assert REFRESH in browser.cookies
        again = await client().post("/api/v1/auth/second-factor", json=shown)
        assert (again.status_code, "set-cookie" in again.headers) == (401, False)

    async def test_of_the_last_administrator_give_way_to_recovery_codes(self, client, anna, world):
        _, codes = await with_app(world, anna)
        await require(anna)
        own = f"/api/v1/members/{(await me(anna))['member']['id']}/second-factor/reset"
        assert (await anna.post(own)).status_code == 409, "a token alone does not do it"
        browser = client()
        shown = {"challenge": (await sign_in(browser)).json()["challenge"], "code": codes[0]}
        answer = await browser.post("/api/v1/auth/second-factor", json=shown)
        assert answer.status_code == 200
        left = await browser.get(
            "/api/v1/auth/me/second-factor", headers={"Authorization": f"Bearer {answer.json()['accessToken']}"}
        )
        assert left.json()["recoveryCodesLeft"] == len(codes) - 1

    async def test_required_of_whoever_has_none_open_no_route_but_those_to_add_one(self, client, anna, world):
        await with_app(world, anna)
        bo = await joined(client, anna, role="administrator")
        await require(anna)
        assert (await sign_in(bo, BO)).status_code == 200
        assert (await me(bo))["enrolls"]
        guarded = [route for route in ROUTES if route.permission is not None]
        closed = [route for route in guarded if not route.enrolling]
        for route in closed:
            path = "/api/v1" + re.sub(r"\{\w+\}", "1", route.path)
            answer = await bo.request(route.method, path, json={}, headers={"If-Match": '"1"'})
            assert (answer.status_code, "second factor" in answer.text) == (403, True), (route.method, route.path)
        assert len(closed) > len(guarded) - len(closed) > 0
        await with_app(world, bo)
        refreshed = await bo.post("/api/v1/auth/refresh", headers=OWN)
        bo.headers["Authorization"] = f"Bearer {refreshed.json()['accessToken']}"
        assert (await bo.get("/api/v1/organization")).status_code == 200
