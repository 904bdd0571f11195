"""One of each thing that is stored, as it stands in the middle of its life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from chalicelib.domain import claims, deposits, ledgers, recoveries
from chalicelib.domain.actors import Actor
from chalicelib.domain.addresses import AddressBook
from chalicelib.domain.answers import StoredAnswer
from chalicelib.domain.buyers import Credit
from chalicelib.domain.cases import Case
from chalicelib.domain.deliveries import Delivery
from chalicelib.domain.deposits import Deposit, DepositEntry
from chalicelib.domain.disputes import Dispute, Precedent, Seal
from chalicelib.domain.eligibility import Verdict
from chalicelib.domain.entries import Entry
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.explanations import explain
from chalicelib.domain.filings import Filing
from chalicelib.domain.freezes import FrozenShops
from chalicelib.domain.gates import Gate
from chalicelib.domain.inspections import Disposal
from chalicelib.domain.journals import JournalEntry, Posting
from chalicelib.domain.logistics import CarrierCommand
from chalicelib.domain.merchants import Merchant, Webhook
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.domain.orders import LineDraft, Order
from chalicelib.domain.parcels import Course, Holder, Parcel, Pickup, Scan, Slot, Waybill
from chalicelib.domain.policies import Policy, PolicyIndex, VersionRef
from chalicelib.domain.prices import Price, PriceFact
from chalicelib.domain.quotes import quote
from chalicelib.domain.recalls import Recall, Sold
from chalicelib.domain.reconciliations import Reconciliation, Report, Totals
from chalicelib.domain.recoveries import Recovery
from chalicelib.domain.refunds import Refund, number_of
from chalicelib.domain.repairs import Attempt, Part, Repair
from chalicelib.domain.replacements import Replacement, ReplacementLine
from chalicelib.domain.returns import ExpectedLine, Return
from chalicelib.domain.values import Value
from chalicelib.domain.warranties import Days, LineWarranty, Warranty
from chalicelib.domain.webhooks import WebhookDelivery
from tests.domain import drafts

AT = datetime(2026, 11, 22, 13, 27, 54, 123000, UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUYER = Actor(role="buyer", id="b1")
CASE_ID = "case_01KAP0000000000000000000AA"


def made(type_: type[Any], usual: Mapping[str, Any], changes: Mapping[str, Any]) -> Any:
    return type_(**{**usual, **changes})


WORDS = "cream red blue vintage heart card holder painted glass paper lunch box cake stand tea light".split()


def goods(i: int) -> LineDraft:
    """A line like a real shop's: no two have the same number, name, price or picture."""
    dice = Random(i)
    return drafts.line(
        f"{i + 1}",
        dice.randint(1, 24),
        dice.randint(29, 2995),
        sku=str(dice.randint(10000, 99999)),
        title=" ".join(dice.choices(WORDS, k=5)),
        category="gifts",
        picture=f"https://shop.example/{dice.getrandbits(64):016x}.jpg",
    )


def order(lines: int = 1, order_id: str = "o1") -> Order:
    """One line of 3 at 12.95, or many different ones; with a coupon on all of them."""
    bought = [goods(i) for i in range(lines)] if lines > 1 else [drafts.line("1", 3, 1295, title="a card holder")]
    return drafts.order(*bought, order_id=order_id, promotions=(drafts.coupon(50 * lines),))


def ledger(of: Order | None = None, **changes: Any) -> ledgers.Ledger:
    return ledgers.open_ledger(of or order()).but(**changes)


