"""Whoever is woken finds a section for what rings, with a command to look with and a way back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from operations.__main__ import parser
from tests.house.documents import DOCS, blocks, coded, sections
from tests.house.names import of_type

RUNBOOK = DOCS / "operations" / "runbook.md"
HANDBOOK = DOCS / "operations" / "handbook.md"
ALARMED = {heading: text for heading, text in sections(RUNBOOK).items() if coded(heading)}


def test_every_alarm_has_its_section_and_the_reverse(resources: Mapping[str, Any]) -> None:
    named = [alarm for heading in ALARMED for alarm in coded(heading)]
    assert len(named) == len(set(named))
    assert set(of_type(resources, "AWS::CloudWatch::Alarm")) == set(named)


@pytest.mark.parametrize("heading", ALARMED)
def test_a_section_says_what_it_means_what_to_look_at_and_the_way_back(heading: str) -> None:
    text = ALARMED[heading]
    assert ["**Means.**", "**Look first.**", "**Way back.**"] == sorted(
        (each for each in ("**Means.**", "**Look first.**", "**Way back.**") if each in text), key=text.index
    )
    looked = text.split("**Look first.**")[1].split("**Way back.**")[0]
    assert blocks(looked), "there is no command to look with"


def test_functions_and_resources_in_commands_are_deployed(resources: Mapping[str, Any]) -> None:
    words = " ".join(blocks(RUNBOOK.read_text()) + blocks(HANDBOOK.read_text())).replace('"', " ").replace(")", " ")
    tokens = words.split()
    named = {after for verb, after in pairwise(tokens) if verb in ("errors_of", "$(function_of")}
    assert named
    assert named - set(resources) - {"$1", "{", "()"} <= {"RefundFlow", "ReturnFlow", "DisputeFlow", "RepairFlow"}


def commands() -> list[str]:
    """Every `python -m operations …` of both pages, in blocks and in sentences."""
    found: list[str] = []
    for page in (RUNBOOK, HANDBOOK):
        text = page.read_text()
        for line in [line for block in blocks(text) for line in block.splitlines()] + coded(text):
            command = line.split("#")[0].strip()
            if command.startswith("python -m operations "):
                found.append(command)
    return found


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_of_ours_is_one_that_exists(command: str) -> None:
    parser().parse_args(shlex.split(command.replace("$STAGE", "prod"))[3:])


def test_every_verb_is_in_the_handbook() -> None:
    verbs = {shlex.split(command.replace("$STAGE", "prod"))[5] for command in commands()}
    assert {
        "case",
        "due",
        "holiday",
        "dead",
        "redo",
        "freeze",
        "unfreeze",
        "unknown",
        "sweep",
        "reindex",
        "reconcile",
    } == verbs
