"""Time stamps: with an authority's word not even who holds the signing key can write the past of an anchor anew."""

from __future__ import annotations

import datetime
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from realinsights_platform.documents.anchors import STAMP, Anchored, BadAnchor, read_key, read_lines, signed
from realinsights_platform.documents.time_stamps import check_stamps, read_authority, stamped

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="optional engine: openssl, as the authority")

_CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


class Authority:
    """An authority of its own making, reached over HTTP, that answers as RFC 3161 says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "tsa.cnf").write_text(_CONFIGURATION)
        (folder / "serial").write_text("01\n")
        subject = ["-subj", f"/CN={folder.name}"]
        usage = ["-addext", "extendedKeyUsage=critical,timeStamping"]
        made = ["-keyout", "key.pem", "-out", "certificate.pem", "-days", "3650"]
        openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made, *subject, *usage)

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request").write_bytes(request)
        signer = ["-inkey", "key.pem", "-signer", "certificate.pem"]
        openssl(self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request", "-out", "answer", *signer)
        return (self.folder / "answer").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authorities") / "clock")


@pytest.fixture(scope="module")
def address(authority: Authority) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def key(run: Any, tmp_path: Path) -> Path:
    file = tmp_path / "journal.key"
    assert run("--data", tmp_path / "data", "journal", "key", "create", file).code == 0
    return file


@pytest.fixture
def folder(tmp_path: Path, lend: Any) -> Path:
    lend(tmp_path / "data", "one", "two", "three")
    return tmp_path / "data"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "heads"


@pytest.fixture
def anchor(run: Any, folder: Path, key: Path, target: Path, address: str) -> Any:
    command = ("--data", folder, "journal", "anchor", target, "--key", key)
    return lambda *options, at=address: run(*command, *(("--time-stamp", at) if at else ()), *options)


@pytest.fixture
def verify(run: Any, folder: Path, key: Path, target: Path) -> Any:
    command = ("--data", folder, "journal", "verify", "--against", target, "--key", f"{key}.pub")
    return lambda *options: run(*command, *options)


class TestAnchor:
    def test_is_stamped_and_the_stamp_is_verified(self, anchor, verify, authority):
        assert anchor("--json").document["stamped"] is True
        answer = verify("--authority", authority.certificate, "--json")
        assert (answer.code, answer.document["stampedTo"]) == (0, 1)
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(answer.document["stampedAt"])
        assert abs(age) < datetime.timedelta(minutes=5)
        assert "The anchor up to line 1 was stamped on 20" in verify("--authority", authority.certificate).out
        assert "1 time stamps, which were not checked" in verify().out

    def test_goes_on_after_a_stamp_and_is_stamped_once_where_nothing_moved(self, anchor, folder, lend, target):
        assert (anchor().code, anchor().code) == (0, 0)
        assert [line.startswith(STAMP) for line in target.read_text().splitlines()] == [False, True]
        lend(folder, "four")
        assert anchor().code == 0
        assert [line.startswith(STAMP) for line in target.read_text().splitlines()] == [False, True, False, True]

    def test_is_kept_without_a_stamp_where_the_authority_is_away(self, anchor, target):
        answer = anchor(at="http://127.0.0.1:9/")
        assert answer.code == 1
        assert "Anchored 1 heads that had moved" in answer.error
        assert "did not answer" in answer.error
        assert len(target.read_text().splitlines()) == 1

    def test_without_stamps_is_not_taken_for_a_stamped_one(self, anchor, verify, authority, target):
        assert anchor(at=None).code == 0
        answer = verify("--authority", authority.certificate)
        assert answer.code == 1
        assert answer.error == f"Error: Nothing at {target} is time stamped. Anchor with --time-stamp URL.\n"


class TestCheck:
    """What is found in lines that somebody made who holds the signing key."""

    @pytest.fixture
    def secret(self, key: Path) -> Any:
        return read_key(key.read_text(), str(key), private=True)

    def lines(self, secret: Any, *, at: datetime.datetime) -> list[str]:
        return signed([Anchored(service="loans", org="acme", sequence=3, hash="a" * 64, at=at)], secret, after=[])

    def check(self, lines: list[str], secret: Any, authority: Authority) -> list[tuple[int, datetime.datetime]]:
        said = [None if anchored is None else anchored.at for anchored in read_lines(lines, secret)]
        return check_stamps(lines, said, read_authority(authority.certificate.read_bytes(), "it"))

    def test_a_line_that_claims_an_earlier_day_than_its_stamp(self, secret, authority):
        earlier = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=30)
        lines = self.lines(secret, at=earlier)
        lines.append(stamped(lines[-1], authority.answer))
        with pytest.raises(BadAnchor, match=r"Line 1 of the anchor says it is of .* it was written anew"):
            self.check(lines, secret, authority)

    def test_a_stamp_of_another_line(self, secret, authority):
        now = datetime.datetime.now(datetime.UTC)
        lines = self.lines(secret, at=now)
        stamp = stamped(lines[-1], authority.answer)
        others = self.lines(secret, at=now + datetime.timedelta(seconds=1))
        assert self.check([*lines, stamp], secret, authority)[0][0] == 1
        with pytest.raises(BadAnchor, match="Line 2 of the anchor is no stamp of the line before it"):
            self.check([*others, stamp], secret, authority)

    def test_a_stamp_by_another_authority(self, secret, authority, tmp_path):
        other = Authority(tmp_path / "other")
        lines = self.lines(secret, at=datetime.datetime.now(datetime.UTC))
        lines.append(stamped(lines[-1], other.answer))
        with pytest.raises(BadAnchor, match="by this time stamp authority"):
            self.check(lines, secret, authority)

    @pytest.mark.parametrize("stamp", [STAMP, f"{STAMP}AAAA", f"{STAMP}???"])
    def test_a_stamp_that_is_none(self, secret, authority, stamp):
        lines = [*self.lines(secret, at=datetime.datetime.now(datetime.UTC)), stamp]
        with pytest.raises(BadAnchor, match="Line 2 of the anchor is no stamp"):
            self.check(lines, secret, authority)

    def test_a_stamp_that_nothing_stands_before(self, secret, authority):
        (line,) = self.lines(secret, at=datetime.datetime.now(datetime.UTC))
        with pytest.raises(BadAnchor, match="Line 1 of the anchor is no stamp"):
            self.check([stamped(line, authority.answer)], secret, authority)

    def test_an_authority_that_answers_something_else(self, secret):
        (line,) = self.lines(secret, at=datetime.datetime.now(datetime.UTC))
        with pytest.raises(BadAnchor, match="no time stamp authority by RFC 3161"):
            stamped(line, lambda _: b"<html>")

    def test_an_answer_to_another_request(self, secret, authority):
        (line,) = self.lines(secret, at=datetime.datetime.now(datetime.UTC))
        taken: list[bytes] = []

        def replay(request: bytes) -> bytes:
            taken.append(authority.answer(request))
            return taken[0]

        stamped(line, replay)
        with pytest.raises(BadAnchor, match="stamped something else"):
            stamped(line, replay)

    def test_certificates_that_are_none(self, tmp_path):
        with pytest.raises(BadAnchor, match="holds no certificates"):
            read_authority(b"nothing", "file")
