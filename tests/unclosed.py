"""Connections that the driver of MongoDB leaves to garbage collection: no fault of the test that is running then.

A client that is closed, or an operation that is canceled, while a connection is being opened leaves its socket open
(https://github.com/mongodb/mongo-python-driver/pull/2805). What else is left open fails a test, as before.
"""

from __future__ import annotations

import socket
import sys


def of_the_driver(told: sys.UnraisableHookArgs) -> bool:
    """Tell whether a warning is about a socket of the driver, which keeps connections alive as nothing else here does.

    A transport is told by its protocol: its socket may be closed by then.
    """
    if not isinstance(told.exc_value, ResourceWarning):
        return False
    if isinstance(told.object, socket.socket):
        return bool(told.object.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
    transport = None if told.exc_traceback is None else told.exc_traceback.tb_frame.f_locals.get("self")
    protocol = getattr(transport, "_protocol", None)
    return type(protocol).__module__.startswith("pymongo.")


def pass_over() -> None:
    """Let no test fail by what the driver leaves open."""
    tell = sys.unraisablehook

    def hook(told: sys.UnraisableHookArgs, /) -> None:
        if not of_the_driver(told):
            tell(told)

    sys.unraisablehook = hook
