"""Every error on the wire: one shape (RFC 9457), one table of statuses, one table of titles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib import errors as e

PREFIX = "urn:aftersales:problem:"

# The nearest class up the tree that stands here gives the status.
STATUSES: Mapping[type[e.AftersalesError], int] = {
    e.BadInput: 400,
    e.BodyTooLarge: 413,
    e.UnsupportedMediaType: 415,
    e.MethodNotAllowed: 405,
    e.NotAllowed: 403,
    e.Unauthorized: 401,
    e.SignatureInvalid: 401,
    e.TooManyRequests: 429,
    e.NotFound: 404,
    e.NotPossible: 422,
    e.Conflict: 409,
    e.VersionMismatch: 412,
    e.Fault: 500,
    e.TransientFault: 503,
    e.PartnerUnavailable: 503,
}

TITLES: Mapping[type[e.AftersalesError], tuple[str, str]] = {
    e.InvalidRequest: ("请求有误", "The request is not valid"),
    e.IdempotencyKeyMissing: ("缺少幂等键", "An Idempotency-Key is needed"),
    e.BodyTooLarge: ("请求体过大", "The body is too large"),
    e.UnsupportedMediaType: ("不支持的内容类型", "The body must be JSON"),
    e.MethodNotAllowed: ("该地址不支持此方法", "The address does not know this method"),
    e.OrderDoesNotAddUp: ("订单金额不平", "The order does not add up"),
    e.CurrencyMismatch: ("币种不一致", "Two currencies met"),
    e.Unauthorized: ("未登录或凭证无效", "A valid token is needed"),
    e.Forbidden: ("无权操作", "You may not do this"),
    e.MerchantFrozen: ("店铺已被平台冻结", "The platform has frozen this shop"),
    e.SignatureInvalid: ("签名无效", "The signature does not verify"),
    e.TooManyRequests: ("请求过于频繁", "Too many requests"),
    e.SecondPersonNeeded: ("需要第二人复核", "A second person must agree"),
    e.OrderNotFound: ("订单不存在", "There is no such order"),
    e.LineNotFound: ("订单中没有该商品", "The order has no such line"),
    e.CaseNotFound: ("售后单不存在", "There is no such case"),
    e.RefundNotFound: ("退款单不存在", "There is no such refund"),
    e.ReturnNotFound: ("该售后单没有退货", "Nothing comes back in this case"),
    e.RepairNotFound: ("该售后单没有维修", "Nothing is repaired in this case"),
    e.GateNotFound: ("售后单当前不在等待该操作", "The case does not wait for this"),
    e.MerchantNotFound: ("商家不存在", "There is no such merchant"),
    e.PolicyNotFound: ("售后政策不存在", "There is no such policy"),
    e.DeliveryNotFound: ("没有该推送记录", "There is no such delivery"),
    e.ParcelNotFound: ("包裹不存在", "There is no such parcel"),
    e.CommandNotFound: ("没有该物流指令", "There is no such command to a carrier"),
    e.DisputeNotFound: ("平台未介入该售后单", "The platform was not asked to rule on this case"),
    e.RecoveryNotFound: ("追偿单不存在", "Nothing like this is owed"),
    e.ReconciliationNotFound: ("该日尚未对账", "This day was not reconciled"),
    e.RouteNotFound: ("地址不存在", "There is nothing at this address"),
    e.NotEligible: ("不符合售后条件", "The policy does not allow this"),
    e.RefundExceedsPaid: ("退款金额超过实付金额", "More than was paid"),
    e.QuantityExceedsPurchased: ("退款数量超过可退数量", "More units than are left"),
    e.PaymentChargedBack: ("该款项已被银行拒付", "The bank took this payment back"),
    e.DepositTooSmall: ("保证金余额不足", "The deposit does not hold so much"),
    e.RecoveryExceedsOwed: ("超过待追偿金额", "More than is owed"),
    e.KeyReused: ("幂等键已用于其他请求", "This Idempotency-Key was used for another request"),
    e.EvidenceRejected: ("凭证不符合要求", "This file is not accepted"),
    e.OrderExists: ("订单号已被占用", "Another order has this number"),
    e.OrderBusy: ("操作繁忙，请重试", "Busy, try again"),
    e.TransitionRefused: ("当前状态不允许此操作", "The case's state does not allow this"),
    e.AnswerTooLate: ("已超过答复期限", "It is too late to answer"),
    e.WaybillTaken: ("运单号已被其他包裹使用", "This waybill carries other goods"),
    e.RevisionsExhausted: ("修改次数已用完", "No revisions are left"),
    e.WebhookDisabled: ("推送地址未启用", "The webhook is switched off"),
    e.VersionMismatch: ("内容已被更新，请刷新", "It has changed since you read it"),
    e.Fault: ("系统错误", "Something went wrong on our side"),
    e.TransientFault: ("暂时无法处理，请重试", "Not possible right now, try again"),
    e.SearchUnavailable: ("搜索暂不可用", "Search is not available right now"),
    e.PartnerUnavailable: ("合作方暂时无响应", "A partner does not answer"),
}

OURS = frozenset({"type", "title", "status", "code", "detail", "errors", "request_id"})


class FieldProblem(BaseModel):
    """One field and what is wrong with it; `limits` are machine-readable bounds."""

    field: str
    message: str
    limits: dict[str, Any] | None = None


class Problem(BaseModel):
    """RFC 9457. Some errors add members that say what else is possible, e.g. `remedies`, `limit`, `state`."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    type: str = Field(pattern=f"^{PREFIX}[A-Za-z]+$")
    title: str = Field(description="in the language of Content-Language")
    status: int = Field(ge=400, le=599)
    code: str = Field(description="the error's name; programs read this")
    detail: str
    errors: list[FieldProblem]
    request_id: str


def status_of(kind: type[e.AftersalesError]) -> int:
    return next(STATUSES[parent] for parent in kind.__mro__ if parent in STATUSES)


def title_of(kind: type[e.AftersalesError], language: str) -> str:
    """`language` is `zh-CN` or `en`."""
    zh, en = next(TITLES[parent] for parent in (*kind.__mro__, e.Fault) if parent in TITLES)
    return zh if language == "zh-CN" else en


def language_of(accepted: str) -> str:
    """The best of ours for an Accept-Language header; English when it names none of them."""
    best, weight = "en", 0.0
    for part in accepted[:500].split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            q = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        ours = {"zh": "zh-CN", "en": "en"}.get(tag.strip().lower().partition("-")[0])
        if ours is not None and q > weight:
            best, weight = ours, q
    return best


def leaves() -> Iterator[type[e.AftersalesError]]:
    """Every class that a caller can be shown: those with a title of their own."""
    yield from TITLES


def extensions(facts: Mapping[str, Any]) -> dict[str, Any]:
    """An error's facts as members of the document; `status` is the document's, so a thing's own becomes `state`."""
    renamed = {"state" if name == "status" else name: value for name, value in facts.items()}
    return {name: value for name, value in renamed.items() if name not in OURS}


def fields_of(wrong: Sequence[e.FieldError], most: int = 100) -> list[dict[str, Any]]:
    """The first hundred fields; a name that was sent is cut, because it may be as long as the body."""
    return [
        {"field": bad.field[:200], "message": bad.message[:500]} | ({"limits": bad.limits} if bad.limits else {})
        for bad in wrong[:most]
    ]
