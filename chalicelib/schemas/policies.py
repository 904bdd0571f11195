"""Policies on the wire."""

from __future__ import annotations

from chalicelib.domain.policies import PolicyDraft
from chalicelib.domain.values import Value


class PublishPolicy(PolicyDraft):
    """A whole policy document; what is left out has the platform's default."""


class PolicyRef(Value):
    """Which version binds."""

    policy_id: str
    version: int
