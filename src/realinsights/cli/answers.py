"""Requests of the command line and their answers: a refusal, or no answer at all, is raised as a `Refusal`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
import msgspec

from realinsights_platform.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    StepNeeded,
    Unauthenticated,
)

_KINDS: Mapping[int, type[Refusal]] = {
    HTTPStatus.UNAUTHORIZED: Unauthenticated,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
}


async def send(http: httpx.AsyncClient, method: str, path: str, **options: Any) -> httpx.Response:
    """Send a request and return its answer; options are httpx's. Raises `Refusal`."""
    try:
        answer = await http.request(method, f"/api/v1{path}", **options)
    except httpx.HTTPError as error:
        address = str(http.base_url).rstrip("/")
        raise Refusal(
            f"{address} does not answer ({error}). Check that the server runs and that the address is right."
        ) from None
    if answer.is_error:
        raise refusal_of(answer)
    return answer


def refusal_of(answer: httpx.Response) -> Refusal:
    """Return a problem document as the refusal it stands for."""
    try:
        problem = msgspec.json.decode(answer.content)
        detail = str(problem["detail"])
        challenge = str(problem.get("challenge", ""))
        fields = tuple(FieldError(str(bad["field"]), str(bad["message"])) for bad in problem.get("errors", ()))
    except (msgspec.DecodeError, KeyError, TypeError):
        return Refusal(f"{answer.request.url} answered {answer.status_code} {answer.reason_phrase}.")
    if challenge:
        return StepNeeded(detail, challenge=challenge)
    if fields:
        return Invalid(detail, fields)
    return _KINDS.get(answer.status_code, Refusal)(detail)
