"""Build hook: a wheel carries the web front end where it has been built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebHook(BuildHookInterface[Any]):
    """Adds `web/out` as `realinsights/web`; without it the process says how to build it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder, unless this is an editable installation, which reads the repository's."""
        built = Path(self.root, "web", "out")
        if version == "standard" and (built / "index.html").is_file():
            build_data["force_include"][str(built)] = "realinsights/web"
