"""Definitions as text that people read: what fits stands on one line, small facts of one thing share their lines."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 117


def laid_out(definition: dict[str, Any]) -> str:
    """The definition as JSON, a fact per line down to the states' own, then as much on a line as fits."""
    return _lines(definition, "", 0, deep=3) + "\n"


def _lines(node: Any, before: str, indent: int, deep: int = 0) -> str:
    """`node` as text behind `before` on its line. `deep`: how many levels are never put on one line."""
    if not isinstance(node, dict | list):
        return before + json.dumps(node, ensure_ascii=False)
    flat = before + _flat(node)
    ends = isinstance(node, dict) and node.get("Type") == "Succeed"
    if (ends or (deep <= 0 and not _holds_objects(node))) and len(flat) + indent < WIDTH:
        return flat
    opened, closed = "{}" if isinstance(node, dict) else "[]"
    inside = (
        [(f"{json.dumps(key)}: ", value) for key, value in node.items()]
        if isinstance(node, dict)
        else [("", value) for value in node]
    )
    parts = [(_lines(value, name, indent + 2, deep - 1), isinstance(value, dict | list)) for name, value in inside]
    return f"{before}{opened}\n{_filled(parts, indent + 2, fill=deep <= 0)}\n{' ' * indent}{closed}"


def _filled(parts: list[tuple[str, bool]], indent: int, fill: bool) -> str:
    """Parts behind one another as far as the line goes; lists and objects have lines of their own."""
    lines: list[str] = []
    open_line = False
    for i, (part, is_container) in enumerate(parts):
        text = part + ("," if i < len(parts) - 1 else "")
        if fill and open_line and not is_container and indent + len(lines[-1]) + 1 + len(text) < WIDTH:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
        open_line = not is_container
    return "\n".join(" " * indent + line for line in lines)


def _flat(node: Any) -> str:
    if isinstance(node, dict):
        return "{ " + ", ".join(f"{json.dumps(key)}: {_flat(value)}" for key, value in node.items()) + " }"
    if isinstance(node, list):
        return "[" + ", ".join(_flat(value) for value in node) + "]"
    return json.dumps(node, ensure_ascii=False)


def _holds_objects(node: Any) -> bool:
    values = node.values() if isinstance(node, dict) else node
    return any(isinstance(value, dict) for value in values)
