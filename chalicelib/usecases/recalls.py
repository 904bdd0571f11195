"""Recalls 召回: who bought dangerous goods is found and told, a bounded step at a time, by the sweeper.

Each page of buyers is told by the same transaction that remembers how far it came: whoever dies midway is followed by
the next minute, and nobody is told twice (docs/decisions/0094).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.actors import SYSTEM
from chalicelib.domain.balances import grown
from chalicelib.domain.notifications import Notification, Preferences
from chalicelib.domain.recalls import Recall, sold
from chalicelib.errors import VersionLost
from chalicelib.usecases import cases, steps

if TYPE_CHECKING:
    from chalicelib.domain.orders import Order
    from chalicelib.domain.recalls import Sold
    from chalicelib.domain.turns import Turn
    from chalicelib.domain.values import Value
    from chalicelib.ports import Ports
    from chalicelib.usecases.steps import Found

PAGE = 25  # orders: what belongs to them fits into one read, and their buyers' messages into one transaction
PAGES = 40  # of one sweep: a thousand orders a minute, and time for everything else
AT_ONCE = 90  # articles that are listed by the order's own transaction, which takes a hundred things


def begin(turn: Turn, skus: list[str], batch: str | None) -> None:
    """From now on everybody who bought these articles is looked for."""
    case = turn.case
    turn.write(
        Recall(
            case_id=case.case_id,
            merchant_id=case.merchant_id,
            buyer_id=case.buyer_id,
            skus=tuple(skus),
            batch=batch,
            opened_at=turn.at,
            moved_at=turn.at,
        )
    )


def listed(order: Order) -> list[Sold]:
    """Who bought what, as the order's own transaction writes it; of an order with more articles, see `list_more`."""
    return _of(order)[:AT_ONCE]


def list_more(ports: Ports, merchant_id: str, order_id: str, skus: list[str]) -> None:
    """The articles of a large order that its own transaction cannot hold, written before it: an item whose order never
    comes names nobody. Repeating it changes nothing."""
    rows = sold(merchant_id, order_id, skus, ports.clock.now())[AT_ONCE:]
    for chunk in (rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE)):
        keys = {refs.sold(merchant_id, row.sku, row.shard, order_id): row for row in chunk}

        def missing(found: Found, keys: dict[refs.Ref[Sold], Sold] = keys) -> steps.Decision[None]:
            return [row for ref, row in keys.items() if found.get(ref) is None], None

        steps.change(ports, list(keys), missing)


def list_exchanged(turn: Turn, found: Found, skus: list[str]) -> None:
    """Articles that came in the place of others are bought, too."""
    case = turn.case
    for row in sold(case.merchant_id, case.order_id, skus, turn.at):
        if found.get(refs.sold(row.merchant_id, row.sku, row.shard, row.order_id)) is None:
            turn.write(row)


def _of(order: Order) -> list[Sold]:
    return sold(order.merchant_id, order.order_id, (line.sku for line in order.lines), order.placed_at)


def go_on(ports: Ports, case_id: str) -> str | None:
    """Tells the next buyers, as many as a minute is good for. Repeating it changes nothing. Answers what was done."""
    for _ in range(PAGES):
        recall = steps.read(ports, refs.recall(case_id)).get(refs.recall(case_id))
        if recall is None or recall.is_over:
            return "recalled"
        _tell_page(ports, recall)
    return "recalling"


def _tell_page(ports: Ports, recall: Recall) -> None:
    """Sent before it is written down, like every message: at least once by other channels, once in the inbox."""
    rows = ports.listings.sold(recall.merchant_id, recall.sku, recall.shard, PAGE, recall.after)
    found = steps.read(ports, *(ref for row in rows for ref in (refs.order(row.order_id), refs.ledger(row.order_id))))
    bought = _buyers(found, recall, rows)
    news = _news(ports, found, recall, bought)
    for notification, preferences in news:
        for channel in sorted(preferences.channels - {"inbox"}):
            ports.courier.send(channel, notification)
    after = recall.behind(rows, PAGE, len(news), ports.clock.now())
    items: list[Value] = [after, *(notification for notification, _ in news)]
    if after.is_over:
        items += _told(ports, after)
    with suppress(VersionLost):  # another sweep was faster, or the case has moved on: it is read again
        ports.records.save(items)


def _buyers(found: Found, recall: Recall, rows: list[Sold]) -> dict[str, str]:
    """What these goods are called on the order of each buyer. An order that never came to be has none."""
    titles: dict[str, str] = {}
    for row in rows:
        order, ledger = found.get(refs.order(row.order_id)), found.get(refs.ledger(row.order_id))
        if order is None or ledger is None or order.buyer_id == recall.buyer_id:
            continue
        lines = [line for line in grown(order, ledger).lines if line.sku == recall.sku]
        if lines:
            titles.setdefault(order.buyer_id, lines[0].title)
    return titles


def _news(
    ports: Ports, found: Found, recall: Recall, titles: dict[str, str]
) -> list[tuple[Notification, Preferences]]:  # fmt: skip
    """A message for everybody who does not have it yet, in their own language."""
    from chalicelib.schemas.templates import warning  # who only lists what is bought tells nobody anything

    found.also(*(ref for buyer in titles for ref in (refs.preferences(buyer), _message(recall, buyer))))
    news = []
    for buyer_id, title in titles.items():
        if found.get(_message(recall, buyer_id)) is not None:
            continue
        preferences = found.get(refs.preferences(buyer_id)) or Preferences(buyer_id=buyer_id)
        words = warning(preferences.language, title, recall.batch)
        notification = Notification(
            buyer_id=buyer_id,
            event_id=recall.warning_id,
            type="GoodsRecalled",
            title=words.title,
            text=words.text,
            language=preferences.language,
            at=ports.clock.now(),
        )
        news.append((notification, preferences))
    return news


def _message(recall: Recall, buyer_id: str) -> refs.Ref[Notification]:
    return refs.notification(buyer_id, recall.warning_id)


def _told(ports: Ports, recall: Recall) -> list[Value]:
    """The case's story says that everybody was told, and how many they were."""
    found = steps.read(ports, refs.case(recall.case_id))
    turn = cases.turn_of(ports, cases.need(found, recall.case_id), SYSTEM)
    turn.tell("BuyersTold", buyers=recall.told)
    return turn.items
