"""What must be installed before papers are made.

The libraries are only looked for, not WeasyPrint imported: every command runs these checks, and the import takes most of a
second.
"""

import ctypes
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from paper import fonts

OLDEST_SUBSETTER = (4, 1, 0)
"""HarfBuzz versions before it cannot cut fonts as WeasyPrint asks."""
HARFBUZZ = ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll")
SUBSETTER = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")
PANGO = ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0-0.dll")


def library(names: tuple[str, ...]) -> Any:
    """The first of these libraries that the machine has, None where it has none."""
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


@register("paper")
def libraries_present(**kwargs: Any) -> list[CheckMessage]:
    """Without HarfBuzz's subsetter a page with a large Chinese face takes 19 s instead of 0.7."""
    found: list[CheckMessage] = []
    if library(PANGO) is None:
        hint = "Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        found.append(Error("Pango is missing: papers cannot be made", hint, id="paper.E002"))
    harfbuzz = library(HARFBUZZ)
    recent = harfbuzz is not None and harfbuzz.hb_version_atleast(*OLDEST_SUBSETTER)
    if library(SUBSETTER) is None or not recent:
        hint = "Debian, Ubuntu: apt-get install libharfbuzz-subset0"
        text = "HarfBuzz's subsetter (4.1 or newer) is missing: making papers would take half a minute each"
        found.append(Error(text, hint, id="paper.E001"))
    return found


@register("paper")
def fonts_built(**kwargs: Any) -> list[CheckMessage]:
    """The Song face is made by `make assets`."""
    if all(fonts.built_file(face) for face in fonts.BUILT):
        return []
    return [Warning("The fonts for papers are not built yet", "run: make assets", id="paper.W001")]
