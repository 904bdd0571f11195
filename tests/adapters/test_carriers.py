"""What carriers answer to commands, and what their answers never mean: the real adapter over the stand-in, and the
stand-in that use cases are tested with, keep one contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from chalicelib.adapters.logistics.aftership import AfterShip
from chalicelib.adapters.logistics.kuaidi100 import Kuaidi100
from chalicelib.adapters.logistics.seventeen_track import SeventeenTrack
from chalicelib.adapters.logistics.systems import CarrierSystems
from chalicelib.domain.logistics import CAN, CarrierClaim, CarrierCommand, ShownFile
from chalicelib.domain.parcels import Slot
from chalicelib.errors import Fault
from chalicelib.ports import CarrierAnswer, Logistics
from local.standins.carrier import CarrierStandIn
from local.standins.carrier_desk import Desk
from tests.adapters.held import Held
from tests.adapters.servers import Server, serving
from tests.standins.parcels import RECEIVER, SENDER
from tests.standins.partners import StandInCarriers

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SLOT = Slot(begins_at=AT, ends_at=AT + timedelta(hours=2))
KEYS = {
    "standard": {"api_key": "key-1"},
    "kuaidi100": {"key": "kd-key", "salt": "kd-salt", "callback_url": "https://us.example/kd"},
    "aftership": {"api_key": "as-key"},
    "seventeen_track": {"key": "st-key"},
}


def command(kind: str = "book_pickup", number: str = "cmd_1", **more: Any) -> CarrierCommand:
    usual: dict[str, Any] = {"command_no": number, "kind": kind, "system": "standard", "order_id": "o1", "asked_at": AT}
    if kind == "book_pickup":
        usual |= {"slot": SLOT, "sender": SENDER, "receiver": RECEIVER}
    return CarrierCommand(**{**usual, **more})


def tracked(**more: Any) -> CarrierCommand:
    return command("track", carrier="sf", waybill_no="SF1234567890", **more)


class OverHttp:
    """The real adapter, over HTTP, and how to make the carriers at its other end behave."""

    def __init__(self, standin: CarrierStandIn, held: Held) -> None:
        self.port: Logistics = CarrierSystems(standin.url, held.secrets())
        self._desk = standin.desk

    def refuse(self, kind: str, reason: str) -> None:
        self._desk.script({"rule": kind, "outcome": "fail", "reason": reason})

    def accept(self, kind: str) -> None:
        self._desk.script({"rule": kind, "outcome": "accept"})

    def lose_answer(self, kind: str) -> None:
        self._desk.script({"rule": kind, "outcome": "timeout"})

    def lose_question(self, kind: str) -> None:
        self._desk.script({"rule": kind, "outcome": "deaf"})

    @property
    def done(self) -> int:
        return len(self._desk.commands)


class InProcess:
    """The stand-in of the use cases' tests."""

    def __init__(self) -> None:
        self._carriers = StandInCarriers()
        self.port: Logistics = self._carriers

    def refuse(self, kind: str, reason: str) -> None:
        self._carriers.answers.append(CarrierAnswer("failed", reason))

    def accept(self, kind: str) -> None:
        self._carriers.answers.append(CarrierAnswer("accepted"))

    def lose_answer(self, kind: str) -> None:
        real = self._carriers.carry_out

        def silent(asked: CarrierCommand) -> CarrierAnswer:
            real(asked)
            self._carriers.carry_out = real  # type: ignore[method-assign]
            return CarrierAnswer("unknown", "no answer")

        self._carriers.carry_out = silent  # type: ignore[method-assign]

    def lose_question(self, kind: str) -> None:
        self._carriers.deaf = 1

    @property
    def done(self) -> int:
        return len(self._carriers.book)


@pytest.fixture(params=["over HTTP", "in process"])
def carriers(request: pytest.FixtureRequest) -> Iterator[OverHttp | InProcess]:
    if request.param == "in process":
        yield InProcess()
        return
    with CarrierStandIn(Desk(), api_key="key-1") as standin:
        yield OverHttp(standin, Held(KEYS))


