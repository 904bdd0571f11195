"""Opening the shop: told stories say how it went, and who interrupts them does not wait for their end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import pytest

from local.api import Api, Stopped
from local.seed import opening
from local.seed.scene import DidNotCome, Scene
from local.seed.stories import Story
from local.stack import Stack

A_MOMENT = 20.0  # seconds: nobody waits for them unless the test fails


def _scenes(monkeypatch: pytest.MonkeyPatch, api: Api, *tell: Callable[[Scene], None]) -> list[Scene]:
    stories = tuple(Story(f"s{n}", "", "", ("in_review", None), each) for n, each in enumerate(tell))
    monkeypatch.setattr(opening, "STORIES", stories)
    return [Scene(cast(Stack, None), api, story.key, datetime.now(UTC)) for story in stories]


def test_ctrl_c_leaves_stories_where_they_are_and_sends_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    api, begun, over, ended = Api("http://127.0.0.1:1", lambda user: user), *(threading.Event() for _ in range(3))

    def waits(scene: Scene) -> None:
        begun.set()
        over.wait(A_MOMENT)  # for an answer, as who has asked a stack that is under way
        try:
            scene.case()
        except Stopped:
            ended.set()

    def interrupts(scene: Scene) -> None:
        begun.wait(A_MOMENT)
        raise KeyboardInterrupt

    scenes = _scenes(monkeypatch, api, waits, interrupts)
    # A story's own Ctrl-C comes out of the pool like that of the main thread, which waits for the first story's end.
    monkeypatch.setattr(opening, "STORIES", opening.STORIES[::-1])
    with pytest.raises(KeyboardInterrupt):
        opening._tell_all(api, scenes[::-1])
    assert not ended.is_set(), "the stop waited for a story"
    over.set()
    assert ended.wait(A_MOMENT), "the story went on"


def test_what_does_not_come_is_told_of_its_story_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_vain(scene: Scene) -> None:
        raise DidNotCome("no courier was booked")

    api = Api("http://127.0.0.1:1", lambda user: user)
    scenes = _scenes(monkeypatch, api, in_vain, lambda scene: None)
    assert ["(no courier was booked)", ""] == opening._tell_all(api, scenes)
