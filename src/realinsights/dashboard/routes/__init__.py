"""The dashboard over HTTP. A collaborator that the composition root gives: `engine`."""

from realinsights.dashboard.routes.dashboard import ROUTES

__all__ = ["ROUTES"]
