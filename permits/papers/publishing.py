"""The service office's acts on the official wording: a draft is written, checked, and published as the next version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.models import User
from audit import journal
from audit.violations import RuleViolation
from paper import glyphs
from permits.models import Wording, WordingDraft
from permits.models.wording import BLOCKS
from permits.papers import text, wordings
from permits.papers.forms import PLACEHOLDERS, PaperForm
from permits.rules import require_reason, require_role

KEEPERS = (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)

LONGEST = 4000
"""Signs of one block."""

_FAULTS: Mapping[str, str | Promise] = {
    "unknown": gettext_lazy("没有占位符 {{%(about)s}}：请从列表中选用，或者删去"),
    "not_alone": gettext_lazy("{{%(about)s}} 是表格或者整段内容，请让它单独占一行"),
    "braces": gettext_lazy("大括号不成对：“%(about)s”"),
    "bold": gettext_lazy("加粗的星号不成对：“%(about)s”"),
}


@dataclass(frozen=True, slots=True)
class TextFault:
    """What keeps a wording from being published: in which block, and what to mend."""

    block: str
    message: str


def faults(form: PaperForm, texts: Mapping[str, str]) -> list[TextFault]:
    """Everything that keeps these texts from being published; empty where nothing does."""
    known = {name: PLACEHOLDERS[name].is_block for name in form.placeholders}
    found = [
        TextFault(block, str(_FAULTS[fault.code]) % {"about": fault.about})
        for block in BLOCKS
        for fault in text.faults(texts[block], known=known)
    ]
    if not texts["title"].strip():
        found.append(TextFault("title", _("请写标题")))
    if any(known.get(name) for name in text.names_in(texts["title"])):
        found.append(TextFault("title", _("标题中不能放表格或者整段内容")))
    found += [
        TextFault(block, _("最多 %(count)d 个字") % {"count": LONGEST})
        for block in BLOCKS
        if len(texts[block]) > LONGEST
    ]
    return found + _lacking(form, texts) + _unprintable(texts)


def _lacking(form: PaperForm, texts: Mapping[str, str]) -> list[TextFault]:
    """What the law wants on this paper (R6.3) and the texts do not name."""
    named = {name for block in BLOCKS for name in text.names_in(texts[block])}
    return [
        TextFault(
            "body",
            _("缺少必须有的占位符 {{%(name)s}}（%(meaning)s）") % {"name": name, "meaning": PLACEHOLDERS[name].meaning},
        )
        for name in form.mandatory
        if name not in named
    ]


def _unprintable(texts: Mapping[str, str]) -> list[TextFault]:
    return [
        TextFault(block, _("字库中没有这些字符，无法打印：%(signs)s") % {"signs": "".join(sorted(missing))})
        for block in BLOCKS
        if (missing := glyphs.missing_glyphs(texts[block]))
    ]


def save_draft(
    form: PaperForm, *, texts: Mapping[str, str], base: int, actor: Actor, at: datetime, seen: str | None = None
) -> WordingDraft:
    """Keep what is being written, faults and all; one draft per form, whoever writes it.

    `seen`: the mark (`WordingDraft.mark`) of the draft that the writer had before them, `""` for none; another one stands
    there by now: refused, so that nobody's words are lost in silence.
    """
    require_role(actor, *KEEPERS)
    before = WordingDraft.objects.select_related("saved_by").filter(form=form.key).first()
    if seen is not None and before is not None and before.mark != seen:
        raise RuleViolation(
            "draft_moved_on", _("%(name)s 刚才保存了另一份草稿；再次保存会覆盖它") % {"name": before.saved_by}
        )
    values = {block: texts[block].replace("\r\n", "\n").strip() for block in BLOCKS}
    draft, _made = WordingDraft.objects.update_or_create(
        form=form.key, defaults={**values, "base": base, "saved_at": at, "saved_by_id": actor.user_id}
    )
    return draft


def take_up(form: PaperForm, *, version: int, actor: Actor, at: datetime) -> WordingDraft:
    """Make an older version the draft of the next one; published again, it is in use again."""
    older = Wording.objects.get(form=form.key, version=version)
    return save_draft(form, texts=older.texts, base=wordings.in_use(form.key).version, actor=actor, at=at)


def drop_draft(form: PaperForm, *, actor: Actor) -> None:
    """Throw the draft away; what is in use stays."""
    require_role(actor, *KEEPERS)
    WordingDraft.objects.filter(form=form.key).delete()


def publish(form: PaperForm, *, reason: str, actor: Actor, at: datetime) -> Wording:
    """Make the draft the version that papers are written with from now on; the reason stands in the audit log."""
    require_role(actor, *KEEPERS)
    reason = require_reason(reason)
    with transaction.atomic():
        draft = WordingDraft.objects.select_for_update().filter(form=form.key).first()
        before = wordings.in_use(form.key)
        draft = _checked(form, draft, before)
        made = Wording(
            form=form.key,
            version=before.version + 1,
            reason=reason,
            published_at=at,
            published_by_id=actor.user_id,
            **draft.texts,
        )
        made.save()
        draft.delete()
        facts = {"form": form.key, "version": made.version, "reason": reason, "texts": made.texts}
        journal.record("wordings", act="wording_published", actor=actor.label, at=at, facts=facts)
        transaction.on_commit(wordings.forget)
    return made


def _checked(form: PaperForm, draft: WordingDraft | None, before: Wording) -> WordingDraft:
    """The draft, fit to be published."""
    if draft is None or draft.texts == before.texts:
        raise RuleViolation("wording_unchanged", _("与现行文本相同，没有需要发布的修改"))
    if draft.base != before.version:
        raise RuleViolation(
            "wording_moved_on",
            _("在您修改期间已发布第 %(version)d 版，请对照后重新保存") % {"version": before.version},
        )
    if found := faults(form, draft.texts):
        raise RuleViolation("wording_faulty", found[0].message, field=found[0].block, rule="R6.3")
    return draft


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed (`=`), was added (`+`) or was taken away (`-`)."""

    sign: str
    text: str


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[Piece]]:
    """Block → what became of its text, sign by sign; blocks that stayed are left out."""
    return {block: _pieces(before[block], after[block]) for block in BLOCKS if before[block] != after[block]}


def _pieces(old: str, new: str) -> list[Piece]:
    pieces = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("=", old[start:end]))
            continue
        pieces += [Piece(sign, part) for sign, part in (("-", old[start:end]), ("+", new[new_start:new_end])) if part]
    return pieces
