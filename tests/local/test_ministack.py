"""The local cloud as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from local import ministack
from local.processes import Process

LISTENING = "0A"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, str]]:
    process, endpoint = ministack.start(tmp_path_factory.mktemp("cloud"))
    with process:
        yield process, endpoint


def descendants(pid: int) -> set[int]:
    found, parents = {pid}, {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended while we looked
            continue
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening(pids: set[int]) -> set[str]:
    """Addresses that these processes listen on, as /proc writes them (bytes of an IPv4 address in reverse)."""
    sockets = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                sockets.add(str(descriptor.readlink()))
            except OSError:
                continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, address, _, state, *rest = line.split()
            if state == LISTENING and f"socket:[{rest[5]}]" in sockets:
                found.add(address.partition(":")[0])
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux says who listens where")
def test_it_listens_on_loopback_only(cloud: tuple[Process, str]) -> None:
    process, endpoint = cloud
    assert requests.get(f"{endpoint}/_ministack/ready", timeout=30).status_code < 500
    assert listening(descendants(process.pid)) == {"0100007F"}


def test_it_knows_nothing_of_the_caller_s_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    environment = ministack._environment(4566, tmp_path)
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert not {"AWS_PROFILE", "HTTPS_PROXY"} & set(environment)
