"""Quota: how much of the disk one organization may take."""

from __future__ import annotations

from dataclasses import dataclass

from realinsights_platform.errors import OverQuota


@dataclass(frozen=True, slots=True)
class Quota:
    """The bytes that an organization may write in each service's journal, and as many as files."""

    most: int

    def check(self, taken: int) -> None:
        """Raise `OverQuota` where an organization has taken more."""
        if taken > self.most:
            raise OverQuota(
                f"Your organization has taken all of the {self.most / 1000**3:,.1f} GB that it may. "
                "What it has stays readable. Ask whoever runs this installation for more."
            )


UNLIMITED = Quota(2**63)
