"""A verdict as the page shows it: words, a colour and an icon for each state, so that colour is never alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from certificates.status import ItemState, next_to_end
from certificates.verifying.verdict import Answer, ItemView, Signature, Verdict
from certificates.wording import ANSWERS, EXPLAINED, ONLINE_ONLY, REASONS, STATES, Words, warning_words

ICONS: Mapping[Answer, str] = {
    Answer.VALID: "shield-check",
    Answer.PARTLY_VALID: "triangle-alert",
    Answer.NOT_VALID: "circle-x",
    Answer.FORGED: "circle-x",
    Answer.UNKNOWN: "circle-help",
}
STATE_LOOKS: Mapping[ItemState, tuple[str, str]] = {
    ItemState.VALID: ("green", "check"),
    ItemState.SUSPENDED: ("yellow", "circle-pause"),
    ItemState.NOT_BEGUN: ("blue", "clock"),
    ItemState.EXPIRED: ("grey", "hourglass"),
}
ENDED = ("red", "x")


@dataclass(frozen=True)
class ShownItem:
    """An item with the look of its state."""

    view: ItemView
    words: Words
    kind: str
    icon: str


@dataclass(frozen=True)
class Shown:
    """A verdict with its words and looks."""

    verdict: Verdict
    title: Words
    text: Words
    icon: str
    reason: Words
    items: tuple[ShownItem, ...]
    warnings: tuple[str, ...]

    @property
    def soonest(self) -> ItemView | None:
        """The valid permit whose term is over first (R1.15); None where none has a term, or it is the only one."""
        views = (item.view for item in self.items)
        return next_to_end((view, view.valid_to) for view in views if view.state is ItemState.VALID)

    @property
    def signature_is_good(self) -> bool:
        """Whether the code itself was proved."""
        return self.verdict.signature is Signature.GOOD

    @property
    def signature_is_open(self) -> bool:
        """Whether the code has not been checked, only the number or the address."""
        return self.verdict.signature is Signature.NOT_CHECKED

    @property
    def is_refused(self) -> bool:
        """Whether somebody may have forged it; a number that was mistyped is no suspicion."""
        is_told_nothing = self.verdict.reason in ("check_character", *ONLINE_ONLY)
        return self.verdict.answer in (Answer.FORGED, Answer.UNKNOWN) and not is_told_nothing


def shown(verdict: Verdict) -> Shown:
    """The verdict for the page."""
    return Shown(
        verdict=verdict,
        title=ANSWERS[verdict.answer],
        text=EXPLAINED[verdict.answer],
        icon=ICONS[verdict.answer],
        reason=REASONS.get(verdict.reason, verdict.reason),
        items=tuple(_item(item) for item in verdict.items),
        warnings=tuple(warning_words(verdict)),
    )


def look_of(state: ItemState) -> tuple[str, str]:
    """Colour and icon of a permit's state."""
    return STATE_LOOKS.get(state, ENDED)


def _item(view: ItemView) -> ShownItem:
    kind, icon = look_of(view.state)
    return ShownItem(view, STATES[view.state], kind, icon)
