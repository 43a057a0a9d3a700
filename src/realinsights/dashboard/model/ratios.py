"""DSCR, LTV and debt yield of whole loans: what they divide, and what bars a loan from them.

What bars a loan depends on little: its structure and status, whether it shares a property, and which of its figures are
known. So loans are counted and added up once by the combinations of these, and every ratio is a sum over combinations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np

from realinsights.contracts.loans import IncomeBasis
from realinsights.dashboard.model.codes import SOURCES
from realinsights.dashboard.model.exact import UNKNOWN, Flags, Integers, Table, table_by_code
from realinsights.dashboard.model.figure import FigureName
from realinsights.dashboard.model.own_ratios import DEFEASED, NOTE_NAMES, POSITION_REASONS
from realinsights.dashboard.model.part import Shares
from realinsights.dashboard.model.view import BESIDE, ReasonCodes, View, unknown

_NO_NOI, _NO_NCF, _NO_DEBT_SERVICE, _NO_VALUE = 1, 2, 4, 8
_COMBINATIONS = 16
_GAPS = MappingProxyType(
    {
        _NO_NOI: "no net operating income is known",
        _NO_NCF: "no net cash flow is known",
        _NO_DEBT_SERVICE: "no debt service is known",
        _NO_VALUE: "no property value is known",
    }
)
_BARS = len(NOTE_NAMES) + 1 + len(POSITION_REASONS)
_OUTSIDE = _BARS + 1
"""The bar that stands for loans that are not outstanding."""

_SIZE = (_OUTSIDE + 1) * _COMBINATIONS


@dataclass(frozen=True)
class Ratio:
    """`numerator` ÷ `denominator` (fields of `View`) of the whole loans that have none of the `gaps`."""

    what: str
    numerator: str
    denominator: str
    gaps: tuple[int, ...]

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why it leaves loans out, the first that holds of a loan first."""
        notes = (f"{name}: {self.what} cannot be computed from the note alone" for name in NOTE_NAMES.values())
        return (*notes, DEFEASED, *POSITION_REASONS, *(_GAPS[gap] for gap in self.gaps))

    @cached_property
    def reasons_on_a_basis(self) -> tuple[str, ...]:
        """The same where income is asked for on one basis alone."""
        gaps = {_GAPS[_NO_NOI], _GAPS[_NO_NCF]}
        return tuple(f"{reason} on this basis" if reason in gaps else reason for reason in self.reasons)

    @cached_property
    def codes(self) -> ReasonCodes:
        """By combination: 0 where it covers the loan, k where `reasons[k - 1]` bars it, or `BESIDE`."""
        codes = np.zeros(_SIZE, np.uint8)
        for combination in range(_SIZE):
            bar, missing = divmod(combination, _COMBINATIONS)
            if bar:
                codes[combination] = BESIDE if bar == _OUTSIDE else bar
                continue
            held_up = [place for place, gap in enumerate(self.gaps, _BARS + 1) if missing & gap]
            codes[combination] = held_up[0] if held_up else 0
        return codes

    @cached_property
    def above(self) -> str:
        """What its upper sum is called."""
        return f"Σ {NAMES[self.numerator]}"

    @cached_property
    def below(self) -> str:
        """What its lower sum is called."""
        return f"Σ {NAMES[self.denominator]}"

    @cached_property
    def source(self) -> str | None:
        """The field of `Dates` that says on what its income stands; None where it has none."""
        return f"{self.numerator}_source" if self.numerator in _INCOMES else None

    @cached_property
    def inside(self) -> Flags:
        """By combination: whether it covers the loan."""
        return np.equal(self.codes, 0)

    @cached_property
    def reason_codes(self) -> list[int]:
        """By combination its code, as a list."""
        return list(self.codes.tolist())

    @cached_property
    def places(self) -> Integers:
        """By combination: its code, and the place after the last reason where that is `BESIDE`."""
        return np.minimum(self.codes, len(self.reasons) + 1).astype(np.int64)


_INCOMES = ("noi", "ncf")

