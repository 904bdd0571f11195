"""What is inside the zip that Lambda runs: our code and its requirements, cut to what runs, with byte code.

Lambda cannot write byte code, and compiling at every cold start costs more than everything else in it. So it is
compiled in, for the very version that runs it and never compared with its source (there is nobody to edit it there).
"""

from __future__ import annotations

import hashlib
import importlib.util
import py_compile
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

# botocore describes four hundred services in data; these are the ones our adapters call.
SERVICES = ("apigatewaymanagementapi", "dynamodb", "events", "s3", "secretsmanager", "sqs", "stepfunctions", "sts")
DROPPED = re.compile(
    r"""
      ^bin/ | (^|/)__pycache__/ | (^|/)tests?/
    | \.(pyi|pyx|pxd|c|h|typed|md|rst)$
    | \.dist-info/(?!METADATA$|entry_points\.txt$)
    | ^(pip|setuptools|wheel|_distutils_hack|pkg_resources)(/|-) | ^distutils-precedence\.pth$
    | ^opensearchpy/_async/(client|plugins)/
    | ^aws_lambda_powertools/event_handler/openapi/swagger_ui/
    """,
    re.VERBOSE,
)
SERVICE_DATA = re.compile(r"^botocore/data/([a-z0-9-]+)/")
EPOCH = (1980, 1, 1, 0, 0, 0)


def wanted(name: str) -> bool:
    """Whether a file of Chalice's zip is of any use when the functions run."""
    service = SERVICE_DATA.match(name)
    return service[1] in SERVICES if service else not DROPPED.search(name)


def rebuild(source: Path, requirements: Path, target: Path, cache: Path) -> None:
    """Writes the zip: the packed requirements and what Chalice made of our code. Same inputs, same bytes."""
    shutil.copyfile(requirements, target)
    with zipfile.ZipFile(source) as ours, zipfile.ZipFile(target, "a") as archive:
        for name in sorted(set(ours.namelist()) - set(archive.namelist())):
            if not name.endswith("/"):
                add(archive, name, ours.read(name), cache)


def add(archive: zipfile.ZipFile, name: str, content: bytes, cache: Path) -> None:
    """Adds a file if it is of any use, without its time, and beside a module its byte code."""
    if not wanted(name):
        return
    _put(archive, name, content)
    if name.endswith(".py"):
        _put(archive, importlib.util.cache_from_source(name), byte_code(name, content, cache))


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = (0o755 if name.endswith(".so") else 0o644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=6)


def byte_code(name: str, source: bytes, cache: Path) -> bytes:
    """The compiled file, kept by the hash of its source: after an edit only what changed is compiled again."""
    kept = cache / hashlib.sha256(f"{importlib.util.MAGIC_NUMBER!r}{name}\0".encode() + source).hexdigest()
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        # In the cache itself: only within one file system a rename is a rename.
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            file, compiled = Path(folder) / "module.py", Path(folder) / "module.pyc"
            file.write_bytes(source)
            # A traceback names the file where Lambda unpacks it.
            py_compile.compile(
                str(file),
                cfile=str(compiled),
                dfile=f"/var/task/{name}",
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            compiled.rename(kept)
    return kept.read_bytes()


def unpacked_size(archive: Path) -> int:
    """Bytes that the package takes once Lambda has unpacked it."""
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())
