"""凭证: pictures go from the buyer straight into the bucket, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3

from tests.journeys.shops import Shop
from tests.journeys.stories import Story

PICTURE = b"\x89PNG\r\n\x1a\n" + b"a broken cup" * 20
PNG = "image/png"


def test_a_picture_is_uploaded_and_the_shop_can_look_at_it(shop: Shop) -> None:
    story = shop.reviewed()
    assert _send(_form(story, len(PICTURE)), PICTURE, PNG) in (200, 201, 204)

    [seen] = shop.api.get(f"/cases/{story.case_id}/evidence", story.owner)["items"]
    assert (PNG, "the handle") == (seen["content_type"], seen["note"])
    download = urllib3.request("GET", seen["url"], timeout=10)
    assert (200, PICTURE) == (download.status, download.data)
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert (1, "EvidenceAdded") == (story.now()["evidence"], story.told()[-1])


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(PICTURE * 2, PNG), (PICTURE, "text/html"), (b"", PNG)],
    ids=["larger", "page", "none"],
)
def test_the_bucket_takes_nothing_but_the_file_that_was_announced(
    shop: Shop, content: bytes, content_type: str
) -> None:
    story = shop.reviewed()
    assert _send(_form(story, len(PICTURE)), content, content_type) in (400, 403)

    [seen] = shop.api.get(f"/cases/{story.case_id}/evidence", story.buyer)["items"]
    assert 404 == urllib3.request("GET", seen["url"], timeout=10).status


@pytest.mark.parametrize(
    ("announced", "field"),
    [({"content_type": "text/html", "size": 10}, "content_type"), ({"content_type": PNG, "size": 10**9}, "size")],
)
def test_what_the_policy_does_not_take_gets_no_form(shop: Shop, announced: dict[str, Any], field: str) -> None:
    refused = shop.reviewed().act(shop.buyer, "evidence", **announced)

    assert (422, "EvidenceRejected") == (refused.status, refused.code)
    assert [field] == [error["field"] for error in refused.body["errors"]]


def _form(story: Story, size: int) -> dict[str, Any]:
    return story.act(story.buyer, "evidence", content_type=PNG, size=size, note="the handle").expect(201)


def _send(form: dict[str, Any], content: bytes, content_type: str) -> int:
    """The bucket's status for a file that claims to be of this type."""
    fields = {**form["fields"], "Content-Type": content_type, "file": ("cup.png", content, content_type)}
    return int(urllib3.request("POST", form["url"], fields=fields, timeout=10).status)
