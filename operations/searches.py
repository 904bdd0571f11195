"""`reindex`: the search index made anew from the table, while people search and write.

The one command that runs a use case of the product itself: a rebuild that were not the projection's own code could not
promise the same documents. It writes the index alone, which holds no facts (docs/decisions/0041-…).
"""

from __future__ import annotations

from contextlib import ExitStack

from chalicelib.usecases.searches import Rebuilt, rebuild
from local.replay.progress import Bar
from operations.places import Place
from operations.printing import console, say


def reindex(place: Place) -> Rebuilt:
    """Raises Refused where there is no search, and Fault when the new index does not come to equal the table."""
    indexes, known = place.search, sum(state["count"] for state in place.get("/monitor")["cases"])
    bars = {
        "writing": Bar(console(), "writing", known),
        "comparing": Bar(console(), "comparing with the table", known),
    }
    shown: set[str] = set()
    with ExitStack() as held:

        def tell(phase: str, many: int) -> None:
            if phase not in shown:
                held.close()  # rich shows one bar at a time
                held.enter_context(bars[phase])
                shown.add(phase)
            bars[phase].more(many)

        outcome = rebuild(place, indexes, place.scan.cases(), tell)
    _report(outcome)
    return outcome


def _report(outcome: Rebuilt) -> None:
    say(f"{outcome.index} holds {outcome.documents} cases, each compared with the table, and is searched now.")
    if outcome.before is None:
        say("There was no index before it.")
        return
    wrong = {"lacked": outcome.lacking, "had old": outcome.stale, "had too many": outcome.extra}
    told = ", ".join(f"{what} {many}" for what, many in wrong.items() if many)
    say(f"{outcome.before}, which it replaced, {told or 'was the same document by document'}.")
