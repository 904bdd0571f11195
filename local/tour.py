"""`eval "$(python -m local.tour)"`: what the README's tour needs of the running stack, as variables of the shell.

The tour gets an order of its own each time, so that it can be taken again.
"""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime

from local import stack as stacks
from local.api import Api
from local.seed.goods import CUPS, TEA
from local.seed.orders import Basket
from local.seed.scene import Scene
from local.seed.shop import TEAHOUSE
from local.stack import Options, Stack

BUYER = "buyer-2"  # has no credit for instant refunds, so somebody decides
USERS = {
    "BUYER": BUYER,
    "MERCHANT": TEAHOUSE,
    "AGENT": "agent-1",
    "SUPERVISOR": "supervisor-1",
    "OPERATOR": "operator-1",
    "ORDERS": "orders",
}


def variables(stack: Stack) -> dict[str, str]:
    """The API's address, a token for each kind of person, and an order that was just delivered."""
    now = datetime.now(UTC)
    scene = Scene(stack, Api(stack.api_url, stack.directory.token), f"tour-{now:%H%M%S%f}", now)
    scene.bought(BUYER, TEAHOUSE, Basket([(TEA, 2), (CUPS, 1)], freight=1200))
    tokens = {name: stack.directory.token(user) for name, user in USERS.items()}
    return {"API": stack.api_url, **tokens, "ORDER": scene.order_id}


def main() -> int:
    stack = stacks.running(Options())
    if stack is None:
        print("nothing runs here: start `make run` in another terminal", file=sys.stderr)
        return 1
    for name, value in variables(stack).items():
        print(f"{name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
