"""May a new JSON Schema of an event stand where the old one stood, without a new version number?

Two promises: an archived event still validates (the new schema is not narrower), and a consumer still finds
everything that it could rely on (what was always there still is, with the same type). New properties and new values
of an enumeration are allowed: consumers ignore what they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
SAME = ("type", "const", "format", "pattern", "minimum", "maximum", "maxLength", "minLength")


def breaks(old: Schema, new: Schema) -> list[str]:
    """What the new schema breaks, as `path: reason`; empty when it may stand for the old one."""
    return list(_breaks(_resolved(old, old), _resolved(new, new), "event"))


def _breaks(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for key in SAME:
        if old.get(key) != new.get(key):
            yield f"{path}: {key} was {old.get(key)!r} and is {new.get(key)!r}"
    if "enum" in new and ("enum" not in old or not set(old["enum"]) <= set(new["enum"])):
        yield f"{path}: an archived value is no longer allowed"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{path}.{name}: was always there"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name}: archived events do not have it"
    properties = new.get("properties", {})
    for name, was in old.get("properties", {}).items():
        if name in properties:
            yield from _breaks(was, properties[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: is gone"


def _resolved(node: Any, root: Schema) -> Any:
    """The schema with its own definitions put in place."""
    if isinstance(node, list):
        return [_resolved(part, root) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node = {**root["$defs"][node["$ref"].rsplit("/", 1)[-1]], **{k: v for k, v in node.items() if k != "$ref"}}
    return {key: _resolved(value, root) for key, value in node.items() if key != "$defs"}
