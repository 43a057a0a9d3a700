"""Collateral of a loan: the figures of its properties taken together, and the balance allocated among them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from realinsights.contracts.loans import Collateral, DatedAmount, DatedPerformance
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.performance import (
    IncomeFigures,
    RollUp,
    income_figures,
    latest_occupancy,
    latest_valuation,
)
from realinsights.loans.model.property import Property
from realinsights.loans.model.quantities import CENT, FINEST


class CollateralFigures(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The figures behind the whole debt, each with the date it is of."""

    value: DatedAmount | None = None
    net_operating_income: IncomeFigures = IncomeFigures()
    net_cash_flow: IncomeFigures = IncomeFigures()
    occupancy: DatedAmount | None = None
    occupancy_area: Decimal | None = None

    @property
    def performance(self) -> DatedPerformance:
        """Return the figures as events carry them."""
        return DatedPerformance(
            value=self.value,
            net_operating_income=self.net_operating_income.told,
            net_cash_flow=self.net_cash_flow.told,
            occupancy=self.occupancy,
            occupancy_area=self.occupancy_area,
        )


def properties_of(loan: Loan, properties: Mapping[str, Property]) -> tuple[Property, ...]:
    """Return the loan's properties in its order."""
    return tuple(properties[share.property_id] for share in loan.properties if share.property_id in properties)


def collateral_figures(
    loan: Loan, properties: Mapping[str, Property], *, on: datetime.date | None = None
) -> CollateralFigures:
    """Return the properties' figures taken together, as they stood `on` a date (default: the latest known).

    Each figure is the servicer's roll-up, unless there is none or the properties state a later one: then it is the sum
    over the properties, unknown where one of them does not say. The latest income is of the loan's own basis where a
    person has chosen one and a statement has it.
    """
    assets = properties_of(loan, properties)
    roll_up = loan.roll_up
    if not assets and roll_up is None:
        return CollateralFigures()
    occupancy, area = _occupancy(assets, roll_up, on)
    return CollateralFigures(
        value=_chosen(
            [latest_valuation(asset.valuations, on=on) for asset in assets],
            latest_valuation(roll_up.valuations, on=on) if roll_up is not None else None,
        ),
        net_operating_income=_income(loan, assets, "net_operating_income", on),
        net_cash_flow=_income(loan, assets, "net_cash_flow", on),
        occupancy=occupancy,
        occupancy_area=area,
    )


def performance_of(
    loan: Loan, properties: Mapping[str, Property], *, on: datetime.date | None = None
) -> DatedPerformance:
    """Return `collateral_figures` as events carry them."""
    if not loan.properties and loan.roll_up is None:
        return NO_PERFORMANCE
    return collateral_figures(loan, properties, on=on).performance


def performance_dates(loan: Loan, properties: Mapping[str, Property]) -> list[datetime.date]:
    """Return the dates from which on `performance_of` may be another one, in order."""
    sources: list[Property | RollUp] = [*properties_of(loan, properties)]
    if loan.roll_up is not None:
        sources.append(loan.roll_up)
    dates = {valuation.as_of for source in sources for valuation in source.valuations}
    dates.update(statement.period_end for source in sources for statement in source.operating_statements)
    return sorted(date for date in dates if date is not None)


def allocated_collateral(loan: Loan, properties: Mapping[str, Property]) -> tuple[Collateral, ...]:
    """Return the current balance allocated to the loan's properties: to the cent, summing to it exactly.

    By allocated amount where every property has one, else by value where every one has one, else equally.
    """
    assets = properties_of(loan, properties)
    if not assets:
        return ()
    if len(assets) == 1:
        balances: Sequence[Decimal] = (loan.current_balance,)
    else:
        amounts = {share.property_id: share.allocated_amount for share in loan.properties}
        weights = _weights([amounts[asset.id] for asset in assets])
        if weights is None:
            values = [latest_valuation(asset.valuations) for asset in assets]
            weights = _weights([value.amount if value is not None else None for value in values])
        balances = allocate(loan.current_balance, weights if weights is not None else [1] * len(assets))
    return tuple(
        Collateral(property_id=asset.id, state=asset.state, property_type=asset.property_type, balance=balance)
        for asset, balance in zip(assets, balances, strict=True)
    )


