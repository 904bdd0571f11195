"""What buyers are told about which event, in Chinese and English. An event that is not here tells buyers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.money import EXPONENTS

if TYPE_CHECKING:
    from chalicelib.domain.notifications import Language

CHINA = "Asia/Shanghai"
_Text = tuple[str, str]  # title, text; `{amount}` and `{due}` are filled in

_TEMPLATES: Mapping[str, Mapping[Language, _Text]] = {
    "CaseSubmitted": {
        "zh": ("申请已提交", "您的售后申请已提交，金额 {amount}。"),
        "en": ("Request received", "Your request for {amount} has been received."),
    },
    "CaseApproved": {
        "zh": ("申请已通过", "您的售后申请已通过，金额 {amount}。"),
        "en": ("Request approved", "Your request for {amount} was approved."),
    },
    "CaseRejected": {
        "zh": ("申请被拒绝", "商家拒绝了您的申请。您可在 {due}前修改申请或申请平台介入，逾期将关闭。"),
        "en": (
            "Request refused",
            "The merchant refused. Until {due} you can revise it or ask the platform to step in.",
        ),
    },
    "CaseRejected.inspection": {
        "zh": ("验货未通过", "商家验货未通过。您可在 {due}前申请平台介入，逾期商品将寄回给您。"),
        "en": (
            "The goods did not pass",
            "The shop does not accept the goods. Until {due} you can ask the platform to step in; else they go back.",
        ),
    },
    "OfferMade.inspection": {
        "zh": ("验货后部分退款", "商家验货后提议退款 {offer}，请在 {due}前答复，逾期由平台裁决。"),
        "en": ("The shop would refund a part", "After the inspection the shop offers {offer}. Please answer by {due}."),
    },
    "ReturnOpened": {
        "zh": ("请寄回商品", "商家已同意退货，请查看售后详情中的退货地址和退货编号，并在 {due}前填写运单号。"),
        "en": ("Please send the goods back", "Address and return number are on your case. Please ship by {due}."),
    },
    "AddressGiven": {
        "zh": ("请寄回商品", "退货地址已提供，请在 {due}前寄回并填写运单号。"),
        "en": ("Please send the goods back", "The return address is on your case now. Please ship by {due}."),
    },
    "GoodsBack": {
        "zh": ("退货包裹被退回", "您寄回的包裹已退回给您，请查看售后详情。"),
        "en": ("Your parcel came back", "The parcel that you sent came back to you. Please look at your case."),
    },
    "ReturnReceived": {
        "zh": ("商家已收货", "商家已收到您寄回的商品，正在验货。"),
        "en": ("Goods received", "The shop has your goods and is looking at them."),
    },
    "CaseEscalated": {
        "zh": ("平台已介入", "平台客服已介入您的售后。请在 {due}前陈述并提交凭证，之后将作出裁决。"),
        "en": ("The platform has stepped in", "Until {due} you can tell your side and add files; then an agent rules."),
    },
    "CaseEscalated.platform_decides": {
        "zh": ("平台已介入", "平台客服已介入您的售后，将作出裁决。"),
        "en": ("The platform has stepped in", "An agent of the platform will rule on your case."),
    },
    "OfferMade": {
        "zh": ("商家提出协商方案", "商家提议退款 {offer}，请在 {due}前答复，逾期将关闭。"),
        "en": ("The merchant made an offer", "The merchant offers {offer}. Please answer by {due}."),
    },
    "CaseClosed": {
        "zh": ("售后已关闭", "您的售后申请已关闭。"),
        "en": ("Case closed", "Your case has been closed."),
    },
    "CaseClosed.confirmed": {
        "zh": ("售后已完成", "商家已确认收到的商品，您的极速退款已生效。"),
        "en": ("All is settled", "The goods were accepted. Your instant refund stands."),
    },
    "CaseClosed.netted": {
        "zh": ("退款已抵扣欠款", "您的退款已全部用于抵扣此前的欠款，明细见售后详情。"),
        "en": ("Your refund paid what you owed", "All of it was kept back for what you owed. Your case says how."),
    },
    "RefundNetted": {
        "zh": ("退款抵扣欠款", "您的退款中 {refund} 用于抵扣此前的欠款，明细见售后详情。"),
        "en": ("Kept back from your refund", "{refund} of your refund was kept back for what you owed."),
    },
    "RulingGiven": {
        "zh": ("平台已裁决", "平台已对您的售后申请作出裁决。如有异议，请在 {due}前申诉，逾期裁决生效。"),
        "en": ("The platform has ruled", "The platform has ruled on your case. Until {due} you can appeal, once."),
    },
    "RulingGiven.final": {
        "zh": ("平台已裁决", "平台已对您的售后申请作出最终裁决。"),
        "en": ("The platform has ruled", "The platform has ruled on your case, for good."),
    },
    "InquiryAnswered": {
        "zh": ("平台核查完成", "平台已完成对您售后申请的核查，请查看售后详情。"),
        "en": ("The platform has looked into it", "The platform has looked into your case. Please look at it."),
    },
    "RulingAppealed": {
        "zh": ("裁决已被申诉", "平台的裁决已被申诉，将由主管复核。"),
        "en": ("The ruling was appealed against", "A supervisor of the platform will look at your case again."),
    },
    "RulingExecuted": {
        "zh": ("裁决已生效", "平台的裁决已生效，请查看售后详情。"),
        "en": ("The ruling is final", "The ruling on your case is final. Please look at your case."),
    },
    "DifferenceAsked": {
        "zh": ("请补差价", "您换购的商品需补差价 {difference}，请在 {due}前支付，逾期将为您退款。"),
        "en": (
            "Please pay the difference",
            "Your new goods cost {difference} more. Please pay by {due}; else we refund.",
        ),
    },
    "PaymentTurnedAway": {
        "zh": ("款项将退还", "您支付的 {paid} 无需支付或金额不符，将原路退还。"),
        "en": (
            "Your payment comes back",
            "Your {paid} were not asked for, and go back to where they came from.",
        ),
    },
    "ReplacementRequested": {
        "zh": ("商家备货中", "商家将在 {due}前寄出换货或补发商品，逾期将为您退款。"),
        "en": ("Your goods are being prepared", "The shop sends your goods by {due}; else you are refunded."),
    },
    "ReplacementShipped": {
        "zh": ("商品已寄出", "换货或补发的商品已寄出，收到后请在 {due}前确认。"),
        "en": ("Your goods are on their way", "Your goods were sent. Please confirm by {due} that they came."),
    },
    "ReplacementFailed": {
        "zh": ("包裹未送达", "换货或补发的包裹未能送达，我们正在为您处理。"),
        "en": ("Your parcel did not arrive", "The parcel with your goods did not arrive. We are seeing to it."),
    },
    "ReplacementReceived": {
        "zh": ("换货/补发完成", "您已收到换货或补发的商品。"),
        "en": ("Your goods have arrived", "You have your goods; thank you."),
    },
    "ExchangeConverted": {
        "zh": ("已转为退款", "您的换货或补发已转为退款，金额 {amount}。"),
        "en": ("It becomes a refund", "Instead of goods you are refunded {amount}."),
    },
    "RefundSettled": {
        "zh": ("退款已到账", "{refund} 已退回您的支付账户。"),
        "en": ("Refund paid", "{refund} has been paid back to you."),
    },
    "RefundSettled.compensation": {
        "zh": ("赔付已到账", "赔付 {refund} 已以代金券形式发放到您的账户。"),
        "en": ("Compensation credited", "{refund} has been credited to your account as a voucher."),
    },
    "RefundSettled.freight": {
        "zh": ("退货运费已到账", "退货运费 {refund} 已以代金券形式发放到您的账户。"),
        "en": ("Freight credited", "{refund} for the way back has been credited to your account as a voucher."),
    },
    "RefundSettled.multiple": {
        "zh": ("惩罚性赔偿已到账", "惩罚性赔偿 {refund} 已以代金券形式发放到您的账户，计算明细见售后详情。"),
        "en": (
            "Damages credited",
            "{refund} in damages has been credited to your account as a voucher.",
        ),
    },
    "CaseApproved.kept": {
        "zh": ("申请已通过，商品无需寄回", "您的售后申请已通过，金额 {amount}，商品请您留下，无需寄回。"),
        "en": (
            "Request approved, keep the goods",
            "Your request for {amount} was approved; the goods are yours.",
        ),
    },
    "CaseApproved.advance": {
        "zh": ("平台先行赔付", "您的凭证已通过审核，平台先行赔付 {amount}。"),
        "en": ("The platform pays at once", "Your evidence was accepted: the platform pays {amount} at once."),
    },
    "RecoveryOpened.clawback": {
        "zh": (
            "提前退款需退回",
            "已提前退给您的款项中，有 {owed} 需要退回，结清前将从您之后的退款中抵扣。",
        ),
        "en": (
            "Money is owed back",
            "Of what you were paid early, {owed} is owed back; later refunds pay it first.",
        ),
    },
    "RefundReversed": {
        "zh": ("退款被退回", "您的退款 {refund} 被银行退回，平台正在为您处理。"),
        "en": ("Refund returned", "Your refund of {refund} was returned by the bank. We are seeing to it."),
    },
    "RefundFailed": {
        "zh": ("退款遇到问题", "您的退款 {refund} 未能完成，平台正在为您处理，无需操作。"),
        "en": (
            "A problem with your refund",
            "Your refund of {refund} did not go through. We are seeing to it.",
        ),
    },
    "RepairBegun": {
        "zh": ("开始维修", "您的维修申请已进入处理，请在售后详情中查看进度。"),
        "en": ("Your repair has begun", "Where it stands is on your case."),
    },
    "AppointmentBooked": {
        "zh": ("工程师上门已预约", "工程师将于 {starts}起上门，请保持电话畅通。"),
        "en": ("An engineer is coming", "The engineer comes from {starts}."),
    },
    "AppointmentOver": {
        "zh": ("上门未完成", "本次上门未完成，商家将重新预约。"),
        "en": ("The visit did not take place", "The shop will book another one."),
    },
    "EstimateMade": {
        "zh": ("维修报价", "商品已过保修期，维修需 {fee}，请在 {due}前答复，逾期将不维修。"),
        "en": ("What the repair costs", "It is out of warranty: the repair costs {fee}. Please answer by {due}."),
    },
    "RepairRecorded": {
        "zh": ("维修有结果", "维修结果已出，请查看售后详情。"),
        "en": ("The repair has a result", "What was found and done is on your case."),
    },
    "GoodsSentBack": {
        "zh": ("商品已寄回", "维修商品已寄出，请收到后在 {due}前验收，逾期视为修好。"),
        "en": ("Your goods are on their way", "Please look whether they work by {due}; silence means that they do."),
    },
    "RepairAccepted": {
        "zh": ("验收完成", "感谢您的确认。如有维修费，请在售后详情中支付。"),
        "en": ("Thank you", "Your repair is accepted. If it costs something, you can pay on your case."),
    },
    "ChoiceAsked": {
        "zh": ("请选择换货或退款", "商品未能修好，请在 {due}前选择换货或退款，逾期退款。"),
        "en": ("Exchange or refund?", "It could not be repaired. Please choose by {due}; otherwise it is refunded."),
    },
    "RepairFeePaid": {
        "zh": ("维修费已支付", "您的维修费 {fee} 已支付。"),
        "en": ("Repair paid", "Your payment of {fee} for the repair has arrived."),
    },
    "CaseConverted": {
        "zh": ("售后类型已变更", "您的售后申请已变更，请查看售后详情。"),
        "en": ("Your case has changed", "It goes on as something else. Please look at your case."),
    },
    "PickupBooked": {
        "zh": ("已预约上门取件", "快递员将于 {due}起上门取件，请提前打包好商品。"),
        "en": ("A courier is booked", "The courier comes from {due}. Please have the goods packed."),
    },
    "PickupRebooked": {
        "zh": ("上门取件未成功", "快递员未能取到商品，正在为您重新预约一次，无需操作。"),
        "en": ("The courier did not come by", "The goods were not fetched. We are booking another visit for you."),
    },
    "PickupGivenUp": {
        "zh": ("请自行寄回商品", "上门取件未成功，请在 {due}前自行寄回并填写运单号，或重新预约。"),
        "en": (
            "Please send the goods yourself",
            "No courier came. Please ship the goods by {due}, or book again.",
        ),
    },
    "PickupGivenUp.cancelled": {
        "zh": ("上门取件已取消", "上门取件已取消，请在 {due}前自行寄回并填写运单号，或重新预约。"),
        "en": ("The courier is cancelled", "No courier comes. Please ship the goods by {due}, or book again."),
    },
    "CarrierAsked": {
        "zh": ("正在拦截您的包裹", "已通知承运商拦截包裹，商品退回后将为您退款。"),
        "en": ("Your parcel is being stopped", "The carrier is asked to stop your parcel. Your refund follows."),
    },
    "InterceptionFailed": {
        "zh": ("包裹未能拦截", "承运商未能拦截包裹。您可当面拒收，或签收后申请退货。"),
        "en": (
            "Your parcel could not be stopped",
            "Please refuse it at the door, or keep it and ask to send it back once it is with you.",
        ),
    },
    "GoodsTurnedBack": {
        "zh": ("商品正在退回商家", "商品正在退回，商家收到后将为您退款。"),
        "en": ("The goods are on their way back", "Your refund follows when they are with the shop again."),
    },
    "ProofGiven": {
        "zh": ("承运商已提供签收证明", "承运商已提供签收证明，您的申请将由人工审核。"),
        "en": ("The carrier says who signed", "The carrier has a proof of delivery. A person will look at your case."),
    },
    "GoodsFound": {
        "zh": ("包裹已找到", "您已退款的包裹显示已送达。如您已收到，请联系商家寄回。"),
        "en": ("Your parcel turned up", "The parcel that you were refunded for was delivered. Please send it back."),
    },
    "CaseClosed.delivered": {
        "zh": ("商品已送达，申请已关闭", "商品已签收，本次申请已关闭。如不需要，请申请退货退款。"),
        "en": ("Your goods were delivered", "This request is closed. If you do not want them, ask to send them back."),
    },
    "DeadlineNear": {
        "zh": ("期限将至", "请在 {due}前处理您的售后。"),
        "en": ("A deadline is near", "Please answer by {due}."),
    },
    "DeadlineMoved.asked_by_buyer": {
        "zh": ("期限已延长", "已为您延长期限，请在 {due}前处理您的售后。"),
        "en": ("You have more time", "Please answer by {due} now."),
    },
    "DeadlineMoved.asked_by_merchant": {
        "zh": ("商家申请延长期限", "商家需要更多时间，处理期限延长至 {due}。"),
        "en": ("The shop needs more time", "Its deadline is now {due}."),
    },
    "DeadlineMoved": {
        "zh": ("期限已变更", "您的售后处理期限变更为 {due}。"),
        "en": ("A deadline has moved", "The deadline of your case is now {due}."),
    },
}


# What is told to everybody who bought goods that turned out to be dangerous; `{batch}` is of which batch, if known.
_WARNING: Mapping[Language, _Text] = {
    "zh": (
        "安全提醒：请立即停止使用",
        "您购买的“{title}”{batch}经平台核查存在安全隐患，已要求停止销售。请立即停止使用，并在订单中申请售后。",
    ),
    "en": (
        "Safety warning: please stop using it",
        "“{title}”{batch}, which you bought, was found to be unsafe, and its sale is to be stopped. Please stop using "
        "it, and ask for your money back on your order.",
    ),
}
_BATCH: Mapping[Language, str] = {"zh": "（批次 {batch}）", "en": " (batch {batch})"}

# Gates at which buyers are awaited, and reminded.
BUYERS = frozenset(
    {
        "buyer_answer",
        "escalation",
        "shipment",
        "difference",
        "replacement_receipt",
        "estimate",
        "acceptance",
        "choice",
        "fee",
        "evidence",
        "appeal",
    }
)


class Words(NamedTuple):
    title: str
    text: str


def warning(language: Language, title: str, batch: str | None) -> Words:
    """What a buyer of dangerous goods is told: what they are called on the buyer's own order, and what to do."""
    subject, text = _WARNING[language]
    named = _BATCH[language].format(batch=batch) if batch else ""
    return Words(subject, text.format(title=title, batch=named))


def words(event: Mapping[str, Any], language: Language, time_zone: str = CHINA) -> Words | None:
    """The message for an event (contracts.md's envelope), or None when there is nothing to tell; times by the clocks of
    `time_zone`."""
    if event["type"] == "DeadlineNear" and event["data"].get("gate") not in BUYERS:
        return None  # others are awaited
    template = template_of(event)
    if template is None:
        return None
    blanks = blanks_of(event, language, time_zone)
    title, text = template[language]
    return Words(title.format(**blanks), text.format(**blanks))


def template_of(event: Mapping[str, Any]) -> Mapping[Language, _Text] | None:
    """The same event may mean something else to its buyer, by what it is `because` of, or `covers`."""
    type, data = event["type"], event["data"]
    keys = (f"{type}.{data.get('because')}", f"{type}.{data.get('covers')}", type)
    return next((_TEMPLATES[key] for key in keys if key in _TEMPLATES), None)


def blanks_of(event: Mapping[str, Any], language: Language, time_zone: str = CHINA) -> dict[str, str]:
    """What a template may be filled in with; empty where the event does not say it."""
    data = event["data"]
    return {
        "amount": spoken(data.get("amount"), language),
        "offer": spoken(data.get("offer"), language),
        "refund": spoken(data.get("refund_amount"), language),
        "difference": spoken(data.get("difference"), language),
        "fee": spoken(data.get("fee"), language),
        "paid": spoken(data.get("paid"), language),
        "owed": spoken(data.get("recovery_amount"), language),
        "due": _minute(data.get("due_at"), language, time_zone),
        "starts": _minute(data.get("starts_at"), language, time_zone),
    }


def _minute(at: Any, language: Language, time_zone: str) -> str:
    """An instant as a clock of the buyer's shows it, and which clock that is."""
    if not at:
        return ""
    from zoneinfo import ZoneInfo  # few messages tell a time

    local = datetime.fromisoformat(str(at)).astimezone(ZoneInfo(time_zone))
    offset = f"{local:%z}"
    clock = f"UTC{offset[:3]}:{offset[3:]}"
    if language == "zh":
        return f"{local:%Y-%m-%d %H:%M}（{'北京时间' if time_zone == CHINA else clock}）"
    return f"{local:%Y-%m-%d %H:%M} ({clock})"


def spoken(money: Mapping[str, Any] | None, language: Language = "en") -> str:
    """`{"amount": 8900, "currency": "CNY"}` as `CNY 89.00`, in Chinese `¥89.00`, by integer arithmetic."""
    if not money:
        return ""
    digits = EXPONENTS[money["currency"]]
    whole, part = divmod(int(money["amount"]), 10**digits)
    unit = "¥" if language == "zh" and money["currency"] == "CNY" else f"{money['currency']} "
    return f"{unit}{whole}.{part:0{digits}}" if digits else f"{unit}{whole}"
