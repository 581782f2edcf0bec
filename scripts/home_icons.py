"""The icons with which a telephone shows the app of the field on its home screen, drawn from the brand's own picture."""

from pathlib import Path

import pypdfium2
from weasyprint import HTML

BRAND = "#0b5fd9"
HOME_ICONS = (
    ("app-192.png", 192, 1.0),
    ("app-512.png", 512, 1.0),
    ("app-mask-512.png", 512, 0.78),
    ("app-180.png", 180, 0.86),
)
"""Name, pixels a side, and which share of it the picture fills: a mask cuts off everything outside the middle four fifths."""


def draw_home_icons(brand: Path, folder: Path) -> None:
    """Write the icons into the folder."""
    for name, size, share in HOME_ICONS:
        _draw(brand.read_text("utf-8"), size, share).save(folder / name, optimize=True)


def _draw(svg: str, size: int, share: float) -> "pypdfium2.PIL.Image.Image":
    """The picture in the middle of a square in the brand's colour; where it fills the square, nothing is behind its corners."""
    side = size * share
    colour = "transparent" if share == 1 else BRAND
    style = f"@page {{ size: {size}px; margin: 0; background: {colour} }} svg {{ position: absolute; width: {side}px; \
height: {side}px; left: {(size - side) / 2}px; top: {(size - side) / 2}px }}"
    pdf = HTML(string=f"<style>{style}</style>{svg}").write_pdf()
    page = pypdfium2.PdfDocument(pdf)[0]
    return page.render(scale=size / page.get_width(), fill_color=(0, 0, 0, 0), maybe_alpha=True).to_pil()
