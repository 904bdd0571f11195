"""Whose bearer token is it? JWTs of one Cognito user pool and one client, RS256 and nothing else."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any, cast, get_args

import jwt

from chalicelib.domain.actors import Actor, Role
from chalicelib.errors import TransientFault, Unauthorized
from chalicelib.telemetry import count, facts, log

ROLES: frozenset[str] = frozenset(get_args(Role))
LEEWAY = 10  # seconds that two clocks may differ
LONGEST = 8192  # characters; a token of ours has about 1,100
REFRESH = 60.0  # seconds between two looks for a key id that nobody knows
OLDEST = 3600.0  # seconds until keys are fetched again, so that a withdrawn one stops working
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TIMES = ("exp", "iat", "nbf")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")

Fetch = Callable[[str], bytes]


class CognitoTokens:
    """Says who a token was issued to. `fetch` gets the key set's bytes; `seconds` is a monotonic clock."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        jwks_url: str,
        fetch: Fetch | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer, self._client_id = issuer, client_id
        self._keys = _Keys(jwks_url, fetch or _get, seconds)

    def actor(self, token: str) -> Actor:
        """Raises Unauthorized without saying why: reasons help forgers. They are counted instead."""
        try:
            return _actor(self._claims(token))
        except _Refused as refused:
            reason = str(refused)
        except (jwt.InvalidTokenError, ValueError, TypeError, KeyError, RecursionError) as error:
            reason = type(error).__name__
        count("TokenRefused", reason=reason)
        raise Unauthorized("the token is not valid")

    def _claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > LONGEST:
            raise _Refused("too_long")
        if not _FORM.fullmatch(token):
            raise _Refused("form")
        header, said = (_read(part) for part in token.split(".")[:2])
        # A library may take a number for a time that is a text, a fraction or endless: ours are whole seconds.
        if any(type(said.get(name, 0)) is not int for name in _TIMES):
            raise _Refused("time")
        if header.get("alg") != "RS256" or "crit" in header:
            raise _Refused("algorithm")
        claims: Mapping[str, Any] = jwt.decode(
            token,
            self._keys.key(header.get("kid")),
            algorithms=["RS256"],
            issuer=self._issuer,
            leeway=LEEWAY,
            # Cognito's access tokens have no audience but a client id, and neither kind says "not before".
            options={"require": ["exp", "iat", "iss", "sub", "token_use"], "verify_aud": False},
        )
        named = {"id": "aud", "access": "client_id"}.get(str(claims["token_use"]))
        if named is None:
            raise _Refused("token_use")
        if claims.get(named) != self._client_id:
            raise _Refused("client")
        return claims


class _Refused(Exception):
    """Raised when a token is refused, with the reason's code."""


class _Keys:
    """The issuer's public keys by id: fetched when first needed, when old, and when an unknown id turns up."""

    def __init__(self, url: str, fetch: Fetch, seconds: Callable[[], float]) -> None:
        self._url, self._fetch, self._seconds = url, fetch, seconds
        self._known: dict[str, jwt.PyJWK] | None = None
        self._fetched_at = 0.0

    def key(self, kid: object) -> jwt.PyJWK:
        if not isinstance(kid, str):
            raise _Refused("no_kid")
        age = self._seconds() - self._fetched_at
        if self._known is None or age >= OLDEST or (kid not in self._known and age >= REFRESH):
            self._refresh()
        key = (self._known or {}).get(kid)
        if key is None:
            raise _Refused("unknown_kid")
        return key

    def _refresh(self) -> None:
        """Fetches the key set. Keeps the keys that are known when the issuer does not answer."""
        self._fetched_at = self._seconds()
        try:
            found = json.loads(self._fetch(self._url))["keys"]
            self._known = {jwk["kid"]: jwt.PyJWK(jwk, algorithm="RS256") for jwk in found if _is_ours(jwk)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
            log.error("the issuer's keys could not be fetched", exc_info=error)
            count("KeysUnavailable")
            if self._known is None:
                raise TransientFault("the issuer's keys could not be fetched") from error
            return
        log.info("the issuer's keys were fetched", extra=facts(count=len(self._known)))


def _is_ours(jwk: Mapping[str, Any]) -> bool:
    """Only RSA keys for signatures: whatever else an issuer publishes is not for us."""
    signs = jwk.get("use", "sig") == "sig" and jwk.get("alg", "RS256") == "RS256"
    return jwk.get("kty") == "RSA" and signs and isinstance(jwk.get("kid"), str)


def _read(part: str) -> dict[str, Any]:
    """A part of a token as the one thing that it can mean. Raises ValueError, _Refused."""
    text = urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    found = json.loads(text, object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise _Refused("form")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("said_twice")
    return found


def _actor(claims: Mapping[str, Any]) -> Actor:
    """Exactly one of our roles, or nobody: two would let the caller choose, none would be a guess."""
    groups = claims.get("cognito:groups", [])
    if not isinstance(groups, list):
        raise _Refused("groups")
    roles = ROLES.intersection(group for group in groups if isinstance(group, str))
    if len(roles) != 1:
        raise _Refused("role")
    [role] = roles
    # The name is chosen where users are made, so that orders can name their buyers; `sub` is the pool's own.
    id_ = claims[next(name for name in ("cognito:username", "username", "sub") if name in claims)]
    merchant_id = claims.get("custom:merchant_id") if role == "merchant" else None
    if not _is_id(id_) or (role == "merchant" and not _is_id(merchant_id)):
        raise _Refused("identity")
    return Actor(role=cast(Role, role), id=id_, merchant_id=merchant_id)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310  (settings allow http and https only)
        body: bytes = answer.read(256 * 1024)
    return body