Carriers = OverHttp | InProcess


def test_a_booking_brings_a_waybill_and_keeps_its_slot(carriers: Carriers) -> None:
    answer = carriers.port.carry_out(command())
    assert ("done", "sf", SLOT) == (answer.outcome, answer.carrier, answer.slot)
    assert answer.waybill_no is not None


def test_the_same_number_does_one_thing(carriers: Carriers) -> None:
    first, second = carriers.port.carry_out(command()), carriers.port.carry_out(command())
    assert first == second == carriers.port.find(command())
    assert 1 == carriers.done


def test_a_refusal_is_a_refusal_with_its_reason(carriers: Carriers) -> None:
    carriers.refuse("book_pickup", "no_courier")
    answer = carriers.port.carry_out(command())
    assert ("failed", "no_courier") == (answer.outcome, answer.reason)
    assert answer == carriers.port.find(command())


def test_what_will_be_done_is_not_done(carriers: Carriers) -> None:
    carriers.accept("book_pickup")
    assert "accepted" == carriers.port.carry_out(command()).outcome


def test_a_lost_answer_is_not_a_failure_and_can_be_asked_for(carriers: Carriers) -> None:
    carriers.lose_answer("book_pickup")
    assert "unknown" == carriers.port.carry_out(command()).outcome
    assert "done" == carriers.port.find(command()).outcome
    assert 1 == carriers.done


def test_a_question_that_was_never_heard_is_never_seen(carriers: Carriers) -> None:
    carriers.lose_question("book_pickup")
    assert "unknown" == carriers.port.carry_out(command()).outcome
    assert "never_seen" == carriers.port.find(command()).outcome
    assert "done" == carriers.port.carry_out(command()).outcome


# --- the stand-in's own world


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def port(desk: Desk) -> Iterator[Logistics]:
    with CarrierStandIn(desk, api_key="key-1") as standin:
        yield CarrierSystems(standin.url, Held(KEYS).secrets())


def test_a_visit_is_moved_and_cancelled_under_its_booking(port: Logistics) -> None:
    later = Slot(begins_at=AT + timedelta(days=1), ends_at=AT + timedelta(days=1, hours=2))
    port.carry_out(command())
    moved = port.carry_out(command("rebook_pickup", "cmd_2", booking_no="cmd_1", slot=later))
    assert ("done", later) == (moved.outcome, moved.slot)
    assert "done" == port.carry_out(command("cancel_pickup", "cmd_3", booking_no="cmd_1")).outcome


def test_a_booking_that_nobody_knows_cannot_be_cancelled(port: Logistics) -> None:
    assert "unknown_booking" == port.carry_out(command("cancel_pickup", "cmd_3", booking_no="cmd_9")).reason


def test_goods_are_stopped_until_they_are_delivered(port: Logistics, desk: Desk) -> None:
    port.carry_out(tracked())
    stop = {"carrier": "sf", "waybill_no": "SF1234567890"}
    assert "done" == port.carry_out(command("intercept", "cmd_2", **stop)).outcome
    desk.script({"scan": "signed", "waybill_no": "SF1234567890"})
    assert "delivered_already" == port.carry_out(command("intercept", "cmd_3", **stop)).reason


def test_a_signature_has_its_proof(port: Logistics, desk: Desk) -> None:
    asked = {"carrier": "sf", "waybill_no": "SF1234567890"}
    assert "no_proof_kept" == port.carry_out(command("proof_of_delivery", "cmd_1", **asked)).reason
    desk.script({"scan": "signed_by_proxy", "waybill_no": "SF1234567890"})
    proof = port.carry_out(command("proof_of_delivery", "cmd_2", **asked)).proof
    assert proof is not None
    assert ("by_proxy", "pod/SF1234567890.jpg") == (proof.how, proof.reference)