RATIOS: Mapping[FigureName, Ratio] = MappingProxyType(
    {
        FigureName.DSCR: Ratio("DSCR", "noi", "debt_service", (_NO_NOI, _NO_DEBT_SERVICE)),
        FigureName.DSCR_NCF: Ratio("DSCR", "ncf", "debt_service", (_NO_NCF, _NO_DEBT_SERVICE)),
        FigureName.LTV: Ratio("LTV", "balance", "value", (_NO_VALUE,)),
        FigureName.DEBT_YIELD: Ratio("debt yield", "noi", "balance", (_NO_NOI,)),
        FigureName.DEBT_YIELD_NCF: Ratio("debt yield", "ncf", "balance", (_NO_NCF,)),
    }
)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "balance": "current balance",
        "value": "property value",
        "noi": "net operating income",
        "ncf": "net cash flow",
        "debt_service": "annual debt service",
    }
)
"""What the fields are called."""


def days_of(view: View, name: str) -> Integers | None:
    """Return of what day a field of the view is, by loan; None where nobody asks."""
    if name in {"balance", "debt_service"}:
        return view.amounts("as_of")
    return None if view.dates is None else getattr(view.dates, name)


def combinations(view: View) -> Integers:
    """Return by loan the combination it is of."""
    codes: ReasonCodes = np.minimum(view.bars, _OUTSIDE) * np.uint8(_COMBINATIONS)
    codes += unknown(view.amounts("noi")) * np.uint8(_NO_NOI)
    codes += unknown(view.amounts("ncf")) * np.uint8(_NO_NCF)
    codes += unknown(view.amounts("debt_service")) * np.uint8(_NO_DEBT_SERVICE)
    codes += (view.amounts("value") <= 0) * np.uint8(_NO_VALUE)
    return codes.astype(np.int64)


def combinations_of(
    bars: Sequence[int], *, noi: Sequence[int], ncf: Sequence[int], debt_service: Sequence[int], value: Sequence[int]
) -> list[int]:
    """Return by outstanding loan the combination it is of."""
    return [
        bar * _COMBINATIONS
        + (income == UNKNOWN) * _NO_NOI
        + (flow == UNKNOWN) * _NO_NCF
        + (service == UNKNOWN) * _NO_DEBT_SERVICE
        + (worth <= 0) * _NO_VALUE
        for bar, income, flow, service, worth in zip(bars, noi, ncf, debt_service, value, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class Pivot:
    """The loans of a view by combination."""

    view: View
    combinations: Integers
    _sums: dict[str, Table] = field(default_factory=dict)
    _sources: dict[str, tuple[Table, Table]] = field(default_factory=dict)

    @cached_property
    def loans(self) -> Table:
        """How many loans are of each combination."""
        return np.bincount(self.combinations, minlength=_SIZE)

    def sums(self, name: str) -> Table:
        """Return the sums of what a ratio takes of each loan by combination, in cents, or of what is `owed`."""
        if name not in self._sums:
            values = self.view.owed if name == "owed" else self.view.amounts(name)
            if name not in {"owed", "balance"}:
                values = values * ~unknown(values)
            if name != "owed" and self.view.counted is not None:
                values = values * self.view.counted
            self._sums[name] = table_by_code(self.combinations, values, _SIZE)
        return self._sums[name]

    def sources(self, ratio: Ratio) -> Shares | None:
        """Return what the loans that a ratio covers owe by the source of their income, and how many they are."""
        view, name, size = self.view, ratio.source, len(SOURCES)
        if name is None or view.dates is None or view.basis is not IncomeBasis.LATEST:
            return None
        if name not in self._sources:
            codes = self.combinations * size + getattr(view.dates, name)
            self._sources[name] = (
                table_by_code(codes, view.owed, _SIZE * size).reshape(_SIZE, size),
                np.bincount(codes, minlength=_SIZE * size).reshape(_SIZE, size),
            )
        owed, loans = self._sources[name]
        return owed[ratio.inside].sum(axis=0).tolist(), loans[ratio.inside].sum(axis=0).tolist()

    def by_reason(self, ratio: Ratio, amounts: Table) -> list[int]:
        """Return amounts by combination added up: covered first, then for each reason to be left out."""
        sums = np.zeros(len(ratio.reasons) + 2, amounts.dtype)
        np.add.at(sums, ratio.places, amounts)
        return list(sums[:-1].tolist())
