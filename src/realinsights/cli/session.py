"""A session on a running server: signed in once, renewed until it is ended."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import msgspec

from realinsights.cli.answers import send
from realinsights.cli.credentials import Credential, Credentials
from realinsights_platform.errors import Forbidden, Refusal, StepNeeded, Unauthenticated

_CLIENT = {"Realinsights-Client": "command line", "User-Agent": "realinsights command line"}
_RENEW_SECONDS = 60.0  # before its end: a long upload begun with the token still finds it valid


TOKEN_VARIABLE = "REALINSIGHTS_TOKEN"  # noqa: S105 - a variable's name
"""The environment variable with a program's token."""


class _AccessToken(msgspec.Struct, frozen=True, rename="camel"):
    access_token: str
    expires_in: float


class _GivenToken(msgspec.Struct, frozen=True):
    """What the token endpoint answers, in the words of OAuth 2."""

    access_token: str
    expires_in: float

    @property
    def taken(self) -> _AccessToken:
        return _AccessToken(self.access_token, self.expires_in)


def server_address(text: str) -> str:
    """Return a server's address without a path; raises `Refusal` for what is none."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refusal(f"{text} is not a server's address. An address such as http://127.0.0.1:8000 is.")
    return f"{parts.scheme}://{parts.netloc}"


class Session:
    """One server's session, as this machine keeps it."""

    def __init__(self, server: str, credentials: Credentials) -> None:
        self.server = server
        self._credentials = credentials

    async def begin(self, *, email: str, password: str, ask_code: Callable[[], str]) -> Credential:
        """Sign in and remember the session, not the password; `ask_code` is called where a code is needed, too."""
        async with self._http() as http:
            try:
                credential = await self._exchange(
                    http, "/auth/sign-in", email=email, body={"email": email, "password": password}
                )
            except StepNeeded as step:
                credential = await self._exchange(
                    http, "/auth/second-factor", email=email, body={"challenge": step.challenge, "code": ask_code()}
                )
            bearer = {"Authorization": f"Bearer {credential.access_token}"}
            account = await send(http, "GET", "/auth/me", headers=bearer)
            organization = msgspec.json.decode(account.content)["organization"]["name"]
        credential = msgspec.structs.replace(credential, organization=organization)
        self._credentials.keep(self.server, credential)
        return credential

    async def token(self) -> str:
        """Return an access token that is good for a while, renewing it where it is about to end."""
        credential = self._known()
        if credential.expires_at - time.time() > _RENEW_SECONDS:
            return credential.access_token
        async with self._http(credential.cookies) as http:
            renewed = await self._exchange(http, "/auth/refresh", email=credential.email)
        renewed = msgspec.structs.replace(renewed, organization=credential.organization)
        self._credentials.keep(self.server, renewed)
        return renewed.access_token

    async def end(self) -> None:
        """Sign out, on the server and here."""
        credential = self._credentials.of(self.server)
        if credential is not None:
            async with self._http(credential.cookies) as http:
                await http.post("/api/v1/auth/sign-out")
            self._credentials.forget(self.server)

    def require_organization(self, name: str) -> None:
        """Raise `Forbidden` unless the session is of the organization named."""
        known = self._known()
        if known.organization.casefold() != name.strip().casefold():
            raise Forbidden(
                f"You are signed in to {self.server} as {known.email} of {known.organization}, not of {name}; "
                f"pass --org '{known.organization}', or sign in as somebody else by "
                f"`realinsights login --server {self.server}`."
            )

    def _known(self) -> Credential:
        credential = self._credentials.of(self.server)
        if credential is None:
            raise Unauthenticated(f"Sign in first by `realinsights login --server {self.server}`.")
        return credential

    def _http(self, cookies: dict[str, str] | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.server, headers=_CLIENT, cookies=cookies, timeout=30.0)

    async def _exchange(
        self, http: httpx.AsyncClient, path: str, *, email: str, body: dict[str, str] | None = None
    ) -> Credential:
        answer = await send(http, "POST", path, json=body)
        access = msgspec.json.decode(answer.content, type=_AccessToken)
        return Credential(
            email=email,
            organization="",
            access_token=access.access_token,
            expires_at=time.time() + access.expires_in,
            cookies={cookie.name: cookie.value or "" for cookie in http.cookies.jar},
        )


class ProgramSession:
    """A program's access to one server, by its token: nothing of it is kept on this machine."""

    def __init__(self, server: str, token: str) -> None:
        self.server = server
        self._token = token
        self._access = _AccessToken("", 0.0)
        self._renew_at = 0.0

    async def token(self) -> str:
        """Return an access token that is good for a while; raises `Unauthenticated` for a token that is none."""
        if time.monotonic() >= self._renew_at:
            form = {"grant_type": "client_credentials", "client_secret": self._token}
            async with httpx.AsyncClient(base_url=self.server, headers=_CLIENT, timeout=30.0) as http:
                answer = await http.post("/api/v1/auth/token", data=form)
            if answer.is_error:
                raise Unauthenticated(_why(answer))
            self._access = msgspec.json.decode(answer.content, type=_GivenToken).taken
            self._renew_at = time.monotonic() + self._access.expires_in - _RENEW_SECONDS
        return self._access.access_token

    async def require_organization(self, name: str) -> None:
        """Raise `Forbidden` unless the token is of the organization named."""
        payload = (await self.token()).split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if name.strip().casefold() not in {str(told.get("org_name")).casefold(), told.get("org")}:
            raise Forbidden(f"The token in {TOKEN_VARIABLE} is of {told.get('org_name')}, not of {name}.")


def _why(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error_description"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.request.url} answered {answer.status_code} {answer.reason_phrase}."
