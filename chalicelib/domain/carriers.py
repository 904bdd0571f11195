"""Who speaks for carriers: the systems whose pushes are read, each in its own shape and signed in its own way."""

from __future__ import annotations

from typing import Literal

System = Literal["standard", "kuaidi100", "aftership", "seventeen_track"]
