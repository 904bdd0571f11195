"""Requests as API Gateway hands them to the API's function, with the authorizer's word in them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any


def request(
    method: str,
    resource: str,
    who: Mapping[str, str],
    *,
    body: Mapping[str, Any] | None = None,
    key: str | None = None,
    **ids: str,
) -> dict[str, Any]:
    """The proxy event of one request. `who` is what the authorizer answers: role, id, perhaps merchant_id."""
    path = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], resource)
    headers = {
        "Accept": "application/json",
        "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
        "Authorization": f"Bearer {'x' * 900}",  # as long as a real one
        "Host": "api.example.com",
        "User-Agent": "benchmark/1.0",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **({"Content-Type": "application/json"} if body is not None else {}),
        **({"Idempotency-Key": key} if key else {}),
    }
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": dict(ids) or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/api{path}",
            "stage": "api",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "benchmark/1.0"},
            "authorizer": {"principalId": who["id"], **who},
        },
        "body": json.dumps(body, ensure_ascii=False) if body is not None else None,
        "isBase64Encoded": False,
    }


def context(function: str) -> SimpleNamespace:
    """What Lambda's runtime tells a handler about its invocation."""
    return SimpleNamespace(
        function_name=f"aftersales-{function}",
        aws_request_id=str(uuid.uuid4()),
        get_remaining_time_in_millis=lambda: 20_000,
    )


def sqs(body: str) -> dict[str, Any]:
    """A batch of one message."""
    record = {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "x" * 200,
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}