def case(case_id: str = CASE_ID, of: Order | None = None, **changes: Any) -> Case:
    """A case about every line of its order."""
    of = of or order()
    asks = [claims.Ask(line_id=line.line_id, quantity=1) for line in of.lines]
    claim = quote(of, ledgers.open_ledger(of), asks)
    usual = {
        "case_id": case_id,
        "order_id": of.order_id,
        "buyer_id": "b1",
        "merchant_id": "m1",
        "merchant_kind": "marketplace",
        "remedy": "refund_only",
        "reason": "not_wanted",
        "currency": "CNY",
        "claim": claim,
        "explanation": explain(of, claim),
        "delivery": "unshipped",
        "status": "in_review",
        "verdict": Verdict(kind="refer", findings=()),
        "policy_id": "platform",
        "policy_version": 1,
        "created_at": AT,
        "updated_at": AT,
    }
    found: Case = made(Case, usual, changes)
    return found


def filing(case_id: str = CASE_ID, of: Order | None = None, **changes: Any) -> Filing:
    """One unit of every line was asked back."""
    of = of or order()
    usual = {
        "case_id": case_id,
        "number": 0,
        "at": AT,
        "remedy": "refund_only",
        "reason": "not_wanted",
        "asks": tuple(claims.Ask(line_id=line.line_id, quantity=1) for line in of.lines),
        "freight": None,
        "evidence": 0,
        "ledger": ledgers.open_ledger(of),
        "delivery": Delivery(order_id=of.order_id),
        "credit": Credit(buyer_id="b1"),
    }
    found: Filing = made(Filing, usual, changes)
    return found


def gate(case_id: str = CASE_ID, **changes: Any) -> Gate:
    """The merchant is awaited for a decision and will be reminded."""
    usual = {
        "case_id": case_id,
        "name": "decision",
        "round": 1,
        "owner": "merchant#m1",
        "opened_at": AT,
        "due_at": AT + 24 * HOUR,
        "remind_at": AT + 18 * HOUR,
        "silence": "approved",
    }
    found: Gate = made(Gate, usual, changes)
    return found


def entry(case_id: str = CASE_ID, sequence: int = 1, **changes: Any) -> Entry:
    """A case of 38.34 was submitted."""
    usual = {
        "case_id": case_id,
        "sequence": sequence,
        "at": AT,
        "actor": BUYER,
        "type": "CaseSubmitted",
        "after": "submitted",
        "merchant_id": "m1",
        "buyer_id": "b1",
        "order_id": "o1",
        "currency": "CNY",
        "amount": 3834,
        "amount_before": 0,
        "policy_version": 1,
    }
    found: Entry = made(Entry, usual, changes)
    return found


def refund(case_id: str = CASE_ID, **changes: Any) -> Refund:
    usual = {
        "refund_no": number_of(case_id, 1),
        "case_id": case_id,
        "order_id": "o1",
        "merchant_id": "m1",
        "buyer_id": "b1",
        "payment_id": "pay_card",
        "method": "card",
        "provider": "standard",
        "amount": 3834,
        "currency": "CNY",
        "granted_at": AT,
    }
    found: Refund = made(Refund, usual, changes)
    return found


def notification(event_id: str = f"{CASE_ID}-1", **changes: Any) -> Notification:
    usual = {
        "buyer_id": "b1",
        "event_id": event_id,
        "case_id": CASE_ID,
        "type": "CaseSubmitted",
        "title": "已收到您的申请",
        "text": "商家将在 24 小时内答复。",
        "language": "zh",
        "at": AT,
    }
    found: Notification = made(Notification, usual, changes)
    return found


def delivery(event_id: str = f"{CASE_ID}-1", **changes: Any) -> WebhookDelivery:
    usual = {
        "merchant_id": "m1",
        "event_id": event_id,
        "case_id": CASE_ID,
        "sequence": 1,
        "type": "CaseSubmitted",
        "payload": '{"type":"CaseSubmitted"}',
        "next_at": AT,
        "created_at": AT,
    }
    found: WebhookDelivery = made(WebhookDelivery, usual, changes)
    return found


def posting(entry_id: str = "j1", **changes: Any) -> JournalEntry:
    postings = (
        Posting(account="merchant#m1", amount=-3834),
        Posting(account="payment_clearing", amount=3834),
    )
    usual = {
        "entry_id": entry_id,
        "order_id": "o1",
        "kind": "granted",
        "at": AT,
        "currency": "CNY",
        "postings": postings,
    }
    found: JournalEntry = made(JournalEntry, usual, changes)
    return found


