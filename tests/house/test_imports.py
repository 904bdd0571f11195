"""What a function's container loads while it starts, measured: nothing that the function does not use."""

from __future__ import annotations

import ast
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

import chalicelib.flows
import chalicelib.listeners
from tests.settings_values import ENVIRONMENT

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(
    module.name
    for room in (chalicelib.flows, chalicelib.listeners)
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")
)
HANDLERS = [*FUNCTIONS, "chalicelib.api.authorizer", *(["app"] if (ROOT / "app.py").exists() else [])]

# Each is loaded by one port and by nobody before that port is asked for.
PARTNERS = {
    "opensearchpy", "requests", "jwt", "cryptography", "standardwebhooks", "boto3", "s3transfer",
    "chalicelib.adapters.payments", "chalicelib.adapters.outbound", "chalicelib.adapters.webhooks",
    "chalicelib.adapters.tokens", "chalicelib.adapters.events", "chalicelib.adapters.stepfunctions",
    "chalicelib.adapters.evidence", "chalicelib.adapters.opensearch",
}  # fmt: skip
AWS = {"botocore.client", "urllib3", "http.client", "chalicelib.adapters"}
TOOLS = {"pytest", "moto", "hypothesis", "local", "chalice.cli", "chalice.deploy", "jsonschema"}


PROGRAM = """
import json, os, sys
import {module}
imported = sorted(sys.modules)
from chalicelib import wiring
os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "any"
wiring.warm()
json.dump([imported, sorted(sys.modules)], sys.stdout)
"""


@cache
def loaded(module: str) -> tuple[set[str], set[str]]:
    """The modules that a fresh interpreter holds after importing one, and after warming up as a container does."""
    return ran(PROGRAM.format(module=module))


def ran(program: str) -> tuple[set[str], set[str]]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    aws = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**kept, **aws, **ENVIRONMENT, "SEARCH_ENDPOINT": "https://search.example.com"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert 0 == done.returncode, done.stderr[-2000:]
    imported, warm = json.loads(done.stdout)
    return set(imported), set(warm)


def models() -> list[type[BaseModel]]:
    """Every model of ours."""
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        importlib.import_module(module.name)
    known, found = [BaseModel], set[type[BaseModel]]()
    while known:
        children = known.pop().__subclasses__()
        found.update(child for child in children if child.__module__.startswith("chalicelib."))
        known.extend(children)
    return sorted(found, key=lambda model: (model.__module__, model.__name__))


MODELS = models()


def below(names: set[str], found: set[str]) -> set[str]:
    """Which of the names, or of the modules below them, are among those found."""
    return {module for module in found if any(module == name or module.startswith(f"{name}.") for name in names)}


def test_there_are_functions_to_measure() -> None:
    assert "chalicelib.flows.refund_flow" in FUNCTIONS


@pytest.mark.parametrize("module", HANDLERS)
def test_importing_a_function_loads_no_client_of_anything(module: str) -> None:
    imported, _ = loaded(module)
    assert set() == below(PARTNERS | AWS | TOOLS, imported)


def test_the_container_of_the_api_loads_no_other_function() -> None:
    program = PROGRAM.replace("import {module}", 'os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "api"; import app')
    imported, _ = ran(program)

    assert {"chalicelib.flows", "chalicelib.listeners"}.isdisjoint(imported)


def test_the_container_of_the_api_waits_with_every_use_case_until_a_request_asks_for_it() -> None:
    """All but what every request goes through."""
    program = PROGRAM.replace("import {module}", 'os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "api"; import app')
    shown = 'sorted(name for name, module in sys.modules.items() if type(module).__name__ != "_LazyModule")'
    imported, _ = ran(program.replace("sorted(sys.modules)", shown))

    common = {"chalicelib.usecases", *(f"chalicelib.usecases.{name}" for name in ("steps", "access", "invalid"))}
    assert common >= below({"chalicelib.usecases"}, imported)
    assert {"chalicelib.schemas", "chalicelib.schemas.problems"} >= below({"chalicelib.schemas"}, imported)
    assert set() == below({"chalicelib.domain.orders", "chalicelib.domain.policies"}, imported)


@pytest.mark.parametrize("module", HANDLERS)
def test_every_use_case_that_a_function_names_is_there_when_it_is_asked_for(module: str) -> None:
    """On Lambda nothing says at the start that a module is missing."""
    program = f"""
import json, os, sys
os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "any"
import {module}
for name, module in list(sys.modules.items()):
    if name.startswith("chalicelib."):
        module.__doc__
json.dump([sorted(sys.modules), []], sys.stdout)
"""
    loaded, _ = ran(program)

    assert "chalicelib.lazily" in loaded


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.__module__}.{model.__name__}")
def test_a_model_whose_validator_is_made_at_first_use_can_be_made(model: type[BaseModel]) -> None:
    assert model.model_rebuild(force=True)


@pytest.mark.parametrize("module", HANDLERS)
def test_a_container_that_starts_loads_the_table_and_no_partner(module: str) -> None:
    _, warm = loaded(module)
    assert "chalicelib.adapters.dynamodb" in warm
    assert set() == below(PARTNERS | TOOLS, warm)


def test_the_linter_knows_every_model_that_others_inherit_from() -> None:
    """It would take for a type's import what such a model needs when it is built."""
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["flake8-type-checking"]
    inherited = {
        f"{base.__module__}.{base.__qualname__}"
        for model in MODELS
        for base in model.__mro__[1:]
        if issubclass(base, BaseModel) and base is not BaseModel and "[" not in base.__qualname__
    }

    assert set() == inherited - set(known["runtime-evaluated-base-classes"])


def test_no_package_names_something_as_one_of_its_modules_is_named() -> None:
    """On Lambda whichever of both is loaded later would stand under the name: a function became a module so."""
    for package in (ROOT / "chalicelib").rglob("__init__.py"):
        modules = {file.stem for file in package.parent.glob("*.py")}
        named = {node.name for node in ast.parse(package.read_text("utf-8")).body if hasattr(node, "name")}
        assert not modules & named, f"{package.parent.name}: {modules & named}"
