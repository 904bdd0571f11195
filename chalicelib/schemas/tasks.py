"""What Step Functions hands to a task, and what a task answers (docs/architecture.md, flow contract)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chalicelib.domain.gates import GateName
from chalicelib.domain.values import Identifier
from chalicelib.errors import FieldError, InvalidRequest

# Cut and never refused: a case must be parked whatever its error looks like.
Cut = Annotated[str, BeforeValidator(lambda text: str(text)[:2000])]


class Broken(BaseModel):
    """What a Catch kept of an error: the class's name and, as JSON text, its message and trace."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    error: Cut = Field(default="", alias="Error")
    cause: Cut = Field(default="", alias="Cause", repr=False)


class Task(BaseModel):
    """A task's input. Unknown keys are ignored and new ones optional: executions outlive a deployment."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    case_id: Identifier
    attempt: int = Field(default=1, ge=1)
    gate: GateName | None = None
    round: int | None = Field(default=None, ge=1)
    version: int | None = Field(default=None, ge=1)
    token: str | None = Field(default=None, min_length=1, max_length=2048, repr=False)
    fault: Broken | None = None


def read_task(event: Any) -> Task:
    """The task in an event. Raises InvalidRequest that names the fields, never their values."""
    try:
        return Task.model_validate(event)
    except ValidationError as error:
        wrong = [FieldError(".".join(map(str, bad["loc"])) or "input", bad["type"]) for bad in error.errors()]
    raise InvalidRequest(f"not a task's input: {', '.join(bad.field for bad in wrong)}", errors=wrong)


class Occasion(BaseModel):
    """Why a scheduled run runs: the clock (without a day; its event has fields of its own), or an operator for one."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    day: date | None = None


def read_occasion(event: Any) -> Occasion:
    """Raises InvalidRequest for a day that is none."""
    try:
        return Occasion.model_validate(event)
    except ValidationError:
        raise InvalidRequest("not a day", errors=[FieldError("day", "must be YYYY-MM-DD")]) from None
