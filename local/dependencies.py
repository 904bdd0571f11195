"""The requirements as Lambda runs them: Linux wheels, cut and compiled, in one zip per set of pins.

Chalice would fetch and unpack them again at every package. They change with requirements.txt only, so here they are
made once, and Chalice packages our code.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from local import bundle

# Lambda's Python 3.11 runs on Amazon Linux 2: nothing built for a newer C library than 2.26 loads there.
PLATFORMS = ("manylinux_2_26_x86_64", "manylinux_2_24_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")


def packed(requirements: Path, folder: Path, cache: Path) -> Path:
    """The zip of these requirements; fetched the first time, kept in `folder` by the hash of their pins."""
    made_of = [requirements, Path(bundle.__file__), Path(__file__)]
    digest = hashlib.sha256(sys.version.encode() + b"".join(file.read_bytes() for file in made_of)).hexdigest()
    kept = folder / f"{digest[:32]}.zip"
    if kept.exists():
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        installed, fresh = Path(scratch) / "installed", Path(scratch) / "fresh.zip"
        _install(requirements, installed)
        with zipfile.ZipFile(fresh, "w") as archive:
            for file in sorted(path for path in installed.rglob("*") if path.is_file()):
                bundle.add(archive, file.relative_to(installed).as_posix(), file.read_bytes(), cache)
        fresh.rename(kept)
    return kept


def _install(requirements: Path, target: Path) -> None:
    platforms = [part for platform in PLATFORMS for part in ("--platform", platform)]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    wheels = ["--only-binary=:all:", *platforms, "--implementation", "cp", "--python-version", version]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            *wheels,
            "-t",
            str(target),
            "-r",
            requirements,
        ],
        check=True,
    )
