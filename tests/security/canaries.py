"""Words that are recognised wherever they turn up: one for every place where somebody may write something."""

from __future__ import annotations

from typing import Any

# What people are: a name, an address, a number to call. Each place gets these with a mark of its own.
PERSON = "王小明 Ada Lovelace, ada@canary.example, +86 138 0013 8000, 朝阳区建国路88号"
MARKS = (
    "description",
    "revision",
    "note",
    "withdrawal",
    "reason",
    "offer",
    "answer",
    "escalation",
    "ruling",
    "statement",
    "rest",
    "deadline",
    "evidence",
    "redo",
    "title",
    "specification",
    "picture",
    "shop",
    "bank",
    "key",
    "match",
    "agent",
    "language",
    "query",
    "body",
    "field",
    "path",
    "token",
    "signature",
    "message",
    "scan",
    "contact",
    "consignee",
    "place",
    "shelf",
    "receipt",
    "finding",
    "inspection",
    "waybill",
    "sender",
    "door",
    "region",
    "words",
)


def canary(mark: str) -> str:
    """What is written at that place."""
    if mark not in MARKS:
        raise ValueError(f"{mark} is no place that is known")
    return f"canary-{mark}-4f1d {PERSON}"


PHONE = "+86 138 0013 8000"  # where only a number may stand


def plain(mark: str) -> str:
    """The same where only letters may stand."""
    return canary(mark).partition(" ")[0]


def found_in(text: str) -> list[str]:
    """Every mark and every fact about a person that a text gives away; also escaped, as JSON writes it."""
    signs: dict[str, Any] = {mark: f"canary-{mark}-4f1d" for mark in MARKS}
    signs |= {"capital waybill": plain("waybill").upper()}
    signs |= {"name": "王小明", "other name": "Lovelace", "mail": "ada@", "phone": "0013 8000", "address": "建国路"}
    signs |= {
        f"escaped {name}": text_.encode("unicode_escape").decode()
        for name, text_ in signs.items()
        if not text_.isascii()
    }
    return sorted(name for name, sign in signs.items() if sign in text)
