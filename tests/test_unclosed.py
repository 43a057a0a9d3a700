"""What is left open fails a test, but for connections of the driver of MongoDB."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys

import pytest
from pymongo.network_layer import PyMongoProtocol

from .unclosed import of_the_driver


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return of each warning about something unclosed whether it is of the driver."""
    found: list[bool] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: found.append(of_the_driver(one)))
    return found


def _connected(listening: socket.socket, *, like_the_driver: bool) -> socket.socket:
    one = socket.create_connection(listening.getsockname())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, like_the_driver)
    return one


@pytest.mark.parametrize("like_the_driver", [True, False])
def test_a_socket_is_told(told: list[bool], like_the_driver: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        _connected(listening, like_the_driver=like_the_driver)
        gc.collect()
    assert told == [like_the_driver]


@pytest.mark.parametrize("like_the_driver", [True, False])
def test_a_transport_is_told_with_its_socket(told: list[bool], like_the_driver: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        protocol = PyMongoProtocol if like_the_driver else asyncio.Protocol

        async def leave() -> None:
            one = _connected(listening, like_the_driver=like_the_driver)
            one.setblocking(False)
            await asyncio.get_running_loop().create_connection(protocol, sock=one)

        loop = asyncio.new_event_loop()
        loop.run_until_complete(leave())
        loop.close()
        del loop
        gc.collect()
    assert told == [like_the_driver] * 2  # the transport, and its socket
