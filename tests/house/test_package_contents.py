"""The zip that all functions share: small, with byte code, and enough by itself."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local import bundle
from local.packaging import Package

LIMIT = 60_000_000  # bytes, unzipped
UNCHECKED_HASH = 0b01  # of a .pyc's flags: never compared with its source


@pytest.fixture(scope="module")
def names(package: Package) -> set[str]:
    with zipfile.ZipFile(package.code) as opened:
        return set(opened.namelist())


def test_it_stays_small(package: Package) -> None:
    assert bundle.unpacked_size(package.code) <= LIMIT


def test_every_module_is_compiled_for_ever(package: Package, names: set[str]) -> None:
    with zipfile.ZipFile(package.code) as opened:
        for name in names:
            if name.endswith(".py"):
                folder, _, file = name.rpartition("/")
                tag = sys.implementation.cache_tag
                compiled = "/".join(filter(None, (folder, "__pycache__", f"{file[:-3]}.{tag}.pyc")))
                assert opened.read(compiled)[4] == UNCHECKED_HASH, name


def test_nothing_of_ours_ships_but_the_app_and_its_library(names: set[str]) -> None:
    assert not [name for name in names if name.startswith(("local/", "tests/", "infra/", "benchmarks/", "docs/"))]


def test_botocore_knows_only_the_services_that_are_called(names: set[str]) -> None:
    known = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 3}
    assert set(bundle.SERVICES) == known


def test_every_handler_is_found_with_nothing_but_the_zip(
    package: Package, functions: Mapping[str, Any], tmp_path: Path
) -> None:
    """In an interpreter without any installed package, as on Lambda's bare runtime."""
    with zipfile.ZipFile(package.code) as opened:
        opened.extractall(tmp_path)
    handlers = sorted(properties["Handler"] for properties in functions.values())
    script = (
        "import importlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "for handler in sys.argv[2:]:\n"
        "    module, _, name = handler.rpartition('.')\n"
        "    assert callable(getattr(importlib.import_module(module), name)), handler\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(tmp_path), *handlers], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
