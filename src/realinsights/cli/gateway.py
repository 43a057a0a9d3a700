"""`realinsights gateway`: what nginx is to do in front of the processes of a topology that run elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import click

from realinsights import gateway as nginx
from realinsights import kong
from realinsights.cli.up_several import parts_of, routes_of, sign_ins
from realinsights.topology import Topology, UnknownTopology, needs, read_topology

_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--topology", default="enhanced", show_default=True, help="A topology's name, or the path of a file.")
@click.option(
    "--backend",
    "backends",
    multiple=True,
    required=True,
    metavar="[PROCESS=]HOST:PORT",
    help="A process that answers, and its kind where the topology has several that do; repeat it.",
)
@click.option(
    "--canary",
    "canaries",
    multiple=True,
    metavar="[PROCESS=]HOST:PORT",
    help=f"A process of the next release, for requests with {nginx.CANARY_HEADER}: yes; repeat it.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address that nginx listens on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port that nginx listens on."
)
@click.option(
    "--folder",
    type=_PATH,
    default=Path("/tmp"),  # noqa: S108 - in a container of its own, where nothing else can be written
    show_default=True,
    help="Where nginx keeps its pid and large bodies.",
)
@click.option("--site", type=_PATH, help="The built web front end, where nginx can read it.")
@click.option(
    "--resolver", metavar="ADDRESS", help="The name server that backends are looked up with while nginx runs."
)
@click.option("--certificate", type=_PATH, help="Speak https with this certificate (PEM), where nginx can read it.")
@click.option("--key", type=_PATH, help="The certificate's key (PEM).")
@click.option("--kong", "for_kong", is_flag=True, help="Print the declarative file of Kong Gateway 3.x instead.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file [default: stdout].")
def gateway(
    *,
    topology: str,
    backends: tuple[str, ...],
    canaries: tuple[str, ...],
    host: str,
    port: int,
    folder: Path,
    site: Path | None,
    resolver: str | None,
    certificate: Path | None,
    key: Path | None,
    for_kong: bool,
    output: Path | None,
) -> None:
    """Print the configuration of nginx for a topology: from its file and this release's routes.

    `realinsights up` writes it by itself. This is for containers and machines on which nginx runs apart.
    """
    if (certificate is None) is not (key is None):
        raise click.UsageError("--certificate and --key go together.")
    try:
        # It names no engine, so that whoever writes it needs none of their URLs.
        read = read_topology(topology, environment={**dict.fromkeys(needs(topology), "none://"), **os.environ})
    except (UnknownTopology, FileNotFoundError):
        raise click.UsageError(f"There is no topology {topology!r}.") from None
    wanted = nginx.Gateway(
        folder=folder,
        host=host,
        port=port,
        backends=_all_by_process(backends, read),
        canaries={kind: found for kind, found in _by_process(canaries, read).items() if found},
        routes=routes_of(read),
        parts=parts_of(read),
        site=site,
        resolver=resolver,
        certificate=certificate,
        key=key,
        sign_ins=sign_ins(read.gateway),
        user=None,
    )
    text = kong.declarative(wanted) if for_kong else nginx.configuration(wanted)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


def _by_process(backends: tuple[str, ...], topology: Topology) -> dict[str, list[int | str]]:
    """Return the addresses that are named by their kind of process."""
    kinds = list(topology.answering)
    found: dict[str, list[int | str]] = {kind: [] for kind in kinds}
    for backend in backends:
        kind, equals, address = backend.rpartition("=")
        if not equals and len(kinds) == 1:
            kind = kinds[0]
        if kind not in found:
            raise click.UsageError(
                f"Say of which process {address} is: {', '.join(f'{one}={address}' for one in kinds)}."
            )
        found[kind].append(address)
    return found


def _all_by_process(backends: tuple[str, ...], topology: Topology) -> dict[str, list[int | str]]:
    """Return the same where each kind has to have one."""
    found = _by_process(backends, topology)
    missing = [kind for kind, addresses in found.items() if not addresses]
    if missing:
        raise click.UsageError(f"No --backend says where {', '.join(missing)} can be reached.")
    return found
