"""TLS in front of engines that are built without it: certificates, and a server that takes it off."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from realinsights import engines

from ..proxies import End, either, joined, pump

_DAY = datetime.timedelta(days=1)
_HANDSHAKE = b"\x16"


@dataclass(frozen=True)
class Authority:
    """An authority that signs certificates; `file` has its own one."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @property
    def file(self) -> Path:
        return self.folder / "authority.pem"

    def context(self, *, address: str) -> ssl.SSLContext:
        """Return what a server at an address needs, with a certificate that this authority has signed for it."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        certificate = _unsigned(_name("server"), self.name, key).add_extension(alternative, critical=False)
        chain = self.folder / f"{address}.pem"
        chain.write_bytes(
            certificate.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(chain)
        return made


def authority(folder: Path) -> Authority:
    """Make an authority that keeps its files in a folder."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    made = Authority(folder, key, _name(f"authority {folder.name}"))
    own = _unsigned(made.name, made.name, key).add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    made.file.write_bytes(own.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return made


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )


@asynccontextmanager
async def without_tls(context: ssl.SSLContext, target: int) -> AsyncIterator[int]:
    """Take TLS off what comes to a port and hand it to another one; yield the port.

    Who speaks no TLS is let through as well: a Sentinel that is built without it watches what clients reach with it.
    """
    loop = asyncio.get_running_loop()
    with socket.create_server((engines.LOOPBACK, 0)) as listening:
        listening.setblocking(False)
        open_ones: set[asyncio.Task[None]] = set()

        async def serve(accepted: socket.socket) -> None:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await _readable(accepted)
                secure = accepted.recv(1, socket.MSG_PEEK) == _HANDSHAKE
                reader = asyncio.StreamReader()
                protocol = asyncio.StreamReaderProtocol(reader)
                transport, _ = await loop.connect_accepted_socket(
                    lambda: protocol, accepted, ssl=context if secure else None
                )
                writer = asyncio.StreamWriter(transport, protocol, reader, loop)
                await joined(End(reader, writer), target, _both_ways)

        async def accept() -> None:
            while True:
                accepted, _ = await loop.sock_accept(listening)
                task = asyncio.create_task(serve(accepted))
                open_ones.add(task)
                task.add_done_callback(open_ones.discard)

        accepting = asyncio.create_task(accept())
        try:
            yield listening.getsockname()[1]
        finally:
            tasks = [accepting, *open_ones]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _both_ways(near: End, far: End) -> None:
    await either(pump(near.reader, far.writer), pump(far.reader, near.writer))


async def _readable(one: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(one, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(one)
