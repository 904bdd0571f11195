"""Opens the shop: prepares it, tells all stories at once, and waits until each case stands where it should."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from local.api import Api, Unexpected
from local.seed import shop
from local.seed.scene import DidNotCome, Scene
from local.seed.stories import STORIES, Story
from local.seed.summary import Told
from local.stack import Stack

TELLERS = 4
PATIENCE = 40.0  # seconds that a case may take to where it should stand
BETWEEN_LOOKS = 0.5


def seed(stack: Stack, patience: float = PATIENCE) -> list[Told]:
    """Every story of STORIES, in their order. A story that goes another way says so instead of stopping the others:
    with SPEED a deadline may well pass before somebody acts."""
    now = datetime.now(UTC)
    run = f"s{now:%y%m%d%H%M%S}"
    api = Api(stack.api_url, stack.directory.token)
    shop.prepare(stack, api, run, now)
    scenes = [Scene(stack, api, f"{run}-{story.key}", now) for story in STORIES]
    troubles = _tell_all(api, scenes)
    # Only now: what the stories wait for goes on by itself while others are told.
    deadline = time.monotonic() + patience
    return [_end(*each, deadline) for each in zip(STORIES, scenes, troubles, strict=True)]


def _tell_all(api: Api, scenes: Sequence[Scene]) -> list[str]:
    """What kept each story from being told. Interrupted, it leaves them where they are: nothing more is sent, and who
    still awaits an answer hears of it when the cloud ends, which must not wait for an answer either."""
    pool = ThreadPoolExecutor(TELLERS, thread_name_prefix="seed")
    try:
        return list(pool.map(_tell, STORIES, scenes))
    except BaseException:
        api.stop()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _tell(story: Story, scene: Scene) -> str:
    """Tells the story; what kept it from being told."""
    try:
        story.tell(scene)
    except Unexpected as other:
        return f"({other.answer.code or other.answer.status}: went another way)" if scene.case_id else str(other)
    except DidNotCome as otherwise:
        return f"({otherwise})"
    return ""


def _end(story: Story, scene: Scene, trouble: str, deadline: float) -> Told:
    """Where the case comes to stand."""
    if not scene.case_id:
        return Told("–", scene.buyer, story.zh, story.en, "not filed", None, trouble)
    case = scene.case() if trouble else _wait(scene, story.ends, deadline)
    if not trouble and not _as_told(case, story.ends):
        trouble = f"(should be {story.ends[0]})"
    return Told(scene.case_id, scene.buyer, story.zh, story.en, *_stands(case), trouble)


def _wait(scene: Scene, ends: tuple[str, str | None], deadline: float) -> dict[str, Any]:
    while True:
        case = scene.case()
        if _as_told(case, ends) or time.monotonic() > deadline:
            return case
        time.sleep(BETWEEN_LOOKS)


def _as_told(case: dict[str, Any], ends: tuple[str, str | None]) -> bool:
    status, refund = _stands(case)
    return status == ends[0] and ends[1] in (None, refund) and _is_with_a_person(case, refund)


def _is_with_a_person(case: dict[str, Any], refund: str | None) -> bool:
    """A refund that failed or came back is at rest only when somebody is asked to see to it."""
    return refund not in ("failed", "reversed") or case["parked"] is not None


def _stands(case: dict[str, Any]) -> tuple[str, str | None]:
    """The case's status and its newest refund's state."""
    refunds = case["refunds"]
    return case["status"]["code"], refunds[-1]["state"]["code"] if refunds else None
