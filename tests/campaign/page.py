"""docs/faults.md: every site with every kind of fault that was tried there. Also the checked-in list of sites."""

from __future__ import annotations

from pathlib import Path

from tests.campaign.judge import CLASSES
from tests.campaign.kinds import KINDS, MEANING
from tests.campaign.sites import Site
from tests.campaign.stories import STORIES
from tests.campaign.tally import Tally
from tests.flows.definitions import ROOT

PAGE: Path = ROOT / "docs" / "faults.md"
USUAL, DETOUR = "always", "after a fault"

HEAD = """\
# Faults: what was broken, where, and what got through

Written by `make campaign WRITE=1`; a test compares its sites with the calls that the stories make, so a call that is
new fails the build until it has stood the campaign. Every story of the refund ({stories}) runs in one process, with the
real use cases, listeners and state machine, a clock moved by hand, and stand-ins for AWS and partners behind a tap.
At each site the tap strikes:

{kinds}

Afterwards everything settles: nobody acts any more, deadlines pass, the provider answers, the sweeper comes by, and an
operator retries once what was parked. Then the provider's book, ledger, journal, refunds, timeline, published events,
webhooks, notifications and tallies must agree, and nobody may wait for ever (only persons are awaited, and the case
says why).

`{plans}` plans and `{seeds}` seeded simulations were run for this page; {found}.

| site (call, who makes it, what it writes) | reached | {names} |
|---|---|{rule}|
"""


def written(tally: Tally, usual: set[Site]) -> str:
    """The page. A number is how many plans struck there so; none of them may have got through."""
    got = ", ".join(f"{of.replace('_', ' ')} {tally.violations[of]}" for of in CLASSES)
    head = HEAD.format(
        stories=", ".join(name.replace("_", " ") for name in STORIES),
        kinds="\n".join(f"- **{kind}**: it {MEANING[kind]}" for kind in KINDS),
        plans=tally.plans,
        seeds=tally.seeds,
        found=f"what got through: {got}",
        names=" | ".join(KINDS),
        rule="---|" * (len(KINDS) - 1) + "---",
    )
    rows = [
        f"| `{site}` | {USUAL if site in usual else DETOUR} | "
        + " | ".join(str(tally.struck[site, kind] or "–") for kind in KINDS)
        + " |"
        for site in sorted(tally.sites)
    ]
    return head + "\n".join(rows) + "\n"


def listed(reached: str | None = None) -> set[Site]:
    """The sites of the checked-in page (those that are reached so)."""
    found = set()
    for line in PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else ():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 + len(KINDS) and cells[0].startswith("`") and reached in (None, cells[1]):
            found.add(_site(cells[0].strip("`")))
    return found


def untried() -> list[str]:
    """Sites of the page at which some kind of fault has not been tried."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| `") and "–" in line]


def _site(text: str) -> Site:
    name, _, writes = text.partition(" [")
    call, _, by = name.partition(" ")
    return Site(call, by, writes.removesuffix("]"))
