"""Files of at most 400 lines are a must; functions above 40 lines are named, so that somebody takes them apart."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.sources import ROOT, own_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def long_files() -> list[str]:
    """Code, templates and styles with more lines than a reader keeps in mind; migrations are written by a machine."""
    found = []
    for path in own_files("*.py", "*.js", "*.html", "*.scss", "*.css"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE and "migrations" not in path.parts:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines, at most {LONGEST_FILE}")
    return found


def long_functions() -> Iterator[str]:
    """Functions longer than a screen."""
    for path in own_files("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"


def main() -> int:
    for line in long_functions():
        print(f"long function: {line}")
    too_long = long_files()
    for line in too_long:
        print(f"too long: {line}")
    return int(bool(too_long))


if __name__ == "__main__":
    raise SystemExit(main())
