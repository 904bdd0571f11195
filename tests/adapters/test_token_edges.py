"""Tokens at their edges: which reason is counted, when keys are fetched again, whose names are names."""

from __future__ import annotations

import base64
import io
import json
import time
import urllib.request
from collections.abc import Callable
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chalicelib.adapters import tokens
from chalicelib.adapters.tokens import LEEWAY, LONGEST, OLDEST, REFRESH, CognitoTokens
from chalicelib.domain.actors import Actor
from chalicelib.errors import TransientFault, Unauthorized
from tests.refusals import refused
from tests.telling import counted, logged

ISSUER, CLIENT, URL = "https://issuer.example/pool", "client-1", "https://issuer.example/keys"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(kid: Any = "k1", key: str = "ours", **changes: Any) -> dict[str, Any]:
    """A key as the issuer publishes it; what is given as `...` is left out."""
    published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(key).public_key()))
    all_ = {**published, "kid": kid, "use": "sig", "alg": "RS256", **changes}
    return {name: value for name, value in all_.items() if value is not ...}


class Issuer:
    def __init__(self, *keys: Any) -> None:
        self.keys: list[Any] = list(keys) or [jwk()]
        self.fetched: list[str] = []
        self.now = 1000.0
        self.silent = False

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if self.silent:
            raise OSError("no route")
        return json.dumps({"keys": self.keys}).encode()

    def tokens(self) -> CognitoTokens:
        return CognitoTokens(ISSUER, CLIENT, URL, fetch=self.fetch, seconds=lambda: self.now)


def token(kid: Any = "k1", key: str = "ours", header: Any = None, **changes: Any) -> str:
    now = int(time.time())
    said = {
        "sub": "5e1f", "iss": ISSUER, "iat": now, "exp": now + 300, "token_use": "id", "aud": CLIENT,
        "cognito:groups": ["buyer"], "cognito:username": "b1", **changes,
    }  # fmt: skip
    kept = {name: value for name, value in said.items() if value is not ...}
    return jwt.encode(
        kept, rsa_key(key), algorithm="RS256", headers={**({} if kid is ... else {"kid": kid}), **(header or {})}
    )


def spelled(*parts: str) -> str:
    """A token of parts as they are written, however oddly."""
    return ".".join((*(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts), "AAAA"))


def by_hand(header: dict[str, Any]) -> str:
    """A token as no honest library would make it."""
    return spelled(json.dumps(header), "{}")


def access(**changes: Any) -> str:
    mine = {"token_use": "access", "aud": ..., "client_id": CLIENT, "cognito:username": ..., "username": "b1"}
    return token(**{**mine, **changes})


def reasons(forged: str, written: Callable[[], str], issuer: Issuer | None = None) -> list[Any]:
    told = refused(Unauthorized, lambda: (issuer or Issuer()).tokens().actor(forged))
    assert ("the token is not valid", []) == told
    return counted(written())


def test_clocks_may_differ_by_ten_seconds_and_keys_are_kept_for_an_hour() -> None:
    assert (10, 8192, 60, 3600) == (LEEWAY, LONGEST, REFRESH, OLDEST)


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (lambda: "x" * 8193, "too_long"),
        (lambda: token(header={"alg": "RS384"}), "algorithm"),
        (lambda: by_hand({"alg": "RS256", "kid": "k1", "crit": ["b64"], "b64": True}), "algorithm"),
        (lambda: token(header={"crit": ["x"]}), "algorithm"),
        (lambda: token(kid=...), "no_kid"),
        (lambda: "a.b", "form"),
        (lambda: "a.b.c.d", "form"),
        (lambda: "a.b.", "form"),
        (lambda: f"{token()}\n", "form"),
        (lambda: token() + "é", "form"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"}', "[]"), "form"),
        (lambda: spelled("7", "{}"), "form"),
        (lambda: spelled('{"alg":"RS256","alg":"RS256"}', "{}"), "said_twice"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"}', '{"sub":"a","sub":"b"}'), "said_twice"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"}', '{"exp":1.5}'), "time"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"}', '{"exp":"1"}'), "time"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"}', '{"iat":true}'), "time"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"}', '{"nbf":null}'), "time"),
        (lambda: spelled('{"alg":"RS256","kid":"k1"', "{}"), "JSONDecodeError"),
        (lambda: token(kid="k9"), "unknown_kid"),
        (lambda: token(key="theirs"), "InvalidSignatureError"),
        (lambda: token(exp=1), "ExpiredSignatureError"),
        (lambda: token(iss="https://evil.example"), "InvalidIssuerError"),
        (lambda: token(sub=...), "MissingRequiredClaimError"),
        (lambda: token(token_use=...), "MissingRequiredClaimError"),
        (lambda: token(iat=...), "MissingRequiredClaimError"),
        (lambda: token(exp=...), "MissingRequiredClaimError"),
        (lambda: token(iss=...), "MissingRequiredClaimError"),
        (lambda: token(token_use="refresh"), "token_use"),
        (lambda: token(aud="client-2"), "client"),
        (lambda: access(client_id="client-2"), "client"),
        (lambda: access(client_id=..., aud=CLIENT), "client"),
        (lambda: token(**{"cognito:groups": "buyer"}), "groups"),
        (lambda: token(**{"cognito:groups": ...}), "role"),
        (lambda: token(**{"cognito:groups": ["buyer", "agent"]}), "role"),
        (lambda: token(**{"cognito:username": "a b"}), "identity"),
        (lambda: token(**{"cognito:groups": ["merchant"]}), "identity"),
        (lambda: token(**{"cognito:groups": ["merchant"], "custom:merchant_id": "m 1"}), "identity"),
        (lambda: "a.b.c", "Error"),
    ],
)
def test_why_a_token_was_refused_is_counted_and_not_told(
    forged: Callable[[], str], reason: str, written: Callable[[], str]
) -> None:
    assert [("TokenRefused", {"reason": reason})] == reasons(forged(), written)


