"""`make package`: Chalice's package under our overlay, with byte code in it and only what runs.

Answers `build/package/template.json` and `build/package/deployment.zip`, one package for every stage: what differs
between stages are parameters. Nothing is done twice: the package carries the hash of what it was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from local import bundle, dependencies, templates

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("app.py", "chalicelib", "vendor", "requirements.txt", ".chalice", "infra/app", "state_machines")
OURSELVES = ("packaging.py", "bundle.py", "dependencies.py", "templates.py")
# What tools leave beside sources is no source.
LEFT_BY_TOOLS = re.compile(r"(^|/)(__pycache__|\.mypy_cache|\.ruff_cache|deployments|deployed)/|\.pyc$")


class Package(NamedTuple):
    """A finished package: the template, and the zip that all its functions share."""

    template: Path
    code: Path

    @property
    def version(self) -> str:
        """The hash of the zip: its name in the artifact bucket, so that the same code is one object."""
        return hashlib.sha256(self.code.read_bytes()).hexdigest()[:32]


def package(root: Path = ROOT, folder: Path | None = None) -> Package:
    """Makes the package, or finds that nothing changed since it was made. One at a time: others wait for it."""
    folder = folder or root / "build" / "package"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _package(root, folder)


def _package(root: Path, folder: Path) -> Package:
    made = Package(folder / "template.json", folder / "deployment.zip")
    stamp, wanted = folder / "stamp", fingerprint(root)
    if stamp.exists() and stamp.read_text() == wanted and all(file.exists() for file in made):
        return made
    stamp.unlink(missing_ok=True)
    raw = folder / "chalice"
    shutil.rmtree(raw, ignore_errors=True)
    project, out = raw / "project", raw / "out"
    _stage(root, project)
    overlay = raw / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(templates.join(root / "infra" / "app")))
    _chalice(project, overlay, out)
    template = templates.read(out / "sam.yaml")
    inline_definitions(template, root)
    made.template.write_text(json.dumps(template, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    cache = root / "build" / "bytecode"
    requirements = dependencies.packed(root / "requirements.txt", root / "build" / "dependencies", cache)
    bundle.rebuild(out / "deployment.zip", requirements, made.code, cache)
    shutil.rmtree(raw)
    stamp.write_text(wanted)
    return made


def _stage(root: Path, project: Path) -> None:
    """A copy of what Chalice packages, without the requirements: those are packed once (dependencies.py)."""
    for file in _sources(root):
        inside = file.relative_to(root)
        if inside.parts[0] in {"app.py", "chalicelib", "vendor", ".chalice"}:
            copied = project / inside
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)
    (project / "requirements.txt").touch()


def _chalice(project: Path, overlay: Path, out: Path) -> None:
    # Chalice asks for a region although nothing of the package depends on it.
    environment = {**os.environ, "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}
    arguments = ["--stage", "aftersales", "--template-format", "yaml", "--merge-template", str(overlay), str(out)]
    chalice = Path(sys.executable).with_name("chalice")
    done = subprocess.run(
        [chalice, "package", *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"chalice package failed:\n{done.stdout}{done.stderr}")


def inline_definitions(template: templates.Template, root: Path) -> None:
    """Puts the text of each state machine in place of its path: one template, nothing beside it to lose."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            properties = resource["Properties"]
            definition = json.loads((root / properties.pop("DefinitionS3Location")).read_text())
            properties["DefinitionString"] = json.dumps(definition, separators=(",", ":"), ensure_ascii=False)


def fingerprint(root: Path) -> str:
    """The hash of everything the package is made from, this code and the interpreter's version included."""
    digest = hashlib.sha256(sys.version.encode())
    here = Path(__file__).parent
    for file in [*_sources(root), *(here / name for name in OURSELVES)]:
        digest.update(str(file.relative_to(root) if file.is_relative_to(root) else file.name).encode())
        digest.update(b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = root / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            inside = file.relative_to(root).as_posix()
            if file.is_file() and not LEFT_BY_TOOLS.search(inside):
                yield file


def main() -> int:
    made = package()
    size = bundle.unpacked_size(made.code) / 1e6
    print(f"{made.template.relative_to(ROOT)}  {made.code.relative_to(ROOT)}  {size:.1f} MB unzipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
