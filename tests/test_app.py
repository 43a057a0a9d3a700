"""The composition root: what a topology names is opened, put together, answers, and is closed again."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import resource
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from structlog.testing import capture_logs

from realinsights import app, engines
from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.auth.service.local_tokens import local_token
from realinsights.cli.demonstration import found
from realinsights.demonstration import EMAIL, PASSWORD
from realinsights.settings import DEFAULTS, Settings, read_settings
from realinsights.topology import FOLDER, Topology, read_topology, services
from realinsights_platform.documents.data_folder import FolderInUse
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import NotFound, Refusal
from realinsights_platform.http.routes.idempotency import StoredAnswer, answers_kind
from realinsights_platform.quota import Quota
from realinsights_platform.secret import NoSecret, Secret, create_secret


def topology_in(folder: Path, **environment: str) -> Topology:
    return read_topology(environment={"REALINSIGHTS_DATA": str(folder), **environment})


@contextlib.asynccontextmanager
async def product_in(folder: Path, settings: Settings = DEFAULTS, **environment: str) -> AsyncGenerator[Product, None]:
    topology = topology_in(folder, **environment)
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters, settings) as product:
        yield product


def client_of(product: Product) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=product.app), base_url="http://localhost")


def token_of(product: Product, organization: str, *, create: bool) -> Callable[[], Awaitable[str]]:
    identity = product.services["auth"].given["identity"]
    return local_token(identity=identity, organization=organization, create=create)


class TestBuild:
    async def test_is_not_ready_without_a_file_descriptor_left(self, tmp_path: Path) -> None:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        async with product_in(tmp_path) as product, client_of(product) as client:
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
            try:
                with capture_logs():
                    answer = await client.get("/health/ready")
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            assert (answer.status_code, answer.json()["checks"]["descriptors"]) == (503, "failed")
            assert (await client.get("/health/ready")).status_code == 200

    async def test_opens_what_leads_outside_once_for_all_services(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []

        def counting(name: str) -> Callable[[str], object]:
            really = getattr(app, name)

            def counted(url: str) -> object:
                opened.append(name)
                return really(url)

            return counted

        for name in ("open_mail", "open_scanner"):
            monkeypatch.setattr(app, name, counting(name))
        async with product_in(tmp_path):
            assert sorted(opened) == ["open_mail", "open_scanner"]

    async def test_answers_for_every_service_of_the_process(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product, client_of(product) as client:
            documented = (await client.get("/openapi.json")).json()["paths"]
            assert {"/api/v1/auth/sign-in", "/api/v1/loans", "/api/v1/dashboard"} <= set(documented)
            ready = (await client.get("/health/ready")).json()
            named = ("descriptors", "auth", "loans", "dashboard", "notifications", "files")
            assert ready == {"status": "ok", "checks": dict.fromkeys(named, "ok")}
            assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"
            assert (await client.get("/api/v1/loans")).status_code == 401

    async def test_serves_the_web_front_end_beside_the_api(self, tmp_path: Path) -> None:
        (tmp_path / "web").mkdir()
        (tmp_path / "web" / "index.html").write_text("<!doctype html><title>Real Insights</title>")
        async with (
            product_in(tmp_path / "data", REALINSIGHTS_WEB=str(tmp_path / "web")) as product,
            client_of(product) as client,
        ):
            assert "<title>Real Insights" in (await client.get("/")).text
            assert (await client.get("/api/v1/nothing")).headers["content-type"] == "application/problem+json"

    async def test_says_how_to_build_it_where_it_is_not(self, tmp_path: Path) -> None:
        async with product_in(tmp_path, REALINSIGHTS_WEB=str(tmp_path)) as product, client_of(product) as client:
            assert "make web" in (await client.get("/")).text
            assert (await client.get("/health/ready")).status_code == 200

    async def test_what_was_signed_before_a_restart_is_good_after_it(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            token = await token_of(product, "Acme", create=True)()
        async with product_in(tmp_path) as product, client_of(product) as client:
            answer = await client.get("/api/v1/loans", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200
            assert answer.json() == {"items": [], "next": None}

    async def test_a_folder_is_one_process_s_at_a_time(self, tmp_path: Path) -> None:
        async with product_in(tmp_path):
            with pytest.raises(FolderInUse, match="--server"):
                async with product_in(tmp_path):
                    pass

    async def test_a_failed_start_leaves_the_folder_free(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("known to everybody")
        (tmp_path / "secret").chmod(0o644)
        with pytest.raises(NoSecret, match="chmod 600"):
            async with product_in(tmp_path):
                pass
        (tmp_path / "secret").unlink()
        async with product_in(tmp_path):
            pass

    async def test_several_processes_are_given_their_secret(self, tmp_path: Path) -> None:
        topology = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path)})
        (process,) = topology.processes.values()
        twice = msgspec.structs.replace(
            topology,
            secret="environment://SEALED",
            processes={"all": msgspec.structs.replace(process, count=2)},
        )
        with pytest.raises(NoSecret, match="Set SEALED"):
            async with open_adapters(twice, process):
                pass
        async with open_adapters(twice, process, environment={"SEALED": "5e" * 32}) as adapters:
            assert adapters.secret.key("x") == Secret(b"\x5e" * 32).key("x")
        mounted = msgspec.structs.replace(twice, secret=topology.secret)
        with pytest.raises(NoSecret, match="Mount it there"):
            async with open_adapters(mounted, process):
                pass
        assert not (tmp_path / "secret").exists()

    async def test_the_secret_is_its_owner_s_only(self, tmp_path: Path) -> None:
        async with product_in(tmp_path):
            assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


class TestLocalToken:
    async def test_begins_an_organization_once(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            first = await token_of(product, "Acme", create=True)()
            assert await token_of(product, "ACME", create=False)() != ""
            assert len(await product.documents["auth"].organizations()) == 2, "the system's own, and Acme"
            assert first.count(".") == 2

    async def test_refuses_an_organization_that_is_not_there(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            with pytest.raises(NotFound, match="Acme"):
                await token_of(product, "Acme", create=False)()
            assert "Acme" not in str(await product.documents["auth"].organizations())


class TestDemonstration:
    async def test_is_founded_in_an_empty_folder_and_found_again_after_a_restart(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            assert await found(product, wait=True)
        everybodys = {"email": EMAIL, "password": PASSWORD}
        async with product_in(tmp_path) as product, client_of(product) as client:
            assert (await client.post("/api/v1/auth/sign-in", json=everybodys)).status_code == 401
        settings = Settings(published_password_works=True)
        async with product_in(tmp_path, settings) as product, client_of(product) as client:
            assert await found(product, wait=True)
            signed_in = await client.post("/api/v1/auth/sign-in", json=everybodys)
            assert signed_in.status_code == 200
            headers = {"Authorization": f"Bearer {signed_in.json()['accessToken']}"}
            loans = await client.get("/api/v1/loans", params={"total": "true"}, headers=headers)
            assert loans.json()["total"] == 60
            for documents in product.adapters.documents.values():
                async for org in organizations(documents):
                    assert (await verify(documents, org)).sound

    async def test_does_not_come_into_a_folder_that_is_somebody_s(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            await token_of(product, "Acme", create=True)()
            assert not await found(product, wait=True)
            assert not await product.adapters.documents["loans"].organizations()


class TestSettings:
    def test_come_from_the_environment(self) -> None:
        assert read_settings({}) == Settings()
        stated = {
            "REALINSIGHTS_LOG_LEVEL": "WARNING",
            "REALINSIGHTS_HTTPS_ONLY": "yes",
            "REALINSIGHTS_TRUSTED_PROXIES": "10.0.0.1",
            "REALINSIGHTS_ORGANIZATION_GB": "5",
            "REALINSIGHTS_OPERATOR_TOKEN": "t" * 20,
            "REALINSIGHTS_DIRECT_DOWNLOADS": "no",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        }
        assert read_settings(stated) == Settings(
            log_level="warning",
            https_only=True,
            trusted_proxies="10.0.0.1",
            quota=Quota(5_000_000_000),
            operator_token="t" * 20,
            direct_downloads=False,
            tracing_endpoint="http://127.0.0.1:4318",
        )

    @pytest.mark.parametrize(
        "name",
        [
            "REALINSIGHTS_LOG_LEVEL",
            "REALINSIGHTS_HTTPS_ONLY",
            "REALINSIGHTS_ORGANIZATION_GB",
            "REALINSIGHTS_OPERATOR_TOKEN",
            "REALINSIGHTS_TRUSTED_PROXIES",
            "REALINSIGHTS_DIRECT_DOWNLOADS",
        ],
    )
    def test_what_cannot_be_is_refused_by_name(self, name: str) -> None:
        with pytest.raises(Refusal, match=name):
            read_settings({name: "may/be"})


DASHBOARD_ALONE = """
import asyncio, json, sys