def claim(*files: str) -> CarrierClaim:
    shown = tuple(ShownFile(evidence_id=file, digest="0" * 64) for file in files)
    return CarrierClaim(recovery_id="rec_1", because="damage", amount=8900, currency="CNY", files=shown)


def test_a_claim_is_paid_to_who_shows_something_and_refused_to_others(port: Logistics) -> None:
    asked = {"carrier": "sf", "waybill_no": "SF1234567890"}
    refused = port.carry_out(command("file_claim", "cmd_1", claim=claim(), **asked))
    assert ("failed", "claim_unfounded") == (refused.outcome, refused.reason)
    paid = port.carry_out(command("file_claim", "cmd_2", claim=claim("evd_1"), **asked))
    assert ("done", 8900, "CNY") == (paid.outcome, paid.paid, paid.currency)


# --- answers that are no answers

OURS = {"command_no": "cmd_1"}
UNBELIEVED: dict[str, tuple[int, Any]] = {
    "an outage": (503, {"code": "unavailable"}),
    "a refusal by status alone": (422, {}),
    "a refusal of another number": (422, {"command_no": "cmd_9", "state": "failed"}),
    "success of another number": (200, {"command_no": "cmd_9", "state": "done"}),
    "success by status alone": (200, {}),
    "a page": (200, b"<html>hello</html>"),
    "a list": (200, [OURS]),
    "a state that nobody knows": (200, {**OURS, "state": "eaten"}),
    "done with an error's status": (500, {**OURS, "state": "done"}),
    "a wrong key": (401, {"code": "unauthorized"}),
    "a wrong address": (404, {}),
    "a redirect": (302, {}),
    "a waybill that is none": (200, {**OURS, "state": "done", "carrier": "sf", "waybill_no": "#"}),
    "a waybill of nobody's": (200, {**OURS, "state": "done", "waybill_no": "SF1234"}),
    "a slot that is none": (200, {**OURS, "state": "done", "slot": {"begins_at": "soon"}}),
}


