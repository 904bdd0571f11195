"""Free ports on 127.0.0.1, the only address anything here listens on."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Raised when a port that was asked for by number is in use."""


def choose(wanted: int = 0) -> int:
    """The wanted port if it is free, or any free one for 0. Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            raise PortTaken(f"port {wanted} is in use; choose another, or leave it out for a free one") from None
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether anything listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0
