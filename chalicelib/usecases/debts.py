"""What others owe the platform's fund, as it is seen: by the platform, by a merchant that owes, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.errors import MerchantNotFound
from chalicelib.schemas.lists import ListView
from chalicelib.schemas.recoveries import RecoveryRowView, RecoveryView
from chalicelib.usecases import cases, steps
from chalicelib.usecases.access import see_case, see_merchant
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.lifecycles import RecoveryState
    from chalicelib.domain.recoveries import Recovery
    from chalicelib.ports import Ports


def listing(ports: Ports, state: RecoveryState, limit: int, cursor: str | None) -> Reply:
    """Everybody's debts in one state, newest first."""
    page = ports.listings.recoveries_in(state, limit, cursor)
    return Reply(200, ListView.body([RecoveryRowView.of(row) for row in page.rows], page.cursor))


def late(ports: Ports, limit: int, cursor: str | None) -> Reply:
    """Debts that are late, and claims on carriers that are about to be given up: those that were due first."""
    page = ports.listings.recoveries_late(limit, cursor)
    return Reply(200, ListView.body([RecoveryRowView.of(row) for row in page.rows], page.cursor))


def of_merchant(
    ports: Ports, actor: Actor, merchant_id: str, state: RecoveryState | None, limit: int, cursor: str | None
) -> Reply:
    """What a merchant owes, newest first. Raises MerchantNotFound, Forbidden."""
    see_merchant(actor, merchant_id)
    steps.read(ports, refs.merchant(merchant_id)).need(refs.merchant(merchant_id), MerchantNotFound)
    page = ports.listings.recoveries_of_merchant(merchant_id, state, limit, cursor)
    return Reply(200, ListView.body([RecoveryRowView.of(row) for row in page.rows], page.cursor))


def of_case(ports: Ports, actor: Actor, case_id: str) -> Reply:
    """What is owed because of a case; a shop's members see what the shop itself owes. Raises CaseNotFound."""
    case = see_case(actor, cases.load(ports, case_id))
    owed = [one for one in ports.listings.recoveries_of(case_id) if actor.role != "merchant" or _is_own(actor, one)]
    return Reply(200, ListView.body([RecoveryView.of(one, case.proposal) for one in owed], None))


def _is_own(actor: Actor, recovery: Recovery) -> bool:
    return recovery.debtor == "merchant" and recovery.debtor_id == actor.merchant_id
