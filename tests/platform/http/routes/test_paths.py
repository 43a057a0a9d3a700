"""The table of paths: written-out segments before parameters, and what it says where nothing answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from realinsights_platform.http.answers.problems import MethodNotAllowed, NoSuchAddress
from realinsights_platform.http.edge.exchange import Exchange
from realinsights_platform.http.routes.paths import Declaration, Paths


class Named:
    """An application that says which one it is, and with which parameters."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send((self.name, scope["realinsights.exchange"].path_parameters))


def found(paths: Paths, path: str, method: str = "GET") -> Any:
    exchange = Exchange(path=path, query=b"", headers={}, address="", request_id="", trace="")
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def ask() -> None:
        await paths({"path": path, "method": method, "realinsights.exchange": exchange}, None, send)  # type: ignore[arg-type]  # none of these reads

    asyncio.run(ask())
    return said[0]


@pytest.fixture
def paths() -> Paths:
    paths = Paths(otherwise=Named("site"))
    for path in ("/api/loans", "/api/loans/export", "/api/loans/{loan_id}", "/api/loans/{loan_id}/periods/{month}"):
        paths.add(path, "GET", Named(path))
    paths.add("/api/loans/{loan_id}", "PUT", Named("put"))
    return paths


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "name", "parameters"),
        [
            ("/api/loans", "/api/loans", {}),
            ("/api/loans/", "/api/loans", {}),
            ("/api/loans/export", "/api/loans/export", {}),
            ("/api/loans/7", "/api/loans/{loan_id}", {"loan_id": "7"}),
            ("/api/loans/7/", "/api/loans/{loan_id}", {"loan_id": "7"}),
            (
                "/api/loans/7/periods/2025-06",
                "/api/loans/{loan_id}/periods/{month}",
                {"loan_id": "7", "month": "2025-06"},
            ),
        ],
    )
    def test_lead_to_what_was_added(self, paths: Paths, path: str, name: str, parameters: dict[str, str]) -> None:
        assert found(paths, path) == (name, parameters)

    def test_tell_methods_apart(self, paths: Paths) -> None:
        assert found(paths, "/api/loans/7", "PUT") == ("put", {"loan_id": "7"})

    @pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/loans/7/periods", "/api/loans/export/7"])
    def test_that_begin_like_ours_and_lead_nowhere_are_no_address(self, paths: Paths, path: str) -> None:
        with pytest.raises(NoSuchAddress):
            found(paths, path)

    @pytest.mark.parametrize("path", ["/", "", "/loans", "/apis/loans"])
    def test_of_others_are_left_to_others(self, paths: Paths, path: str) -> None:
        assert found(paths, path) == ("site", {})

    def test_say_which_methods_they_know(self, paths: Paths) -> None:
        with pytest.raises(MethodNotAllowed) as refused:
            found(paths, "/api/loans/7", "DELETE")
        assert refused.value.allow == "GET, HEAD, OPTIONS, PUT"
        assert (b"allow", b"GET, HEAD, OPTIONS, PUT") in found(paths, "/api/loans/7", "OPTIONS")["headers"]

    def test_answer_a_method_once(self, paths: Paths) -> None:
        with pytest.raises(Declaration, match=r"GET /api/loans/\{another\} is declared twice"):
            paths.add("/api/loans/{another}", "GET", Named("other"))
