"""No call goes untried: what the stories call is what docs/faults.md lists; every port's method is accounted for."""

from __future__ import annotations

import pytest

from chalicelib import ports
from tests.campaign import catalogue, page
from tests.campaign.catalogue import Undisturbed
from tests.campaign.kinds import KINDS
from tests.campaign.sites import CALLS

# Methods that leave no process, or that no story of the refund needs: reading for people, signatures. The search
# projection is broken by a machine of its own: tests/usecases/search_machine.py.
ELSEWHERE = {
    "clock": {"now", "pause"},
    "ids": {"new", "secret", "jitter"},
    "listings": {name for name in vars(ports.Listings) if not name.startswith("_")} - {"due", "awaited", "sold"},
    "webhooks": {"verify", "secret", "refuse_target", "disabled"},
    "provider_notices": {"verify"},
    "logistics_commands": {"tracker"},
    "logistics_notices": {"verify", "read", "acknowledgement", "contradicted", "unclaimed"},
    "evidence": {"link"},
    "search": {"find", "targets", "write"},
    # No refund needs its bill: each call of a reconciliation is broken in tests/usecases/test_reconciliation_faults.py.
    "bills": {"zone", "read", "find"},
    "reports": {"put", "link"},
    # Nobody listens in these stories; whoever does is broken, call by call, in tests/usecases/test_live_faults.py.
    "connections": {name for name in vars(ports.Connections) if not name.startswith("_")},
    "live": {name for name in vars(ports.Live) if not name.startswith("_")},
}


@pytest.fixture(scope="module")
def base() -> Undisturbed:
    return catalogue.undisturbed()


def test_every_story_ends_well_when_nothing_is_broken(base: Undisturbed) -> None:
    assert [] == [violation for outcome in base.values() for violation in outcome.violations]


def test_the_calls_that_the_stories_make_are_those_of_docs_faults(base: Undisturbed) -> None:
    reached = {site for outcome in base.values() for site, _ in outcome.sites}
    assert sorted(page.listed(page.USUAL)) == sorted(reached), "see what is new, then `make campaign WRITE=1`"


def test_every_kind_of_fault_was_tried_at_every_site() -> None:
    assert [] == page.untried()
    assert 16 <= len(page.listed()) and 8 == len(KINDS)


@pytest.mark.parametrize("port", [name for name in vars(ports.Ports) if not name.startswith("_")])
def test_a_method_of_a_port_is_broken_here_or_said_to_be_elsewhere(port: str) -> None:
    kind = ports.Ports.__dict__[port].fget.__annotations__["return"]
    methods = {name for name in vars(getattr(ports, kind)) if not name.startswith("_")}
    assert methods == {*CALLS.get(port, ()), *ELSEWHERE.get(port, ())}
