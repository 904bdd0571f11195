"""Tokens that are forged, twisted or stolen from elsewhere, through the authorizer and the door behind it.

Every attempt is an Authorization header on a route that its forger would like to use. It is refused when the answer is
401 (or 403: he is somebody, but not whom he says), and when no port was asked for anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from chalicelib.adapters.tokens import CognitoTokens
from tests.api.gateway import call
from tests.security.attempts import Attempt
from tests.security.doors import behind
from tests.standins.shops import sell, shop
from tests.standins.world import World

NAME = "tokens"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
CLIENT = "client-1"
Claims = dict[str, Any]


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


OURS, THEIRS, ENCRYPTS = _rsa(), _rsa(), _rsa()
CURVE, EDWARDS = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
_SPKI, _PKCS1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
PEM = OURS.public_key().public_bytes(serialization.Encoding.PEM, _SPKI)
DER = OURS.public_key().public_bytes(serialization.Encoding.DER, _SPKI)
OLD_PEM = OURS.public_key().public_bytes(serialization.Encoding.PEM, _PKCS1)


def jwk(key: Any, kid: str, **more: str) -> dict[str, Any]:
    algorithm: Any = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


KEYS = [jwk(OURS, "k1", alg="RS256"), jwk(CURVE, "k-ec"), jwk(ENCRYPTS, "k-enc", use="enc"), {"kty": "oct", "kid": "o"}]


def claims(use: str = "id", role: str = "buyer", **more: Any) -> Claims:
    """The claims of a Cognito token; a claim given as `...` is left out."""
    now = int(time.time())
    common = {"sub": "5e1f", "iss": ISSUER, "iat": now, "exp": now + 300, "cognito:groups": [role], "token_use": use}
    named = {"aud": CLIENT, "cognito:username": "b1"} if use == "id" else {"client_id": CLIENT, "username": "b1"}
    return {name: value for name, value in {**common, **named, **more}.items() if value is not ...}


def part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def by_hand(header: Any, said: Any, sign: Callable[[bytes], bytes] = lambda _: b"") -> str:
    """A token as no honest library would make it."""
    signed = f"{part(header)}.{part(said)}"
    return f"{signed}.{part(sign(signed.encode()))}"


def with_key(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda text: key.sign(text, PKCS1v15(), SHA256())


def signed(said: Any = None, key: rsa.RSAPrivateKey = OURS, **header: Any) -> str:
    """Signed as RS256 whatever it says; `...` leaves a header out."""
    head = {"alg": "RS256", "typ": "JWT", "kid": "k1", **header}
    head = {name: value for name, value in head.items() if value is not ...}
    return by_hand(head, claims() if said is None else said, with_key(key))


def hmac_signed(key: bytes, digest: str = "sha256", **header: Any) -> str:
    head = {"alg": f"HS{digest[3:]}", "typ": "JWT", "kid": "k1", **header}
    return by_hand(head, claims(role="operator"), lambda text: hmac.digest(key, text, digest))


def good(use: str = "id", role: str = "buyer", **more: Any) -> str:
    if role == "merchant":
        more.setdefault("custom:merchant_id", "m1")
    return signed(claims(use, role, **more))


Made = Callable[[], str]
Sort = Mapping[str, Made]


def _no_token() -> Iterator[tuple[str, Made]]:
    words = (
        "",
        " ",
        ".",
        "..",
        "...",
        "....",
        "null",
        "undefined",
        "true",
        "0",
        "{}",
        "[]",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "a.b.c.d.e",
        "..c",
        ".b.",
        "a..",
        "not base64.at.all",
        "жетон.жетон.жетон",
        "\x00.\x00.\x00",
        "=.=.=",
        "%00",
        "../../etc/passwd",
        "' OR '1'='1",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "buyer:b1",
        "operator:op1",
    )
    for word in words:
        yield repr(word), lambda word=word: word
    yield "a header that is no JSON", lambda: f"{part(b'{')}.{part(claims())}.x"
    for name, value in {"a list": b"[]", "a number": b"7", "null": b"null", "a text": b'"RS256"'}.items():
        yield f"a header that is {name}", lambda value=value: by_hand(value, claims(), with_key(OURS))
        yield f"claims that are {name}", lambda value=value: signed(value)
    yield "claims that are no JSON", lambda: signed(b"{")
    yield "claims that are empty", lambda: signed(b"")
    yield "claims in UTF-16", lambda: signed(json.dumps(claims()).encode("utf-16"))
    yield "claims with a mark in front", lambda: signed(b"\xef\xbb\xbf" + json.dumps(claims()).encode())
    yield "claims in broken UTF-8", lambda: signed(json.dumps(claims()).encode()[:-1] + b',"x":"\xff"}')
    yield "a header nested without end", lambda: by_hand(b'{"a":' * 900, claims())
    yield "claims nested without end", lambda: signed(b'{"a":' * 900)
    yield "longer than any of ours", lambda: signed(claims(padding="x" * 8192))
    yield "a megabyte", lambda: "x" * (1 << 20)
    yield "an encrypted one", lambda: f"{part({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d"
    yield "two after each other", lambda: f"{good()}.{good()}"
    yield "one within another", lambda: signed(good().encode(), cty="JWT")
    yield "in JSON's form", lambda: json.dumps(dict(zip(("protected", "payload", "signature"), good().split("."))))  # noqa: B905
    yield "in base64 once more", lambda: part(good().encode())


def _algorithms() -> Iterator[tuple[str, Made]]:
    for name in ("none", "None", "NONE", "nOnE", "none ", " none", "non\u0435", "", "null"):
        for end in ("", "x", part(b"\0" * 256)):

            def made(name=name, end=end):
                return f"{part({'alg': name, 'kid': 'k1'})}.{part(claims(role='operator'))}.{end}"

            yield f"unsigned as {name!r} with {end[:3]!r}", made
    secrets = {
        "the public key": PEM,
        "the public key without its last line end": PEM.strip(),
        "the public key's bytes": DER,
        "the public key as of old": OLD_PEM,
        "the key's JSON": json.dumps(KEYS[0]).encode(),
        "the modulus": KEYS[0]["n"].encode(),
        "the modulus' bytes": base64.urlsafe_b64decode(KEYS[0]["n"] + "=="),
        "nothing": b"",
        "a null": b"\0",
        "a word": b"secret",
        "the key's id": b"k1",
        "the client": CLIENT.encode(),
        "the issuer": ISSUER.encode(),
        "the exponent": b"AQAB",
    }
    for (name, key), digest in itertools.product(secrets.items(), ("sha256", "sha384", "sha512")):
        yield f"{digest} with {name}", lambda key=key, digest=digest: hmac_signed(key, digest)
    for name, key in secrets.items():
        yield f"as RS256 by HMAC with {name}", lambda key=key: hmac_signed(key, alg="RS256")
    for alg in ("RS384", "RS512", "PS256", "PS384", "PS512"):
        yield f"{alg} by the right key", lambda alg=alg: jwt.encode(claims(), OURS, alg, headers={"kid": "k1"})
    for kid in ("k1", "k-ec"):
        yield f"ES256 under {kid}", lambda kid=kid: jwt.encode(claims(), CURVE, "ES256", headers={"kid": kid})
        yield f"EdDSA under {kid}", lambda kid=kid: jwt.encode(claims(), EDWARDS, "EdDSA", headers={"kid": kid})
    yield "ES256 of nothing", lambda: by_hand({"alg": "ES256", "kid": "k-ec"}, claims(), lambda _: b"\0" * 64)
    others = (
        "rs256",
        "RS256 ",
        "RS-256",
        "RSA",
        "RS1",
        "HS1",
        "ES256K",
        "RSA-OAEP",
        "dir",
        "A128KW",
        "*",
        "RS256,none",
    )
    for alg in (*others, None, 256, True, ["RS256"], {"RS256": 1}):
        yield f"signed by us as {alg!r}", lambda alg=alg: signed(alg=alg)
    yield "without an algorithm", lambda: signed(alg=...)
    yield (
        "with two algorithms",
        lambda: by_hand(b'{"alg":"none","alg":"RS256","kid":"k1"}', claims(role="operator"), with_key(OURS)),
    )


def _keys() -> Iterator[tuple[str, Made]]:
    yield "another key under our id", lambda: signed(key=THEIRS)
    yield "a key of the set that encrypts", lambda: signed(key=ENCRYPTS, kid="k-enc")
    yield "a key of the set that is a secret", lambda: hmac_signed(b"", kid="o")
    yield "no id", lambda: signed(kid=...)
    for kid in (None, 1, 0, True, 1.5, [], ["k1"], {}, {"k1": 1}):
        yield f"an id that is {kid!r}", lambda kid=kid: signed(kid=kid)
    ids = (
        "",
        " ",
        "k",
        "k9",
        "K1",
        "k1 ",
        " k1",
        "k1\n",
        "k1\0",
        "\uff4b1",
        "k1.pem",
        "k1,k1",
        "k-ec",
        "o",
        "k" * 4000,
        "../../dev/null",
        "/dev/null",
        "/proc/sys/kernel/randomize_va_space",
        "....//....//dev/null",
        "..\\..\\nul",
        "file:///dev/null",
        "C:\\windows\\win.ini",
        "/etc/passwd%00",
        "http://127.0.0.1/k",
        "https://evil.example/k",
        "ldap://evil.example/k",
        "k1' OR '1'='1",
        "' UNION SELECT 'key' --",
        "k1; DROP TABLE keys",
        "k1' AND sleep(9)#",
        '{"$ne": null}',
        "$(id)",
        "`id`",
        "| id",
        "&& id",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "<script>",
        "__proto__",
        "constructor",
        "*",
        "k?",
        "k[1]",
        "%6b1",
    )
    for kid in ids:
        yield f"the id {kid[:40]!r}", lambda kid=kid: signed(key=THEIRS, kid=kid)
    for kid in ("/dev/null", "../../../../dev/null", "' UNION SELECT '' --", "k1"):
        yield f"an empty secret under {kid!r}", lambda kid=kid: hmac_signed(b"", kid=kid)
    brought: dict[str, Any] = {
        "jwk": jwk(THEIRS, "k1"),
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/cert.pem",
        "x5c": [base64.b64encode(DER).decode()],
        "x5t": part(hashlib.sha1(DER).digest()),
        "x5t#S256": part(hashlib.sha256(DER).digest()),
        "jwks": {"keys": [jwk(THEIRS, "k1")]},
        "iss": ISSUER,
        "url": "https://evil.example/jwks",
        "epk": jwk(CURVE, "k1"),
    }
    for (name, value), kid in itertools.product(brought.items(), ("k1", "k9")):

        def made(name=name, value=value, kid=kid):
            return signed(key=THEIRS, kid=kid, **{name: value})

        yield f"a key that came along as {name} under {kid}", made
    places = ("http://127.0.0.1/jwks", "file:///etc/passwd", f"{ISSUER}/../evil", f"{ISSUER}@evil.example", "data:,x")
    for place in places:
        yield f"keys at {place}", lambda place=place: signed(key=THEIRS, kid="k9", jku=place)
    for crit in (["x"], ["b64"], [], ["exp"], "alg", None):
        yield f"critical: {crit!r}", lambda crit=crit: signed(crit=crit, b64=False, x=1)


def _signatures() -> Iterator[tuple[str, Made]]:
    for at in range(0, 2048, 64):
        yield f"bit {at} of the signature turned", lambda at=at: _turned(good(), at)
    for left in (0, 1, 2, 3, 10, 100, 171, 340, 341):
        yield f"{left} letters of the signature left", lambda left=left: _cut(good(), left)
    for more in ("A", "AA", "AAAA", "=", "==", "====", ".", " ", "\n", "%3D", "!"):
        yield f"a signature and {more!r}", lambda more=more: good() + f"{more}x" * (more == ".") + more * (more != ".")
    yield "the signature of another token", lambda: ".".join((*good(role="operator").split(".")[:2], _end(good())))
    yield (
        "the header of another token",
        lambda: ".".join((part({"alg": "RS256", "kid": "k1", "typ": "x"}), _rest(good()))),
    )
    yield "a signature of nulls", lambda: by_hand({"alg": "RS256", "kid": "k1"}, claims(), lambda _: b"\0" * 256)
    yield "a signature of one", lambda: by_hand({"alg": "RS256", "kid": "k1"}, claims(), lambda _: b"\0" * 255 + b"\1")
    yield "the last bits, which count for nothing", lambda: _respelt(good())
    yield "in the other alphabet", lambda: _in_the_other_alphabet()
    for role in ("operator", "supervisor", "agent", "auditor", "merchant", "orders", "payments"):
        yield f"made {role} after signing", lambda role=role: _swapped(good(), claims(role=role))


def _end(token: str) -> str:
    return token.rpartition(".")[2]


def _rest(token: str) -> str:
    return token.partition(".")[2]


def _cut(token: str, left: int) -> str:
    head, _, end = token.rpartition(".")
    return f"{head}.{end[:left]}"


def _turned(token: str, bit: int) -> str:
    head, _, end = token.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(end + "=="))
    raw[bit // 8] ^= 1 << bit % 8
    return f"{head}.{part(bytes(raw))}"


def _respelt(token: str) -> str:
    """The same bytes in other letters: 256 bytes leave two bits over, and a lax reader does not look at them."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) ^ 1]


