"""Real Insights over HTTP, from nothing to a portfolio whose figures the tape confirms.

Start the platform (`make run`), then in another terminal:

    .venv/bin/python docs/walkthrough.py http://127.0.0.1:8000 path/to/tape.xml

Each step is one or two requests; any client that speaks HTTP can do the same. The steps print what came back.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

PASSWORD = "correct horse battery staple"  # noqa: S105 - of an organization that this script has just made up


def main(server: str, tape: Path) -> None:
    """Register, sign in, upload, watch, and read the figures, the reconciliation and a schedule."""
    with httpx.Client(base_url=f"{server}/api/v1", timeout=60) as client:
        # 1. An organization begins with its first administrator. The answer is the same for an address that has an
        #    account already, so that nobody can find out who has one.
        email = f"ada-{time.time_ns()}@walkthrough.example"
        registration = {
            "organization": {"name": "Walkthrough Capital", "kind": "fund"},
            "firstName": "Ada",
            "lastName": "Adams",
            "email": email,
            "password": PASSWORD,
        }
        answered(client.post("/auth/register", json=registration))
        step("register", email)

        # 2. Signing in gives an access token for ten minutes, and a cookie that /auth/refresh renews it with.
        access = answered(client.post("/auth/sign-in", json={"email": email, "password": PASSWORD}))
        client.headers["Authorization"] = f"Bearer {access['accessToken']}"
        step("sign in", f"a token for {access['expiresIn']} s")

        # 3. A dry run says what an import would do, and stores nothing but that.
        dry = finished(client, upload(client, tape, dry_run=True))
        step("dry run", f"would create {dry['created']} loans on {dry['properties']} properties")

        # 4. The import runs in the background; server-sent events tell how far it is.
        done = finished(client, upload(client, tape, dry_run=False))
        step("import", f"{done['created']} loans created, {done['updated']} updated, {done['unchanged']} unchanged")

        # 5. The reconciliation: what the tape reports beside what the loans' terms give.
        counts = done["reconciliation"]
        step("reconcile", f"{counts['matched']} matched, {counts['notDue']} not due, {counts['differs']} differ")

        # 6. The figures. `Realinsights-After` asks for an answer that knows of everything just written.
        shown = answered(client.get("/dashboard"))
        for name in ("outstanding", "weightedRate", "ltv", "debtYield"):
            figure = shown["figures"][name]
            left_out = shown["leftOut"].get(figure["leftOut"], {"count": 0})
            step(name, f"{figure['value']} over {figure['loans']} loans, {left_out['count']} left out")

        # 7. One loan: the largest, its reported period beside the computed one, and its schedule.
        loan = answered(client.get("/loans", params={"order": "-currentBalance", "limit": 1}))["items"][0]
        periods = answered(client.get(f"/loans/{loan['id']}/reconciliation"))
        schedule = answered(client.get(f"/loans/{loan['id']}/schedule"))
        first = schedule["installments"][0]
        step("largest loan", f"{loan['name']}, {loan['currentBalance']} at {loan['rate']}")
        step("its periods", json.dumps(periods)[:200])
        step("its schedule", f"{len(schedule['installments'])} installments, the first {json.dumps(first)}")


def upload(client: httpx.Client, tape: Path, *, dry_run: bool) -> dict[str, Any]:
    """Send a tape's bytes; the answer is the import, queued.

    Each upload has a key of its own: sending the same bytes again with it, after a lost answer, imports nothing twice.
    """
    return answered(
        client.post(
            "/imports",
            params={"fileName": tape.name, "dryRun": str(dry_run).lower()},
            content=tape.read_bytes(),
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
    )


def finished(client: httpx.Client, work: dict[str, Any]) -> dict[str, Any]:
    """Watch an import until it is at rest and return it."""
    with client.stream("GET", f"/imports/{work['id']}/events") as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                work = json.loads(line.removeprefix("data:"))
                step(work["state"], f"{work['done']} of {work['total']} loans")
    if work["state"] != "done":
        raise SystemExit(f"the import was refused: {work['error']}")
    return work


def answered(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer's JSON, or end with what its problem document says."""
    if answer.is_error:
        problem = answer.json()
        raise SystemExit(f"{problem['status']} {problem['title']}: {problem['detail']} {problem.get('errors', '')}")
    body: dict[str, Any] = answer.json()
    return body


def step(name: str, said: str) -> None:
    """Print one step."""
    print(f"{name:>16}  {said}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
