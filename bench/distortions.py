"""What happens to a printed code between the press and the lens: fourteen ways, each on a grey picture of known resolution.

The same fourteen by which the format was chosen: clean, turned, out of focus, pale, noisy, seen from the side, compressed,
shaded, stained, on curved paper, and a bit of everything.
"""

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

Picture = Image.Image
Distortion = Callable[[Picture, int, random.Random], Picture]
"""A picture, its dots per inch, and chance with a seed."""

WHITE = 255
MM_PER_INCH = 25.4
STRIPS = 32
CODE_MM = 28.7
"""The side of a code of 32 mm without its quiet zone."""

BEND = 0.36
"""Half the angle that a code takes on a column of ten centimetres, in radians."""


def _turned(degrees: float) -> Distortion:
    def turn(picture: Picture, _dpi: int, _chance: random.Random) -> Picture:
        return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)

    return turn


def _blurred(millimetres: float) -> Distortion:
    def blur(picture: Picture, dpi: int, _chance: random.Random) -> Picture:
        return picture.filter(ImageFilter.GaussianBlur(millimetres / MM_PER_INCH * dpi))

    return blur


def _noisy(sigma: float) -> Distortion:
    def add(picture: Picture, _dpi: int, _chance: random.Random) -> Picture:
        return ImageChops.add(picture, Image.effect_noise(picture.size, sigma), offset=-128)

    return add


def _pale(picture: Picture, dpi: int, chance: random.Random) -> Picture:
    """A quarter of the contrast, with noise."""
    return _noisy(8)(picture.point(lambda value: 96 + value // 4), dpi, chance)


def _from_the_side(picture: Picture, _dpi: int, _chance: random.Random) -> Picture:
    """The far edges at the named resolution, the near ones larger."""
    wide = ImageOps.expand(picture, picture.width // 8, fill=WHITE)
    towards, up = 0.3 / wide.width, 0.15 / wide.height
    size = (wide.width * 3 // 2, wide.height * 3 // 2)
    view = (1.0, 0.1, -0.05 * wide.width, 0.05, 1.0, 0.0, towards, up)
    return wide.transform(size, Image.Transform.PERSPECTIVE, view, Image.Resampling.BICUBIC, fillcolor=WHITE)


def _compressed(quality: int) -> Distortion:
    def compress(picture: Picture, _dpi: int, _chance: random.Random) -> Picture:
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=quality)
        return Image.open(target).convert("L")

    return compress


def _shaded(picture: Picture, _dpi: int, _chance: random.Random) -> Picture:
    """From full light to a quarter of it, across."""
    light = Image.linear_gradient("L").rotate(90).resize(picture.size).point(lambda value: 64 + value * 3 // 4)
    return ImageChops.multiply(picture, light)


def _stained(share: float) -> Distortion:
    """A white blot over a share of the code, somewhere between the three finder patterns."""

    def stain(picture: Picture, dpi: int, chance: random.Random) -> Picture:
        spoiled, radius = picture.copy(), math.sqrt(share / math.pi) * CODE_MM / MM_PER_INCH * dpi
        x, y = (side * chance.uniform(0.42, 0.6) for side in picture.size)
        ImageDraw.Draw(spoiled).ellipse((x - radius, y - radius, x + radius, y + radius), fill=WHITE)
        return spoiled

    return stain


def _curved(picture: Picture, _dpi: int, _chance: random.Random) -> Picture:
    """The sides turn away."""
    width, height = picture.size
    half = width / 2

    def source(x: float) -> float:
        return half + half * math.asin((x - half) / half * math.sin(BEND)) / BEND

    edges = [width * strip / STRIPS for strip in range(STRIPS + 1)]
    mesh = [
        (
            (int(left), 0, int(right), height),
            (source(left), 0, source(left), height, source(right), height, source(right), 0),
        )
        for left, right in zip(edges, edges[1:], strict=False)
    ]
    return picture.transform(picture.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=WHITE)


def _photographed(picture: Picture, dpi: int, chance: random.Random) -> Picture:
    """By hand, a little turned, not quite in focus, by a lamp, compressed."""
    for step in (_turned(5), _blurred(0.1), _shaded, _noisy(10), _compressed(50)):
        picture = step(picture, dpi, chance)
    return picture


DISTORTIONS: dict[str, Distortion] = {
    "clean": lambda picture, _dpi, _chance: picture,
    "turned by 7°": _turned(7),
    "turned by 33°": _turned(33),
    "blurred by 0.15 mm": _blurred(0.15),
    "blurred by 0.25 mm": _blurred(0.25),
    "a quarter of the contrast": _pale,
    "noise": _noisy(30),
    "from the side": _from_the_side,
    "JPEG, quality 20": _compressed(20),
    "shaded": _shaded,
    "a blot over 4 %": _stained(0.04),
    "a blot over 8 %": _stained(0.08),
    "on a column": _curved,
    "a photograph": _photographed,
}
