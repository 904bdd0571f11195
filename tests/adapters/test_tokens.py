"""Whose token is it? One way to be right, and every forgery that we could think of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chalicelib.adapters.tokens import CognitoTokens
from chalicelib.domain.actors import Actor
from chalicelib.errors import TransientFault, Unauthorized

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
CLIENT = "client-1"
OURS, THEIRS, NEXT = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3))
CURVE = ec.generate_private_key(ec.SECP256R1())
PEM = OURS.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def jwk(key: Any, kid: str, **more: str) -> dict[str, Any]:
    algorithm: Any = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


KEYS = [jwk(OURS, "k1", alg="RS256"), jwk(CURVE, "k-ec"), jwk(THEIRS, "k-enc", use="enc"), {"kty": "oct", "kid": "o"}]


class Issuer:
    """Its key set, how often it was fetched, and the time that passes meanwhile."""

    def __init__(self, keys: list[dict[str, Any]] | None = None) -> None:
        self.keys: Any = KEYS if keys is None else keys
        self.fetched = 0
        self.now = 1000.0

    def fetch(self, url: str) -> bytes:
        assert url == "https://jwks"
        self.fetched += 1
        if isinstance(self.keys, Exception):
            raise self.keys
        return json.dumps({"keys": self.keys}).encode()

    def tokens(self) -> CognitoTokens:
        return CognitoTokens(ISSUER, CLIENT, "https://jwks", fetch=self.fetch, seconds=lambda: self.now)


def claims(use: str = "id", role: str = "buyer", **more: Any) -> dict[str, Any]:
    """The claims of a Cognito token; a claim given as `...` is left out."""
    now = int(time.time())
    common = {"sub": "5e1f", "iss": ISSUER, "iat": now, "exp": now + 300, "cognito:groups": [role], "token_use": use}
    named = {"aud": CLIENT, "cognito:username": "b1"} if use == "id" else {"client_id": CLIENT, "username": "b1"}
    return {name: value for name, value in {**common, **named, **more}.items() if value is not ...}


def token(
    said: dict[str, Any] | None = None, key: Any = OURS, alg: str = "RS256", kid: Any = "k1", **header: Any
) -> str:
    headers = {**({} if kid is ... else {"kid": kid}), **header}
    return jwt.encode(claims() if said is None else said, key, algorithm=alg, headers=headers)


def part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def by_hand(header: Any, said: Any, sign: Callable[[bytes], bytes] = lambda _: b"") -> str:
    """A token as no honest library would make it."""
    signed = f"{part(header)}.{part(said)}"
    return f"{signed}.{part(sign(signed.encode()))}"


def hs256(key: bytes) -> str:
    header = {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    return by_hand(header, claims(), lambda text: hmac.new(key, text, hashlib.sha256).digest())


def tampered() -> str:
    head, _, signature = token().split(".")
    return ".".join((head, part(claims(role="operator")), signature))


@pytest.mark.parametrize("use", ["id", "access"])
@pytest.mark.parametrize("role", ["buyer", "agent", "supervisor", "operator", "auditor", "orders", "payments", "stock"])
def test_a_token_of_either_use_names_its_actor(use: str, role: str) -> None:
    assert Actor(role=role, id="b1") == Issuer().tokens().actor(token(claims(use, role)))  # type: ignore[arg-type]


def test_a_merchant_acts_for_the_shop_in_the_token() -> None:
    said = claims(role="merchant", **{"custom:merchant_id": "m1"})
    assert Actor(role="merchant", id="b1", merchant_id="m1") == Issuer().tokens().actor(token(said))


def test_nobody_else_acts_for_a_shop_whatever_the_token_says() -> None:
    assert Issuer().tokens().actor(token(claims(**{"custom:merchant_id": "m1"}))).merchant_id is None


def test_groups_that_are_no_roles_of_ours_do_not_matter() -> None:
    said = claims(**{"cognito:groups": ["eu-west-1_abc_Google", "buyer"]})
    assert "buyer" == Issuer().tokens().actor(token(said)).role


def test_who_has_no_name_is_known_by_the_pool_s_own_id() -> None:
    assert "5e1f" == Issuer().tokens().actor(token(claims(**{"cognito:username": ...}))).id


NOW = int(time.time())
FORGED: dict[str, Callable[[], Any]] = {
    # not a token at all
    "nothing": lambda: "",
    "a word": lambda: "hello",
    "dots": lambda: "..",
    "not base64": lambda: "a.b.c",
    "a header that is not JSON": lambda: f"{part(b'{')}.{part(claims())}.x",
    "a header that is a list": lambda: by_hand([], claims()),
    "claims that are a list": lambda: by_hand({"alg": "RS256", "kid": "k1"}, []),
    "nested without end": lambda: by_hand({"alg": "RS256", "kid": "k1", "x": b"[" * 900 and "["}, claims()),
    "longer than any of ours": lambda: token(claims(padding="x" * 8192)),
    "two tokens": lambda: f"{token()}.{token()}",
    "letters that no token has": lambda: "жетон.жетон.жетон",
    # another algorithm
    "unsigned": lambda: jwt.encode(claims(), None, algorithm="none", headers={"kid": "k1"}),
    "unsigned, in capitals": lambda: by_hand({"alg": "NONE", "kid": "k1"}, claims()),
    "unsigned, mixed": lambda: by_hand({"alg": "nOnE", "kid": "k1"}, claims()),
    "no algorithm": lambda: by_hand({"kid": "k1"}, claims()),
    "an algorithm that is null": lambda: by_hand({"alg": None, "kid": "k1"}, claims()),
    "HMAC with the public key": lambda: hs256(PEM),
    "HMAC with the public key, no newline": lambda: hs256(PEM.strip()),
    "HMAC with the modulus": lambda: hs256(KEYS[0]["n"].encode()),
    "HMAC with nothing": lambda: hs256(b""),
    "RS384 by the right key": lambda: token(alg="RS384"),
    "RS512 by the right key": lambda: token(alg="RS512"),
    "PS256 by the right key": lambda: token(alg="PS256"),
    "ES256 by a key of the set": lambda: token(key=CURVE, alg="ES256", kid="k-ec"),
    # another key
    "another key under our id": lambda: token(key=THEIRS),
    "a key that is not for signatures": lambda: token(key=THEIRS, kid="k-enc"),
    "an unknown key": lambda: token(key=THEIRS, kid="k9"),
    "no key id": lambda: token(kid=...),
    "a key id that is a number": lambda: by_hand({"alg": "RS256", "kid": 1}, claims()),
    "a key id that is a path": lambda: token(kid="../../dev/null"),
    "a key that came along": lambda: token(key=THEIRS, kid="k9", jwk=jwk(THEIRS, "k9")),
    "an address of keys that came along": lambda: token(key=THEIRS, kid="k9", jku="https://evil.example/jwks"),
    "a critical extension": lambda: token(crit=["x"], x=1),
    "claims changed after signing": tampered,
    "a signature cut off": lambda: token().rpartition(".")[0] + ".",
    "a signature changed": lambda: token()[:-8] + "AAAAAAAA",
    # another time
    "expired": lambda: token(claims(exp=NOW - 60)),
    "expired long ago": lambda: token(claims(exp=1)),
    "never expires": lambda: token(claims(exp=...)),
    "expires at a word": lambda: token(claims(exp="tomorrow")),
    "no issue time": lambda: token(claims(iat=...)),
    "issued in the future": lambda: token(claims(iat=NOW + 3600)),
    "not valid yet": lambda: token(claims(nbf=NOW + 3600)),
    # another issuer or client
    "another issuer": lambda: token(claims(iss=ISSUER.replace("abc", "xyz"))),
    "the issuer with a slash": lambda: token(claims(iss=ISSUER + "/")),
    "no issuer": lambda: token(claims(iss=...)),
    "a list of issuers": lambda: by_signing(claims(iss=[ISSUER])),
    "another audience": lambda: token(claims(aud="client-2")),
    "no audience": lambda: token(claims(aud=...)),
    "our audience among others": lambda: token(claims(aud=[CLIENT, "client-2"])),
    "an access token for another client": lambda: token(claims("access", client_id="client-2")),
    "an access token for nobody": lambda: token(claims("access", client_id=...)),
    # another use
    "no use": lambda: token(claims(token_use=...)),
    "a refresh token": lambda: token(claims(token_use="refresh")),
    "an id token that says it is for access": lambda: token(claims(token_use="access")),
    "an access token that says it is for identity": lambda: token(claims("access", token_use="id")),
    "a use that is a list": lambda: token(claims(token_use=["id"])),
    # no single role, no identity
    "no groups": lambda: token(claims(**{"cognito:groups": ...})),
    "an empty list of groups": lambda: token(claims(**{"cognito:groups": []})),
    "a group of another system": lambda: token(claims(role="admins")),
    "a role in capitals": lambda: token(claims(role="OPERATOR")),
    "two roles": lambda: token(claims(**{"cognito:groups": ["buyer", "operator"]})),
    "groups in one text": lambda: token(claims(**{"cognito:groups": "operator"})),
    "groups in a mapping": lambda: token(claims(**{"cognito:groups": {"operator": 1}})),
    "groups that are no texts": lambda: token(claims(**{"cognito:groups": [["operator"]]})),
    "the policy's own role": lambda: token(claims(role="policy")),
    "the platform's own role": lambda: token(claims(role="system")),
    "a merchant of no shop": lambda: token(claims(role="merchant")),
    "a merchant of an empty shop": lambda: token(claims(role="merchant", **{"custom:merchant_id": ""})),
    "a merchant of a shop with a separator": lambda: token(claims(role="merchant", **{"custom:merchant_id": "m#1"})),
    "no subject": lambda: token(claims(sub=...)),
    "a name with a separator": lambda: token(claims(**{"cognito:username": "b1#order"})),
    "a name that is a number": lambda: token(claims(**{"cognito:username": 7})),
}


def by_signing(said: dict[str, Any]) -> str:
    """Signed by our key, also where PyJWT would refuse to sign such claims."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return by_hand({"alg": "RS256", "kid": "k1"}, said, lambda text: OURS.sign(text, PKCS1v15(), SHA256()))


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_token_is_nobody_s(what: str) -> None:
    forged = FORGED[what]()
    with pytest.raises(Unauthorized) as caught:
        Issuer().tokens().actor(forged)
    assert "the token is not valid" == str(caught.value)


