"""A shop's return addresses; cases that wait for one go on when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import refs
from chalicelib.domain.addresses import AddressBook
from chalicelib.domain.freezes import PLATFORM
from chalicelib.errors import MerchantNotFound
from chalicelib.schemas.addresses import AddressBookView
from chalicelib.usecases import returns, steps
from chalicelib.usecases.access import act_for_merchant, act_unfrozen, see_merchant
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.ports import Ports
    from chalicelib.schemas.addresses import PutAddresses
    from chalicelib.usecases.steps import Decision, Found

AT_ONCE = 100  # gates of each list that are looked through right away; the sweeper sees to the rest


def put(ports: Ports, actor: Actor, merchant_id: str, body: PutAddresses) -> Reply:
    """Replaces the book, and gives an address to every case that waits for one.

    Raises MerchantNotFound, Forbidden, MerchantFrozen: then only the platform says where the goods go.
    """
    act_for_merchant(actor, merchant_id)
    ref, now = refs.address_book(merchant_id), ports.clock.now()

    def once(found: Found) -> Decision[Reply]:
        act_unfrozen(actor, found)
        found.need(refs.merchant(merchant_id), MerchantNotFound)
        known = found.get(ref)
        new = AddressBook(merchant_id=merchant_id, entries=body.entries, updated_at=now)
        book = known.next(entries=body.entries, updated_at=now) if known else new
        return [book], _reply(book, 200 if known else 201)

    reply = steps.change(ports, [refs.merchant(merchant_id), ref, refs.frozen()], once)
    # The platform is asked for its own shops' cases, and for those that a frozen shop handed over.
    for owner in (f"merchant#{merchant_id}", PLATFORM):
        for row in ports.listings.awaited(owner, AT_ONCE, None).rows:
            if row.name == "address":
                returns.find_address(ports, row.case_id)
    return reply


def read(ports: Ports, actor: Actor, merchant_id: str) -> Reply:
    """The book; an empty one for a shop that has written nothing yet. Raises MerchantNotFound."""
    see_merchant(actor, merchant_id)
    ref, merchant = refs.address_book(merchant_id), refs.merchant(merchant_id)
    found = steps.read(ports, merchant, ref)
    found.need(merchant, MerchantNotFound)
    empty = AddressBook(merchant_id=merchant_id, version=0, updated_at=ports.clock.now())
    return _reply(found.get(ref) or empty, 200)


def _reply(book: AddressBook, status: int) -> Reply:
    return Reply(status, AddressBookView.of(book))
