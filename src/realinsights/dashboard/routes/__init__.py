"""The dashboard over HTTP. A collaborator that the composition root gives: `engine`."""

from realinsights.dashboard.routes import dashboard, loans, saved_views
from realinsights_platform.http.routes.declaring import Route

ROUTES: tuple[Route, ...] = (*dashboard.ROUTES, *loans.ROUTES, *saved_views.ROUTES)
