"""The table's stream, read a second time: what is written of cases goes into the search index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib import entry
from chalicelib.usecases import searches as usecase

if TYPE_CHECKING:
    from chalicelib.ports import Ports
    from chalicelib.schemas.messages import Change

searches = Blueprint(__name__)


@searches.lambda_function(name="on_case_written")
@entry.stream
def on_case_written(ports: Ports, changes: Sequence[Change]) -> Any:
    return usecase.project(ports, changes)
