"""The Logistics port: each command goes to the system that it names, if that can carry it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

from chalicelib.adapters.logistics.aftership import AfterShip
from chalicelib.adapters.logistics.kuaidi100 import Kuaidi100
from chalicelib.adapters.logistics.seventeen_track import SeventeenTrack
from chalicelib.adapters.logistics.standard import StandardCarrier
from chalicelib.domain.logistics import CAN
from chalicelib.errors import Fault
from chalicelib.ports import CarrierAnswer

if TYPE_CHECKING:
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.domain.carriers import System
    from chalicelib.domain.logistics import CarrierCommand


class _Carrier(Protocol):
    def carry_out(self, command: CarrierCommand) -> CarrierAnswer: ...
    def find(self, command: CarrierCommand) -> CarrierAnswer: ...


class CarrierSystems:
    """`url` is where the standard protocol is spoken. The secret holds how each system knows us, by its name."""

    def __init__(self, url: str, secret: Secrets) -> None:
        self._secret = secret
        self._systems: Mapping[System, _Carrier] = {
            "standard": StandardCarrier(partial(self._known, "standard"), url),
            "kuaidi100": Kuaidi100(partial(self._known, "kuaidi100")),
            "aftership": AfterShip(partial(self._known, "aftership")),
            "seventeen_track": SeventeenTrack(partial(self._known, "seventeen_track")),
        }

    def carry_out(self, command: CarrierCommand) -> CarrierAnswer:
        if command.kind not in CAN[command.system]:
            return CarrierAnswer("failed", "not_possible_there")
        return self._asked(command, lambda system: system.carry_out(command))

    def find(self, command: CarrierCommand) -> CarrierAnswer:
        return self._asked(command, lambda system: system.find(command))

    def _asked(self, command: CarrierCommand, ask: Callable[[_Carrier], CarrierAnswer]) -> CarrierAnswer:
        """A key that seems to be refused is looked up once more, because it may have been rotated."""
        answer = ask(self._systems[command.system])
        refused = answer.outcome == "unknown" and answer.reason in ("HTTP 401", "HTTP 403")
        if refused and self._secret.refused():
            return ask(self._systems[command.system])
        return answer

    def _known(self, system: System) -> Mapping[str, str]:
        ours = self._secret.read().get(system)
        if not isinstance(ours, dict):
            raise Fault(f"the secret of the carriers has nothing for {system}")
        return ours
