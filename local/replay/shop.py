"""The retailer's shop on the stack: its policy, its endpoint at the merchants' stand-in, its customers' identities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import urllib3

from local.api import Api
from local.replay.names import Names
from local.replay.options import Mode
from local.stack import Stack
from local.users import User

OPERATOR = "operator-1"
AUTOMATIC_BELOW = {"GBP": 2000}
MAKING_USERS = 4  # threads
ADDRESS = {"name": "Returns desk", "phone": "+44 20 7946 0000", "address": "1 Returns Lane, London", "country": "GB"}


def open_shop(
    stack: Stack, api: Api, names: Names, *, first_order: datetime, window_days: int, mode: Mode = "refunds"
) -> None:
    """A marketplace shop that answers by signed callbacks, under a policy of its own. Where goods come back, its book
    says where to, and its own system receives and inspects them."""
    shop = names.merchant_id
    stack.directory.add(User(names.owner, "merchant", shop))
    details = {"name": "Online Retail (UCI)", "kind": "marketplace"}
    api.call("PUT", f"/merchants/{shop}", user=OPERATOR, body=details).expect(200, 201)
    policy = {
        "name": f"replay: {window_days} days, automatic below GBP 20.00, the shop above",
        "effective_from": (first_order - timedelta(days=1)).isoformat(),
        "windows": [{"days": window_days}],
        "auto_approve_below": AUTOMATIC_BELOW,
        "instant_up_to": {},
    }
    api.call("POST", f"/policies/{shop}", user=OPERATOR, body=policy, key=names.key("policy")).expect(201)
    address = {"url": f"{stack.merchant_url}/webhooks/{shop}"}
    secret = api.call("PUT", f"/merchants/{shop}/webhook", user=names.owner, body=address).expect(200, 201)["secret"]
    if mode == "returns":
        book = {"entries": [{"address_id": "main", "address": ADDRESS}]}
        api.call("PUT", f"/merchants/{shop}/return-addresses", user=names.owner, body=book).expect(200, 201)
    _tell_stand_in(stack, shop, secret, warehouse=mode == "returns")


def _tell_stand_in(stack: Stack, shop: str, secret: str, *, warehouse: bool) -> None:
    """The shop's own system learns its secret and its rule: it approves whatever it is asked."""
    rule = {"kind": "approve", "warehouse": warehouse}
    told = {"merchant_id": shop, "secret": secret, "api_url": stack.api_url, "rule": rule}
    reply = urllib3.request(
        "POST",
        f"{stack.merchant_url}/merchants",
        json=told,
        headers={"Authorization": f"Bearer {stack.merchant_key}"},
    )
    if reply.status != 200:
        raise RuntimeError(f"the merchants' stand-in did not take the shop: {reply.status} {reply.data[:300]!r}")


def make_customers(stack: Stack, names: Names, customers: Iterable[str]) -> int:
    """Real users with tokens of their own: each case is filed by its buyer. Answers how many there are."""
    buyers = sorted({names.buyer_id(customer) for customer in customers})
    stack.directory.add_all((User(buyer, "buyer") for buyer in buyers), MAKING_USERS)
    return len(buyers)
