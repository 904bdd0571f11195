"""Evidence: what a form lets its holder upload, and how a file is looked at."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.adapters.clients import Clients
from chalicelib.adapters.evidence import EvidenceBucket
from chalicelib.ports import Upload

KEY = "case_1/ev_1.jpg"


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
    assert bucket.link(KEY).startswith(own)


def test_a_file_is_downloaded_and_never_shown_as_a_page(bucket: EvidenceBucket) -> None:
    asked = parse_qs(urlsplit(bucket.link(KEY)).query)
    assert ['attachment; filename="ev_1.jpg"'] == asked["response-content-disposition"]


def test_a_link_is_good_for_minutes(bucket: EvidenceBucket) -> None:
    asked = parse_qs(urlsplit(bucket.link(KEY)).query)
    assert ["300"] == asked["X-Amz-Expires"]


@pytest.mark.parametrize("name", ['a"; x="b', "a\r\nx: y", "凭证.jpg", "a b.jpg"])
def test_a_file_s_name_cannot_change_the_header(bucket: EvidenceBucket, name: str) -> None:
    [told] = parse_qs(urlsplit(bucket.link(f"case_1/{name}")).query)["response-content-disposition"]
    assert told.isascii() and 2 == told.count('"') and not set("\r\n ;") & set(told.split('"')[1])
