"""Official wording: plain text with placeholders, checked and filled in. Pure; no code of a template language runs.

A line is a paragraph; `# ` begins a heading, `**…**` is bold, `{{名称}}` is replaced by what the paper knows under that name.
A line of placeholders that all turn out empty is left out, and so is a heading with nothing under it.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from html import escape

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_TOKENS = re.compile(r"(\{\{[^{}\n]*\}\}|\*\*)")
HEADING = "# "

Values = Mapping[str, Callable[[], str]]
"""Name → what stands there. A value that knows its own HTML (`__html__`) goes in as it is, any other is escaped."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text: `unknown`, `missing`, `braces`, `not_alone`, `bold`; and the name or line it is about."""

    code: str
    about: str


def names_in(text: str) -> list[str]:
    """The placeholders of a text, in order."""
    return PLACEHOLDER.findall(text)


def faults(text: str, *, known: Mapping[str, bool]) -> list[Fault]:
    """What is wrong with one block of text; `known` maps each allowed name to whether it must be alone on its line."""
    found = []
    for line in text.splitlines():
        names = names_in(line)
        found += [Fault("unknown", name) for name in names if name not in known]
        found += [
            Fault("not_alone", name) for name in names if known.get(name) and PLACEHOLDER.sub("", line, 1).strip()
        ]
        rest = PLACEHOLDER.sub("", line)
        if "{{" in rest or "}}" in rest:
            found.append(Fault("braces", line.strip()))
        if rest.count("**") % 2:
            found.append(Fault("bold", line.strip()))
    return found


def plain(text: str, values: Values) -> str:
    """One line without marks, filled in, such as a title."""
    return PLACEHOLDER.sub(lambda match: str(values[match[1]]()) if match[1] in values else match[0], text).strip()


def html(text: str, values: Values, blocks: Container[str]) -> str:
    """The text as HTML: paragraphs, headings, and blocks - names that bring their own table or section - as they are."""
    lines = [line for raw in text.splitlines() if (line := _line(raw.strip(), values, blocks))]
    return "\n".join(_without_empty_headings(lines))


def _line(line: str, values: Values, blocks: Container[str]) -> str:
    alone = PLACEHOLDER.fullmatch(line)
    if alone and alone[1] in values:
        value = values[alone[1]]()
        if alone[1] in blocks:
            return str(value).strip()
        return "\n".join(f"<p>{part}</p>" for part in _escaped(value).split("<br>") if part.strip())
    heading = line.startswith(HEADING)
    written = "".join(_tokens(line.removeprefix(HEADING).strip(), values))
    if not written.replace("<strong></strong>", "").strip():
        return ""
    return f"<h2>{written}</h2>" if heading else f"<p>{written}</p>"


def _tokens(line: str, values: Values) -> Iterator[str]:
    """The line's pieces as HTML. Only the wording is parsed: marks within a value are letters like any other."""
    bold = False
    for piece in _TOKENS.split(line):
        match = PLACEHOLDER.fullmatch(piece)
        if piece == "**":
            bold = not bold
            yield "<strong>" if bold else "</strong>"
        elif match and match[1] in values:
            yield _escaped(values[match[1]]())
        else:
            yield escape(piece)
    if bold:
        yield "</strong>"


def _escaped(value: str) -> str:
    if hasattr(value, "__html__"):
        return str(value)
    return "<br>".join(escape(value).splitlines())


def _without_empty_headings(lines: list[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else "<h2>"
        is_heading = line.startswith("<h2>") and line.endswith("</h2>")
        if not (is_heading and following.startswith("<h2>")):
            yield line
