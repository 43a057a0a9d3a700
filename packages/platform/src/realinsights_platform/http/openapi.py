"""The OpenAPI 3.1 document, from the routes and the types that really decode and encode."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, get_args, get_origin

import msgspec
from litestar.response import Response

from realinsights_platform.http.binding import Binding, documented_path
from realinsights_platform.http.handling import Handling
from realinsights_platform.http.problems import PROBLEM_JSON, Problem
from realinsights_platform.http.responses import Json
from realinsights_platform.http.routing import ServiceRoutes
from realinsights_platform.http.sse import EventStream

_REFERENCE: Final = "#/components/schemas/{name}"
_PROBLEM: Final = PROBLEM_JSON.decode()
_DECIMAL_PATTERN: Final = r"^-?\d{1,20}(\.\d{1,20})?$"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")

_EVENT: Final = {  # each event of a stream; its data is JSON
    "type": "object",
    "properties": {"event": {"type": "string"}, "id": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}

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
    """Return the document as JSON-like values."""
    types = _Types(binding for _, handling in handlings for binding in (handling.binding,))
    paths: dict[str, dict[str, Any]] = {}
    for service, handling in handlings:
        path = documented_path(handling.path)
        operation = _operation(service.name, handling.binding, types)
        paths.setdefault(path, {})[handling.binding.route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": release},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(service.name for service, _ in handlings)],
        "paths": paths,
        "components": {
            "schemas": types.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


class _Types:
    """Schemas of every type that a route takes or gives, made in one go so that they share their components."""

    def __init__(self, bindings: Iterator[Binding]) -> None:
        wanted: list[Any] = [Problem]
        for binding in bindings:
            wanted += (field.type for field in msgspec.structs.fields(binding.query))
            if binding.body is not None:
                wanted.append(binding.body_type)
            content = _content_type(binding.answer_type)
            if content is not None:
                wanted.append(content)
        schemas, components = msgspec.json.schema_components(wanted, ref_template=_REFERENCE)
        self._schemas = [(type_, _tidied(schema)) for type_, schema in zip(wanted, schemas, strict=True)]
        self.components = {_safe(name): _tidied(schema) for name, schema in components.items()}

    def schema(self, type_: Any) -> dict[str, Any]:
        for known, schema in self._schemas:
            if known is type_ or known == type_:
                return dict(schema)
        raise KeyError(type_)


def _operation(service: str, binding: Binding, types: _Types) -> dict[str, Any]:
    route = binding.route
    summary, _, description = (inspect.getdoc(route.handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": f"{service}.{route.handler.__name__}",
        "tags": [service],
        "summary": summary.rstrip("."),
        "parameters": list(_parameters(binding, types)),
        "responses": _responses(binding, types),
        "security": [] if route.permission is None else [{"bearer": []}],
    }
    if description.strip():
        operation["description"] = description.strip()
    if binding.body is not None:
        operation["requestBody"] = {
            "required": binding.body_default is inspect.Parameter.empty,
            "content": {"application/json": {"schema": types.schema(binding.body_type)}},
        }
    elif route.streamed:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return operation


def _parameters(binding: Binding, types: _Types) -> Iterator[dict[str, Any]]:
    for name in binding.path:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for field in msgspec.structs.fields(binding.query):
        if field.name == "business_date" and not binding.wanted & {"business_date", "unit"}:
            continue
        schema = types.schema(field.type)
        if field.default not in {None, msgspec.NODEFAULT}:
            schema["default"] = msgspec.to_builtins(field.default)
        yield {"name": field.encode_name, "in": "query", "required": field.required, "schema": schema}
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


def _responses(binding: Binding, types: _Types) -> dict[str, Any]:
    route = binding.route
    done: dict[str, Any] = {"description": "Done"}
    content = _content_type(binding.answer_type)
    if content is not None and route.status != 204:
        done["content"] = {route.media_type: {"schema": types.schema(content)}}
    elif binding.answer_type is EventStream:
        done["content"] = {"text/event-stream": {"schema": _EVENT}}
    elif route.status != 204:
        done["content"] = {route.media_type: {"schema": {"type": "string"}}}
    if route.method == "GET" and content is not None:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    responses: dict[str, Any] = {str(route.status): done}
    if route.method == "GET" and content is not None:
        responses["304"] = {"description": "What the caller has is current"}
    for status in _problem_statuses(binding):
        responses[str(status)] = {
            "description": _PROBLEMS[status],
            "content": {_PROBLEM: {"schema": types.schema(Problem)}},
        }
    return responses


def _problem_statuses(binding: Binding) -> Iterator[int]:
    route = binding.route
    yield 400
    yield 401
    yield 403  # of a public route: what another site sends
    yield 404
    yield 409
    if route.method != "GET":
        yield 412
        yield 413
    if binding.body is not None or route.streamed:
        yield 415
    yield 422
    if "if_match" in binding.wanted:
        yield 428
    yield 429


def _content_type(answer: Any) -> Any:
    """Return the type of an answer's JSON, None where it has none."""
    members = get_args(answer) if _is_union(answer) else (answer,)
    for member in members:
        origin = get_origin(member) or member
        if origin is Json:
            return (*get_args(member), Any)[0] if (*get_args(member), Any)[0] not in {bytes, str, type(None)} else None
        if origin in {None, type(None), bytes, str, EventStream, inspect.Signature.empty}:
            continue
        if isinstance(origin, type) and issubclass(origin, Response):
            continue
        return member
    return None


def _is_union(type_: Any) -> bool:
    return type(type_).__name__ in {"Union", "UnionType", "_UnionGenericAlias"}


def _tidied(schema: Any) -> Any:
    """Return a schema with names that OpenAPI allows, and decimals that say how they look."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidied(value) for key, value in schema.items()}
    if isinstance(tidy.get("$ref"), str):
        prefix, _, name = tidy["$ref"].rpartition("/")
        tidy["$ref"] = f"{prefix}/{_safe(name)}"
    if tidy.get("format") == "decimal" and "pattern" not in tidy:
        tidy["pattern"] = _DECIMAL_PATTERN
    return tidy


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name).strip("_")
