"""`realinsights up` and `serve`: run the platform, or one process of it."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import socket
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.cli import demonstration as demonstrated
from realinsights.cli.place import Place, place_options
from realinsights.demonstration import EMAIL, PASSWORD
from realinsights.settings import Settings, read_settings
from realinsights.topology import DEFAULT, BadTopology, Process, Topology, UnknownTopology, read_topology, several
from realinsights_platform.addresses import is_loopback
from realinsights_platform.errors import Refusal
from realinsights_platform.http.edge import serving
from realinsights_platform.http.edge.access_log import request_context
from realinsights_platform.http.openapi.page import DOCS_PATH
from realinsights_platform.logs import configure_logs
from realinsights_platform.process import Adapters

F = TypeVar("F", bound=Callable[..., Any])


def serving_options(command: F) -> F:
    """Give a command --host, --port and --demonstration, which mean the same in every topology."""
    for option in (
        click.option(
            "--demonstration/--no-demonstration",
            default=None,
            help="Found the demonstration where there is no organization, and let its published password sign in. "
            "On a loopback address only [default: in an empty store there].",
        ),
        click.option(
            "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on."
        ),
        click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("topology", default=DEFAULT)
@serving_options
@click.option("--status", is_flag=True, help="Show what runs of a topology of several processes, and end.")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Speak https with this certificate (PEM), in a topology that has a gateway; with --key.",
)
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The certificate's key (PEM)."
)
@place_options
def up(
    *,
    place: Place,
    topology: str,
    host: str,
    port: int,
    demonstration: bool | None,
    status: bool,
    certificate: Path | None,
    key: Path | None,
) -> None:
    """Start the platform as TOPOLOGY says, and run until Ctrl-C.

    TOPOLOGY is the name of one that comes with the product (monorepo, enhanced), or the path of a file. Where it has
    several processes, all of them run on this machine.
    """
    if place.server:
        raise click.UsageError("--server names a server that runs already; up starts one.")
    if (certificate is None) is not (key is None):
        raise click.UsageError("--certificate and --key go together.")
    _refuse_strangers(host, demonstration=demonstration)
    environment = {**os.environ, "REALINSIGHTS_DATA": str(place.folder)}
    if status or several(topology):
        # Imported here: one process needs none of it.
        from realinsights.cli import up_several  # noqa: PLC0415

        wanted = up_several.Wanted(
            topology=topology,
            folder=place.folder.resolve(),
            host=host,
            port=port,
            demonstration=demonstration,
            certificate=certificate,
            key=key,
        )
        if status:
            up_several.show_status(wanted)
        else:
            up_several.run(wanted, environment)
        return
    if certificate is not None:
        raise click.UsageError(f"{topology} has no gateway that could speak https; put one in front of it.")
    read = _read(topology, environment)
    if not read.alone:
        raise BadTopology(f"{topology} has several processes and no gateway; start each with: realinsights serve.")
    (only,) = read.processes.values()
    _start(read, only, host=host, port=port, folder=place.folder, demonstration=demonstration)


@click.command()
@click.argument("process")
@click.option("--topology", default=DEFAULT, show_default=True, help="A topology's name, or the path of a file.")
@serving_options
@place_options
def serve(*, place: Place, process: str, topology: str, host: str, port: int, demonstration: bool | None) -> None:
    """Run one PROCESS of a topology until it is told to end: what a container runs."""
    if place.server:
        raise click.UsageError("--server names a server that runs already; serve starts one.")
    _refuse_strangers(host, demonstration=demonstration)
    read = _read(topology, {**os.environ, "REALINSIGHTS_DATA": str(place.folder)}, process)
    if process not in read.processes:
        known = ", ".join(sorted(read.processes))
        raise click.UsageError(f"{topology} has no process {process!r}; it has: {known}.")
    _start(
        read,
        read.processes[process],
        host=host,
        port=port,
        folder=place.folder,
        demonstration=demonstration,
        name=process,
    )


def _refuse_strangers(host: str, *, demonstration: bool | None) -> None:
    if demonstration and not is_loopback(host):
        raise click.UsageError("--demonstration has a password that everybody knows: listen on a loopback address.")


def _read(topology: str, environment: Mapping[str, str], process: str | None = None) -> Topology:
    try:
        return read_topology(topology, environment=environment, process=process)
    except UnknownTopology as unknown:
        raise click.UsageError(unknown.message) from None


def _start(
    topology: Topology,
    process: Process,
    *,
    host: str,
    port: int,
    folder: Path,
    demonstration: bool | None,
    name: str = "",
) -> None:
    wanted = is_loopback(host) if demonstration is None else demonstration
    insisted = demonstration is True
    with _bound(host, port) as bound:
        serving.run(_serve(topology, process, bound, folder=folder, wanted=wanted, insisted=insisted, name=name))


async def _serve(
    topology: Topology,
    process: Process,
    bound: socket.socket,
    *,
    folder: Path,
    wanted: bool,
    insisted: bool,
    name: str,
) -> None:
    settings = read_settings(os.environ)
    configure_logs(level=settings.log_level, context=request_context)
    async with open_adapters(topology, process, environment=os.environ) as adapters, adapters.site.ready():
        works = insisted or (wanted and await _is_empty(adapters))
        settings = dataclasses.replace(settings, published_password_works=works)
        await _run(process, adapters, settings, bound, folder=folder, wanted=wanted, name=name)
    click.echo("Stopped; everything is kept.")


async def _run(
    process: Process,
    adapters: Adapters,
    settings: Settings,
    bound: socket.socket,
    *,
    folder: Path,
    wanted: bool,
    name: str,
) -> None:
    async with build(process, adapters, settings) as product:
        # One that holds a part of it alone begins nothing: `realinsights demonstrate` does.
        whole = {"auth", "loans"} <= set(product.services)
        demonstrates = wanted and whole and await demonstrated.found(product, wait=process.role == "all")
        works = settings.published_password_works
        greeting = _greeting(bound, folder, demonstrates=demonstrates, works=works, notice=adapters.site.notice)
        if name:
            greeting = f"{name} is ready at {_address(bound)}"

        def started() -> None:
            click.echo(greeting)

        await serving.serve(product.app, bound=bound, started=started, trusted_proxies=settings.trusted_proxies)


async def _is_empty(adapters: Adapters) -> bool:
    auth = adapters.documents.get("auth")
    return auth is not None and not await auth.organizations(limit=1)


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


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greeting(bound: socket.socket, folder: Path, *, demonstrates: bool, works: bool, notice: str) -> str:
    address = _address(bound)
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
