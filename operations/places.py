"""Where the system is that a command works on: a stage on AWS, or the stack of `make run` on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, get_args

import botocore.session

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.dynamodb.listings import DynamoListings
from chalicelib.adapters.dynamodb.policies import DynamoPolicies
from chalicelib.adapters.dynamodb.records import DynamoRecords
from chalicelib.adapters.dynamodb.scans import DynamoScan
from chalicelib.domain.cases import Flow
from local.api import Api
from local.cloud import Cloud
from local.packaging import ROOT
from operations.errors import PlaceUnknown, Refused

FLOWS: tuple[Flow, ...] = get_args(Flow)

if TYPE_CHECKING:
    from chalicelib.adapters.opensearch.cases import OpenSearchCases

OPERATOR = "operator-1"  # of the local shop; on AWS the token says who asks
FROM_ENVIRONMENT = "AFTERSALES_TOKEN"  # an operator's ID token
RUNNING = ROOT / "build" / "run.json"


class Session(Protocol):
    """What makes AWS clients: a boto3 session, or the local cloud's."""

    def client(self, service_name: str, *, config: Any = None) -> Any: ...


@dataclass(frozen=True)
class Place:
    """`api` speaks as the operator. `session` is AWS's, or the local cloud's: the same calls work on both."""

    stage: str
    api: Api
    session: Session
    table: str
    machines: Mapping[Flow, str]  # ARNs by name
    search_endpoint: str = ""  # empty for a stage without search

    @property
    def records(self) -> DynamoRecords:
        """The product's own reader of items; nothing here calls what it has for writing."""
        return DynamoRecords(self.session.client("dynamodb"), self.table)

    @property
    def listings(self) -> DynamoListings:
        return DynamoListings(self.session.client("dynamodb"), self.table)

    @property
    def scan(self) -> DynamoScan:
        return DynamoScan(self.session.client("dynamodb"), self.table)

    @property
    def policies(self) -> DynamoPolicies:
        return DynamoPolicies(self.records)

    @property
    def clock(self) -> SystemClock:
        return SystemClock()

    @property
    def search(self) -> OpenSearchCases:
        """The search index, spoken to with the operator's own AWS credentials. Raises Refused where there is none."""
        from chalicelib.adapters.opensearch.cases import OpenSearchCases

        if not self.search_endpoint:
            raise Refused(f"the stage {self.stage} has no search")
        return OpenSearchCases.of(self.search_endpoint, self.stage, botocore.session.Session())

    def named(self, name: str) -> str:
        """The full name of a queue and the like, by docs/architecture.md's table of names."""
        return f"aftersales-{self.stage}-{name}"

    def get(self, path: str) -> dict[str, Any]:
        return self.api.get(path, OPERATOR)

    def listed(self, path: str) -> list[dict[str, Any]]:
        return self.api.listed(path, OPERATOR)


def find(stage: str, environment: Mapping[str, str] = os.environ, running: Path = RUNNING) -> Place:
    """The place of a stage. Raises PlaceUnknown."""
    return _here(environment, running) if stage == "local" else _on_aws(stage, environment)


def _here(environment: Mapping[str, str], running: Path) -> Place:
    if not running.exists():
        raise PlaceUnknown("nothing runs here: start `make run`, or name a stage with --stage")
    stack = json.loads(running.read_text())
    token = environment.get(FROM_ENVIRONMENT) or stack["tokens"][OPERATOR]
    return Place(
        stage="local",
        api=Api(stack["api_url"], lambda _: token),
        session=Cloud(stack["endpoint"]),
        table=stack["table"],
        machines={flow: stack[f"{flow}_arn"] for flow in FLOWS},
        search_endpoint=stack["search_url"],
    )


def _on_aws(stage: str, environment: Mapping[str, str]) -> Place:
    import boto3

    token = environment.get(FROM_ENVIRONMENT)
    if not token:
        raise PlaceUnknown(
            f"put an operator's ID token into {FROM_ENVIRONMENT} (docs/operations/handbook.md, “Before you begin”)"
        )
    session = boto3.Session()
    outputs = outputs_of(session, stage)
    return Place(
        stage=stage,
        api=Api(outputs["ApiUrl"], lambda _: token),
        session=session,
        table=f"aftersales-{stage}",
        machines={flow: outputs[f"{flow.title().replace('_', '')}Arn"] for flow in FLOWS},
        search_endpoint=_search_of(session, stage, outputs["SearchEndpoint"]),
    )


def _search_of(session: Session, stage: str, said: str) -> str:
    """The engine's address: the stage's own (of its data stack), none (empty), or the one that was named."""
    if said == "own":
        said = outputs_of(session, stage, "data")["SearchEndpoint"]
    return "" if said == "none" else said


def outputs_of(session: Session, stage: str, stack_name: str = "app") -> dict[str, str]:
    """What a stack of the stage says of itself, the application's or the `data`'s. Raises PlaceUnknown without one."""
    cloudformation = session.client("cloudformation")
    try:
        [stack] = cloudformation.describe_stacks(StackName=f"aftersales-{stage}-{stack_name}")["Stacks"]
    except cloudformation.exceptions.ClientError as error:
        raise PlaceUnknown(f"no stack of the stage {stage} with these AWS credentials: {error}") from None
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
