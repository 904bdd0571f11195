"""What carrier systems push: verified on the raw bytes as each of them signs, then read by its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.logistics import aftership, kuaidi100, seventeen_track, standard
from chalicelib.errors import SignatureInvalid
from chalicelib.ports import News
from chalicelib.telemetry import count, facts, log

if TYPE_CHECKING:
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.domain.carriers import System

Verify = Callable[[str, bytes, Mapping[str, str]], Mapping[str, Any]]
Read = Callable[[Mapping[str, Any]], Sequence[News]]

SYSTEMS: Mapping[System, tuple[Verify, Read, Mapping[str, Any]]] = {
    "standard": (standard.verify, standard.read, standard.ACKNOWLEDGEMENT),
    "kuaidi100": (kuaidi100.verify, kuaidi100.read, kuaidi100.ACKNOWLEDGEMENT),
    "aftership": (aftership.verify, aftership.read, aftership.ACKNOWLEDGEMENT),
    "seventeen_track": (seventeen_track.verify, seventeen_track.read, seventeen_track.ACKNOWLEDGEMENT),
}


class SignedNotices:
    """The secret holds what each system signs with, by the system's name."""

    def __init__(self, secret: Secrets) -> None:
        self._secret = secret

    def verify(self, system: System, body: bytes, headers: Mapping[str, str]) -> Sequence[News]:
        """The push, read. A secret that was rotated is found by asking once more. Raises SignatureInvalid,
        InvalidRequest.
        """
        try:
            document = self._verified(system, body, headers)
        except SignatureInvalid:
            if self._secret.again():
                document = self._verified(system, body, headers)
            else:
                count("SignatureRefused", by="carrier")
                raise
        return self.read(system, document)

    def read(self, system: System, document: Mapping[str, Any]) -> Sequence[News]:
        return SYSTEMS[system][1](document)

    def acknowledgement(self, system: System) -> Mapping[str, Any]:
        return SYSTEMS[system][2]

    def contradicted(self, system: System) -> None:
        log.error("a carrier contradicts itself", extra=facts(provider=system))
        count("ParcelContradicted")

    def unclaimed(self, system: System) -> None:
        log.info("scans came for a waybill that nobody has announced", extra=facts(provider=system))
        count("WaybillUnclaimed", system=system)

    def _verified(self, system: System, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        secret = self._secret.read().get(system)
        # Without a secret nothing verifies: an empty key would be everybody's.
        if not isinstance(secret, str) or len(secret) < 8:
            raise SignatureInvalid("nothing of this system's verifies here")
        return SYSTEMS[system][0](secret, body, headers)
