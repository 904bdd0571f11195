"""One TransactWriteItems: all of it or nothing, once however often its reply is lost."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.faults import told_apart
from chalicelib.errors import Fault, TransientFault

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ACTIONS = 100  # DynamoDB's own bound
REFUSED = "ConditionalCheckFailed"
TRY_AGAIN = frozenset({"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"})
Action = dict[str, Any]


def transact(client: DynamoDBClient, actions: Sequence[Action]) -> list[int]:
    """Writes. Answers the positions of the actions whose condition did not hold (then nothing was written).

    The token is fresh per call and the same in all of the SDK's own retries: a reply that was lost is asked
    for again, and the write is not made twice. Raises TransientFault (conflict, throttle, no answer: it may have
    been written) and, loudly, Fault or ClientError for what can never succeed.
    """
    if len(actions) > MAX_ACTIONS:
        raise Fault(f"{len(actions)} writes do not fit into one transaction")
    token = str(uuid.uuid4())
    with told_apart("TransactWriteItems"):
        try:
            client.transact_write_items(TransactItems=actions, ClientRequestToken=token)  # type: ignore[arg-type]
        except client.exceptions.TransactionCanceledException as cancelled:
            return _refused(cancelled)
    return []


def _refused(cancelled: ClientError) -> list[int]:
    """Where conditions failed. What no retry cures is said first, what only asks for another try last."""
    reasons: Sequence[Mapping[str, Any]] = cancelled.response.get("CancellationReasons", ())
    codes = [reason.get("Code") or "None" for reason in reasons]
    for code, reason in zip(codes, reasons, strict=True):
        if code not in TRY_AGAIN and code not in (REFUSED, "None"):
            raise Fault(f"{code}: {reason.get('Message')}") from cancelled
    refused = [i for i, code in enumerate(codes) if code == REFUSED]
    if not refused:
        raise TransientFault(f"the transaction was cancelled: {', '.join(sorted({*codes}))}") from cancelled
    return refused