def test_a_token_without_a_key_id_is_counted_as_such(written: Callable[[], str]) -> None:
    bare = jwt.encode({"sub": "x"}, rsa_key("ours"), algorithm="RS256")
    assert [("TokenRefused", {"reason": "no_kid"})] == reasons(bare, written)


def test_a_good_token_counts_nothing(written: Callable[[], str]) -> None:
    assert Actor(role="buyer", id="b1") == Issuer().tokens().actor(token())
    assert [] == counted(written())


def test_a_token_may_be_as_long_as_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    long = token()
    monkeypatch.setattr(tokens, "LONGEST", len(long))
    assert "b1" == Issuer().tokens().actor(long).id
    monkeypatch.setattr(tokens, "LONGEST", len(long) - 1)
    with pytest.raises(Unauthorized):
        Issuer().tokens().actor(long)


def test_a_clock_that_is_five_seconds_off_does_not_matter() -> None:
    now = int(time.time())
    assert "b1" == Issuer().tokens().actor(token(exp=now - 5)).id
    assert "b1" == Issuer().tokens().actor(token(iat=now + 5)).id


def test_an_access_token_has_a_client_and_a_name_of_its_own() -> None:
    assert Actor(role="buyer", id="b1") == Issuer().tokens().actor(access())


def test_the_name_that_the_pool_s_keeper_chose_comes_first() -> None:
    assert "b1" == Issuer().tokens().actor(token(username="b2")).id
    assert "b2" == Issuer().tokens().actor(token(**{"cognito:username": ..., "username": "b2"})).id
    assert "5e1f" == Issuer().tokens().actor(token(**{"cognito:username": ...})).id


@pytest.mark.parametrize("name", ["b", "b" * 128, "b.1_2:3@x-y", "7"])
def test_a_name_is_up_to_128_plain_letters(name: str) -> None:
    assert name == Issuer().tokens().actor(token(**{"cognito:username": name})).id


@pytest.mark.parametrize("name", ["b" * 129, ".b", "b/1", "b#1", "b\n", "é"])
def test_another_name_is_nobody(name: str) -> None:
    with pytest.raises(Unauthorized):
        Issuer().tokens().actor(token(**{"cognito:username": name}))


def test_groups_that_are_no_texts_and_no_roles_do_not_matter() -> None:
    groups = [7, None, "pool_Google", "supervisor"]
    assert "supervisor" == Issuer().tokens().actor(token(**{"cognito:groups": groups})).role


def test_a_merchant_s_member_is_told_with_the_shop_and_nobody_else_is() -> None:
    shop = {"custom:merchant_id": "m1"}
    assert "m1" == Issuer().tokens().actor(token(**{"cognito:groups": ["merchant"], **shop})).merchant_id
    assert Issuer().tokens().actor(token(**shop)).merchant_id is None


# --- the issuer's keys


def test_the_key_set_is_fetched_from_its_address() -> None:
    issuer = Issuer()
    issuer.tokens().actor(token())
    assert [URL] == issuer.fetched


@pytest.mark.parametrize("left_out", ["use", "alg"])
def test_a_key_need_not_say_what_it_is_for(left_out: str) -> None:
    assert "b1" == Issuer(jwk(**{left_out: ...})).tokens().actor(token()).id


@pytest.mark.parametrize(
    "changes", [{"use": "enc"}, {"alg": "RS384"}, {"kty": "oct"}, {"kty": ...}, {"kid": 1}, {"kid": ...}], ids=str
)
def test_a_key_for_something_else_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        Issuer(jwk(**changes), jwk("k2")).tokens().actor(token())


