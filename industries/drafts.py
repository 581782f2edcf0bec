"""What a visitor has chosen and answered so far: kept in the session, and as a code that can be shared."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from industries.answers import AnswerError, checked, chosen, implied
from industries.entities import Catalogue

KEY = "apply"
LONGEST_CODE = 4000
LONGEST_TEXT = 20_000


@dataclass(slots=True)
class Draft:
    """Chosen industries and given answers. `answers` keeps the order of answering, which is the way back."""

    industries: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, session: MutableMapping[str, Any], catalogue: Catalogue) -> "Draft":
        """The session's draft, without what the catalogue does not know (any more)."""
        kept = session.get(KEY) or {}
        draft = cls([id for id in kept.get("industries", ()) if id in catalogue.industries])
        for id, value in kept.get("answers", {}).items():
            try:
                draft.answers |= checked(catalogue, {id: value})
            except AnswerError:  # the question changed since; it is asked again
                continue
        return draft

    def save(self, session: MutableMapping[str, Any]) -> None:
        session[KEY] = {"industries": self.industries, "answers": self.answers}

    @staticmethod
    def forget(session: MutableMapping[str, Any]) -> None:
        """Leaves nothing for the next person at this device."""
        session.pop(KEY, None)

    def choose(self, catalogue: Catalogue, ids: Iterable[str]) -> None:
        """Other industries, the same answers. Raises AnswerError for an unknown industry."""
        self.industries = [industry.id for industry in chosen(catalogue, ids)]
        self.prune(catalogue)

    def answer(self, catalogue: Catalogue, answers: dict[str, Any]) -> None:
        """Put in answers; one given again moves to the end. Raises AnswerError."""
        good = checked(catalogue, answers)
        self.answers = {id: value for id, value in self.answers.items() if id not in good} | good
        self.prune(catalogue)

    def prune(self, catalogue: Catalogue) -> None:
        """Drop the answers to questions that are no longer asked, so that a changed mind leaves nothing behind."""
        assumed = implied(chosen(catalogue, self.industries)) if self.industries else {}
        while True:
            known = assumed | self.answers
            gone = [id for id in self.answers if not catalogue.questions[id].ask_if.holds(known)]
            if not gone:
                return
            for id in gone:
                del self.answers[id]

    @property
    def code(self) -> str:
        """The draft as text for an address."""
        text = json.dumps([self.industries, self.answers], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")

    @classmethod
    def from_code(cls, catalogue: Catalogue, code: str) -> "Draft":
        """The draft that a shared code stands for. Raises AnswerError where the code is damaged or knows other questions."""
        industries, answers = _unpacked(code)
        draft = cls()
        draft.choose(catalogue, industries)
        draft.answer(catalogue, answers)
        return draft


def _unpacked(code: str) -> tuple[list[str], dict[str, Any]]:
    broken = AnswerError("链接不完整或已损坏，请重新选择行业")
    if len(code) > LONGEST_CODE:
        raise broken
    try:
        packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        text = zlib.decompressobj().decompress(packed, LONGEST_TEXT)
        industries, answers = json.loads(text)
    except (binascii.Error, zlib.error, ValueError, TypeError, RecursionError) as error:
        raise broken from error
    if not isinstance(industries, list) or not all(isinstance(id, str) for id in industries):
        raise broken
    if not isinstance(answers, dict):
        raise broken
    return industries, answers
