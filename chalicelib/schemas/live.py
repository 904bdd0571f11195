"""What goes over the WebSocket, both ways (docs/live.md). Words and shapes are those of the API's views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from chalicelib import errors as e
from chalicelib.domain.base import Instant
from chalicelib.domain.values import Integer, Value
from chalicelib.schemas import names
from chalicelib.schemas.cases import EntryView, NextAction
from chalicelib.schemas.names import Name, name
from chalicelib.schemas.problems import FieldProblem, fields_of, title_of

if TYPE_CHECKING:
    from chalicelib.domain.actors import Actor
    from chalicelib.domain.cases import Case
    from chalicelib.domain.entries import Entry

CaseId = Annotated[str, StringConstraints(pattern=r"^case_[0-9A-Z]{26}$")]
Echo = Annotated[str, StringConstraints(max_length=64)]


class TicketView(Value):
    """Connect to `url` with `?ticket=` and the ticket, once, before `expires_at`."""

    ticket: str
    url: str
    expires_at: Instant


class _Wish(Value):
    id: Echo | None = None  # comes back in the answer


class Subscribe(_Wish):
    """Everything about the case with a sequence above `after`: what is told already, and what will be."""

    action: Literal["subscribe"]
    case_id: CaseId
    after: Annotated[Integer, Field(ge=0, le=999_999)] = 0


class Unsubscribe(_Wish):
    action: Literal["unsubscribe"]
    case_id: CaseId


class Ping(_Wish):
    action: Literal["ping"]


Wish = Subscribe | Unsubscribe | Ping
WISHES: TypeAdapter[Wish] = TypeAdapter(Annotated[Wish, Field(discriminator="action")])


class Standing(Value):
    """Where the case stands after its entry `sequence`."""

    sequence: int
    status: Name
    next_action: NextAction | None

    @staticmethod
    def of(case: Case) -> Standing:
        return Standing(
            sequence=case.sequence,
            status=name(names.STATUSES, case.status),
            next_action=NextAction.of(case.gate) if case.gate else None,
        )


class EntryMessage(EntryView):
    """An entry of the timeline, and where the case stands now."""

    type: Literal["entry"] = "entry"
    case_id: str
    case: Standing


class Passed(Value):
    """An entry that is none of the follower's business: nothing of it but its place, so that nobody waits for it."""

    type: Literal["passed"] = "passed"
    case_id: str
    sequence: int
    case: Standing


def told(entry: Entry, actor: Actor, standing: Standing) -> EntryMessage | Passed:
    """The entry as this follower may see it."""
    seen = entry.as_seen_by(actor)
    if seen is None:
        return Passed(case_id=entry.case_id, sequence=entry.sequence, case=standing)
    return EntryMessage(**dict(EntryView.of(seen)), case_id=entry.case_id, case=standing)


class Subscribed(Value):
    type: Literal["subscribed"] = "subscribed"
    id: str | None
    case_id: str
    after: int
    case: Standing


class Unsubscribed(Value):
    type: Literal["unsubscribed"] = "unsubscribed"
    id: str | None
    case_id: str


class Pong(Value):
    type: Literal["pong"] = "pong"
    id: str | None


class Refused(Value):
    """`not_found`: the case is not there, or somebody else's. `closing`: the connection ends after this message."""

    type: Literal["error", "not_found", "closing"]
    id: str | None
    case_id: str | None
    code: Name
    detail: str
    errors: tuple[FieldProblem, ...]


def refused(error: e.AftersalesError, asked: Mapping[str, Any] | None = None, *, closing: bool = False) -> Refused:
    """The error as a message; `asked` is what was sent, as far as it could be read."""
    kind = type(error) if not isinstance(error, e.TransientFault) else e.TransientFault
    told = asked or {}
    return Refused(
        type="closing" if closing else "not_found" if isinstance(error, e.NotFound) else "error",
        id=_echo(told.get("id"), 64),
        case_id=_echo(told.get("case_id"), 31),
        code=Name(code=kind.__name__, zh=title_of(kind, "zh-CN"), en=title_of(kind, "en")),
        detail="it was logged and will be looked at" if kind is e.Fault else error.detail[:500],
        errors=tuple(FieldProblem(**field) for field in fields_of(error.errors)),
    )


def _echo(value: Any, longest: int) -> str | None:
    return value if isinstance(value, str) and len(value) <= longest else None
