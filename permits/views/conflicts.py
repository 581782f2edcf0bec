"""Two people on one case at once: what both changed is shown to whoever saves second, who then chooses; nothing is lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.merged_form.entries import Conflict, digest, mark
from permits.merged_form.form import Line
from permits.models import Case

SAVED, MINE = "saved", "mine"


def settled(
    data: QueryDict, typed: Mapping[str, Any], shown: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What is to be saved after a conflict was shown: one's own value over the one that was seen, or the saved one stays.

    Without a choice the field is a conflict again: its mark is still the old one.
    """
    choices = {name: data.get(f"settle-{name}", "") for name in typed}
    kept = {name: value for name, value in typed.items() if choices[name] != SAVED}
    seen = {name: data.get(f"conflict-{name}", "") if choices.get(name) == MINE else old for name, old in shown.items()}
    return kept, seen


def part_of(conflict: Conflict, shown: Mapping[str, str]) -> dict[str, Any]:
    """What the page says of a conflict: both values, whose the saved one is, and the marks with which it is settled."""
    line = conflict.line
    return {
        "shown": shown.get(line.id, ""),
        "conflict": {
            "mark": mark(line),
            "saved": line.words or _("未填写"),
            "mine": conflict.mine_words or _("未填写"),
            "who": who_of(line),
            "at": line.entry.at if line.entry else None,
            "saved_reason": line.contested,
            "mine_reason": conflict.reason or "",
        },
    }


def who_of(line: Line) -> str:
    """Who wrote what stands there: the counter or the applicant; never a person's name."""
    at_counter = line.entry is not None and line.entry.channel == Case.Channel.WINDOW
    return _("综合窗口") if at_counter else _("申请人")


def words_of(conflicts: Iterable[Conflict]) -> dict[str, str]:
    """Each conflict as a sentence for pages that ask again in place, by field."""
    text = _("%(who)s %(at)s 已把这一项改为“%(saved)s”，您填写的是“%(mine)s”。核对后再次保存，以您填写的为准")
    return {one.line.id: text % _sentence(one) for one in conflicts}


def _sentence(one: Conflict) -> dict[str, str]:
    at = timezone.localtime(one.line.entry.at) if one.line.entry else None
    return {
        "who": who_of(one.line),
        "at": f"{at:%H:%M}" if at else "",
        "saved": one.line.words or _("未填写"),
        "mine": one.mine_words or _("未填写"),
    }


def is_stale(data: QueryDict, now: Any) -> bool:
    """Whether a page that said what it had shown (`was`) had shown something else than what stands there now."""
    return bool(data.get("was")) and data["was"] != digest(now)
