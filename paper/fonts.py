"""The faces that our papers are set in: a Song face cut to the standard characters, the full face, rare characters.

The order is explicit, never only `serif`: with a generic name a rare character is set as an empty box while the text
layer still looks right (ecosystem.md §5.2).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


@dataclass(frozen=True, slots=True)
class Face:
    """One font file under the family name that our style sheets use."""

    family: str
    file: str
    weight: int = 400


BUILT = (
    Face("Song", "NotoSerifSC-Regular.subset.ttf"),
    Face("Song", "NotoSerifSC-Bold.subset.ttf", 700),
    Face("Song Full", "NotoSerifSC-Regular.full.ttf"),
    Face("Song Full", "NotoSerifSC-Bold.full.ttf", 700),
)
"""Made by `make assets`; see THIRD_PARTY.md for their licence."""

RARE = (Face("HanaMinA", "HanaMinA.ttf"), Face("HanaMinB", "HanaMinB.ttf"))
"""Debian's fonts-hanazono: every character of GB 18030-2022 level 3."""

FALLBACK = (Face("Noto Serif CJK SC", "NotoSerifCJK-Regular.ttc"),)
"""What a machine has where the assets are not built yet."""


@cache
def system_file(name: str) -> Path | None:
    """The path of a font that Debian installed, None where it is not."""
    return next((path for folder in SYSTEM_FOLDERS if folder.is_dir() for path in folder.rglob(name)), None)


def built_file(face: Face) -> Path | None:
    """The path of a face that `make assets` made, None before it ran."""
    path = settings.FONTS_DIR / face.file
    return path if path.is_file() else None


def chain() -> list[tuple[Face, Path]]:
    """All faces that are here, in the order in which they are tried."""
    found = [(face, built_file(face)) for face in BUILT]
    found += [(face, system_file(face.file)) for face in (*RARE, *FALLBACK)]
    return [(face, path) for face, path in found if path is not None]
