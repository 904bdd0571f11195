"""The table as `infra/data.yaml` says it, made anew for one test on whatever engine a client speaks to."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import boto3
import yaml
from botocore.config import Config
from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = Path(__file__).parent.parent / "infra" / "data.yaml"
TAKEN_OVER = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode")


class Access(TypedDict):
    """Keyword arguments of `boto3.client` or `boto3.resource` for an engine on this machine."""

    endpoint_url: str
    region_name: str
    aws_access_key_id: str
    aws_secret_access_key: str


def access(endpoint: str) -> Access:
    return {
        "endpoint_url": endpoint,
        "region_name": "eu-central-1",
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
    }


def client(endpoint: str, connections: int = 16) -> DynamoDBClient:
    """A client for `connections` threads at once that does not hide a fault behind retries."""
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=connections)
    made: DynamoDBClient = boto3.client("dynamodb", config=config, **access(endpoint))
    return made


@cache
def definition(resource: str = "Table") -> dict[str, Any]:
    """The arguments of CreateTable, all but the name, that a table of the template stands for."""
    # a SafeLoader, see below
    properties = yaml.load(TEMPLATE.read_text("utf-8"), _Tolerant)["Resources"][resource]["Properties"]
    taken = {key: properties[key] for key in TAKEN_OVER if key in properties}
    if "StreamSpecification" in properties:
        taken["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return taken


@contextmanager
def fresh_table(dynamodb: DynamoDBClient, resource: str = "Table") -> Iterator[str]:
    """The name of an empty table that nobody else uses; it is deleted afterwards."""
    name = f"aftersales-{uuid.uuid4().hex}"
    dynamodb.create_table(TableName=name, **definition(resource))
    try:
        yield name
    finally:
        dynamodb.delete_table(TableName=name)


class _Tolerant(yaml.SafeLoader):
    """Reads CloudFormation's `!Ref`, `!Sub` and the like as what they are applied to."""


def _any_tag(loader: _Tolerant, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]


_Tolerant.add_multi_constructor("!", _any_tag)
