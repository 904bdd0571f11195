"""The workers' queues: payment and logistics."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.adapters.faults import told_apart
from chalicelib.ports import LONGEST_DELAY

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from chalicelib.domain.carriers import System


class PaymentQueue:
    """Commands carry the refund's number and nothing else: what is to be paid stands in the table."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def ask(self, refund_no: str, delay: int = 0) -> None:
        with told_apart("SendMessage"):
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps({"refund_no": refund_no}),
                DelaySeconds=max(0, min(delay, LONGEST_DELAY)),
            )


class LogisticsQueue:
    """The same for carriers: an address that a courier goes to never stands in a queue."""

    def __init__(self, client: SQSClient, queue_url: str, tracker: System) -> None:
        self._client = client
        self._queue_url = queue_url
        self.tracker: System = tracker

    def ask(self, command_no: str, delay: int = 0) -> None:
        with told_apart("SendMessage"):
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps({"command_no": command_no}),
                DelaySeconds=max(0, min(delay, LONGEST_DELAY)),
            )
