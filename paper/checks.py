"""What must be installed before papers are made."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from paper import fonts


@register("paper")
def subsetter_present(**kwargs: Any) -> list[CheckMessage]:
    """Without HarfBuzz's subsetter a page with a large Chinese face takes 19 s instead of 0.7 (perf-security §0)."""
    from weasyprint.text.ffi import harfbuzz_subset  # noqa: PLC0415 - half a second, for this check only

    if harfbuzz_subset is not None:
        return []
    hint = "Debian, Ubuntu: apt-get install libharfbuzz-subset0"
    return [
        Error("HarfBuzz's subsetter is missing: making papers would take half a minute each", hint, id="paper.E001")
    ]


@register("paper")
def fonts_built(**kwargs: Any) -> list[CheckMessage]:
    """The Song face is made by `make assets`."""
    if all(fonts.built_file(face) for face in fonts.BUILT):
        return []
    return [Warning("The fonts for papers are not built yet", "run: make assets", id="paper.W001")]
