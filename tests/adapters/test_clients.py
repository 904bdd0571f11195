"""The clients' addresses: those of the region, in every partition, without working them out for each request."""

from __future__ import annotations

import pytest

from chalicelib.adapters.clients import Clients

ADDRESSES = {
    "dynamodb": "dynamodb",
    "sqs": "sqs",
    "events": "events",
    "stepfunctions": "states",
    "secretsmanager": "secretsmanager",
}


@pytest.fixture(autouse=True)
def no_local_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_USE_FIPS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("region", "ending"), [("eu-central-1", "amazonaws.com"), ("cn-northwest-1", "amazonaws.com.cn")]
)
@pytest.mark.parametrize("service", ADDRESSES)
def test_every_service_is_asked_at_its_regions_address(
    service: str, region: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    assert getattr(Clients(), service).meta.endpoint_url == f"https://{ADDRESSES[service]}.{region}.{ending}"


def test_who_asks_for_addresses_by_fips_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    assert Clients().dynamodb.meta.endpoint_url == "https://dynamodb-fips.us-east-1.amazonaws.com"


def test_the_local_cloud_is_where_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert Clients().stepfunctions.meta.endpoint_url == "http://127.0.0.1:4566"
