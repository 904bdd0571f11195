"""The README's five minutes with curl, word by word."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from local import tour
from local.api import Api
from local.packaging import ROOT
from local.seed import shop as seeded
from local.stack import Stack
from tests.journeys.patience import until


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tour is taken with curl")
def test_the_readme_s_tour_ends_with_the_money(stack: Stack, api: Api) -> None:
    if api.call("GET", "/policies/platform", user="operator-1").status == 404:  # not seeded, as `make run` would
        seeded.prepare(stack, api, uuid4().hex[:12], datetime.now(UTC))
    variables = tour.variables(stack)
    took = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _commands()],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    told = took.stdout if stack.search_url else took.stdout.replace("problem:SearchUnavailable", "")
    assert "urn:aftersales:problem" not in told
    [row] = [row for row in api.listed("/cases", tour.BUYER) if row["order_id"] == variables["ORDER"]]
    until(lambda: api.get(f"/cases/{row['case_id']}", tour.BUYER)["status"]["code"], lambda code: code == "completed")


def _commands() -> str:
    """The tour's block of shell, without the line that finds a stack of `make run`."""
    text = (ROOT / "README.md").read_text()
    block = text.split("## Five minutes with curl")[1].split("```sh\n")[1].split("```")[0]
    first, _, rest = block.partition("\n")
    assert first.startswith('eval "$(.venv/bin/python -m local.tour)"')
    return rest
