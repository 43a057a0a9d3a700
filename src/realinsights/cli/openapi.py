"""`realinsights openapi`: print the API's description, without a server."""

from __future__ import annotations

import tempfile

import click
import httpx

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.topology import read_topology
from realinsights_platform.errors import Refusal
from realinsights_platform.http.edge import serving
from realinsights_platform.http.openapi.page import OPENAPI_PATH
from realinsights_platform.logs import configure_logs


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of the API, as a server of this release answers it."""
    configure_logs(level="warning")
    click.echo(serving.run(_document()))


async def _document() -> str:
    with tempfile.TemporaryDirectory() as folder:
        topology = read_topology(environment={"REALINSIGHTS_DATA": folder})
        (process,) = topology.processes.values()
        async with (
            open_adapters(topology, process) as adapters,
            build(process, adapters) as product,
            httpx.AsyncClient(transport=httpx.ASGITransport(product.app), base_url="http://localhost") as http,
        ):
            answer = await http.get(OPENAPI_PATH)
    if answer.is_error:
        raise Refusal(f"The API could not be described: {answer.text}.")
    return answer.text
