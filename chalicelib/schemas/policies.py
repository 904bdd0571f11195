"""Policies on the wire."""

from __future__ import annotations

from chalicelib.domain.policies import PolicyDraft


class PublishPolicy(PolicyDraft):
    """A whole policy document; what is left out has the platform's default."""
