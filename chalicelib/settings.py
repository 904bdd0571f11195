"""The environment, read here and nowhere else: one frozen model, checked when it is read."""

from __future__ import annotations

import ipaddress
import os
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from chalicelib.domain.carriers import System
from chalicelib.errors import Fault

Name = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/\S*)?$")]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.\[\]:-]+$")]
MachineArn = Annotated[str, StringConstraints(pattern=r"^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:[^:]+$")]
HostPort = tuple[str, int]


def _listed(text: Any) -> Any:
    """`https://shop.example,https://desk.example` as a set."""
    if not isinstance(text, str):
        return text
    return frozenset(filter(None, (part.strip() for part in text.split(","))))


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _safe(address: str) -> str:
    """Keys, tokens and money travel in TLS, or do not leave the machine."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "wss") and not _is_loopback(parts.hostname or ""):
        raise ValueError("must be encrypted")
    return address


def _there(text: Any) -> Any:
    """`none`, because an export of CloudFormation cannot be empty, as None."""
    return None if text == "none" else text


def _pairs(text: Any) -> Any:
    """`127.0.0.1:9700,localhost:9701` as pairs. Raises ValueError for anything that is not loopback."""
    if not isinstance(text, str):
        return text
    pairs = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        host, _, port = part.rpartition(":")
        host = host.strip("[]").lower()
        # A door for the stand-ins of one machine: nothing else may come through it, whatever a stage configures.
        if not _is_loopback(host):
            raise ValueError(f"{host} is not loopback")
        pairs.append((host, int(port)))
    return frozenset(pairs)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{name} is no time zone") from None
    return name


SafeAddress = Annotated[Address, AfterValidator(_safe)]
SafeSocket = Annotated[str, StringConstraints(pattern=r"^wss?://[^\s/]+/\S+$"), AfterValidator(_safe)]


class Settings(BaseModel):
    """What a stage configures. Names of environment variables are the fields' names in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Name
    table: Name
    bus: Name
    payment_queue_url: Address
    webhook_queue_url: Address
    logistics_queue_url: Address
    evidence_bucket: Name
    live_table: Name
    live_url: SafeSocket  # of the WebSocket API's stage
    refund_flow_arn: MachineArn
    return_flow_arn: MachineArn
    exchange_flow_arn: MachineArn
    repair_flow_arn: MachineArn
    dispute_flow_arn: MachineArn
    payment_url: SafeAddress
    payment_secret: Name  # the name of the secret that holds {"api_key"}
    payment_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"  # of the provider's days
    bill_secret: Name  # the name of the secret that holds {"api_key"} of a key that only reads
    notice_secret: Name  # the name of the secret that holds {"signing_secret"}: the API must not be able to pay
    logistics_url: SafeAddress  # where a carrier speaks the standard protocol
    logistics_secret: Name  # the name of the secret that holds {"standard": {"api_key"}, …}: the worker's alone
    tracking_secret: Name  # the name of the secret that holds what each carrier system signs with, by its name
    tracker: System = "standard"  # the carrier system that follows waybills
    webhook_secret: Name  # the name of the secret that holds {"master": {"1": "<base64>"}}
    issuer: Address
    jwks_url: SafeAddress
    client_id: Name
    speed: int = Field(default=1, ge=1)  # divides the durations that the deadline calendar gives
    webhook_allow: Annotated[frozenset[HostPort], BeforeValidator(_pairs)] = frozenset()
    search_endpoint: Annotated[SafeAddress | None, BeforeValidator(_there)] = None  # a stage may have no search
    web_origins: Annotated[frozenset[Origin], BeforeValidator(_listed)] = frozenset()  # of the web pages

    @classmethod
    def read(cls) -> Self:
        """The settings of this container. Raises Fault that names every variable that is missing or malformed."""
        given = {name: os.environ[name.upper()] for name in cls.model_fields if os.environ.get(name.upper())}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            wrong = ", ".join(sorted({str(problem["loc"][0]).upper() for problem in error.errors()}))
            raise Fault(f"missing or malformed in the environment: {wrong}") from None


def stage() -> str:
    """The stage alone: telemetry must be able to speak before, and when, the rest cannot be read."""
    return os.environ.get("STAGE") or "none"


def on_lambda() -> bool:
    """True in a function's container (also the local cloud's), False in tests and while packaging."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ
