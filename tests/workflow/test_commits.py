"""A commit's message: what the hook lets through and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("commits.py")
BODY = "\n\nA newcomer could not tell the stages apart by name.\n"


def check(message: str, folder: Path) -> tuple[int, str]:
    """Call the hook as git does."""
    file = folder / "COMMIT_EDITMSG"
    file.write_text(message)
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "message",
    [
        f"imports: name the files of the pipeline and map it at its head{BODY}",
        f"web tests: share one loan form fixture{BODY}",
        f"http: answer 503 where documents are away{BODY}# Please enter the commit message",
        "fixup! imports: name the files of the pipeline",
        "Merge branch 'main' into imports",
    ],
)
def test_a_subject_with_area_and_a_body_is_let_through(message: str, tmp_path: Path) -> None:
    assert check(message, tmp_path) == (0, "")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (f"Name the files of the pipeline{BODY}", "`area: what changed`"),
        (f"imports: name the files of the pipeline.{BODY}", "`area: what changed`"),
        (f"imports: {'name ' * 13}files{BODY}", "79 characters"),
        (f"imports: name the files; map the pipeline{BODY}", "two changes"),
        ("imports: name the files of the pipeline", "The body is missing"),
        ("imports: name the files of the pipeline\n\n# Only a comment\n", "The body is missing"),
        ("imports: name the files of the pipeline\nand map it\n", "A blank line"),
        ("", "`area: what changed`"),
    ],
)
def test_what_a_list_of_commits_could_not_show_is_refused(message: str, said: str, tmp_path: Path) -> None:
    code, errors = check(message, tmp_path)
    assert code == 1
    assert said in errors
