"""The real server of one process, for tests that kill it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

COMMAND = Path(sys.executable).with_name("realinsights")


@contextlib.asynccontextmanager
async def server(folder: Path) -> AsyncIterator[tuple[subprocess.Popen[str], str]]:
    """Start the server; it is killed when the context ends, and the kernel has forgotten it then."""
    with (folder.parent / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once; what is read from it is read in a thread
            [str(COMMAND), "--data", str(folder), "up", "--port", "0", "--no-demonstration"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        line = await asyncio.to_thread(process.stdout.readline)
        address = re.search(r"http://[0-9.]+:\d+", line)
        assert address, (folder.parent / "server.log").read_text()[-3000:]
        yield process, address.group()
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
        if process.stdout is not None:
            process.stdout.close()
