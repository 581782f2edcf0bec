#!/usr/bin/env python3
"""Sets up what a make target needs, with nothing but the standard library.

`bootstrap.py run` prepares the product, `bootstrap.py test` also what the tests, checks and benchmarks need: the
virtual environment .venv, the pinned packages with their hashes, and Debian's packages. Where it may not install
Debian's packages it prints the command to type and ends with exit code 1. What is in place already is left alone.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20

RUN_PACKAGES = [
    "libpango-1.0-0",  # lays out the PDFs
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",  # cuts the fonts inside them
    "libmagic1",  # knows an upload's type by its content
    "fonts-hanazono",  # rare characters of names
]
TEST_PACKAGES = [
    "chromium",  # the browser tests
    "libatomic1",  # what drives it is a Node of its own
    "poppler-utils",  # pdfsig: a second opinion on the signatures of papers
    "postgresql",  # the throw-away server of the database tests
]
LOCKS = {"run": ["requirements.lock"], "test": ["requirements-dev.lock", "requirements.lock"]}
PACKAGES = {"run": RUN_PACKAGES, "test": RUN_PACKAGES + TEST_PACKAGES}


def stop(message: str) -> None:
    """Ends with exit code 1 and a message that says what to do."""
    print(f"\n{message}\n", file=sys.stderr)
    raise SystemExit(1)


def run(*command: str) -> bool:
    """Whether the command ended well; its output goes to the screen."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def is_debian() -> bool:
    return shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None


def is_installed(package: str) -> bool:
    """Whether dpkg has the package, configured."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() == "installed"


def apt_prefix() -> "list[str] | None":
    """What to write before apt-get so that it may install; None where nobody lets us."""
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def install_system_packages(packages: "list[str]") -> None:
    """Installs Debian packages that are missing, or stops with the exact command."""
    missing = [package for package in packages if not is_installed(package)]
    if not missing:
        return
    by_hand = f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(missing)}"
    prefix = apt_prefix()
    if prefix is None:
        stop(f"These system packages are missing. Please type this, then start again:\n\n  {by_hand}")
    else:
        print(f"Installing system packages: {' '.join(missing)}", flush=True)
        run(*prefix, "apt-get", "-q", "update")
        if not run(*prefix, "apt-get", "-q", "install", "-y", "--no-install-recommends", *missing):
            stop(f"apt-get could not install them. Please type this, then start again:\n\n  {by_hand}")


def system_packages(group: str) -> None:
    """Debian's packages on Debian and Ubuntu; elsewhere a word about what has to be there."""
    if is_debian():
        install_system_packages(PACKAGES[group])
    elif not (VENV / f".ready-{group}").exists():
        print(f"This is no Debian or Ubuntu: please install what corresponds to {', '.join(PACKAGES[group])}.")


def virtual_environment() -> None:
    """A working .venv with pip; an old or moved one is made anew."""
    if not (
        VENV_PYTHON.exists() and run(str(VENV_PYTHON), "-c", f"import sys; assert sys.version_info >= {OLDEST_PYTHON}")
    ):
        if importlib.util.find_spec("ensurepip") is None:
            version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
            if not is_debian():
                stop(f"{sys.executable} has no ensurepip: please install the venv module of {version}.")
            install_system_packages([f"{version}-venv"])
        if not run(sys.executable, "-m", "venv", "--clear", str(VENV)):
            stop(f"{sys.executable} could not make .venv; the lines above say why.")
    if not run(str(VENV_PYTHON), "-c", "import importlib.util, sys; sys.exit(not importlib.util.find_spec('pip'))"):
        run(str(VENV_PYTHON), "-m", "ensurepip", "--upgrade")


def fingerprint(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def is_stamped(lock: str) -> bool:
    """Whether .venv holds exactly what this lock file says."""
    stamp = VENV / f".installed-{lock}"
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(lock)


def has_node() -> bool:
    """Whether the machine has a Node that is new enough, with npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().lstrip("v").partition(".")[0]
    return major.isdecimal() and int(major) >= OLDEST_NODE


def install(*locks: str) -> None:
    """Installs the first lock file with pip; the others are contained in it, so all count as installed."""
    if is_stamped(locks[0]):
        return
    print(f"Installing the Python packages of {locks[0]} (some minutes the first time) …", flush=True)
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--require-hashes"]
    if not run(*pip, "--requirement", locks[0]):
        stop("pip could not install the packages; the lines above say why. Behind a proxy, set HTTPS_PROXY.")
    for lock in locks:
        (VENV / f".installed-{lock}").write_text(fingerprint(lock), encoding="ascii")


def main() -> None:
    group = sys.argv[1] if len(sys.argv) > 1 else "run"
    if group not in LOCKS:
        stop("usage: bootstrap.py run|test")
    if sys.version_info < OLDEST_PYTHON:
        stop(f"One Licence needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    system_packages(group)
    virtual_environment()
    # The tests' lock file holds the product's packages too, in the same versions.
    install(*LOCKS[group])
    if not has_node():
        install("requirements-node.lock")
    (VENV / f".ready-{group}").touch()


if __name__ == "__main__":
    main()
