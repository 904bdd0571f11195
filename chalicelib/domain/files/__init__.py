"""What a file really is: a picture, a document or a film of a type that we know, whole, and nothing besides.

A name and a content type are what somebody says. Here the bytes are read from the first to the last: what is broken,
what carries a second file in or behind itself, what runs, and what unpacks into more than anybody can look at is
refused. A format that is read here is the only kind that a policy can allow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, get_args

from chalicelib.domain.files import documents, films, pictures
from chalicelib.domain.files.finding import Refused

if TYPE_CHECKING:
    from chalicelib.domain.files.finding import Finding

FileType = Literal["image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4"]
TYPES: frozenset[str] = frozenset(get_args(FileType))

_READERS: Mapping[str, Callable[[bytes], None]] = {
    "image/jpeg": pictures.read_jpeg,
    "image/png": pictures.read_png,
    "image/webp": pictures.read_webp,
    "application/pdf": documents.read_pdf,
    "video/mp4": films.read_mp4,
}

# Words of seven bytes and more: in ten million bytes of a photograph one turns up by chance once in a hundred million.
_PAGE = re.compile(rb"<script|<iframe|<!doctype|<\?php[\s=(]|<html[\s>]|onerror\s*=|javascript:|__halt_compiler", re.I)
_SHORT = re.compile(
    rb"<svg|<html|<body|<\?php|<%@ *page|<jsp:", re.I
)  # could stand in a photograph by chance, but not here
_START = 4096  # bytes in which whoever guesses a type looks
_ARCHIVE = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 22 + 65_535  # a zip is read from its end


def objection(content: bytes, content_type: str) -> Finding | None:
    """Why a file that says it is of this type is not taken; None for one that is what it says."""
    read = _READERS.get(content_type)
    if read is None:
        return "unknown_type"
    if not content:
        return "empty"
    try:
        read(content)
        _refuse_two_in_one(content, content_type)
    except Refused as refused:
        return refused.finding
    except (IndexError, ValueError):
        return "not_its_type"
    return None


def _refuse_two_in_one(content: bytes, content_type: str) -> None:
    """Raises Refused for what another program would take for a page, a script, an archive or a document."""
    if _PAGE.search(content) or _SHORT.search(content, 0, _START) or _ARCHIVE.search(content):
        raise Refused("two_in_one")
    if content_type != "application/pdf" and b"%PDF-" in content[:_START]:
        raise Refused("two_in_one")
    if _is_zip(content):
        raise Refused("two_in_one")


def _is_zip(content: bytes) -> bool:
    """True when a directory of an archive ends somewhere in the tail and would lie within the file."""
    at = content.rfind(_ZIP_END, max(0, len(content) - _ZIP_TAIL))
    while at >= 0:
        size = int.from_bytes(content[at + 12 : at + 16], "little")
        if at + 22 <= len(content) and size <= at:
            return True
        at = content.rfind(_ZIP_END, max(0, len(content) - _ZIP_TAIL), at)
    return False
