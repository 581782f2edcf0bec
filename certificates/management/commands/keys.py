"""`manage.py keys make|list|retire`: the keys that sign the licences' codes."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.violations import RuleViolation
from certificates import keys
from certificates.models import SigningKey
from certificates.signing import ALGORITHMS

ACTOR = "command line"


class Command(BaseCommand):
    help = "Make, list or retire signing keys. Private halves stay in KEYS_DIR, readable by this user only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        acts = parser.add_subparsers(dest="act", required=True)
        make = acts.add_parser("make", help="make a key; it signs from now on")
        make.add_argument("--algorithm", default="ES256", choices=sorted(ALGORITHMS))
        acts.add_parser("list", help="list all keys")
        retire = acts.add_parser("retire", help="let a key sign no more; what it signed stays verifiable")
        retire.add_argument("kid")
        retire.add_argument("--leaked", action="store_true", help="stop at once instead of after an hour")
        for sub in acts.choices.values():
            sub.add_argument("--json", action="store_true", default=False, dest="json_after", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = self.act(options)
        except RuleViolation as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        if options["json"] or options["json_after"]:
            self.stdout.write(json.dumps([self.as_json(row) for row in rows], ensure_ascii=False))
            return
        for row in rows:
            ended = f"停用于 {row.retired_at:%Y-%m-%d %H:%M}" if row.retired_at else "使用中"
            here = "私钥在本机" if keys.path_of(row.kid).exists() else "本机无私钥"
            self.stdout.write(f"{row.kid}  {row.algorithm}  {row.valid_from:%Y-%m-%d}  {ended}  {here}")

    def act(self, options: dict[str, Any]) -> list[SigningKey]:
        """Do what was asked; the keys to show."""
        now = timezone.now()
        if options["act"] == "make":
            return [keys.make(options["algorithm"], actor=ACTOR, at=now)]
        if options["act"] == "retire":
            return [keys.retire(options["kid"], actor=ACTOR, at=now, leaked=options["leaked"])]
        return list(SigningKey.objects.order_by("valid_from", "pk"))

    def as_json(self, row: SigningKey) -> dict[str, Any]:
        """A key in plain values."""
        return {
            "kid": row.kid,
            "algorithm": row.algorithm,
            "valid_from": row.valid_from.isoformat(),
            "retired_at": row.retired_at.isoformat() if row.retired_at else None,
            "private_key_here": keys.path_of(row.kid).exists(),
        }
