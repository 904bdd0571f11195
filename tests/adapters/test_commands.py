"""The payment worker hears a number and a time, nothing else."""

from __future__ import annotations

import json

import pytest

from chalicelib.adapters.commands import PaymentQueue
from chalicelib.errors import TransientFault
from tests.adapters.stubs import stubbed

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/payment-commands"


@pytest.mark.parametrize(("delay", "sent"), [(0, 0), (60, 60), (900, 900), (901, 900), (86_400, 900), (-5, 0)])
def test_a_command_is_the_refund_s_number_and_a_delay_that_sqs_accepts(delay: int, sent: int) -> None:
    client, stubber = stubbed("sqs")
    asked = {"QueueUrl": URL, "MessageBody": json.dumps({"refund_no": "r1"}), "DelaySeconds": sent}
    stubber.add_response("send_message", {"MessageId": "m1"}, asked)
    PaymentQueue(client, URL).ask("r1", delay)
    stubber.assert_no_pending_responses()


def test_a_queue_that_throttles_may_be_asked_again() -> None:
    client, stubber = stubbed("sqs")
    stubber.add_client_error("send_message", "RequestThrottled", http_status_code=403)
    with pytest.raises(TransientFault):
        PaymentQueue(client, URL).ask("r1")