def test_the_forgeries_are_not_refused_because_everything_is() -> None:
    assert "b1" == Issuer().tokens().actor(by_signing(claims())).id


def test_a_token_is_never_written_down(written: Callable[[], str]) -> None:
    forged = token(key=THEIRS)
    with pytest.raises(Unauthorized):
        Issuer().tokens().actor(forged)
    assert not any(piece in written() for piece in forged.split("."))


# --- the issuer's keys


def test_keys_are_fetched_once_per_container() -> None:
    issuer = Issuer()
    tokens = issuer.tokens()
    for _ in range(3):
        tokens.actor(token())
    assert 1 == issuer.fetched


def test_a_new_key_of_the_issuer_is_found() -> None:
    issuer = Issuer()
    tokens = issuer.tokens()
    tokens.actor(token())
    issuer.keys = [*KEYS, jwk(NEXT, "k2")]
    issuer.now += 61
    assert "b1" == tokens.actor(token(key=NEXT, kid="k2")).id


def test_unknown_keys_make_us_ask_once_a_minute_and_no_more() -> None:
    issuer = Issuer()
    tokens = issuer.tokens()
    for second in range(130):
        issuer.now = 1000.0 + second
        with pytest.raises(Unauthorized):
            tokens.actor(token(key=THEIRS, kid=f"k{second + 10}"))
    assert 3 == issuer.fetched


