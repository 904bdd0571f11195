"""How names of one room read in another, for the tests that hold them together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.packaging import ROOT

CONFIG: Mapping[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text())
FUNCTIONS: Mapping[str, Any] = CONFIG["lambda_functions"]


def resource_of(function: str) -> str:
    """`submit_refund` → `SubmitRefund`, as Chalice names it."""
    if function == "api_handler":
        return "APIHandler"
    return "".join(part.title() for part in function.split("_"))


def of_type(resources: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The properties of all resources of a type."""
    return {name: each.get("Properties", {}) for name, each in resources.items() if each["Type"] == kind}
