"""Two hundred connections at once on the local stack: every one of them sees its whole case, once and in sequence.

Bounded in time and memory, and measured: `pytest -s` prints what it took.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect

from local.stack import Stack
from local.users import User
from tests.journeys.shops import Shop
from tests.journeys.viewers import address, ticket

CONNECTIONS, CASES, PEOPLE = 200, 5, 25  # eight connections of each of the platform's people
AT_ONCE = 20  # handshakes: one machine plays all of AWS, and a ticket lasts a minute
LONGEST, LARGEST = 120.0, 100_000_000  # seconds to connect them and, again, to tell them; bytes that the cloud grows by


async def opened(held: AsyncExitStack, url: str, case_id: str) -> ClientConnection:
    # A machine that others use too must not look like a connection that is gone.
    socket = await held.enter_async_context(connect(url, proxy=None, open_timeout=LONGEST, ping_timeout=LONGEST))
    await socket.send(json.dumps({"action": "subscribe", "case_id": case_id}))
    return socket


async def seen(socket: ClientConnection, last: str) -> tuple[list[int], int]:
    """The sequences that came, each once, until the last was told; and how many came again."""
    sequences: list[int] = []
    repeated = 0
    async for text in socket:
        message = json.loads(text)
        if message["type"] != "entry":
            assert "subscribed" == message["type"], message
            continue
        if message["sequence"] in sequences:
            repeated += 1
            continue
        sequences.append(message["sequence"])
        if message["what"]["code"] == last:
            return sequences, repeated
    raise AssertionError(f"the connection ended after {sequences}")


def memory(stack: Stack) -> int:
    """Bytes of the local cloud's own process, which holds all the connections; its leash is small."""
    port, sizes = stack.endpoint.rpartition(":")[2], [0]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_cloud = b"patched_ministack.py" in (folder / "cmdline").read_bytes()
            if is_cloud and f"GATEWAY_PORT={port}\0".encode() in (folder / "environ").read_bytes() + b"\0":
                sizes.append(int(re.findall(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[0]) * 1024)
        except OSError:
            continue
    return max(sizes)


def test_two_hundred_connections_see_everything_once(shop: Shop, stack: Stack) -> None:
    people = [f"agent-{uuid4().hex[:12]}" for _ in range(PEOPLE)]
    stack.directory.add_all(User(name, "agent") for name in people)
    stories = [shop.reviewed() for _ in range(CASES)]

    def tickets(first: int) -> list[str]:
        return [address(ticket(shop.api, people[n % PEOPLE])) for n in range(first, first + AT_ONCE)]

    async def crowd(held: AsyncExitStack) -> dict[str, Any]:
        before, began = memory(stack), time.monotonic()
        sockets: list[ClientConnection] = []
        for first in range(0, CONNECTIONS, AT_ONCE):
            urls = await asyncio.to_thread(tickets, first)
            cases = [stories[n % CASES].case_id for n in range(first, first + AT_ONCE)]
            sockets += await asyncio.gather(*map(partial(opened, held), urls, cases))
        listening = [asyncio.ensure_future(seen(socket, "RefundSettled")) for socket in sockets]
        connected = time.monotonic()
        for story in stories:
            await asyncio.to_thread(story.decide, "approve")
        async with asyncio.timeout(LONGEST):
            told = await asyncio.gather(*listening)
        done = time.monotonic()
        grown = memory(stack) - before
        return {"told": told, "connecting": connected - began, "telling": done - connected, "grown": grown}

    async def watched() -> dict[str, Any]:
        async with AsyncExitStack() as held:
            return await crowd(held)

    outcome = asyncio.run(watched())
    sequences = [sequence for sequence, _ in outcome["told"]]
    repeated = sum(times for _, times in outcome["told"])
    print(
        f"\n{CONNECTIONS} connections: open and subscribed in {outcome['connecting']:.1f} s, "
        f"{sum(map(len, sequences))} entries told {outcome['telling']:.1f} s after the first decision, "
        f"{repeated} repeated, the cloud grew by {outcome['grown'] / 1e6:.1f} to {memory(stack) / 1e6:.0f} MB"
    )
    assert CONNECTIONS == len(sequences)
    assert all(list(range(1, len(each) + 1)) == each for each in sequences)
    assert outcome["connecting"] < LONGEST
    assert memory(stack) > 0
    assert outcome["grown"] < LARGEST
