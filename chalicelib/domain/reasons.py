"""Why a buyer asks. Codes are data: names, remedies, evidence and liability come with each."""

from __future__ import annotations

from typing import Literal

from chalicelib.domain.values import Count, Value

Remedy = Literal["refund_only", "return_and_refund", "exchange", "repair", "reship", "compensation", "price_protection"]
Liability = Literal["buyer", "merchant", "carrier", "platform"]
Inquiry = Literal["authenticity", "safety"]  # what the platform looks into before anybody decides
Saying = Literal["not_received", "lost", "late"]  # what a reason claims of the delivery, which its carrier knows better
_SAYS: dict[str, Saying] = {  # of the codes that everybody has
    "delivery_disputed": "not_received",
    "lost_in_transit": "lost",
    "late_delivery": "late",
}
Responsible = Literal["buyer", "merchant", "carrier", "platform", "both", "none"]
"""Whose doing it was, once somebody decided. `both`: it is shared (buyer and merchant, unless shares say otherwise);
`none`: nobody's in particular."""
Bearer = Literal["merchant", "platform"]  # of what a case costs
COMES_BACK: frozenset[Remedy] = frozenset({"return_and_refund", "exchange"})  # whose goods are sent back
REPLACES: frozenset[Remedy] = frozenset({"exchange", "reship"})  # that bring other goods


class Reason(Value):
    """One reason. `evidence` is how many files a buyer is asked for before the policy decides alone."""

    code: str
    zh: str
    en: str
    remedies: frozenset[Remedy]
    liability: Liability
    evidence: Count = 0
    says: Saying | None = None  # of a platform's own code

    @property
    def claims(self) -> Saying | None:
        return self.says or _SAYS.get(self.code)


_MONEY: tuple[Remedy, ...] = ("refund_only", "return_and_refund")
_GOODS: tuple[Remedy, ...] = (*_MONEY, "exchange", "repair", "reship", "compensation")


def _reason(
    code: str, zh: str, en: str, remedies: tuple[Remedy, ...], liability: Liability, evidence: int = 0
) -> Reason:
    return Reason(code=code, zh=zh, en=en, remedies=frozenset(remedies), liability=liability, evidence=evidence)


CATALOGUE: tuple[Reason, ...] = (
    _reason("not_wanted", "不想要了", "No longer wanted", (*_MONEY, "exchange"), "buyer"),
    _reason("ordered_by_mistake", "拍错/多拍", "Ordered by mistake", (*_MONEY, "exchange"), "buyer"),
    _reason("price_dropped", "降价", "Price dropped", (*_MONEY, "price_protection"), "merchant"),
    _reason("quality_defect", "质量问题", "Quality defect", _GOODS, "merchant", evidence=1),
    _reason("not_as_described", "描述不符", "Not as described", _GOODS, "merchant", evidence=1),
    _reason("counterfeit", "假冒伪劣", "Counterfeit", (*_MONEY, "compensation"), "merchant", evidence=1),
    _reason("unsafe", "安全隐患", "Unsafe", (*_MONEY, "compensation"), "merchant", evidence=1),
    _reason("wrong_item", "发错货", "Wrong item", _GOODS, "merchant", evidence=1),
    _reason("missing_item", "少件", "Missing item", (*_MONEY, "reship", "compensation"), "merchant", evidence=1),
    _reason("out_of_stock", "缺货", "Out of stock", ("refund_only", "reship", "compensation"), "merchant"),
    _reason("damaged_in_transit", "运输破损", "Damaged in transit", _GOODS, "carrier", evidence=1),
    _reason("lost_in_transit", "丢失", "Lost in transit", ("refund_only", "reship"), "carrier"),
    _reason("late_delivery", "配送延误", "Late delivery", (*_MONEY, "compensation"), "carrier"),
    _reason(
        "delivery_disputed",
        "显示签收未收到",
        "Signed for but not received",
        ("refund_only", "reship"),
        "carrier",
    ),
)
