"""Routes only translate: what they are given of the database they hand on to a query or a use case."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "src" / "realinsights"
ROUTES = sorted(SERVICES.glob("*/routes/*.py"))
PORT = "realinsights_platform.documents.port"
MAY_NAME = {"Documents", "Unit", "Kind", "Position"}
READS = {"get", "get_many", "find", "count", "history", "as_known_at", "entries", "stored", "outbox"}
WRITES = {"put", "delete", "expect", "emit", "adopt", "commit"}


def found_in(source: str) -> list[str]:
    """Return what a route's source does with documents that a query or a use case should do."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == PORT:
            found += [f"line {node.lineno} imports {name.name}" for name in node.names if name.name not in MAY_NAME]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            asks = {"documents": READS | {"unit"}, "unit": READS | WRITES}.get(name.lstrip("_"), set())
            if node.func.attr in asks:
                found.append(f"line {node.lineno} calls {name}.{node.func.attr}")
    return found


def test_there_are_routes() -> None:
    assert len(ROUTES) > 15


@pytest.mark.parametrize("file", ROUTES, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_no_route_queries(file: Path) -> None:
    assert found_in(file.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        f"from {PORT} import Documents, Equal",
        "page = await documents.find(LOANS, org)",
        "loan = await identity.documents.get(LOANS, org, loan_id)",
        "unit.put(LOANS, loan)",
        "async with documents.unit(org=org) as work: pass",
    ],
)
def test_a_route_that_queries_is_found(line: str) -> None:
    assert found_in(f"async def route(documents, unit, identity):\n    {line}\n")


def test_handing_documents_on_is_no_query() -> None:
    assert found_in(f"from {PORT} import Documents\nasync def route(documents): await read(documents, LOANS)\n") == []