def policy(version: int = 1, **changes: Any) -> Policy:
    usual = {
        "name": "standard",
        "effective_from": AT,
        "policy_id": "platform",
        "version": version,
        "published_at": AT,
        "published_by": "operator:o1",
    }
    found: Policy = made(Policy, usual, changes)
    return found


def answer(key: str = "k1", body: str = '{"case_id":"case_1"}') -> StoredAnswer:
    return StoredAnswer(actor_key="buyer:b1", key=key, fingerprint="f" * 64, status=201, body=body, at=AT)


def reconciliation(day: date = date(2026, 11, 22), **changes: Any) -> Reconciliation:
    """A day with one report, of one difference."""
    report = Report(
        number=1,
        at=AT,
        closed=False,
        digest="0" * 64,
        object_key=f"reconciliations/{day}-0.csv",
        rows=3,
        differences={"extra": 1},
        totals=Totals(),
    )
    found: Reconciliation = made(Reconciliation, {"day": day, "zone": "Asia/Shanghai", "reports": (report,)}, changes)
    return found


def evidence(evidence_id: str = "evd_1") -> Evidence:
    return Evidence(
        evidence_id=evidence_id,
        case_id=CASE_ID,
        by=BUYER,
        at=AT,
        content_type="image/jpeg",
        size=12345,
        object_key=f"cases/{CASE_ID}/{evidence_id}",
    )


def parcel() -> Parcel:
    slot = Slot(begins_at=AT, ends_at=AT + HOUR)
    return Parcel(
        case_id=CASE_ID,
        parcel_id="prc_1",
        purpose="pickup",
        carrier="sf",
        waybill_no="SF1234567890",
        announced_at=AT,
        course=course(),
        pickup=Pickup(booking_no="cmd_1", system="standard", slot=slot, state="booked"),
    )


def course() -> Course:
    scan = Scan(event="e1", at=AT, state="picked_up", code="103", text="已揽收", place="上海")
    return Course().heard([scan])


def waybill() -> Waybill:
    holder = Holder(buyer_id="b1", merchant_id="m1", goes_back=True, order_id="o1", case_id=CASE_ID, parcel_id="prc_1")
    return Waybill(carrier="sf", number="SF1234567890", course=course(), holders=(holder,))


def command() -> CarrierCommand:
    return CarrierCommand(
        command_no="cmd_1", kind="track", system="standard", order_id="o1", asked_at=AT, ask_at=AT + HOUR
    )


def a_return(**changes: Any) -> Return:
    """A return whose one unit the stock system has not put away."""
    disposal = Disposal(line_id="1", sku="s1", quantity=1, disposition="restock")
    usual = {
        "return_id": f"ret_{CASE_ID[5:]}",
        "case_id": CASE_ID,
        "order_id": "o1",
        "merchant_id": "m1",
        "rma": "RMA-1",
        "opened_at": AT,
        "freight_payer": "buyer",
        "lines": (ExpectedLine(line_id="1", sku="s1", quantity=1),),
        "disposals": (disposal,),
        "put_away_due_at": AT,
    }
    return Return(**{**usual, **changes})


def a_replacement(**changes: Any) -> Replacement:
    """A replacement that was asked for once."""
    line = ReplacementLine(line_id="1", sku="s1", quantity=1, value=8900, price=8900)
    usual = {"case_id": CASE_ID, "order_id": "o1", "merchant_id": "m1", "lines": (line,), "difference": 0}
    return Replacement(**{**usual, "opened_at": AT, "requests": 1, "requested_at": AT, **changes})


