"""The table of paths: which application answers a method of a path."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from realinsights_platform.http.answers.answer import Answer
from realinsights_platform.http.answers.problems import MethodNotAllowed, NoSuchAddress
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.http.routes.declaring import Declaration

PARAMETER: Final = re.compile(r"\{(\w+)\}")
"""A segment that stands for any text, such as `{loan_id}`."""


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    methods: dict[str, tuple[ASGIApp, tuple[str, ...]]] = field(default_factory=dict)


class Paths:
    """The table of what answers each path and method; `otherwise` answers what begins like none of ours.

    A segment that is written out goes before a parameter. A slash at the end, and several in a row, make no difference.
    """

    def __init__(self, otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._root = _Node()
        self._written_out: dict[str, _Node] = {}

    def add(self, path: str, method: str, app: ASGIApp) -> None:
        """Let an application answer a method of a path; raises `Declaration` where one does already."""
        node = self._root
        for segment in path[1:].split("/"):
            if PARAMETER.fullmatch(segment) is None:
                node = node.children.setdefault(segment, _Node())
            else:
                node.parameter = node = node.parameter or _Node()
        names = tuple(PARAMETER.findall(path))
        if method in node.methods:
            raise Declaration(f"{method} {path} is declared twice")
        node.methods[method] = (app, names)
        allowed = {*node.methods, "OPTIONS"}
        node.methods["OPTIONS"] = (Answer(204, [(b"allow", _names(allowed).encode())]), ())
        if not names:
            self._written_out[path] = node

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a request; raises `NoSuchAddress` and `MethodNotAllowed`."""
        # No coroutine function: that would cost every request one more.
        values: list[str] = []
        node = self._written_out.get(scope["path"]) or self._found(scope["path"], values)
        if node is None:
            return self._otherwise(scope, receive, send)
        known = node.methods.get(scope["method"])
        if known is None:
            raise MethodNotAllowed(_names(set(node.methods)))
        app, names = known
        if names:
            exchange_of(scope).path_parameters = dict(zip(names, values, strict=True))
        return app(scope, receive, send)

    def _found(self, path: str, values: list[str]) -> _Node | None:
        node = self._root
        for segment in path.split("/"):
            if not segment:
                continue
            child = node.children.get(segment)
            if child is None:
                child = node.parameter
                if child is None:
                    if node is self._root:
                        return None
                    raise NoSuchAddress
                values.append(segment)
            node = child
        if node.methods:
            return node
        if node is self._root:
            return None
        raise NoSuchAddress


def _names(methods: set[str]) -> str:
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
