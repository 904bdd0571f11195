"""Who is there before the first order: the platform's policy, four shops, three buyers."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.domain.policies import MULTIPLES
from local.api import Api
from local.seed import partners
from local.seed.goods import FOOD
from local.stack import Stack

OPERATOR = "operator-1"
TEAHOUSE, DIGITAL, PLATFORM_SHOP = "merchant-1", "merchant-2", "platform-shop"
CLOTHES = "merchant-3"  # has paid in a deposit 保证金, so that the platform pays its buyers at once 先行赔付
SHOPS = {
    TEAHOUSE: ("青山茶舍 Green Hill Teahouse", "marketplace"),
    DIGITAL: ("北辰数码 North Star Digital", "marketplace"),
    CLOTHES: ("晚风服饰 Evening Breeze Clothes", "marketplace"),
    PLATFORM_SHOP: ("平台自营 Sold by the platform", "self_operated"),
}
# The teahouse decides by hand; the other one's system answers its webhooks at once.
ANSWERS = {TEAHOUSE: "silent", DIGITAL: "approve"}
DEPOSIT = 200000  # fen
INSTANT = {"CNY": 100000}
WAREHOUSE = {"name": "退货组 Returns", "phone": "+86 571 0000 0000", "address": "杭州市余杭区示例路 1 号"}


def prepare(stack: Stack, api: Api, run: str, now: datetime) -> None:
    policy = {
        "name": "平台售后政策 / Platform policy",
        "effective_from": (now - timedelta(days=365)).isoformat(),
        "windows": [{"days": 15, "reason": "quality_defect"}, {"days": 7}],
        "multiples": _multiples(),
    }
    api.call("POST", "/policies/platform", user=OPERATOR, body=policy, key=f"{run}-policy").expect(201)
    for shop, (name, kind) in SHOPS.items():
        api.call("PUT", f"/merchants/{shop}", user=OPERATOR, body={"name": name, "kind": kind}).expect(200, 201)
    for shop in SHOPS:
        book = {"entries": [{"address_id": "main", "address": WAREHOUSE}]}
        api.call("PUT", f"/merchants/{shop}/return-addresses", user=OPERATOR, body=book).expect(200, 201)
    for shop, kind in ANSWERS.items():
        address = {"url": f"{stack.merchant_url}/webhooks/{shop}"}
        known = api.call("PUT", f"/merchants/{shop}/webhook", user=shop, body=address).expect(200, 201)
        partners.merchant_answers(stack, shop, known["secret"], kind)
    deposit = {"kind": "deposited", "amount": {"amount": DEPOSIT, "currency": "CNY"}}
    api.call("POST", f"/merchants/{CLOTHES}/deposit", user=OPERATOR, body=deposit, key=f"{run}-deposit").expect(200)
    _buyers(api)


def _multiples() -> list[dict[str, object]]:
    """The law's multiples (退一赔三, of food 退一赔十), of food under the name that these shops' goods have."""
    rules = [rule.but(category=FOOD) if rule.category == "food" else rule for rule in MULTIPLES]
    return [rule.model_dump(mode="json") for rule in rules]


def _buyers(api: Api) -> None:
    """Two read Chinese and have credit for instant refunds 极速退款, one reads English and has none. The third
    is there to owe money: whoever does has later refunds kept back."""
    credit = {"limits": INSTANT}
    for buyer in ("buyer-1", "buyer-3"):
        api.call("PUT", f"/buyers/{buyer}/credit", user=OPERATOR, body=credit).expect(200, 201)
    for buyer, language, channels in (
        ("buyer-1", "zh", ["inbox", "sms"]),
        ("buyer-2", "en", ["inbox", "email"]),
        ("buyer-3", "zh", ["inbox"]),
    ):
        wish = {"language": language, "channels": channels}
        api.call("PUT", "/notifications/preferences", user=buyer, body=wish).expect(200, 201)
