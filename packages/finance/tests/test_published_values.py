"""Values of the package: none can be changed, and what it hands out with several parts is built by their names."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

import realinsights_finance

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
# It grows while something is explained. What is private to a module may grow too.
GROWING = {"Trace"}


def named(value):
    return value.__name__


def values(modules):
    found = {f"{each.__module__}.{each.__qualname__}": each for module in modules for each in vars(module).values()
             if isinstance(each, type) and dataclasses.is_dataclass(each) and not inspect.isabstract(each)}  # fmt: skip
    return [each for _, each in sorted(found.items()) if each.__module__.startswith("realinsights_finance")]


def everywhere():
    names = [each.name for each in pkgutil.walk_packages(realinsights_finance.__path__, "realinsights_finance.")]
    return values(importlib.import_module(name) for name in names)


def published():
    modules = [importlib.import_module(f"realinsights_finance{name}") for name in PACKAGES]
    handed_out = {name for module in modules for name in module.__all__}
    return [each for each in values(modules) if each.__name__ in handed_out]


@pytest.mark.parametrize(
    "value",
    [each for each in everywhere() if not each.__name__.startswith("_") and each.__name__ not in GROWING],
    ids=named,
)
class TestEveryValue:
    def test_cannot_be_changed(self, value):
        blank = object.__new__(value)
        for field in dataclasses.fields(value):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(blank, field.name, None)
        assert value.__dataclass_params__.frozen

    def test_has_no_room_for_what_is_no_part_of_it(self, value):
        assert not hasattr(object.__new__(value), "__dict__")


@pytest.mark.parametrize("value", published(), ids=named)
def test_what_is_handed_out_is_built_by_names(value):
    parts = [field for field in dataclasses.fields(value) if field.init]
    assert all(field.kw_only for field in parts) == (value.__name__ not in BUILT_BY_POSITION)
