"""What a buyer would read of an entry: a message with a hole in it is worse than none."""

from __future__ import annotations

import json
from string import Formatter

from chalicelib.domain.entries import Entry
from chalicelib.schemas.events import text_of
from chalicelib.schemas.templates import blanks_of, template_of, words


def has_no_holes(entry: Entry) -> None:
    """Fails where a template asks for what the entry does not say, such as until when."""
    event = json.loads(text_of(entry))
    template = template_of(event)
    if template is None or words(event, "en") is None:
        return
    asked = {name for parts in template.values() for part in parts for _, name, _, _ in Formatter().parse(part) if name}
    empty = sorted(name for name in asked if not blanks_of(event, "en")[name])
    assert not empty, f"{entry.type} tells its buyer of {empty} and does not say it: {event['data']}"
