"""Explanations as they are answered: those of the contracts, since the dashboard's figures explain themselves alike."""

from __future__ import annotations

from realinsights.contracts.explained import ExplainedPart, ExplainedUnit, Explanation, explanation_of

__all__ = ["ExplainedPart", "ExplainedUnit", "Explanation", "explanation_of"]
