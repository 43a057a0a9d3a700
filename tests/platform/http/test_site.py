"""The web front end: files of a built folder, beside the API and never in front of it."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights_platform.http import site as module
from realinsights_platform.http.site import (
    CONTENT_TYPES,
    FolderSite,
    Site,
    SiteTooLarge,
    open_site,
    preferred_encodings,
)

from ..conftest import World, served

BUILT = Path(__file__).parents[3] / "web" / "out"

SCRIPT = b"console.log('a script');\n" * 100
GZIPPED = gzip.compress(SCRIPT, mtime=0)
FOREVER = "public, max-age=31536000, immutable"
SECURE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def a_build(folder: Path) -> Path:
    """Write a folder as a build leaves it; the brotli file need not be one."""
    return write(
        folder,
        {
            "index.html": b"<!doctype html><title>Home</title>",
            "loans/index.html": b"<!doctype html><title>Loans</title>",
            "loans/index.html.br": b"loans in brotli",
            "loans/index.txt": b"1:loans",
            "404.html": b"<!doctype html><title>Not here</title>",
            "404.html.gz": gzip.compress(b"<!doctype html><title>Not here</title>"),
            "favicon.svg": b"<svg/>",
            "robots.txt": b"User-agent: *",
            "_next/static/chunks/0a1b2c.js": SCRIPT,
            "_next/static/chunks/0a1b2c.js.br": b"brotli bytes",
            "_next/static/chunks/0a1b2c.js.gz": GZIPPED,
            "_next/static/media/inter.woff2": b"wOF2",
            "archive.gz": b"nothing is compressed into it",
            "loans/caf\u00e9 & co/index.html": b"<!doctype html><title>Caf\xc3\xa9</title>",
        },
    )


SCRIPT_PATH = "/_next/static/chunks/0a1b2c.js"


@asynccontextmanager
async def client_of(world: World, site: Site) -> AsyncIterator[httpx.AsyncClient]:
    world.site = site
    async with world.client() as client:
        client.headers.pop("accept-encoding")
        yield client


@pytest.fixture
async def client(world: World, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(world, open_site(f"file://{a_build(tmp_path / 'out')}")) as client:
        yield client


async def raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """Return an answer and its body as it came over the wire."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.stream("GET", path, headers=named) as answer:
        return answer, b"".join([chunk async for chunk in answer.aiter_raw()])


