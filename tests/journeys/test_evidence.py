"""凭证: files go from a party straight into the bucket, are looked at there, and only what is what it says counts."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
import urllib3

from local.seed import photo
from tests.journeys.patience import until
from tests.journeys.shops import Shop
from tests.journeys.stories import Story

PICTURE, PNG = photo.png(), photo.TYPE
PAGE = PICTURE[:-12] + b"<script>alert(document.cookie)</script>"  # begins as a picture does


def test_a_picture_is_uploaded_and_the_shop_can_look_at_it(shop: Shop) -> None:
    story = shop.reviewed()
    form = _form(story, len(PICTURE))
    assert _send(form, PICTURE, PNG) in (200, 201, 204)

    [seen] = until(lambda: _shown(shop, story, story.owner), len)
    assert (PNG, "the handle", sha256(PICTURE).hexdigest()) == (seen["content_type"], seen["note"], seen["digest"])
    download = urllib3.request("GET", seen["url"], timeout=10)
    assert (200, PICTURE, PNG) == (download.status, download.data, download.headers["Content-Type"])
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert (1, "EvidenceAdded") == (story.now()["evidence"], story.told()[-1])

    # The form is good for ten minutes: what is uploaded over the picture is not what the shop is shown.
    assert _send(form, PAGE[: len(PICTURE)], PNG) in (200, 201, 204)
    assert PICTURE == urllib3.request("GET", _shown(shop, story, story.owner)[0]["url"], timeout=10).data


def test_a_page_that_says_it_is_a_picture_is_found_out(shop: Shop) -> None:
    story = shop.reviewed()
    assert _send(_form(story, len(PAGE)), PAGE, PNG) in (200, 201, 204)

    [seen] = until(lambda: _shown(shop, story, story.buyer), lambda all: all[0]["state"]["code"] != "announced")
    assert ("refused", "not_its_type", None) == (seen["state"]["code"], seen["refused_because"]["code"], seen["url"])
    assert [] == _shown(shop, story, story.owner)
    assert 0 == story.now()["evidence"]


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

    [seen] = _shown(shop, story, story.buyer)
    assert ("announced", None) == (seen["state"]["code"], seen["url"])


@pytest.mark.parametrize(
    ("announced", "field"),
    [({"content_type": "text/html", "size": 10}, "content_type"), ({"content_type": PNG, "size": 10**9}, "size")],
)
def test_what_the_policy_does_not_take_gets_no_form(shop: Shop, announced: dict[str, Any], field: str) -> None:
    refused = shop.reviewed().act(shop.buyer, "evidence", **announced)

    assert (422, "EvidenceRejected") == (refused.status, refused.code)
    assert [field] == [error["field"] for error in refused.body["errors"]]


def _shown(shop: Shop, story: Story, user: str) -> list[dict[str, Any]]:
    return list(shop.api.get(f"/cases/{story.case_id}/evidence", user)["items"])


def _form(story: Story, size: int) -> dict[str, Any]:
    return story.act(story.buyer, "evidence", content_type=PNG, size=size, note="the handle").expect(201)


def _send(form: dict[str, Any], content: bytes, content_type: str) -> int:
    """The bucket's status for a file that claims to be of this type."""
    fields = {**form["fields"], "Content-Type": content_type, "file": ("cup.png", content, content_type)}
    return int(urllib3.request("POST", form["url"], fields=fields, timeout=10).status)
