"""What the bus carries: checked in, true to its examples, and never broken for who listens."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from chalicelib.domain.entries import Entry, EntryType
from chalicelib.errors import Fault
from chalicelib.schemas.events import TYPES, event_of, text_of
from local.event_schemas import FOLDER, example, file_of, schema, written
from tests.schemas.compatibility import breaks


@pytest.mark.parametrize("type", TYPES)
def test_the_checked_in_schema_is_the_code_s(type: EntryType) -> None:
    assert written(type) == file_of(type).read_text(), "run: python -m local.event_schemas"


def test_every_checked_in_schema_has_its_type() -> None:
    assert {file_of(type).name for type in TYPES} == {path.name for path in FOLDER.glob("*.json")}


@pytest.mark.parametrize("type", TYPES)
def test_what_is_published_validates(type: EntryType) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(type))
    checker = jsonschema.Draft202012Validator(
        json.loads(file_of(type).read_text()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    checker.validate(json.loads(text_of(example(type))))


@pytest.mark.parametrize("type", TYPES)
def test_no_person_s_words_are_published(type: EntryType) -> None:
    entry = example(type).but(note="hidden", data={**example(type).data, "note": "hidden", "detail": "hidden"})
    assert "hidden" not in text_of(entry)


@pytest.mark.parametrize("words", ["the bank's words, hidden", "", "x" * 65, "问", 7])
@pytest.mark.parametrize("type", TYPES)
def test_words_in_a_code_s_place_stay_behind(type: EntryType, words: Any) -> None:
    data = json.loads(text_of(example(type).but(data={"because": words, "reason": words})))["data"]
    assert {"because", "reason"}.isdisjoint(data)


@pytest.mark.parametrize("type", TYPES)
def test_an_entry_that_says_nothing_more_can_be_published(type: EntryType) -> None:
    assert event_of(example(type).but(data={})).id == example(type).event_id


@pytest.mark.parametrize("type", TYPES)
def test_an_entry_that_was_stored_and_read_is_the_same_event(type: EntryType) -> None:
    entry = example(type)
    assert text_of(entry) == text_of(Entry.model_validate_json(entry.model_dump_json()))


def test_times_are_utc_to_the_millisecond() -> None:
    assert "2026-05-04T08:30:00.123Z" == json.loads(text_of(example("CaseSubmitted")))["occurred_at"]


def test_a_refund_s_own_amount_stands_beside_the_case_s() -> None:
    data = json.loads(text_of(example("RefundSettled").but(data={"refund_no": "r1", "refund_amount": 500})))["data"]
    assert ({"amount": 500, "currency": "CNY"}, {"amount": 8900, "currency": "CNY"}) == (
        data["refund_amount"],
        data["amount"],
    )


def test_an_event_of_64_kib_is_a_fault() -> None:
    with pytest.raises(Fault):
        text_of(example("CaseSubmitted").but(order_id="o" * 65_536))


# --- backward compatibility


def released() -> Iterator[tuple[str, str]]:
    """Every schema that a release (a tag) or, before the first one, the last commit promised."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], capture_output=True, text=True, cwd=FOLDER, check=False).stdout

    for commit in git("tag", "--list").split() or ["HEAD"]:
        for path in git("ls-tree", "--name-only", commit, "./").split():
            if path.endswith(".json"):
                yield path, git("show", f"{commit}:./{path}")


def test_what_was_released_is_not_broken() -> None:
    for name, text in released():
        now = FOLDER / name
        assert now.exists(), f"{name} was released"
        assert [] == breaks(json.loads(text), json.loads(now.read_text())), name


def changed(**where: Any) -> Any:
    """The schema of RefundSettled after a change of the facts' definition."""
    new = copy.deepcopy(schema("RefundSettled"))
    for key, value in where.items():
        new["$defs"]["RefundFacts"][key] = value(new["$defs"]["RefundFacts"][key])
    return new


BROKEN = {
    "a property is gone": changed(properties=lambda p: {k: v for k, v in p.items() if k != "refund_no"}),
    "a property is renamed": changed(properties=lambda p: {k.replace("refund_no", "no"): v for k, v in p.items()}),
    "a guaranteed property became optional": changed(required=lambda r: r[1:]),
    "an optional property became required": changed(required=lambda r: [*r, "refund_no"]),
    "another type": changed(properties=lambda p: {**p, "policy_version": {"type": "string"}}),
    "fewer states": changed(properties=lambda p: {**p, "status": {"type": "string", "enum": ["submitted"]}}),
    "money became a number": changed(properties=lambda p: {**p, "amount": {"type": "integer"}}),
    "another version": {
        **schema("RefundSettled"),
        "properties": {**schema("RefundSettled")["properties"], "version": {"const": 2, "type": "integer"}},
    },
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_change_that_breaks_a_consumer_is_found(what: str) -> None:
    assert breaks(schema("RefundSettled"), BROKEN[what])


def test_a_new_property_breaks_nobody() -> None:
    assert [] == breaks(schema("RefundSettled"), changed(properties=lambda p: {**p, "new": {"type": "string"}}))


def test_a_new_state_breaks_nobody() -> None:
    def wider(properties: Any) -> Any:
        status = properties["status"]
        return {**properties, "status": {**status, "enum": [*status["enum"], "new"]}}

    assert [] == breaks(schema("RefundSettled"), changed(properties=wider))
