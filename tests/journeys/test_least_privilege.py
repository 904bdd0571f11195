"""The local cloud enforces the roles that are deployed: what a function has no right to, it cannot do."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
import urllib3
from botocore.exceptions import ClientError

from local.ministack import ACCOUNT, REGION
from local.stack import Stack

pytestmark = pytest.mark.journey


def acting_as(stack: Stack, role: str, service: str) -> Any:
    """A client with the rights of a function's role."""
    names = [each["RoleName"] for each in stack.client("iam").list_roles()["Roles"]]
    [name] = [name for name in names if f"-{role}-" in name]
    credentials = stack.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{name}", RoleSessionName="journey"
    )["Credentials"]
    return boto3.client(
        service,
        endpoint_url=stack.endpoint,
        region_name=REGION,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


@pytest.mark.parametrize(
    "role",
    ["ApiHandlerRole", "OnNotificationDueRole", "OnWebhookDueRole", "OpenGateRole", "OnMinuteRole", "OnBillDueRole"],
)
def test_the_provider_s_keys_are_closed_to_everybody_else(stack: Stack, role: str) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: secretsmanager:GetSecretValue"):
        acting_as(stack, role, "secretsmanager").get_secret_value(SecretId="aftersales/local/payment")


def test_the_worker_reads_the_provider_s_keys(stack: Stack) -> None:
    held = acting_as(stack, "OnPaymentCommandRole", "secretsmanager").get_secret_value(
        SecretId="aftersales/local/payment"
    )
    assert stack.payment_key in held["SecretString"]


def test_who_reads_the_bill_has_a_key_that_the_provider_lets_only_read(stack: Stack) -> None:
    held = acting_as(stack, "OnBillDueRole", "secretsmanager").get_secret_value(SecretId="aftersales/local/bills")
    key = json.loads(held["SecretString"])["api_key"]
    refund = {"refund_no": "rfd_forged", "payment_id": "p", "amount": 1, "currency": "CNY"}
    answer = urllib3.request(
        "POST", f"{stack.payment_url}/refunds", json=refund, headers={"Authorization": f"Bearer {key}"}
    )
    assert (403, True) == (answer.status, key != stack.payment_key)


def test_nobody_reads_the_whole_table(stack: Stack) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: dynamodb:Scan"):
        acting_as(stack, "ApiHandlerRole", "dynamodb").scan(TableName=stack.table)
