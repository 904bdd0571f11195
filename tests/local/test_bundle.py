from __future__ import annotations

import importlib.util
import marshal
import zipfile
from pathlib import Path

import pytest

from local import bundle


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "chalicelib/domain/money.py",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "botocore/data/endpoints.json",
        "botocore/cacert.pem",
        "python_ulid-4.1.0.dist-info/METADATA",  # ulid asks for its own version
        "pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_runs_is_kept(name: str) -> None:
    assert bundle.wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "jmespath/README.rst",
        "pydantic/main.pyi",
        "chalicelib/__pycache__/errors.cpython-311.pyc",
        "jmespath-1.1.0.dist-info/RECORD",
        "bin/jp.py",
        "setuptools/command/build.py",
    ],
)
def test_what_never_runs_is_left_out(name: str) -> None:
    assert not bundle.wanted(name)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    archive = tmp_path / "chalice.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("app.py", "ANSWER = 42\n")
        made.writestr("shared.py", "FROM = 'ours'\n")
    return archive


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    archive = tmp_path / "requirements.zip"
    with zipfile.ZipFile(archive, "w") as made:
        bundle.add(made, "library.py", b"NAME = 'library'\n", tmp_path / "cache")
    return archive


def built(ours: Path, requirements: Path, target: Path) -> zipfile.ZipFile:
    bundle.rebuild(ours, requirements, target, target.parent / "cache")
    return zipfile.ZipFile(target)


def test_our_code_and_the_requirements_are_one_zip(ours: Path, requirements: Path, tmp_path: Path) -> None:
    with built(ours, requirements, tmp_path / "out.zip") as archive:
        assert {"app.py", "shared.py", "library.py"} == {name for name in archive.namelist() if name.endswith(".py")}


def test_a_traceback_names_the_file_where_lambda_has_it(ours: Path, requirements: Path, tmp_path: Path) -> None:
    with built(ours, requirements, tmp_path / "out.zip") as archive:
        code = marshal.loads(archive.read(importlib.util.cache_from_source("app.py"))[16:])
    assert code.co_filename == "/var/task/app.py"


def test_the_same_inputs_give_the_same_bytes(ours: Path, requirements: Path, tmp_path: Path) -> None:
    for name in ("first.zip", "second.zip"):
        built(ours, requirements, tmp_path / name).close()
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_only_what_changed_is_compiled_again(tmp_path: Path) -> None:
    first = bundle.byte_code("app.py", b"ANSWER = 42\n", tmp_path)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(b"kept: " + first)
    assert b"kept: " + first == bundle.byte_code("app.py", b"ANSWER = 42\n", tmp_path)
    assert first != bundle.byte_code("app.py", b"ANSWER = 43\n", tmp_path)
