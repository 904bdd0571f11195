"""AWS clients: one session and one client per service and container, patient enough and no more.

They are botocore's: boto3 would load its resources and S3's transfer threads on top, 40 ms of every cold start, and we
use neither. The clients are the same.
"""

from __future__ import annotations

import gc
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from botocore import __version__
from botocore.config import Config
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

# An API function has 29 s and its callers less: better to fail, and be tried again, than to hang on one call.
# Three tries of `standard` retries cover a throttle and a dropped connection; kept-alive connections outlive the
# pauses between two invocations of a container. A user agent that is given is sent as it is; botocore's own is put
# together anew for every request, twice, an eighth of the CPU of a call.
CONFIG = Config(
    user_agent=f"aftersales Botocore/{__version__}",
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
    max_pool_connections=10,
)


# Of these a region has one address, and the client knows it when it is made. By its rules botocore would find it anew
# for every request, from what the request writes, to come to the same: a twentieth of the CPU of a call.
ONE_ADDRESS = frozenset({"dynamodb", "sqs", "events", "stepfunctions", "secretsmanager"})
RULES = "endpoint-rule-set-1"


class Models(Loader):
    """botocore's models, without the rules of address where there is nothing to decide: then it takes the address from
    its list of regions, as it does for every service that has no rules."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        if type_name == RULES and service_name in ONE_ADDRESS:
            raise UnknownServiceError(service_name=service_name, known_service_names="those whose address depends")
        return super().load_service_model(service_name, type_name, api_version)


class Clients:
    """Each client is made when it is first asked for: making one reads its service's model, 10 to 40 ms."""

    def __init__(self) -> None:
        self.session = Session()
        self.session.register_component("data_loader", Models())

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        # The codec makes every value and DynamoDB checks them all: to check them here too is 12 to 24 % of a call.
        return cast("DynamoDBClient", self._made("dynamodb", CONFIG.merge(Config(parameter_validation=False))))

    @cached_property
    def stepfunctions(self) -> SFNClient:
        return cast("SFNClient", self._made("stepfunctions"))

    @cached_property
    def events(self) -> EventBridgeClient:
        return cast("EventBridgeClient", self._made("events"))

    @cached_property
    def sqs(self) -> SQSClient:
        return cast("SQSClient", self._made("sqs"))

    @cached_property
    def s3(self) -> S3Client:
        # Presigned addresses are for browsers, which cannot follow S3 to another region: they must name the region's
        # own endpoint, and every region knows the current algorithm only.
        presigning = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        return cast("S3Client", self._made("s3", CONFIG.merge(presigning)))

    @cached_property
    def secretsmanager(self) -> SecretsManagerClient:
        return cast("SecretsManagerClient", self._made("secretsmanager"))

    def sockets(self, endpoint: str) -> ApiGatewayManagementApiClient:
        """The connections of one WebSocket API: its stage's own address is the endpoint."""
        return cast("ApiGatewayManagementApiClient", self._made("apigatewaymanagementapi", endpoint=endpoint))

    def _made(self, service: str, config: Config = CONFIG, endpoint: str | None = None) -> object:
        client: object = self.session.create_client(service, config=config, endpoint_url=endpoint)
        # A client and its model live as long as the container: the collector need not walk through them.
        gc.freeze()
        return client