def _in_the_other_alphabet() -> str:
    """`+` and `/` where a token has `-` and `_`."""
    token = next(token for token in (good(padding=str(n)) for n in range(100)) if set("-_") & set(_end(token)))
    return token.replace("-", "+").replace("_", "/")


def _swapped(token: str, said: Claims) -> str:
    head, _, end = token.split(".")
    return ".".join((head, part(said), end))


def _said() -> Iterator[tuple[str, Made]]:
    """Signed by our issuer's key, and still not for us, not now, or not anybody."""
    now = int(time.time())
    wrong: dict[str, list[Any]] = {
        "iss": [
            ...,
            None,
            "",
            7,
            [ISSUER],
            {"iss": ISSUER},
            ISSUER + "/",
            ISSUER.upper(),
            ISSUER[:-1],
            ISSUER + " ",
            ISSUER.replace("https", "http"),
            ISSUER.replace("abc", "xyz"),
            ISSUER.replace("eu-west-1", "eu-west-2"),
            ISSUER.replace(".com", ".com.evil.example"),
            f"https://evil.example/?{ISSUER}",
            "accounts.google.com",
        ],
        "aud": [
            ...,
            None,
            "",
            7,
            True,
            [CLIENT],
            [CLIENT, "client-2"],
            {CLIENT: 1},
            "client-2",
            CLIENT + " ",
            CLIENT.upper(),
            "client-11",
            "client",
            "*",
            f"{CLIENT},client-2",
        ],
        "token_use": [
            ...,
            None,
            "",
            7,
            True,
            ["id"],
            {"id": 1},
            "refresh",
            "ID",
            "id ",
            "access",
            "bearer",
            "id,access",
        ],
        "exp": [
            ...,
            None,
            "",
            "tomorrow",
            str(now + 300),
            True,
            [now + 300],
            {},
            0,
            1,
            -1,
            now - 3600,
            now - 60,
            now - 11,
            float("nan"),
            float("inf"),
            -(10**300),
            now + 0.5,
            "1e99",
        ],
        "iat": [..., None, "", "now", str(now), True, [now], {}, now + 3600, now + 86_400 * 365, float("inf"), 10**300],
        "nbf": [None, "", "now", str(now), [now], now + 3600, now + 60, float("inf"), True],
        "sub": [..., None, 7, [], {}, True],
        "cognito:groups": [
            ...,
            None,
            "",
            "buyer",
            "operator",
            7,
            {},
            {"operator": 1},
            [],
            [None],
            [[]],
            [["operator"]],
            [{"operator": 1}],
            ["admins"],
            ["OPERATOR"],
            ["operator "],
            ["operator\0"],
            ["оperator"],
            ["buyer", "operator"],
            ["merchant", "agent"],
            ["policy"],
            ["system"],
            ["clock"],
            ["payment"],
            ["*"],
            ["buyer", "supervisor", "operator", "auditor"],
            ["root"],
            ["administrators"],
        ],
        "cognito:username": [
            7,
            True,
            [],
            ["b1"],
            {"b1": 1},
            "b1#order",
            "b1 ",
            "b 1",
            "b1\n",
            "../b1",
            "b1/..",
            "b1%23",
            "\u0441b1",
            "b" * 129,
            "-b1",
            "b1\0",
            "{b1}",
            "b1'--",
            "<b1>",
            "*",
        ],
    }
    for name, values in wrong.items():
        for value in values:
            told = "missing" if value is ... else repr(value)[:60]
            yield f"{name}: {told}", lambda name=name, value=value: signed(claims(**{name: value}))
    for value in (..., None, "", 7, [CLIENT], "client-2", CLIENT + " ", True, {CLIENT: 1}):
        told = "missing" if value is ... else repr(value)
        yield f"client_id: {told}", lambda value=value: signed(claims("access", client_id=value))
    yield (
        "an access token that names a client as its audience",
        lambda: signed(claims("access", client_id=..., aud=CLIENT)),
    )
    yield "an identity token that names its client elsewhere", lambda: signed(claims(aud=..., client_id=CLIENT))
    shops = (
        ...,
        None,
        "",
        " ",
        7,
        True,
        ["m1"],
        ["m1", "m2"],
        {"m1": 1},
        "m1#settings",
        "m1 ",
        " m1",
        "m 1",
        "m1\n",
        "m1\0",
        "../m1",
        "m1/..",
        "*",
        "m1%23",
        "m" * 129,
        "\u0440m1",
        "-m1",
        "'m1'",
        "m1,m2",
        "m1|m2",
    )
    for shop_ in shops:
        told = "missing" if shop_ is ... else repr(shop_)[:40]
        said = {"custom:merchant_id": shop_}
        yield f"a merchant of the shop {told}", lambda said=said: signed(claims(role="merchant", **said))
    for name, text in {
        "groups": '"cognito:groups": ["operator"]',
        "user": '"cognito:username": "b2"',
        "issuer": f'"iss": "{ISSUER}"',
        "end": '"exp": 9999999999',
        "audience": f'"aud": "{CLIENT}"',
        "use": '"token_use": "id"',
    }.items():
        yield f"two of the claim {name}", lambda text=text: signed(f"{json.dumps(claims())[:-1]}, {text}}}".encode())


