"""Every place of the contract where somebody may write freely, and for each route a request that writes at all of them.

A route or a field that is new is new here too: it is taken from the contract, and a test says what nobody writes at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.openapi.document import document
from tests.api.matrix import SCENES, Ask, Scene
from tests.security.canaries import canary, plain
from tests.standins import exchanges, repairs, returns, stages
from tests.standins.shops import decide, sell
from tests.standins.world import World

Json = Mapping[str, Any]
Route = tuple[str, str]
PATHS: Mapping[str, Any] = document()["paths"]
SCHEMAS: Mapping[str, Any] = document()["components"]["schemas"]
# What has a meaning to a machine: codes and numbers of somebody's system, addresses of the web, names of zones. Events
# name goods and reasons by them, and no person.
CODES = frozenset(
    "batch category code cursor flag provider reason refund_no region reasons sku time_zone url picture zone".split()
)
CALLBACKS: Route = ("POST", "/merchants/{merchant_id}/callbacks")
NOTICES: Route = ("POST", "/payments/notifications")
# What a payment system says its facts are about.
NUMBERS: Mapping[Route, frozenset[str]] = {
    NOTICES: frozenset("case_id chargeback_id currency order_id payment_id".split()),
}
CALLED_BACK: Mapping[str, str] = SCHEMAS["Callback"]["discriminator"]["mapping"]  # by type
NOTICED: tuple[str, ...] = tuple(SCHEMAS["PaymentNotice"]["properties"]["type"]["enum"])


def places(route: Route) -> set[str]:
    """Where a body may hold words: `lines.findings.note`."""
    method, path = route
    content = PATHS[path][method.lower()].get("requestBody", {}).get("content", {})
    return {place for each in content.values() for place in _places(each["schema"], "", route)}


def called_back(type: str) -> set[str]:
    """The same of a shop's signed answer of this type."""
    return set(_places({"$ref": CALLED_BACK[type]}, "", CALLBACKS))


def _places(schema: Json, at: str, route: Route) -> Iterator[str]:
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    for each in schema.get("anyOf", ()):
        yield from _places(each, at, route)
    if is_free(schema) and not is_code(at, route):
        yield at
    if "items" in schema:
        yield from _places(schema["items"], at, route)
    for name, each in schema.get("properties", {}).items():
        yield from _places(each, f"{at}.{name}".lstrip("."), route)


def is_free(schema: Json) -> bool:
    return schema.get("type") == "string" and not {"enum", "const", "pattern", "format"} & schema.keys()


def is_code(at: str, route: Route) -> bool:
    """In a policy and beside goods a reason is the code of one, a region its name; else somebody's words."""
    name = at.rpartition(".")[2]
    if name == "reason":
        return "/policies" in route[1]
    if name == "region":
        return "entries" in at
    return name in CODES or name in NUMBERS.get(route, ())


def written(route: Route, body: Any, at: str = "") -> Any:
    """The body with words at each of its places, and at those of its top that were left out."""
    if isinstance(body, list | tuple):
        return [written(route, each, at) for each in body]
    if not isinstance(body, Mapping):
        return words() if at in places(route) else body
    top = {place: None for place in places(route) if not at and "." not in place}
    return {name: written(route, each, f"{at}.{name}".lstrip(".")) for name, each in {**top, **body}.items()}


def words() -> str:
    return canary("words")


def named(body: Any, at: str = "") -> set[str]:
    """At which places words stand."""
    if isinstance(body, list | tuple):
        return {place for each in body for place in named(each, at)}
    if isinstance(body, Mapping):
        return {place for name, each in body.items() for place in named(each, f"{at}.{name}".lstrip("."))}
    return {at} if isinstance(body, str) and plain("words") in body else set()


def asking(route: Route, world: World) -> Ask:
    """A request that may be made there, with words wherever its body has a place for them."""
    path, body = {**SCENES, **WORDY}[route](world)
    return path, written(route, {**body, **MORE.get(route, {})})


def calling_back(type: str, world: World) -> Json:
    """The answer that a shop's own system signs: what it would say by hand, with words wherever there is a place."""
    if type == "extension":
        path, body = _shop_asks_for_time(world)
        body = written(("POST", "/cases/{case_id}/extension"), body)
    else:
        path, body = asking(("POST", f"/cases/{{case_id}}/{type}"), world)
    return {**body, "type": type, "case_id": path.split("/")[2]}


def _shop_asks_for_time(world: World) -> Ask:
    """By hand it is the buyer who asks, in the scene that there is."""
    sell(world, delivery=returns.DELIVERED)
    return f"/cases/{returns.sent(world)}/extension", {"reason": "-"}


