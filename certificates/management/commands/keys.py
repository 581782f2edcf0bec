"""`manage.py keys make|rotate|add|seal|list|retire|reissue`: the keys that sign the licences' codes, and the seal on their paper."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.violations import RuleViolation
from certificates import printing, publication
from certificates.acts import replacing
from certificates.models import SealCertificate, SigningKey
from certificates.signers import keyfiles, keys, sealers, seals
from certificates.signers.signing import ALGORITHMS, MADE_HERE
from permits.models import Case

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
        seal = acts.add_parser("seal", help="seal papers from now on, with a certificate of our own or that of a file")
        seal.add_argument(
            "file", type=Path, nargs="?", help="PKCS #12; with --seal-server the certificates, a PEM file"
        )
        seal.add_argument("--passphrase-file", type=Path, metavar="PATH", help="holds what opens the PKCS #12 file")
        seal.add_argument("--seal-server", metavar="URL", help="the server that has the certificate's key")
        seal.add_argument("--years", type=int, default=seals.YEARS, help="how long a certificate of our own is valid")
        acts.add_parser("list", help="list all keys and seals")
        retire = acts.add_parser("retire", help="let a key or seal be used no more; what it signed stays verifiable")
        retire.add_argument("kid", help="the key's, or a seal's fingerprint (its first 16 signs will do)")
        retire.add_argument(
            "--leaked",
            action="store_true",
            help="stop at once; without the record what it signed proves nothing any more",
        )
        acts.add_parser("reissue", help="bring out anew what a leaked key signed, seal anew what a leaked seal sealed")
        for sub in acts.choices.values():
            sub.add_argument("--json", action="store_true", default=False, dest="json_after", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["act"] == "reissue":
                self.reissue(options, timezone.now())
                return
            rows = self.act(options, timezone.now())
        except (RuleViolation, OSError, UnicodeDecodeError) as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        if options["act"] != "list":
            publication.forget_keys()
            self.warn(timezone.now())
        if options["json"] or options["json_after"]:
            self.stdout.write(json.dumps([self.as_json(row) for row in rows], ensure_ascii=False))
            return
        for row in rows:
            if isinstance(row, SealCertificate):
                self.stdout.write(self.line_of_seal(row))
                continue
            ended = f"停用于 {row.retired_at:%Y-%m-%d %H:%M}" if row.retired_at else "使用中"
            ended += "（已泄露）" if row.leaked else ""
            here = "私钥在本机" if keyfiles.path_of(row.kid).exists() else "本机无私钥"
            if keyfiles.seal_path_of(row.kid).exists():
                here = f"私钥在签名服务器 {keyfiles.seal_url(row.kid)}"
            self.stdout.write(f"{row.kid}  {row.algorithm}  {row.valid_from:%Y-%m-%d %H:%M}  {ended}  {here}")

    def warn(self, now: datetime) -> None:
        """Say from when on nothing could be signed: keys ended in another order than they began."""
        if (gap := keys.gap(now)) is not None:
            words = (
                "现在没有可用的签名密钥"
                if gap <= now
                else f"{timezone.localtime(gap):%Y-%m-%d %H:%M} 起没有可用的签名密钥"
            )
            self.stderr.write(f"注意：{words}；请运行 manage.py keys make 或者 keys rotate")

    def reissue(self, options: dict[str, Any], now: datetime) -> None:
        """The licences one by one; what stands in the way of one does not stop the others. Ends with 1 where something did."""
        keys.signer()  # says so at once where none signs
        told = {"reissued": 0, "sealed_anew": 0, "failed": 0}
        self.each(replacing.signed_by_leaked(), replacing.sign_anew, "reissued", told, now)
        if SealCertificate.objects.filter(leaked=True).exists():
            self.each(printing.with_paper(), printing.seal_anew, "sealed_anew", told, now)
        words = "已换发 {reissued} 张证书的二维码，重新盖章 {sealed_anew} 份证照文件，{failed} 张没有成功"
        is_json = options["json"] or options["json_after"]
        self.stdout.write(json.dumps(told) if is_json else words.format(**told))
        if told["failed"]:
            raise SystemExit(1)

    def each(
        self, cases: Iterable[Case], act: Callable[..., bool], name: str, told: dict[str, int], now: datetime
    ) -> None:
        """Do this with each case by itself, and count."""
        for case in list(cases):
            try:
                told[name] += act(case, at=now)
            except (RuleViolation, OSError) as error:
                told["failed"] += 1
                self.stderr.write(f"{case}: {error}")

    def act(self, options: dict[str, Any], now: datetime) -> Sequence[SigningKey | SealCertificate]:
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
            case "seal":
                return [self.seal(options, now)]
            case "retire":
                is_key = SigningKey.objects.filter(kid=options["kid"]).exists()
                retire = keys.retire if is_key else seals.retire
                return [retire(options["kid"], actor=ACTOR, at=now, leaked=options["leaked"])]
        return [*SigningKey.objects.order_by("valid_from", "pk"), *SealCertificate.objects.order_by("added_at", "pk")]

    def seal(self, options: dict[str, Any], now: datetime) -> SealCertificate:
        """A seal of our own, that of a file, or that of a server."""
        if options["file"] is None:
            return seals.make(actor=ACTOR, at=now, years=options["years"])
        content = options["file"].read_bytes()
        if options["seal_server"]:
            return seals.adopt_server(content, options["seal_server"], actor=ACTOR, at=now)
        path = options["passphrase_file"]
        passphrase = path.read_text(encoding="utf-8").rstrip("\r\n") if path else ""
        return seals.adopt(content, passphrase, actor=ACTOR, at=now)

    def line_of_seal(self, row: SealCertificate) -> str:
        """A seal in one line."""
        ended = f"停用于 {row.retired_at:%Y-%m-%d %H:%M}" if row.retired_at else "使用中"
        here = "可在本机盖章" if sealers.is_here(row.fingerprint) else "本机不能盖章"
        return f"{row.fingerprint[:16]}  印章  {row.added_at:%Y-%m-%d %H:%M}  {ended}  {here}  {row.subject}"

    def as_json(self, row: SigningKey | SealCertificate) -> dict[str, Any]:
        """A key or a seal in plain values."""
        if isinstance(row, SealCertificate):
            server = sealers.path_of(row.fingerprint, "sealer")
            return {
                "kind": "seal",
                "kid": row.fingerprint[: sealers.NAME_SIGNS],
                "fingerprint": row.fingerprint,
                "subject": row.subject,
                "valid_from": row.added_at.isoformat(),
                "retired_at": row.retired_at.isoformat() if row.retired_at else None,
                "private_key_here": sealers.path_of(row.fingerprint, "p12").exists(),
                "seal_server": json.loads(server.read_text(encoding="utf-8"))["url"] if server.exists() else None,
            }
        return {
            "kind": "code",
            "kid": row.kid,
            "algorithm": row.algorithm,
            "valid_from": row.valid_from.isoformat(),
            "retired_at": row.retired_at.isoformat() if row.retired_at else None,
            "leaked": row.leaked,
            "private_key_here": keyfiles.path_of(row.kid).exists(),
            "seal_server": keyfiles.seal_url(row.kid) if keyfiles.seal_path_of(row.kid).exists() else None,
        }
