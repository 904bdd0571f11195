"""AWS's errors: which are worth another try, and which are a mistake."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.adapters.faults import told_apart
from chalicelib.errors import TransientFault


def refusal(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "X")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException"),
        refusal("TooManyRequestsException"),
        refusal("RequestThrottled", 403),
        refusal("InternalServerError", 500),
        refusal("AnythingAtAll", 503),
        EndpointConnectionError(endpoint_url="https://x"),
        ConnectTimeoutError(endpoint_url="https://x"),
        ReadTimeoutError(endpoint_url="https://x"),
    ],
)
def test_what_may_pass_by_itself_may_be_tried_again(error: Exception) -> None:
    with pytest.raises(TransientFault) as caught, told_apart("X"):
        raise error
    assert error is caught.value.__cause__


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException", ""])
def test_a_mistake_stays_what_it_is(code: str) -> None:
    with pytest.raises(ClientError), told_apart("X"):
        raise refusal(code)


def test_what_is_not_aws_s_is_left_alone() -> None:
    with pytest.raises(ZeroDivisionError), told_apart("X"):
        raise ZeroDivisionError
