"""Tables: a list of rows, each cell checked by what its column is called."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from permits.fields import identifiers
from permits.fields.choices import yes_or_no
from permits.fields.dates import a_date
from permits.fields.faults import Fault, _
from permits.fields.numbers import integer, number
from permits.fields.texts import limit, narrow, refuse_private, tidy

LONGEST_CELL = 100
MOST_ROWS = 300
Row = dict[str, Any]


def table(raw: object, columns: Sequence[str]) -> list[Row]:
    """The rows, blank ones left out. `raw`: rows as mappings or lists, or text pasted from a spreadsheet or CSV.

    Raises one Fault with the faults of all cells.
    """
    good: list[Row] = []
    cells: dict[tuple[int, str], Fault] = {}
    for place, row in enumerate(rows_of(raw, columns)):
        good.append(_row(place, row, columns, cells))
    if len(good) > MOST_ROWS:
        raise Fault(_("最多%(most)d行，现有%(count)d行；请作为材料上传完整名册"), most=MOST_ROWS, count=len(good))
    if cells:
        (place, column), first = next(iter(cells.items()))
        raise Fault(
            _("共%(count)d处需要修改；第一处在第%(row)d行“%(column)s”：%(first)s"),
            cells=cells,
            count=len(cells),
            row=place + 1,
            column=column,
            first=str(first),
        )
    return good


def rows_of(raw: object, columns: Sequence[str]) -> list[Row]:
    """The rows as typed, as mappings from column to text, without blank ones."""
    if isinstance(raw, str):
        return pasted(raw, columns)
    found = [_as_row(row, columns) for row in raw if row] if isinstance(raw, Iterable) else []
    return [row for row in found if any(tidy(value) for value in row.values())]


def _as_row(row: Any, columns: Sequence[str]) -> Row:
    if isinstance(row, Mapping):
        return {column: "" if row.get(column) is None else row[column] for column in columns}
    values = list(row) if isinstance(row, list | tuple) else [row]
    return dict(zip(columns, values + [""] * len(columns), strict=False))


def pasted(text: str, columns: Sequence[str]) -> list[Row]:
    """Rows of a pasted table: tabs (from a spreadsheet), else commas. A first line of column names sets the order."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if "\t" not in text:
        text = text.replace("\uff0c", ",")
    mark = "\t" if "\t" in text else ","
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error:  # a cell longer than a page, or a quotation mark that never ends
        lines = [line.split(mark) for line in text.split("\n")]
    lines = [line for line in lines if any(tidy(cell) for cell in line)]
    if not lines:
        return []
    head = [tidy(cell) for cell in lines[0]]
    if set(head) & set(columns):
        return [{column: _under(column, head, line) for column in columns} for line in lines[1:]]
    return [_as_row(line, columns) for line in lines]


def _under(column: str, head: list[str], line: list[str]) -> str:
    place = head.index(column) if column in head else len(line)
    return line[place] if place < len(line) else ""


def _row(place: int, row: Row, columns: Sequence[str], cells: dict[tuple[int, str], Fault]) -> Row:
    clean_row: Row = {}
    for column in columns:
        try:
            clean_row[column] = cell(column, row[column], needed=column == columns[0])
        except Fault as fault:
            cells[(place, column)] = fault
    return clean_row


def cell(column: str, raw: object, *, needed: bool = False) -> Any:
    """One cell, checked by its column's name. The first column has to be filled, the others may stay empty."""
    if not tidy(raw):
        if needed:
            raise Fault(_("请写“%(column)s”"), column=column, blank=True)
        return ""
    for names, check in CHECKS:
        if any(name in column for name in names):
            return check(raw)
    return _text(raw)


def _text(raw: object) -> str:
    text = limit(tidy(raw), LONGEST_CELL)
    refuse_private(text)
    return text


def _percent(raw: object) -> int | float:
    value = number(raw, "%", "51%")
    if value > 100:
        raise Fault(_("比例不能超过100%%，例如：51%%"))
    return value


def _yes(raw: object) -> str:
    return "是" if yes_or_no(raw) else "否"


def _name_or_number(raw: object) -> str:
    return identifiers.any_document(narrow(raw))


CHECKS: tuple[tuple[tuple[str, ...], Callable[[object], Any]], ...] = (
    (("证件号码", "身份证号"), _name_or_number),
    (("有效期", "日期"), a_date),
    (("数量", "人数", "台数"), integer),
    (("比例",), _percent),
    (("是否",), _yes),
    (("电话", "手机"), identifiers.phone),
)
