"""The house's tests read what is deployed: the packaged template, joined and inlined as CloudFormation gets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from local import packaging, templates
from local.packaging import ROOT, Package
from tests.house.names import of_type


@pytest.fixture(scope="session")
def package() -> Package:
    return packaging.package()


@pytest.fixture(scope="session")
def template(package: Package) -> Mapping[str, Any]:
    return dict(json.loads(package.template.read_text()))


@pytest.fixture(scope="session")
def resources(template: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(template["Resources"])


@pytest.fixture(scope="session")
def functions(resources: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of every Lambda function, by resource."""
    return of_type(resources, "AWS::Serverless::Function")


@pytest.fixture(scope="session")
def data() -> Mapping[str, Any]:
    """The resources of the stack that is kept."""
    return dict(templates.read(ROOT / "infra" / "data.yaml")["Resources"])