def _headers() -> Iterator[tuple[str, Made]]:
    """Good tokens, sent in ways that no client of ours sends them."""
    ways = (
        "{}",
        "Basic {}",
        "Token {}",
        "JWT {}",
        "Digest {}",
        "Negotiate {}",
        "DPoP {}",
        "Bearer:{}",
        "Bearer: {}",
        "Bearer={}",
        "Bearer,{}",
        "Bearer\t{}",
        "Bearer\n{}",
        "Bearer\u00a0{}",
        "Bearer{}",
        'Bearer "{}"',
        "Bearer '{}'",
        "Bearer <{}>",
        "Bearer {},{}",
        "Bearer {} {}",
        "Bearer {};x",
        "Bearer {}, Bearer {}",
        "Bearer {}\n",
        "Bearer {}\t",
        "Bearer \t{}",
        "Bearer \u2003{}",
        "Bearer {}\0",
        "Bearer %20{}",
        "Bearer token={}",
        "Bearer Bearer {}",
        "\ufeffBearer {}",
        "Веarer {}",
        "Bearer {}#",
        "Bearer {}?",
        "Basic x, Bearer {}",
    )
    for way in ways:
        yield f"as {way!r}", lambda way=way: way.replace("{}", good())


def _whole(sort: Iterable[tuple[str, Made]]) -> Iterator[tuple[str, Made]]:
    """Behind the word that announces a token."""
    for name, made in sort:
        yield name, lambda made=made: f"Bearer {made()}"