def noticing(type: str, world: World) -> Json:
    """A payment system's notice, with words at each of its places and in a field of its own."""
    return {**written(NOTICES, {"type": type, **_ABOUT[type](world)}), "remark": words()}


def _of_refund(stage: Callable[[World], str]) -> Callable[[World], Json]:
    return lambda world: {"refund_no": world.refund(stage(world)).refund_no}


def _charged_back(world: World) -> Json:
    payment_id = world.refund(stages.settled(world)).payment_id
    return {"chargeback_id": "cb-1", "order_id": "o1", "payment_id": payment_id, "amount": 100, "currency": "CNY"}


def _difference(world: World) -> Json:
    returns.book(world)
    sell(world, delivery=returns.DELIVERED)
    case_id = exchanges.inspected(world, price=31000)
    return {"case_id": case_id, "payment_id": "pay_more", "amount": 1000}


def _fee(world: World) -> Json:
    returns.book(world)
    sell(world, delivery=repairs.OLD)
    return {"case_id": repairs.owing(world), "payment_id": "pay_fee", "amount": repairs.COST}


_ABOUT: Mapping[str, Callable[[World], Json]] = {
    "refund.settled": _of_refund(stages.submitted),
    "refund.failed": _of_refund(stages.submitted),
    "refund.reversed": _of_refund(stages.settled),
    "chargeback.opened": _charged_back,
    "difference.paid": _difference,
    "repair_fee.paid": _fee,
}


def _wanted(rest: str, body: Json, before: Callable[[World, str], object] | None = None) -> Scene:
    """Of an exchange for the red coat."""

    def scene(world: World) -> Ask:
        sell(world, delivery=returns.DELIVERED)
        if not rest.startswith("/{}"):
            return f"/cases{rest}", body
        case_id = exchanges.filed(world, wanted=(exchanges.RED,))
        if before is not None:
            before(world, case_id)
        return f"/cases{rest.format(case_id)}", body

    return scene


_RED = [{**exchanges.RED, "specification": "-"}]
_FILING = {"order_id": "o1", "reason": "not_wanted", "remedy": "exchange", "lines": [{"line_id": "coat"}]}
_PRICED = exchanges.priced(31000, title="-", specification="-")
_SEEN = [{"code": "scratched", "note": "-"}]
_POLICY = {
    "exclusions": [{"flag": "sealed", "zh": "-", "en": "-"}],
    "reasons": [
        {"code": "not_wanted", "zh": "-", "en": "-", "remedies": ["refund_only"], "liability": "buyer"},
    ],
}  # fmt: skip

# Scenes in which more may be said than in the plain ones, and what may be said besides.
WORDY: Mapping[Route, Scene] = {
    ("POST", "/cases/preview"): _wanted("/preview", {**_FILING, "wanted": _RED}),
    ("POST", "/cases"): _wanted("", {**_FILING, "wanted": _RED}),
    ("POST", "/cases/{case_id}/revise"): _wanted(
        "/{}/revise", {"wanted": _RED}, lambda world, case_id: decide(world, case_id, "reject", reason="worn")
    ),
    ("POST", "/cases/{case_id}/decision"): _wanted("/{}/decision", {"decision": "approve", "prices": _PRICED}),
}
MORE: Mapping[Route, Json] = {
    ("POST", "/orders"): {
        "region": "-",
        "lines": [
            {"line_id": "1", "sku": "s", "title": "-", "specification": "-", "quantity": 1, "unit_price": 600},
        ],
        "promotions": [{"kind": "coupon", "label": "-", "amount": 100}],
    },
    ("POST", "/cases/{case_id}/pickup"): {
        "sender": {"name": "-", "phone": "+86 138 0013 8000", "address": "-", "region": "-"}
    },
    ("POST", "/cases/{case_id}/inspection"): {
        "outcome": "reduced",
        "amount": {"amount": 9000, "currency": "CNY"},
        "lines": [{"line_id": "coat", "grade": "worn", "findings": [{"note": "-"}]}],
    },
    ("POST", "/cases/{case_id}/replacement-receipt"): {"received": False},
    ("POST", "/cases/{case_id}/repair"): {
        "parts": [repairs.PART],
        "labour": repairs.LABOUR,
        "findings": [{"note": "-"}],
    },
    ("POST", "/policies/{policy_id}"): _POLICY,
    ("POST", "/policies/simulate"): {
        "draft": {"name": "-", "effective_from": "2026-11-01T00:00:00Z", **_POLICY},
    },
}  # fmt: skip
