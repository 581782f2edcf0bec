"""Django forms made of the catalogue's fields. They keep what was typed; the fields' own rules judge it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from industries.entities import Field
from permits.fields import guidance
from permits.fields.groups import DECLARATIONS
from permits.fields.tables import pasted, rows_of
from permits.files import uploads
from permits.merged_form.entries import Conflict, mark
from permits.merged_form.form import Group, Line
from permits.promises.ways import Way

SPARE_ROWS = 2
COMMITMENT, ORDINARY = "commitment", "ordinary"
MOST_SHOWN = 320


class TableWidget(forms.Widget):
    """Rows of text inputs that work without JavaScript, and a box into which a spreadsheet can be pasted.

    Rendered by `permits/parts/table_field.html`; here is only what the request means.
    """

    input_type = "table"

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__()
        self.columns = columns

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]]:
        """The rows of the inputs, then those of the paste box; blank ones left out."""
        count = data.get(f"{name}-rows", "0")
        shown = min(int(count), MOST_SHOWN) if re.fullmatch(r"[0-9]{1,6}", count) else 0
        rows = [
            {column: data.get(f"{name}-{row}-{place}", "") for place, column in enumerate(self.columns)}
            for row in range(shown)
            if not data.get(f"{name}-{row}-remove")
        ]
        return rows_of(rows, self.columns) + pasted(data.get(f"{name}-paste", ""), self.columns)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-rows" not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Nothing: the page's own template draws the table."""
        return SafeString("")


def widget_of(field: Field) -> forms.Widget:
    """The control that suits the field's type."""
    if field.type == "choice":
        choices = [(option, option) for option in field.options]
        if len(choices) > 7:
            return forms.Select(choices=[("", _("请选择")), *choices])
        return forms.RadioSelect(choices=choices)
    if field.type == "multi":
        return forms.CheckboxSelectMultiple(choices=[(option, option) for option in field.options])
    if field.type == "bool" and field.group == DECLARATIONS:
        return forms.CheckboxInput()
    if field.type == "bool":
        return forms.RadioSelect(choices=[("True", _("是")), ("False", _("否"))])
    if field.type == "table":
        return TableWidget(field.options)
    if field.type == "textarea":
        return forms.Textarea(attrs={"rows": 5, "maxlength": field.max_length or False})
    return forms.TextInput(attrs=_typing(field))


def _typing(field: Field) -> dict[str, Any]:
    """What helps typing: the keyboard, the width, the unit, what the browser may offer."""
    attrs = {
        "inputmode": guidance.KEYBOARDS.get(field.type),
        "data-width": guidance.WIDTHS.get(field.type),
        "data-suffix": field.unit,
        "autocomplete": guidance.AUTOCOMPLETE.get(field.id, "off"),
        "spellcheck": "false" if field.type in ("id_number", "phone") or field.id == "f_uscc" else None,
    }
    return {name: value for name, value in attrs.items() if value}


class MergedField(forms.Field):
    """A field of the form as the catalogue describes it. It takes everything: judging is the fields' rules' part."""

    def __init__(self, line: Line) -> None:
        template, example = guidance.hint(line.field)
        super().__init__(
            required=line.field.required,
            label=line.field.label,
            widget=widget_of(line.field),
            help_text=gettext(template) % {"example": example} if template else "",
        )

    def clean(self, value: Any) -> Any:
        return value


