"""Policies on the wire."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.policies import Policy, PolicyDraft
from chalicelib.domain.values import Value


class PublishPolicy(PolicyDraft):
    """A whole policy document; what is left out has the platform's default."""


class PolicyView(Value):
    policy: dict[str, Any]

    @staticmethod
    def body(policy: Policy) -> dict[str, Any]:
        return policy.model_dump(mode="json")
