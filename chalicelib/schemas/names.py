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
    "repairing": ("维修中", "Being repaired"),
    "remedying": ("处理中", "Being remedied"),
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
DELIVERIES: Names = {
    "unshipped": ("未发货", "Not shipped"),
    "shipped": ("已发货", "Shipped"),
    "delivered": ("已签收", "Delivered"),
}
PARCEL_STATES: Names = {
    "announced": ("待揽收", "Announced"),
    "picked_up": ("已揽收", "With the carrier"),
    "in_transit": ("运输中", "On its way"),
    "out_for_delivery": ("派送中", "Out for delivery"),
    "exception": ("物流异常", "Held up"),
    "damaged": ("破损", "Damaged"),
    "refused": ("拒收", "Refused at the door"),
    "returning": ("退回中", "On its way back"),
    "signed": ("已签收", "Signed for"),
    "returned_to_sender": ("已退回寄件人", "Back with its sender"),
    "lost": ("丢失", "Lost"),
    "cancelled": ("运单已取消", "Waybill cancelled"),
}
PICKUP_STATES: Names = {
    "asked": ("预约中", "Being booked"),
    "booked": ("已预约", "Booked"),
    "rebooking": ("改约中", "Being moved"),
    "cancelling": ("取消中", "Being cancelled"),
    "done": ("已取件", "Fetched"),
    "failed": ("取件失败", "Failed"),
    "cancelled": ("已取消", "Cancelled"),
}
PURPOSES: Names = {
    "return": ("退货", "Return"),
    "pickup": ("上门取件", "Pickup at the door"),
    "replacement": ("换货补发", "Replacement"),
    "send_back": ("退回买家", "Sent back to the buyer"),
    "outbound": ("发货", "The way out"),
}
TROUBLES: Names = {
    "lost": ("包裹丢失", "Lost on the way"),
    "refused": ("拒收", "Refused at the door"),
    "returned": ("退回寄件人", "Sent back to its sender"),
    "intercepted": ("已拦截", "Stopped on the way"),
    "damaged": ("运输破损", "Damaged on the way"),
    "delayed": ("配送延误", "Delayed"),
}
SCENES: Names = {
    "freight_only": ("仅退运费", "Freight only"),
    "not_shipped": ("未发货", "Not shipped yet"),
    "on_its_way": ("已发货", "Shipped"),
    "intercept": ("已发货，可拦截", "On its way, to be stopped"),
    "part_on_its_way": ("部分商品在途", "A part of what is on its way"),
    "refused": ("拒收", "Refused at the door"),
    "returned": ("退回寄件人", "Sent back to its sender"),
    "lost": ("包裹丢失", "Lost on the way"),
    "not_received": ("签收争议", "Signed for but not received"),
    "received": ("已收货", "Received"),
}
AWAITED: Names = {
    "interception": ("等待承运商拦截", "The carrier is asked to stop the goods"),
    "proof": ("等待承运商签收证明", "The carrier is asked who signed"),
    "door": ("未能拦截，可当面拒收或签收后退货", "Not stopped: refuse it at the door, or send it back"),
    "way_back": ("等待商品退回", "The goods are on their way back"),
}
COMMAND_STATES: Names = {
    "asked": ("已发送", "Asked"),
    "accepted": ("已受理", "Accepted"),
    "unknown": ("待确认", "Being checked"),
    "done": ("已完成", "Done"),
    "failed": ("未成功", "Failed"),
}
NOT_DELIVERED: Names = {
    "intercepted": ("已拦截", "Stopped on the way"),
    "refused": ("已拒收", "Refused at the door"),
    "returned": ("已退回寄件人", "Sent back to its sender"),
    "lost": ("包裹丢失", "Lost on the way"),
    "no_proof": ("承运商无签收证明", "The carrier cannot prove who signed"),
}
DIFFERENCES: Names = {
    "missing": ("账单缺失", "Missing on the bill"),
    "extra": ("账单多出", "Extra on the bill"),
    "other_amount": ("金额不符", "Another amount"),
    "other_state": ("状态不符", "Another state"),
    "settled_late": ("到账日不符", "Settled late"),
    "unreadable": ("账单行无法读取", "Line cannot be read"),
}
BECAUSES: Names = {
    "not_on_bills": ("当日、次日及此前账单均无此单", "on no bill of the day, the next, or before"),
    "unknown_number": ("我方无此退款单号", "a number that we never gave"),
    "moved_again": ("同一单号重复出账", "money moved again under the same number"),
    "amount": ("金额不同", "the amount differs"),
    "currency": ("币种不同", "the currency differs"),
    "payment": ("退回的支付单不同", "it went to another payment"),
    "paid_there": ("渠道已付，我方未到账", "the provider paid it, we do not have it as paid"),
    "reversed_there": ("渠道已冲正，我方未冲正", "the provider took it back, we do not have it as reversed"),
    "another_day": ("到账日与我方不同", "booked on another day than ours"),
    "long_after_grant": ("批准七日后才到账", "paid more than seven days after the grant"),
    "unreadable": ("该行不是有效记录", "the line is no record"),
}
WAYS_BACK: Names = {
    "record_fact": (
        "补记账单事实：python -m operations reconcile 日期 --record（不会再次付款）",
        "Record the bill's fact: python -m operations reconcile DAY --record (pays nothing)",
    ),
    "ask_again": ("渠道未答复：重新对账再次查询", "The provider did not answer: run the day again, it asks again"),
    "correct_bill": (
        "渠道确认已付：要求渠道更正账单，无需付款",
        "The provider says that it paid: have it correct its bill; nothing to pay",
    ),
    "prove_payment": (
        "渠道未确认付款：要求付款凭证，或要求其发送 refund.reversed 通知后由人工处理；切勿另行付款",
        "The provider does not say that it paid: ask for proof, or for its refund.reversed notice, which brings the "
        "case to a person; pay nothing by hand",
    ),
    "claim_back": ("向渠道追回该笔款项", "Claim this money back from the provider"),
    "compare": (
        "与渠道核对凭证：多付追回，少付由渠道补足；切勿另行付款",
        "Compare the proofs: claim a surplus back, have the provider pay the rest; pay nothing by hand",
    ),
    "person": ("人工核查：python -m operations case 售后单号", "A person looks: python -m operations case CASE_ID"),
    "book_on_bill_day": ("按账单日入账，无需其他操作", "Book it on the bill's day; nothing else to do"),
    "read_by_hand": ("人工核对该行并要求渠道更正", "Read the line by hand, and have the provider correct it"),
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
    "inquiry": ("等待平台核查", "The platform looks into it"),
    "evidence": ("双方举证中", "Both sides may show something"),
    "appeal": ("等待申诉", "Either side may appeal"),
    "ruling": ("等待平台裁决", "Waiting for the platform's ruling"),
    "address": ("等待商家提供退货地址", "Waiting for the shop's return address"),
    "shipment": ("等待买家寄回", "Waiting for the buyer to ship back"),
    "pickup": ("等待快递员上门取件", "Waiting for the courier"),
    "receipt": ("等待商家签收", "Waiting for the shop to receive the goods"),
    "inspection": ("等待商家验货", "Waiting for the inspection"),
    "difference": ("等待买家补差价", "Waiting for the buyer to pay the difference"),
    "replacement": ("等待商家发出换货/补发商品", "Waiting for the shop to send the goods"),
    "replacement_receipt": ("等待买家确认收货", "Waiting for the buyer to receive the goods"),
    "appointment": ("等待商家预约上门", "Waiting for the shop to book a visit"),
    "repair": ("等待维修结果", "Waiting for the repair"),
    "estimate": ("等待买家答复维修报价", "Waiting for the buyer's answer to the price of the repair"),
    "dispatch": ("等待商家寄回商品", "Waiting for the shop to send the goods back"),
    "acceptance": ("等待买家验收", "Waiting for the buyer to see whether it works"),
    "choice": ("等待买家选择换货或退款", "Waiting for the buyer to choose exchange or refund"),
    "fee": ("等待买家支付维修费", "Waiting for the buyer to pay for the repair"),
    "carrier": ("等待承运商", "Waiting for the carrier"),
    "settlement": ("等待支付到账", "Waiting for the payment system"),
    "person": ("等待平台人工处理", "Waiting for the platform's staff"),
}
SILENCES: Names = {
    "approved": ("逾期视为同意", "silence means approval"),
    "closed": ("逾期关闭", "silence closes the case"),
    "sent_back": (
        "逾期关闭：商品寄回买家，不退款也不换货",
        "silence closes the case: the goods go back to the buyer, and neither money nor other goods come",
    ),
    "sent_back_owed": (
        "逾期关闭：商品寄回买家，已付的极速退款须返还",
        "silence closes the case: the goods go back to the buyer, who owes back what was paid early",
    ),
    "kept_owed": (
        "逾期关闭：商品留在买家处，已付的极速退款须返还",
        "silence closes the case: the buyer has the goods, and owes back what was paid early",
    ),
    "unproven": ("逾期视为无签收证明，退款", "silence means that nobody can prove who signed"),
    "lost": ("逾期视为丢失，退款", "silence means that the parcel is lost"),
    "goes_on": ("逾期视为未能拦截", "silence means that the goods could not be stopped"),
    "accepted": ("逾期视为确认收货", "silence means that the goods are accepted"),
    "passed": ("逾期视为验货通过", "silence means that the inspection is passed"),
    "rebooked": ("逾期重新预约一次，之后由买家自行寄回", "silence books another visit once, then the buyer ships"),
    "disputed": ("逾期转平台裁决", "silence brings in the platform"),
    "converted": ("逾期转为退款", "silence turns it into a refund"),
    "received": ("逾期视为已收货", "silence means that the goods were received"),
    "sealed": ("逾期按现有凭证裁决", "it is ruled on what is there"),
    "final": ("逾期裁决生效", "silence makes the ruling final"),
    "supervised": ("逾期升级至主管", "silence brings in the supervisor"),
    "unknown": ("逾期转人工", "silence brings in a person"),
    "reminded": ("逾期再次提醒", "silence reminds again"),
    "late": ("逾期按政策换货或退款", "silence gets the buyer an exchange or a refund"),
    "declined": ("逾期视为不接受报价", "silence declines the price"),
    "fixed": ("逾期视为修好", "silence means that it works"),
    "refunded": ("逾期退款", "silence gets a refund"),
    "exchanged": ("逾期换货", "silence gets an exchange"),
    "unpaid": ("逾期关闭，商家另行追讨", "silence closes the case, and the shop claims its money"),
}
SERVICES: Names = {
    "on_site": ("上门服务", "At the door"),
    "send_in": ("寄修", "Sent in"),
}
VISITS: Names = {
    "booked": ("已预约", "Booked"),
    "moved": ("已改约", "Moved"),
    "kept": ("已上门", "Kept"),
    "missed_by_engineer": ("工程师未到", "Missed by the engineer"),
    "missed_by_buyer": ("买家不在", "Missed by the buyer"),
    "cancelled": ("已取消", "Cancelled"),
}
RESULTS: Names = {
    "repaired": ("已修好", "Repaired"),
    "not_repairable": ("无法修复", "Beyond repair"),
    "no_fault_found": ("未发现故障", "No fault found"),
}
ESTIMATES: Names = {
    "asked": ("待买家答复", "Waiting for the buyer"),
    "accepted": ("买家已接受", "Accepted"),
    "declined": ("买家未接受", "Declined"),
}
VERDICTS: Names = {
    "approve": ("自动通过", "Approved by the policy"),
    "reject": ("不予受理", "Refused by the policy"),
    "refer": ("转人工审核", "A person decides"),
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
    "service_not_offered": ("该商品不支持此维修方式", "these goods are not repaired in this way"),
    "warranty_over": ("已过保修期", "the warranty has ended"),
    "warranty_differs": ("部分商品已过保修期，请分开申请", "some of the goods are out of warranty: ask for them apart"),
    "platform_decides": ("由平台审核", "the platform decides"),
    "not_signed_yet": ("物流尚未显示签收", "nobody says yet that it was signed for"),
    "signed_for": ("物流显示已签收，请选择签收争议", "the carrier says that it was signed for: dispute the signature"),
    "lost_on_the_way": ("包裹丢失，自动通过", "the parcel is lost"),
    "goods_go_back": ("商品已拒收或退回，自动通过", "the goods go back to the shop"),
    "carrier_stops_them": ("商品在途，先行拦截", "the carrier is asked to stop the goods"),
    "never_delivered": ("超过承诺时间仍未送达", "long promised, and never delivered"),
    "carrier_is_asked": ("先向承运商核实签收证明", "the carrier is asked who signed"),
    "authenticity_inquiry": ("平台鉴定真伪", "the goods are checked for authenticity first"),
    "safety_inquiry": ("平台立即核查安全隐患", "a person of the platform looks at the danger at once"),
    "evidence_missing": ("需要凭证，由商家审核", "evidence is asked for, so a person decides"),
    "article_unpriced": ("换购其他商品，价格由商家确认", "another article is wanted, and the shop names its price"),
    "below_auto_limit": ("小额自动通过", "small amounts are approved at once"),
    "within_instant_limit": ("极速退款额度内", "within the buyer's instant refund limit"),
    "above_auto_limit": ("需商家审核", "the merchant decides"),
    "price_fell": ("价保期内降价，自动退差价", "the price fell within the time of price protection"),
    "price_not_lower": ("当前价格不低于实付单价", "the goods cost no less now than was paid for them"),
    "price_not_protected": ("该商品不参与价保", "these goods have no price protection"),
    "price_unknown": ("平台暂无该商品的当前价格", "the catalogue does not say what the goods cost now"),
    "protection_over": ("已超过价保期限", "the time of price protection has ended"),
    "not_late": ("商品未晚于承诺时间送达", "the goods did not come later than promised"),
    "nothing_to_compensate": ("该原因无可赔付金额或已赔付", "nothing more is given for this reason"),
    "compensated_by_policy": ("按政策自动赔付", "compensated by policy"),
    "somebody_compensates": ("赔付金额需人工审核", "a person decides on this compensation"),
}
CONVERSIONS: Names = {
    "unpriced": ("换货价格未确认", "nobody named the price of the article"),
    "difference_unpaid": ("买家逾期未补差价", "the difference was not paid in time"),
    "difference_declined": ("买家不补差价", "the buyer will not pay the difference"),
    "out_of_stock": ("商品缺货", "the goods are out of stock"),
    "replacement_late": ("商家逾期未发货", "the goods were not sent in time"),
    "lost": ("包裹丢失", "the parcel was lost"),
    "refused": ("包裹被拒收", "the parcel was refused"),
    "back": ("包裹被退回", "the parcel came back to the shop"),
    "less_granted": ("双方协商退款", "both agreed on an amount"),
    "inspection": ("验货后部分退款", "a part is refunded after the inspection"),
    "ruled": ("平台裁决退款", "the platform ruled on an amount"),
}
INSTANTS: Names = {
    "instant_not_given": ("未开通极速退款", "instant refunds are not given"),
    "instant_withdrawn": ("因多次追回，极速退款权益已暂停", "withdrawn: money had to be claimed back too often"),
    "instant_debt": ("有未结清的欠款", "something is still owed"),
    "instant_over_limit": ("超出极速退款额度", "more than the limit that is left"),
}
CLOSINGS: Names = {
    "expired": ("逾期未处理", "nobody acted in time"),
    "offer_expired": ("协商方案逾期未答复", "the offer was not answered in time"),
    "not_shipped": ("买家逾期未寄回", "the goods were not sent back in time"),
    "failed_inspection": ("验货不通过，商品寄回", "the goods failed their inspection and go back"),
    "delivered": ("商品已签收，可申请退货", "the goods were delivered: they can be sent back"),
    "ruled": ("平台裁决不支持", "the platform ruled against it"),
    "not_repairable": ("保外商品无法修复", "out of warranty, and beyond repair"),
    "estimate_declined": ("买家未接受维修报价", "the price of the repair was not taken"),
    "repaired_in_vain": ("保外商品多次维修未修好", "out of warranty, and repaired in vain"),
    "fee_unpaid": ("维修费未支付", "the repair was not paid for"),
}
EVIDENCE: Names = {
    "announced": ("等待上传与检查", "Waiting for the file, or being looked at"),
    "accepted": ("已采纳", "Accepted"),
    "refused": ("未采纳", "Not accepted"),
    "absent": ("未上传", "Never uploaded"),
}
DISPUTE_STATES: Names = {
    "gathering": ("举证中", "Being heard"),
    "sealed": ("已封存，待裁决", "Sealed, waiting for a ruling"),
    "ruled": ("已裁决，可申诉", "Ruled on, may be appealed against"),
    "final": ("裁决已生效", "Final"),
}
RULINGS: Names = {
    "approve": ("支持退款", "Granted"),
    "close": ("不支持", "Closed"),
}
LIABLE: Names = {
    "buyer": ("买家责任", "The buyer's doing"),
    "merchant": ("商家责任", "The shop's doing"),
    "carrier": ("承运商责任", "The carrier's doing"),
    "platform": ("平台责任", "The platform's doing"),
    "both": ("共同责任", "Shared"),
    "none": ("无责任方", "Nobody's"),
}
GOODS_RULED: Names = {
    "go_back": ("买家寄回商品", "The buyer sends them back"),
    "stay": ("商品留在原处", "They stay where they are"),
    "send_back": ("商家寄回买家", "The shop sends them back"),
    "disposed": ("商品销毁", "Disposed of"),
}
FILE_FINDINGS: Names = {
    "sealed": ("举证已结束", "the evidence was sealed before it came"),
    "empty": ("文件为空", "the file is empty"),
    "larger": ("文件大于声明的大小", "the file is larger than announced"),
    "unknown_type": ("不支持的文件类型", "files of this type cannot be looked at"),
    "not_announced": ("文件类型与声明不符", "the file has another type than announced"),
    "not_its_type": ("文件已损坏或与类型不符", "the file is broken, or is not of its type"),
    "something_behind": ("文件末尾有多余内容", "something stands behind the end of the file"),
    "two_in_one": ("文件中夹带其他内容", "the file carries something else"),
    "runs": ("文档含有可执行内容", "the document does more than show"),
    "locked": ("文档已加密", "the document cannot be looked into"),
    "unpacks_too_large": ("文件展开后过大", "the file unpacks into too much"),
    "too_many": ("凭证数量已达上限", "the case has all the files that it takes"),
}
ACTORS: Names = {
    "buyer": ("买家", "Buyer"),
    "merchant": ("商家", "Merchant"),
    "agent": ("平台客服", "Platform agent"),
    "supervisor": ("客服主管", "Supervisor"),
    "operator": ("平台运营", "Platform operator"),
    "carrier": ("承运商", "Carrier"),
    "platform": ("平台", "Platform"),
    "parties": ("买卖双方", "Buyer and shop"),
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
    "CaseReferred": ("转由平台处理", "Taken over by the platform"),
    "OfferMade": ("商家提出协商方案", "Counter-offer made"),
    "OfferAccepted": ("买家接受方案", "Offer accepted"),
    "OfferDeclined": ("买家拒绝方案", "Offer declined"),
    "InquiryAnswered": ("平台核查完成", "The platform has looked into it"),
    "StopSaleRequested": ("要求停售", "Sale to be stopped"),
    "BuyersTold": ("已通知同款商品买家", "Buyers of the same goods told"),
    "StatementMade": ("当事方陈述", "Statement made"),
    "EvidenceSealed": ("举证结束，凭证封存", "Evidence sealed"),
    "RulingGiven": ("平台裁决", "Ruling given"),
    "RulingAppealed": ("对裁决提出申诉", "Ruling appealed against"),
    "RulingExecuted": ("裁决生效并执行", "Ruling final and executed"),
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
    "DifferenceAsked": ("待补差价", "Difference to pay"),
    "DifferencePaid": ("买家已补差价", "Difference paid"),
    "PaymentTurnedAway": ("多付款，予以退还", "Paid without being asked for, given back"),
    "ReplacementRequested": ("待发出换货/补发商品", "Goods asked for"),
    "ReplacementShipped": ("换货/补发商品已发出", "Goods sent"),
    "ReplacementFailed": ("换货/补发包裹未送达", "The goods did not arrive"),
    "ReplacementReceived": ("买家已收到换货/补发商品", "Goods received"),
    "ExchangeConverted": ("转为退款", "Turned into a refund"),
    "RepairBegun": ("开始维修", "Repair begun"),
    "AppointmentBooked": ("已预约上门", "Visit booked"),
    "AppointmentOver": ("上门未成", "Visit came to nothing"),
    "EstimateMade": ("维修报价", "Price of the repair told"),
    "EstimateAnswered": ("答复维修报价", "Price of the repair answered"),
    "RepairRecorded": ("维修结果", "Result of the repair"),
    "GoodsSentBack": ("商品已寄回买家", "Goods sent back to the buyer"),
    "GoodsHandedBack": ("买家已签收维修商品", "Goods with the buyer again"),
    "RepairAccepted": ("买家验收通过", "Repair accepted"),
    "RepairRefused": ("买家反馈未修好", "Not repaired, says the buyer"),
    "ChoiceAsked": ("请买家选择换货或退款", "Exchange or refund: the buyer chooses"),
    "RepairFeePaid": ("维修费已支付", "Repair paid for"),
    "CaseConverted": ("售后类型变更", "Turned into another remedy"),
    "RefundGranted": ("退款已批准", "Refund granted"),
    "RefundSubmitted": ("退款已提交支付", "Refund sent to the payment system"),
    "RefundAccepted": ("支付系统已受理", "Refund accepted by the payment system"),
    "RefundUnknown": ("支付结果待确认", "Refund outcome unknown"),
    "RefundFailed": ("退款失败", "Refund failed"),
    "RefundReleased": ("退款已取消", "Refund released"),
    "RefundSettled": ("退款到账", "Refund paid"),
    "RefundReversed": ("退款被冲正", "Refund reversed"),
    "RefundConfirmed": ("商品已确认，极速退款生效", "Goods accepted, the instant refund stands"),
    "RefundNetted": ("退款抵扣欠款", "Kept back for what the buyer owes"),
    "ChargebackOpened": ("银行拒付", "Chargeback opened"),
    "ParcelAnnounced": ("填写运单", "Parcel announced"),
    "ParcelMoved": ("物流更新", "Parcel moved"),
    "PickupAsked": ("买家预约上门取件", "Courier asked for"),
    "PickupBooked": ("已预约上门取件", "Courier booked"),
    "PickupCalledOff": ("买家取消上门取件", "Courier called off"),
    "PickupFailed": ("上门取件未成功", "No courier came"),
    "CarrierAsked": ("请承运商处理", "The carrier was asked"),
    "ProofGiven": ("承运商提供签收证明", "The carrier proved who signed"),
    "InterceptionFailed": ("拦截未成功", "The goods could not be stopped"),
    "GoodsTurnedBack": ("商品退回途中", "The goods are on their way back"),
    "DeliveryFailed": ("商品未送达", "The goods were not delivered"),
    "GoodsFound": ("丢失的包裹已找到", "The parcel turned up"),
    "PickupRebooked": ("重新预约上门取件", "Another visit asked for"),
    "PickupGivenUp": ("改由买家自行寄回", "The buyer ships instead"),
    "CarrierAnswered": ("承运商答复", "The carrier answered"),
    "FreightDeclared": ("申报退货运费", "Freight of the way back declared"),
    "LiabilityDecided": ("责任判定", "Liability decided"),
    "RecoveryOpened": ("发起追偿", "Recovery opened"),
    "RecoveryFiled": ("已向承运商索赔", "Filed with the carrier"),
    "RecoveryAnswered": ("承运商答复索赔", "The carrier answered the claim"),
    "RecoveryLate": ("追偿逾期", "A debt is late"),
    "RecoveryPaid": ("追偿到账", "Recovered"),
    "RecoveryWrittenOff": ("追偿核销", "Written off"),
    "RecoveryDropped": ("追偿撤销", "Recovery dropped"),
}
# What an entry is because of, or covers, where its type alone would tell a reader something else.
_ENTRIES_OF: Names = {
    "CaseApproved.kept": ("同意申请，商品由买家保留", "Case approved, the buyer keeps the goods"),
    "StatementMade.done": ("没有补充或异议", "Nothing to add, or to object to"),
    "RefundGranted.instant": ("极速退款已批准", "Instant refund granted"),
    "RefundSettled.compensation": ("赔付已发放", "Compensation credited"),
    "RefundSettled.freight": ("退货运费已发放", "Freight of the way back credited"),
    "RefundSettled.multiple": ("惩罚性赔偿已发放", "Punitive damages credited"),
    "RecoveryOpened.clawback": ("向买家追回款项", "Claimed back from the buyer"),
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
STEPS: Names = {
    "price": ("商品金额", "Price of the goods"),
    "promotion": ("活动优惠", "Promotion"),
    "coupon": ("优惠券", "Coupon"),
    "points": ("积分抵扣", "Points"),
    "tax": ("税费", "Tax"),
    "share": ("未申请件数的金额", "Units that are not in this claim"),
    "price_protected": ("价保已退差价", "Paid back before by price protection"),
    "price_now": ("当前价格", "What the goods cost today"),
    "threshold_broken": ("不再满足满减，扣回优惠", "Promotion that what is kept does not earn"),
    "restored": ("返还此前扣回的优惠", "Withheld before, given back"),
    "asked_less": ("未申请的金额", "Not asked for"),
    "restocking_fee": ("退货手续费", "Restocking fee"),
    "exchanged": ("换入商品金额", "Price of the goods that came instead"),
    "granted_less": ("未获支持的金额", "Not granted"),
    "freight": ("运费", "Freight"),
    "compensation": ("赔付", "Compensation"),
}
INSPECTIONS: Names = {
    "passed": ("验货通过", "Passed"),
    "reduced": ("部分退款", "Reduced"),
    "failed": ("验货不通过", "Failed"),
}
MULTIPLE_STEPS: Names = {
    "before": ("同单此前售后应赔", "What earlier cases of the order came to"),
    "at_least": ("补足最低赔偿额", "Made up to the least sum"),
    "given": ("同单此前已赔", "What earlier cases of the order got"),
}
FREIGHT_STEPS: Names = {
    "declared": ("买家申报的运费", "What the buyer said that it cost"),
    "above_limit": ("超出限额", "Above the limit"),
    "shared": ("买家自行承担", "The buyer's own share"),
    "insured": ("运费险赔付", "What the insurance pays"),
}
FREIGHT_PAYERS: Names = {
    "merchant": ("商家", "Merchant"),
    "carrier": ("承运商", "Carrier"),
    "platform": ("平台", "Platform"),
    "both": ("双方分担", "Shared"),
    "insurer": ("运费险", "Freight insurance"),
}
STOCK: Names = {
    "none": ("无需入库", "Nothing to put away"),
    "awaited": ("待入库", "Not put away yet"),
    "different": ("入库不符", "Put away otherwise than announced"),
    "done": ("已入库", "Put away"),
}


_known: dict[tuple[int, str], Name] = {}


def name(names: Names, code: str) -> Name:
    """The name of a code; a code without one is shown as itself. Those of the vocabulary are made once."""
    known = _known.get((id(names), code))
    if known is not None:
        return known
    if code not in names:
        return Name(code=code, zh=code, en=code)
    zh, en = names[code]
    made = _known[id(names), code] = Name(code=code, zh=zh, en=en)
    return made


def entry_name(type: str, data: Mapping[str, object]) -> Name:
    """What an entry of the timeline is called."""
    for key in ("because", "covers"):
        said = _ENTRIES_OF.get(f"{type}.{data.get(key)}")
        if said is not None:
            return Name(code=type, zh=said[0], en=said[1])
    return name(ENTRIES, type)