def repair(**changes: Any) -> Repair:
    """A repair in the workshop, under warranty."""
    usual = {
        "repair_id": f"rep_{CASE_ID[5:]}",
        "case_id": CASE_ID,
        "order_id": "o1",
        "merchant_id": "m1",
        "service": "send_in",
        "covered": True,
        "covered_until": AT + 100 * 24 * HOUR,
        "opened_at": AT,
        "goods_with": "shop",
        "attempts": (Attempt(began_at=AT, parts=(Part(part_no="board-7", quantity=1, unit_cost=900),)),),
    }
    return made(Repair, usual, changes)


def dispute() -> Dispute:
    return Dispute(case_id=CASE_ID, number=1, state="gathering", because="refused", by=BUYER, opened_at=AT)


def seal() -> Seal:
    return Seal(
        case_id=CASE_ID,
        number=1,
        round=1,
        at=AT,
        order_id="o1",
        policy_id="platform",
        policy_version=1,
        remedy="refund_only",
        reason="not_wanted",
        description="",
        currency="CNY",
        claim=case().claim,
        sequence=3,
        files=(),
        words=(),
        statements=(),
        proofs=(),
    ).sealed()


def precedent(**changes: Any) -> Precedent:
    usual: dict[str, Any] = {
        "case_id": CASE_ID,
        "number": 1,
        "reason": "not_wanted",
        "category": "coats",
        "currency": "CNY",
        "claimed": 8900,
        "verdict": "approve",
        "granted": 8900,
        "liability": "merchant",
        "goods": "stay",
        "appealed": False,
        "changed": False,
        "at": AT,
    }
    return Precedent(**{**usual, **changes})


def recovery(**changes: Any) -> Recovery:
    """What shop m1 owes because of a case."""
    usual = {
        "recovery_id": recoveries.id_of(CASE_ID, 1),
        "case_id": CASE_ID,
        "order_id": "o1",
        "merchant_id": "m1",
        "debtor": "merchant",
        "debtor_id": "m1",
        "because": "advance",
        "currency": "CNY",
        "amount": 8900,
        "opened_at": AT,
        "due_at": AT + 30 * DAY,
        "look_at": AT + HOUR,
    }
    return Recovery(**{**usual, **changes})


def deposit_entry(**changes: Any) -> DepositEntry:
    known = {"entry_id": "deposited-1", "at": AT, **changes}
    return deposits.posting(Deposit(merchant_id="m1"), "deposited", 100, "CNY", **known)


def one_of_each() -> list[Value]:
    """All that the table knows."""
    return [
        order(),
        Delivery(order_id="o1"),
        ledger(),
        posting(),
        case(),
        filing(),
        gate(),
        entry(),
        refund(),
        evidence(),
        dispute(),
        seal(),
        precedent(),
        parcel(),
        waybill(),
        command(),
        a_return(),
        a_replacement(),
        repair(),
        Warranty(order_id="o1", lines=(LineWarranty(line_id="1", away=(Days(first=AT.date(), last=AT.date()),)),)),
        recovery(),
        Recall(case_id=CASE_ID, merchant_id="m1", buyer_id="b1", skus=("coat",), opened_at=AT, moved_at=AT),
        Sold(merchant_id="m1", sku="coat", shard=3, order_id="o1", at=AT),
        Deposit(merchant_id="m1", balances={"CNY": 50000}),
        deposit_entry(),
        answer(),
        Merchant(merchant_id="m1", name="a shop"),
        AddressBook(merchant_id="m1", updated_at=AT),
        FrozenShops(merchant_ids=("m1",)),
        Price(merchant_id="m1", sku="coat", facts=(PriceFact(amount=8900, currency="CNY", at=AT),)),
        Webhook(merchant_id="m1", url="https://shop.example/hook", updated_at=AT),
        delivery(),
        policy(),
        PolicyIndex(policy_id="platform", versions=(VersionRef(version=1, effective_from=AT),)),
        Credit(buyer_id="b1", limits={"CNY": 50000}),
        Preferences(buyer_id="b1"),
        notification(),
        reconciliation(),
    ]
