"""`freeze MERCHANT --reason WHY` and `unfreeze`: the switch of one shop, turned through the API, as an operator.

Turned for the version that was seen, so that two operators never undo each other unawares. Freezing is asked again
until no gate waits for the shop: one request hands over a hundred.
"""

from __future__ import annotations

from typing import Any

from operations.errors import Refused
from operations.places import OPERATOR, Place
from operations.printing import instant, say, table

ROUNDS = 1000  # of a hundred gates each


def show(place: Place, merchant_id: str) -> dict[str, Any]:
    """The shop, and every turn of its switch. Raises Refused when there is no such shop."""
    answer = place.api.call("GET", f"/merchants/{merchant_id}", user=OPERATOR)
    if answer.status in (400, 404):
        raise Refused(f"there is no merchant {merchant_id} on the stage {place.stage}")
    shop = answer.expect(200)
    say(f"{merchant_id} ({shop['kind']}) is {'FROZEN' if shop['frozen'] else 'not frozen'}, version {shop['version']}")
    turns = [("frozen" if turn["frozen"] else "let go", instant(turn["at"]), turn["by"]) for turn in shop["freezes"]]
    table("The switch", ("turned to", "at", "by"), turns)
    return shop


def turn(place: Place, merchant_id: str, reason: str, *, frozen: bool) -> int:
    """Turns the switch; answers how many gates were handed over to the platform. Raises Refused."""
    shop = show(place, merchant_id)
    if shop["frozen"] == frozen and not frozen:
        say("Nothing was changed.")
        return 0
    handed = 0
    for _ in range(ROUNDS):
        shop = _turned(place, merchant_id, reason, shop["version"], frozen=frozen)
        handed += shop["handed_over"]
        if not shop["more"]:
            break
    if frozen:
        say(f"{merchant_id} is frozen. {handed} gates that waited for it wait for the platform now: `due` lists them.")
    else:
        say(f"{merchant_id} is let go. What was handed over stays with the platform.")
    return handed


def _turned(place: Place, merchant_id: str, reason: str, version: int, *, frozen: bool) -> dict[str, Any]:
    body = {"frozen": frozen, "reason": reason}
    path = f"/merchants/{merchant_id}/freeze"
    answer = place.api.call("PUT", path, user=OPERATOR, body=body, version=version)
    if answer.code == "VersionMismatch":
        now = place.get(f"/merchants/{merchant_id}")
        # Our own request may have been sent twice, because its first answer was lost: then all is as we want it.
        if now["frozen"] == frozen and now["version"] == version + 1:
            return _turned(place, merchant_id, reason, now["version"], frozen=frozen)
    if answer.status != 200:
        raise Refused(f"{answer.code or answer.status}: {answer.body.get('detail', '')}")
    return answer.body
