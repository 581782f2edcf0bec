"""The form in which the service office writes official wording, and what its pages show beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from calendars.services import current as current_calendar
from industries.publishing import catalogue_of, current_version
from permits import rendering
from permits.models import Wording, WordingDraft
from permits.models.wording import BLOCKS, WordingText
from permits.papers import publishing, samples
from permits.papers.forms import FORMS, PLACEHOLDERS, PaperForm
from permits.papers.page import Page
from permits.papers.publishing import Piece

LABELS = {"opening": _("开头"), "body": _("正文"), "closing": _("结尾")}
ROWS = {"opening": 4, "body": 12, "closing": 3}
HINTS = {
    "opening": _("每一行是一段。"),
    "body": _("行首写“# ”的是小标题；两对星号 **之间** 的字加粗；占位符写在两对大括号中。"),
}


class WordingForm(forms.Form):
    """The four blocks, and hidden: the version and the draft that the writer had before them (`base`, `seen`).

    What is wrong with the text is said by `permits.papers.publishing`, and does not keep a draft from being saved.
    """

    title = forms.CharField(label=_("标题"), max_length=60, required=False)
    base = forms.IntegerField()
    seen = forms.CharField(required=False)
    reason = forms.CharField(
        label=_("修改的理由"), max_length=300, required=False, help_text=_("发布时必填；记入历史和审计记录。")
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for block, rows in ROWS.items():
            self.fields[block] = forms.CharField(
                label=LABELS[block],
                required=False,
                widget=forms.Textarea(attrs={"rows": rows}),
                help_text=HINTS.get(block, ""),
            )

    def blame(self, form: PaperForm) -> None:
        """Say at each block what keeps it from being published."""
        for fault in publishing.faults(form, self.texts):
            self.add_error(fault.block, fault.message)

    @property
    def texts(self) -> dict[str, str]:
        """Block → text, as it was written."""
        return {block: self.cleaned_data.get(block) or self.data.get(block, "") for block in BLOCKS}


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the list: a form of paper, its version in use, and whether somebody is writing the next one."""

    form: PaperForm
    in_use: Wording
    draft: WordingDraft | None


def lines() -> list[FormLine]:
    """All forms, in the order of a case's life."""
    rows = {row.form: row for row in Wording.objects.defer(*BLOCKS).select_related("published_by").order_by("version")}
    drafts = {draft.form: draft for draft in WordingDraft.objects.select_related("saved_by")}
    return [FormLine(form, rows[form.key], drafts.get(form.key)) for form in FORMS.values()]


@dataclass(frozen=True, slots=True)
class Change:
    """A version in the history, with what it changed of the one before; None for the first."""

    wording: Wording
    changes: dict[str, list[Piece]] | None


def history(form: PaperForm) -> list[Change]:
    """The versions of a form, newest first."""
    rows = list(Wording.objects.select_related("published_by").filter(form=form.key).order_by("-version"))
    older = [*rows[1:], None]
    return [
        Change(row, publishing.differences(before.texts, row.texts) if before else None)
        for row, before in zip(rows, older, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class PlaceholderLine:
    """A placeholder beside the form."""

    name: str
    meaning: Any
    is_mandatory: bool
    is_block: bool


def placeholder_lines(form: PaperForm) -> list[PlaceholderLine]:
    """What may stand in the form's text, the mandatory ones first."""
    return [
        PlaceholderLine(name, PLACEHOLDERS[name].meaning, name in form.mandatory, PLACEHOLDERS[name].is_block)
        for name in form.placeholders
    ]


def sample(form: PaperForm, today: date) -> Page | None:
    """A made-up page with matters of the catalogue in use; None while no catalogue is published."""
    version = current_version(today)
    return samples.page(form, catalogue_of(version), current_calendar()) if version else None


def preview(form: PaperForm, wording: WordingText, today: date) -> dict[str, SafeString | str]:
    """Title and text on a made-up page; empty while no catalogue is published."""
    page = sample(form, today)
    return rendering.words_of(page, wording) if page else {}