class TestPages:
    async def test_a_folder_is_its_page(self, client: httpx.AsyncClient) -> None:
        for path, title in (("/", "Home"), ("/loans/", "Loans")):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert f"<title>{title}</title>" in answer.text
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["content-length"] == str(len(answer.content))
            assert answer.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize(
        ("asked", "page"),
        [
            ("/loans", "/loans/"),
            ("/loans?status=late&x=%2F", "/loans/?status=late&x=%2F"),
            ("/loans/index.html", "/loans/"),
            ("/index.html?x", "/?x"),
            ("/loans/caf%C3%A9%20%26%20co", "/loans/caf%C3%A9%20%26%20co/"),
        ],
    )
    async def test_other_ways_to_write_it_lead_there(self, client: httpx.AsyncClient, asked: str, page: str) -> None:
        answer = await client.get(asked)
        assert (answer.status_code, answer.headers["location"]) == (308, page)
        assert answer.headers["cache-control"] == "no-cache"
        assert (await client.get(page)).status_code == 200

    async def test_carries_what_a_browser_must_not_do(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/loans/")
        assert answer.headers.items() >= SECURE.items()
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers.get_list("content-security-policy") == ["frame-ancestors 'none'"]

    async def test_what_is_no_page_may_run_nothing(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/favicon.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers.items() >= SECURE.items()

    @pytest.mark.parametrize("path", ["/nothing", "/nothing/", "/loans/none/", "/loans//", "//loans/", "/favicon.svg/"])
    async def test_an_unknown_page_is_the_exported_one(self, client: httpx.AsyncClient, path: str) -> None:
        answer = await client.get("http://notes.test" + path)
        assert answer.status_code == 404
        assert "Not here" in answer.text
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
        assert answer.headers["cache-control"] == "no-cache"
        assert "etag" not in answer.headers

    async def test_an_unknown_page_stays_unknown_to_who_says_to_have_it(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/nothing/", headers={"If-None-Match": "*"})).status_code == 404

    async def test_without_an_exported_one_it_is_a_problem(self, world: World, tmp_path: Path) -> None:
        async with client_of(world, FolderSite(write(tmp_path / "out", {"index.html": b"Home"}))) as client:
            answer = await client.get("/nothing/")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


class TestFreshness:
    async def test_what_is_named_by_its_content_is_kept_for_ever(self, client: httpx.AsyncClient) -> None:
        for path in (SCRIPT_PATH, "/_next/static/media/inter.woff2"):
            assert (await client.get(path)).headers["cache-control"] == FOREVER

    async def test_everything_else_is_asked_for_again(self, client: httpx.AsyncClient) -> None:
        for path in ("/", "/loans/index.txt", "/favicon.svg", "/robots.txt"):
            assert (await client.get(path)).headers["cache-control"] == "no-cache"

    async def test_who_has_it_is_told_so(self, client: httpx.AsyncClient) -> None:
        for path in ("/", "/loans/", SCRIPT_PATH):
            tag = (await client.get(path)).headers["etag"]
            assert not tag.startswith("W/")
            for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
                answer = await client.get(path, headers={"If-None-Match": condition})
                assert (answer.status_code, answer.content) == (304, b"")
                assert answer.headers["etag"] == tag
                assert not {"content-type", "content-length", "content-encoding"} & set(answer.headers)
            assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200

    async def test_a_304_says_the_same_about_it(self, client: httpx.AsyncClient) -> None:
        """A browser puts its headers over those it has: another policy than the page's would break the page."""
        for path in ("/loans/", SCRIPT_PATH):
            whole = await client.get(path)
            known = await client.get(path, headers={"If-None-Match": whole.headers["etag"]})
            for name in ("content-security-policy", "cache-control", "vary", "permissions-policy"):
                assert known.headers[name] == whole.headers[name]

    async def test_each_representation_has_a_tag_of_its_own(self, client: httpx.AsyncClient) -> None:
        tags = {
            (await raw(client, SCRIPT_PATH, accept_encoding=encoding))[0].headers["etag"]
            for encoding in ("br", "gzip", "identity")
        }
        assert len(tags) == 3
        br = (await raw(client, SCRIPT_PATH, accept_encoding="br"))[0].headers["etag"]
        assert (await raw(client, SCRIPT_PATH, accept_encoding="gzip", if_none_match=br))[0].status_code == 200

    async def test_a_tag_is_the_content_s_not_the_file_s(self, world: World, tmp_path: Path) -> None:
        tags = set()
        for name in ("one", "two"):
            async with client_of(world, FolderSite(a_build(tmp_path / name))) as client:
                tags.add((await client.get("/")).headers["etag"])
        assert len(tags) == 1


class TestCompression:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("br;q=0.1, gzip;q=0.9", "gzip"),
            ("*", "br"),
            ("BR", "br"),
            ("identity", None),
            ("identity, br;q=0.5", None),
            ("deflate", None),
            ("", None),
        ],
    )
    async def test_the_client_says_what_it_gets(
        self, client: httpx.AsyncClient, accepted: str, encoding: str | None
    ) -> None:
        answer, came = await raw(client, SCRIPT_PATH, accept_encoding=accepted)
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert len(came) == int(answer.headers["content-length"])
        assert came == {"br": b"brotli bytes", "gzip": GZIPPED, None: SCRIPT}[encoding]

    async def test_without_a_word_it_gets_the_file_itself(self, client: httpx.AsyncClient) -> None:
        answer, came = await raw(client, SCRIPT_PATH)
        assert "content-encoding" not in answer.headers
        assert came == SCRIPT

    async def test_the_page_for_what_is_not_there_too(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/nothing/", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "Not here" in answer.text

    async def test_a_compressed_file_is_no_file_of_its_own(self, client: httpx.AsyncClient) -> None:
        assert (await client.get(SCRIPT_PATH + ".br")).status_code == 404
        assert (await client.get("/archive.gz")).content == b"nothing is compressed into it"

    @pytest.mark.parametrize(
        ("header", "encodings"),
        [
            ("", ()),
            ("br", ("br",)),
            ("gzip;q=1.0, br;q=1.0", ("br", "gzip")),
            ("gzip; q=0.5, *;q=0.1", ("gzip", "br")),
            ("identity;q=0", ()),
            ("gzip;q=high, br;q=2, *;q=nan", ()),
            (";;;,,,=", ()),
        ],
    )
    def test_preferences_are_read_as_they_are_meant(self, header: str, encodings: tuple[str, ...]) -> None:
        assert preferred_encodings(header) == encodings


class TestMethods:
    async def test_head_is_get_without_its_body(self, client: httpx.AsyncClient) -> None:
        for path in ("/", SCRIPT_PATH, "/nothing/", "/loans"):
            head, whole = await client.head(path), await client.get(path)
            assert head.content == b""
            assert head.status_code == whole.status_code
            ignored = {"x-request-id"}
            assert {k: v for k, v in head.headers.items() if k not in ignored} == {
                k: v for k, v in whole.headers.items() if k not in ignored
            }

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    async def test_other_methods_are_refused(self, client: httpx.AsyncClient, method: str) -> None:
        for path in ("/", "/loans", SCRIPT_PATH):
            answer = await client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await client.request(method, "/nothing")).status_code == 404


class TestOnlyWhatIsInTheFolder:
    @pytest.mark.parametrize(
        "path",
        [
            "/../secret",
            "/loans/../../secret",
            "/loans/../index.html",
            "/./loans/",
            "/..\\secret",
            "/loans\\index.html",
            "/loans/\0index.html",
            "/loans/index.html\0",
            "/C:/secret",
            "//etc/passwd",
            "/_next/",
            "/_next/static/",
            "/_next/static/chunks",
        ],
    )
    async def test_no_path_leads_anywhere_else(self, world: World, tmp_path: Path, path: str) -> None:
        """Paths as the application gets them: the server has decoded `%2e%2e`, `%5c` and `%00` before."""
        (tmp_path / "secret").write_text("hunter2")
        world.site = FolderSite(a_build(tmp_path / "out"))
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        await world.app()(scope, None, send)
        assert sent[0]["status"] == 404
        assert b"hunter2" not in sent[1]["body"]

    @pytest.mark.parametrize("path", ["/%2e%2e/secret", "/loans%2f..%2f..%2fsecret", "/..%5csecret", "/%00", "/%ff"])
    async def test_nor_does_an_encoded_one(self, client: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
        (tmp_path / "secret").write_text("hunter2")
        assert (await client.get(path)).status_code == 404

    async def test_links_are_not_followed(self, world: World, tmp_path: Path) -> None:
        folder = a_build(tmp_path / "out")
        write(tmp_path / "elsewhere", {"secret.txt": b"hunter2", "index.html": b"hunter2"})
        (folder / "secret.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
        (folder / "funds").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        (folder / "lost.txt").symlink_to(tmp_path / "nowhere")
        async with client_of(world, FolderSite(folder)) as client:
            for path in ("/secret.txt", "/funds/", "/funds/secret.txt", "/lost.txt"):
                assert (await client.get(path)).status_code == 404
            assert (await client.get("/")).status_code == 200

    async def test_the_folder_itself_may_be_one(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "current").symlink_to(a_build(tmp_path / "out"), target_is_directory=True)
        async with client_of(world, open_site(f"file://{tmp_path / 'current'}")) as client:
            assert (await client.get("/loans/")).status_code == 200

    async def test_a_rebuild_changes_nothing_in_a_running_process(self, world: World, tmp_path: Path) -> None:
        folder = a_build(tmp_path / "out")
        site = FolderSite(folder)
        async with site.ready(), client_of(world, site) as client:
            for file in folder.rglob("*.*"):
                file.unlink()
            assert (await client.get(SCRIPT_PATH)).content == SCRIPT

    async def test_a_folder_beyond_all_measure_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "LARGEST_SITE", 1024 * 1024)
        site = FolderSite(write(tmp_path, {"index.html": b"", "video.bin": b"0" * 1024 * 1024, "one": b"1"}))
        with pytest.raises(SiteTooLarge, match="more than 1 MiB"):
            async with site.ready():
                pass


class TestBesideTheApi:
    async def test_the_api_s_paths_are_its_own(self, world: World, tmp_path: Path) -> None:
        shadow = {f"{path}/index.html": b"shadow" for path in ("api", "api/v1/hello", "docs", "health/live", "metrics")}
        folder = write(a_build(tmp_path / "out"), {**shadow, "openapi.json/index.html": b"shadow"})
        async with client_of(world, FolderSite(folder)) as client:
            assert (await client.get("/api/v1/hello")).json() == {"hello": "you"}
            assert (await client.get("/health/live")).json() == {"status": "ok"}
            assert (await client.get("/openapi.json")).json()["openapi"].startswith("3.1")
            assert "swagger" in (await client.get("/docs")).text
            assert "realinsights_http_requests" in (await client.get("/metrics")).text
            for path in ("/api", "/api/", "/api/v1/hello/you", "/docs/x", "/health", "/metrics/x", "/openapi.json/"):
                assert "shadow" not in (await client.get(path)).text

    @pytest.mark.parametrize("path", ["/api", "/api/v1/nothing", "/api/v2/loans", "/health/nothing"])
    async def test_what_it_does_not_know_stays_a_problem(self, client: httpx.AsyncClient, path: str) -> None:
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_is_counted_by_few_names(self, client: httpx.AsyncClient) -> None:
        for path in ("/", "/loans/", "/loans", "/favicon.svg", SCRIPT_PATH, "/nothing/", "/nothing/at/all"):
            await client.get(path)
        metrics = (await client.get("/metrics")).text
        counted = set(re.findall(r'http_requests_total\{method="GET",route="([^"]+)"', metrics))
        assert counted == {"/{page}", "/_next/static/{file}", "unmatched"}


class TestThroughTheServer:
    """What a server does with answers that a test without one does not see."""

    async def test_head_on_one_connection_with_others(self, world: World, tmp_path: Path) -> None:
        world.site = FolderSite(a_build(tmp_path))
        async with served(world.app()) as address, httpx.AsyncClient(base_url=address) as online:
            for _ in range(2):
                for path in ("/loans/", SCRIPT_PATH, "/nothing/", "/loans"):
                    head, whole = await online.head(path), await raw(online, path)
                    assert (head.status_code, head.content) == (whole[0].status_code, b"")
                    assert head.headers["content-length"] == whole[0].headers["content-length"] == str(len(whole[1]))
            assert "realinsights_http_failures_total 0.0" in (await online.get("/metrics")).text

    async def test_paths_that_a_client_would_not_send(self, world: World, tmp_path: Path) -> None:
        write(tmp_path, {"secret": b"hunter2"})
        world.site = FolderSite(a_build(tmp_path / "out"))
        async with served(world.app()) as address:
            host, port = address.removeprefix("http://").split(":")
            for path in (
                "/../secret",
                "/%2e%2e/secret",
                "/..%2fsecret",
                "/..%5csecret",
                "/%00",
                "/loans/%2e%2e/",
                "/%FF",
            ):
                reader, writer = await asyncio.open_connection(host, int(port))
                writer.write(f"GET {path} HTTP/1.1\r\nHost: notes.test\r\nConnection: close\r\n\r\n".encode())
                answer = await reader.read()
                writer.close()
                assert answer.startswith(b"HTTP/1.1 404 "), path
                assert b"hunter2" not in answer


class TestAbsence:
    async def test_a_folder_that_is_not_built_says_how_to(self, world: World, tmp_path: Path) -> None:
        site = open_site(f"file://{tmp_path / 'out'}")
        async with site.ready(), client_of(world, site) as client:
            answer = await client.get("/")
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            assert "make web" in answer.text
            assert "/docs" in answer.text
            assert site.notice in answer.text
            assert (await client.head("/")).content == b""
            assert (await client.post("/")).status_code == 405
            assert (await client.get("/loans/")).headers["content-type"] == "application/problem+json"
            assert (await client.get("/api/v1/hello")).status_code == 200

    async def test_a_process_can_have_none(self, world: World) -> None:
        async with client_of(world, open_site("none://")) as client:
            answer = await client.get("/")
            assert answer.status_code == 404
            assert "make web" not in answer.text
            assert (await client.get("/health/live")).status_code == 200

    @pytest.mark.parametrize("url", ["web/out", "file://web/out", "https://example.com"])
    def test_what_is_no_folder_is_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="not supported"):
            open_site(url)


@pytest.mark.slow  # what is built may be of older sources, until `make test` builds it
@pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the web front end is not built here: make web")
class TestTheBuiltOne:
    async def test_every_file_is_answered_as_what_it_is(self, world: World) -> None:
        files = [file for file in BUILT.rglob("*") if file.is_file() and file.suffix not in {".br", ".gz"}]
        async with client_of(world, open_site(f"file://{BUILT}")) as client:
            for file in files:
                assert file.suffix in CONTENT_TYPES, f"{file} is of a kind that nobody has thought of"
                path = "/" + file.relative_to(BUILT).as_posix().removesuffix("index.html")
                answer, body = await raw(client, str(httpx.URL("http://notes.test").copy_with(path=path)))
                assert (answer.status_code, body) == (200, file.read_bytes()), path
                assert answer.headers["cache-control"] == (FOREVER if path.startswith("/_next/static/") else "no-cache")

    async def test_pages_name_only_files_that_are_there(self, world: World) -> None:
        async with client_of(world, open_site(f"file://{BUILT}")) as client:
            named = {
                path
                for page in BUILT.rglob("*.html")
                for path in re.findall(r'(?:src|href)="(/[^"#?]*)', page.read_text(encoding="utf-8"))
            }
            assert any(path.startswith("/_next/static/") for path in named)
            for path in sorted(named):
                assert (await client.get(path)).status_code in {200, 308}, path

    async def test_what_is_worth_it_comes_compressed_and_is_the_same(self, world: World) -> None:
        async with client_of(world, open_site(f"file://{BUILT}")) as client:
            for file in BUILT.rglob("*.js"):
                path = "/" + file.relative_to(BUILT).as_posix()
                if file.stat().st_size < 2048:
                    continue
                answer, body = await raw(client, path, accept_encoding="gzip")
                assert gzip.decompress(body) == file.read_bytes()
                smallest, _ = await raw(client, path, accept_encoding="gzip, br")
                assert smallest.headers["content-encoding"] == "br"
                assert int(smallest.headers["content-length"]) <= int(answer.headers["content-length"])

    def test_a_page_s_policy_allows_its_own_scripts_and_nothing_else(self) -> None:
        for page in BUILT.rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            head = r'<head><meta charSet="utf-8"/><meta http-equiv="Content-Security-Policy" content="([^"]+)"'
            policy = re.search(head, text)
            assert policy is not None, f"{page} has no policy at the top of its head"
            directives = {name: set(values) for name, *values in map(str.split, policy[1].split(";"))}
            inline = re.findall(r"<script\b(?![^>]*\ssrc=)[^>]*>(.*?)</script>", text, re.DOTALL)
            hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
            assert directives["script-src"] == {"'self'", *(f"'sha256-{digest}'" for digest in hashes)}
            assert directives["default-src"] == directives["base-uri"] == {"'none'"}
            assert directives["connect-src"] == directives["form-action"] == {"'self'"}
