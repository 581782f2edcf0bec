"""Compiles locale/*/LC_MESSAGES/*.po with polib, so that nobody has to install gettext. Skips what is up to date."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        polib.pofile(str(source)).save_as_mofile(str(target))
        print(f"· {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
