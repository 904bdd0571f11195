"""Pushes that claim to be a tracking system's: Kuaidi100, AfterShip and 17TRACK, each signed in a way of its own.

What signs as we do is in `webhooks.py`. Here too it is the real route and the real verification, over a world in which
a good push moves a parcel; refused is what is answered 4xx and writes nothing at all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from chalicelib.adapters.logistics.notices import SignedNotices
from local.standins import carrier_formats
from local.standins.carrier_formats import Event
from tests.adapters.held import Held
from tests.api.gateway import Answer, call
from tests.security.attempts import Attempt
from tests.security.doors import behind
from tests.standins import stages
from tests.standins.parcels import announce
from tests.standins.shops import sell, shop

NAME = "trackers"
SECRETS: Mapping[str, str] = {
    "kuaidi100": "the-salt-of-ours",
    "aftership": "the-webhook-secret",
    "seventeen_track": "the-account-key",
}
HEADERS: Mapping[str, str] = {"aftership": "aftership-hmac-sha256", "seventeen_track": "sign"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SHORTEST = 80  # bytes: no good push is shorter
Sent = tuple[bytes, Mapping[str, str]]
Forged = Callable[[str, bytes], Sent]
Digest = Callable[..., Any]


class Stage:
    """A world in which a push has something to move, and what each system would say."""

    def __init__(self) -> None:
        self.world = shop()
        sell(self.world)
        announce(self.world, stages.in_review(self.world))
        self.world.logistics_notices = SignedNotices(Held(SECRETS).secrets())
        self.pushes = {system: self._pushed(system) for system in SECRETS}
        self.said = {system: _said(system, push.body) for system, push in self.pushes.items()}

    def _pushed(self, system: str) -> carrier_formats.Push:
        at = self.world.clock.now()
        return carrier_formats.push(system, SECRETS[system], "sf", "SF100", [Event("1", at, "signed")], at)

    def send(self, system: str, sent: Sent) -> Answer:
        body, headers = sent
        path = f"/logistics/callbacks/{system}"
        with behind(self.world):
            return call("POST", path, body.decode(errors="replace"), headers=dict(headers))


def _said(system: str, body: bytes) -> bytes:
    """What is signed: of a form its `param`."""
    return parse_qs(body.decode())["param"][0].encode() if system == "kuaidi100" else body


@cache
def stage() -> Stage:
    """The one world for all that must have no effect."""
    return Stage()


def raw(system: str, said: bytes, secret: str) -> bytes:
    """The signature's bytes, as the systems' documents describe them."""
    key = secret.encode()
    if system == "kuaidi100":
        return hashlib.md5(said + key, usedforsecurity=False).digest()
    return hmac.digest(key, said, "sha256") if system == "aftership" else hashlib.sha256(said + b"/" + key).digest()


def written(system: str, signature: bytes) -> str:
    if system == "aftership":
        return base64.b64encode(signature).decode()
    return signature.hex().upper() if system == "kuaidi100" else signature.hex()


def sent(system: str, said: bytes, signature: str | None) -> Sent:
    """As it travels; without a signature where there is none."""
    if system == "kuaidi100":
        form = {"param": said} if signature is None else {"param": said, "sign": signature}
        return urlencode(form).encode(), FORM
    return said, {} if signature is None else {HEADERS[system]: signature}


def right(system: str, said: bytes, secret: str | None = None) -> str:
    return written(system, raw(system, said, SECRETS[system] if secret is None else secret))


def _flips() -> Iterator[tuple[str, Forged]]:
    for at in range(8 * SHORTEST):
        yield (
            f"bit {at} of what is said",
            lambda system, said, at=at: sent(system, _flipped(said, at), right(system, said)),
        )
    for at in range(256):
        yield f"bit {at} of the signature", lambda system, said, at=at: _signature_flipped(system, said, at)


def _signature_flipped(system: str, said: bytes, at: int) -> Sent:
    """Of a shorter signature two bits, further on."""
    signature = raw(system, said, SECRETS[system])
    bits = 8 * len(signature)
    changed = _flipped(signature, at % bits)
    return sent(system, said, written(system, changed if at < bits else _flipped(changed, (at + 1) % bits)))


def _flipped(said: bytes, at: int) -> bytes:
    changed = bytearray(said)
    changed[at // 8 % len(changed)] ^= 1 << at % 8
    return bytes(changed)


def _cut() -> Iterator[tuple[str, Forged]]:
    for left in range(SHORTEST):
        yield (
            f"{left} bytes of what is said",
            lambda system, said, n=left: sent(system, said[:n], right(system, said)),
        )
        yield (
            f"{left + 1} bytes too many",
            lambda system, said, n=left: sent(system, said + b" " * (n + 1), right(system, said)),
        )
    for left in range(32):
        yield (
            f"{left} letters of the signature",
            lambda system, said, n=left: sent(system, said, right(system, said)[:n]),
        )


def _secrets() -> Iterator[tuple[str, Forged]]:
    known = "secret password changeme test key salt null None undefined 0 12345678 kuaidi100 aftership 17track".split()
    for guess in ("", " ", "/", *known, *(chr(n) * 8 for n in range(48, 58))):
        yield f"the secret {guess!r}", lambda system, said, key=guess: sent(system, said, right(system, said, key))
    twisted: Mapping[str, Callable[[str], str]] = {
        "in capitals": str.upper, "backwards": lambda key: key[::-1], "with a line's end": lambda key: key + "\n",
        "twice": lambda key: key * 2, "in base64": lambda key: base64.b64encode(key.encode()).decode(),
        "in hexadecimal": lambda key: key.encode().hex(), "after a null": lambda key: "\0" + key,
    }  # fmt: skip
    for name, twist in twisted.items():
        yield (
            f"the secret {name}",
            lambda system, said, twist=twist: sent(system, said, right(system, said, twist(SECRETS[system]))),
        )
    for n in range(14):
        yield (
            f"{n} letters of the secret",
            lambda system, said, n=n: sent(system, said, right(system, said, SECRETS[system][:n])),
        )
    for further in (1, 2):
        yield (
            f"another system's secret, {further}",
            lambda system, said, n=further: sent(system, said, right(system, said, SECRETS[_next(system, n)])),
        )


def _next(system: str, further: int) -> str:
    systems = list(SECRETS)
    return systems[(systems.index(system) + further) % len(systems)]


def _schemes() -> Iterator[tuple[str, Forged]]:
    """Every other way of making a digest of the same words, with the right secret where there is one."""
    for digest in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2s"):
        for way, made in _WAYS.items():
            for form, spelt in _SPELT.items():
                yield (
                    f"{digest}, {way}, {form}",
                    lambda system, said, digest=digest, made=made, spelt=spelt: _otherwise(
                        system, said, spelt(made(digest, said, SECRETS[system].encode()))
                    ),
                )


_WAYS: Mapping[str, Digest] = {
    "of the words alone": lambda digest, said, _: hashlib.new(digest, said, usedforsecurity=False).digest(),
    "of the secret alone": lambda digest, _, key: hashlib.new(digest, key, usedforsecurity=False).digest(),
    "the secret first": lambda digest, said, key: hashlib.new(digest, key + said, usedforsecurity=False).digest(),
    "the secret last": lambda digest, said, key: hashlib.new(digest, said + key, usedforsecurity=False).digest(),
    "with a slash": lambda digest, said, key: hashlib.new(digest, said + b"/" + key, usedforsecurity=False).digest(),
    "keyed": lambda digest, said, key: hmac.digest(key, said, digest),
    "keyed by the words": lambda digest, said, key: hmac.digest(said, key, digest),
    "of the words as they travel": lambda digest, said, key: hmac.digest(key, quote(said).encode(), digest),
}
_SPELT: Mapping[str, Callable[[bytes], str]] = {
    "in base64": lambda made: base64.b64encode(made).decode(),
    "in hexadecimal": bytes.hex,
    "in capitals": lambda made: made.hex().upper(),
    "with its name": lambda made: "sha256=" + made.hex(),
}


def _otherwise(system: str, said: bytes, signature: str) -> Sent:
    """One of the ways is this system's own: then what is signed are other words."""
    theirs = right(system, said).lower() == signature.lower()
    return sent(system, said[:-1] + b" }" if theirs else said, signature)


def _places() -> Iterator[tuple[str, Forged]]:
    yield "no signature", lambda system, said: sent(system, said, None)
    for name, twist in {
        "empty": lambda _: "", "a space": lambda _: " ", "null": lambda _: "null", "true": lambda _: "true",
        "a star": lambda _: "*", "twice": lambda s: s + s, "twice with a comma": lambda s: f"{s},{s}",
        "after another's": lambda s: f"AAAA,{s}", "in quotes": lambda s: f'"{s}"', "with a null": lambda s: s + "\0",
        "with an end": lambda s: s + "=", "backwards": lambda s: s[::-1], "in full width": _full_width,
        "as a scheme": lambda s: f"v1,{s}", "as a token": lambda s: f"Bearer {s}",
    }.items():  # fmt: skip
        yield (
            f"the signature {name}",
            lambda system, said, twist=twist: sent(system, said, twist(right(system, said))),
        )
    for header in ("authorization", "x-signature", "signature", "webhook-signature", "x-sign", "cookie"):
        yield (
            f"the signature in {header}",
            lambda system, said, at=header: (sent(system, said, None)[0], {at: right(system, said)}),
        )
    yield "in the body", lambda system, said: sent(system, _signed_inside(system, said), None)
    yield "a form of two words", lambda system, said: _doubled(system, said, "param")
    yield "a form of two signatures", lambda system, said: _doubled(system, said, "sign")
    for further in (1, 2):
        yield (
            f"another system's push, {further}",
            lambda system, _, n=further: (
                stage().pushes[_next(system, n)].body,
                stage().pushes[_next(system, n)].headers,
            ),
        )


