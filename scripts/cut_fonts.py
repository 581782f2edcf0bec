"""Cuts the Song face of papers to the characters that official texts and most names need; the whole face stays beside it.

Small fonts make PDFs faster and smaller; a name outside the cut falls back to the whole face, and beyond that to the
system's fonts of rare characters.
"""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

FACES = {"Regular": "400Regular/NotoSerifSC_400Regular.ttf", "Bold": "700Bold/NotoSerifSC_700Bold.ttf"}
PACKAGE = Path("@expo-google-fonts") / "noto-serif-sc"
STANDARD_CHARACTERS = 8105
# Latin with accents, punctuation, currency, numbers in circles, arrows, lines, boxes, CJK and full-width forms.
BLOCKS = (
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x0370, 0x03FF), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2100, 0x218F),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2600, 0x266F), (0x2700, 0x27BF),
    (0x3000, 0x303F), (0x3100, 0x312F), (0x3200, 0x33FF), (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF),
)  # fmt: skip


def standard_characters() -> set[int]:
    """The 8,105 characters of 通用规范汉字表 (State Council, 2013).

    They are the heads of 通用规范汉字字典, Unihan's field kTGHZ2013, as the package pypinyin-dict carries it.
    """
    from pypinyin_dict.pinyin_data import ktghz2013

    found = set(ktghz2013.pinyin_dict)
    if len(found) != STANDARD_CHARACTERS:
        raise ValueError(f"pypinyin-dict lists {len(found)} standard characters instead of {STANDARD_CHARACTERS}")
    return found


def gb2312() -> Iterator[int]:
    """All characters and symbols of GB 2312-80, row by row."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", errors="ignore")
            if character:
                yield ord(character)


def kept_characters() -> set[int]:
    """What the cut fonts hold, as far as the face has it."""
    blocks = {code for first, last in BLOCKS for code in range(first, last + 1)}
    return standard_characters() | set(gb2312()) | blocks


def cut(source: Path, target: Path, characters: set[int]) -> None:
    """Writes `source` with these characters alone; the drawing of each glyph is untouched."""
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(
        layout_features=["*"], name_IDs=["*"], name_languages=["*"], notdef_outline=True, glyph_names=False, hinting=False,
        recalc_timestamp=False,
    )  # fmt: skip
    with subset.load_font(str(source), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters)
        cutter.subset(font)
        subset.save_font(font, str(target), options)


def cut_fonts(modules: Path, folder: Path) -> None:
    """NotoSerifSC-{Regular,Bold}.{subset,full}.ttf in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    characters = kept_characters()
    for face, place in FACES.items():
        source = modules / PACKAGE / place
        shutil.copyfile(source, folder / f"NotoSerifSC-{face}.full.ttf")
        cut(source, folder / f"NotoSerifSC-{face}.subset.ttf", characters)
