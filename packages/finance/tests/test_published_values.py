"""Values that the package hands out: none can be changed, and what has several parts is built by their names."""

from __future__ import annotations

import dataclasses
import importlib

import pytest

PACKAGES = ("", ".credit", ".ledger", ".portfolio", ".prepayment", ".rates", ".repayment", ".solver", ".time", ".value")
# One part, or parts whose order everybody knows.
BUILT_BY_POSITION = {
    "ApplicationOrder",
    "FixedRate",
    "HybridRate",
    "OnDates",
    "PrepaymentTerms",
    "PrincipalSchedule",
    "RatioSums",
    "TreasuryCurve",
}


def published():
    modules = [importlib.import_module(f"realinsights_finance{name}") for name in PACKAGES]
    found = {name: getattr(module, name) for module in modules for name in module.__all__}
    return [each for _, each in sorted(found.items()) if isinstance(each, type) and dataclasses.is_dataclass(each)]


@pytest.mark.parametrize("value", published(), ids=lambda value: value.__name__)
class TestPublishedValues:
    def test_cannot_be_changed(self, value):
        blank = object.__new__(value)
        for field in dataclasses.fields(value):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(blank, field.name, None)

    def test_has_no_room_for_what_is_no_part_of_it(self, value):
        assert not hasattr(object.__new__(value), "__dict__")

    def test_is_built_by_names(self, value):
        parts = [field for field in dataclasses.fields(value) if field.init]
        assert all(field.kw_only for field in parts) == (value.__name__ not in BUILT_BY_POSITION)