def _full_width(signature: str) -> str:
    """Letters that look alike, and that some readers take for the same."""
    return "".join(chr(ord(each) + 0xFEE0) for each in signature)


def _signed_inside(system: str, said: bytes) -> bytes:
    return json.dumps({**json.loads(said), "sign": right(system, said)}).encode()


def _doubled(system: str, said: bytes, name: str) -> Sent:
    """Two readers would take different ones."""
    twice = {"param": b"{}", "sign": right(system, b"{}")}[name]
    pairs = [("param", said), ("sign", right(system, said)), (name, twice)]
    good = sent(system, said, f"{right(system, b'{}')}, {right(system, said)}" if name == "sign" else None)
    return (urlencode(pairs).encode(), FORM) if system == "kuaidi100" else good


def _by_chance() -> Iterator[tuple[str, Forged]]:
    for n in range(200):
        yield f"dice {n}", lambda system, said, n=n: sent(system, said, written(system, _diced(system, n)))


def _diced(system: str, n: int) -> bytes:
    return random.Random(f"{system} {n}").randbytes(len(raw(system, b"", "")))


SORTS: Mapping[str, Callable[[], Iterator[tuple[str, Forged]]]] = {
    "the signature is over every bit": _flips,
    "a piece is not the whole": _cut,
    "one secret per system, and no guess of it": _secrets,
    "one scheme per system": _schemes,
    "one signature, in its place": _places,
    "nothing is believed by luck": _by_chance,
}
REPLAYS = 100


def attempts() -> Iterator[Attempt]:
    for why, sort in SORTS.items():
        for name, forged in sort():
            for system in SECRETS:
                yield Attempt(f"{system}: {name}", why, lambda system=system, forged=forged: _refused(system, forged))
    for n in range(REPLAYS):
        for system in SECRETS:
            yield Attempt(
                f"{system}: replay {n}",
                "scans are known by what they say",
                lambda system=system: _changes_nothing(system),
            )


def _refused(system: str, forged: Forged) -> str | None:
    here = stage()
    saves = len(here.world.records.saves)
    answer = here.send(system, forged(system, here.said[system]))
    if not 400 <= answer.status < 500:
        return f"answered {answer.status}"
    return None if saves == len(here.world.records.saves) else f"answered {answer.status} and wrote"


@cache
def replayed(system: str) -> Stage:
    """A world in which the original has been accepted once."""
    again = Stage()
    answer = again.send(system, (again.pushes[system].body, again.pushes[system].headers))
    if answer.status != 200:
        raise AssertionError(f"the original of {system} was answered {answer.status}: {answer.text}")
    return again


def _changes_nothing(system: str) -> str | None:
    again = replayed(system)
    before = len(again.world.records.saves)
    answer = again.send(system, (again.pushes[system].body, again.pushes[system].headers))
    return None if before == len(again.world.records.saves) else f"answered {answer.status} and wrote"


def controls() -> Iterator[Attempt]:
    for system in SECRETS:
        yield Attempt(f"{system}: a good push", "partners work", lambda system=system: _accepted(system, theirs=True))
        yield Attempt(f"{system}: signed by us", "the forgeries are near", lambda system=system: _accepted(system))


def _accepted(system: str, *, theirs: bool = False) -> str | None:
    fresh = Stage()
    before = len(fresh.world.records.saves)
    said, push = fresh.said[system], fresh.pushes[system]
    answer = fresh.send(system, (push.body, push.headers) if theirs else sent(system, said, right(system, said)))
    done = answer.status == 200 and len(fresh.world.records.saves) > before
    return None if done else f"a good push was answered {answer.status}: {answer.text[:200]}"
