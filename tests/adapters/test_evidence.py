"""Evidence: what a form lets its holder upload, and how a file is looked at."""

from __future__ import annotations

import base64
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.response import StreamingBody

from chalicelib.adapters.clients import Clients
from chalicelib.adapters.evidence import EvidenceBucket
from chalicelib.errors import TransientFault
from chalicelib.ports import StoredFile, Upload
from tests.adapters.stubs import stubbed

KEY, JPEG = "case_1/ev_1", "image/jpeg"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> EvidenceBucket:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {"DEFAULT_REGION": "eu-west-1", "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return EvidenceBucket(Clients().s3, "the-bucket")


def conditions(upload: Upload) -> list[Any]:
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    return list(policy["conditions"])


def test_a_form_is_for_one_object_of_one_bucket(bucket: EvidenceBucket) -> None:
    upload = bucket.upload(KEY, "image/jpeg", 1000)
    assert KEY == upload.fields["key"]
    assert {"bucket": "the-bucket"} in conditions(upload) and {"key": KEY} in conditions(upload)


def test_a_form_is_for_one_type(bucket: EvidenceBucket) -> None:
    upload = bucket.upload(KEY, "image/jpeg", 1000)
    assert "image/jpeg" == upload.fields["Content-Type"]
    assert ["eq", "$Content-Type", "image/jpeg"] in conditions(upload)


def test_a_form_is_for_something_and_for_no_more_than_the_limit(bucket: EvidenceBucket) -> None:
    assert ["content-length-range", 1, 1000] in conditions(bucket.upload(KEY, "image/jpeg", 1000))


def test_nothing_in_a_form_is_left_to_who_holds_it(bucket: EvidenceBucket) -> None:
    kinds = [c[0] if isinstance(c, list) else "eq" for c in conditions(bucket.upload(KEY, "image/jpeg", 1000))]
    assert {"eq", "content-length-range"} == set(kinds)


def test_a_form_is_signed_by_the_current_algorithm(bucket: EvidenceBucket) -> None:
    assert "AWS4-HMAC-SHA256" == bucket.upload(KEY, "image/jpeg", 1).fields["x-amz-algorithm"]


def test_a_browser_talks_to_the_region_s_own_endpoint(bucket: EvidenceBucket) -> None:
    own = "https://the-bucket.s3.eu-west-1.amazonaws.com/"
    assert own == bucket.upload(KEY, "image/jpeg", 1).url
    assert bucket.link(KEY, JPEG, "v7").startswith(own)


def test_a_file_is_downloaded_and_never_shown_as_a_page(bucket: EvidenceBucket) -> None:
    asked = parse_qs(urlsplit(bucket.link(KEY, JPEG, "v7")).query)
    assert ['attachment; filename="ev_1.jpg"'] == asked["response-content-disposition"]


def test_a_link_is_good_for_minutes(bucket: EvidenceBucket) -> None:
    asked = parse_qs(urlsplit(bucket.link(KEY, JPEG, "v7")).query)
    assert ["300"] == asked["X-Amz-Expires"]


@pytest.mark.parametrize("name", ['a"; x="b', "a\r\nx: y", "凭证.jpg", "a b.jpg"])
def test_a_file_s_name_cannot_change_the_header(bucket: EvidenceBucket, name: str) -> None:
    [told] = parse_qs(urlsplit(bucket.link(f"case_1/{name}", JPEG, "v7")).query)["response-content-disposition"]
    assert told.isascii() and 2 == told.count('"') and not set("\r\n ;") & set(told.split('"')[1])


def test_a_link_is_to_the_very_bytes_that_were_looked_at_and_of_their_type(bucket: EvidenceBucket) -> None:
    asked = parse_qs(urlsplit(bucket.link(KEY, JPEG, "v7")).query)
    assert (["v7"], [JPEG]) == (asked["versionId"], asked["response-content-type"])


# --- what came

WANTED = {"Bucket": "the-bucket", "Key": KEY}


def answering(content: bytes) -> tuple[EvidenceBucket, Any]:
    client, stubber = stubbed("s3")
    found = {
        "Body": StreamingBody(io.BytesIO(content), len(content)),
        "ContentLength": len(content),
        "ContentType": JPEG,
        "VersionId": "v7",
    }
    stubber.add_response("get_object", found, WANTED)
    return EvidenceBucket(client, "the-bucket"), stubber


def test_what_came_is_read_with_its_version() -> None:
    bucket, _ = answering(b"picture")
    assert StoredFile(b"picture", JPEG, 7, "v7") == bucket.fetch(KEY, 7)


def test_no_more_is_read_than_was_announced_and_one_byte() -> None:
    bucket, _ = answering(b"x" * 1000)
    found = bucket.fetch(KEY, 10)
    assert found is not None
    assert (11, 1000) == (len(found.content), found.size)


def test_nothing_there_is_no_error() -> None:
    client, stubber = stubbed("s3")
    stubber.add_client_error("get_object", "NoSuchKey", http_status_code=404, expected_params=WANTED)
    assert EvidenceBucket(client, "the-bucket").fetch(KEY, 7) is None


def test_a_throttle_is_tried_again_and_a_closed_door_is_loud() -> None:
    client, stubber = stubbed("s3")
    stubber.add_client_error("get_object", "SlowDown", http_status_code=503)
    stubber.add_client_error("get_object", "AccessDenied", http_status_code=403)
    bucket = EvidenceBucket(client, "the-bucket")
    with pytest.raises(TransientFault):
        bucket.fetch(KEY, 7)
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        bucket.fetch(KEY, 7)