def said(status: int, body: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {}, body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize("what", UNBELIEVED)
def test_what_makes_no_sense_is_neither_done_nor_failed(what: str) -> None:
    with serving(said(*UNBELIEVED[what])) as server:
        assert "unknown" == CarrierSystems(server.url, Held(KEYS).secrets()).carry_out(command()).outcome


@pytest.mark.parametrize(
    ("paid", "outcome", "amount"),
    [
        ({}, "done", None),
        ({"paid": {"amount": 8900, "currency": "USD"}}, "done", 8900),
        ({"paid": {"amount": 0}}, "unknown", None),
    ],
)
def test_what_is_paid_for_a_claim_is_passed_on_as_it_was_said(
    paid: dict[str, Any], outcome: str, amount: int | None
) -> None:
    """Whether that is enough, `carrier_claims.understood` says, for this road and for what carriers push."""
    with serving(said(200, {**OURS, "state": "done", **paid})) as server:
        told = CarrierSystems(server.url, Held(KEYS).secrets()).carry_out(command("file_claim", claim=claim()))
    assert (outcome, amount) == (told.outcome, told.paid)


def test_nobody_at_home_is_no_answer() -> None:
    with serving() as server:
        url = server.url
    assert "unknown" == CarrierSystems(url, Held(KEYS).secrets()).carry_out(command()).outcome


def test_a_key_that_was_rotated_is_found_at_once() -> None:
    held = Held(KEYS)
    with serving(said(401, {}), said(200, {**OURS, "state": "done"})) as server:
        systems = CarrierSystems(server.url, held.secrets())
        systems._secret.read()
        held.value, held.now = {**KEYS, "standard": {"api_key": "key-2"}}, held.now + 60
        assert "done" == systems.carry_out(command()).outcome
        assert ["Bearer key-1", "Bearer key-2"] == [asked.headers["authorization"] for asked in server.asked]


def test_a_system_without_a_key_is_a_fault_and_not_a_refusal() -> None:
    with pytest.raises(Fault):
        CarrierSystems("http://127.0.0.1:9", Held({}).secrets()).carry_out(command())


@pytest.mark.parametrize("system", ["kuaidi100", "aftership", "seventeen_track"])
def test_a_tracker_fetches_nothing(system: Any) -> None:
    answer = CarrierSystems("http://127.0.0.1:9", Held(KEYS).secrets()).carry_out(command(system=system))
    assert ("failed", {"track"}) == (answer.outcome, set(CAN[system]))


# --- trackers

Tracker = Callable[[str], Logistics]
TRACKERS: dict[str, Tracker] = {
    "kuaidi100": lambda url: Kuaidi100(lambda: KEYS["kuaidi100"], url),
    "aftership": lambda url: AfterShip(lambda: KEYS["aftership"], url),
    "seventeen_track": lambda url: SeventeenTrack(lambda: KEYS["seventeen_track"], url),
}
REJECTED = {"rejected": [{"number": "1", "error": {"code": -18019901}}]}
UNFOLLOWED = {"rejected": [{"number": "1", "error": {"code": -18019903}}]}
TOLD: list[tuple[str, int, Any, str]] = [
    ("kuaidi100", 200, {"result": True, "returnCode": "200"}, "done"),
    ("kuaidi100", 200, {"result": False, "returnCode": "501"}, "done"),  # subscribed before
    ("kuaidi100", 200, {"result": False, "returnCode": "700"}, "failed"),
    ("kuaidi100", 200, {"result": False, "returnCode": "600"}, "unknown"),  # our key
    ("kuaidi100", 200, {"result": False, "returnCode": "500"}, "unknown"),
    ("kuaidi100", 502, {}, "unknown"),
    ("aftership", 201, {"meta": {"code": 201}}, "done"),
    ("aftership", 400, {"meta": {"code": 4003}}, "done"),  # exists
    ("aftership", 422, {"meta": {"code": 4005}}, "failed"),
    ("aftership", 401, {"meta": {"code": 401}}, "unknown"),
    ("aftership", 429, {}, "unknown"),
    ("seventeen_track", 200, {"code": 0, "data": {"accepted": [{"number": "1"}], "rejected": []}}, "done"),
    ("seventeen_track", 200, {"code": 0, "data": REJECTED}, "done"),  # registered
    ("seventeen_track", 200, {"code": 0, "data": UNFOLLOWED}, "failed"),
    ("seventeen_track", 401, {"code": -18010002}, "unknown"),
    ("seventeen_track", 500, {}, "unknown"),
]


def follow(system: str, status: int, body: Any) -> tuple[CarrierAnswer, Server]:
    with serving(said(status, body)) as server:
        return TRACKERS[system](server.url).carry_out(tracked(system=system)), server


@pytest.mark.parametrize(("system", "status", "body", "outcome"), TOLD)
def test_a_tracker_is_understood(system: str, status: int, body: Any, outcome: str) -> None:
    assert outcome == follow(system, status, body)[0].outcome


def test_kuaidi100_is_told_whom_to_push_to_and_how_to_sign() -> None:
    [asked] = follow("kuaidi100", 200, {})[1].asked
    param = json.loads(parse_qs(asked.body.decode())["param"][0])
    assert ("/poll", "shunfeng", "SF1234567890", "kd-key") == (
        asked.path, param["company"], param["number"], param["key"],
    )  # fmt: skip
    assert {"callbackurl": "https://us.example/kd", "salt": "kd-salt", "resultv2": "4"} == param["parameters"]


def test_aftership_is_told_the_carrier_in_its_own_words() -> None:
    [asked] = follow("aftership", 201, {})[1].asked
    assert {"tracking_number": "SF1234567890", "slug": "sf-express"} == json.loads(asked.body)
    assert "as-key" == asked.headers["as-api-key"]


def test_17track_is_told_the_carrier_by_its_number() -> None:
    [asked] = follow("seventeen_track", 200, {})[1].asked
    assert [{"number": "SF1234567890", "carrier": 100012}] == json.loads(asked.body)
    assert "st-key" == asked.headers["17token"]
