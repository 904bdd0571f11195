"""Makes the two virtual environments: `.venv` for us and `.venvs/ministack` for the local cloud.

Standard library only, because this runs before anything is installed. An environment carries a stamp, the hash of the
requirements it was made from, so that making it again costs nothing until a pin changes.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
ENVIRONMENTS = {
    ".venv": ("requirements.txt", "requirements-dev.txt"),
    ".venvs/ministack": ("requirements-local.txt",),
}


def make(folder: str, root: Path = ROOT) -> Path:
    """Makes one environment, or leaves it alone if its stamp is right; answers its interpreter."""
    home = root / folder
    files = [root / name for name in ENVIRONMENTS[folder]]
    stamp, wanted = home / "requirements.stamp", fingerprint(files)
    python = home / "bin" / "python"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"making {folder} from {', '.join(file.name for file in files)} …", flush=True)
    if not python.exists():
        venv.create(home, with_pip=True)
    arguments = [part for file in files for part in ("-r", str(file))]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *arguments], check=True)
    stamp.write_text(wanted)
    return python


def fingerprint(files: list[Path]) -> str:
    """The hash of what an environment is made from: the pins and the interpreter's version."""
    digest = hashlib.sha256(".".join(map(str, sys.version_info[:3])).encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def main() -> int:
    if sys.version_info < OLDEST:
        print(f"Python {'.'.join(map(str, OLDEST))} or later is needed; this is {sys.version.split()[0]}.")
        return 1
    for folder in sys.argv[1:] or ENVIRONMENTS:
        make(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
