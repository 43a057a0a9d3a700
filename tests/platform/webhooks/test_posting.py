"""Posting to destinations of others: to public addresses alone, whatever a name says and whatever answers."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
import trustme

from realinsights_platform.webhooks.destinations import Destinations, Unreachable
from realinsights_platform.webhooks.posting import MOST_READ, Posted, Poster

from .receivers import endless, hang, nonsense, receiving, status

PUBLIC = "93.184.216.34"


class Names:
    """A name server that says one thing after the other; the last one again and again."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = [*answers]
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def posted(
    url: str, destinations: Destinations, *, seconds: float = 5, tls: ssl.SSLContext | None = None
) -> Posted:
    poster = Poster(destinations, seconds=seconds, tls=tls)
    try:
        return await poster.post(url, headers={"content-type": "application/json"}, body=b"{}")
    finally:
        await poster.aclose()


async def refused(url: str, destinations: Destinations, *, seconds: float = 5) -> str:
    with pytest.raises(Unreachable) as raised:
        await posted(url, destinations, seconds=seconds)
    return str(raised.value)


HERE = Destinations(loopback=True)


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "127.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 - nothing is bound to it
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:0:53aa:64c:0:0:80ff:fffe",
            "ff02::1",
        ],
    )
    def test_that_lead_inside_are_none(self, address: str) -> None:
        assert not Destinations().may_be(address)

    @pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
    def test_of_everybody_are_fine(self, address: str) -> None:
        assert Destinations().may_be(address)
        assert Destinations(loopback=True).may_be(address)

    def test_of_this_machine_are_for_development(self) -> None:
        assert HERE.may_be("127.0.0.1")
        assert not HERE.may_be("10.0.0.1")
        assert not HERE.may_be("169.254.169.254")

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/",
            "ftp://example.com/",
            "https://user:secret@example.com/",
            "https:///hook",
            "https://example.com:99999/",
            "https://example.com/#part",
            "https://exämple.com/",
            "https://example.com/a b",
            "https://example.com/\r\nHost: evil",
            "https://" + "a" * 2000,
            "example.com",
        ],
    )
    def test_that_are_no_https_address_are_refused(self, url: str) -> None:
        with pytest.raises(Unreachable):
            Destinations().check_url(url)

    async def test_all_of_a_name_have_to_be_public(self) -> None:
        names = Destinations(resolve=Names([PUBLIC, "10.0.0.1"]))
        with pytest.raises(Unreachable, match=r"10\.0\.0\.1, which is not a public address"):
            await names.addresses("example.com", 443)

    async def test_of_a_name_that_is_not_found(self) -> None:
        async def unknown(host: str, port: int) -> Sequence[str]:
            raise OSError(-2, "Name or service not known")

        for resolve in (unknown, Names([])):
            with pytest.raises(Unreachable, match="example"):
                await Destinations(resolve=resolve).addresses("example.com", 443)


class TestPosting:
    async def test_what_is_sent_arrives_and_the_answer_is_told(self) -> None:
        async with receiving() as receiver:
            receiver.answers = [status(200, "Retry-After: 7", body=b"taken")]
            assert await posted(receiver.url("/a?b=c"), HERE) == Posted(200, "7", "taken")
        (request,) = receiver.requests
        assert request.head == "POST /a?b=c HTTP/1.1"
        assert request.body == b"{}"
        assert request.headers["host"] == f"127.0.0.1:{receiver.port}"

    async def test_a_name_is_connected_to_as_it_was_checked(self) -> None:
        async with receiving() as receiver:
            names = Names(["127.0.0.1"], ["10.0.0.1"])
            told = await posted(receiver.url(host="hooks.example"), Destinations(loopback=True, resolve=names))
            assert told.status == 204
            assert names.asked == 1
            assert receiver.requests[0].headers["host"] == f"hooks.example:{receiver.port}"

    async def test_a_name_that_leads_inside_by_then_is_not_connected_to(self) -> None:
        async with receiving() as receiver:
            names = Names([PUBLIC], ["127.0.0.1"])
            destinations = Destinations(resolve=names)
            url = receiver.url(host="hooks.example", scheme="https")
            assert await destinations.addresses(*destinations.check_url(url)) == (PUBLIC,)
            assert "127.0.0.1, which is not a public address" in await refused(url, destinations)
            assert receiver.connections == 0

    async def test_redirects_are_told_and_not_followed(self) -> None:
        async with receiving() as inner, receiving() as receiver:
            receiver.answers = [status(307, f"Location: {inner.url()}")]
            assert (await posted(receiver.url(), HERE)).status == 307
            assert inner.requests == []

    async def test_one_that_hangs_has_its_time(self) -> None:
        async with receiving() as receiver:
            receiver.answers = [hang]
            assert await refused(receiver.url(), HERE, seconds=0.3) == "no answer within 0.3 seconds"

    async def test_of_an_endless_answer_little_is_read(self) -> None:
        async with receiving() as receiver:
            receiver.answers = [endless]
            async with asyncio.timeout(10):
                told = await posted(receiver.url(), HERE)
            assert told.status == 200
            assert len(told.text) < MOST_READ

    async def test_what_is_no_http_and_a_closed_connection_are_told(self) -> None:
        async def close(writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with receiving() as receiver:
            receiver.answers = [nonsense]
            assert (await refused(receiver.url(), HERE)).startswith("no answer that can be read")
            receiver.answers = [close]
            assert (await refused(receiver.url(), HERE)).startswith("no answer that can be read")
        assert (await refused(receiver.url(), HERE)).startswith("no connection")

    async def test_a_certificate_of_nobody_s_is_refused_and_a_known_one_is_asked_for_by_name(
        self, tmp_path: Path
    ) -> None:
        authority = trustme.CA()
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("hooks.example").configure_cert(server)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        known = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        names = Destinations(loopback=True, resolve=Names(["127.0.0.1"]))
        async with receiving(server) as receiver:
            url = receiver.url(host="hooks.example", scheme="https")
            assert (await refused(url, names)).startswith("no connection")
            assert (await posted(url, names, tls=known)).status == 204
            other = receiver.url(host="other.example", scheme="https")
            with pytest.raises(Unreachable, match="no connection"):
                await posted(other, names, tls=known)
        assert len(receiver.requests) == 1
