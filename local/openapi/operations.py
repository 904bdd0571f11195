"""What each route is for, what it takes and what it answers. Who may call it stands in `chalicelib/api/access.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from chalicelib import errors as e
from chalicelib.domain.notifications import Notification
from chalicelib.domain.policies import Policy
from chalicelib.domain.searches import CaseQuery
from chalicelib.schemas import (
    addresses,
    cases,
    disputes,
    merchants,
    orders,
    prices,
    reconciliations,
    recoveries,
    repairs,
    replacements,
    returns,
    simulations,
    webhook_deliveries,
)
from chalicelib.schemas.buyers import CreditBody, CreditView, RestoreCredit
from chalicelib.schemas.evidence import EvidenceView, UploadView
from chalicelib.schemas.lists import CaseRowView, DueView
from chalicelib.schemas.live import TicketView
from chalicelib.schemas.logistics import ParcelView, SendParcel
from chalicelib.schemas.monitors import MonitorView, ReturnsMonitorView
from chalicelib.schemas.notifications import PreferencesBody
from chalicelib.schemas.payments import PaymentNotice
from chalicelib.schemas.policies import PublishPolicy
from chalicelib.schemas.screens import DisputeScreen
from chalicelib.schemas.searches import SearchView
from local.openapi import shapes

Model = type[BaseModel]
Errors = tuple[type[e.AftersalesError], ...]


@dataclass(frozen=True)
class ListOf:
    """A page of a list: `{"items": [...], "cursor": "…" | null}`."""

    model: Model


@dataclass(frozen=True)
class Operation:
    tag: str
    summary: str
    answers: Mapping[int, Model | ListOf | str]  # a string is a media type
    body: Model | None = None
    errors: Errors = ()
    query: tuple[str, ...] | Model = ()
    if_match: bool = False
    media: tuple[str, ...] = ("application/json",)  # of the body
    # What a signed request is signed in: a header's name, and whether every caller sends it.
    signed_in: tuple[tuple[str, bool], ...] = (
        ("webhook-id", True),
        ("webhook-timestamp", True),
        ("webhook-signature", True),
    )


_CASE: Mapping[int, Any] = {200: cases.CaseView}
_CLAIM: Errors = (
    e.LineNotFound,
    e.QuantityExceedsPurchased,
    e.RefundExceedsPaid,
    e.PaymentChargedBack,
    e.CurrencyMismatch,
)
_GATE: Errors = (e.GateNotFound, e.AnswerTooLate, e.TransitionRefused, e.VersionMismatch)
_PAGE = ("limit", "cursor")
_ANY_SYSTEM_S = tuple(
    (name, False) for name in ("webhook-id", "webhook-timestamp", "webhook-signature", "aftership-hmac-sha256", "sign")
)


def _answer(summary: str, body: Model, *errors: type[e.AftersalesError]) -> Operation:
    """An answer to a gate of a case."""
    return Operation("Cases", summary, _CASE, body, (*_GATE, *errors), if_match=True)


OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("POST", "/orders"): Operation(
        "Orders",
        "Register an order; discounts and freight are allocated to its lines",
        {201: orders.OrderView, 200: orders.OrderView},
        orders.RegisterOrder,
        (e.OrderDoesNotAddUp, e.MerchantNotFound, e.PolicyNotFound, e.OrderExists),
    ),
    ("GET", "/orders/{order_id}"): Operation(
        "Orders", "An order with what is still refundable", {200: orders.OrderView}
    ),
    ("PUT", "/orders/{order_id}/parcels/{waybill_no}"): Operation(
        "Orders",
        "The goods leave under this waybill; from now on its carrier tells the delivery",
        {200: orders.OrderView},
        SendParcel,
        (e.WaybillTaken, e.OrderBusy),
    ),
    ("POST", "/cases/preview"): Operation(
        "Cases",
        "What would happen if this were filed now? Nothing is written",
        {200: cases.PreviewView},
        cases.FileCase,
        _CLAIM,
    ),
    ("POST", "/cases"): Operation(
        "Cases",
        "File a case: order, line and reason are enough",
        {201: cases.CaseView},
        cases.FileCase,
        (*_CLAIM, e.NotEligible),
    ),
    ("GET", "/cases"): Operation(
        "Cases",
        "My cases, my shop's, or everybody's; newest first",
        {200: ListOf(CaseRowView)},
        query=("status", *_PAGE),
    ),
    ("GET", "/cases/search"): Operation(
        "Cases",
        "Find cases by words in Chinese or English, and by fields; counted by field, hits marked",
        {200: SearchView},
        errors=(e.SearchUnavailable,),
        query=CaseQuery,
    ),
    ("GET", "/cases/{case_id}"): Operation("Cases", "A case, and who must do what until when", _CASE),
    ("GET", "/cases/{case_id}/timeline"): Operation(
        "Cases", "The whole story, oldest first", {200: ListOf(cases.EntryView)}, query=_PAGE
    ),
    ("GET", "/cases/{case_id}/parcels"): Operation(
        "Cases", "The case's parcels with what their carriers said, oldest first", {200: ListOf(ParcelView)}
    ),
    ("GET", "/cases/{case_id}/parcels/{parcel_id}"): Operation(
        "Cases", "A parcel with what its carrier said", {200: ParcelView}, errors=(e.ParcelNotFound,)
    ),
    ("POST", "/cases/{case_id}/withdraw"): _answer("The buyer takes the request back", cases.WithdrawCase),
    ("POST", "/cases/{case_id}/revise"): _answer(
        "A refused buyer asks differently", cases.ReviseCase, e.RevisionsExhausted, e.NotEligible, *_CLAIM
    ),
    ("POST", "/cases/{case_id}/escalate"): _answer("A refused buyer asks the platform to step in", cases.EscalateCase),
    ("POST", "/cases/{case_id}/answer"): _answer(
        "The buyer accepts or declines an offer, or what an inspection left of the refund",
        cases.AnswerOffer,
        e.RefundExceedsPaid,
    ),
    ("POST", "/cases/{case_id}/decision"): _answer(
        "Approve, reject or make a counter-offer", cases.DecideCase, e.CurrencyMismatch, e.SecondPersonNeeded
    ),
    ("POST", "/cases/{case_id}/freight"): Operation(
        "Cases",
        "The buyer says what the way back cost; who pays for it pays once the goods are accepted",
        _CASE,
        returns.DeclareFreight,
        (e.ReturnNotFound, e.CurrencyMismatch, e.TransitionRefused, e.VersionMismatch, e.OrderBusy),
        if_match=True,
    ),
    ("POST", "/cases/{case_id}/shipment"): _answer(
        "The buyer ships back: carrier and waybill", returns.ShipGoods, e.ReturnNotFound, e.WaybillTaken
    ),
    ("POST", "/cases/{case_id}/pickup"): _answer(
        "The buyer has a courier come, or come at another time", returns.BookPickup, e.ReturnNotFound, e.ParcelNotFound
    ),
    ("POST", "/cases/{case_id}/pickup/cancel"): _answer(
        "The buyer wants no courier after all", returns.CallOffPickup, e.ReturnNotFound, e.ParcelNotFound
    ),
    ("POST", "/cases/{case_id}/extension"): _answer(
        "Who is awaited asks for more time; it is given once, as the policy says", cases.AskForTime
    ),
    ("POST", "/cases/{case_id}/receipt"): _answer("The goods came, or they did not", returns.ReceiveGoods),
    ("POST", "/cases/{case_id}/inspection"): _answer(
        "What came, in which grade; passed, reduced or failed", returns.InspectGoods, e.CurrencyMismatch
    ),
    ("POST", "/cases/{case_id}/replacement"): _answer(
        "The goods of an exchange or reshipment are on their way, or there are none",
        replacements.ShipReplacement,
        e.WaybillTaken,
    ),
    ("POST", "/cases/{case_id}/replacement-receipt"): _answer(
        "The buyer has the new goods, or has not", replacements.ReceiveReplacement
    ),
    ("POST", "/cases/{case_id}/appointment"): _answer(
        "An engineer's visit is booked, or moved", repairs.BookVisit, e.RepairNotFound
    ),
    ("POST", "/cases/{case_id}/visit"): _answer(
        "A visit was missed by one side, or is cancelled", repairs.CallVisitOff
    ),
    ("POST", "/cases/{case_id}/estimate"): _answer(
        "What a repair out of warranty would cost the buyer",
        repairs.MakeEstimate,
        e.CurrencyMismatch,
        e.TransitionRefused,
    ),
    ("POST", "/cases/{case_id}/repair"): _answer(
        "What was done: repaired, beyond repair, or no fault found",
        repairs.RecordRepair,
        e.CurrencyMismatch,
        e.TransitionRefused,
    ),
    ("POST", "/cases/{case_id}/dispatch"): _answer(
        "The workshop sends the goods back to their buyer", repairs.SendGoodsBack, e.WaybillTaken
    ),
    ("POST", "/cases/{case_id}/acceptance"): _answer("It works, or it does not", repairs.AcceptRepair),
    ("POST", "/cases/{case_id}/choice"): _answer("What the buyer takes instead of a repair", repairs.ChooseInstead),
    ("POST", "/cases/{case_id}/ruling"): _answer(
        "The platform approves an amount, or closes the case; says who bears it, and where the goods go",
        cases.RuleCase,
        e.RefundExceedsPaid,
        e.CurrencyMismatch,
        e.SecondPersonNeeded,
    ),
    ("POST", "/cases/{case_id}/inquiry"): _answer(
        "The platform has looked at goods said to be fake or dangerous", disputes.AnswerInquiry, e.SecondPersonNeeded
    ),
    ("GET", "/cases/{case_id}/dispute"): Operation(
        "Cases",
        "Everything that a dispute is ruled by: both stories, files, seals, parcels, rules, rulings over like cases",
        {200: DisputeScreen},
        errors=(e.DisputeNotFound,),
    ),
    ("POST", "/cases/{case_id}/statements"): _answer(
        "A party of a dispute tells its side", disputes.MakeStatement, e.DisputeNotFound
    ),
    ("POST", "/cases/{case_id}/done"): _answer(
        "Nothing to add, or nothing against the ruling", disputes.FinishDispute, e.DisputeNotFound
    ),
    ("POST", "/cases/{case_id}/appeal"): _answer(
        "Either party appeals against the ruling, once", disputes.AppealRuling, e.DisputeNotFound
    ),
    ("POST", "/cases/{case_id}/refunds"): Operation(
        "Cases",
        "Carry a refund on that went wrong",
        _CASE,
        cases.RedoRefund,
        (e.RefundNotFound, e.TransitionRefused, e.PaymentChargedBack, e.SecondPersonNeeded, e.VersionMismatch),
        if_match=True,
    ),
    ("POST", "/cases/{case_id}/evidence"): Operation(
        "Cases",
        "Announce a file; the answer is a form to upload it with",
        {201: UploadView},
        cases.AddEvidence,
        (e.EvidenceRejected, e.TransitionRefused, e.VersionMismatch),
        if_match=True,
    ),
    ("GET", "/cases/{case_id}/evidence"): Operation(
        "Cases", "The files, each with an address that is good for minutes", {200: ListOf(EvidenceView)}
    ),
    ("PATCH", "/cases/{case_id}/deadlines/{gate}"): Operation(
        "Cases",
        "Give an awaited party another deadline",
        _CASE,
        cases.MoveDeadline,
        (*_GATE, e.KeyReused, e.OrderBusy),
        if_match=True,
    ),
    ("GET", "/due"): Operation(
        "Monitoring", "What waits for me, the most urgent first", {200: ListOf(DueView)}, query=_PAGE
    ),
    ("GET", "/monitor"): Operation(
        "Monitoring", "Counts and money by state; what is old, due soon, overdue or not put away", {200: MonitorView}
    ),
    ("GET", "/monitor/returns"): Operation(
        "Monitoring", "Goods on their way back: stages, late, not heard of, not put away", {200: ReturnsMonitorView}
    ),
    ("GET", "/policies/{policy_id}"): Operation(
        "Policies",
        "A version of a policy, or the newest",
        {200: Policy},
        query=("version",),
        errors=(e.PolicyNotFound, e.MerchantNotFound),
    ),
    ("POST", "/policies/simulate"): Operation(
        "Policies",
        "What a draft would have changed: verdicts, amounts and deadlines of past cases",
        {200: simulations.SimulationView},
        simulations.SimulatePolicy,
    ),
    ("POST", "/policies/{policy_id}"): Operation(
        "Policies", "Publish the next version of a policy", {201: Policy}, PublishPolicy, (e.MerchantNotFound,)
    ),
    ("PUT", "/merchants/{merchant_id}"): Operation(
        "Merchants",
        "Register a shop, or change what is known of it",
        {200: merchants.MerchantView, 201: merchants.MerchantView},
        merchants.PutMerchant,
        (e.OrderBusy,),
    ),
    ("GET", "/merchants/{merchant_id}"): Operation(
        "Merchants", "What is known of a shop", {200: merchants.MerchantView}, errors=(e.MerchantNotFound,)
    ),
    ("PUT", "/merchants/{merchant_id}/freeze"): Operation(
        "Merchants",
        "Freeze a shop, or let it go: while it is frozen the platform decides in its place, and it changes nothing",
        {200: merchants.FrozenView},
        merchants.FreezeMerchant,
        (e.MerchantNotFound, e.VersionMismatch, e.OrderBusy),
        if_match=True,
    ),
    ("PUT", "/merchants/{merchant_id}/webhook"): Operation(
        "Merchants",
        "Where the shop listens; the answer shows its signing secret",
        {200: merchants.WebhookView, 201: merchants.WebhookView},
        merchants.PutWebhook,
        (e.MerchantNotFound, e.OrderBusy),
    ),
    ("GET", "/merchants/{merchant_id}/webhook"): Operation(
        "Merchants", "Where the shop listens", {200: merchants.WebhookView}, errors=(e.MerchantNotFound,)
    ),
    ("PUT", "/merchants/{merchant_id}/return-addresses"): Operation(
        "Merchants",
        "Where goods go back to, by sku, category or region; cases that wait for an address go on",
        {200: addresses.AddressBookView, 201: addresses.AddressBookView},
        addresses.PutAddresses,
        (e.MerchantNotFound, e.OrderBusy),
    ),
    ("GET", "/merchants/{merchant_id}/return-addresses"): Operation(
        "Merchants", "Where goods go back to", {200: addresses.AddressBookView}, errors=(e.MerchantNotFound,)
    ),
    ("PUT", "/merchants/{merchant_id}/prices"): Operation(
        "Merchants",
        "What goods cost from when on, told by the platform's catalogue; price protections lean on it",
        {200: prices.PricesView},
        prices.PutPrices,
        (e.OrderBusy,),
    ),
    ("GET", "/merchants/{merchant_id}/deliveries"): Operation(
        "Merchants",
        "What became of the shop's webhooks, newest first",
        {200: ListOf(webhook_deliveries.DeliveryRowView)},
        errors=(e.MerchantNotFound,),
        query=("state:delivery", *_PAGE),
    ),
    ("GET", "/merchants/{merchant_id}/deliveries/{event_id}"): Operation(
        "Merchants",
        "One webhook with the log of its attempts",
        {200: webhook_deliveries.DeliveryView},
        errors=(e.MerchantNotFound, e.DeliveryNotFound),
    ),
    ("POST", "/merchants/{merchant_id}/deliveries/{event_id}/replay"): Operation(
        "Merchants",
        "Send one event again, whatever became of it; its schedule begins anew",
        {200: webhook_deliveries.DeliveryView},
        errors=(e.MerchantNotFound, e.DeliveryNotFound, e.WebhookDisabled),
    ),
    ("POST", "/merchants/{merchant_id}/replays"): Operation(
        "Merchants",
        "Send again what was given up or skipped since then, the oldest fifty first",
        {200: webhook_deliveries.ReplayedView},
        webhook_deliveries.ReplayFailed,
        (e.MerchantNotFound, e.WebhookDisabled),
    ),
    ("POST", "/merchants/{merchant_id}/callbacks"): Operation(
        "Merchants",
        "A shop's signed answer (Standard Webhooks); its message id is its idempotency key",
        _CASE,
        merchants.Callback,
        (e.CaseNotFound, e.Forbidden, *_GATE, e.CurrencyMismatch, e.KeyReused, e.OrderBusy, e.WaybillTaken),
    ),
    ("POST", "/payments/notifications"): Operation(
        "Payments",
        "A payment provider's signed notification (Standard Webhooks), any number of times, in any order",
        {200: shapes.Received},
        PaymentNotice,
        (e.RefundNotFound, e.OrderNotFound, e.OrderBusy),
    ),
    ("POST", "/logistics/callbacks/{carrier_system}"): Operation(
        "Logistics",
        "A carrier system's push in its own shape and signed in its own way, any number of times, in any order",
        {200: shapes.Heard},
        shapes.CarrierPush,
        (e.CommandNotFound, e.OrderBusy),
        media=("application/json", "application/x-www-form-urlencoded"),
        signed_in=_ANY_SYSTEM_S,
    ),
    ("GET", "/reconciliations"): Operation(
        "Payments",
        "Days that were compared with the provider's bill, newest first",
        {200: ListOf(reconciliations.ReconciliationRowView)},
        query=_PAGE,
    ),
    ("GET", "/reconciliations/{day}"): Operation(
        "Payments",
        "A day's reports, each with the address of its file (CSV), good for minutes",
        {200: reconciliations.ReconciliationView},
        errors=(e.ReconciliationNotFound,),
    ),
    ("POST", "/reconciliations/{day}/facts"): Operation(
        "Payments",
        "Record what the day's bill says of a refund; it pays nothing",
        {200: reconciliations.RecordedView},
        reconciliations.RecordFact,
        (e.ReconciliationNotFound, e.RefundNotFound),
    ),
    ("GET", "/recoveries"): Operation(
        "Recoveries",
        "What others owe the platform's fund, in one state (open, unless another is named), newest first",
        {200: ListOf(recoveries.RecoveryRowView)},
        query=("state:recovery", "late", *_PAGE),
    ),
    ("GET", "/cases/{case_id}/recoveries"): Operation(
        "Recoveries",
        "What is owed because of a case; a shop sees what it owes itself",
        {200: ListOf(recoveries.RecoveryView)},
    ),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/write-off"): Operation(
        "Recoveries",
        "Give the rest up; above the policy's amount a second person must say so too",
        {200: recoveries.RecoveryView},
        recoveries.WriteOff,
        (e.RecoveryNotFound, e.RecoveryExceedsOwed, e.SecondPersonNeeded, e.TransitionRefused, e.OrderBusy),
    ),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/filing"): Operation(
        "Recoveries",
        "File with the carrier once more what it has refused, with all evidence that there is by now",
        {200: recoveries.RecoveryView},
        errors=(e.RecoveryNotFound, e.TransitionRefused, e.OrderBusy),
    ),
    ("POST", "/cases/{case_id}/recoveries/{recovery_id}/payments"): Operation(
        "Recoveries",
        "Record what a debtor has paid outside of the settlement system",
        {200: recoveries.RecoveryView},
        recoveries.RecordPayment,
        (e.RecoveryNotFound, e.RecoveryExceedsOwed, e.CurrencyMismatch, e.OrderBusy),
    ),
    ("GET", "/merchants/{merchant_id}/recoveries"): Operation(
        "Recoveries",
        "What a merchant owes the platform's fund, newest first",
        {200: ListOf(recoveries.RecoveryRowView)},
        errors=(e.MerchantNotFound,),
        query=("state:recovery", *_PAGE),
    ),
    ("GET", "/merchants/{merchant_id}/deposit"): Operation(
        "Recoveries",
        "What the platform holds of a merchant, and its history, newest first",
        {200: recoveries.DepositView},
        errors=(e.MerchantNotFound,),
        query=_PAGE,
    ),
    ("POST", "/merchants/{merchant_id}/deposit"): Operation(
        "Recoveries",
        "Record what a merchant paid in, or was paid out",
        {200: recoveries.BalancesView},
        recoveries.MoveDeposit,
        (e.MerchantNotFound, e.DepositTooSmall, e.OrderBusy),
    ),
    ("PUT", "/buyers/{buyer_id}/credit"): Operation(
        "Buyers",
        "How much may be out at once as instant refunds",
        {200: CreditView},
        CreditBody,
        (e.OrderBusy,),
    ),
    ("GET", "/credit"): Operation(
        "Buyers", "My right to instant refunds: limit, used, what I owe, and why not", {200: CreditView}
    ),
    ("GET", "/buyers/{buyer_id}/credit"): Operation(
        "Buyers", "A buyer's right to instant refunds: limit, used, what is owed, and why not", {200: CreditView}
    ),
    ("POST", "/buyers/{buyer_id}/credit/restore"): Operation(
        "Buyers",
        "Give the right to instant refunds back: clawbacks until now count no more; what is owed stays owed",
        {200: CreditView},
        RestoreCredit,
        (e.OrderBusy,),
    ),
    ("GET", "/notifications"): Operation(
        "Buyers", "My messages, newest first", {200: ListOf(Notification)}, query=_PAGE
    ),
    ("PUT", "/notifications/preferences"): Operation(
        "Buyers",
        "How I want to be told",
        {200: shapes.PreferencesView},
        PreferencesBody,
        (e.OrderBusy,),
    ),
    ("POST", "/live/tickets"): Operation(
        "Live",
        "A ticket that opens one WebSocket within a minute; the protocol is in docs/live.md",
        {201: TicketView},
    ),
    ("GET", "/openapi.json"): Operation("Documents", "This document", {200: "application/json"}),
    ("GET", "/docs"): Operation("Documents", "This document, to read", {200: "text/html"}),
    ("GET", "/health"): Operation("Documents", "A sign of life", {200: shapes.Health}),
}
