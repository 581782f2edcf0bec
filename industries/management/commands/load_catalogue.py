"""`manage.py load_catalogue [FILE]`: check a catalogue file and publish it, in full, as an immutable version."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.actors import SYSTEM
from audit.violations import RuleViolation
from industries.faults import InvalidCatalogue
from industries.management.plain import PlainCommand, Unusable
from industries.models import CatalogueVersion
from industries.publishing import BUNDLED, in_full, publish


class Command(PlainCommand):
    """Publishes a file; the same file again changes nothing. Without FILE the bundled versions, in their order."""

    help = "检查并发布目录文件(缺省为随附的各版目录，依次发布)；同一文件再次发布不产生变化"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="目录文件(YAML 或 JSON)；可以只写对另一版本的增补")
        parser.add_argument("--from", dest="effective_from", type=date.fromisoformat, help="生效日(缺省为今天)")
        parser.add_argument("--check", action="store_true", help="只检查，不发布")
        parser.add_argument("--json", action="store_true", help="输出 JSON：给出 FILE 时为一个对象，否则为各版的列表")

    def handle_plain(self, **options: Any) -> int:
        named = options["file"]
        facts = [self._handle_file(path, **options) for path in ((named,) if named else BUNDLED)]
        if options["json"]:
            self.print_json(facts[0] if named else facts)
        return 0

    def _handle_file(self, path: Path, **options: Any) -> dict[str, Any]:
        try:
            document = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unusable(f"{path}：读不了这个文件({error})；请给出 UTF-8 的目录文件") from error
        try:
            return self._check(document, **options) if options["check"] else self._publish(document, **options)
        except InvalidCatalogue as invalid:
            first = "; ".join(str(error) for error in invalid.errors[:5])
            more = f"; 另有 {len(invalid.errors) - 5} 处" if len(invalid.errors) > 5 else ""
            raise Unusable(f"{path}：{len(invalid.errors)} 处错误：{first}{more}") from invalid
        except RuleViolation as violation:
            raise Unusable(f"{path}：{violation.message}") from violation

    def _check(self, document: str, **options: Any) -> dict[str, Any]:
        label = in_full(document).parsed().id
        self._tell(f"{label}：没有错误", **options)
        return {"catalogue": label, "published": False}

    def _publish(self, document: str, **options: Any) -> dict[str, Any]:
        before = CatalogueVersion.objects.count()
        version = publish(
            document=document, actor=SYSTEM, at=timezone.localtime(), effective_from=options["effective_from"]
        )
        published = CatalogueVersion.objects.count() > before
        self._tell(f"{version.label}：{'已发布' if published else '已在，没有变化'}", **options)
        return {"catalogue": version.label, "sha256": version.sha256, "published": published}

    def _tell(self, line: str, **options: Any) -> None:
        if not options["json"]:
            self.stdout.write(line)
