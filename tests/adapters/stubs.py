"""AWS clients that answer what a test says and refuse everything else (botocore's own stubber)."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.stub import Stubber


def stubbed(service: str) -> tuple[Any, Stubber]:
    """A client and its stubber, active. It never touches the network."""
    client: Any = boto3.client(  # type: ignore[call-overload]
        service,
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber
