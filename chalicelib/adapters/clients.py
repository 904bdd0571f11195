"""AWS clients: one session and one client per service and container, patient enough and no more."""

from __future__ import annotations

import gc
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

C = TypeVar("C")

# An API function has 29 s and its callers less: better to fail, and be tried again, than to hang on one call.
# Three tries of `standard` retries cover a throttle and a dropped connection; kept-alive connections outlive the
# pauses between two invocations of a container.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    max_pool_connections=10,
)


class Clients:
    """Each client is made when it is first asked for: making one reads its service's model, 10 to 40 ms."""

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        client: DynamoDBClient = boto3.client("dynamodb", config=CONFIG)
        return _frozen(client)

    @cached_property
    def stepfunctions(self) -> SFNClient:
        client: SFNClient = boto3.client("stepfunctions", config=CONFIG)
        return _frozen(client)

    @cached_property
    def events(self) -> EventBridgeClient:
        client: EventBridgeClient = boto3.client("events", config=CONFIG)
        return _frozen(client)

    @cached_property
    def sqs(self) -> SQSClient:
        client: SQSClient = boto3.client("sqs", config=CONFIG)
        return _frozen(client)

    @cached_property
    def s3(self) -> S3Client:
        # Presigned addresses are for browsers, which cannot follow S3 to another region: they must name the region's
        # own endpoint, and every region knows the current algorithm only.
        presigning = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        client: S3Client = boto3.client("s3", config=CONFIG.merge(presigning))
        return _frozen(client)

    @cached_property
    def secretsmanager(self) -> SecretsManagerClient:
        client: SecretsManagerClient = boto3.client("secretsmanager", config=CONFIG)
        return _frozen(client)


def _frozen(client: C) -> C:
    """A client and its model live as long as the container; the collector need not walk through them."""
    gc.freeze()
    return client
