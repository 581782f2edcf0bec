"""`manage.py notice`: the one-time notice for industries and answers, as text or JSON."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from industries.answers import AnswerError
from industries.entities import Catalogue
from industries.management.plain import PlainCommand, Unusable
from industries.notice import compile_notice
from industries.publishing import bundled, current_catalogue
from industries.results import ROUTE_WORDS, STATUS_WORDS, Effect, NoticeResult


class Command(PlainCommand):
    """Needs no database: uses the published version where there is one, else the bundled catalogue."""

    help = "一次告知：按行业和回答列出事项、材料、表单要素和时限"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--industry", action="append", required=True, metavar="ID", help="行业(可多次给出)")
        parser.add_argument("--answers", required=True, type=Path, metavar="FILE", help="JSON 对象：问题 → 值")
        parser.add_argument("--on", metavar="DATE", help="按哪一天的目录(YYYY-MM-DD,缺省为今天)")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle_plain(self, **options: Any) -> int:
        on = _day(options["on"])
        answers = _answers(options["answers"])
        try:
            result = compile_notice(_catalogue(on), options["industry"], answers, on)
        except AnswerError as error:
            raise Unusable(f"notice:{error}") from error
        if options["json"]:
            self.print_json(result.as_json())
        else:
            self.stdout.write("\n".join(_lines(result)))
        return 0


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text is not None else timezone.localdate()
    except ValueError as error:
        raise Unusable(f"--on {text!r} 不是日期；请写 YYYY-MM-DD，如 2026-11-23") from error


def _answers(path: Path) -> Any:
    """The file's JSON object. A key given twice is an error: nobody can say which answer was meant."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_unique)
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"--answers {path}：读不了这个文件({error})") from error
    except RecursionError as error:
        raise Unusable(f"--answers {path}：嵌套太深") from error
    except ValueError as error:
        raise Unusable(f"--answers {path}：不是有效的 JSON({error})；应为对象：问题标识 → 值") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("同一个问题写了两次")
    return found


def _catalogue(on: date) -> Catalogue:
    try:
        return current_catalogue(on)
    except DatabaseError:  # no database, or none with our tables: the product's own catalogue answers
        return bundled()


def _lines(result: NoticeResult) -> list[str]:
    """The notice for a person at a terminal."""
    lines = [f"一次告知  目录 {result.catalogue}  {result.on}  {'、'.join(result.industries)}", "", "事项："]
    for entry in result.matters:
        legal = entry.matter.statutory_days
        days = f"承诺 {entry.days} 天（法定 {legal} 天）" if entry.days else "当场办结"
        check = "现场核查" if entry.inspection else "不现场核查"
        lines.append(f"  {entry.matter.name}  {entry.department_name}  {ROUTE_WORDS[entry.route]}  {days}  {check}")
    lines += [f"  × {told.matter.name}：{told.message}" for told in result.blocked]
    lines += [f"  ! {told.matter.name}：{told.message}" for told in result.advisories]
    lines += ["", "材料："]
    lines += [f"  [{STATUS_WORDS[entry.status]}] {entry.material.name}" for entry in result.materials]
    effect = result.effect
    lines += [
        "",
        f"表单要素 {effect.fields[1]} 项；承诺办理 {result.promised_days} 个工作日",
        "合并前后：" + ",".join(f"{word} {before}→{after}" for word, (before, after) in _effect_words(effect)),
    ]
    if result.instead:
        lines += ["", result.instead]
    if result.unanswered:
        lines += ["", f"还要回答：{'、'.join(result.unanswered)}"]
    return lines


def _effect_words(effect: Effect) -> tuple[tuple[str, tuple[int, int]], ...]:
    return ("证", effect.permits), ("材料", effect.materials), ("要素", effect.fields), ("天数", effect.days)
