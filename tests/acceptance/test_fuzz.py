"""A bounded run of schemathesis over the OpenAPI document of a real server: it finds nothing wrong.

Always the same requests: the run is deterministic. `docs/proof/fuzz.md` says how to let it run for longer.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..drafts import TERMS_OF_A_LOAN
from .topologies import Server

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
BIN = Path(sys.executable).parent
PREFIX = "/api/v1"
EMAIL, PASSWORD = "ada@harbor.example", "correct horse battery staple"

LOAN: dict[str, Any] = {"number": "1001", "name": "Harbor Point", **TERMS_OF_A_LOAN}
TAPE = (
    "loanNumber,originalBalance,currentBalance,rate,originationDate,firstPaymentDate,maturityDate,asOf\n"
    "1,1000000,900000,5%,2020-01-01,2020-02-01,2030-01-01,2025-12-31\n"
)

# What a generated document often holds, so that many of them make loans, and loans of what there is.
OFTEN: dict[str, tuple[Any, ...]] = {
    "header.If-Match": ('"1"', '"2"', "*"),
    "query.deal": ("harbor",),
    "body.sequence": (1, 2, 3, 4, 5, 6, 7, 8),
    "body.email": ("vic@harbor.example", "eve@harbor.example"),
    "body.originationDate": ("2025-01-01", "2024-02-29"),
    "body.maturityDate": ("2035-01-01", "2030-02-28"),
    "body.balanceAsOf": ("2025-06-30",),
    "body.originalBalance": ("10000000.00",),
    "body.currentBalance": ("10000000.00", "0"),
    "body.rate": ("0.0525", "0", "0.99999999"),
    "body.rateType": ("fixed",),
    "body.terms.firstPaymentDate": ("2025-02-01", "2025-03-31"),
}


def things_of_an_organization(address: str) -> dict[str, str]:
    """Register, sign in and make one thing of each kind; return their ids by the names of path parameters."""
    with httpx.Client(base_url=f"{address}{PREFIX}", timeout=60) as client:
        person = {"firstName": "Ada", "lastName": "Adams", "email": EMAIL, "password": PASSWORD}
        client.post("/auth/register", json={"organization": {"name": "Harbor", "kind": "owner"}, **person})
        signed_in = client.post("/auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {signed_in.json()['accessToken']}"
        made = {}
        for name, path, body in (
            ("lender_id", "/lenders", {"name": "First Bank"}),
            ("fund_id", "/funds", {"name": "Fund I"}),
            ("portfolio_id", "/portfolios", {"name": "Core"}),
            ("property_id", "/properties", {"name": "Harbor Point", "propertyType": "multifamily", "state": "CA"}),
            ("loan_id", "/loans", LOAN),
            ("view_id", "/dashboard/views", {"name": "New York", "page": "loans", "query": "state=NY"}),
        ):
            answer = client.post(path, json=body)
            assert answer.status_code == 201, answer.text
            made[name] = answer.json()["id"]
        answer = client.post("/members/invitations", json={"email": "vic@harbor.example", "role": "viewer"})
        made["invitation_id"] = answer.json()["invitation"]["id"]
        made["member_id"] = client.get("/auth/me").json()["member"]["id"]
        answer = client.post("/imports", params={"fileName": "tape.csv", "deal": "harbor"}, content=TAPE)
        assert answer.status_code == 202, answer.text
        made["import_id"] = answer.json()["id"]
        answer = client.post("/documents", params={"fileName": "note.txt"}, content=b"Promissory note")
        made["document_id"] = answer.json()["id"]
        expires = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).isoformat()
        shares = f"/documents/{made['document_id']}/versions/1/shares"
        made["share_id"] = client.post(shares, json={"expiresAt": expires}).json()["share"]["id"]
        answer = client.post("/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"})
        made["upload_id"] = answer.json()["id"]
        while client.get(f"/documents/{made['document_id']}").json()["versions"][0]["state"] == "received":
            pass
        citation = {"loanId": "x", "field": "rate", "documentId": made["document_id"], "number": 1, "page": 1}
        made["citation_id"] = client.post("/citations", json={**citation, "quote": "note"}).json()["id"]
        return {**made, "sequence": "1", "number": "1", "page": "1"}


def configuration(ids: dict[str, str]) -> str:
    """Return what schemathesis reads: fuzz.toml, who asks, and of which things."""
    often = {f"path.{name}": (value,) for name, value in ids.items()} | OFTEN
    often |= {f"body.{kind}Id": (ids[f"{kind}_id"],) for kind in ("lender", "fund", "portfolio")}
    lines = [(FOLDER / "fuzz.toml").read_text(), "[auth.dynamic.openapi.bearer]", f'path = "{PREFIX}/auth/sign-in"']
    lines += ['extract_selector = "/accessToken"', f'payload = {{ email = "{EMAIL}", password = "{PASSWORD}" }}']
    lines.append("[dictionaries]")
    lines += [f"often{index} = {{ values = {json.dumps(values)} }}" for index, values in enumerate(often.values())]
    lines.append("[parameters]")
    lines += [f'"{name}" = {{ dictionary = "often{index}", probability = 0.8 }}' for index, name in enumerate(often)]
    return "\n".join(lines)


def test_a_bounded_fuzz_run_finds_nothing_wrong(tmp_path: Path, unlimited_server: Server) -> None:
    options = os.environ.get("REALINSIGHTS_FUZZ", "").split()
    address = unlimited_server.address
    stated = tmp_path / "schemathesis.toml"
    stated.write_text(configuration(things_of_an_organization(address)))
    operations = sum(len(path) for path in httpx.get(f"{address}/openapi.json").json()["paths"].values())
    run = subprocess.run(
        [BIN / "schemathesis", "--config-file", stated, "run", f"{address}/openapi.json", "--no-color", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(run.stdout)
    assert not unlimited_server.failures, unlimited_server.failures[0]
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(rf"Tested: +{operations}\b", run.stdout), "some operations were not tested"
