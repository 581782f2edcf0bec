"""Reading the CSV files of offices: UTF-8 with or without a mark, or the GBK that spreadsheets write."""

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from audit.violations import RuleViolation


def text_of(path: Path) -> str:
    """The file's text. Raises `RuleViolation` where there is no such file or it is neither UTF-8 nor GBK."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = _("无法读取 %(path)s:%(why)s") % {"path": path, "why": error.strerror}
        raise RuleViolation("file_unreadable", message) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleViolation("file_encoding", _("%(path)s 的编码无法识别，请另存为 UTF-8 或 GBK") % {"path": path})


def rows_of(path: Path, required: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number in the file, column → stripped text) of every row that is not empty; columns come from line 1."""
    text = text_of(path)
    if "\0" in text:
        raise RuleViolation("file_encoding", _("%(path)s 不是 CSV 文本文件") % {"path": path})
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in required if name not in (reader.fieldnames or ())]
    if missing:
        names = {"path": path, "columns": ", ".join(missing)}
        raise RuleViolation("file_columns", _("%(path)s 第 1 行缺少列：%(columns)s") % names)
    for row in reader:
        values = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        if any(values.values()):
            yield reader.line_num, values