import httpx

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.topology import read_topology

async def main():
    topology = read_topology(sys.argv[1], environment={"REALINSIGHTS_DATA": sys.argv[2]}, process="dashboard")
    async with open_adapters(topology, topology.processes["dashboard"]) as adapters:
        async with build(topology.processes["dashboard"], adapters) as product:
            transport = httpx.ASGITransport(app=product.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                headers = {"Authorization": f"Bearer {sys.argv[3]}"}
                forged = {"Authorization": f"Bearer {sys.argv[3][:-8]}AAAAAAAA"}
                dashboard = await client.get("/api/v1/dashboard", headers=headers)
                answers = {
                    "dashboard": dashboard.json()["figures"]["loanCount"]["value"],
                    "forged": (await client.get("/api/v1/dashboard", headers=forged)).status_code,
                    "loans": (await client.get("/api/v1/loans/1", headers=headers)).status_code,
                    "ready": (await client.get("/health/ready")).json(),
                }
    services = sorted({name.split(".")[1] for name in sys.modules if name.startswith("realinsights.")})
    print(json.dumps({"answers": answers, "modules": services, "documents": sorted(topology.documents)}))

asyncio.run(main())
"""


ALONE = """
import asyncio, json, sys

import msgspec

from realinsights.adapters import open_adapters
from realinsights.app import build
from realinsights.topology import Process, read_topology

async def main():
    service = sys.argv[1]
    topology = read_topology(environment={"REALINSIGHTS_DATA": sys.argv[2]})
    nowhere = dict.fromkeys(topology.documents, "http://127.0.0.1:1")
    topology = msgspec.structs.replace(topology, addresses=nowhere)
    for role in ("api", "worker"):
        async with open_adapters(topology, Process((service,), role=role)) as adapters:
            async with build(Process((service,), role=role), adapters):
                pass
    print(json.dumps(sorted({name.split(".")[1] for name in sys.modules if name.startswith("realinsights.")})))

asyncio.run(main())
"""


class TestPeriodicWork:
    async def test_is_done_of_every_service_by_a_running_process(self, tmp_path: Path) -> None:
        topology = topology_in(tmp_path)
        (process,) = topology.processes.values()
        past = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        async with open_adapters(topology, process) as adapters:
            for service, documents in adapters.documents.items():
                async with documents.unit(org="acme", actor="ann", business_date=past.date()) as unit:
                    unit.put(
                        answers_kind(service),
                        StoredAnswer(
                            id="1", org="acme", fingerprint="", status=200, headers=(), body="", expires_at=past
                        ),
                    )
            async with build(process, adapters), asyncio.timeout(30):
                for service, documents in adapters.documents.items():
                    while await documents.get(answers_kind(service), "acme", "1"):  # noqa: ASYNC110 - nobody is told
                        await asyncio.sleep(0.01)


@contextlib.contextmanager
def served(process: str, topology: Path, data: Path, port: int) -> Iterator[str]:
    """Run a process of a topology with the demonstration; yield its address."""
    command = [Path(sys.executable).with_name("realinsights"), "serve", process, "--topology", topology, "--data", data]
    with subprocess.Popen(
        [*command, "--port", str(port), "--demonstration"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert any("is ready at" in line for line in running.stdout)
            yield f"http://{engines.LOOPBACK}:{port}"
        finally:
            running.terminate()


class TestProcesses:
    @pytest.mark.parametrize("service", services())
    def test_of_one_service_import_nothing_of_the_others(self, tmp_path: Path, service: str) -> None:
        told = subprocess.run(
            [sys.executable, "-c", ALONE, service, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stderr
        composition = {"adapters", "app", "contracts", "demonstration", "settings", "topology"}
        assert set(json.loads(told.stdout.splitlines()[-1])) == {service, *composition}

    def test_that_hold_only_the_dashboard_import_nothing_of_the_others_and_answer(self, tmp_path: Path) -> None:
        file, data, port = tmp_path / "apart.toml", tmp_path / "data", engines.free_port()
        together = 'services = ["auth", "loans", "dashboard", "notifications", "files"]'
        written = (FOLDER / "monorepo.toml").read_text()
        assert together in written
        apart = (
            'services = ["auth", "loans", "notifications", "files"]\n\n[processes.dashboard]\nservices = ["dashboard"]'
        )
        # A folder belongs to one process: the dashboard's own documents lie elsewhere.
        written = written.replace(together, apart).replace("_DATA}/dashboard.sqlite", "_DATA}/apart/dashboard.sqlite")
        there = "".join(
            f'{service} = "http://127.0.0.1:1,http://127.0.0.1:{port}"\n' for service in ("auth", "loans", "dashboard")
        )
        file.write_text(f"{written}\n[addresses]\n{there}")
        (data / "apart").mkdir(parents=True)
        create_secret(data / "secret")
        with served("all", file, data, port) as rest:
            credentials = {"email": EMAIL, "password": PASSWORD}
            token = httpx.post(f"{rest}/api/v1/auth/sign-in", json=credentials).json()["accessToken"]
            headers = {"Authorization": f"Bearer {token}"}
            loans = httpx.get(f"{rest}/api/v1/loans", params={"limit": 200}, headers=headers).json()["items"]
            told = subprocess.run(
                [sys.executable, "-c", DASHBOARD_ALONE, str(file), str(data), token],
                capture_output=True,
                text=True,
                check=False,
            )
        assert told.returncode == 0, told.stderr
        found = json.loads(told.stdout.splitlines()[-1])
        assert found["answers"] == {
            "dashboard": str(len(loans)),
            "forged": 401,
            "loans": 404,
            "ready": {"status": "ok", "checks": {"descriptors": "ok", "dashboard": "ok"}},
        }
        assert found["modules"] == [
            "adapters",
            "app",
            "contracts",
            "dashboard",
            "demonstration",
            "settings",
            "topology",
        ]
        assert found["documents"] == ["dashboard"]
        assert len(loans) > 10
