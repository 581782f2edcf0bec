"""Forms of the visit page: findings on the checklist, what was settled, signatures, the period to put things right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from industries.checklists import Point
from permits.inspections import closing, entries, signing
from permits.inspections.entries import NewEntry
from permits.inspections.findings import Entry, Found
from permits.models import Finding, InspectionPhoto

CHOICES = [(str(one.value), one.label) for one in Finding]


@dataclass(frozen=True)
class PointBlock:
    """One point on the page: what was found so far, by whom, its photographs, and the officer's own fields."""

    point: Point
    found: Found
    others: tuple[tuple[str, Entry], ...]
    photos: tuple[InspectionPhoto, ...]
    self_checks: tuple[InspectionPhoto, ...]
    finding: BoundField | None
    note: BoundField | None
    photo: BoundField | None
    client_id: BoundField | None
    before: Any = None
    rectified: tuple[InspectionPhoto, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nobody has found anything on it."""
        return not self.found.entries

    @property
    def words(self) -> str:
        """What stands on it."""
        return str(Finding(self.found.finding).label) if self.found.finding else ""

    @property
    def tag(self) -> str:
        """The colour of what stands on it."""
        return {"pass": "green", "rectify": "yellow", "fail": "red"}.get(self.found.finding, "grey")


class FindingsForm(forms.Form):
    """The checklist: for each point of the officer's own matters a finding, a note, a photograph.

    Each point bears an id that was made with the page: sent twice, it is there once.
    """

    def __init__(self, data: Any = None, files: Any = None, *, points: list[Point], own: dict[str, Entry]) -> None:
        super().__init__(data, files)
        self.points, self.own = points, own
        for point in points:
            latest = own.get(point.id)
            self.fields[f"finding_{point.id}"] = forms.ChoiceField(
                label=point.text,
                required=False,
                choices=CHOICES,
                widget=forms.RadioSelect,
                initial=latest.finding if latest else None,
            )
            self.fields[f"note_{point.id}"] = forms.CharField(
                label=_("情况说明"),
                required=False,
                max_length=entries.LONGEST_NOTE,
                initial=latest.note if latest else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"photo_{point.id}"] = forms.FileField(
                label=_("现场照片"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
            )
            self.fields[f"id_{point.id}"] = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        """What is found wanting says what is wanting."""
        data: dict[str, Any] = super().clean() or {}
        for point in self.points:
            finding, note = data.get(f"finding_{point.id}"), (data.get(f"note_{point.id}") or "").strip()
            if finding and finding != Finding.PASS and not note:
                self.add_error(f"note_{point.id}", _("请写明“%(text)s”的具体情况") % {"text": point.text})
            if note and not finding:
                self.add_error(f"finding_{point.id}", _("请选择“%(text)s”的核查结论") % {"text": point.text})
        return data

    def changed(self, at: datetime) -> list[NewEntry]:
        """The findings that are new or other than the officer's own latest ones."""
        found = []
        for point in self.points:
            finding, note = self.cleaned_data[f"finding_{point.id}"], self.cleaned_data[f"note_{point.id}"].strip()
            latest = self.own.get(point.id)
            if finding and (latest is None or (latest.finding, latest.note) != (finding, note)):
                client_id = self.cleaned_data[f"id_{point.id}"] or uuid4()
                found.append(NewEntry(client_id, point.id, finding, note, at))
        return found

    def pictures(self) -> Iterator[tuple[str, UUID, Any]]:
        """The photographs that were chosen, each with its point and an id that hangs on the page's."""
        for point in self.points:
            if file := self.cleaned_data.get(f"photo_{point.id}"):
                yield point.id, uuid4(), file


class SettleForm(forms.Form):
    """What the officers agreed on."""

    point = forms.CharField(widget=forms.HiddenInput)
    finding = forms.ChoiceField(
        label=_("协商一致的结论"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择核查结论")},
    )
    note = forms.CharField(
        label=_("协商一致的理由"),
        max_length=entries.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明协商一致的理由")},
    )


class SignatureForm(forms.Form):
    """The business signs, with its statement, or declines and the officers write down why."""

    name = forms.CharField(label=_("被核查人姓名"), required=False, max_length=60)
    statement = forms.CharField(
        label=_("被核查人意见"),
        required=False,
        max_length=signing.LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("对核查情况有什么意见；没有的可以不写。"),
    )
    declined = forms.BooleanField(label=_("被核查人拒绝签字"), required=False)
    reason = forms.CharField(label=_("拒绝签字的情况"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """A name, or why there is none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("declined") and not (data.get("reason") or "").strip():
            self.add_error("reason", _("请写明拒绝签字的情况"))
        if not data.get("declined") and not (data.get("name") or "").strip():
            self.add_error("name", _("请写签字人的姓名"))
        return data


class CloseForm(forms.Form):
    """Working days to put right what is wanting."""

    days = forms.IntegerField(
        label=_("整改期限"),
        min_value=1,
        max_value=closing.MOST_DAYS,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "3", "data-suffix": _("个工作日")}),
        help_text=_("各部门商定一个期限。整改一般不停止计时，期限不能晚于法定期限。"),
    )
