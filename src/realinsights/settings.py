"""Settings: how a process behaves that no topology says, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from realinsights_platform.addresses import Addresses
from realinsights_platform.errors import Refusal
from realinsights_platform.quota import Quota

_SHORTEST_TOKEN: Final = 20
_QUOTA: Final = Quota(20 * 1000**3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a process that no topology names.

    `https_only` where it is reached by https alone; `trusted_proxies` (addresses or networks, with commas) are in
    front of it; `quota` is of each organization. `operator_token` is what `/metrics` and `/docs` ask for, where it is
    set. `published_password_works` lets the demonstration's password, which everybody knows, open its account.
    """

    https_only: bool = False
    quota: Quota = _QUOTA
    operator_token: str | None = None
    published_password_works: bool = False
    log_level: str = "info"
    tracing_endpoint: str | None = None
    trusted_proxies: str = ""


DEFAULTS = Settings()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment states; raises `Refusal` for a value that cannot be."""
    level = environment.get("REALINSIGHTS_LOG_LEVEL", "info").lower()
    if level not in {"debug", "info", "warning", "error"}:
        raise Refusal(f"REALINSIGHTS_LOG_LEVEL is {level!r}; it can be debug, info, warning or error.")
    https_only = environment.get("REALINSIGHTS_HTTPS_ONLY", "no").lower()
    if https_only not in {"yes", "no"}:
        raise Refusal(f"REALINSIGHTS_HTTPS_ONLY is {https_only!r}; it can be yes or no.")
    gigabytes = environment.get("REALINSIGHTS_ORGANIZATION_GB", str(_QUOTA.most // 1000**3))
    if not gigabytes.isascii() or not gigabytes.isdigit() or not int(gigabytes):
        raise Refusal(f"REALINSIGHTS_ORGANIZATION_GB is {gigabytes!r}; it can be 1, 2, 3 and so on.")
    token = environment.get("REALINSIGHTS_OPERATOR_TOKEN") or None
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise Refusal(f"REALINSIGHTS_OPERATOR_TOKEN has fewer than {_SHORTEST_TOKEN} characters.")
    trusted_proxies = environment.get("REALINSIGHTS_TRUSTED_PROXIES", "")
    try:
        Addresses(trusted_proxies)
    except ValueError as error:
        raise Refusal(f"REALINSIGHTS_TRUSTED_PROXIES names no network: {error}.") from None
    return Settings(
        https_only=https_only == "yes",
        quota=Quota(int(gigabytes) * 1000**3),
        operator_token=token,
        log_level=level,
        tracing_endpoint=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        trusted_proxies=trusted_proxies,
    )
