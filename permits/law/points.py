"""Points of one supplement notice: what several reviewers say of the same material or field becomes one point.

Pure: proposals in, points out, in the order in which each subject was first named.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes for a material or a field; `by` is the short name of the body."""

    subject: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the notice: its text, and the bodies that ask for it."""

    subject: str
    text: str
    by: tuple[str, ...]


def merged(proposals: Iterable[Proposal]) -> dict[str, Point]:
    """One point per subject. What bodies say alike is said once; where they differ each text names who says it."""
    texts: dict[str, dict[str, list[str]]] = {}
    for proposal in proposals:
        speakers = texts.setdefault(proposal.subject, {}).setdefault(plain(proposal.text), [])
        if proposal.by not in speakers:
            speakers.append(proposal.by)
    return {subject: _point(subject, said) for subject, said in texts.items()}


def _point(subject: str, said: dict[str, list[str]]) -> Point:
    by = tuple(dict.fromkeys(name for speakers in said.values() for name in speakers))
    if len(said) == 1:
        return Point(subject, next(iter(said)), by)
    return Point(subject, "；".join(f"{'、'.join(speakers)}：{text}" for text, speakers in said.items()), by)


def plain(text: str) -> str:
    """A text without the white space around it and the full stop behind it, so that like texts are alike."""
    return text.strip().rstrip("。；;. ").strip()
