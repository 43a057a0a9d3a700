"""The OpenAPI 3.1 document, from the routes and the types that really decode and encode."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Sequence
from typing import Any, Final, Union, get_args, get_origin

import msgspec

from realinsights_platform.http.answers.answer import Json, Stream
from realinsights_platform.http.answers.problems import PROBLEM_JSON, ProblemDetails
from realinsights_platform.http.answers.sse import EventStream
from realinsights_platform.http.openapi.schemas import Schemas
from realinsights_platform.http.routes.binding import Binding
from realinsights_platform.http.routes.declaring import ServiceRoutes
from realinsights_platform.http.routes.handling import Handling

_EVENT: Final = {  # each event of a stream; its data is JSON
    "type": "object",
    "properties": {"event": {"type": "string"}, "id": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}

_MEDIA_TYPES: Final = {"PATCH": "application/merge-patch+json"}

_PROBLEMS: Final = {
    400: "The request cannot be read",
    401: "Nobody is signed in",
    403: "The caller's role does not allow it",
    404: "There is no such thing in the caller's organization",
    409: "It contradicts what is stored",
    412: "The version changed meanwhile",
    413: "The body is too large",
    415: "The body is of another media type",
    422: "Fields are not valid; each is named",
    428: "If-Match is missing",
    429: "Too many requests",
}


def openapi_document(
    handlings: Sequence[tuple[ServiceRoutes, Handling]], *, title: str, release: str
) -> dict[str, Any]:
    """Return the document as JSON-like values.

    Raises `Declaration` where two types have one name: clients are generated from these names.
    """
    schemas = _schemas([handling.binding for _, handling in handlings])
    paths: dict[str, dict[str, Any]] = {}
    for service, handling in handlings:
        operation = _operation(service.name, handling.binding, schemas)
        paths.setdefault(handling.path, {})[handling.binding.route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": release},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(service.name for service, _ in handlings)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(bindings: Sequence[Binding]) -> Schemas:
    taken: list[Any] = []
    given: list[Any] = [ProblemDetails]
    for binding in bindings:
        taken += (field.type for field in msgspec.structs.fields(binding.query.struct))
        if binding.body is not None:
            taken.append(binding.body_type)
        content = _content_type(binding.answer_type)
        if content is not None:
            given.append(content)
    return Schemas(taken=taken, given=given)


def _operation(service: str, binding: Binding, schemas: Schemas) -> dict[str, Any]:
    route = binding.route
    summary, _, description = (inspect.getdoc(route.handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": f"{service}.{route.handler.__name__}",
        "tags": [service],
        "summary": summary.rstrip("."),
        "parameters": list(_parameters(binding, schemas)),
        "responses": _responses(binding, schemas),
        "security": [] if route.permission is None else [{"bearer": []}],
    }
    if description.strip():
        operation["description"] = description.strip()
    if binding.body is not None:
        operation["requestBody"] = {
            "required": binding.body_default is inspect.Parameter.empty,
            "content": {
                _MEDIA_TYPES.get(route.method, "application/json"): {"schema": schemas.taken(binding.body_type)}
            },
        }
    elif route.streamed:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return operation


_BUSINESS_DATE = "The day as of which it is asked or done; without it, today in the organization's time zone"


def _parameters(binding: Binding, schemas: Schemas) -> Iterator[dict[str, Any]]:
    for name in binding.path:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for field in msgspec.structs.fields(binding.query.struct):
        if field.name == "business_date" and not binding.wanted & {"business_date", "unit"}:
            continue
        schema = schemas.taken(field.type)
        if field.default not in {None, msgspec.NODEFAULT}:
            schema["default"] = msgspec.to_builtins(field.default)
        described = {"description": _BUSINESS_DATE} if field.name == "business_date" else {}
        yield {"name": field.encode_name, "in": "query", "required": field.required, **described, "schema": schema}
    if "if_match" in binding.wanted:
        yield _header("If-Match", "The ETag of what is changed, or *", r'^(\*|"[!#-~]{0,255}")$', required=True)
    if binding.route.idempotent:
        yield _header(
            "Idempotency-Key", "A request with the same key within 24 hours returns the first answer", r"^[!-~]{1,255}$"
        )


def _header(name: str, description: str, pattern: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", "pattern": pattern},
    }


def _responses(binding: Binding, schemas: Schemas) -> dict[str, Any]:
    route = binding.route
    done: dict[str, Any] = {"description": "Done"}
    content = _content_type(binding.answer_type)
    if content is not None and route.status != 204:
        done["content"] = {route.media_type: {"schema": schemas.given(content)}}
    elif binding.answer_type is EventStream:
        done["content"] = {"text/event-stream": {"schema": _EVENT}}
    elif route.status != 204:
        done["content"] = {route.media_type: {"schema": {"type": "string"}}}
    if route.method == "GET" and content is not None:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    responses: dict[str, Any] = {str(route.status): done}
    if route.method == "GET" and content is not None:
        responses["304"] = {"description": "What the caller has is current"}
    for status in sorted(_problem_statuses(binding)):
        responses[str(status)] = {
            "description": _PROBLEMS[status],
            "content": {PROBLEM_JSON.decode(): {"schema": schemas.given(ProblemDetails)}},
        }
    return responses


def _problem_statuses(binding: Binding) -> set[int]:
    route = binding.route
    writes = route.method != "GET"
    statuses = {400, 401, 403, 404, 409, 422, 429}  # 403 of a public route too: what another site sends
    statuses |= {412, 413} if writes else set()
    statuses |= {415} if binding.body is not None or route.streamed else set()
    return statuses | {428} if "if_match" in binding.wanted else statuses


def _content_type(answer: Any) -> Any:
    """Return the type of an answer's JSON, None where it has none."""
    for member in get_args(answer) if get_origin(answer) in {Union, types.UnionType} else (answer,):
        origin = get_origin(member) or member
        if origin is Json:
            content = (*get_args(member), Any)[0]
            return None if content in {bytes, str, type(None)} else content
        if origin not in {None, type(None), bytes, str, EventStream, Stream, inspect.Signature.empty}:
            return member
    return None
