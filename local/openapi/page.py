"""The document as a page to read: plain HTML with its own styles, no script and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

Json = dict[str, Any]
REF = "#/components/schemas/"
STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem;border-bottom:1px solid #8886}
summary{cursor:pointer;padding:.35rem 0}code{font-family:ui-monospace,
monospace;font-size:.92em;overflow-wrap:anywhere}details{border-bottom:1px solid #8883}
details>div{padding:.2rem 0 1rem 1rem}b.m{display:
inline-block;width:4.2rem;font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%;margin:.4rem 0}
td,th{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-top:1px solid #8883}th{font-weight:600}
.s{opacity:.7}nav{display:flex;flex-wrap:wrap;gap:.3rem 1rem}
"""


def page(document: Json) -> str:
    """The whole page."""
    info = document["info"]
    tags = [tag["name"] for tag in document["tags"]]
    links = "".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in [*tags, "Schemas"])
    operations = "".join(
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2>' + "".join(_operations(document, tag)) for tag in tags
    )
    schemas = "".join(_schema(name, schema) for name, schema in document["components"]["schemas"].items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(info['title'])} <span class=s>{escape(info['version'])}</span></h1>"
        f'<p>{_text(info["description"])}</p><p><a href="openapi.json">openapi.json</a></p><nav>{links}</nav>'
        f'{operations}<h2 id="Schemas">Schemas</h2>{schemas}</body></html>\n'
    )


def _operations(document: Json, tag: str) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield _operation(method, path, operation)


def _operation(method: str, path: str, operation: Json) -> str:
    parts = [f"<p>{_text(operation['description'])}</p>"]
    if "parameters" in operation:
        rows = "".join(
            f"<tr><td><code>{escape(each['name'])}</code><td class=s>{each['in']}"
            f"{', needed' if each.get('required') else ''}<td>{_type(each['schema'])}"
            f"<td>{_text(each.get('description', ''))}"
            for each in operation["parameters"]
        )
        parts.append(f"<table><tr><th>parameter<th><th><th>{rows}</table>")
    if "requestBody" in operation:
        parts.append(f"<p>Body: {_content(operation['requestBody'])}</p>")
    rows = "".join(
        f"<tr><td>{status}<td>{_content(answer)}<td>{_text(answer['description'])}"
        for status, answer in operation["responses"].items()
    )
    parts.append(f"<table><tr><th>answer<th><th>{rows}</table>")
    head = (
        f"<b class=m>{method.upper()}</b><code>{escape(path)}</code> <span class=s>{_text(operation['summary'])}</span>"
    )
    return f'<details id="{operation["operationId"]}"><summary>{head}</summary><div>{"".join(parts)}</div></details>'


def _content(holder: Json) -> str:
    return ", ".join(_type(media["schema"]) for media in holder.get("content", {}).values())


def _schema(name: str, schema: Json) -> str:
    needed = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code><td class=s>{'needed' if field in needed else ''}<td>{_type(shape)}"
        f"<td>{_text(shape.get('description', ''))}"
        for field, shape in schema.get("properties", {}).items()
    )
    told = _text(schema.get("description", ""))
    table = f"<table>{rows}</table>" if rows else f"<p>{_type(schema)}</p>"
    head = f"<summary><code>{escape(name)}</code></summary>"
    # Open: whoever follows a link to a schema wants to see it, and browsers do not open what they jump to.
    return f'<details open id="schema-{escape(name)}">{head}<div><p>{told}</p>{table}</div></details>'


def _type(schema: Json) -> str:
    """A schema in a few words, with links to the others."""
    if "$ref" in schema:
        name = escape(schema["$ref"].removeprefix(REF))
        return f'<a href="#schema-{name}">{name}</a>'
    for joined, word in (("anyOf", " or "), ("oneOf", " or "), ("allOf", " with ")):
        if joined in schema:
            shown = [_type(part) for part in schema[joined]]
            return word.join(part for part in shown if part)
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'])}"
    if "items" in schema.get("properties", {}):
        return _type(schema["properties"]["items"]) + ", and a cursor"
    if "code" in schema.get("properties", {}):
        return ""
    kind = schema.get("type", "anything")
    bounds = [
        f"{word} {'empty' if schema[key] == '' else schema[key]}" for key, word in _BOUNDS.items() if key in schema
    ]
    return escape(", ".join([kind if isinstance(kind, str) else " or ".join(kind), *bounds]))


_BOUNDS = {
    "format": "",
    "minimum": "from",
    "maximum": "to",
    "minLength": "at least",
    "maxLength": "at most",
    "maxItems": "at most",
    "pattern": "like",
    "default": "else",
}


def _text(words: str) -> str:
    """Words with `code` in them."""
    parts = escape(words).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
