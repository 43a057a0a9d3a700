"""Whatever loans and properties are accepted together: no read fails, and the figures are those of the journal."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .topologies import Server

pytestmark = pytest.mark.slow

PREFIX = "/api/v1"
PERSON = {
    "organization": {"name": "Harbor", "kind": "owner"},
    "firstName": "Ada",
    "lastName": "Adams",
    "email": "ada@harbor.example",
    "password": "correct horse battery staple",
}
NUMBERS = itertools.count(1)

# Mostly at the edges of what may be.
DAYS = st.one_of(
    st.dates(datetime.date(2020, 1, 1), datetime.date(2035, 12, 31)),
    st.sampled_from([datetime.date(1900, 1, 1), datetime.date(2024, 2, 29), datetime.date(2199, 12, 31)]),
).map(str)
EVERY_DAY = st.one_of(st.just("0001-01-01"), st.just("9999-12-31"), DAYS)
MONEY = st.one_of(
    st.decimals("0", "9999999999999.99", places=2),
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("9999999999999.99")]),
).map(str)
SIGNED = st.one_of(MONEY, MONEY.map(lambda text: f"-{text}"))
RATES = st.sampled_from(["0", "0.00000001", "0.0525", "0.12", "0.99999999"])
# Mostly what may stand in a line: of anything else nearly every loan is refused for its name alone.
TEXTS = st.one_of(
    *[st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40)] * 4,
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40),
).filter(lambda text: bool(text.strip()))


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


STATEMENTS = st.builds(
    lambda basis, stated: {"basis": basis, **stated},
    st.sampled_from(["underwritten", "trailing_twelve_months", "annual", "budget"]),
    optional(
        periodEnd=DAYS,
        revenue=SIGNED,
        operatingExpenses=SIGNED,
        netOperatingIncome=SIGNED,
        netCashFlow=SIGNED,
        occupancy=st.sampled_from(["0", "1", "0.95", "0.00000001"]),
    ),
)
PROPERTIES = st.builds(
    lambda name, kind, stated: {"name": name, "propertyType": kind, **stated},
    TEXTS,
    st.sampled_from(["office", "multifamily", "retail", "hotel"]),
    optional(
        state=st.sampled_from(["CA", "TX", "", "ÖÖ"]),
        city=TEXTS,
        squareFeet=MONEY,
        units=st.sampled_from([0, 1, 1_000_000]),
        valuations=st.lists(st.builds(lambda amount, on: {"amount": amount, "asOf": on}, MONEY, DAYS), max_size=3),
        operatingStatements=st.lists(STATEMENTS, max_size=3),
    ),
)


@st.composite
def loans(draw: st.DrawFn) -> dict[str, Any]:
    closing = draw(st.dates(datetime.date(2012, 1, 1), datetime.date(2030, 12, 31)))
    months = draw(st.sampled_from([1, 12, 60, 120, 360, 1188]))
    first = closing + datetime.timedelta(days=draw(st.integers(1, 60)))
    maturity = first + datetime.timedelta(days=months * 30)
    terms: dict[str, Any] = {
        "dayCount": draw(
            st.sampled_from(["30_360", "30e_360", "actual_360", "actual_365_fixed", "actual_actual_isda"])
        ),
        "frequency": draw(st.sampled_from(["monthly", "monthly", "quarterly", "semi_annual", "annual"])),
        "firstPaymentDate": draw(st.sampled_from([str(first)] * 9 + [None])),
    }
    terms |= draw(
        optional(
            amortizationMonths=st.sampled_from([12, 360, 1200]),
            interestOnlyMonths=st.sampled_from([0, 12]),
        )
    )
    if draw(st.integers(0, 9)) == 0:
        terms |= draw(optional(levelPayment=MONEY, paymentDay=st.integers(1, 31), interestOnlyMonths=st.just(1200)))
    body = {
        "number": str(next(NUMBERS)),
        "name": draw(TEXTS),
        "originalBalance": draw(MONEY),
        "currentBalance": draw(MONEY),
        "balanceAsOf": str(closing + datetime.timedelta(days=draw(st.integers(0, 5000)))),
        "originationDate": str(closing),
        "maturityDate": str(maturity),
        "rate": draw(RATES),
        "terms": terms,
    }
    kind = draw(st.sampled_from(["fixed"] * 5 + ["floating", "stepped"]))
    if kind == "floating":
        terms["floating"] = {"index": "SOFR", "spread": draw(RATES)}
    if kind == "stepped":
        terms["rateSteps"] = [{"fromDate": str(maturity - datetime.timedelta(days=20)), "rate": draw(RATES)}]
    body |= draw(
        optional(
            structure=st.sampled_from(["whole_loan", "pari_passu", "a_note", "b_note", "mezzanine"]),
            status=st.sampled_from(["current", "30_days", "90_days", "default", "paid_off", "defeased"]),
            borrower=TEXTS,
            recourse=st.sampled_from(["full", "non_recourse"]),
            reported=optional(dscr=RATES, annualDebtService=MONEY, asOf=DAYS),
        )
    )
    if body.get("status") == "paid_off":
        body["currentBalance"] = "0.00"
    return {**body, "rateType": kind}


@pytest.fixture(scope="module")
def client(unlimited_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{unlimited_server.address}{PREFIX}", timeout=60) as client:
        client.post("/auth/register", json=PERSON)
        said = {name: PERSON[name] for name in ("email", "password")}
        client.headers["Authorization"] = f"Bearer {client.post('/auth/sign-in', json=said).json()['accessToken']}"
        yield client
    assert not unlimited_server.failures, unlimited_server.failures[0]


def created(client: httpx.Client, path: str, body: dict[str, Any]) -> str | None:
    """Create a thing and return its id, None where it was refused with a reason."""
    # A balance is told on its day, which may be long ago or to come.
    answer = client.post(path, json=body, params={"businessDate": body.get("balanceAsOf", "2026-01-31")})
    assert answer.status_code in {201, 422}, answer.text
    if answer.status_code == 422:
        assert answer.json()["errors"], answer.text
        return None
    assert answer.json()["version"] == 1
    return str(answer.json()["id"])


@settings(max_examples=40, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    assets=st.lists(PROPERTIES, max_size=3),
    notes=st.lists(loans(), min_size=1, max_size=3),
    on=EVERY_DAY,
    business_date=EVERY_DAY,
)
def read_all_that_is_accepted(
    client: httpx.Client, assets: list[dict[str, Any]], notes: list[dict[str, Any]], on: str, business_date: str
) -> None:
    behind = [made for asset in assets if (made := created(client, "/properties", asset)) is not None]
    for note in notes:
        note["properties"] = [{"propertyId": property_id} for property_id in behind]
        loan_id = created(client, "/loans", note)
        if loan_id is None:
            continue
        loan = f"/loans/{loan_id}"
        for part in ("", "/ratios", "/schedule", "/history", "/periods", "/reconciliation", "/sources"):
            answer = client.get(loan + part, params={"businessDate": business_date})
            assert answer.status_code == 200, (part, answer.text)
        for part, asked in (("/schedule.csv", {}), ("/balance", {"on": on})):
            answer = client.get(loan + part, params=asked)
            assert answer.status_code in {200, 409, 422}, (part, answer.text)
    for path in (
        "/dashboard",
        "/dashboard/history",
        "/dashboard/maturities",
        "/dashboard/loans",
        "/loans",
        "/loans/export",
    ):
        answer = client.get(path, params={"businessDate": business_date})
        assert answer.status_code == 200, (path, answer.text)


def test_every_read_of_what_was_accepted_succeeds_and_adds_up(client: httpx.Client) -> None:
    read_all_that_is_accepted(client)
    rebuilt = client.post("/dashboard/rebuild").json()
    assert rebuilt["equal"]
    assert rebuilt["loans"] == client.get("/loans", params={"total": "true", "limit": 1}).json()["total"] > 20
    assert client.get("/journals/loans/verification").json()["sound"]
