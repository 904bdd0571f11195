"""The ruling screen 裁决台: everything that one dispute is ruled by, each thing read once, as far as one may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import READS_EVERYTHING
from chalicelib.domain.disputes import band_of, category_of
from chalicelib.errors import CaseNotFound, CommandNotFound, DisputeNotFound, OrderNotFound
from chalicelib.usecases import evidence, steps
from chalicelib.usecases.access import see_case
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.actors import Actor
    from chalicelib.domain.cases import Case
    from chalicelib.domain.orders import Order
    from chalicelib.domain.rows import PrecedentRow
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Found

LIKE_CASES = 10


def dispute(ports: Ports, actor: Actor, case_id: str) -> Reply:
    """The newest dispute of a case: both stories, what was shown and sealed, parcels, rulings, and who is awaited.

    Parties see all of it but rulings over other people's cases, and files of the other side that nobody has accepted.
    Nobody's name or id is in it but the role that spoke. Raises CaseNotFound, DisputeNotFound.
    """
    from chalicelib.schemas.screens import DisputeScreen, Shown

    found = steps.read(ports, refs.case(case_id))
    case = see_case(actor, found.get(refs.case(case_id)))
    if case.dispute is None:
        raise DisputeNotFound("the platform was not asked to rule on this case")
    number = case.dispute.number
    order_ref, delivery_ref, dispute_ref = (
        refs.order(case.order_id),
        refs.delivery(case.order_id),
        refs.dispute(case_id, number),
    )
    found.also(order_ref, delivery_ref, dispute_ref)
    standing = found.need(dispute_ref, DisputeNotFound)
    seals = [refs.seal(case_id, number, round) for round in range(1, len(standing.seals) + 1)]
    commands = [refs.command(command_no) for command_no in standing.proofs or ()]
    goods_ref = refs.goods(case_id)
    found.also(goods_ref, *seals, *commands)
    order = found.need(order_ref, OrderNotFound)
    delivery = found.get(delivery_ref)
    shown = Shown(
        case=case,
        dispute=standing,
        policy=ports.policies.get(case.policy_id, case.policy_version),
        goods=found.get(goods_ref) if case.return_id else None,
        shipments=delivery.parcels if delivery else (),
        parcels=ports.listings.parcels_of(case_id),
        story=[entry for each in found.story_of(case_id) if (entry := each.as_seen_by(actor))],
        files=evidence.shown_to(ports, actor, case_id),
        seals=[found.need(ref, CaseNotFound) for ref in seals],
        proofs=[found.need(ref, CommandNotFound) for ref in commands],
        like_cases=_like_cases(ports, found, case, order) if actor.role in READS_EVERYTHING else None,
    )
    return Reply(200, DisputeScreen.of(shown))


def _like_cases(ports: Ports, found: Found, case: Case, order: Order) -> Sequence[PrecedentRow]:
    """Final rulings over the same reason, kind of goods and size of amount, the newest first."""
    band = band_of(case.currency, case.amount)
    return ports.listings.precedents(case.reason, category_of(order, case.claim), band, LIKE_CASES)
