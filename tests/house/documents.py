"""Reads our own pages: sections, code, and what they point at."""

from __future__ import annotations

import re
from pathlib import Path

from local.packaging import ROOT

DOCS = ROOT / "docs"
_HEAD = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"^```(\w*)\n([\s\S]*?)^```|((?:^ {4}.*\n?)+)", re.MULTILINE)
_PATH = re.compile(r"[\w.-]+(?:/[\w.<>*-]+)+|[\w-]+\.(?:md|yaml|json|py)")
_TEST = re.compile(r"test_\w+")


def sections(file: Path) -> dict[str, str]:
    """Text by heading, without what stands before the first."""
    parts = _HEAD.split(file.read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def coded(text: str) -> list[str]:
    """What stands in backticks."""
    return _CODE.findall(text)


def blocks(text: str) -> list[str]:
    """The blocks of code, fenced or indented; drawings are none."""
    return [fenced or indented for language, fenced, indented in _BLOCK.findall(text) if language != "mermaid"]


def named_paths(text: str) -> set[str]:
    """Backticked names of files and folders of the repository (their first step is there)."""
    named = {word for word in coded(text) if _PATH.fullmatch(word) and not set("<>*{}") & set(word)}
    return {word for word in named if (ROOT / word.split("/")[0]).exists() and "/" in word}


def named_tests(text: str) -> set[str]:
    """Backticked names of test functions."""
    return {word for word in coded(text) if _TEST.fullmatch(word)}
