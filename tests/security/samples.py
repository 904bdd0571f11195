"""Small files that are what they say, one of each type, made here so that each byte is known."""

from __future__ import annotations

import base64
import struct
import zlib

from local.seed import photo

# A grey point, baseline, 4:4:4.
_JPEG = (
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////"
    "wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
_WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"


def jpeg() -> bytes:
    raw = base64.b64decode(_JPEG)
    return raw if raw.endswith(b"\xff\xd9") else raw + b"\xff\xd9"


def png() -> bytes:
    return photo.png()


def webp() -> bytes:
    return base64.b64decode(_WEBP)


def box(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def mp4(brand: bytes = b"isom", *more: bytes) -> bytes:
    """No picture in it, but every box of a film."""
    head = box(b"ftyp", brand + b"\0\0\2\0" + b"isomiso2mp41")
    movie = box(b"moov", box(b"mvhd", b"\0" * 100) + box(b"trak", box(b"tkhd", b"\0" * 84)))
    return head + movie + box(b"free") + box(b"mdat", bytes(range(64))) + b"".join(more)


def pdf(*objects: bytes, catalogue: bytes = b"", trailer: bytes = b"") -> bytes:
    """One empty page, and further objects."""
    said = [
        b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        stream(b"0 0 m 9 9 l S"),
        *objects,
    ]
    text, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, one in enumerate(said, 1):
        places.append(len(text))
        text += b"%d 0 obj" % number + one + b"endobj\n"
    at = len(text)
    text += b"xref\n0 %d\n0000000000 65535 f \n" % (len(said) + 1)
    text += b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        bytes(text) + b"trailer<</Size %d/Root 1 0 R" % (len(said) + 1) + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % at
    )


def stream(data: bytes, about: bytes = b"") -> bytes:
    packed = zlib.compress(data)
    return b"<<" + about + b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream "


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


GOOD = {
    "image/jpeg": jpeg(),
    "image/png": png(),
    "image/webp": webp(),
    "application/pdf": pdf(),
    "video/mp4": mp4(),
}
