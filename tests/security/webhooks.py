"""Messages that claim to be a shop's, the payment provider's or a carrier's, at the doors that ask for a signature.

Of the carriers' four systems it is the one that signs as we do; `trackers.py` has the others.

They go through the real routes and the real verification, over a world in which each of them would have an effect: a
decision that is awaited, a refund that is open, a parcel under way. Refused is what is answered 4xx and writes nothing
at all.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from standardwebhooks import Webhook as Signer

from chalicelib.adapters.logistics.notices import SignedNotices as SignedPushes
from chalicelib.adapters.payments.notices import SignedNotices
from chalicelib.adapters.webhooks import StandardWebhooks, derived
from chalicelib.domain import refs
from chalicelib.domain.endpoints import Webhook
from tests.adapters.held import Held
from tests.api.gateway import Answer, call
from tests.security.attempts import Attempt
from tests.security.doors import behind
from tests.standins import stages
from tests.standins.parcels import announce
from tests.standins.shops import PLACED, sell, shop

NAME = "webhooks"
MASTER, RETIRED = b"o" * 32, b"r" * 32
PROVIDER = "whsec_" + base64.b64encode(bytes(range(32))).decode()
COURIER = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
OURS = derived(MASTER, "m1", 2)  # the shop has rotated once, and a day has passed
SHORTEST = 80  # bytes: no good body is shorter
Headers = dict[str, str]


@dataclass(frozen=True)
class Door:
    """One of the routes: where, and the one secret that opens it."""

    name: str
    path: str
    secret: str


SHOP = Door("shop", "/merchants/m1/callbacks", OURS)
BANK = Door("provider", "/payments/notifications", PROVIDER)
CARRIER = Door("carrier", "/logistics/callbacks/standard", COURIER)
DOORS = (SHOP, BANK, CARRIER)


class Stage:
    """A world in which a good message would do something, and the bodies of such messages."""

    def __init__(self) -> None:
        self.world = shop()
        sell(self.world)
        sell(self.world, "o2")
        self.world.webhooks = StandardWebhooks(
            Held({"master": {"1": base64.b64encode(MASTER).decode()}}).secrets(),
            None,
            "",
            (),
            lambda *_: ["8.8.8.8"],
        )
        self.world.provider_notices = SignedNotices(Held({"signing_secret": PROVIDER}).secrets())
        self.world.logistics_notices = SignedPushes(Held({"standard": COURIER}).secrets())
        at = self.world.clock.now()
        self.world.records.put(
            Webhook(
                merchant_id="m1", url="https://shop.example/hook", secret_version=2, former_until=at, updated_at=PLACED
            ),
            Webhook(merchant_id="m2", url="https://rita.example/hook", updated_at=PLACED),
        )
        self.paid = stages.submitted(self.world)
        self.asked = str(stages.file(self.world, order_id="o2"))
        announce(self.world, self.asked)
        refund = self.world.refund(self.paid)
        lost = {"type": "parcel.lost", "carrier": "sf", "waybill_no": "SF100", "at": at.isoformat()}
        self.bodies = {
            "shop": _json({"type": "decision", "case_id": self.asked, "decision": "approve"}),
            "provider": _json({"type": "refund.failed", "refund_no": refund.refund_no, "reason": "account_closed"}),
            "carrier": _json(lost),
        }

    def send(self, door: Door, body: bytes, headers: Mapping[str, str], path: str | None = None) -> Answer:
        with behind(self.world):
            return call("POST", path or door.path, body.decode(errors="replace"), headers=dict(headers))


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()


@cache
def stage() -> Stage:
    """The one world for all that must have no effect: if something has, it is found out at once."""
    return Stage()


def signed(secret: str, body: bytes, message_id: str = "msg_1", at: int | None = None) -> Headers:
    stamp = str(int(time.time()) if at is None else at)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": mac(secret, message_id, stamp, body),
    }


def mac(secret: str, message_id: str, stamp: str, body: bytes, digest: str = "sha256") -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, text, digest)).decode()


def whsec(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


Forged = Callable[[Door, bytes], tuple[bytes, Headers]]


def _flips() -> Iterator[tuple[str, Forged]]:
    """Every bit of the body and of the signature; the signature is over all of them."""

    def body(at: int) -> Forged:
        return lambda door, said: (_flipped(said, at), signed(door.secret, said))

    def signature(at: int) -> Forged:
        def forged(door: Door, said: bytes) -> tuple[bytes, Headers]:
            headers = signed(door.secret, said)
            raw = base64.b64decode(headers["webhook-signature"][3:])
            return said, {**headers, "webhook-signature": "v1," + base64.b64encode(_flipped(raw, at)).decode()}

        return forged

    for at in range(8 * SHORTEST):
        yield f"bit {at} of the body", body(at)
    for at in range(256):
        yield f"bit {at} of the signature", signature(at)


def _flipped(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at // 8 % len(changed)] ^= 1 << at % 8
    return bytes(changed)


def _cut() -> Iterator[tuple[str, Forged]]:
    for left in range(SHORTEST):
        yield f"{left} bytes of the body", lambda door, said, left=left: (said[:left], signed(door.secret, said))
        yield (
            f"{left} bytes too many",
            lambda door, said, left=left: (said + b" " * (left + 1), signed(door.secret, said)),
        )
    for left in range(46):
        yield (
            f"{left} letters of the signature",
            lambda door, said, left=left: (said, _with(signed(door.secret, said), signature=lambda s, n=left: s[:n])),
        )


def _with(headers: Headers, **changes: Callable[[str], str | None]) -> Headers:
    """The headers with `id`, `timestamp` or `signature` changed; None leaves one out."""
    found: dict[str, str | None] = dict(headers)
    for name, change in changes.items():
        found[f"webhook-{name}"] = change(headers[f"webhook-{name}"])
    return {name: value for name, value in found.items() if value is not None}


def _secrets() -> Iterator[tuple[str, Forged]]:
    """Somebody else's secret, an old one, a guessed one."""

    def by(secret: str) -> Forged:
        return lambda _, said: (said, signed(secret, said))

    for n in range(1000):
        yield f"the secret of shop {n}", by(derived(MASTER, f"shop-{n}", 2))
    for n in (1, *range(3, 300)):
        yield f"the shop's secret of version {n}", by(derived(MASTER, "m1", n))
    for n in range(300):
        yield f"a master key that was {n}", by(derived(bytes([n % 256]) * 31 + bytes([n // 256 + 1]), "m1", 2))
    for n in range(400):
        yield f"a guessed secret {n}", by(whsec(hashlib.sha256(b"%d" % n).digest()))
    words = ("secret", "password", "changeme", "test", "m1", "aftersales", "0", "null", "undefined", "whsec_", "admin")
    for word in words:
        yield f"the word {word}", by(whsec(word.encode()))
        yield f"the word {word} as base64", by(whsec(base64.b64encode(word.encode())))
    yield "an empty secret", by(whsec(b""))
    yield "the master key itself", by(whsec(MASTER))
    yield "a retired master key", by(derived(RETIRED, "m1", 2))
    for by_ in (1, 2):
        yield (
            f"the secret of the door {by_} further on",
            lambda door, said, by_=by_: (said, _of_another(door, said, by_)),
        )
    yield "another shop's", by(derived(MASTER, "m2", 1))
    for name in ("m1 ", "M1", "m1/2", "m", "m11", '["merchant","m1",2]', "merchant:m1", ""):
        yield f"the secret of the name {name!r}", by(derived(MASTER, name, 2))


def _of_another(door: Door, said: bytes, further: int) -> Headers:
    return signed(DOORS[(DOORS.index(door) + further) % len(DOORS)].secret, said)


def _times() -> Iterator[tuple[str, Forged]]:
    """Properly signed, but not now; and now, but signed for another moment."""
    far = (*range(305, 905, 3), *range(1000, 100_000, 700), 86_400 * 30, 86_400 * 365, 10**9)
    for seconds in far:
        for sign, word in ((-1, "late"), (1, "early")):
            yield (
                f"{seconds} seconds {word}",
                lambda door, said, by=-sign * seconds: (said, signed(door.secret, said, at=int(time.time()) - by)),
            )
    for seconds in (*range(-290, 0), *range(1, 290)):
        yield (
            f"a stamp moved by {seconds}",
            lambda door, said, by=seconds: (
                said,
                _with(signed(door.secret, said), timestamp=lambda stamp, by=by: str(int(stamp) + by)),
            ),
        )
    odd = (
        "",
        " ",
        "now",
        "nan",
        "inf",
        "-inf",
        "1e9",
        "0x6",
        "١٧٩٥٣٥٥٣٧٧",
        "-1",
        "+1",
        "0",
        "999999999999",
        "9" * 40,
        "1.5",
        "null",
        "{}",
        "1_0",
        " 1",
        "1 ",
        "2026-11-22T00:00:00Z",
    )
    for stamp in odd:
        yield (
            f"the time {stamp!r}, not signed",
            lambda door, said, stamp=stamp: (said, _with(signed(door.secret, said), timestamp=lambda _: stamp)),
        )
        yield f"the time {stamp!r}, signed", lambda door, said, stamp=stamp: (said, _odd(door, said, stamp=stamp))


def _odd(door: Door, said: bytes, message_id: str = "msg_1", stamp: str | None = None) -> Headers:
    """Signed by the right secret over an id or a time that no message of ours has."""
    stamp = str(int(time.time())) if stamp is None else stamp
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": mac(door.secret, message_id, stamp, said),
    }


def _ids() -> Iterator[tuple[str, Forged]]:
    for n in range(300):
        yield (
            f"another id {n}",
            lambda door, said, n=n: (said, _with(signed(door.secret, said), id=lambda _, n=n: f"msg_{n + 2}")),
        )
    odd = (
        "",
        " ",
        "a b",
        "msg_1 ",
        " msg_1",
        'msg_1.1.{"a":',
        "{}",
        "m" * 257,
        "消息",
        "msg\n1",
        "msg\0",
        "a/b",
        "a#b",
        "a%20b",
        "'",
        '"',
        "<x>",
        "${x}",
        "msg_1,msg_1",
        "a;b",
        "\ufeffmsg_1",
        "a=b",
        "(a)",
        "[a]",
        "a\\b",
    )
    for text in odd:
        yield f"the id {text[:20]!r}, signed", lambda door, said, text=text: (said, _odd(door, said, message_id=text))


def _headers() -> Iterator[tuple[str, Forged]]:
    """What is missing, what is doubled, what the signature's header may look like."""
    names = ("id", "timestamp", "signature")
    for mask in range(1, 8):
        gone = [name for bit, name in enumerate(names) if mask >> bit & 1]
        yield (
            f"without {' and '.join(gone)}",
            lambda door, said, gone=gone: (said, _with(signed(door.secret, said), **{n: lambda _: None for n in gone})),
        )
        yield (
            f"{' and '.join(gone)} empty",
            lambda door, said, gone=gone: (said, _with(signed(door.secret, said), **{n: lambda _: "" for n in gone})),
        )
        for between in (",", ", ", ";", "\n"):
            yield (
                f"{' and '.join(gone)} doubled with {between!r}",
                lambda door, said, gone=gone, between=between: (said, _doubled(door, said, gone, between)),
            )
    ways = (
        "{}",
        "v1",
        "v1,",
        ",{}",
        "v1,{},{}",
        "v2,{}",
        "v0,{}",
        "v1a,{}",
        "V1,{}",
        "v1:{}",
        "v1={}",
        "sha256={}",
        "v1;{}",
        "v1,{}x",
        "x{}",
        "v1,x{}",
        "v1,{}{}",
        'v1,"{}"',
        "v1,<{}>",
        '["v1,{}"]',
        "v1,a v1,b",
        "v1 {}",
        "v1\t{}",
        "v1,%s",
        "v1,None",
        "v1,null",
        "*",
        "v1,*",
        "v1,签名",
        "Bearer {}",
        "t=1,v1={}",
        "hmac {}",
    )
    for way in ways:
        yield (
            f"a signature as {way}",
            lambda door, said, way=way: (
                said,
                _with(signed(door.secret, said), signature=lambda s, way=way: way.replace("{}", s[3:])),
            ),
        )
    yield "in hexadecimal", lambda door, said: (said, _with(signed(door.secret, said), signature=_in_hex))
    yield "in the other alphabet", lambda door, said: _in_the_other_alphabet(door, said)
    others = (
        "x-hub-signature-256",
        "x-signature",
        "stripe-signature",
        "svix-signature",
        "signature",
        "x-amz-signature",
    )
    for other in others:
        yield (
            f"under the name {other}",
            lambda door, said, other=other: (
                said,
                {**_bare(door, said), other: signed(door.secret, said)["webhook-signature"]},
            ),
        )


def _bare(door: Door, said: bytes) -> Headers:
    return _with(signed(door.secret, said), signature=lambda _: None)


def _doubled(door: Door, said: bytes, names: list[str], between: str) -> Headers:
    """Two values where one belongs, as a gateway joins them: the right one and another."""
    others = {"id": "msg_9", "timestamp": "1", "signature": "v1,AAAA"}
    return _with(
        signed(door.secret, said), **{n: lambda v, n=n: f"{v}{between}{others[n]}" for n in names if n != "signature"}
    ) | ({"webhook-signature": f"v1,AAAA{between}v1,BBBB"} if "signature" in names else {})


def _in_hex(signature: str) -> str:
    return "v1," + base64.b64decode(signature[3:]).hex()


def _in_the_other_alphabet(door: Door, said: bytes) -> tuple[bytes, Headers]:
    for n in range(1000):
        headers = signed(door.secret, said, f"msg_{n}")
        if set("+/") & set(headers["webhook-signature"]):
            break
    return said, _with(headers, signature=lambda s: s.replace("+", "-").replace("/", "_"))


def _schemes() -> Iterator[tuple[str, Forged]]:
    """Right secret, wrong way: another digest, another text, another key of it."""
    digests = ("sha1", "sha224", "sha384", "sha512", "md5", "sha3_256", "blake2s")
    for digest in digests:
        yield f"by {digest}", lambda door, said, digest=digest: (said, _by(door, said, digest=digest))
    texts: dict[str, Callable[[str, str, str], str]] = {
        "the body alone": lambda i, t, b: b,
        "id and body": lambda i, t, b: f"{i}.{b}",
        "time and body": lambda i, t, b: f"{t}.{b}",
        "body, time, id": lambda i, t, b: f"{b}.{t}.{i}",
        "time, id, body": lambda i, t, b: f"{t}.{i}.{b}",
        "nothing": lambda i, t, b: "",
        "no dots": lambda i, t, b: f"{i}{t}{b}",
        "colons": lambda i, t, b: f"{i}:{t}:{b}",
        "lines": lambda i, t, b: f"{i}\n{t}\n{b}",
        "id and time": lambda i, t, b: f"{i}.{t}.",
        "the digest of the body": lambda i, t, b: f"{i}.{t}.{hashlib.sha256(b.encode()).hexdigest()}",
    }
    for name, text in texts.items():
        yield f"over {name}", lambda door, said, text=text: (said, _by(door, said, text=text))
    keys: dict[str, Callable[[str], bytes]] = {
        "its letters": lambda s: s.encode(),
        "its letters without the prefix": lambda s: s[6:].encode(),
        "half of it": lambda s: base64.b64decode(s[6:])[:16],
        "itself twice": lambda s: base64.b64decode(s[6:]) * 2,
        "backwards": lambda s: base64.b64decode(s[6:])[::-1],
        "hashed": lambda s: hashlib.sha256(s.encode()).digest(),
        "hex": lambda s: base64.b64decode(s[6:]).hex().encode(),
    }
    for name, key in keys.items():
        yield f"with the secret as {name}", lambda door, said, key=key: (said, _by(door, said, key=key))
    yield "a plain digest", lambda door, said: (said, _plain_digest(said))


def _by(
    door: Door,
    said: bytes,
    digest: str = "sha256",
    text: Callable[[str, str, str], str] = lambda i, t, b: f"{i}.{t}.{b}",
    key: Callable[[str], bytes] = lambda s: base64.b64decode(s[6:]),
) -> Headers:
    stamp = str(int(time.time()))
    value = hmac.new(key(door.secret), text("msg_1", stamp, said.decode()).encode(), digest).digest()
    signature = "v1," + base64.b64encode(value).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}


def _plain_digest(said: bytes) -> Headers:
    stamp = str(int(time.time()))
    value = hashlib.sha256(f"msg_1.{stamp}.".encode() + said).digest()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(value).decode(),
    }


def _bodies() -> Iterator[tuple[str, Forged]]:
    """The same said in other bytes, and other things said under a good signature."""
    spellings: dict[str, Callable[[bytes], bytes]] = {
        "indented": lambda b: json.dumps(json.loads(b), indent=1).encode(),
        "without spaces": lambda b: json.dumps(json.loads(b), separators=(",", ":")).encode(),
        "sorted": lambda b: json.dumps(json.loads(b), sort_keys=True).encode() + b" ",
        "reversed": lambda b: json.dumps(dict(reversed(json.loads(b).items()))).encode(),
        "escaped": lambda b: b.replace(b"e", b"\\u0065"),
        "upper case": lambda b: b.upper(),
        "with a mark": lambda b: b"\xef\xbb\xbf" + b,
        "with a line end": lambda b: b + b"\n",
        "with a return": lambda b: b + b"\r\n",
        "with a space in front": lambda b: b" " + b,
        "in UTF-16": lambda b: b.decode().encode("utf-16"),
        "in UTF-32": lambda b: b.decode().encode("utf-32"),
        "packed": gzip.compress,
        "in base64": base64.b64encode,
        "quoted": lambda b: json.dumps(b.decode()).encode(),
        "in a list": lambda b: b"[" + b + b"]",
        "twice": lambda b: b + b,
        "in single quotes": lambda b: b.replace(b'"', b"'"),
        "with one more name": lambda b: b[:-1] + b', "x": 1}',
        "a name twice": lambda b: b[:-1] + b', "type": "decision"}',
        "as a form": lambda b: b"payload=" + b,
        "with a null": lambda b: b + b"\0",
        "nothing": lambda b: b"",
        "an object of nothing": lambda b: b"{}",
        "null": lambda b: b"null",
        "with a comment": lambda b: b + b"//",
    }
    for name, spell in spellings.items():
        yield (
            f"{name}, under the signature of the original",
            lambda door, said, spell=spell: (spell(said), signed(door.secret, said)),
        )
    for n in range(300):
        yield (
            f"another amount {n}",
            lambda door, said, n=n: (said[:-1] + b', "amount": %d}' % (n + 1), signed(door.secret, said)),
        )


def _by_chance(count: int) -> Iterator[tuple[str, Forged]]:
    """Signatures that nobody made."""
    for n in range(count):
        yield f"signature {n} of the dice", lambda _, said, n=n: (said, _diced(n))


def _diced(n: int) -> Headers:
    dice = random.Random(n)
    value = base64.b64encode(dice.randbytes(dice.choice((16, 20, 32, 32, 32, 48, 64)))).decode()
    return {"webhook-id": f"msg_{n}", "webhook-timestamp": str(int(time.time())), "webhook-signature": f"v1,{value}"}


SORTS: Mapping[str, Callable[[], Iterator[tuple[str, Forged]]]] = {
    "the signature is over every bit": _flips,
    "a piece is not the whole": _cut,
    "one secret per sender, and the one that is good now": _secrets,
    "five minutes, not more, and the time is signed too": _times,
    "the id is signed, and cannot reach into the body": _ids,
    "three headers, each once, in one form": _headers,
    "one scheme": _schemes,
    "the raw bytes count": _bodies,
    "nothing is believed by luck": lambda: _by_chance(600),
}


def attempts() -> Iterator[Attempt]:
    for why, sort in SORTS.items():
        for name, forged in sort():
            for door in DOORS:
                yield Attempt(
                    f"{door.name}: {name}",
                    why,
                    lambda door=door, forged=forged: _refused(door, forged),
                )
    yield from _misdirected()
    yield from _replays()


def _refused(door: Door, forged: Forged) -> str | None:
    body, headers = forged(door, stage().bodies[door.name])
    return _without_effect(door, body, headers)


def _without_effect(door: Door, body: bytes, headers: Headers, path: str | None = None) -> str | None:
    saves = len(stage().world.records.saves)
    answer = stage().send(door, body, headers, path)
    if not 400 <= answer.status < 500:
        return f"answered {answer.status}"
    return None if saves == len(stage().world.records.saves) else f"answered {answer.status} and wrote"


def _misdirected() -> Iterator[Attempt]:
    """Signed by who sends it, and still not his to say."""
    why = "a signature says who speaks, not that he may"
    rita = derived(MASTER, "m2", 1)
    for n in range(100):
        about = {
            "type": "decision",
            "case_id": stage().asked,
            "decision": ("approve", "reject")[n % 2],
            "reason": f"{n}",
        }
        yield Attempt(
            f"another shop decides, {n}",
            why,
            lambda about=about, n=n: _said(SHOP, about, rita, f"m2_{n}", "/merchants/m2/callbacks"),
        )
    for name in ("m2", "m3", "own", "nobody", "M1", "m1%20", "m1.", "m11"):
        yield Attempt(
            f"a message of m1 at {name}",
            why,
            lambda name=name: _without_effect(
                SHOP, stage().bodies["shop"], signed(OURS, stage().bodies["shop"]), f"/merchants/{name}/callbacks"
            ),
        )
    for n in range(100):
        about = {"type": "refund.settled", "refund_no": stage().world.refund(stage().paid).refund_no, "amount": n + 1}
        yield Attempt(
            f"the provider of another amount, {n}",
            "a notice is compared with the refund that it names",
            lambda about=about, n=n: _said(BANK, about, PROVIDER, f"amount_{n}"),
        )
    for n in range(100):
        about = {"type": "refund.settled", "refund_no": f"rfd_{n:030}"}
        yield Attempt(
            f"the provider of a refund that nobody knows, {n}",
            "a notice is about a refund of ours",
            lambda about=about, n=n: _said(BANK, about, PROVIDER, f"unknown_{n}"),
        )


def _said(door: Door, about: Mapping[str, Any], secret: str, message_id: str, path: str | None = None) -> str | None:
    body = _json(about)
    return _without_effect(door, body, signed(secret, body, message_id), path)


REPLAYS = 600


@cache
def replayed() -> Stage:
    """A world in which all originals have been accepted once."""
    again = Stage()
    for door in DOORS:
        answer = again.send(door, again.bodies[door.name], signed(door.secret, again.bodies[door.name], "msg_once"))
        if answer.status != 200:
            raise AssertionError(f"the original at the {door.name}'s door was answered {answer.status}: {answer.text}")
    return again


def _replays() -> Iterator[Attempt]:
    why = "what was accepted once changes nothing a second time"
    for n in range(REPLAYS):
        for door in DOORS:
            yield Attempt(f"{door.name}: replay {n}", why, lambda door=door, n=n: _changes_nothing(door, n))


def _changes_nothing(door: Door, n: int) -> str | None:
    """By turns: the same bytes, a new signature under the old id, both signatures, the same id for other words."""
    again = replayed()
    body, message_id = again.bodies[door.name], "msg_once"
    if n % 4 == 3:
        body = body[:-1] + b', "reason": "replay %d"}' % n
    headers = signed(door.secret, body, message_id, int(time.time()) - n % 250)
    if n % 4 == 2:
        headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']} v1a,x"
    before = len(again.world.records.saves), again.world.case(again.asked), again.world.refund(again.paid)
    answer = again.send(door, body, headers)
    after = len(again.world.records.saves), again.world.case(again.asked), again.world.refund(again.paid)
    if before != after:
        return f"answered {answer.status} and changed something"
    return None if answer.status < 500 else f"answered {answer.status}"


def controls() -> Iterator[Attempt]:
    for door in DOORS:
        yield Attempt(f"{door.name}: a good message", "partners work", lambda door=door: _accepted(door))
        yield Attempt(
            f"{door.name}: four minutes old",
            "clocks differ",
            lambda door=door: _accepted(door, -240),
        )
    yield Attempt("shop: the former secret within its day", "a rotation has a day", _accepted_by_the_former)
    yield Attempt("the library signs as we do", "the forgeries are near", _signs_alike)


def _accepted(door: Door, by: int = 0) -> str | None:
    fresh = Stage()
    body = fresh.bodies[door.name]
    before = len(fresh.world.records.saves)
    answer = fresh.send(door, body, signed(door.secret, body, at=int(time.time()) + by))
    done = answer.status == 200 and len(fresh.world.records.saves) > before
    return None if done else f"a good message was answered {answer.status}: {answer.text[:200]}"


def _accepted_by_the_former() -> str | None:
    fresh = Stage()
    webhook = fresh.world.records.one(refs.webhook("m1"))
    fresh.world.records.put(webhook.but(former_until=fresh.world.clock.pass_by(hours=1)))
    fresh.world.clock.pass_by(minutes=-30)
    body = fresh.bodies["shop"]
    answer = fresh.send(SHOP, body, signed(derived(MASTER, "m1", 1), body))
    return None if answer.status == 200 else f"the former secret was answered {answer.status}"


def _signs_alike() -> str | None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    theirs = Signer(OURS).sign("msg_1", now, "{}")
    return None if theirs == mac(OURS, "msg_1", str(int(now.timestamp())), b"{}") else "signed otherwise"