def _forged() -> Iterator[tuple[str, str, Made]]:
    for why, sort in {
        "what is no token must not come in by breaking the reader": _whole(_no_token()),
        "the token must not choose how it is checked": _whole(_algorithms()),
        "the token must not bring or choose its own key": _whole(_keys()),
        "a signature is over these very bytes": _whole(_signatures()),
        "a good signature is not enough: issuer, client, use, time and one known role": _whole(_said()),
        "one way to say it, so that nobody in between reads it otherwise": _headers(),
    }.items():
        for name, made in sort:
            yield name, why, made


@cache
def _worlds() -> tuple[World, CognitoTokens]:
    world = shop()
    sell(world)
    tokens = CognitoTokens(ISSUER, CLIENT, "https://jwks", fetch=lambda _: json.dumps({"keys": KEYS}).encode())
    world.tokens = tokens
    return world, tokens


def ask(header: str, method: str = "GET", path: str = "/cases", body: Any = None) -> tuple[int, bool]:
    """The status of a request with this Authorization header, and whether anything was read for it."""
    world, _ = _worlds()
    with behind(world):
        before = len(world.records.loads), len(world.records.saves)
        status = call(method, path, body, key="k1", headers={"authorization": header}).status
        return status, before != (len(world.records.loads), len(world.records.saves))


