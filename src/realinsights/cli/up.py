"""`realinsights up`: the server."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
from collections.abc import Generator
from pathlib import Path

import click

from realinsights.app import build, found_demonstration, open_adapters, read_settings
from realinsights.cli.place import Place, place_options
from realinsights.demonstration import EMAIL, PASSWORD
from realinsights.topology import DEFAULT, BadTopology, Process, Topology, UnknownTopology, read_topology
from realinsights_platform.errors import Refusal
from realinsights_platform.http.application import DOCS_PATH
from realinsights_platform.http.edge import serving
from realinsights_platform.http.edge.access_log import request_context
from realinsights_platform.logs import configure_logs


@click.command()
@click.argument("topology", default=DEFAULT)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--demonstration/--no-demonstration",
    default=None,
    help="Found a demonstration organization in an empty data folder [default: on a loopback address].",
)
@place_options
def up(*, place: Place, topology: str, host: str, port: int, demonstration: bool | None) -> None:
    """Start the platform as TOPOLOGY says, and run until Ctrl-C.

    TOPOLOGY is the name of a file in infrastructure/topologies, or the path of one.
    """
    if place.server:
        raise click.UsageError("--server names a server that runs already; up starts one.")
    try:
        read = read_topology(topology, environment={**os.environ, "REALINSIGHTS_DATA": str(place.folder)})
    except UnknownTopology as unknown:
        raise click.UsageError(unknown.message) from None
    process = _only_process(topology, read)
    wanted = _is_loopback(host) if demonstration is None else demonstration
    with _bound(host, port) as bound:
        serving.run(_serve(read, process, bound, folder=place.folder, demonstration=wanted))


async def _serve(
    topology: Topology, process: Process, bound: socket.socket, *, folder: Path, demonstration: bool
) -> None:
    settings = read_settings(os.environ)
    configure_logs(level=settings.log_level, context=request_context)
    async with (
        open_adapters(topology, process) as adapters,
        adapters.site.ready(),
        build(process, adapters, settings) as product,
    ):
        demonstrates = demonstration and await found_demonstration(product)
        greeting = _greeting(bound, folder, demonstrates=demonstrates, notice=adapters.site.notice)
        await serving.serve(
            product.app,
            bound=bound,
            started=lambda: click.echo(greeting),
            trusted_proxies=settings.trusted_proxies,
        )
    click.echo("Stopped; everything is kept.")


def _only_process(name: str, topology: Topology) -> Process:
    processes = list(topology.processes.values())
    if len(processes) != 1 or processes[0].count != 1:
        raise BadTopology(f"{name} has several processes; up starts topologies of one process.")
    return processes[0]


@contextlib.contextmanager
def _bound(host: str, port: int) -> Generator[socket.socket, None, None]:
    try:
        bound = serving.listening_socket(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(f"Port {port} is in use; end what uses it, or take another: --port {port + 1}") from None
        raise Refusal(f"Cannot listen on {host}:{port}: {error.strerror}") from None
    with bound:
        yield bound


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _greeting(bound: socket.socket, folder: Path, *, demonstrates: bool, notice: str) -> str:
    host, port = bound.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    lines = [
        f"Real Insights is running at {address}",
        f"  API documentation  {address}{DOCS_PATH}",
        f"  Data               {folder.resolve()}",
    ]
    if notice:
        lines.append(f"  No web pages       {notice}")
    if demonstrates:
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
