"""HTTP in and out. Every handler may ask for `identity: Identity`, which the composition root gives."""

from realinsights.auth.routes.accounts import ROUTES as ACCOUNT_ROUTES
from realinsights.auth.routes.invitations import ROUTES as INVITATION_ROUTES
from realinsights.auth.routes.members import ROUTES as MEMBER_ROUTES
from realinsights.auth.routes.organizations import ROUTES as ORGANIZATION_ROUTES
from realinsights.auth.routes.signing_in import ROUTES as SIGNING_IN_ROUTES
from realinsights.auth.routes.signing_in import WELL_KNOWN_ROUTES
from realinsights_platform.http.routes.declaring import Route

ROUTES: tuple[Route, ...] = (
    *SIGNING_IN_ROUTES,
    *ACCOUNT_ROUTES,
    *INVITATION_ROUTES,
    *MEMBER_ROUTES,
    *ORGANIZATION_ROUTES,
)

__all__ = ["ROUTES", "WELL_KNOWN_ROUTES"]
