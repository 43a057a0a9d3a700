"""The service over HTTP."""

from realinsights.loans.routes import audit, figures, loans, parties, properties
from realinsights_platform.http.routing import Route

ROUTES: tuple[Route, ...] = (
    *loans.ROUTES,
    *figures.ROUTES,
    *properties.ROUTES,
    *parties.ROUTES,
    *audit.ROUTES,
)
