"""The composition root: what a topology names is opened, put together, answers, and is closed again."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from realinsights.app import Product, Settings, build, found_demonstration, open_adapters, read_settings
from realinsights.demonstration import EMAIL, PASSWORD
from realinsights.topology import Topology, read_topology
from realinsights_platform.documents.data_folder import FolderInUse
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import NotFound, Refusal


def topology_in(folder: Path, **environment: str) -> Topology:
    return read_topology(environment={"REALINSIGHTS_DATA": str(folder), **environment})


@contextlib.asynccontextmanager
async def product_in(folder: Path, **environment: str) -> AsyncGenerator[Product, None]:
    topology = topology_in(folder, **environment)
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        yield product


def client_of(product: Product) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=product.app), base_url="http://localhost")


def forget(folder: Path, service: str) -> None:
    for file in folder.glob(f"{service}.sqlite*"):
        file.unlink()


class TestBuild:
    async def test_answers_for_every_service_of_the_process(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product, client_of(product) as client:
            documented = (await client.get("/openapi.json")).json()["paths"]
            assert {"/api/v1/auth/sign-in", "/api/v1/loans", "/api/v1/dashboard"} <= set(documented)
            ready = (await client.get("/health/ready")).json()
            assert ready == {"status": "ok", "checks": {"auth": "ok", "loans": "ok", "dashboard": "ok"}}
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
            token = await product.local_token("Acme", create=True)()
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
        with pytest.raises(PermissionError, match="chmod 600"):
            async with product_in(tmp_path):
                pass
        (tmp_path / "secret").unlink()
        async with product_in(tmp_path):
            pass

    async def test_the_secret_is_its_owner_s_only(self, tmp_path: Path) -> None:
        async with product_in(tmp_path):
            assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


class TestLocalToken:
    async def test_begins_an_organization_once(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            first = await product.local_token("Acme", create=True)()
            assert await product.local_token("ACME", create=False)() != ""
            assert len(await product.identity.documents.organizations()) == 2, "the system's own, and Acme"
            assert first.count(".") == 2

    async def test_refuses_an_organization_that_is_not_there(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            with pytest.raises(NotFound, match="Acme"):
                await product.local_token("Acme", create=False)()
            assert "Acme" not in str(await product.identity.documents.organizations())


class TestDemonstration:
    async def test_is_founded_in_an_empty_folder_and_found_again_after_a_restart(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            assert await found_demonstration(product)
        async with product_in(tmp_path) as product, client_of(product) as client:
            assert await found_demonstration(product)
            signed_in = await client.post("/api/v1/auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
            assert signed_in.status_code == 200
            headers = {"Authorization": f"Bearer {signed_in.json()['accessToken']}"}
            loans = await client.get("/api/v1/loans", params={"total": "true"}, headers=headers)
            assert loans.json()["total"] == 60
            for documents in product.adapters.documents.values():
                async for org in organizations(documents):
                    assert (await verify(documents, org)).sound

    async def test_is_finished_where_a_kill_left_it_without_its_portfolio(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            assert await found_demonstration(product)
        forget(tmp_path, "loans")
        async with product_in(tmp_path) as product:
            assert await found_demonstration(product)
            loans = product.adapters.documents["loans"]
            (org,) = await loans.organizations()
            assert await loans.sequence(org) == 1

    async def test_does_not_come_into_a_folder_that_is_somebody_s(self, tmp_path: Path) -> None:
        async with product_in(tmp_path) as product:
            await product.local_token("Acme", create=True)()
            assert not await found_demonstration(product)
            assert not await product.adapters.documents["loans"].organizations()


class TestSettings:
    def test_come_from_the_environment(self) -> None:
        assert read_settings({}) == Settings()
        stated = {
            "REALINSIGHTS_LOG_LEVEL": "WARNING",
            "REALINSIGHTS_HTTPS_ONLY": "yes",
            "REALINSIGHTS_TRUSTED_PROXIES": "10.0.0.1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        }
        assert read_settings(stated) == Settings(
            log_level="warning",
            https_only=True,
            trusted_proxies="10.0.0.1",
            tracing_endpoint="http://127.0.0.1:4318",
        )

    @pytest.mark.parametrize("name", ["REALINSIGHTS_LOG_LEVEL", "REALINSIGHTS_HTTPS_ONLY"])
    def test_what_cannot_be_is_refused_by_name(self, name: str) -> None:
        with pytest.raises(Refusal, match=name):
            read_settings({name: "maybe"})
