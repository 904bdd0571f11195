"""Role × route × ownership: every cell of the table has exactly one outcome, and each is tried at the real door.

The table itself is chalicelib/api/access.py; what each cell must come to is derived from it here and written into
docs/authorization.md, which a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from chalicelib.api.access import ACCESS, Rule
from chalicelib.domain.actors import READS_EVERYTHING
from tests.api import matrix
from tests.api.gateway import call
from tests.flows.definitions import ROOT
from tests.security.attempts import Attempt
from tests.security.doors import behind
from tests.standins.shops import sell, shop

NAME = "authorization"
PAGE = ROOT / "docs" / "authorization.md"
Route = tuple[str, str]

# Who comes, by his token. The thing is b1's at m1: for the first of a role it is his own, for the second a foreign one.
CALLERS: Mapping[str, str] = {
    "buyer, own": "buyer:b1",
    "buyer, another's": "buyer:b2",
    "merchant, own": "merchant:anna:m1",
    "merchant, another's": "merchant:rita:m2",
    "agent": "agent:a1",
    "supervisor": "supervisor:s1",
    "operator": "operator:op1",
    "auditor": "auditor:au1",
    "orders": "orders:orders",
    "payments": "payments:payments",
    "logistics": "logistics:logistics",
    "stock": "stock:stock",
    "nobody": "",
    "a forger": "forged",
}
# What a marketplace shop does itself.
DECIDES = (
    "/decision",
    "/receipt",
    "/inspection",
    "/replacement",
    "/appointment",
    "/visit",
    "/estimate",
    "/repair",
    "/dispatch",
)
GUARDED = [route for route, rule in ACCESS.items() if not rule.is_open]
OPEN = [route for route, rule in ACCESS.items() if rule.is_open]


class Cell(NamedTuple):
    """`there`: the thing that is asked for is there."""

    route: Route
    who: str
    there: bool

    @property
    def stated(self) -> int:
        return outcome(ACCESS[self.route], self.route, self.who, there=self.there)

    def __str__(self) -> str:
        return f"{' '.join(self.route)} · {self.who} · {'there' if self.there else 'absent'}"


def outcome(rule: Rule, route: Route, who: str, *, there: bool) -> int:
    """The status that the rules state; 200 stands for done."""
    role, _, whose = who.partition(", ")
    if role in ("nobody", "a forger"):
        return 401
    if role not in rule.roles:
        return 403
    match rule.of:
        case "none":
            return 200
        case "policy" if role not in {*READS_EVERYTHING, "merchant"}:
            return 403  # a shop's own policy is for the shop and for staff; the platform's is for everybody
        case _ if not there or whose == "another's":
            return 404
        case "case" if route[1].endswith(DECIDES) and role not in ("merchant", "buyer"):
            return 403  # a marketplace shop decides itself, and takes its goods in itself
        case "case" if route[1].endswith("/extension") and role == "merchant":
            return 403  # the buyer is awaited: nobody asks for more of another's time
    return 200


def cells() -> Iterator[Cell]:
    for route in GUARDED:
        for who in CALLERS:
            for there in (True,) if ACCESS[route].of == "none" else (True, False):
                yield Cell(route, who, there)


def tried(cell: Cell) -> str | None:
    """What is otherwise than stated, of status and of what was written."""
    world = shop()
    sell(world)
    with behind(world):
        path, body = matrix.SCENES[cell.route](world)
        if not cell.there:
            path, body = matrix.absent(ACCESS[cell.route].of, path, body)
        before = len(world.records.saves)
        answer = call(cell.route[0], path, body, token=CALLERS[cell.who] or None, key="key-1")
    got = 200 if answer.status in (200, 201) else answer.status
    if got != cell.stated:
        return f"answered {answer.status} where {cell.stated} is stated: {answer.text[:200]}"
    if cell.stated != 200 and before != len(world.records.saves):
        return "refused, and written all the same"
    return None


def attempts() -> Iterator[Attempt]:
    for cell in cells():
        if cell.stated != 200:
            yield Attempt(str(cell), "deny by default", lambda cell=cell: tried(cell))


def controls() -> Iterator[Attempt]:
    for cell in cells():
        if cell.stated == 200:
            yield Attempt(str(cell), "who may, can", lambda cell=cell: tried(cell))


HEAD = """\
# Who may do what

Written by `python -m tests.security.authorization` from `chalicelib/api/access.py` and compared by a test;
`make security` tries each of its {count} cells at the door. The thing is a buyer's at a shop: **own** is theirs,
**another's** is the same thing asked for by another buyer or shop. `✓` is done, else the status: 403 a forbidden act,
404 what is not there or not theirs, 401 nobody. What is not there is 404 for everybody who may ask (`✓/404`), and 403
for all others.

| route | of | {names} |
|---|---|{rule}|
"""
TAIL = """
Nobody and a forger are 401 at every route above. Without a token, by design: {open}.
With a signature instead of a token (`docs/threat-model.md`): {signed}.
"""
SHOWN = [who for who in CALLERS if who not in ("nobody", "a forger")]


def page() -> str:
    head = HEAD.format(count=len(list(cells())), names=" | ".join(SHOWN), rule="---|" * (len(SHOWN) - 1) + "---")
    rows = [f"| `{' '.join(route)}` | {ACCESS[route].of} | {' | '.join(_words(route))} |" for route in GUARDED]
    open_, signed = _named("anybody"), _named("signature")
    tail = TAIL.format(open=open_, signed=signed)
    return head + "\n".join(rows) + "\n" + tail


def _named(of: str) -> str:
    return ", ".join(f"`{' '.join(route)}`" for route in OPEN if ACCESS[route].of == of)


def _words(route: Route) -> Iterator[str]:
    for who in SHOWN:
        stated = outcome(ACCESS[route], route, who, there=True)
        absent = outcome(ACCESS[route], route, who, there=False)
        word = "✓" if stated == 200 else str(stated)
        yield word if absent == stated else f"{word}/{absent}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
