"""`realinsights secret`: a secret for an installation of several processes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from realinsights.cli.main import DONE, REFUSED, main
from realinsights_platform.secret import open_secret, read_secret


def test_it_is_printed_as_the_environment_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(["secret", "create"]) for _ in range(2)] == [DONE, DONE]
    first, second = capsys.readouterr().out.split()
    opened = open_secret("environment://SEALED", environment={"SEALED": first}, create=False)
    assert first != second
    assert len(opened.key("cursors")) == 32


def test_it_is_written_for_its_owner_only_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mounted" / "secret"
    assert main(["secret", "create", str(file)]) == DONE
    made = read_secret(file).key("cursors")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["secret", "create", str(file)]) == REFUSED
    assert "is there already" in capsys.readouterr().err
    assert read_secret(file).key("cursors") == made
