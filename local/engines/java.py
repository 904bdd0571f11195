"""The Java that the engines run on."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from local.engines.errors import EngineUnavailable

OLDEST = 17
MISSING = f"Java {OLDEST} or newer is missing: install a JDK and put `java` on the PATH, or set JAVA_HOME"


@cache
def java() -> str:
    """The `java` of JAVA_HOME or of the PATH. Raises EngineUnavailable when there is none, or one too old."""
    home = os.environ.get("JAVA_HOME")
    command = shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")
    if command is None:
        raise EngineUnavailable(MISSING)
    said = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST:
        raise EngineUnavailable(f"{MISSING} (found: {said.strip().splitlines()[:1] or command})")
    return command


def has_compiler() -> bool:
    """Whether that Java is a JDK, which can run a source file, or only a runtime."""
    return Path(java()).resolve().with_name("javac").exists()
