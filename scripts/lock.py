"""`make lock`: writes requirements.lock and requirements-dev.lock from the .in files, with hashes, for all platforms.

The machine's own package sources are left out on purpose: a lock file that names a local folder works on one machine only.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--no-config", "--quiet", "--upgrade", "--universal", "--python-version", "3.11", "--generate-hashes"]
OPTIONS += ["--custom-compile-command", "make lock"]


def compile_lock(source: str, target: str, *more: str) -> None:
    """Resolves `source` into `target`."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *more, "--output-file", target, source]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    compile_lock("requirements.in", "requirements.lock")
    # The product's versions bind the tests': what is tested is what is installed.
    compile_lock("requirements-dev.in", "requirements-dev.lock", "--constraint", "requirements.lock")
    compile_lock("requirements-node.in", "requirements-node.lock")
    print(
        "requirements.lock and requirements-dev.lock are written; run `make test` and `make check` before you commit them."
    )


if __name__ == "__main__":
    main()
