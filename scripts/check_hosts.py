"""No page, style or script may fetch from a host of others: reads the templates, our own scripts and everything built."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.sources import ROOT, own_files

BUILT = ROOT / "static" / "dist"
ADDRESS = r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}"
# What makes a browser fetch: sources and styles in HTML, url() and @import in CSS, imports and requests in scripts.
FETCHES = {
    "html": re.compile(
        rf"""(?:\bsrc|\bsrcset|\bposter|\bhx-get|\bhx-post|\baction)\s*=\s*["']?{ADDRESS}|<link\b[^>]*href\s*=\s*["']?{ADDRESS}""",
        re.IGNORECASE,
    ),
    "css": re.compile(rf"""(?:url\(\s*["']?|@import\s+["']){ADDRESS}""", re.IGNORECASE),
    "js": re.compile(
        rf"""(?:\bimport\s*\(?\s*|\bfrom\s*|\bfetch\(\s*|importScripts\(\s*|\.src\s*=\s*|Worker\(\s*|\.open\([^)]*)["'`]{ADDRESS}""",
        re.IGNORECASE,
    ),
}
KINDS = {".html": "html", ".svg": "html", ".css": "css", ".scss": "css", ".js": "js", ".mjs": "js"}
NAMESPACE = "www.w3.org"  # names of XML dialects, never fetched


def fetches_from_others(path: Path) -> list[str]:
    """The places of one file that would make a browser ask another host."""
    text = path.read_text(encoding="utf-8", errors="replace")
    found = []
    for match in FETCHES[KINDS[path.suffix]].finditer(text):
        if NAMESPACE not in match.group():
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match.group()[:120]}")
    return found


def files() -> list[Path]:
    """Our templates, styles and scripts, and what was built from the packages of others."""
    ours = own_files("templates/*", "static/*", "*/templates/*")
    built = [path for path in BUILT.rglob("*") if path.is_file()]
    return [path for path in ours + built if path.suffix in KINDS]


def main() -> int:
    found = [place for path in files() for place in fetches_from_others(path)]
    for place in found:
        print(place)
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
