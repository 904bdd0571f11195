"""Live: whoever may see a case hears what is told of it, in sequence, over a WebSocket.

What is promised to a client, and why it holds when anything fails, is in docs/decisions/0044-what-live-promises.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from chalicelib.domain import refs
from chalicelib.domain.cases import Case
from chalicelib.domain.connections import (
    LONGEST,
    MOST_CASES,
    Connection,
    Subscription,
    Ticket,
    digest,
    too_many,
)
from chalicelib.domain.entries import Entry
from chalicelib.errors import (
    AftersalesError,
    BodyTooLarge,
    CaseNotFound,
    Fault,
    FieldError,
    Forbidden,
    InvalidRequest,
    TransientFault,
    Unauthorized,
)
from chalicelib.usecases.access import see_case
from chalicelib.usecases.invalid import invalid_request
from chalicelib.usecases.steps import Reply

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.domain.actors import Actor
    from chalicelib.ports import Ports
    from chalicelib.schemas.live import Subscribe

AT_ONCE = 100  # entries of one read


def issue(ports: Ports, actor: Actor) -> Reply:
    """A ticket that opens one connection for this actor."""
    from chalicelib.schemas.live import TicketView

    secret = ports.ids.secret()
    ticket = Ticket.of(secret, actor, ports.clock.now())
    ports.connections.issue(ticket)
    view = TicketView(ticket=secret, url=ports.live.url, expires_at=ticket.expires_at)
    return Reply(201, view)


def admit(ports: Ports, connection_id: str, origin: str | None, secret: str | None) -> None:
    """Opens a connection for whom its ticket was issued to. Raises Forbidden (origin), Unauthorized (ticket).

    Who has too many keeps the newest: a device that lost its connection could not come back otherwise.
    """
    if not ports.live.welcomes(origin):
        raise Forbidden("this origin may not connect")
    now = ports.clock.now()
    actor = ports.connections.redeem(digest(secret), connection_id, now) if secret else None
    if actor is None:
        raise Unauthorized("the ticket is unknown, used or over")
    ports.connections.open(Connection(connection_id=connection_id, actor=actor, opened_at=now))
    for old in too_many(ports.connections.of_actor(actor.key), connection_id):
        _dismiss(ports, old.connection_id, Forbidden("you opened too many connections: the oldest ends"))


def leave(ports: Ports, connection_id: str) -> None:
    """Forgets a connection that is gone, and all that it followed."""
    connection = ports.connections.find(connection_id)
    if connection is not None:
        ports.connections.forget(connection)


def heed(ports: Ports, connection_id: str, message: str | None) -> None:
    """Does what a client asks, and says so; whatever is wrong is said as well. `message` None: it was no text.

    Raises TransientFault when nothing could be said, and a Fault after it was.
    """
    connection = ports.connections.find(connection_id)
    if connection is None or connection.expires_at <= ports.clock.now():
        _dismiss(ports, connection_id, Unauthorized("this connection is not known any more: open another"))
        return
    asked: dict[str, Any] = {}
    try:
        asked.update(_document(message))
        _obey(ports, connection, asked)
    except AftersalesError as error:
        from chalicelib.schemas.live import refused

        _say(ports, connection_id, refused(error, asked))
        if isinstance(error, Fault) and not isinstance(error, TransientFault):
            raise


def tell(ports: Ports, case_id: str) -> None:
    """Brings everybody who follows the case up to date. Raises TransientFault when somebody could not be told."""
    now = ports.clock.now()
    followers = [each for each in ports.connections.followers(case_id) if each.expires_at > now]
    if not followers:
        return
    case = _case(ports, case_id)
    entries = _entries(ports, case, min(each.sent for each in followers))
    failed: TransientFault | None = None
    for subscription in followers:
        try:
            _catch_up(ports, subscription, case, entries)
        except TransientFault as error:  # the others need not wait for this one
            failed = error
    if failed is not None:
        raise failed


def _document(message: str | None) -> Mapping[str, Any]:
    if message is None:
        raise InvalidRequest("send text, not bytes")
    if len(message.encode(errors="replace")) > LONGEST:
        raise BodyTooLarge(f"at most {LONGEST} bytes", maximum=LONGEST)
    try:
        document = json.loads(message)
        json.dumps(document, ensure_ascii=False).encode()  # half a character could not be answered
    except (ValueError, RecursionError):
        raise InvalidRequest("the message is not JSON in Unicode") from None
    if not isinstance(document, dict):
        raise InvalidRequest("the message is not a JSON object")
    return document


def _obey(ports: Ports, connection: Connection, asked: Mapping[str, Any]) -> None:
    # Imported here: who comes and goes needs no shapes.
    from chalicelib.schemas import live as shapes

    try:
        wish = shapes.WISHES.validate_python(asked)
    except ValidationError as error:
        raise invalid_request(error) from None
    match wish:
        case shapes.Subscribe():
            _subscribe(ports, connection, wish)
        case shapes.Unsubscribe():
            ports.connections.unfollow(connection.connection_id, wish.case_id)
            _say(ports, connection.connection_id, shapes.Unsubscribed(id=wish.id, case_id=wish.case_id))
        case shapes.Ping():
            _say(ports, connection.connection_id, shapes.Pong(id=wish.id))


def _subscribe(ports: Ports, connection: Connection, wish: Subscribe) -> None:
    """The subscription is written before the case is read: an entry is either seen here, or its event sees us."""
    from chalicelib.schemas.live import Standing, Subscribed

    seen = see_case(connection.actor, _find(ports, wish.case_id))
    if wish.after > seen.sequence:
        limits = {"maximum": seen.sequence}
        wrong = FieldError("after", f"the case has told {seen.sequence} entries so far", limits)
        raise InvalidRequest(f"{wrong.field}: {wrong.message}", errors=[wrong])
    if wish.case_id not in connection.cases and len(connection.cases) >= MOST_CASES:
        wrong = FieldError("case_id", f"a connection follows at most {MOST_CASES} cases", {"maximum": MOST_CASES})
        raise InvalidRequest(f"{wrong.field}: {wrong.message}", errors=[wrong])
    subscription = Subscription(
        case_id=wish.case_id,
        connection_id=connection.connection_id,
        actor=connection.actor,
        since=ports.ids.new("sub"),
        sent=wish.after,
        expires_at=connection.expires_at,
    )
    ports.connections.follow(subscription)
    case = _case(ports, wish.case_id)
    told = Subscribed(id=wish.id, case_id=wish.case_id, after=wish.after, case=Standing.of(case))
    if _say(ports, connection.connection_id, told):
        _catch_up(ports, subscription, case, _entries(ports, case, wish.after))


def _catch_up(ports: Ports, subscription: Subscription, case: Case, entries: Sequence[Entry]) -> None:
    """Posts what the subscription was not sent yet, one after another, and notes how far it came.

    Each is posted after the one before it was taken, and noted after it was posted. So whoever else does the same at
    the same time, and wherever this ends, nothing is ever sent before what comes before it, and nothing is left out.
    """
    from chalicelib.schemas.live import Standing, told

    try:
        see_case(subscription.actor, case)
    except CaseNotFound:
        ports.connections.unfollow(subscription.connection_id, subscription.case_id)
        return
    standing, sent = Standing.of(case), subscription.sent
    failed: TransientFault | None = None
    for entry in entries:
        if entry.sequence <= subscription.sent:
            continue
        try:
            is_there = _say(ports, subscription.connection_id, told(entry, subscription.actor, standing))
        except TransientFault as error:  # perhaps it came through: it is sent again before anything that follows
            failed = error
            break
        if not is_there:
            ports.connections.unfollow(subscription.connection_id, subscription.case_id)
            return
        sent = entry.sequence
    if sent > subscription.sent:
        ports.connections.advance(subscription, sent)
    if failed is not None:
        raise failed


def _entries(ports: Ports, case: Case, after: int) -> list[Entry]:
    """Those above `after`, as far as the case had come when it was read: its standing fits the last of them."""
    wanted = [refs.entry(case.case_id, sequence) for sequence in range(after + 1, case.sequence + 1)]
    found: list[Entry] = []
    for start in range(0, len(wanted), AT_ONCE):
        chunk = wanted[start : start + AT_ONCE]
        loaded = ports.records.load(chunk)
        for ref in chunk:
            entry = loaded.get(ref)
            if not isinstance(entry, Entry):
                raise Fault(f"entry {ref.parts[1]} of {case.case_id} is not there")
            found.append(entry)
    return found


def _find(ports: Ports, case_id: str) -> Case | None:
    ref = refs.case(case_id)
    case = ports.records.load([ref]).get(ref)
    return case if isinstance(case, Case) else None


def _case(ports: Ports, case_id: str) -> Case:
    case = _find(ports, case_id)
    if case is None:
        raise CaseNotFound("there is no such case")
    return case


def _say(ports: Ports, connection_id: str, message: BaseModel) -> bool:
    """False when nobody is there any more; then all of the connection is forgotten."""
    if ports.live.post(connection_id, message.model_dump_json()):
        return True
    leave(ports, connection_id)
    return False


def _dismiss(ports: Ports, connection_id: str, because: AftersalesError) -> None:
    """Ends a connection, not without a word."""
    from chalicelib.schemas.live import refused

    leave(ports, connection_id)
    if ports.live.post(connection_id, refused(because, closing=True).model_dump_json()):
        ports.live.close(connection_id)
