"""`python -m operations [--stage STAGE] <verb> …`. Status 0: done; 1: refused or unreachable; 2: something is left."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, datetime

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Fault
from local.api import Unexpected
from operations import cases, due, freezes, holidays, places, queues, reconciliations, refunds, searches, sweeper
from operations.errors import OperationsError
from operations.places import Place
from operations.printing import say


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("needs its offset: 2026-10-09T10:00:00+08:00, or Z for UTC")
    return at


def parser() -> argparse.ArgumentParser:
    """The verbs; docs/operations/handbook.md has an example of each."""
    whole = argparse.ArgumentParser(prog="python -m operations", description="The operator's commands.")
    whole.add_argument("--stage", default="local", help="which deployment; `local` is the stack of `make run`")
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    case = verbs.add_parser("case", help="the whole story of a case")
    case.add_argument("case_id")
    late = verbs.add_parser("due", help="what waits for the platform's people")
    late.add_argument("--overdue", action="store_true", help="only what is late, and what got stuck")
    holiday = verbs.add_parser("holiday", help="moves every deadline of a day; shows them first")
    holiday.add_argument("day", type=date.fromisoformat, metavar="DATE")
    holiday.add_argument("--to", type=_instant, required=True, metavar="INSTANT", help="with its offset")
    holiday.add_argument("--zone", default="Asia/Shanghai", help="whose day it is")
    holiday.add_argument("--merchant", metavar="ID", help="only this shop's cases")
    holiday.add_argument("--reason", default="public holiday", help="stands on every timeline")
    holiday.add_argument("--go", action="store_true", help="really move them")
    dead = verbs.add_parser("dead", help="what lies in a dead-letter queue")
    dead.add_argument("queue", choices=[*queues.QUEUES, *queues.READERS])
    dead.add_argument("--replay", action="store_true", help="put all of it back into the queue")
    redo = verbs.add_parser("redo", help="carries a parked case or a failed or unknown refund on")
    redo.add_argument("case_id")
    redo.add_argument("--action", choices=list(refunds.FITS), default="retry")
    redo.add_argument("--refund", metavar="NUMBER", help="which one, when there are several")
    redo.add_argument("--note", required=True, help="why; it stands on the timeline")
    freeze = verbs.add_parser("freeze", help="the platform decides in a shop's place, and the shop changes nothing")
    freeze.add_argument("merchant_id", metavar="MERCHANT")
    freeze.add_argument("--reason", required=True, help="why; kept with the shop, shown to the platform's people")
    unfreeze = verbs.add_parser("unfreeze", help="lets a frozen shop go")
    unfreeze.add_argument("merchant_id", metavar="MERCHANT")
    unfreeze.add_argument("--reason", required=True, help="why; kept like the other")
    verbs.add_parser("unknown", help="refunds of which nobody knows whether they were paid")
    verbs.add_parser("reindex", help="makes the search index anew, while people search and write")
    bill = verbs.add_parser("reconcile", help="a day against the provider's bill, and the ways back from it")
    bill.add_argument("day", type=date.fromisoformat, metavar="DAY")
    bill.add_argument("--show", action="store_true", help="only what stands, without running it again")
    bill.add_argument(
        "--record", action="store_true", help="record what the bill says and we do not know; pays nothing"
    )
    verbs.add_parser("sweep", help="the sweeper's next minute, now")
    return whole


def perform(place: Place, asked: argparse.Namespace) -> int:
    """Does what was asked, and answers the exit status."""
    match asked.verb:
        case "case":
            cases.show(place, asked.case_id)
        case "due":
            due.show(place, overdue=asked.overdue)
        case "holiday":
            day = holidays.Holiday(asked.day, asked.to, asked.zone, asked.reason, asked.merchant)
            return 2 if holidays.move(place, day, go=asked.go) and asked.go else 0
        case "dead" if asked.replay:
            queues.replay(place, asked.queue)
        case "dead":
            queues.show(place, asked.queue)
        case "redo":
            refunds.redo(place, asked.case_id, asked.action, asked.refund, asked.note)
        case "freeze" | "unfreeze":
            freezes.turn(place, asked.merchant_id, asked.reason, frozen=asked.verb == "freeze")
        case "unknown":
            refunds.unknown(place)
        case "reindex":
            searches.reindex(place)
        case "reconcile":
            return 2 if reconciliations.reconcile(place, asked.day, record=asked.record, run=not asked.show) else 0
        case "sweep":
            sweeper.sweep(place)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    try:
        return perform(places.find(asked.stage), asked)
    except (OperationsError, Unexpected, Fault) as error:
        say(str(error))
    except (BotoCoreError, ClientError) as error:
        say(f"AWS: {error}")  # no credentials, no region, or a right that is missing: it names which
    except urllib3.exceptions.HTTPError as error:
        say(f"the API of the stage {asked.stage} does not answer: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
