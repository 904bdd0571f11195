"""Names that people read, in Chinese and English, for every code of the vocabulary that a view shows."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.values import Value


class Name(Value):
    """A code and what people call it."""

    code: str
    zh: str
    en: str


Names = Mapping[str, tuple[str, str]]

STATUSES: Names = {
    "submitted": ("已提交", "Submitted"),
    "in_review": ("待审核", "In review"),
    "approved": ("已同意", "Approved"),
    "countered": ("待协商", "Counter-offer made"),
    "rejected": ("已拒绝", "Rejected"),
    "in_dispute": ("平台介入中", "With the platform"),
    "awaiting_goods": ("待寄回", "Awaiting goods"),
    "in_transit": ("退货途中", "On the way back"),
    "received": ("已签收", "Received"),
    "inspected": ("已验货", "Inspected"),
    "remedying": ("退款中", "Being refunded"),
    "completed": ("已完成", "Completed"),
    "withdrawn": ("已撤销", "Withdrawn"),
    "closed": ("已关闭", "Closed"),
}
REFUND_STATES: Names = {
    "granted": ("已批准", "Granted"),
    "submitted": ("已提交支付", "Sent to the bank"),
    "unknown": ("结果待确认", "Being checked"),
    "settled": ("已到账", "Paid"),
    "failed": ("退款失败", "Failed"),
    "released": ("已取消", "Released"),
    "reversed": ("已冲正", "Reversed"),
}
DELIVERY_STATES: Names = {
    "waiting": ("待推送", "Waiting"),
    "delivered": ("已送达", "Delivered"),
    "given_up": ("已放弃", "Given up"),
    "skipped": ("停用期间未推送", "Skipped while the webhook was off"),
}
REMEDIES: Names = {
    "refund_only": ("仅退款", "Refund only"),
    "return_and_refund": ("退货退款", "Return and refund"),
    "exchange": ("换货", "Exchange"),
    "repair": ("维修", "Repair"),
    "reship": ("补发", "Reship"),
    "compensation": ("赔付", "Compensation"),
    "price_protection": ("价保", "Price protection"),
}
GATES: Names = {
    "decision": ("等待审核", "Waiting for the decision"),
    "buyer_answer": ("等待买家答复协商方案", "Waiting for the buyer's answer to the offer"),
    "escalation": ("等待买家修改申请或申请平台介入", "Waiting for the buyer to revise or escalate"),
    "ruling": ("等待平台裁决", "Waiting for the platform's ruling"),
    "address": ("等待商家提供退货地址", "Waiting for the shop's return address"),
    "shipment": ("等待买家寄回", "Waiting for the buyer to ship back"),
    "receipt": ("等待商家签收", "Waiting for the shop to receive the goods"),
    "inspection": ("等待商家验货", "Waiting for the inspection"),
    "settlement": ("等待支付到账", "Waiting for the payment system"),
    "person": ("等待平台人工处理", "Waiting for the platform's staff"),
}
SILENCES: Names = {
    "approved": ("逾期视为同意", "silence means approval"),
    "closed": ("逾期关闭", "silence closes the case"),
    "accepted": ("逾期视为确认收货", "silence means that the goods are accepted"),
    "passed": ("逾期视为验货通过", "silence means that the inspection is passed"),
    "disputed": ("逾期转平台裁决", "silence brings in the platform"),
    "supervised": ("逾期升级至主管", "silence brings in the supervisor"),
    "unknown": ("逾期转人工", "silence brings in a person"),
    "reminded": ("逾期再次提醒", "silence reminds again"),
}
FINDINGS: Names = {
    "reason_unknown": ("该售后原因不适用", "this reason is not one the policy knows"),
    "remedy_not_offered_now": (
        "当前物流状态不支持该售后类型",
        "this remedy is not offered in the order's state",
    ),
    "remedy_not_for_reason": ("该原因不支持此售后类型", "this remedy does not go with the reason"),
    "goods_excluded": ("该商品不支持无理由退货", "these goods are excluded from no-reason returns"),
    "window_closed": ("已超过售后期限", "the return window has ended"),
    "evidence_missing": ("需要凭证，由商家审核", "evidence is asked for, so a person decides"),
    "below_auto_limit": ("小额自动通过", "small amounts are approved at once"),
    "within_instant_limit": ("极速退款额度内", "within the buyer's instant refund limit"),
    "above_auto_limit": ("需商家审核", "the merchant decides"),
}
CLOSINGS: Names = {
    "expired": ("逾期未处理", "nobody acted in time"),
    "offer_expired": ("协商方案逾期未答复", "the offer was not answered in time"),
    "not_shipped": ("买家逾期未寄回", "the goods were not sent back in time"),
    "failed_inspection": ("验货不通过，商品寄回", "the goods failed their inspection and go back"),
    "ruled": ("平台裁决不支持", "the platform ruled against it"),
}
ACTORS: Names = {
    "buyer": ("买家", "Buyer"),
    "merchant": ("商家", "Merchant"),
    "agent": ("平台客服", "Platform agent"),
    "supervisor": ("客服主管", "Supervisor"),
    "operator": ("平台运营", "Platform operator"),
    "carrier": ("承运商", "Carrier"),
    "platform": ("平台", "Platform"),
    "payment": ("支付系统", "Payment system"),
    "payments": ("支付系统", "Payment system"),
    "orders": ("订单系统", "Order system"),
    "policy": ("售后政策", "Policy"),
    "clock": ("超时自动处理", "Deadline"),
    "system": ("系统", "System"),
    "logistics": ("物流系统", "Logistics system"),
    "stock": ("库存系统", "Stock system"),
    "auditor": ("审计", "Auditor"),
}
ENTRIES: Names = {
    "CaseSubmitted": ("买家提交申请", "Case submitted"),
    "CaseApproved": ("同意申请", "Case approved"),
    "CaseRejected": ("拒绝申请", "Case rejected"),
    "CaseRevised": ("买家修改申请", "Case revised"),
    "CaseEscalated": ("申请平台介入", "Escalated to the platform"),
    "CaseWithdrawn": ("买家撤销申请", "Case withdrawn"),
    "CaseClosed": ("售后关闭", "Case closed"),
    "CaseParked": ("转人工处理", "Handed to a person"),
    "CaseResumed": ("人工处理后继续", "Carried on by a person"),
    "OfferMade": ("商家提出协商方案", "Counter-offer made"),
    "OfferAccepted": ("买家接受方案", "Offer accepted"),
    "OfferDeclined": ("买家拒绝方案", "Offer declined"),
    "RulingGiven": ("平台裁决", "Ruling given"),
    "RulingLate": ("裁决超时，升级主管", "Ruling late, supervisor called"),
    "RulingProposed": ("裁决待第二人复核", "Ruling waits for a second person"),
    "DeadlineMoved": ("期限变更", "Deadline moved"),
    "DeadlineNear": ("期限将至", "Deadline near"),
    "EvidenceAdded": ("补充凭证", "Evidence added"),
    "ReturnOpened": ("请寄回商品", "Goods asked back"),
    "AddressGiven": ("商家已提供退货地址", "Return address given"),
    "GoodsShipped": ("买家已寄回", "Goods shipped back"),
    "GoodsSigned": ("退货包裹已签收", "Parcel signed for"),
    "GoodsBack": ("退货包裹退回买家", "Parcel back with the buyer"),
    "ReturnReceived": ("商家已收货", "Goods received"),
    "GoodsInspected": ("验货完成", "Goods inspected"),
    "GoodsDisposed": ("商品处置", "Goods disposed of"),
    "GoodsPutAway": ("商品入库", "Goods put away"),
    "RefundGranted": ("退款已批准", "Refund granted"),
    "RefundSubmitted": ("退款已提交支付", "Refund sent to the payment system"),
    "RefundAccepted": ("支付系统已受理", "Refund accepted by the payment system"),
    "RefundUnknown": ("支付结果待确认", "Refund outcome unknown"),
    "RefundFailed": ("退款失败", "Refund failed"),
    "RefundReleased": ("退款已取消", "Refund released"),
    "RefundSettled": ("退款到账", "Refund paid"),
    "RefundReversed": ("退款被冲正", "Refund reversed"),
    "ChargebackOpened": ("银行拒付", "Chargeback opened"),
}


FATES: Names = {
    "announced": ("已填写单号", "Announced"),
    "handed_over": ("已揽收", "Picked up"),
    "signed": ("已签收", "Signed for"),
    "refused": ("拒收", "Refused"),
    "lost": ("丢失", "Lost"),
    "back": ("已退回买家", "Back with the buyer"),
}
GRADES: Names = {
    "new": ("全新", "As new"),
    "opened": ("已拆封", "Opened"),
    "worn": ("有使用痕迹", "Worn"),
    "damaged": ("损坏", "Damaged"),
    "wrong": ("非原商品", "Not these goods"),
}
DISPOSITIONS: Names = {
    "restock": ("重新入库", "Restock"),
    "refurbish": ("翻新", "Refurbish"),
    "return_to_vendor": ("退供应商", "Return to vendor"),
    "scrap": ("报废", "Scrap"),
    "send_back": ("寄回买家", "Send back"),
    "keep": ("买家保留", "Buyer keeps it"),
}
INSPECTIONS: Names = {
    "passed": ("验货通过", "Passed"),
    "reduced": ("部分退款", "Reduced"),
    "failed": ("验货不通过", "Failed"),
}
STOCK: Names = {
    "none": ("无需入库", "Nothing to put away"),
    "awaited": ("待入库", "Not put away yet"),
    "different": ("入库不符", "Put away otherwise than announced"),
    "done": ("已入库", "Put away"),
}


def name(names: Names, code: str) -> Name:
    """The name of a code; a code without one is shown as itself."""
    zh, en = names.get(code, (code, code))
    return Name(code=code, zh=zh, en=en)
