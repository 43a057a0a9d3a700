"""The operator sets an organization's plan, deletes it from a folder, takes that back, keeps the certificate."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.test_deletions import certificate, product_in

ORG = "Harbor Capital"


@pytest.fixture
def data(run: Any, tape: Path, tmp_path: Path) -> Path:
    """Return a data folder in which an organization has a loan."""
    folder = tmp_path / "data"
    assert run("--data", folder, "import", tape, "--org", ORG).code == 0
    return folder


class TestPlan:
    def test_is_the_smallest_until_the_operator_sets_another(self, run: Any, data: Path) -> None:
        plan = ("--data", data, "organization", "plan", "--org", ORG)
        assert run(*plan).out == "Harbor Capital has the plan basic: 24,000 requests in 60 seconds.\n"
        told = {"organization": ORG, "plan": "enterprise", "requests": 240_000, "seconds": 60}
        for _ in range(2):  # said twice, it is the same
            assert run(*plan, "enterprise", "--json").document == told
        assert run(*plan, "--json").document == told
        assert run(*plan, "gold").code == 2
        nobody = run("--data", data, "organization", "plan", "--org", "Nobody", "basic")
        assert (nobody.code, "There is no organization Nobody" in nobody.error) == (1, True)


class TestDelete:
    def test_needs_the_name_leaves_two_weeks_and_can_be_taken_back(self, run: Any, data: Path) -> None:
        answer = run("--data", data, "organization", "delete", "--org", ORG, "--name", "Harbour")
        assert (answer.code, "Nothing was deleted" in answer.error) == (1, True)
        answer = run("--data", data, "organization", "delete", "--org", "Nobody", "--name", "Nobody")
        assert (answer.code, "There is no organization Nobody" in answer.error) == (1, True)
        asked = run("--data", data, "organization", "delete", "--org", ORG, "--name", ORG, "--json").document
        assert (asked["state"], asked["askedBy"]) == ("asked", "Command line")
        assert "can be undone until then" in run("--data", data, "organization", "status", "--org", ORG).out
        kept = run("--data", data, "organization", "keep", "--org", ORG, "--json").document
        assert (kept["state"], kept["id"]) == ("undone", asked["id"])
        assert run("--data", data, "organization", "keep", "--org", ORG).code == 1

    @pytest.mark.slow
    def test_at_once_lets_the_next_server_delete_everything(self, run: Any, data: Path, tmp_path: Path) -> None:
        told = ("organization", "delete", "--org", ORG, "--name", ORG, "--at-once", "--json")
        asked = run("--data", data, *told).document

        async def served() -> None:
            async with product_in(data) as product:
                await certificate(product, asked["id"])

        asyncio.run(served())
        (listed,) = run("--data", data, "organization", "certificates", "--json").document["certificates"]
        assert (listed["certificateId"], listed["organizationName"]) == (asked["id"], ORG)
        file = tmp_path / "certificate.jws"
        file.write_text(run("--data", data, "organization", "certificate", asked["id"]).out)
        stated = run("--data", data, "organization", "check", file, "--json").document
        loans = next(one for one in stated["services"] if one["service"] == "loans")
        assert loans["documents"]["loan"] == 1
        file.write_text(file.read_text().replace(".", ".e", 1))
        assert run("--data", data, "organization", "check", file).code == 1
        verified = run("--data", data, "journal", "verify", "--json").document
        assert verified["sound"]
        assert {one["service"] for one in verified["journals"] if one["closed"]} == {
            "auth", "dashboard", "files", "loans", "notifications",
        }  # fmt: skip
