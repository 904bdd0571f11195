"""Words: what an entry is called, and what buyers are told, where the event's type alone would say something else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from chalicelib.domain.return_freights import StepKind
from chalicelib.schemas import names
from chalicelib.schemas.templates import BUYERS, words

USECASES = Path(__file__).parents[2] / "chalicelib" / "usecases"
YUAN = {"amount": 17100, "currency": "CNY"}


def told(type: str, **data: Any) -> tuple[str, str]:
    """What a buyer reads of it in Chinese and in English."""
    zh, en = (words({"type": type, "data": {"amount": YUAN, **data}}, language) for language in ("zh", "en"))
    assert zh is not None and en is not None
    return f"{zh.title} {zh.text}", f"{en.title} {en.text}"


def test_who_keeps_the_goods_is_told_that_nothing_has_to_be_sent_back() -> None:
    zh, en = told("CaseApproved", because="kept")
    assert "无需寄回" in zh and "¥171.00" in zh and "the goods are yours" in en


def test_who_owes_an_instant_refund_is_told_how_much_of_it_and_how_it_is_collected() -> None:
    zh, en = told("RecoveryOpened", because="ruled", covers="clawback", recovery_amount=YUAN)
    assert "¥171.00 需要退回" in zh and "抵扣" in zh and "CNY 171.00 is owed back" in en


def test_what_others_owe_is_not_the_buyer_s_business() -> None:
    event = {"type": "RecoveryOpened", "data": {"because": "shared", "covers": "refund", "recovery_amount": YUAN}}
    assert words(event, "zh") is None


@pytest.mark.parametrize("because", ["compensation", "freight", "multiple"])
def test_what_is_credited_beside_a_refund_is_called_a_voucher(because: str) -> None:
    zh, en = told("RefundSettled", because=because, refund_amount=YUAN)
    assert "代金券" in zh and "voucher" in en


def test_every_step_of_the_freight_of_a_way_back_has_a_name() -> None:
    assert set(get_args(StepKind)) == set(names.FREIGHT_STEPS)


def test_wherever_a_buyer_is_awaited_the_reminder_is_for_the_buyer() -> None:
    """`turn.wait("difference", f"buyer#…", …)` in a use case: silence there would be the buyer's loss."""
    awaited = {
        gate for file in USECASES.glob("*.py") for gate in re.findall(r'wait\(\s*"(\w+)", f"buyer#', file.read_text())
    }
    assert {"difference", "shipment", "replacement_receipt"} <= awaited <= BUYERS


@pytest.mark.parametrize(
    ("type", "data", "zh"),
    [
        ("CaseApproved", {"because": "kept"}, "同意申请，商品由买家保留"),
        ("CaseApproved", {"because": "silence"}, "同意申请"),
        ("StatementMade", {"party": "buyer"}, "当事方陈述"),
        ("StatementMade", {"party": "buyer", "because": "done"}, "没有补充或异议"),
        ("RefundSettled", {"because": "multiple", "voucher": True}, "惩罚性赔偿已发放"),
        ("RefundSettled", {}, "退款到账"),
        ("RecoveryOpened", {"because": "ruled", "covers": "clawback"}, "向买家追回款项"),
        ("RecoveryOpened", {"because": "shared", "covers": "refund"}, "发起追偿"),
        ("Unheard", {}, "Unheard"),
    ],
)
def test_an_entry_is_called_what_it_is(type: str, data: dict[str, Any], zh: str) -> None:
    called = names.entry_name(type, data)
    assert (type, zh) == (called.code, called.zh)
