"""AWS's errors in our words: what may be tried again is a TransientFault, everything else stays what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from chalicelib.errors import TransientFault

TRANSIENT = frozenset(
    "InternalError InternalFailure InternalServerError InternalServiceError InternalException "
    "KmsThrottled LimitExceededException ProvisionedThroughputExceededException RequestLimitExceeded "
    "RequestThrottled RequestTimeout ServiceUnavailable SlowDown Throttling ThrottlingException "
    "TooManyRequestsException TransactionInProgressException".split()
)


@contextmanager
def told_apart(what: str) -> Iterator[None]:
    """Raises TransientFault for throttles, service faults and lost connections of what is done inside."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in TRANSIENT or status >= 500:
            raise TransientFault(f"{what}: {code or status}") from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise TransientFault(f"{what}: {type(error).__name__}") from error
