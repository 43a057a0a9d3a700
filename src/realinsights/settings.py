"""Settings: how a process behaves that no topology says, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final

from realinsights_platform.addresses import Addresses
from realinsights_platform.errors import Refusal
from realinsights_platform.mail.opening import open_mail
from realinsights_platform.quota import Quota
from realinsights_platform.scanning import open_scanner

_SHORTEST_TOKEN: Final = 20
_QUOTA: Final = Quota(20 * 1000**3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a process that no topology names.

    `https_only` where it is reached by https alone; `trusted_proxies` (addresses or networks, with commas) are in
    front of it; `quota` is of each organization. `operator_token` is what `/metrics` and `/docs` ask for, where it is
    set. `scanner` is the URL of what looks for malware in files. `direct_downloads`: a store of files that gives
    addresses of its own hands files out to browsers. `published_password_works` lets the demonstration's password,
    which everybody knows, open its account. `mail_url` is the server that mail goes to, from `mail_from`;
    `site` is the address under which people reach the product, for links in mail. `webhooks_to_loopback` is for
    development and tests: endpoints may be on this machine.
    """

    https_only: bool = False
    quota: Quota = _QUOTA
    operator_token: str | None = None
    published_password_works: bool = False
    log_level: str = "info"
    tracing_endpoint: str | None = None
    trusted_proxies: str = ""
    mail_url: str = "kept://"
    mail_from: str = "Real Insights <notifications@localhost>"
    site: str | None = None
    webhooks_to_loopback: bool = False
    scanner: str = "none://"
    direct_downloads: bool = True


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
    mail_url, mail_from, site = _outside(environment)
    loopback = environment.get("REALINSIGHTS_WEBHOOKS_TO_LOOPBACK", "no").lower()
    if loopback not in {"yes", "no"}:
        raise Refusal(f"REALINSIGHTS_WEBHOOKS_TO_LOOPBACK is {loopback!r}; it can be yes or no.")
    scanner = environment.get("REALINSIGHTS_SCANNER", "none://")
    open_scanner(scanner)  # which refuses what is no scanner
    direct = environment.get("REALINSIGHTS_DIRECT_DOWNLOADS", "yes").lower()
    if direct not in {"yes", "no"}:
        raise Refusal(f"REALINSIGHTS_DIRECT_DOWNLOADS is {direct!r}; it can be yes or no.")
    return Settings(
        mail_url=mail_url,
        mail_from=mail_from,
        site=site,
        webhooks_to_loopback=loopback == "yes",
        https_only=https_only == "yes",
        quota=Quota(int(gigabytes) * 1000**3),
        operator_token=token,
        log_level=level,
        tracing_endpoint=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        trusted_proxies=trusted_proxies,
        scanner=scanner,
        direct_downloads=direct == "yes",
    )


def _outside(environment: Mapping[str, str]) -> tuple[str, str, str | None]:
    """Return the mail server's URL, the sender's address and the address of the product; raises `Refusal`."""
    mail_url = environment.get("REALINSIGHTS_MAIL_URL") or DEFAULTS.mail_url
    try:
        leaves = open_mail(mail_url).leaves
    except (ValueError, OSError) as error:
        raise Refusal(f"REALINSIGHTS_MAIL_URL is no mail server: {error}.") from None
    mail_from = environment.get("REALINSIGHTS_MAIL_FROM") or DEFAULTS.mail_from
    if "@" not in parseaddr(mail_from)[1] or "\n" in mail_from:
        raise Refusal(f"REALINSIGHTS_MAIL_FROM is {mail_from!r}; it can be such as Real Insights <alerts@example.com>.")
    if leaves and mail_from == DEFAULTS.mail_from:
        raise Refusal("Set REALINSIGHTS_MAIL_FROM to the address that mail comes from.")
    site = (environment.get("REALINSIGHTS_SITE") or "").rstrip("/") or None
    if site is not None and not site.startswith(("https://", "http://")):
        raise Refusal(f"REALINSIGHTS_SITE is {site!r}; it can be such as https://insights.example.com.")
    if leaves and site is None:
        raise Refusal("Set REALINSIGHTS_SITE to the address of the product: mails have links to it.")
    return mail_url, mail_from, site
