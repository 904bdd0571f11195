"""Reports in the bucket: written as they are, downloaded and never shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.adapters.clients import Clients
from chalicelib.adapters.reports import ReportBucket
from chalicelib.errors import TransientFault

KEY = "reconciliations/2026-11-22-0123456789abcdef.csv"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {"DEFAULT_REGION": "us-east-1", "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = Clients().s3
        client.create_bucket(Bucket="the-bucket")
        yield client


def test_a_report_lies_there_byte_for_byte(s3: Any) -> None:
    ReportBucket(s3, "the-bucket").put(KEY, b"\xef\xbb\xbfa,b\r\n")
    found = s3.get_object(Bucket="the-bucket", Key=KEY)
    assert (b"\xef\xbb\xbfa,b\r\n", "text/csv; charset=utf-8") == (found["Body"].read(), found["ContentType"])


def test_its_address_downloads_it_under_its_name_for_minutes(s3: Any) -> None:
    address = urlsplit(ReportBucket(s3, "the-bucket").link(KEY))
    asked = {name: value for name, [value] in parse_qs(address.query).items()}
    assert f"/{KEY}" == address.path
    assert ('attachment; filename="2026-11-22-0123456789abcdef.csv"', "300") == (
        asked["response-content-disposition"], asked["X-Amz-Expires"]
    )  # fmt: skip


def test_a_bucket_that_is_slow_is_asked_again_and_one_that_is_not_there_is_loud(s3: Any) -> None:
    class Slow:
        def put_object(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    with pytest.raises(TransientFault):
        ReportBucket(Slow(), "the-bucket").put(KEY, b"")  # type: ignore[arg-type]
    with pytest.raises(ClientError, match="NoSuchBucket"):
        ReportBucket(s3, "another").put(KEY, b"")
