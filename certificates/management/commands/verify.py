"""`manage.py verify FILE|TEXT [--at DATETIME] [--offline DIR] --json`: does this licence hold?

Exit 0: yes, all of it or part of it. 1: no (not valid, forged, unknown). 2: there is nothing to verify.
"""

import json
from argparse import ArgumentParser
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.plain import OneLineCommand
from certificates.coding import presenting
from certificates.coding.presenting import Presented
from certificates.signers import keys
from certificates.verifying import offline, verification
from certificates.verifying.reading import DRAWN, MAX_FILE_BYTES, Scan, Unreadable, scan
from certificates.verifying.verdict import Signature, Verdict
from certificates.wording import PRESENTED, REASONS, SEALS, STATES, title_of, warning_words

MAX_PATH = 1000
YEARS = range(1990, 2200)
"""What `--at` may name: nothing was issued before, and a moment at the end of time has no zone."""


class Command(OneLineCommand):
    help = "Verify a licence: a PDF, a picture of a code, a code's text, or a licence number."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="FILE|TEXT", help="a PDF, PNG or text file, the code's text, or a number")
        parser.add_argument("--at", help="as of this moment, for instance 2026-03-01 or 2026-03-01T10:00+08:00")
        parser.add_argument("--offline", type=Path, metavar="DIR", help="only the published files of this folder")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verdict, presented = self.verdict(options)
        except (Unreadable, offline.BadPublication) as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        if options["json"]:
            told = verdict.as_json() | {"presented": as_json(presented)}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(lines_of(verdict, presented)))
        if not verdict.holds:
            raise SystemExit(1)

    def verdict(self, options: dict[str, Any]) -> tuple[Verdict, Presented | None]:
        """The verdict, and what is added by a code that was shown on a telephone (亮证), where the paper's own is proved.
        Raises Unreadable and BadPublication."""
        at = moment(options["at"])
        found = read(options["what"])
        published = offline.load(options["offline"]) if options["offline"] else None
        paper, digits = presenting.split(found.text)
        found = replace(found, text=paper)
        if published:
            verdict = offline.verify_scan(found, at=at, published=published)
        else:
            verdict = verification.verify_scan(found, at=at)
        if not digits or verdict.signature is not Signature.GOOD:
            return verdict, None
        known = published.keys if published else keys.verifying_keys()
        return verdict, presenting.examine(paper, digits, known, at)


def moment(text: str | None) -> datetime:
    """The asked moment; a day alone means its end, a time without zone is local. Raises Unreadable."""
    if text is None:
        return timezone.localtime()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"--at {text}: 不是日期时间；请写成 2026-03-01 或 2026-03-01T10:00") from error
    if at.year not in YEARS:
        raise Unreadable(f"--at {text}: 年份须在 {YEARS.start} 至 {YEARS.stop - 1} 之间")
    if len(text.strip()) == len("2026-03-01"):
        at = at.replace(hour=23, minute=59, second=59)
    return at if at.tzinfo else timezone.make_aware(at)


def read(what: str) -> Scan:
    """A file's code, or the text itself. Raises Unreadable, also for the name of a file that is not there."""
    if not what.strip() or any("\ud800" <= sign <= "\udfff" for sign in what):
        raise Unreadable("没有可读的内容；请给出证书 PDF、二维码图片、二维码文本或证书编号")
    path = Path(what)
    try:
        if len(what) < MAX_PATH and path.is_dir():
            raise Unreadable(f"{what}: 这是一个目录；请给出其中的一个文件")
        if len(what) < MAX_PATH and path.is_file():
            with path.open("rb") as file:
                return scan(file.read(MAX_FILE_BYTES + 1), name=path.name)
    except OSError as error:
        raise Unreadable(f"{what}: {error.strerror}") from error
    named_like_file = path.suffix.lower() in (*DRAWN, ".txt") or what.startswith(("/", "./", "../"))
    if named_like_file and "://" not in what:
        raise Unreadable(f"{what}: 没有这个文件")
    return Scan(what)


def as_json(presented: Presented | None) -> dict[str, Any] | None:
    """What a telephone adds, as plain values."""
    if presented is None:
        return None
    until = presented.until.isoformat(timespec="seconds") if presented.until else None
    return {"state": str(presented.state), "until": until}


def lines_of(verdict: Verdict, presented: Presented | None = None) -> list[str]:
    """The verdict for people."""
    lines = [f"{title_of(verdict)}  (截至 {timezone.localtime(verdict.as_of):%Y-%m-%d %H:%M})"]
    if verdict.reason:
        lines.append(f"  {REASONS.get(verdict.reason, verdict.reason)}")
    if verdict.number:
        lines.append(f"  {verdict.number} 第 {verdict.version} 版  {verdict.holder.get('name', '')}")
    if verdict.newest_version and verdict.version != verdict.newest_version:
        lines.append(f"  第 {verdict.version} 版已被第 {verdict.newest_version} 版替代")
    if presented:
        lines.append(f"  亮证:{PRESENTED[presented.state]}")
    for item in verdict.items:
        end = f"至 {item.valid_to}" if item.valid_to else "长期"
        lines.append(
            f"  {item.position}. {item.name}  {STATES[item.state]}  {item.department_name}  {item.number}  {end}"
        )
    if verdict.seal:
        told = [verdict.seal.holder] if verdict.seal.holder else []
        told += [f"{timezone.localtime(verdict.seal.at):%Y-%m-%d %H:%M}"] if verdict.seal.at else []
        lines.append("  ".join([f"  文件签章:{SEALS[verdict.seal.state]}", *told]))
    return lines + [f"  注意:{words}" for words in warning_words(verdict)]
