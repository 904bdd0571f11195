"""A place to operate on: the API as a table of answers, AWS as moto plays it, the product's own table in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.cases import Case
from chalicelib.schemas.cases import CaseView, EntryView
from local.api import Answer, Unexpected
from tests.adapters.dynamodb import things


class FakeApi:
    """Answers what a test laid down, by method and path; several answers of one path are given in turn."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], list[tuple[int, Mapping[str, Any]]]] = {}
        self.lists: dict[str, list[Mapping[str, Any]]] = {}
        self.sent: list[dict[str, Any]] = []

    def will(self, method: str, path: str, *bodies: Mapping[str, Any], status: int = 200) -> None:
        self.answers.setdefault((method, path), []).extend((status, body) for body in bodies)

    def call(self, method: str, path: str, **asked: Any) -> Answer:
        self.sent.append({"method": method, "path": path, **asked})
        waiting = self.answers.get((method, path)) or [(404, {"code": "CaseNotFound"})]
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return Told(f"{method} {path}", status, {}, b"", 0.0).saying(body)

    def get(self, path: str, user: str) -> dict[str, Any]:
        return self.call("GET", path, user=user).expect(200)

    def listed(self, path: str, user: str) -> list[Mapping[str, Any]]:
        return list(self.lists.get(path, []))

    def acts(self) -> list[dict[str, Any]]:
        """What was asked for besides looking."""
        return [asked for asked in self.sent if asked["method"] != "GET"]


class Told(Answer):
    """An answer with its body beside it."""

    def saying(self, body: Mapping[str, Any]) -> Told:
        object.__setattr__(self, "told", dict(body))
        return self

    @property
    def body(self) -> dict[str, Any]:
        return dict(self.__dict__["told"])

    def expect(self, *statuses: int) -> dict[str, Any]:
        if self.status not in statuses:
            raise Unexpected(self, statuses)
        return self.body


def view(case: Case) -> dict[str, Any]:
    """A case as the API shows it."""
    return CaseView.of(case, things.policy(), None).model_dump(mode="json")


def line(entry: Any) -> dict[str, Any]:
    """A timeline entry as the API shows it."""
    return EntryView.of(entry).model_dump(mode="json")