def test_keys_of_other_kinds_beside_ours_do_not_matter() -> None:
    curve = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))
    assert "b1" == Issuer({**curve, "kid": "k-ec"}, jwk()).tokens().actor(token()).id


@pytest.mark.parametrize(("later", "fetched"), [(OLDEST - 0.1, 1), (OLDEST, 2)])
def test_keys_are_fetched_again_when_they_are_an_hour_old(later: float, fetched: int) -> None:
    issuer = Issuer()
    ours = issuer.tokens()
    ours.actor(token())
    issuer.now += later
    ours.actor(token())
    assert fetched == len(issuer.fetched)


@pytest.mark.parametrize(("later", "found"), [(REFRESH - 0.1, False), (REFRESH, True)])
def test_a_new_key_is_found_when_a_minute_has_passed(later: float, found: bool) -> None:
    issuer = Issuer()
    ours = issuer.tokens()
    ours.actor(token())
    issuer.keys, issuer.now = [jwk(), jwk("k2", "next")], issuer.now + later
    if found:
        assert "b1" == ours.actor(token("k2", "next")).id
    else:
        with pytest.raises(Unauthorized):
            ours.actor(token("k2", "next"))


def test_a_known_key_is_no_reason_to_fetch_again() -> None:
    issuer = Issuer()
    ours = issuer.tokens()
    for _ in range(3):
        ours.actor(token())
        issuer.now += REFRESH
    assert 1 == len(issuer.fetched)


def test_keys_that_were_fetched_are_logged_by_number(written: Callable[[], str]) -> None:
    Issuer(jwk(), jwk("k2"), jwk("k3", use="enc")).tokens().actor(token())
    said = written()
    assert [("INFO", "the issuer's keys were fetched", None)] == logged(said)
    assert '"count":2' in said.replace(" ", "")


def test_a_silent_issuer_is_logged_counted_and_asked_again_next_time(written: Callable[[], str]) -> None:
    issuer = Issuer()
    issuer.silent = True
    ours = issuer.tokens()
    told = ("the issuer's keys could not be fetched", [])
    assert told == refused(TransientFault, lambda: ours.actor(token()))
    said = written()
    assert [("ERROR", "the issuer's keys could not be fetched", "OSError")] == logged(said)
    assert [("KeysUnavailable", {})] == counted(said)
    issuer.silent = False
    assert "b1" == ours.actor(token()).id


def test_while_the_issuer_is_silent_known_keys_are_not_asked_for_with_every_request() -> None:
    issuer = Issuer()
    ours = issuer.tokens()
    ours.actor(token())
    issuer.silent, issuer.now = True, issuer.now + OLDEST
    for _ in range(3):
        assert "b1" == ours.actor(token()).id
    assert 2 == len(issuer.fetched)


@pytest.mark.parametrize("answer", [b"{", b"[]", b"7", b"{}", b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": null}'])
def test_a_key_set_that_makes_no_sense_is_a_fault_that_passes(answer: bytes) -> None:
    ours = CognitoTokens(ISSUER, CLIENT, URL, fetch=lambda _: answer)
    with pytest.raises(TransientFault):
        ours.actor(token())


def test_a_key_that_cannot_be_one_is_a_fault_that_passes() -> None:
    with pytest.raises(TransientFault):
        Issuer(jwk(n="!")).tokens().actor(token())


def test_by_default_keys_are_fetched_over_http_within_three_seconds_and_256_kib(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    class Answer(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(size)
            return super().read(size)

    def urlopen(url: str, *, timeout: float) -> Answer:
        asked.extend((url, timeout))
        return Answer(json.dumps({"keys": [jwk()]}).encode())

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    assert "b1" == CognitoTokens(ISSUER, CLIENT, URL).actor(token()).id
    assert [URL, 3, 256 * 1024] == asked


@pytest.mark.parametrize("error", [ValueError("x"), TypeError("x"), KeyError("x"), RecursionError("x")], ids=repr)
def test_whatever_the_library_stumbles_over_lets_nobody_in(
    error: Exception, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    def stumbles(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(jwt, "decode", stumbles)
    assert [("TokenRefused", {"reason": type(error).__name__})] == reasons(token(), written)


def test_letters_that_no_text_has_let_nobody_in(written: Callable[[], str]) -> None:
    assert [("TokenRefused", {"reason": "form"})] == reasons("\ud800.a.b", written)


def test_a_header_that_is_nested_without_end_lets_nobody_in() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 5000).rstrip(b"=").decode()
    with pytest.raises(Unauthorized):
        Issuer().tokens().actor(f"{deep}.e30.AAAA")
