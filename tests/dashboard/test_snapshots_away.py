"""Snapshots that cannot be read now: what they say is in the journal too."""

from __future__ import annotations

import pytest

from realinsights import engines
from realinsights.dashboard.store.snapshots import Packed, Snapshots
from realinsights_platform.blobs import open_blobs
from realinsights_platform.errors import Unavailable


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Snapshots:
    """Return snapshots on an S3 server that does not run."""
    monkeypatch.setenv("AWS_ENDPOINT", f"http://{engines.LOOPBACK}:{engines.free_port()}")
    for name, value in (("ALLOW_HTTP", "true"), ("REGION", "x"), ("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x")):
        monkeypatch.setenv(f"AWS_{name}", value)
    return Snapshots(open_blobs("s3://files"))


async def test_are_as_if_there_were_none(away: Snapshots) -> None:
    assert await away.load("acme") is None
    assert await away.facts("acme", "one") is None


async def test_that_cannot_be_written_say_so(away: Snapshots) -> None:
    with pytest.raises(Unavailable, match="store of files"):
        await away.save("acme", Packed(b"columns", "", None))
