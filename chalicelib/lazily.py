"""Modules that load when they are first asked for something.

A container carries more than a request needs: the API's all routes, a flow's all tasks, a listener's all that may
ever happen. With this, `from chalicelib.usecases import decisions` costs a name, and `decisions.decide` loads the file
and what it needs; `from chalicelib.usecases.decisions import decide` loads at once. It is the standard library's
`LazyLoader`; here stands for which rooms. Only Lambda's containers use it
(docs/decisions/0052-what-a-cold-start-loads.md).
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

ROOMS = ("chalicelib.usecases.", "chalicelib.schemas.", "chalicelib.domain.")


class _Finder:
    """Finds the modules of these rooms as everybody does, and lets them wait."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(ROOMS):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_rooms_when_asked() -> None:
    """From now on, in this process. What is loaded stays as it is."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
