"""`manage.py keys make|rotate|add|list|retire`: the keys that sign the licences' codes."""

import json
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.violations import RuleViolation
from certificates import keyfiles, keys, publication
from certificates.models import SigningKey
from certificates.signing import ALGORITHMS, MADE_HERE

ACTOR = "command line"


class Command(BaseCommand):
    help = (
        "Make, rotate, add, list or retire signing keys. Private halves stay in KEYS_DIR, readable by this user only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        acts = parser.add_subparsers(dest="act", required=True)
        make = acts.add_parser("make", help="make a key; it signs from now on")
        rotate = acts.add_parser("rotate", help="make a key, and let all others end when it begins")
        for sub in (make, rotate):
            sub.add_argument("--algorithm", default="ES256", choices=sorted(MADE_HERE))
        rotate.add_argument(
            "--after", type=int, default=0, metavar="HOURS", help="begin after so many hours, so that verifiers know it"
        )
        add = acts.add_parser("add", help="let a key sign whose private half is in a seal server")
        add.add_argument("public_key", type=Path, help="its public half, a PEM file")
        add.add_argument("--algorithm", default="SM2", choices=sorted(ALGORITHMS))
        add.add_argument("--seal-server", required=True, metavar="URL", help="the server that signs with it")
        acts.add_parser("list", help="list all keys")
        retire = acts.add_parser("retire", help="let a key sign no more; what it signed stays verifiable")
        retire.add_argument("kid")
        retire.add_argument("--leaked", action="store_true", help="stop at once instead of after an hour")
        for sub in acts.choices.values():
            sub.add_argument("--json", action="store_true", default=False, dest="json_after", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = self.act(options, timezone.now())
        except (RuleViolation, OSError, UnicodeDecodeError) as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        if options["act"] != "list":
            publication.forget_keys()
        if options["json"] or options["json_after"]:
            self.stdout.write(json.dumps([self.as_json(row) for row in rows], ensure_ascii=False))
            return
        for row in rows:
            ended = f"停用于 {row.retired_at:%Y-%m-%d %H:%M}" if row.retired_at else "使用中"
            here = "私钥在本机" if keyfiles.path_of(row.kid).exists() else "本机无私钥"
            if keyfiles.seal_path_of(row.kid).exists():
                here = f"私钥在签名服务器 {keyfiles.seal_url(row.kid)}"
            self.stdout.write(f"{row.kid}  {row.algorithm}  {row.valid_from:%Y-%m-%d %H:%M}  {ended}  {here}")

    def act(self, options: dict[str, Any], now: datetime) -> list[SigningKey]:
        """Do what was asked; the keys to show."""
        match options["act"]:
            case "make":
                return [keys.make(options["algorithm"], actor=ACTOR, at=now)]
            case "rotate":
                after = timedelta(hours=max(0, options["after"]))
                return keys.rotate(options["algorithm"], actor=ACTOR, at=now, after=after)
            case "add":
                pem = options["public_key"].read_text(encoding="ascii")
                return [keys.adopt(pem, options["algorithm"], url=options["seal_server"], actor=ACTOR, at=now)]
            case "retire":
                return [keys.retire(options["kid"], actor=ACTOR, at=now, leaked=options["leaked"])]
        return list(SigningKey.objects.order_by("valid_from", "pk"))

    def as_json(self, row: SigningKey) -> dict[str, Any]:
        """A key in plain values."""
        return {
            "kid": row.kid,
            "algorithm": row.algorithm,
            "valid_from": row.valid_from.isoformat(),
            "retired_at": row.retired_at.isoformat() if row.retired_at else None,
            "private_key_here": keyfiles.path_of(row.kid).exists(),
            "seal_server": keyfiles.seal_url(row.kid) if keyfiles.seal_path_of(row.kid).exists() else None,
        }
