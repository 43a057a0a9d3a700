"""The operator gives somebody who forgot their password a link, while the server runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.cli.demonstration import found
from realinsights.demonstration import EMAIL, NAME
from realinsights.topology import read_topology

NEW = "an even better battery"


class TestPasswordLink:
    def test_is_made_beside_a_running_server_and_taken_by_it(self, run: Any, tmp_path: Path) -> None:
        async def forgotten() -> None:
            topology = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path)})
            (process,) = topology.processes.values()
            async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
                await found(product, wait=True)
                arguments = ("--data", tmp_path, "password-link", EMAIL, "--site", "https://books.example/", "--json")
                answer = await asyncio.to_thread(run, *arguments)
                (link,) = answer.document["links"]
                assert (link["email"], link["organization"]) == (EMAIL, NAME)
                address, _, token = link["link"].partition("#")
                assert address == "https://books.example/new-password/"
                transport = httpx.ASGITransport(app=product.app)
                async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1/auth") as client:
                    shown = await client.post("/password-links/look-up", json={"token": token})
                    assert (shown.status_code, shown.json()["email"]) == (200, EMAIL)
                    used = await client.post("/password-links/use", json={"token": token, "password": NEW})
                    assert used.status_code == 200, used.text
                    signed_in = await client.post("/sign-in", json={"email": EMAIL, "password": NEW})
                    assert signed_in.status_code == 200
                    again = await client.post("/password-links/use", json={"token": token, "password": NEW + "!"})
                    assert again.status_code == 404

        asyncio.run(forgotten())

    def test_of_nobody_is_refused(self, run: Any, tmp_path: Path) -> None:
        answer = run("--data", tmp_path, "password-link", EMAIL)
        assert answer.code == 1
        assert "There is no secret at" in answer.error
