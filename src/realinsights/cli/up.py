"""`realinsights up`: run the server."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import ipaddress
import os
import socket
from collections.abc import Generator
from pathlib import Path

import click

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.cli.place import Place, place_options
from realinsights.demonstration import EMAIL, PASSWORD
from realinsights.settings import Settings, read_settings
from realinsights.topology import DEFAULT, BadTopology, Process, Topology, UnknownTopology, read_topology
from realinsights_platform.errors import Refusal
from realinsights_platform.http.edge import serving
from realinsights_platform.http.edge.access_log import request_context
from realinsights_platform.http.openapi.page import DOCS_PATH
from realinsights_platform.logs import configure_logs
from realinsights_platform.process import Adapters


@click.command()
@click.argument("topology", default=DEFAULT)
@click.argument("process", required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--demonstration/--no-demonstration",
    default=None,
    help="Found the demonstration where there is no organization, and let its published password sign in. "
    "On a loopback address only [default: in an empty data folder there].",
)
@place_options
def up(*, place: Place, topology: str, process: str | None, host: str, port: int, demonstration: bool | None) -> None:
    """Start the platform as TOPOLOGY says, and run until Ctrl-C.

    TOPOLOGY is the name of one that comes with the product (monorepo), or the path of a file. Of one that has several
    processes, PROCESS names the one to start.
    """
    if place.server:
        raise click.UsageError("--server names a server that runs already; up starts one.")
    try:
        read = read_topology(topology, environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    except UnknownTopology as unknown:
        raise click.UsageError(unknown.message) from None
    chosen = _chosen(topology, read, process)
    if demonstration and not _is_loopback(host):
        raise click.UsageError("--demonstration has a password that everybody knows: listen on a loopback address.")
    wanted = _is_loopback(host) if demonstration is None else demonstration
    with _bound(host, port) as bound:
        serving.run(_serve(read, chosen, bound, folder=place.folder, wanted=wanted, insisted=demonstration is True))


async def _serve(
    topology: Topology, process: Process, bound: socket.socket, *, folder: Path, wanted: bool, insisted: bool
) -> None:
    settings = read_settings(os.environ)
    configure_logs(level=settings.log_level, context=request_context)
    async with open_adapters(topology, process, environment=os.environ) as adapters, adapters.site.ready():
        works = insisted or (wanted and await _is_empty(adapters))
        settings = dataclasses.replace(settings, published_password_works=works)
        await _run(process, adapters, settings, bound, folder=folder, wanted=wanted)
    click.echo("Stopped; everything is kept.")


async def _run(
    process: Process, adapters: Adapters, settings: Settings, bound: socket.socket, *, folder: Path, wanted: bool
) -> None:
    async with build(process, adapters, settings) as product:
        demonstrates = wanted and await _demonstrated(product)
        works = settings.published_password_works
        greeting = _greeting(bound, folder, demonstrates=demonstrates, works=works, notice=adapters.site.notice)
        await serving.serve(
            product.app,
            bound=bound,
            started=lambda: click.echo(greeting),
            trusted_proxies=settings.trusted_proxies,
        )


async def _is_empty(adapters: Adapters) -> bool:
    auth = adapters.documents.get("auth")
    return auth is not None and not await auth.organizations(limit=1)


def _chosen(topology_name: str, topology: Topology, name: str | None) -> Process:
    known = ", ".join(sorted(topology.processes))
    if name is not None:
        if name not in topology.processes:
            raise click.UsageError(f"{topology_name} has no process {name!r}; it has: {known}.")
        return topology.processes[name]
    if not topology.alone:
        raise BadTopology(f"{topology_name} has several processes; name the one to start: {known}.")
    (only,) = topology.processes.values()
    return only


async def _demonstrated(product: Product) -> bool:
    if not {"auth", "loans"} <= set(product.services):
        return False
    # Imported here: it knows both services, and not every process holds them.
    from realinsights.demonstration.beginning import found_demonstration  # noqa: PLC0415

    identity = product.services["auth"].given["identity"]
    return await found_demonstration(identity=identity, loans=product.documents["loans"])


@contextlib.contextmanager
def _bound(host: str, port: int) -> Generator[socket.socket, None, None]:
    try:
        bound = serving.listening_socket(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(f"Port {port} is in use. End what uses it or pass --port {port + 1}.") from None
        raise Refusal(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    with bound:
        yield bound


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _greeting(bound: socket.socket, folder: Path, *, demonstrates: bool, works: bool, notice: str) -> str:
    host, port = bound.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    lines = [
        f"Real Insights is running at {address}",
        f"  API documentation  {address}{DOCS_PATH}",
        f"  Data               {folder.resolve()}",
    ]
    if notice:
        lines.append(f"  No web pages       {notice}")
    if demonstrates and not works:
        lines.append(
            f"  Demonstration      the password that everybody knows does not open {EMAIL}; --demonstration lets it"
        )
    elif demonstrates:
        lines += [
            f"  Demonstration      sign in as {EMAIL} with the password {PASSWORD}",
            "To import a tape of your own into it, in another terminal:",
            f"  .venv/bin/realinsights login --server {address} --email {EMAIL}",
            f"  .venv/bin/realinsights import TAPE.xml --org Demonstration --server {address}",
        ]
    else:
        lines += [
            f"To import a tape of your own: register at {address}/api/v1/auth/register, then in another terminal:",
            f"  .venv/bin/realinsights login --server {address}",
            f"  .venv/bin/realinsights import TAPE.xml --org NAME --server {address}",
        ]
    return "\n".join([*lines, "Ctrl-C ends it."])
