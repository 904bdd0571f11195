"""Hypothesis tries the same examples every time: a red build means a change, not luck, and nothing is kept on disk."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")
