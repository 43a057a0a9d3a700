"""The mix: what users of many organizations ask, in the proportions of the roadmap, and what became of their edits."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.organizations import Template

DASHBOARD, LOAN, LIST, EXPORT, MEMBERS, EDIT = CLASSES = range(6)
NAMES = ("dashboard", "loan", "list of a word", "export", "members", "edit")
SHARES = (50, 20, 15, 3, 2, 10)

_SUM = sum(SHARES)


@dataclass(slots=True, eq=False)
class Request:
    """One request on its way: `item` is a loan's place or a word; `state` says what the organization had seen."""

    kind: int
    organization: int
    item: int | str
    data: bytes
    state: int


class Answer:
    """One answer as it came."""

    __slots__ = ("body", "head", "status")

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.partition(b"\r\n\r\n")
        self.head = head
        self.status = int(data[9:12])

    def header(self, name: bytes) -> bytes:
        """Return a header's value, empty where it is not there; `name` is in lower case."""
        start = self.head.lower().find(b"\r\n" + name + b":")
        if start < 0:
            return b""
        ends = self.head.find(b"\r\n", start + 2)
        return self.head[start + len(name) + 3 : ends if ends >= 0 else None].strip()

    def content(self) -> bytes:
        """Return the body as it was before it was sent in chunks or compressed."""
        body = _joined(self.body) if self.header(b"transfer-encoding") == b"chunked" else self.body
        return gzip.decompress(body) if self.header(b"content-encoding") == b"gzip" else body


def _joined(chunked: bytes) -> bytes:
    parts, place = [], 0
    while True:
        ends = chunked.index(b"\r\n", place)
        size = int(chunked[place:ends], 16)
        if not size:
            return b"".join(parts)
        parts.append(chunked[ends + 2 : ends + 2 + size])
        place = ends + 4 + size


class Mix:
    """Makes the requests for one server and keeps what its answers said: versions of loans, sequences, last answers.

    As the web does it, each request names the last change its user has seen answered. The last answer to each
    question is kept until something of its organization changes, so that all that are left can be checked.
    """

    def __init__(
        self, host: str, template: Template, tokens: Sequence[str], *, seed: int = 1, strict: bool = True
    ) -> None:
        """Make a mix; where it is not `strict`, answers that are no success are counted in `errors`."""
        self.errors = 0
        self._strict = strict
        self.template = template
        self.organizations = len(tokens)
        self.compared = 0
        self._draw = random.Random(seed)  # noqa: S311 - a repeatable load, not a secret
        self._heads: list[bytes] = []
        self.ask_at(host, tokens)
        self._afters = [b""] * len(tokens)
        self._versions: dict[tuple[int, int], bytes] = {}
        self._edited: set[tuple[int, int]] = set()  # loans whose edit is not answered yet
        self._edits = 0
        self._states = [0] * len(tokens)
        self._editing = [0] * len(tokens)
        self.kept: dict[tuple[int, int, int | str], Answer] = {}
        self._kept_of: list[set[tuple[int, int, int | str]]] = [set() for _ in tokens]

    def ask_at(self, host: str, tokens: Sequence[str]) -> None:
        """Ask another server from now on, which holds the same organizations, with tokens of its own."""
        self._heads = [
            f"Host: {host}\r\nAuthorization: Bearer {token}\r\nAccept-Encoding: gzip\r\n"
            f"Realinsights-Organization: {number}\r\n".encode()
            for number, token in enumerate(tokens)
        ]

    def any(self) -> Request:
        """Return the next request of the mix."""
        drawn = self._draw.random() * _SUM
        kind = 0
        while drawn >= SHARES[kind]:
            drawn -= SHARES[kind]
            kind += 1
        return self.of(kind)

    def of(self, kind: int) -> Request:
        """Return a request of a class, of any organization."""
        return self.one(kind, int(self._draw.random() * self.organizations))

    def one(self, kind: int, organization: int, item: int | str | None = None) -> Request:
        """Return a request of a class, of one organization; `item` is drawn where it is None."""
        if item is None:
            item = self._drawn(kind)
            while kind == EDIT and (organization, item) in self._edited:
                organization, item = int(self._draw.random() * self.organizations), self._drawn(kind)
        if kind == EDIT:
            return self._edit(organization, int(item))
        if kind == DASHBOARD:
            path = b"/api/v1/dashboard"
        elif kind == LOAN:
            path = b"/api/v1/loans/" + self.template.loan_id(organization, int(item)).encode()
        elif kind == LIST:
            path = f"/api/v1/loans?q={item}&limit=50".encode()
        else:
            path = b"/api/v1/loans/export" if kind == EXPORT else b"/api/v1/members"
        data = b"".join(
            (b"GET ", path, b" HTTP/1.1\r\n", self._heads[organization], self._afters[organization], b"\r\n")
        )
        return Request(kind, organization, item, data, self._states[organization])

    def answered(self, request: Request, data: bytes) -> None:
        """Take an answer; raises `RuntimeError` for one that is not 200."""
        answer = Answer(data)
        if answer.status != 200 and not self._strict:
            self.errors += 1
            self._forget(request)
            return
        if answer.status != 200:
            raise RuntimeError(f"{request.data[:300]!r} was answered {data[:600]!r}")
        organization = request.organization
        if request.kind == EDIT:
            loan = (organization, int(request.item))
            self._edited.discard(loan)
            self._editing[organization] -= 1
            self._states[organization] += 1
            self._versions[loan] = answer.header(b"etag")
            sequence = answer.header(b"realinsights-sequence")
            if _number(sequence) > _number(self._afters[organization]):
                self._afters[organization] = b"Realinsights-After: " + sequence + b"\r\n"
        elif request.state == self._states[organization] and not self._editing[organization]:
            key = (request.kind, organization, request.item)
            self.kept[key] = answer
            self._kept_of[organization].add(key)

    def _forget(self, request: Request) -> None:
        if request.kind == EDIT:
            self._edited.discard((request.organization, int(request.item)))
            self._editing[request.organization] -= 1
            self._states[request.organization] += 1

    def _drawn(self, kind: int) -> int | str:
        if kind == LIST:
            words = self.template.words
            return words[int(self._draw.random() * len(words))]
        if kind not in {LOAN, EDIT}:
            return 0
        return int(self._draw.random() * len(self.template.loans))

    def _edit(self, organization: int, loan: int) -> Request:
        self._edits += 1
        body = self.template.draft(organization, loan, f"{1_000_000 + self._edits}.{self._edits % 100:02}")
        version = self._versions.get((organization, loan), b'"1"')
        for key in self._kept_of[organization]:
            del self.kept[key]
        self._kept_of[organization].clear()
        self._states[organization] += 1
        self._editing[organization] += 1
        self._edited.add((organization, loan))
        data = b"".join(
            (
                b"PUT /api/v1/loans/",
                self.template.loan_id(organization, loan).encode(),
                b" HTTP/1.1\r\n",
                self._heads[organization],
                self._afters[organization],
                b"Content-Type: application/json\r\nIf-Match: ",
                version,
                b"\r\nContent-Length: %d\r\n\r\n" % len(body),
                body,
            )
        )
        return Request(EDIT, organization, loan, data, 0)


def _number(sequence: bytes) -> int:
    return int(sequence.rpartition(b"=")[2].strip() or 0)
