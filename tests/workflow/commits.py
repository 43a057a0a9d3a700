"""The subject of a commit: an area, what changed, one line that every list of commits shows whole.

`python tests/workflow/commits.py FILE` checks the message in FILE, as git's commit-msg hook calls it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

MOST: Final = 72
SUBJECT: Final = re.compile(r"(?P<area>[a-z][a-z0-9 /-]*): (?P<what>[a-z0-9`\"].*[^.])")
#: Git writes these itself, and squashes or rewrites them later.
BY_GIT: Final = ("Merge ", "Revert ", "fixup! ", "squash! ", "amend! ")


def faults(message: str) -> list[str]:
    """Return what is wrong with a commit message, a sentence each."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    subject, *body = lines or [""]
    if subject.startswith(BY_GIT):
        return []
    found = []
    if len(subject) > MOST:
        found.append(f"The subject has {len(subject)} characters; {MOST} are shown everywhere.")
    if not SUBJECT.fullmatch(subject):
        found.append(
            "The subject is `area: what changed`, lower case, without a full stop: `imports: resume after a kill`."
        )
    if ";" in subject:
        found.append("The subject names two changes; make two commits.")
    if body and body[0]:
        found.append("A blank line separates the subject from the body.")
    if not any(line.strip() for line in body):
        found.append("The body is missing: say in a sentence or more why, and what was measured.")
    return found


def main() -> int:
    """Check the message in the file that the command line names."""
    found = faults(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
