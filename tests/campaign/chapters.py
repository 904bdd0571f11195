"""The model check by chapters: a part of a case's life with all that can happen in it.

The whole of a case has too many states to see them all (`model.search` looks at the nearest). But its chapters follow
one another: what one leaves behind (a status `beyond`) is where another begins. In each: reachable states × everybody's
move × every fault, in the real use cases, definitions and tables. Which of them end: docs/decisions/0104.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from chalicelib.domain.actors import Actor
from chalicelib.domain.cases import Case
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.replacements import Replacement
from chalicelib.ports import CarrierAnswer
from chalicelib.schemas.disputes import AnswerInquiry, AppealRuling, FinishDispute, MakeStatement
from chalicelib.schemas.recoveries import WriteOff
from chalicelib.usecases import hearings, inquiries, logistics, pursuits, tracking
from chalicelib.usecases.steps import Reply
from tests.campaign import model, swaps
from tests.campaign.cloud import Cloud
from tests.campaign.model import Alphabet, Searched, explore, opening
from tests.campaign.moves import Move, carry, couriers, faults, goods, operators, outbound, partners, repairs, silence
from tests.campaign.stage import Stage
from tests.campaign.stories.shops import delivered, indebted
from tests.campaign.stories.told import Shop
from tests.standins.exchanges import RED, carrier_says, pay, priced
from tests.standins.shops import AGENT, BUYER, MERCHANT, OPERATOR, SUPERVISOR, ask

MOST = 10_000  # more states are no chapter any more


class Chapter(NamedTuple):
    begin: Callable[[], Stage]
    alphabet: Alphabet
    beyond: frozenset[str] = frozenset()


def search(name: str, limit: int = MOST, faults: int | None = None) -> Searched:
    chapter = CHAPTERS[name]
    return explore(chapter.begin(), limit, chapter.alphabet, chapter.beyond, faults)


def _of(*parts: Alphabet) -> Alphabet:
    def moves(stage: Stage) -> Iterator[Move]:
        stage.case_id = stage.cloud.table.all(Case)[0].case_id
        for part in (*parts, silence, faults):
            yield from part(stage)

    return moves


def negotiating(stage: Stage) -> Iterator[Move]:
    """Until somebody says yes, or nobody does."""
    yield "merchant: approve", partial(stage.decides, "approve")
    yield "merchant: reject", stage.rejects
    yield "merchant: counter", partial(stage.offers, 9000)
    yield "buyer: accept", partial(stage.answers, "accept")
    yield "buyer: decline", partial(stage.answers, "decline")
    yield "buyer: withdraw", stage.withdraws
    yield "buyer: escalate", stage.escalates
    yield "buyer: revise", partial(stage.revises, ask("coat"))


def withdrawing(stage: Stage) -> Iterator[Move]:
    yield "buyer: withdraw", stage.withdraws


def hearing(stage: Stage) -> Iterator[Move]:
    """Everybody says something, is done, rules and appeals, whether it is their turn or not."""
    for party in (BUYER, MERCHANT):
        yield f"{party.role}: done", partial(stage.does, hearings.finish, party, FinishDispute())
        appeal = AppealRuling(reason="the photos are of other goods")
        yield f"{party.role}: appeal", partial(stage.does, hearings.appeal, party, appeal)
    said = MakeStatement(text="a bag of stones", party="carrier")
    yield "agent: writes down what the carrier says", partial(stage.does, hearings.testify, AGENT, said)
    yield "agent: close", partial(stage.rules, "close", AGENT)
    for liability in ("merchant", "both"):
        yield f"agent: approve, borne by {liability}", partial(stage.rules, "approve", AGENT, liability=liability)
    less = {"amount": 9000, "currency": "CNY"}
    yield "agent: approve less", partial(stage.rules, "approve", AGENT, amount=less)
    for ruling in ("approve", "close"):
        yield f"supervisor: {ruling}", partial(stage.rules, ruling, SUPERVISOR)


def inquiring(stage: Stage) -> Iterator[Move]:
    """Goods that are said to be fake, before anybody decides."""
    for finding in ("confirmed", "not_confirmed"):
        body = AnswerInquiry.model_validate({"finding": finding, "reason": "the brand says so"})
        for who in (AGENT, SUPERVISOR):
            yield f"{who.role}: {finding}", partial(stage.does, inquiries.answer, who, body)
    yield "buyer: withdraw", stage.withdraws


def _said_to_be_fake() -> Stage:
    stage = _at(delivered)
    return _done(stage, partial(stage.files, reason="counterfeit"))


def replacing(stage: Stage) -> Iterator[Move]:
    """New goods in the place of those that came back: sent, lost, said to have come or not, paid for or not."""
    sent = [parcel.waybill_no for one in stage.cloud.table.all(Replacement) for parcel in one.parcels]
    yield "merchant: sends", partial(swaps.sends, stage, swaps.NUMBERS[min(len(sent), 1)])
    yield "merchant: has none left", partial(swaps.has_none, stage)
    yield "buyer: has got it", partial(swaps.gets, stage)
    yield "buyer: has not got it", partial(swaps.gets_nothing, stage)
    for number in sent:
        for state in ("signed", "lost", "refused"):
            yield f"carrier of {number[-1]}: {state}", partial(carrier_says, stage.cloud, state, number=number)
    yield "buyer: pays the difference", partial(pay, stage.cloud, str(stage.case_id), 2000)
    yield "buyer: pays too little", partial(pay, stage.cloud, str(stage.case_id), 1, "pay_little")
    for party in (BUYER, MERCHANT):
        yield f"{party.role}: done", partial(stage.does, hearings.finish, party, FinishDispute())
    for ruling in ("approve", "close"):
        yield f"agent: {ruling}", partial(stage.rules, ruling, AGENT)


def choosing(stage: Stage) -> Iterator[Move]:
    """What the buyer would have instead of a repair, said once or twice."""
    yield "buyer: the money", partial(stage.chooses, "refund")
    yield "buyer: the same anew", partial(stage.chooses, "exchange")


def _beyond_repair() -> Stage:
    """The workshop gives up, and the buyer is asked."""
    stage = _at(delivered)
    return _done(
        stage,
        partial(stage.files, ask("coat"), remedy="repair", reason="quality_defect", service="send_in"),
        partial(stage.decides, "approve"),
        stage.ships,
        stage.receives,
        partial(stage.repairs, "not_repairable"),
    )


def _exchanged(price: int) -> Stage:
    """The old goods are back; the red coat costs so much."""
    stage = _at(delivered)
    return _done(
        stage,
        partial(stage.files, ask("coat"), remedy="exchange", wanted=(RED,)),
        partial(stage.decides, "approve", prices=priced(price)),
        stage.ships,
        stage.receives,
        stage.inspects,
    )


def claiming(stage: Stage) -> Iterator[Move]:
    """What a carrier owes: it pays, a part or late, or refuses; a person files again, or gives it up."""
    for command in stage.cloud.table.all(CarrierCommand, kind="file_claim"):
        whole = command.claim.amount if command.claim else 0
        answers = {
            "accepts": CarrierAnswer("accepted"),
            "refuses": CarrierAnswer("failed", "claim_unfounded"),
            "says nothing": CarrierAnswer("unknown"),
            "pays": CarrierAnswer("done", paid=whole, currency="CNY"),
            "pays a part": CarrierAnswer("done", paid=whole // 3, currency="CNY"),
        }
        for name, answer in answers.items():
            yield f"carrier: {name} {command.command_no[-1:]}", partial(_hears, stage, command.command_no, answer)
    for debt in stage.cloud.table.all(Recovery):
        reason = WriteOff(reason="it is bankrupt")
        yield "operator: write off", partial(_owed, stage, pursuits.write_off, OPERATOR, debt, reason)
        yield "operator: file again", partial(_owed, stage, pursuits.file_again, OPERATOR, debt)
    yield "time: the sweeper", stage.minutes_pass
    yield "time: the claim's time is up", partial(_later, stage)


def _hears(stage: Stage, command_no: str, answer: CarrierAnswer) -> None:
    logistics.record(stage.cloud, command_no, answer, tracking.HOOKS)


def _owed(stage: Stage, act: Callable[..., Reply], actor: Actor, debt: Recovery, *body: Any) -> None:
    stage.asks(act, actor, debt.case_id, debt.recovery_id, *body)


def _later(stage: Stage) -> None:
    stage.cloud.clock.pass_by(days=31)
    stage.cloud.minute()


def _damaged() -> Stage:
    """Paid for as the carrier's doing, and nothing filed yet."""
    stage = _at(indebted)
    return _done(stage, partial(stage.files, reason="damaged_in_transit"), partial(stage.decides, "approve"))


