"""What goes wrong is told in one shape, in the reader's language, and tells nothing that is ours to keep."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import PartnerUnavailable, TransientFault
from tests.api.gateway import call
from tests.standins.world import World

SHAPE = {"type", "title", "status", "code", "detail", "errors", "request_id"}


def broken(world: World, error: Exception, monkeypatch: pytest.MonkeyPatch) -> Any:
    def load(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(world.records, "load", load)
    return call("GET", "/orders/o1", token="buyer:b1")


def test_a_problem_has_one_shape(world: World) -> None:
    answer = call("GET", "/orders/nowhere", token="buyer:b1")
    assert SHAPE == set(answer.body)
    assert ("application/problem+json", "urn:aftersales:problem:OrderNotFound", "req-1") == (
        answer.headers["content-type"],
        answer.body["type"],
        answer.body["request_id"],
    )


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        ("zh-CN", "订单不存在"),
        ("zh", "订单不存在"),
        ("zh-Hant;q=0.8, en;q=0.3", "订单不存在"),
        ("en-GB, zh;q=0.5", "There is no such order"),
        ("fr", "There is no such order"),
        ("zh;q=x,;;,=", "There is no such order"),
        ("", "There is no such order"),
    ],
)
def test_titles_speak_the_readers_language(world: World, accepted: str, title: str) -> None:
    answer = call("GET", "/orders/nowhere", token="buyer:b1", headers={"Accept-Language": accepted})
    assert title == answer.body["title"]


def test_what_we_did_not_foresee_is_a_500_without_a_word_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = broken(world, RuntimeError("table aftersales-prod, key 1234"), monkeypatch)
    assert (500, "Fault") == (answer.status, answer.body["code"])
    assert "1234" not in answer.text


@pytest.mark.parametrize("error", [TransientFault("throttled"), PartnerUnavailable("no answer")])
def test_what_passes_asks_for_another_try(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    answer = broken(world, error, monkeypatch)
    assert (503, "1") == (answer.status, answer.headers["retry-after"])


def test_what_else_is_possible_stands_beside_the_refusal(world: World) -> None:
    body = {"order_id": "o1", "reason": "not_wanted", "remedy": "repair", "lines": [{"line_id": "coat"}]}
    answer = call("POST", "/cases", body, token="buyer:b1", key="k1")
    remedies = ["compensation", "refund_only"]
    assert (422, "NotEligible", remedies) == (answer.status, answer.body["code"], answer.body["remedies"])


def test_a_state_does_not_take_the_place_of_the_status(world: World) -> None:
    body = {"order_id": "o1", "reason": "not_wanted", "lines": [{"line_id": "coat"}]}
    case_id = call("POST", "/cases", body, token="buyer:b1", key="k1").body["case_id"]
    answer = call("POST", f"/cases/{case_id}/escalate", {}, token="buyer:b1", key="k2")
    assert (404, 404, "in_review") == (answer.status, answer.body["status"], answer.body["state"])


def test_an_unknown_address_and_a_wrong_method_have_the_shape_too(world: World) -> None:
    for method, path in (("GET", "/nowhere"), ("DELETE", "/cases")):
        answer = call(method, path)
        assert SHAPE == set(answer.body)
        assert (405, "MethodNotAllowed") == (answer.status, answer.body["code"])


def test_a_wrong_method_is_told_the_right_ones(world: World) -> None:
    """RFC 9110: a 405 without them would leave the caller to guess."""
    assert "GET, POST" == call("DELETE", "/cases").headers["allow"]


def test_every_answer_is_guarded(world: World) -> None:
    for answer in (call("GET", "/health"), call("GET", "/orders/o1", token="buyer:b1"), call("GET", "/nowhere")):
        assert {"nosniff", "no-store"} == {answer.headers["x-content-type-options"], answer.headers["cache-control"]}


def test_signed_bytes_that_nobody_signed_are_refused(world: World) -> None:
    for path in (
        "/payments/notifications",
        "/merchants/m1/callbacks",
        "/merchants/nobody/callbacks",
        "/logistics/callbacks/kuaidi100",
    ):
        answer = call("POST", path, {"type": "decision"})
        assert (401, "SignatureInvalid") == (answer.status, answer.body["code"])


def test_a_good_signature_on_a_bad_body_is_400(world: World) -> None:
    answer = call("POST", "/payments/notifications", {"type": "refund.eaten"}, headers={"signature": "good"})
    assert (400, ["type"]) == (answer.status, [wrong["field"] for wrong in answer.body["errors"]])


def test_a_signed_notification_of_a_refund_that_is_not_ours_is_404(world: World) -> None:
    notice = {"type": "refund.settled", "refund_no": "rfd_x"}
    assert 404 == call("POST", "/payments/notifications", notice, headers={"signature": "good"}).status
