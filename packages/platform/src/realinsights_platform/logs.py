"""JSON logs: one line an event, with who and which request, never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, BinaryIO, Final

import msgspec
import structlog

REDACTED: Final = "[redacted]"

_SECRET_NAMES = re.compile(
    r"password|passphrase|secret|token|authorization|cookie|credential|api_?key|private_?key|signature", re.IGNORECASE
)
_SECRET_VALUES = re.compile(
    r"eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*"  # a JWT
    r"|(?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\bsecret_[A-Za-z0-9_.-]{20,}"  # an address that is a secret
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password in a URL
)
_DEEPEST = 6

Context = Callable[[], Mapping[str, str]]


def configure_logs(*, level: str = "info", output: BinaryIO | None = None, context: Context = dict) -> None:
    """Send every log line, the libraries' too, to `output` (standard error) as JSON; `context()` is added to each."""

    def add_context(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for name, value in context().items():
            event.setdefault(name, value)
        return event

    stream = output or sys.stderr.buffer
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        add_context,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redacted,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_Text(stream))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=lambda event, **options: _json(event, **options).decode()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def line_writer() -> Callable[[bytes], None]:
    """Return what writes a finished line where `configure_logs` said; lines that nobody wants go nowhere."""
    configuration = structlog.get_config()
    logger = configuration["logger_factory"]()
    if not isinstance(logger, structlog.BytesLogger):
        return lambda line: logger.msg(line.decode())
    return logger.msg if structlog.get_logger().is_enabled_for(logging.INFO) else _drop


def without_secrets(text: str) -> str:
    """Return a text without what looks like a secret."""
    return _SECRET_VALUES.sub(REDACTED, text)


def _drop(line: bytes) -> None:
    """Write nothing."""


def redacted(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of an event: what is called like one, and what looks like one."""
    for name, value in event.items():
        event[name] = _without_secrets(name, value, 0)
    return event


def _without_secrets(name: str, value: Any, depth: int) -> Any:
    if isinstance(value, int | float) or value is None:
        return value
    if _SECRET_NAMES.search(name):
        return REDACTED
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value, str_keys=True)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {str(key): _without_secrets(str(key), item, depth + 1) for key, item in value.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets("", item, depth + 1) for item in value]
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return _SECRET_VALUES.sub(REDACTED, text)


def _json(event: Any, **_: Any) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


class _Text:
    """What the standard library's handler writes text to."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "backslashreplace"))

    def flush(self) -> None:
        self._stream.flush()
