"""Set up frontdoor in a folder of its own (.venv) and run it. Needs Python 3.11 or newer and nothing else.

    python3 start.py                    set up, then answer the West Sussex question
    python3 start.py test               set up, then run every check and test
    python3 start.py forecast --help    set up, then any other command of frontdoor

On Windows write `py start.py` in place of `python3 start.py`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


def run(*command: str) -> int:
    """Run a command in the project's folder and return its exit code."""
    return subprocess.call([str(part) for part in command], cwd=ROOT)


def install(requirements: str) -> None:
    """Install the pinned packages and frontdoor itself, unless this very list is installed already."""
    text = "".join((ROOT / name).read_text() for name in ("requirements.txt", requirements, "pyproject.toml"))
    stamp, mark = HOME / f"installed-{requirements}", hashlib.sha256(f"{ROOT}{text}".encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == mark:
        return
    if not PYTHON.is_file():
        print("Setting up in .venv (once; a minute or two) ...", flush=True)
        try:
            venv.EnvBuilder(with_pip=True, clear=HOME.exists()).create(HOME)
        except (subprocess.CalledProcessError, OSError) as error:
            sys.exit(f"Python could not make an environment ({error}). On Debian or Ubuntu: apt install python3-venv")
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    for parts in (("-r", requirements), ("--no-deps", "--no-build-isolation", "--editable", ".")):
        if run(*pip, *parts):
            sys.exit("Packages could not be installed; the lines above say why. Run the same command to try again.")
    stamp.write_text(mark)


def main(words: list[str]) -> int:
    """Set up what is missing, then do what was asked."""
    if sys.version_info < OLDEST:
        sys.exit(f"frontdoor needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}")
    if words[:1] == ["test"]:
        install("requirements-dev.txt")
        checks = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("pytest", *words[1:]))
        return max(run(str(PYTHON), "-m", *check) for check in checks)
    install("requirements.txt")
    return run(str(PYTHON), "-m", "frontdoor", *(words or ["run", "west-sussex"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
