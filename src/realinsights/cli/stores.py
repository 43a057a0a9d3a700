"""The stores of a place, opened to be read."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Mapping

from realinsights.adapters import assembly_of, open_adapters
from realinsights.cli.place import Place, topology_of
from realinsights.topology import BadTopology, services
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import reading


@contextlib.asynccontextmanager
async def stores(place: Place) -> AsyncGenerator[Mapping[str, Storage], None]:
    """Open the documents of each service to be read, also while processes use them, but for those of a data folder.

    Raises `FolderInUse` where a server uses the folder, `BadTopology` for a URL that is none.
    """
    topology = topology_of(place)
    if topology.alone:
        (process,) = topology.processes.values()
        async with open_adapters(topology, process) as adapters:
            yield adapters.documents
        return
    async with contextlib.AsyncExitStack() as stack:
        opened: dict[str, Storage] = {}
        for service in services():
            kinds = assembly_of(service).KINDS
            try:
                own = await stack.enter_async_context(reading(topology.documents[service], service, kinds))
            except ValueError as error:
                raise BadTopology(f"The documents of {service} cannot be opened: {error}.") from None
            opened[service] = own
        yield opened
