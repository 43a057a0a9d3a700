"""Admission: who may use a route, and how often."""

from __future__ import annotations

from realinsights_platform.addresses import network_of
from realinsights_platform.errors import Forbidden, TooMany, Unauthenticated
from realinsights_platform.http.edge.exchange import Exchange
from realinsights_platform.http.routes.declaring import SIGNED_IN, Route
from realinsights_platform.http.settings import ANONYMOUS, SIGNED_IN_USER, HttpSettings
from realinsights_platform.limits.port import Allowance, Limits, Rate
from realinsights_platform.principal import PROGRAM, Principal


class Admission:
    """The admission to one route. Raises `ValueError` where its rate is none of the settings."""

    def __init__(self, route: Route, *, limits: Limits, settings: HttpSettings) -> None:
        self._permission = route.permission
        self._enrolling = route.enrolling
        self._refuses_scoped = route.scoped == "refused"
        self._limits = limits
        self._rate_name = route.limit or (ANONYMOUS if route.permission is None else SIGNED_IN_USER)
        if self._rate_name not in settings.rates:
            raise ValueError(f"{route.method} {route.path}: there is no rate called {self._rate_name!r}")
        self._rate = settings.rates[self._rate_name]
        self._cost = route.cost
        self._anonymous = settings.rates[ANONYMOUS]
        self._plans = settings.plans
        self._smallest = min(settings.plans, key=lambda plan: settings.plans[plan].amount, default="")

    async def admit(self, exchange: Exchange) -> None:
        """Count a request; raises `TooMany`, `Unauthenticated` and `Forbidden`."""
        principal, permission = exchange.principal, self._permission
        if permission is None:
            await self._count(exchange, f"{self._rate_name}:{network_of(exchange.address)}", self._rate)
        elif principal is None:
            await self._count(exchange, f"{ANONYMOUS}:{network_of(exchange.address)}", self._anonymous)
            raise exchange.refused or Unauthenticated("Sign in: send an access token as `Authorization: Bearer …`.")
        else:
            await self._count(exchange, f"{self._rate_name}:{principal.org}:{principal.user}", self._rate, self._cost)
            await self._count_organization(exchange, principal)
            if principal.enrolls and not self._enrolling:
                raise Forbidden("Your organization requires a second factor. Add one to your account first.")
            if permission == SIGNED_IN and principal.role == PROGRAM:
                raise Forbidden("This is of a person's own account, and a program has none.")
            if permission != SIGNED_IN and permission not in principal.permissions:
                raise Forbidden("Your role does not allow this. Ask an administrator of your organization.")
            if self._refuses_scoped and principal.limited_to is not None:
                raise Forbidden(
                    "This needs access to the whole organization, and yours is limited to a part of it. "
                    "Ask an administrator of your organization."
                )

    async def _count(self, exchange: Exchange, key: str, rate: Rate, cost: int = 1) -> None:
        allowance = await self._limits.hit(key, rate, cost=cost)
        exchange.response_headers += _told(allowance)
        if not allowance.allowed:
            raise TooMany("Too many requests. Try again later.", retry_after=allowance.reset)

    async def _count_organization(self, exchange: Exchange, principal: Principal) -> None:
        """Count a request of an organization, whoever of it asks. Not what was refused to one who asks too often."""
        if not self._plans:
            return
        plan = principal.plan if principal.plan in self._plans else self._smallest
        rate = self._plans[plan]
        allowance = await self._limits.hit(f"organization:{principal.org}", rate, cost=self._cost)
        if allowance.allowed:
            return
        exchange.response_headers[:] = [
            (name, value) for name, value in exchange.response_headers if not name.startswith(b"ratelimit-")
        ]
        exchange.response_headers += _told(allowance)
        raise TooMany(
            f"Your organization has used up what its plan, {plan}, allows: {rate.amount:,} requests in {rate.seconds} "
            "seconds, of all its members together. Try again later.",
            retry_after=allowance.reset,
        )


def _told(allowance: Allowance) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"ratelimit-limit", b"%d" % allowance.limit),
        (b"ratelimit-remaining", b"%d" % allowance.remaining),
        (b"ratelimit-reset", b"%d" % allowance.reset),
    )
