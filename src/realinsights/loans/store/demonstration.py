"""The kind of document that remembers what the demonstration put there."""

from __future__ import annotations

from realinsights.loans.model.demonstration import Demonstration
from realinsights.loans.store.kinds import SERVICE
from realinsights_platform.documents.port import Kind

DEMONSTRATIONS = Kind(SERVICE, "demonstration", Demonstration)