class SectionForm(forms.Form):
    """One section of the merged form: shows what stands in its lines, and reads what was typed into them."""

    def __init__(self, group: Group, data: QueryDict | None = None, *, faults: bool = False) -> None:
        super().__init__(data)
        self.group = group
        for line in group.lines:
            self.fields[line.id] = MergedField(line)
            self.initial[line.id] = line.value
        if faults:
            self._errors = forms.utils.ErrorDict()
            for line in group.lines:
                if line.fault:
                    self._errors[line.id] = self.error_class([line.message])

    def typed(self) -> dict[str, Any]:
        """What was typed, by field; fields that the page did not carry are left out."""
        found = {}
        for name, field in self.fields.items():
            if f"shown-{name}" in self.data:
                found[name] = field.widget.value_from_datadict(self.data, self.files, name)
        return found

    def contested(self) -> dict[str, str]:
        """Why prefilled values are disputed, by field."""
        return {name: self.data[f"contest-{name}"] for name in self.fields if f"contest-{name}" in self.data}

    def shown(self) -> dict[str, str]:
        """The digests of the values that the page had shown."""
        return {name: self.data[f"shown-{name}"] for name in self.fields if f"shown-{name}" in self.data}

    def tell(self, conflicts: Sequence[Conflict], message: str) -> None:
        """Put one's own values back into the fields that somebody else has changed meanwhile, and say so at each."""
        self._errors = self._errors or forms.utils.ErrorDict()
        for one in conflicts:
            self.initial[one.line.id] = one.mine
            self._errors[one.line.id] = self.error_class([message])

    def parts(self, more: Mapping[str, int]) -> list[dict[str, Any]]:
        """What the page draws: each line with its bound field, and a table's rows with `more` spare ones."""
        return [self._part(line, more.get(line.id, SPARE_ROWS)) for line in self.group.lines]

    def _part(self, line: Line, spare: int) -> dict[str, Any]:
        part = {"line": line, "field": self[line.id], "shown": mark(line)}
        if line.field.type == "table":
            part["columns"] = line.field.options
            part["rows"] = self._rows(line, spare)
        return part

    def _rows(self, line: Line, spare: int) -> list[list[dict[str, Any]]]:
        filled = rows_of(self.initial[line.id] or [], line.field.options)
        blank = [dict.fromkeys(line.field.options, "")] * max(spare, 1 - len(filled))
        faults = line.fault.cells if line.fault else {}
        return [
            [
                {
                    "name": f"{line.id}-{row}-{place}",
                    "column": column,
                    "value": cells.get(column, ""),
                    "is_wrong": (row, column) in faults,
                }
                for place, column in enumerate(line.field.options)
            ]
            for row, cells in enumerate(filled + blank)
        ]


class FilesInput(forms.FileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each with a name and some content."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every file; what is no file at all is told once."""
        return [super(FilesField, self).clean(one, initial) for one in data or [None]]


class UploadForm(forms.Form):
    """One or more files for a material; each is checked by its content."""

    file = FilesField(label=_("选择文件"), widget=FilesInput(attrs={"accept": uploads.ACCEPT}))


class SigningForm(forms.Form):
    """The signature under the letters of commitment."""

    agreed = forms.BooleanField(
        label=_("我已阅读并自愿作出上述承诺"),
        error_messages={"required": _("请阅读全文，并勾选“我已阅读并自愿作出上述承诺”")},
    )
    name = forms.CharField(
        label=_("签署人姓名"),
        max_length=60,
        help_text=_("法定代表人(负责人)或委托代理人的姓名"),
        error_messages={"required": _("请写签署人姓名，例如：王小店")},
    )


class WaysForm(forms.Form):
    """By commitment or the ordinary way: one pair of radios for each matter that leaves the choice."""

    def __init__(self, data: Any = None, *, lines: Sequence[Way]) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            matter = line.entry.matter
            self.fields[line.id] = forms.ChoiceField(
                label=matter.name,
                choices=[
                    (COMMITMENT, _("告知承诺：材料齐全的直接决定，之后核查")),
                    (ORDINARY, gettext("一般程序：先核查，%(days)d个工作日内决定") % {"days": matter.promised_days}),
                ],
                widget=forms.RadioSelect,
                initial=COMMITMENT if line.by_commitment else ORDINARY,
                help_text=_("由%(name)s决定") % {"name": line.entry.department_name},
                error_messages={"required": _("请选择办理方式")},
            )

    def choices(self) -> list[tuple[Way, forms.BoundField]]:
        """Each matter with its radios."""
        return [(line, self[line.id]) for line in self.lines]

    @property
    def ordinary(self) -> list[str]:
        """The matters that are to go the ordinary way."""
        return [line.id for line in self.lines if self.cleaned_data[line.id] == ORDINARY]


class DescribeForm(forms.Form):
    """An enterprise that the register does not know yet, in the applicant's words."""

    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=60,
        help_text=_("18位，在营业执照右上角，例如：91310105MA1FW00290"),
        error_messages={"required": _("请填写统一社会信用代码，例如：91310105MA1FW00290")},
        widget=forms.TextInput(attrs={"data-width": "20", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("企业名称"),
        max_length=100,
        error_messages={"required": _("请填写营业执照上的名称，例如：上海长宁示例便利店有限公司")},
    )
    domicile = forms.CharField(
        label=_("住所"),
        max_length=200,
        error_messages={"required": _("请填写营业执照上的住所，例如：上海市长宁区愚园路1088号1层101室")},
    )
    legal_representative = forms.CharField(
        label=_("法定代表人(负责人)姓名"),
        max_length=60,
        error_messages={"required": _("请填写法定代表人(负责人)姓名，例如：王小店")},
        widget=forms.TextInput(attrs={"data-width": "10"}),
    )
