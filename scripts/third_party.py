"""Says whose work is in static/dist: manifest.json with versions and licences, the licences' texts, and THIRD_PARTY.md.

`python scripts/third_party.py` writes THIRD_PARTY.md anew after the lock file has changed; a test checks that it fits.
"""

import hashlib
import json
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
DIST = ROOT / "static" / "dist"
DOCUMENT = ROOT / "THIRD_PARTY.md"


class Part(NamedTuple):
    """A package of others: what it is for, which of its files state the licence, and where its work is served."""

    package: str
    purpose: str
    licence_files: tuple[str, ...]
    served: tuple[str, ...]


PARTS = (
    Part("govuk-frontend", "styles and behaviour of the page components", (), ("site.css", "govuk-frontend.min.js")),
    Part("htmx.org", "updates of parts of a page", ("LICENSE",), ("htmx.min.js",)),
    Part("lucide-static", "icons", ("LICENSE",), ("icons.svg",)),
    Part(
        "@expo-google-fonts/noto-serif-sc", "Noto Serif SC, the Song face of papers; cut to its characters, not redrawn",
        ("LICENSE_FONT", "LICENSE"),
        tuple(f"fonts/NotoSerifSC-{face}.{cut}.ttf" for face in ("Regular", "Bold") for cut in ("subset", "full")),
    ),
    Part(
        "zxing-wasm", "reads codes from the camera's pictures (ZXing-C++ as WebAssembly)", ("LICENSE",),
        ("zxing/reader/index.js", "zxing/share.js", "zxing/zxing_reader.wasm"),
    ),
    Part("axe-core", "accessibility checks, in tests only", ("LICENSE",), ("test/axe.min.js", "test/axe.zh_CN.json")),
)  # fmt: skip
BUILD_ONLY = ("sass",)
# The npm package of GOV.UK Frontend carries no licence text; this is the one of its repository.
GOVUK_LICENCE = """The MIT License (MIT)

Copyright (c) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def locked(package: str) -> dict[str, str]:
    """The lock file's entry: version, licence, integrity hash, address."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    entry: dict[str, str] = packages[f"node_modules/{package}"]
    return entry


def document() -> str:
    """The text of THIRD_PARTY.md, from the lock file alone."""
    lines = [
        "# Work of others in what we serve",
        "",
        "Nothing of others is kept in this repository. `make assets` takes these npm packages by `package-lock.json`, checks",
        "their hashes and builds `static/dist` from them; the texts of their licences lie beside, in `static/dist/licences/`.",
        "Python packages and their versions stand in `requirements.lock`; they are installed, not served.",
        "",
        "| package | version | licence | for | served as |",
        "|---|---|---|---|---|",
    ]
    for part in PARTS:
        entry = locked(part.package)
        served = ", ".join(f"`{name}`" for name in part.served)
        lines.append(f"| {part.package} | {entry['version']} | {entry['license']} | {part.purpose} | {served} |")
    lines += ["", "Used for building only, nothing of it is served:", ""]
    lines += [f"- {name} {locked(name)['version']} ({locked(name)['license']})" for name in BUILD_ONLY]
    lines += [
        "",
        "The fonts are cut with fontTools to the 8,105 characters of 通用规范汉字表, GB 2312-80 and common symbols. The list of",
        "the 8,105 is Unihan's field kTGHZ2013 (Unicode licence) as the PyPI package pypinyin-dict (MIT) carries it.",
        "zxing-wasm is MIT; the ZXing-C++ in its program is under the Apache License 2.0.",
        "GOV.UK Frontend is used without the crown, the name GOV.UK and the typeface GDS Transport.",
        "",
    ]
    return "\n".join(lines)


def checksum(path: Path) -> str:
    """SHA-256 of a built file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def apache_licence() -> str:
    """The Apache License 2.0, as a package that is installed here carries it: ZXing-C++'s, which the npm package leaves out."""
    found = (file for file in metadata.files("cryptography") or () if file.name == "LICENSE.APACHE")
    return next(found).read_text("utf-8")


def write_manifest() -> None:
    """static/dist/manifest.json and the licences' texts."""
    folder = DIST / "licences"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zxing-cpp-LICENSE.txt").write_text(apache_licence(), encoding="utf-8")
    (folder / "govuk-frontend-LICENSE.txt").write_text(GOVUK_LICENCE, encoding="utf-8")
    manifest = []
    for part in PARTS:
        entry = locked(part.package)
        for name in part.licence_files:
            plain = part.package.replace("@", "").replace("/", "-")
            shutil.copyfile(MODULES / part.package / name, folder / f"{plain}-{Path(name).stem}.txt")
        files = {name: checksum(DIST / name) for name in part.served}
        manifest.append(
            {"package": part.package, "version": entry["version"], "licence": entry["license"], "files": files}
        )
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (DIST / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"wrote {DOCUMENT.name}", file=sys.stderr)
