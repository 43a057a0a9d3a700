"""Clients of MongoDB: how values are written, how long one waits, and what an outage looks like to a caller."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Generator, Sequence
from decimal import Decimal
from typing import Any, Final

from bson.codec_options import CodecOptions, TypeRegistry
from bson.decimal128 import Decimal128
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    InvalidURI,
    NetworkTimeout,
    PyMongoError,
    WaitQueueTimeoutError,
)
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from realinsights_platform.documents.mongo.metrics import Pools, Timing
from realinsights_platform.errors import DiskFull, Unavailable
from realinsights_platform.tasks import cancellations, heed

Fields = dict[str, Any]
"""What MongoDB calls a document, or a part of one."""

DATABASE: Final = "realinsights"
"""The database of a URL that names none."""

_DEFAULTS: Final = {
    "appname": "realinsights",
    "serverSelectionTimeoutMS": 3_000,
    "connectTimeoutMS": 3_000,
    "timeoutMS": 10_000,
    "maxPoolSize": 50,
    "waitQueueTimeoutMS": 3_000,
}
"""Options that a URL may state otherwise."""

_OUT_OF_DISK: Final = 14031


def _typed(value: Any) -> Any:
    """Return a value that BSON has no type for as one that it has: exact decimals, dates as midnight UTC."""
    if isinstance(value, Decimal):
        try:
            return Decimal128(value)
        except ArithmeticError:  # more digits than it holds
            return str(value)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    return value


CODEC: Final[CodecOptions[Fields]] = CodecOptions(
    tz_aware=True, tzinfo=datetime.UTC, type_registry=TypeRegistry(fallback_encoder=_typed)
)


def open_database(
    url: str, listeners: Sequence[CommandListener] = ()
) -> tuple[AsyncMongoClient[Fields], AsyncDatabase[Fields]]:
    """Return a client for a URL and its database; raises `ValueError` for a URL that is none.

    A commit counts once a majority has it, and reads see what a majority has. `listeners` hear of each command.
    """
    try:
        parsed = parse_uri(url)
    except (InvalidURI, PyMongoError) as error:
        raise ValueError(f"That is no URL of MongoDB: {error}") from None
    stated = {name.lower() for name in parsed["options"]}
    missing: dict[str, Any] = {name: value for name, value in _DEFAULTS.items() if name.lower() not in stated}
    client: AsyncMongoClient[Fields] = AsyncMongoClient(
        url, event_listeners=[Timing(), Pools(), *listeners], type_registry=CODEC.type_registry, **missing
    )
    database = client.get_database(
        parsed["database"] or DATABASE,
        codec_options=CODEC,
        # Whatever the URL says: who may be answered by a secondary is not for it to say (`secondaries.py`).
        read_preference=ReadPreference.PRIMARY,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern("majority", j=True),
    )
    return client, database


@contextlib.contextmanager
def answering() -> Generator[None, None, None]:
    """Turn what the driver raises when MongoDB does not answer into `Unavailable`."""
    before = cancellations()
    try:
        yield
    except (ConnectionFailure, NetworkTimeout, ExecutionTimeout, WaitQueueTimeoutError) as error:
        raise Unavailable("The database does not answer just now. Try again in a few seconds.") from error
    except PyMongoError as error:
        if getattr(error, "code", None) == _OUT_OF_DISK:
            raise DiskFull("There is no room left on the database's disk. Nothing of this was stored.") from error
        if error.timeout:
            raise Unavailable("The database does not answer in time. Try again in a few seconds.") from error
        raise
    # The driver, too, sends with what can swallow a cancellation; whoever is told to end must not go on.
    heed(before)
