"""`manage.py load_catalogue [FILE]`: check a catalogue file and publish it as an immutable version."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.actors import SYSTEM
from audit.violations import RuleViolation
from industries.catalogue import parse_text
from industries.faults import InvalidCatalogue
from industries.management.plain import PlainCommand, Unusable
from industries.models import CatalogueVersion
from industries.publishing import BUNDLED, publish, sha256_of


class Command(PlainCommand):
    """Publishes a file; the same file again changes nothing. Without FILE the bundled catalogue."""

    help = "检查并发布目录文件(缺省为随附的目录)；同一文件再次发布不产生变化"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=BUNDLED, help="目录文件(YAML 或 JSON)")
        parser.add_argument("--from", dest="effective_from", type=date.fromisoformat, help="生效日(缺省为今天)")
        parser.add_argument("--check", action="store_true", help="只检查，不发布")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle_plain(self, **options: Any) -> int:
        try:
            document = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unusable(f"{options['file']}：读不了这个文件({error})；请给出 UTF-8 的目录文件") from error
        try:
            return self._check(document) if options["check"] else self._publish(document, **options)
        except InvalidCatalogue as invalid:
            first = "; ".join(str(error) for error in invalid.errors[:5])
            more = f"; 另有 {len(invalid.errors) - 5} 处" if len(invalid.errors) > 5 else ""
            raise Unusable(f"{options['file']}：{len(invalid.errors)} 处错误：{first}{more}") from invalid
        except RuleViolation as violation:
            raise Unusable(f"{options['file']}：{violation.message}") from violation

    def _check(self, document: str) -> int:
        self.stdout.write(f"{parse_text(document).id}：没有错误")
        return 0

    def _publish(self, document: str, **options: Any) -> int:
        stands = CatalogueVersion.objects.filter(sha256=sha256_of(document)).exists()
        version = publish(
            document=document, actor=SYSTEM, at=timezone.localtime(), effective_from=options["effective_from"]
        )
        facts = {"catalogue": version.label, "sha256": version.sha256, "published": not stands}
        if options["json"]:
            self.print_json(facts)
        else:
            self.stdout.write(f"{version.label}：{'已在，没有变化' if stands else '已发布'}")
        return 0