def allocate(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Return `amount` split by weight to the cent by largest remainder (ties: the first), summing to it exactly."""
    cents = int(amount * 100)
    total = sum(weights)
    shares = [cents * weight // total for weight in weights]
    remainders = [cents * weight % total for weight in weights]
    for index in sorted(range(len(weights)), key=lambda index: -remainders[index])[: cents - sum(shares)]:
        shares[index] += 1
    return [Decimal(share).scaleb(-2) for share in shares]


def _weights(amounts: Iterable[Decimal | None]) -> list[int] | None:
    weights = []
    for amount in amounts:
        if amount is None:
            return None
        weights.append(int(amount * 100))
    return weights if sum(weights) > 0 else None


def _income(loan: Loan, assets: Sequence[Property], field: str, on: datetime.date | None) -> IncomeFigures:
    own = loan.statement_basis
    figures = [income_figures(asset.operating_statements, field, own=own, on=on) for asset in assets]
    roll_up = loan.roll_up
    if roll_up is None:
        if len(figures) == 1:
            return figures[0]
        rolled_up = IncomeFigures()
    else:
        rolled_up = income_figures(roll_up.operating_statements, field, own=own, on=on)
    return IncomeFigures(
        **{
            name: _chosen([getattr(figure, name) for figure in figures], getattr(rolled_up, name))
            for name in IncomeFigures.__struct_fields__
        }
    )


def _chosen(figures: Sequence[DatedAmount | None], roll_up: DatedAmount | None) -> DatedAmount | None:
    total = _total(figures)
    if roll_up is None or total is None:
        return total if roll_up is None else roll_up
    newer = total.as_of is not None and (roll_up.as_of is None or total.as_of > roll_up.as_of)
    return total if newer else roll_up


def _total(figures: Sequence[DatedAmount | None]) -> DatedAmount | None:
    if len(figures) == 1:
        return figures[0]
    known = [figure for figure in figures if figure is not None]
    if not known or len(known) < len(figures):
        return None
    bases = {figure.basis for figure in known}
    return DatedAmount(
        sum((figure.amount for figure in known), Decimal(0)), _oldest(known), bases.pop() if len(bases) == 1 else None
    )


def _oldest(figures: Sequence[DatedAmount]) -> datetime.date | None:
    """Return the date of the oldest part, which is how old a total is; None where a part is undated."""
    dates = [figure.as_of for figure in figures if figure.as_of is not None]
    return min(dates) if len(dates) == len(figures) else None


def _occupancy(
    assets: Sequence[Property], roll_up: RollUp | None, on: datetime.date | None
) -> tuple[DatedAmount | None, Decimal | None]:
    own = _occupancy_of_properties(assets, on)
    if own is not None:
        return own
    if roll_up is not None:
        figure = latest_occupancy(roll_up.operating_statements, on=on)
        if figure is not None:
            return figure, roll_up.square_feet or roll_up.units
    return None, None


def _occupancy_of_properties(
    assets: Sequence[Property], on: datetime.date | None
) -> tuple[DatedAmount, Decimal | None] | None:
    figures = [latest_occupancy(asset.operating_statements, on=on) for asset in assets]
    known = [(asset, figure) for asset, figure in zip(assets, figures, strict=True) if figure is not None]
    if not assets or len(known) < len(assets):
        return None
    areas = _areas(assets)
    if len(known) == 1:
        return known[0][1], areas[0] if areas is not None else None
    if areas is None:
        return None
    area = sum(areas, Decimal(0))
    occupied = sum((figure.amount * part for (_, figure), part in zip(known, areas, strict=True)), Decimal(0))
    if not area:
        return None
    return DatedAmount((occupied / area).quantize(FINEST), _oldest([figure for _, figure in known])), area.quantize(
        CENT
    )


def _areas(assets: Sequence[Property]) -> list[Decimal] | None:
    feet = [asset.leasable_square_feet or asset.square_feet for asset in assets]
    if all(area is not None for area in feet):
        return [area for area in feet if area is not None]
    units = [asset.units for asset in assets]
    return [Decimal(count) for count in units if count] if all(units) else None


NO_PERFORMANCE = DatedPerformance()