def test_a_withdrawn_key_stops_working_within_the_hour() -> None:
    issuer = Issuer()
    tokens = issuer.tokens()
    tokens.actor(token())
    issuer.keys, issuer.now = [jwk(NEXT, "k2")], issuer.now + 3600
    with pytest.raises(Unauthorized):
        tokens.actor(token())


@pytest.mark.parametrize("silence", [OSError("no route"), TimeoutError()])
def test_keys_that_are_known_work_on_while_the_issuer_is_silent(silence: Exception) -> None:
    issuer = Issuer()
    tokens = issuer.tokens()
    tokens.actor(token())
    issuer.keys, issuer.now = silence, issuer.now + 3600
    assert "b1" == tokens.actor(token()).id


def test_a_silent_issuer_is_a_fault_and_not_the_caller_s_mistake() -> None:
    issuer = Issuer()
    issuer.keys = OSError("no route")
    with pytest.raises(TransientFault):
        issuer.tokens().actor(token())


@pytest.mark.parametrize("keys", ["x", None, 1, [1], [{"kty": "RSA", "kid": "k1", "n": "!", "e": "!"}]])
def test_a_key_set_that_cannot_be_read_is_a_fault(keys: Any) -> None:
    issuer = Issuer()
    issuer.keys = keys
    with pytest.raises(TransientFault):
        issuer.tokens().actor(token())
