"""Somebody who asks a running product, and expects each answer's status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


class Caller:
    """Somebody who signed in, by their headers."""

    def __init__(self, client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        self._client = client
        self.headers = headers

    async def ask(self, method: str, path: str, status: int = 200, **sent: Any) -> httpx.Response:
        headers = {**self.headers, **sent.pop("headers", {})}
        answer = await self._client.request(method, f"/api/v1{path}", headers=headers, **sent)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer
