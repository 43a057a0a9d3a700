"""The AsyncAPI 3.0 document of the events that programs may read, from the types that encode and decode them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from realinsights_platform.events import Event, PublishedEvent, tag_of
from realinsights_platform.http.openapi.schemas import Schemas

ASYNCAPI_PATH: Final = "/asyncapi.json"

_DRAFT: Final = "application/schema+json;version=draft-07"
_ENVELOPE: Final = PublishedEvent.__name__


def asyncapi_document(events: Mapping[str, Sequence[type[Event]]], *, title: str, release: str) -> dict[str, Any]:
    """Return the document as JSON-like values; `events` are by service, and each service is a channel.

    A message is what `GET /events` lists and what an endpoint is sent. Raises `Declaration` where two types have one
    name: programs are generated from these names.
    """
    types = [event for published in events.values() for event in published]
    schemas = Schemas(taken=(), given=(PublishedEvent, *types))
    described = {name: _older(schema) for name, schema in schemas.components.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": release},
        "defaultContentType": "application/json",
        "channels": {
            service: {
                "address": service,
                "description": f"What happened in {service}, in the order in which it was committed",
                "messages": {tag_of(event): _to("messages", tag_of(event)) for event in published},
            }
            for service, published in events.items()
        },
        "operations": {
            f"{service}.happened": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{service}"},
                "messages": [{"$ref": f"#/channels/{service}/messages/{tag_of(event)}"} for event in published],
            }
            for service, published in events.items()
        },
        "components": {
            "messages": {tag_of(event): _message(event) for event in types},
            "schemas": {name: {"schemaFormat": _DRAFT, "schema": schema} for name, schema in described.items()},
        },
    }


def _message(event: type[Event]) -> dict[str, Any]:
    summary, _, description = (inspect.getdoc(event) or "").partition("\n")
    payload = {
        "allOf": [
            {"$ref": _reference(_ENVELOPE)},
            {
                "type": "object",
                "properties": {"type": {"const": tag_of(event)}, "data": {"$ref": _reference(event.__name__)}},
            },
        ]
    }
    message: dict[str, Any] = {"name": tag_of(event), "title": event.__name__, "summary": summary.rstrip(".")}
    if description.strip():
        message["description"] = re.sub(r"\n(?!\n)", " ", description.strip())
    return {**message, "payload": {"schemaFormat": _DRAFT, "schema": payload}}


def _to(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _reference(name: str) -> str:
    return f"#/components/schemas/{name}/schema"


def _older(schema: Any) -> Any:
    """Return a schema of 2020-12 in the words of draft 07, which AsyncAPI knows."""
    if isinstance(schema, list):
        return [_older(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    older = {key: _older(value) for key, value in schema.items()}
    if isinstance(older.get("$ref"), str):
        older["$ref"] = _reference(older["$ref"].rpartition("/")[2])
    if "prefixItems" in older:
        rest = older.pop("items", True)
        older |= {"items": older.pop("prefixItems"), "additionalItems": rest}
    return older
