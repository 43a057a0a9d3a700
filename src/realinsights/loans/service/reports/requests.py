"""Use cases of reports: request a run."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import msgspec

from realinsights.contracts.loans import ReportRequested
from realinsights.loans.model.quantities import checked
from realinsights.loans.model.reports import ALL_LOANS, ReportKind, ReportParameters, ReportRun, RunState
from realinsights.loans.store import FUNDS, LENDERS, LOANS, PORTFOLIOS, PROPERTIES, REPORT_RUNS
from realinsights_platform.documents.port import Equal, Kind, Order, Unit
from realinsights_platform.errors import FaultCode, Faults, NotFound
from realinsights_platform.ids import new_id

_REFERENCES: tuple[tuple[str, Kind[Any]], ...] = (
    ("lender_id", LENDERS),
    ("fund_id", FUNDS),
    ("portfolio_id", PORTFOLIOS),
    ("property_id", PROPERTIES),
)


def report_kind(name: str) -> ReportKind:
    """Return the kind of report of a name; raises `NotFound`."""
    try:
        return ReportKind(name)
    except ValueError:
        raise NotFound(f"There is no report {name}. There are {', '.join(ReportKind)}.") from None


async def request_report(
    *, unit: Unit, kind: ReportKind, parameters: ReportParameters, now: datetime.datetime, zone: str, organization: str
) -> ReportRun:
    """Have a report made in the background; raises `Invalid` where what it needs is not said or not there."""
    return await requested(
        unit,
        kind,
        await checked_parameters(unit, kind, parameters),
        now=now,
        zone=zone,
        organization=organization,
        business_date=unit.business_date,
        requested_by=unit.actor,
    )


async def requested(
    unit: Unit,
    kind: ReportKind,
    parameters: ReportParameters,
    *,
    now: datetime.datetime,
    zone: str,
    organization: str,
    business_date: datetime.date,
    requested_by: str,
    schedule_id: str | None = None,
) -> ReportRun:
    """Store a run of a report, with the event that makes a worker make it; its parameters are checked already."""
    alike = asked_alike(kind, parameters)
    before = await unit.find(
        REPORT_RUNS,
        Equal("asked_alike", alike),
        Equal("state", RunState.DONE.value),
        order=Order("requested_at", descending=True),
        limit=1,
    )
    run = ReportRun(
        id=new_id(),
        org=unit.org,
        kind=kind,
        parameters=parameters,
        asked_alike=alike,
        state=RunState.QUEUED,
        requested_at=now,
        requested_by=requested_by,
        business_date=business_date,
        zone=zone,
        organization=organization,
        previous_id=before[0].id if before else None,
        schedule_id=schedule_id,
    )
    unit.emit(ReportRequested(run_id=run.id))
    return unit.put(REPORT_RUNS, run)


def asked_alike(kind: ReportKind, parameters: ReportParameters) -> str:
    """Return what runs share that were asked for alike, whatever their title and their day."""
    asked = msgspec.structs.replace(parameters, title=None, as_of=None, since=None)
    return hashlib.sha256(kind.value.encode() + b"\n" + msgspec.json.encode(asked, order="deterministic")).hexdigest()


async def checked_parameters(
    unit: Unit, kind: ReportKind, parameters: ReportParameters, *, path: str = ""
) -> ReportParameters:
    """Return what a report is asked with, tidied; raises `Invalid` where what it needs is not said or not there.

    `path` is where the parameters stand in what was sent.
    """
    faults = Faults()
    parameters = checked(parameters, faults, path)
    if kind is ReportKind.LOAN_ABSTRACT and parameters.loan_id is None:
        faults.add(f"{path}loanId", "is required: name the loan of the abstract", FaultCode.REQUIRED)
    if kind is ReportKind.CHANGES:
        if parameters.since is None:
            faults.add(f"{path}since", "is required: name the day after which changes count", FaultCode.REQUIRED)
        elif parameters.since > unit.business_date:
            faults.add(f"{path}since", f"must not lie ahead of {unit.business_date}")
        if parameters.as_of is not None:
            faults.add(f"{path}asOf", "must be left out: changes are of balances as recorded")
    if parameters.loan_id is not None and parameters.filter != ALL_LOANS:
        faults.add(f"{path}filter", "must be left out: the report is of the one loan that loanId names")
    if parameters.loan_id is not None and await unit.get(LOANS, parameters.loan_id) is None:
        faults.add(f"{path}loanId", "there is no such loan", FaultCode.NO_SUCH_THING)
    for name, of in _REFERENCES:
        value = getattr(parameters.filter, name)
        if value is not None and await unit.get(of, value) is None:
            field = name.removesuffix("_id") + "Id"
            faults.add(f"{path}filter.{field}", f"there is no such {of.name}", FaultCode.NO_SUCH_THING)
    faults.refuse("report")
    return parameters
