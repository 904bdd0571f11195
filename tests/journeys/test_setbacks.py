"""Money that comes back, and banks that are faster than we are: a person decides, and nobody is paid twice."""

from __future__ import annotations

from tests.journeys.patience import until
from tests.journeys.provider import Paid, Provider, payment_of
from tests.journeys.shops import LARGE, SMALL, Shop
from tests.journeys.stories import CURRENCY, OPERATOR


def test_a_reversed_refund_reopens_the_case_and_is_paid_once_more_under_another_number(
    shop: Shop, provider: Provider
) -> None:
    story = shop.automatic()
    first = story.until("completed")["refunds"][0]["refund_no"]
    provider.now("reverse", refund_no=first)
    parked = story.until_parked()
    assert ("remedying", "reversed") == (parked["status"]["code"], parked["parked"])
    assert ("person", "operator") == (
        parked["next_action"]["gate"]["code"],
        parked["next_action"]["who"]["code"],
    )
    assert 0 == provider.out(story.order_id)

    story.act(OPERATOR, "refunds", refund_no=first, action="regrant", note="to the new account").expect(200)
    second = story.until("completed")["refunds"][-1]["refund_no"]
    assert [Paid("reversed", SMALL, 1), Paid("settled", SMALL, 1)] == [provider.refund(no) for no in (first, second)]
    assert SMALL == provider.out(story.order_id)
    again = story.act(OPERATOR, "refunds", refund_no=first, action="regrant", note="once more")
    assert (409, "TransitionRefused") == (again.status, again.code)


def test_what_the_bank_took_back_is_not_refunded_as_well(shop: Shop, provider: Provider) -> None:
    story = shop.reviewed()
    facts = {"payment_id": payment_of(story.order_id), "amount": LARGE, "currency": CURRENCY}
    opened = provider.now("chargeback", order_id=story.order_id, **facts)
    until(lambda: provider.told(opened["chargeback_id"]), bool)
    story.decide("approve")
    parked = story.until_parked()

    assert ("approved", "operator") == (parked["status"]["code"], parked["next_action"]["who"]["code"])
    assert ([], 0) == (parked["refunds"], provider.out(story.order_id))


def test_after_a_chargeback_nothing_of_the_order_can_be_asked_back(shop: Shop, provider: Provider) -> None:
    order_id = shop.sells(LARGE)
    facts = {"payment_id": payment_of(order_id), "amount": LARGE, "currency": CURRENCY}
    opened = provider.now("chargeback", order_id=order_id, **facts)
    until(lambda: provider.told(opened["chargeback_id"]), bool)
    refused = shop.asked(order_id, 1)

    assert (422, "PaymentChargedBack") == (refused.status, refused.code)