def _at(shop: Shop) -> Stage:
    """Nobody listens by webhook: whether they are told is the stories' matter."""
    cloud = Cloud()
    shop(cloud)
    cloud.table.things = {key: one for key, one in cloud.table.things.items() if key[1] != "webhook"}
    return Stage(cloud)


def _done(stage: Stage, *acts: Callable[[], None]) -> Stage:
    """What came before the chapter: told as it is told elsewhere, and nothing happens by itself after it."""
    vars(stage.cloud).pop("run", None)
    for act in acts:
        act()
    stage.cloud.run = lambda: None  # type: ignore[method-assign]
    carry(stage.cloud)
    return stage


def _in_dispute(remedy: str = "refund_only") -> Stage:
    stage = opening(remedy)
    return _done(stage, stage.rejects, stage.escalates)


def _approved(remedy: str, service: str | None = None) -> Stage:
    stage = opening(remedy, service)
    stage.decides("approve")
    carry(stage.cloud)
    return stage


PAYING = frozenset({"approved", "remedying"})
CHAPTERS: Mapping[str, Chapter] = {
    "negotiation": Chapter(opening, _of(negotiating), PAYING | {"in_dispute"}),
    "negotiation of a return": Chapter(
        partial(opening, "return_and_refund"), _of(negotiating), PAYING | {"in_dispute", "awaiting_goods"}
    ),
    "payment": Chapter(partial(_approved, "refund_only"), _of(partners, operators)),
    "hearing": Chapter(_in_dispute, _of(hearing), PAYING),
    "hearing of a return": Chapter(
        partial(_in_dispute, "return_and_refund"), _of(hearing), PAYING | {"awaiting_goods"}
    ),
    "couriers": Chapter(
        partial(_approved, "return_and_refund"), _of(couriers, withdrawing), frozenset({"in_transit", "in_dispute"})
    ),
    "goods on their way back": Chapter(
        partial(_approved, "return_and_refund"), _of(goods, withdrawing), PAYING | {"in_dispute", "closed"}
    ),
    "money before goods": Chapter(partial(opening, model.TRUSTED), _of(goods, partners), frozenset({"in_dispute"})),
    "goods on their way out": Chapter(
        partial(opening, model.UNDER_WAY), _of(outbound), frozenset({"remedying", "in_dispute"})
    ),
    "a signature that is disputed": Chapter(
        partial(opening, model.DISPUTED), _of(outbound), frozenset({"remedying", "in_dispute"})
    ),
    "inquiry": Chapter(_said_to_be_fake, _of(inquiring), PAYING | {"awaiting_goods"}),
    "new goods that cost less": Chapter(partial(_exchanged, 29000), _of(replacing), frozenset({"approved"})),
    "new goods that cost more": Chapter(partial(_exchanged, 32000), _of(replacing), frozenset({"approved"})),
    "something else than a repair": Chapter(_beyond_repair, _of(choosing, replacing), frozenset({"in_dispute"})),
    "what a carrier owes": Chapter(_damaged, _of(claiming, partners, operators)),
    "repair at the door": Chapter(
        partial(_approved, "repair", "on_site"), _of(repairs, withdrawing), PAYING | {"in_dispute", "awaiting_goods"}
    ),
    "repair in the workshop": Chapter(
        partial(_approved, "repair", "send_in"), _of(repairs, withdrawing), PAYING | {"in_dispute"}
    ),
}
