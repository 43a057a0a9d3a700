"""Problem details (RFC 9457): one table from kinds of refusal to statuses, and one place that renders."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import msgspec

from realinsights_platform import errors
from realinsights_platform.errors import FieldError, Refusal, used_up
from realinsights_platform.http.answers.answer import ENCODER
from realinsights_platform.http.preconditions import MalformedHeader, PreconditionRequired

PROBLEM_JSON: Final = b"application/problem+json"


class MalformedBody(Refusal):
    """A body that is not what its media type says."""


class TooSlow(Refusal):
    """A request that did not come in time."""


class UnsupportedMedia(Refusal):
    """A body of a media type that this route does not read."""


class NoSuchAddress(Refusal):
    """A path that nothing answers."""

    def __init__(self) -> None:
        super().__init__("There is nothing at this address")


class MethodNotAllowed(Refusal):
    """A method that a path does not know; `allow` are those it does."""

    def __init__(self, allow: str) -> None:
        super().__init__("This address does not know the method")
        self.allow = allow


STATUSES: Final[Mapping[type[Refusal], HTTPStatus]] = MappingProxyType(
    {
        MalformedBody: HTTPStatus.BAD_REQUEST,
        MalformedHeader: HTTPStatus.BAD_REQUEST,
        errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
        errors.Forbidden: HTTPStatus.FORBIDDEN,
        errors.NotFound: HTTPStatus.NOT_FOUND,
        NoSuchAddress: HTTPStatus.NOT_FOUND,
        MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
        errors.Conflict: HTTPStatus.CONFLICT,
        errors.Closed: HTTPStatus.GONE,
        errors.Stale: HTTPStatus.PRECONDITION_FAILED,
        errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        UnsupportedMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
        PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
        errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
        errors.OverQuota: HTTPStatus.INSUFFICIENT_STORAGE,
        errors.DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
        errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        TooSlow: HTTPStatus.REQUEST_TIMEOUT,
    }
)


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What went wrong with a request. `detail` is for people; `errors` names every bad field.

    `challenge` is sent back with the next step of a sign-in, where one is needed.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: tuple[FieldError, ...] = ()
    challenge: str = ""


def refusal_status(refusal: Refusal) -> HTTPStatus:
    """Return the status of a refusal: its own kind's, or that of the nearest kind it derives from."""
    return next((STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES), HTTPStatus.BAD_REQUEST)


def problem_of(error: Exception, *, path: str, request_id: str) -> tuple[ProblemDetails, list[tuple[bytes, bytes]]]:
    """Return an error as a problem, and the headers that go with it. What is not a refusal says nothing of itself."""
    headers: list[tuple[bytes, bytes]] = []
    fields: tuple[FieldError, ...] = ()
    error = used_up(error) or error
    if isinstance(error, Refusal):
        status = refusal_status(error)
        detail = error.message
        if isinstance(error, errors.Invalid | errors.Conflict):
            fields = error.fields
        elif isinstance(error, errors.TooMany):
            headers.append((b"retry-after", str(error.retry_after).encode()))
        elif isinstance(error, errors.Unavailable):
            # A move takes the writes of an organization for less than a second.
            headers.append((b"retry-after", b"1" if isinstance(error, errors.Moved) else b"5"))
        elif isinstance(error, errors.Unauthenticated):
            headers.append((b"www-authenticate", b"Bearer"))
        elif isinstance(error, MethodNotAllowed):
            headers.append((b"allow", error.allow.encode()))
    else:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        detail = "Something is wrong on our side; tell us the request id"
    problem = ProblemDetails(
        type="urn:realinsights:problem:" + status.phrase.lower().replace(" ", "-"),
        title=status.phrase,
        status=status.value,
        detail=detail,
        instance=path,
        request_id=request_id,
        errors=fields,
        challenge=error.challenge if isinstance(error, errors.StepNeeded) else "",
    )
    return problem, headers


def rendered(problem: ProblemDetails) -> bytes:
    """Return a problem as JSON."""
    return ENCODER.encode(problem)
