"""PDF: one document from the first byte to the last, that only shows, and that can be looked into."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

from chalicelib.domain.files.finding import MOST_PARTS, MOST_UNPACKED, Refused

_HEAD = re.compile(rb"%PDF-[12]\.\d[\r\n \t]")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ABOUT = 4096  # bytes before a stream in which its dictionary stands
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
# What a document may do besides being looked at, in the names of its dictionaries.
_RUNS = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|GoToR|Movie|Sound|3D|Rendition)"
    rb"(?![A-Za-z0-9])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")


def read_pdf(content: bytes) -> None:
    """Raises Refused."""
    if not _HEAD.match(content):
        raise Refused("not_its_type")
    head, mark, behind = content.rpartition(b"%%EOF")
    if not mark or b"startxref" not in head:
        raise Refused("not_its_type")
    if behind.strip(b"\0\t\n\f\r "):
        raise Refused("something_behind")
    _refuse_active(content, list(_streams(content)))


def _streams(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the data of each stream begins and ends. Raises Refused."""
    at = 0
    for _ in range(MOST_PARTS):
        found = _STREAM.search(content, at)
        if found is None:
            return
        at = content.find(b"endstream", found.end())
        if at < 0:
            raise Refused("not_its_type")
        yield found.end(), at
    raise Refused("not_its_type")


def _refuse_active(content: bytes, streams: Sequence[tuple[int, int]]) -> None:
    """Raises Refused for what a dictionary says, also one that stands packed in a stream of objects.

    What the other streams say does not matter: drawings and fonts may hold any word.
    """
    left, at = MOST_UNPACKED, 0
    for begin, end in streams:
        about = content[max(at, begin - _ABOUT) : begin]
        unpacked = _unpacked(content[begin:end], left)
        left -= len(unpacked)
        _refuse_words(content[at:begin])
        if b"/ObjStm" in _plain(about):
            if not unpacked:
                raise Refused("locked")
            _refuse_words(unpacked)
        # A table of contents may point into the middle of a stream: an object there is one that we should have read.
        if _OBJECT.search(content, begin, end):
            raise Refused("two_in_one")
        at = end
    _refuse_words(content[at:])


def _unpacked(data: bytes, most: int) -> bytes:
    """The data of a stream, inflated where it is deflated. Raises Refused for a bomb."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, most + 1)
    except zlib.error:
        return b""  # packed otherwise: a photograph, a font
    if len(text) > most:
        raise Refused("unpacks_too_large")
    return text


def _plain(text: bytes) -> bytes:
    """Names without disguise: `/J#61vaScript` is one too."""
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), text)


def _refuse_words(text: bytes) -> None:
    plain = _plain(text)
    if _RUNS.search(plain):
        raise Refused("runs")
    if _LOCKED.search(plain):
        raise Refused("locked")
