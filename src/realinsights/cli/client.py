"""HTTP client of the command line: it reaches a server over the network, or the application in this process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx
import msgspec

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.auth.service.local_tokens import NotBegun, local_token
from realinsights.cli.answers import refusal_of, send
from realinsights.cli.credentials import Credentials
from realinsights.cli.place import Place
from realinsights.cli.session import TOKEN_VARIABLE, ProgramSession, Session, server_address
from realinsights.topology import read_topology
from realinsights_platform.errors import NotFound
from realinsights_platform.logs import configure_logs

_PAGE = 200

TokenSource = Callable[[], Awaitable[str]]


class Client:
    """The routes under /api/v1; whatever the product refuses is raised as the refusal it is."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._written = ""

    async def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON of a GET."""
        return _document(await self.send("GET", path, params=_given(parameters)))

    async def post(self, path: str, **options: Any) -> Any:
        """Return the JSON of a POST; options are httpx's."""
        return _document(await self.send("POST", path, **options))

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request and return its answer; reads see what this client has written."""
        headers = {**options.pop("headers", {}), **({"Realinsights-After": self._written} if self._written else {})}
        answer = await send(self._http, method, path, headers=headers, **options)
        self._written = answer.headers.get("Realinsights-Sequence", self._written)
        return answer

    async def pages(self, path: str, *, limit: int | None = _PAGE, **parameters: Any) -> AsyncIterator[Any]:
        """Yield every item of a list, page by page; `limit` is a page's, None where the list has its own."""
        cursor = None
        while True:
            page = await self.get(path, limit=limit, cursor=cursor, **parameters)
            for item in page["items"]:
                yield item
            cursor = page.get("next")
            if cursor is None:
                return

    @contextlib.asynccontextmanager
    async def stream(self, path: str, **parameters: Any) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Open a GET whose answer is read part by part."""
        async with self._http.stream("GET", f"/api/v1{path}", params=_given(parameters)) as answer:
            if answer.is_error:
                await answer.aread()
                raise refusal_of(answer)
            yield answer.aiter_bytes()


class Bearer(httpx.Auth):
    """An access token in the header of each request; its source knows when to renew it."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token."""
        request.headers["Authorization"] = f"Bearer {await self._source()}"
        yield request


@contextlib.asynccontextmanager
async def connected(place: Place, *, org: str, create: bool = False) -> AsyncGenerator[Client, None]:
    """Yield a client for an organization; with `create`, a data folder and the organization begin if need be.

    Raises `NotBegun` where they are not there; `Unauthenticated` where a server has no session of ours, `Forbidden`
    where it is of another organization.
    """
    if place.server:
        server = server_address(place.server)
        source = await _token_source(server, org)
        async with httpx.AsyncClient(base_url=server, auth=Bearer(source), timeout=httpx.Timeout(60.0)) as http:
            yield Client(http)
        return
    if not create and not place.folder.is_dir():
        raise NotBegun(f"There is no data folder {place.folder}; pass --data with one that exists, or import into it.")
    configure_logs(level="warning")
    topology = read_topology(environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        identity = product.services["auth"].given["identity"]
        token = local_token(identity=identity, organization=org, create=create)
        await token()
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=product.app),
            base_url="http://realinsights.localhost",
            auth=Bearer(token),
            timeout=None,  # noqa: S113 - the application is in this process: there is nobody to wait for in vain
        ) as http:
            yield Client(http)


async def _token_source(server: str, org: str) -> TokenSource:
    """Return what gives access tokens of an organization: a program's token from the environment, or a session."""
    text = os.environ.get(TOKEN_VARIABLE)
    if text:
        program = ProgramSession(server, text)
        await program.require_organization(org)
        return program.token
    session = Session(server, Credentials())
    session.require_organization(org)
    return session.token


async def loan_id_of(client: Client, number: str) -> str:
    """Return the id of the loan of a number; raises `NotFound`."""
    async for found in client.pages("/loans", number=number):
        if found["number"] == number:
            return str(found["id"])
    raise NotFound(f"There is no loan {number}.")


async def read_of_loan(place: Place, org: str, number: str, what: str, parameters: Mapping[str, Any]) -> Any:
    """Return what an organization's loan of a number answers under `/loans/{id}/`; raises `NotFound`."""
    async with connected(place, org=org) as client:
        return await client.get(f"/loans/{await loan_id_of(client, number)}/{what}", **parameters)


def _document(answer: httpx.Response) -> Any:
    return msgspec.json.decode(answer.content) if answer.content else None


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}
