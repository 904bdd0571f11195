"""Disputes on the wire: what parties and the platform say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from chalicelib.domain.disputes import Party
from chalicelib.domain.disputes import Words as Said
from chalicelib.domain.values import Value, YesNo
from chalicelib.schemas.cases import Words


class MakeStatement(Value):
    """A party's side of it; an agent writes down what a carrier said."""

    text: Said
    party: Party | None = None


class FinishDispute(Value):
    """Nothing to add, or, after a ruling, nothing against it."""

    note: Words | None = None


class AppealRuling(Value):
    """Why the ruling should be another. There is one appeal."""

    reason: Said


class AnswerInquiry(Value):
    """What was found of goods said to be fake or dangerous. `stop_sale` and `batch` are about dangerous ones."""

    finding: Literal["confirmed", "not_confirmed"]
    reason: Said
    stop_sale: YesNo = True
    batch: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
