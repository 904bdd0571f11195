"""JPEG, PNG and WebP, from the first byte to the last."""

from __future__ import annotations

import re
import zlib

from chalicelib.domain.files.finding import MOST_PARTS, MOST_UNPACKED, Refused, refuse_vast

PNG = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_PICTURES = 16  # in one file, at most
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # within a scan: neither a stuffed byte nor a restart


def read_jpeg(content: bytes) -> None:
    """Raises Refused. Telephones put a second picture (depth, brightness) behind the first, and zeros: we take both."""
    at = _jpeg(content, 0)
    for _ in range(_PICTURES):
        if content[at : at + 3] == b"\xff\xd8\xff":
            at = _jpeg(content, at)
    if content[at:].strip(b"\0"):
        raise Refused("something_behind")


def _jpeg(content: bytes, at: int) -> int:
    """Where the picture that begins here ends."""
    if content[at : at + 3] != b"\xff\xd8\xff":
        raise Refused("not_its_type")
    at, has_frame, has_scan = at + 2, False, False
    for _ in range(MOST_PARTS):
        at, marker = _marker(content, at)
        if marker == 0xD9:
            if not (has_frame and has_scan):
                raise Refused("not_its_type")
            return at
        length = int.from_bytes(content[at : at + 2], "big")
        if length < 2 or at + length > len(content) or marker in (0x00, 0xD8):
            raise Refused("not_its_type")
        if marker in _FRAMES:
            has_frame = True
            refuse_vast(*(int.from_bytes(content[at + n : at + n + 2], "big") for n in (5, 3)))
        at += length
        if marker == 0xDA:
            has_scan = True
            found = _MARKER.search(content, at)
            if found is None:
                raise Refused("not_its_type")  # cut off
            at = found.start()
    raise Refused("not_its_type")


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The marker that stands here, and where what follows it begins. Raises Refused, IndexError."""
    if content[at] != 0xFF:
        raise Refused("not_its_type")
    while content[at] == 0xFF:
        at += 1
    return at + 1, content[at]


def read_png(content: bytes) -> None:
    """Raises Refused. Every chunk has its checksum, and its pixels unpack."""
    if not content.startswith(PNG + b"\0\0\0\rIHDR"):
        raise Refused("not_its_type")
    at, pixels, left = len(PNG), bytearray(), MOST_UNPACKED
    for _ in range(MOST_PARTS):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data, end = content[at + 8 : at + 8 + length], at + 12 + length
        if end > len(content) or zlib.crc32(kind + data) != int.from_bytes(content[end - 4 : end], "big"):
            raise Refused("not_its_type")
        if kind[0] < 0x61 and kind not in _CRITICAL:
            raise Refused("not_its_type")
        if kind == b"IHDR":
            refuse_vast(int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big"))
        if kind == b"IDAT" and len(pixels) < 4096:
            pixels += data[:4096]
        left -= _words(kind, data, left)
        at = end
        if kind == b"IEND":
            break
    else:
        raise Refused("not_its_type")
    if not _unpacks(bytes(pixels)):
        raise Refused("not_its_type")
    if at != len(content):
        raise Refused("something_behind")


def _unpacks(packed: bytes) -> bool:
    try:
        return bool(zlib.decompressobj().decompress(packed, 4096))
    except zlib.error:
        return False


def _words(kind: bytes, data: bytes, most: int) -> int:
    """How many bytes the deflated words or profile of a chunk come to. Raises Refused for more than are left."""
    packed = b""
    if kind in (b"zTXt", b"iCCP"):
        packed = data.partition(b"\0")[2][1:]
    elif kind == b"iTXt" and data.partition(b"\0")[2][:1] == b"\1":
        packed = data.partition(b"\0")[2][2:].split(b"\0", 2)[2]
    try:
        size = len(zlib.decompressobj().decompress(packed, most + 1)) if packed else 0
    except zlib.error:
        raise Refused("not_its_type") from None
    if size > most:
        raise Refused("unpacks_too_large")
    return size


def read_webp(content: bytes) -> None:
    """Raises Refused. A RIFF file that is as long as it says, of chunks that are."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise Refused("not_its_type")
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise Refused("not_its_type")
    if end < len(content):
        raise Refused("something_behind")
    at, has_picture = 12, False
    while at < end:
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        data = content[at + 8 : at + 8 + length]
        if len(data) != length:
            raise Refused("not_its_type")
        if at == 12 and kind not in (b"VP8 ", b"VP8L", b"VP8X"):
            raise Refused("not_its_type")
        has_picture = _webp_chunk(kind, data) or has_picture
        at += 8 + length + length % 2
    if not has_picture:
        raise Refused("not_its_type")


def _webp_chunk(kind: bytes, data: bytes) -> bool:
    """True for a chunk that holds a picture; its size, and that of the canvas, is looked at."""
    if kind == b"VP8X":
        refuse_vast(1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
    elif kind == b"VP8 ":
        if data[3:6] != b"\x9d\x01\x2a":
            raise Refused("not_its_type")
        refuse_vast(*(int.from_bytes(data[n : n + 2], "little") & 0x3FFF for n in (6, 8)))
    elif kind == b"VP8L":
        if data[0] != 0x2F:
            raise Refused("not_its_type")
        bits = int.from_bytes(data[1:5], "little")
        refuse_vast(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    return kind in (b"VP8 ", b"VP8L", b"ANMF")
