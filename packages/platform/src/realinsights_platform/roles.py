"""Roles of processes: whether one answers requests, does background work, or both."""

from typing import Literal

Role = Literal["all", "api", "worker"]
"""`api` answers requests; `worker` runs relays, subscribers and other background work; `all` does both."""
