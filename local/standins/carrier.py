"""The carriers' stand-in, as a process or inside a test.

    python -m local.standins.carrier --port 9703 --push http://127.0.0.1:4566/…/logistics/callbacks \\
        --api-key-env CARRIER_API_KEY --signing-env CARRIER_SIGNING

prints `carrier ready at <url>` once it answers. It takes commands, sends couriers, moves parcels by a journey or by
hand, and pushes what happens in the words of whichever system it is told to be (`standard`, `kuaidi100`, `aftership`,
`seventeen_track`), signed as that system signs.

    POST /commands · GET /commands/{command_no} · POST /script · GET /book · GET /health (the only one without a key)
"""

import argparse
import hmac
import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from local.standins import carrier_formats
from local.standins.carrier_desk import Desk, Due
from local.standins.payment_answers import Answer, NoAnswer
from local.standins.postman import Letter, Postman
from local.standins.process import stop_asked
from local.standins.web import Reply, Request, WebServer

LOOK = 0.05  # seconds between two looks at the clock
NOT_FOUND = Reply(404, {"code": "no_such_route"})


class CarrierStandIn:
    """Carriers behind HTTP. Without `push` they tell nobody anything: what is due waits at the desk.

    `signing` holds what each system signs with, by its name.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        api_key: str,
        signing: Mapping[str, str] | None = None,
        push: str | None = None,
        port: int = 0,
    ) -> None:
        if not api_key:
            raise ValueError("the API key is empty")
        self.desk = desk
        self._expected = f"Bearer {api_key}".encode()
        self._pusher = Pusher(desk, push, signing or {}) if push else None
        self._server = WebServer(self._answer, port)
        self.url = self._server.url

    def _answer(self, request: Request) -> Reply:
        if request.path == "/health":
            return Reply(200, {"status": "ready"})
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._expected):
            return Reply(401, {"code": "unauthorized"})
        try:
            return self._route(request)
        except NoAnswer as silence:
            return Reply(0, seconds=silence.seconds, lost=True)
        except ValueError as error:
            return Reply(400, {"code": "invalid", "errors": [str(error)]})

    def _route(self, request: Request) -> Reply:
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["commands"]:
                return _reply(self.desk.carry_out(request.json()))
            case "GET", ["commands", number]:
                return _reply(self.desk.find(number))
            case "POST", ["script"]:
                return _reply(self.desk.script(request.json()))
            case "GET", ["book"]:
                return Reply(200, self._book())
        return NOT_FOUND

    def _book(self) -> dict[str, Any]:
        """Commands by number, with their kind and answer (no addresses), and parcels with their scans."""
        return {
            "commands": {
                number: {"kind": asked["kind"], **self.desk.answers[number].body}
                for number, asked in self.desk.commands.items()
            },
            "parcels": {
                parcel.waybill_no: {"carrier": parcel.carrier, "scans": [one.code for one in parcel.events]}
                for parcel in self.desk.parcels.values()
            },
            "waiting": len(self.desk.due()),
        }

    def stop(self) -> None:
        self._server.stop()
        if self._pusher:
            self._pusher.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


class Pusher:
    """Takes what is due to the system's callback address, again and again until somebody has said 2xx."""

    def __init__(self, desk: Desk, url: str, signing: Mapping[str, str]) -> None:
        self._desk, self._url, self._signing = desk, url.rstrip("/"), signing
        self._postman = Postman(again=lambda status: not 200 <= status < 300, threads=2)
        self._under_way: set[int] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._postman.stop()

    def _work(self) -> None:
        while not self._stopped.wait(LOOK):
            for due in self._desk.due():
                if due.number not in self._under_way:
                    self._under_way.add(due.number)
                    self._postman.post(self._letter(due))

    def _letter(self, due: Due) -> Letter:
        def write() -> tuple[Mapping[str, str], str]:
            made = written(due, self._signing[due.system], datetime.now(UTC))
            return made.headers, made.body.decode()

        def told(status: int) -> None:
            if 200 <= status < 300:
                self._desk.delivered(due)

        return Letter(f"{self._url}/{due.system}", write, told)


def written(due: Due, secret: str, at: datetime) -> carrier_formats.Push:
    """The push of what is due, in its system's words."""
    if due.parcel is None:
        return carrier_formats.standard(secret, due.document, f"msg_command_{due.number}", at)
    parcel = due.parcel
    return carrier_formats.push(due.system, secret, parcel.carrier, parcel.waybill_no, parcel.events, at)


def _reply(answer: Answer) -> Reply:
    return Reply(answer.status, answer.body, answer.seconds)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m local.standins.carrier", description="Carriers.")
    options.add_argument("--port", type=int, default=0, help="0: any free one")
    options.add_argument("--push", metavar="URL", help="the callbacks' address; without it, nothing is pushed")
    options.add_argument("--api-key-env", metavar="NAME", required=True)
    options.add_argument("--signing-env", metavar="NAME", help="JSON: what each system signs with; needed with --push")
    options.add_argument("--step", type=float, help="seconds between two scans of a journey; without it, only by hand")
    options.add_argument("--journey", default="arrives", help="how parcels travel")
    given = options.parse_args()
    if given.push and not given.signing_env:
        options.error("--push needs --signing-env")
    return given


def main() -> None:
    given, asked = _options(), stop_asked()
    signing = json.loads(os.environ[given.signing_env]) if given.signing_env else {}
    desk = Desk(step=given.step, journey=given.journey)
    with CarrierStandIn(
        desk, api_key=os.environ[given.api_key_env], signing=signing, push=given.push, port=given.port
    ) as standin:
        print(f"carrier ready at {standin.url}", flush=True)
        asked.wait()


if __name__ == "__main__":
    main()