def attempts() -> Iterator[Attempt]:
    for name, why, made in _forged():
        yield Attempt(f"{why[:24]}… {name}", why, lambda made=made: _refused(made()))
    yield from _above_their_station()


def _refused(header: str) -> str | None:
    status, touched = ask(header)
    return None if status == 401 and not touched else f"answered {status}"


def _above_their_station() -> Iterator[Attempt]:
    """Valid tokens of somebody, with words beside the claim that counts."""
    why = "only the group decides, and only of a merchant the shop"
    names = (
        "role",
        "roles",
        "groups",
        "scope",
        "permissions",
        "cognito:roles",
        "cognito:preferred_role",
        "custom:role",
        "admin",
        "isAdmin",
        "custom:groups",
        "authorities",
        "realm_access",
        "https://aftersales/role",
    )
    for name in names:
        for value in ("operator", ["operator"]):

            def header(name=name, value=value):
                return f"Bearer {signed({**claims(), name: value})}"

            yield Attempt(f"a buyer with {name}={value!r}", why, lambda header=header: _is_no_operator(header()))
    for role in ("buyer", "orders", "stock", "logistics"):

        def header(role=role):
            return f"Bearer {good(role=role, **{'custom:merchant_id': 'm1'})}"

        yield Attempt(f"a {role} with a shop", why, lambda header=header: _is_no_member(header()))

    def foreign():
        return f"Bearer {good(role='merchant', **{'custom:merchant_id': 'm2'})}"

    yield Attempt("a merchant of another shop", why, lambda: _is_no_member(foreign()))


def _is_no_operator(header: str) -> str | None:
    status, touched = ask(header, "PUT", "/merchants/m1", {"name": "mine"})
    return None if status == 403 and not touched else f"answered {status}"


def _is_no_member(header: str) -> str | None:
    status, _ = ask(header, "PUT", "/merchants/m1/webhook", {"url": "https://evil.example/hook"})
    return None if status in (403, 404) else f"answered {status}"


def controls() -> Iterator[Attempt]:
    roles = ("buyer", "merchant", "agent", "supervisor", "operator", "auditor")
    for use, role in itertools.product(("id", "access"), roles):

        def made(use=use, role=role):
            return f"Bearer {good(use, role)}"

        yield Attempt(f"a good {use} token of a {role}", "people work", lambda made=made: _let_in(made()))
    for word in ("bearer", "BEARER", "Bearer "):
        yield Attempt(f"announced as {word!r}", "a scheme has no case", lambda word=word: _let_in(f"{word} {good()}"))


def _let_in(header: str) -> str | None:
    status, _ = ask(header)
    return None if status == 200 else f"a good token was answered {status}"
