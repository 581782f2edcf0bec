"""`manage.py demo`: one convenience store from the first question to a licence that verifies, without a server."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.demo import make_demo_accounts
from accounts.enterprises import enterprise_from_register
from certificates import paper
from certificates.verifying.verification import verify_file, verify_text
from workflows import demo


class Command(BaseCommand):
    """Writes `var/demo/licence.pdf` and `var/demo/qr.txt` and verifies both."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the case, print each step, check the result as an inspector would."""
        at = timezone.now()
        make_demo_accounts(at)
        licence = demo.whole_case(enterprise_from_register(demo.SHOP, at=at), at, self.stdout.write)
        version = licence.versions.get(version=1)
        folder = settings.DATA_DIR / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        pdf, text = folder / "licence.pdf", folder / "qr.txt"
        pdf.write_bytes(paper.pdf_of(version, at=at))
        text.write_text(paper.code_text(version) + "\n", encoding="utf-8")
        self.tell(pdf, verify_file(pdf.read_bytes(), at=timezone.now()).as_json())
        self.tell(text, verify_text(text.read_text(encoding="utf-8").strip(), at=timezone.now()).as_json())

    def tell(self, path: Path, verdict: dict[str, Any]) -> None:
        """Say what the code says; anything but valid is a failure of the demo."""
        self.stdout.write(f"验证 {path}:{verdict['verdict']}")
        if verdict["verdict"] != "valid":
            raise CommandError(f"{path} does not verify: {verdict}", returncode=1)
