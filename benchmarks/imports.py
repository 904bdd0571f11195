"""Section 3: cold starts. Each function's module out of the real package, in a fresh interpreter, as Lambda starts it.

Against it: the very modules from outside `chalicelib` that it ends up with, imported in the same order, and the same
AWS clients made. Both sides read the package's own byte code; each is the fastest of many starts, taken in turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import bundle, packaging
from tests.settings_values import ENVIRONMENT

AIM, LARGEST = 1.10, 60.0  # ratio; MB
COLD_START = Path(__file__).with_name("cold_start.py")


@dataclass(frozen=True)
class Start:
    """Fastest starts in seconds. `clients` are the AWS clients that the function makes while it starts."""

    module: str
    functions: int
    ours: float
    bare: float
    modules: int
    clients: tuple[str, ...]

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


@contextmanager
def unpacked() -> Iterator[tuple[Path, dict[str, int], float]]:
    """The package as Lambda unpacks it; each module that functions are imported from, and how many; its size in MB."""
    made = packaging.package()
    modules: dict[str, int] = {}
    for resource in json.loads(made.template.read_text())["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            module = resource["Properties"]["Handler"].rpartition(".")[0]
            modules[module] = modules.get(module, 0) + 1
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(made.code) as archive:
            archive.extractall(folder)
        yield Path(folder), modules, bundle.unpacked_size(made.code) / 1e6


def measure(package: Path, modules: Mapping[str, int], runs: int, progress: Callable[[str], None]) -> Iterator[Start]:
    for module, functions in modules.items():
        progress(f"cold start of {module}")
        known = _start(package, {"module": module})
        bare = {"names": known["outside"], "clients": known["clients"]}
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(_start(package, {"module": module})["seconds"])
            theirs.append(_start(package, bare)["seconds"])
        yield Start(module, functions, min(ours), min(theirs), len(known["outside"]), tuple(known["clients"]))


def _start(package: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """One fresh interpreter that sees the standard library and the package, and nothing else."""
    environment = {
        **ENVIRONMENT,
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "cold",
        "AWS_SECRET_ACCESS_KEY": "cold",
        "PATH": os.environ.get("PATH", ""),
    }
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-B", str(COLD_START), str(package), json.dumps(asked)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"a cold start failed: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


HEAD = ("imported from the package", "functions", "start ms", "bare ms", "ratio", "modules", "clients", "aim")


def row(start: Start) -> tuple[str, ...]:
    return (
        start.module,
        str(start.functions),
        f"{start.ours * 1000:.0f}",
        f"{start.bare * 1000:.0f}",
        f"{start.ratio:.2f}",
        str(start.modules),
        ", ".join(start.clients),
        "met" if start.ratio <= AIM else f"missed (≤ {AIM})",
    )
