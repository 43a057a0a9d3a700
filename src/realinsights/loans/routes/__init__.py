"""The service over HTTP."""

from realinsights.loans.routes import audit, demonstration, figures, imports, loans, parties, properties, reconciliation
from realinsights_platform.http.routes.declaring import Route

ROUTES: tuple[Route, ...] = (
    *loans.ROUTES,
    *figures.ROUTES,
    *properties.ROUTES,
    *parties.ROUTES,
    *imports.ROUTES,
    *reconciliation.ROUTES,
    *audit.ROUTES,
    *demonstration.ROUTES,
)
