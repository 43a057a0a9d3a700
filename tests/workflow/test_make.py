"""What make starts ends with make."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_server_ends_when_somebody_ends_make(tmp_path: Path) -> None:
    # Installed and without web pages, so that neither is done here.
    variables = (
        f"BIN={Path(sys.executable).parent}",
        "STAMP=",
        "WEB=true",
        f"ARGS=--port 0 --data {tmp_path / 'data'}",
    )
    with subprocess.Popen(
        ("make", "run", *variables), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as make:
        assert make.stdout is not None
        found = next(
            found for line in make.stdout if (found := re.search(r"is running at http://127\.0\.0\.1:(\d+)", line))
        )
        make.terminate()
        make.wait(timeout=30)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(found[1])), timeout=5)
        assert "Stopped; everything is kept." in make.stdout.read()
