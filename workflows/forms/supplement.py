"""The form of the page on which a supplement notice is answered: for each point its words, files, fields of the form."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from permits.files import uploads
from permits.merged_form.entries import digest
from permits.merged_form.form import Group, MergedForm
from permits.merged_form.forms import SPARE_ROWS, FilesField, FilesInput, SectionForm
from permits.models import SupplementItem
from workflows.forms.applicant import TOO_LONG
from workflows.shown.asked import Asked, Point

MORE_ROWS = 5


@dataclass(frozen=True)
class Row:
    """One point as its template draws it: the text, the files' box, the field of the form; the latter two where they fit."""

    point: Point
    text: forms.BoundField
    was: str
    file: forms.BoundField | None
    part: dict[str, Any] | None


class SupplementForm(forms.Form):
    """All points at once: whichever button is pressed, whatever was typed or chosen on the page is kept.

    `whole` is the case's merged form; `listed` are the materials that it asks for: only these can be handed in. A page
    says what text it had shown, so that two open pages do not undo each other.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        asked: Asked,
        whole: MergedForm,
        listed: Iterable[str],
        faults: bool = False,
        more: str = "",
    ) -> None:
        super().__init__(data, files)
        self.asked, self.more, known = asked, more, frozenset(listed)
        for point in asked.needed:
            self.fields[text_name(point.item)] = _text(point)
            self.initial[text_name(point.item)] = point.item.answer
            if point.item.subject in known:
                self.fields[file_name(point.item)] = _files(point)
        named = {point.item.subject for point in asked.needed}
        parts = [Group(one.id, tuple(line for line in one.lines if line.id in named)) for one in whole.groups]
        self.sections = [SectionForm(part, data, faults=faults) for part in parts if part.lines]

    def texts(self) -> dict[str, str]:
        """The text per subject, where it is another than the page had shown and short enough."""
        self.is_valid()
        found = {}
        for point in self.asked.needed:
            name = text_name(point.item)
            text = self.cleaned_data.get(name)
            if text is not None and name in self.data and self.data.get(f"was-{name}") != digest(text):
                found[point.item.subject] = text
        return found

    def texts_shown(self) -> dict[str, str]:
        """The digests of the texts that the page had shown, by subject."""
        names = {point.item.subject: f"was-{text_name(point.item)}" for point in self.asked.needed}
        return {subject: self.data[name] for subject, name in names.items() if name in self.data}

    def chosen(self) -> list[tuple[str, str, list[UploadedFile]]]:
        """The files chosen for materials: subject, the box's name, files."""
        names = [(point.item.subject, file_name(point.item)) for point in self.asked.needed]
        return [
            (subject, name, self.files.getlist(name))
            for subject, name in names
            if name in self.fields and name in self.files and name not in self.errors
        ]

    def require_answers(self) -> None:
        """Say at each point that nothing was prepared for it, and at each field of the form what is wrong with it."""
        for point in self.asked.waiting:
            if text_name(point.item) not in self.errors:
                self.add_error(text_name(point.item), _missing(point))

    @property
    def all_errors(self) -> "Together":
        """What is wrong in the points and in the fields of the form, for the summary on top."""
        return Together([self, *self.sections])

    @property
    def faulty(self) -> dict[str, str]:
        """What is wrong in fields of the form: the field's id and the message."""
        return {line.id: line.message for section in self.sections for line in section.group.lines if line.fault}

    def rows(self) -> list[Row]:
        """Each point with its controls."""
        parts = {part["line"].id: part for section in self.sections for part in section.parts(self._spare)}
        return [self._row(point, parts.get(point.item.subject)) for point in self.asked.needed]

    @property
    def _spare(self) -> dict[str, int]:
        return {self.more: SPARE_ROWS + MORE_ROWS} if self.more else {}

    def _row(self, point: Point, part: dict[str, Any] | None) -> Row:
        file = file_name(point.item)
        return Row(
            point=point,
            text=self[text_name(point.item)],
            was=digest(point.item.answer),
            file=self[file] if file in self.fields else None,
            part=part,
        )


class Together(list[forms.Form]):
    """Several forms of one page, which a summary of errors reads as it reads a formset."""

    def total_error_count(self) -> int:
        """How many controls have something wrong."""
        return sum(len(form.errors) for form in self)

    def non_form_errors(self) -> list[str]:
        """Nothing is wrong with the page as a whole."""
        return []


def text_name(item: SupplementItem) -> str:
    """The name of a point's text."""
    return f"answer_{item.position}"


def file_name(item: SupplementItem) -> str:
    """The name of a point's box for files."""
    return f"file_{item.position}"


def _text(point: Point) -> forms.CharField:
    return forms.CharField(
        label=_("对“%(name)s”的说明") % {"name": point.name},
        max_length=1000,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _files(point: Point) -> FilesField:
    return FilesField(
        label=_("上传“%(name)s”") % {"name": point.name},
        required=False,
        widget=FilesInput(attrs={"accept": uploads.ACCEPT}),
    )


def _missing(point: Point) -> str:
    told = {"name": point.name}
    if point.is_material:
        return _("请上传“%(name)s”，或者写明为什么不能提供") % told
    return _("请修改“%(name)s”，或者写明您的说明") % told
