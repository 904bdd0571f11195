"""The provider's keys change while the stack runs: nobody restarts anything, refunds go on, and none is paid twice."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from local.stack import Stack
from tests.journeys.patience import until
from tests.journeys.provider import Paid, Provider
from tests.journeys.shops import SMALL, Shop
from tests.journeys.stories import Story

# Between Secrets Manager and the provider no key fits: what was refused then is asked about a minute later.
PATIENT = 120.0


def test_refunds_go_on_while_the_providers_keys_are_rotated(shop: Shop, stack: Stack, provider: Provider) -> None:
    shop.automatic().until("completed")  # every container holds the old keys by now
    with rotated(stack, provider) as rotated_provider:
        stories = [shop.automatic() for _ in range(3)]
        for story in stories:
            _until_paid(stack, story)
            [refund] = story.now()["refunds"]
            assert Paid("settled", SMALL, 1) == rotated_provider.refund(refund["refund_no"])
        # The notifications are signed with the new secret, and are taken.
        for story in stories:
            until(lambda story=story: rotated_provider.told(story.now()["refunds"][0]["refund_no"]), bool, PATIENT)  # type: ignore[misc]
    # The containers still hold the other key: who comes after does not notice it.
    shop.automatic().until("completed")


def _until_paid(stack: Stack, story: Story) -> None:
    """What the queue's delay brings after a minute, and what the sweeper would, at every look."""

    def look() -> str:
        case = story.now()
        for refund in case["refunds"]:
            if refund["state"]["code"] == "unknown":
                command = json.dumps({"refund_no": refund["refund_no"]})
                stack.client("sqs").send_message(QueueUrl=stack.queues["PaymentCommands"], MessageBody=command)
        return str(case["status"]["code"])

    until(look, lambda status: status == "completed", PATIENT)


@contextmanager
def rotated(stack: Stack, provider: Provider) -> Iterator[Provider]:
    """Other keys at Secrets Manager, then at the provider; and the old ones again, for who comes after."""
    old_signing = json.loads(_held(stack, "notices"))["signing_secret"]
    new_signing = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    new_key = secrets.token_urlsafe(24)
    after = Provider(replace(stack, payment_key=new_key))
    _put(stack, new_key, new_signing, old_signing)
    provider.rotate(new_key, new_signing)
    try:
        yield after
    finally:
        _put(stack, stack.payment_key, old_signing, new_signing)
        after.rotate(stack.payment_key, old_signing)


def _held(stack: Stack, name: str) -> str:
    return str(stack.client("secretsmanager").get_secret_value(SecretId=f"aftersales/local/{name}")["SecretString"])


def _put(stack: Stack, api_key: str, signing: str, former: str) -> None:
    values = {
        "payment": {"api_key": api_key},
        "notices": {"signing_secret": signing, "former_signing_secret": former},
    }
    for name, value in values.items():
        stack.client("secretsmanager").put_secret_value(
            SecretId=f"aftersales/local/{name}", SecretString=json.dumps(value)
        )
