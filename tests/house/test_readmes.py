"""Two READMEs, one set of commands: who reads the other language types the same."""

from __future__ import annotations

import re

import pytest

from local.packaging import ROOT
from tests.house.documents import blocks, coded

ENGLISH, CHINESE = (ROOT / "README.md").read_text(), (ROOT / "README.zh-CN.md").read_text()


def commands(text: str) -> list[str]:
    """Lines of code without their comments, as they are typed."""
    lines = [line.split("  #")[0].rstrip() for block in blocks(text) for line in block.splitlines()]
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def test_both_have_the_same_commands_in_the_same_order() -> None:
    assert commands(ENGLISH) == commands(CHINESE)
    assert len(commands(ENGLISH)) > 20


def test_both_name_the_same_files_and_commands_in_their_sentences() -> None:
    def named(text: str) -> set[str]:
        return {word for word in coded(text) if "=" not in word}

    assert named(ENGLISH) == named(CHINESE)


def test_both_have_the_same_sections() -> None:
    assert ENGLISH.count("\n## ") == CHINESE.count("\n## ")


@pytest.mark.parametrize("name", re.findall(r"on_\w+|refund_flow", ENGLISH))
def test_the_drawings_name_the_same_functions(name: str) -> None:
    assert name in CHINESE


def test_each_leads_to_the_other() -> None:
    assert "(README.zh-CN.md)" in ENGLISH
    assert "(README.md)" in CHINESE
