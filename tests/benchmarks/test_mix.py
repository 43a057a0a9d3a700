from __future__ import annotations

import gzip

import pytest
from benchmarks.mix import DASHBOARD, EDIT, LOAN, Answer, Mix
from benchmarks.organizations import Template
from benchmarks.rows.mix import Size, check_same, measure
from benchmarks.table import Row

LOAN_ID = "019b0000-0000-7002-8000-ffffffffffff"
TEMPLATE = Template((LOAN_ID,), (b'{"id":"ffffffffffff","currentBalance":"BALANCE"}',), ("oak",), (), (), "[]")


def an_answer(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *headers, b"", body))


@pytest.fixture
def mix() -> Mix:
    return Mix("localhost", TEMPLATE, ["one", "two"])


class TestAnswer:
    def test_joins_chunks_and_decompresses(self) -> None:
        packed = gzip.compress(b"figures")
        chunks = b"%x\r\n%b\r\n1\r\n%b\r\n0\r\n\r\n" % (len(packed) - 1, packed[:-1], packed[-1:])
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"

        assert Answer(head + chunks).content() == b"figures"


class TestMix:
    def test_edits_the_version_that_the_last_answer_told(self, mix: Mix) -> None:
        first = mix.one(EDIT, 1, 0)
        mix.answered(first, an_answer(b"{}", b'etag: "2"', b"realinsights-sequence: loans=9"))
        second = mix.one(EDIT, 1, 0)

        assert b'If-Match: "1"\r\n' in first.data
        assert b'If-Match: "2"\r\n' in second.data
        assert b"Realinsights-After: loans=9\r\n" in second.data
        assert b'{"id":"000000000001","currentBalance":"' in second.data

    def test_keeps_answers_until_their_organization_changes(self, mix: Mix) -> None:
        for organization in (0, 1):
            mix.answered(mix.one(DASHBOARD, organization), an_answer(b"before"))
        edit = mix.one(EDIT, 1, 0)
        during = mix.one(LOAN, 1, 0)
        mix.answered(edit, an_answer(b"{}", b'etag: "2"'))
        mix.answered(during, an_answer(b"before or after"))

        assert [*mix.kept] == [(DASHBOARD, 0, 0)]

    def test_an_answer_that_is_none_stops_the_measurement(self, mix: Mix) -> None:
        with pytest.raises(RuntimeError, match="404"):
            mix.answered(mix.one(LOAN, 0, 0), b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")


def test_an_answer_that_differs_from_a_fresh_one_is_found() -> None:
    check_same("loan", Answer(an_answer(b"{}")), Answer(an_answer(b"{}")))
    with pytest.raises(AssertionError, match="loan is answered otherwise"):
        check_same("loan", Answer(an_answer(b"{}")), Answer(an_answer(b"[]")))


@pytest.mark.slow
def test_measures_a_few_small_organizations(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = measure(
        tmp_path_factory.mktemp("mix"),
        size=Size(organizations=6, loans=8, seconds=0.4, rounds=1, alone=6, touched=2),
    )

    assert len(rows) == 12
    assert all(isinstance(row, Row) and row.measured for row in rows)
