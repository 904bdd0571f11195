"""Where and with what it was measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from local.packaging import ROOT

SHOWN = ("boto3", "botocore", "pydantic", "pydantic-core", "chalice", "aws-lambda-powertools")


def described() -> list[tuple[str, str]]:
    load = os.getloadavg()[0]
    return [
        ("measured", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, at {_commit()}"),
        ("machine", f"{_processor()}, {os.cpu_count()} CPUs, {_memory()}, load {load:.1f} when it began"),
        ("system", f"{platform.system()} {platform.release()}, Python {platform.python_version()}"),
        ("versions", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in SHOWN)),
        ("engines", "DynamoDB Local 2.6.1; MiniStack 1.5.33 (section 4)"),
    ]


def _commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return f"commit {asked.stdout.strip()}" if asked.returncode == 0 else "no commit"


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            return f"{int(line.split()[1]) / 2**20:.0f} GiB"
    return "memory unknown"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []
