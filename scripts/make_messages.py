"""Writes what the code and the pages say into locale/en/LC_MESSAGES/django.po, keeping the translations that are there.

A developer's tool (`.venv/bin/python scripts/make_messages.py`) in pure Python: nobody has to install gettext. Python is
read as a syntax tree, templates by their translate tags. What nobody says any more is dropped; what is new stands with
an empty translation, and `tests/i18n` refuses it until somebody translates it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.sources import own_files, room_files

PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
ONE = {"_", "gettext", "gettext_lazy"}
MANY = {"ngettext", "ngettext_lazy"}
SAID = {"pgettext", "pgettext_lazy"}
STRING = r"(\"[^\"]*\"|'[^']*')"
TAG = re.compile(r"\{%\s*(?:translate|trans)\s+" + STRING + r"(?:\s+context\s+" + STRING + ")?")
ARGUMENT = re.compile(r"_\(\s*" + STRING + r"\s*\)")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)


class Message(NamedTuple):
    """One text to translate, its plural and its context (empty where it has none), and the file that says it."""

    text: str
    plural: str
    file: str
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def python_messages(path: Path) -> Iterator[Message]:
    """The texts that a Python file passes through gettext."""
    name = str(path.relative_to(ROOT))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if called in ONE and texts:
            yield Message(texts[0], "", name)
        elif called in MANY and len(texts) > 1:
            yield Message(texts[0], texts[1], name)
        elif called in SAID and len(texts) > 1:
            yield Message(texts[1], "", name, texts[0])


def template_messages(path: Path) -> Iterator[Message]:
    """The texts of a template's translate tags and of `_("…")` inside its tags."""
    name = str(path.relative_to(ROOT))
    html = COMMENT.sub("", path.read_text(encoding="utf-8"))
    for found in TAG.finditer(html):
        yield Message(found[1][1:-1].replace("%", "%%"), "", name, (found[2] or "")[1:-1])
    for found in ARGUMENT.finditer(html):
        yield Message(found[1][1:-1].replace("%", "%%"), "", name)
    for found in BLOCK.finditer(html):
        parts = PLURAL.split(found[2])
        texts = [_block_text(part, trimmed="trimmed" in found[1].split()) for part in parts]
        yield Message(texts[0], texts[1] if len(texts) > 1 else "", name)


def _block_text(part: str, *, trimmed: bool) -> str:
    """A block as Django looks it up: `{{ n }}` becomes `%(n)s`."""
    text = VARIABLE.sub(r"%(\1)s", part.replace("%", "%%"))
    return re.sub(r"\s*\n\s*", " ", text.strip()) if trimmed else text


def found() -> dict[tuple[str, str], Message]:
    """Every text of the house by context and text, in the order of the files."""
    messages: dict[tuple[str, str], Message] = {}
    templates = own_files("templates/*.html", "templates/*.txt", "templates/*.svg")
    for message in chain(
        *(python_messages(path) for path in room_files()), *(template_messages(path) for path in templates)
    ):
        if message.key not in messages or message.plural:
            messages[message.key] = message
    return messages


def merged(old: polib.POFile, messages: dict[tuple[str, str], Message]) -> polib.POFile:
    """A file with exactly these texts, and the translations that the old file has for them."""
    new = polib.POFile(wrapwidth=110)
    new.metadata = {
        "Project-Id-Version": "One Licence",
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in old}
    for message in messages.values():
        entry = polib.POEntry(msgid=message.text, occurrences=[(message.file, "")], msgid_plural=message.plural)
        entry.msgctxt = message.context or None
        kept = known.get(message.key)
        if message.plural:
            entry.msgstr_plural = (kept.msgstr_plural if kept else None) or {0: "", 1: ""}
        else:
            entry.msgstr = kept.msgstr if kept else ""
        new.append(entry)
    return new


def main() -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    old = polib.pofile(str(PO)) if PO.exists() else polib.POFile()
    new = merged(old, found())
    new.save(str(PO))
    print(f"{PO.relative_to(ROOT)}: {len(new)} texts, {len(new.untranslated_entries())} without a translation")


if __name__ == "__main__":
    main()
