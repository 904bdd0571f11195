"""MP4: boxes from the first byte to the last, of the kinds that a film has."""

from __future__ import annotations

from chalicelib.domain.files.finding import MOST_PARTS, Refused

_BRANDS = frozenset(b"isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 M4VP MSNV msnv dash".split()) | {b"M4V "}
_BOXES = frozenset(b"ftyp styp moov mdat moof mfra sidx free skip wide uuid udta meta pdin emsg prft".split())


def read_mp4(content: bytes) -> None:
    """Raises Refused."""
    kinds: list[bytes] = []
    at = 0
    while at < len(content):
        size, kind, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0 and kind == b"mdat":
            size = len(content) - at  # the last one may end where the file does
        if kind not in _BOXES:
            raise Refused("something_behind" if {b"moov", b"mdat"} <= set(kinds) else "not_its_type")
        if size < head or at + size > len(content) or len(kinds) >= MOST_PARTS:
            raise Refused("not_its_type")
        kinds.append(kind)
        at += size
    if kinds[:1] != [b"ftyp"] or content[8:12] not in _BRANDS or not {b"moov", b"mdat"} <= set(kinds):
        raise Refused("not_its_type")
