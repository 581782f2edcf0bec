"""Making the licence at the office: nothing is printed whose seal does not verify; the first sheet is the original."""

import html
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import paper, printing
from certificates.models import LicencePrint, LicenceVersion
from certificates.verifying import verification
from permits.models import Case
from tests.workflows.conftest import MONDAY, Story
from workflows import steps

LATER = MONDAY + timedelta(days=2)


@pytest.fixture
def version(story: Story, settings: Any, tmp_path: Path) -> LicenceVersion:
    """A licence whose file was made."""
    settings.MEDIA_ROOT = tmp_path
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    made = LicenceVersion.objects.get(licence__case=case)
    paper.store(made, at=LATER)
    made.refresh_from_db()
    return made


def test_the_original_once_then_marked_copies_and_never_without_its_seal(
    story: Story, version: LicenceVersion, tmp_path: Path, client: Client
) -> None:
    case = Case.objects.get(pk=version.licence.case_id)
    office = story.cast.actor(story.cast.service_office)
    with pytest.raises(RuleViolation):
        printing.print_licence(case, actor=story.window, at=LATER)
    first, original = printing.print_licence(case, actor=office, at=LATER)
    assert (first.copy, original) == (0, (tmp_path / version.file).read_bytes())
    second, copied = printing.print_licence(case, actor=office, at=LATER)
    assert second.copy == 1
    assert copied != original
    assert verification.verify_file(copied, at=LATER).version == version.version
    (tmp_path / version.file).write_bytes(original.replace(b"%PDF-1.7", b"%PDF-1.6") + b"\n")
    with pytest.raises(RuleViolation) as refused:
        printing.print_licence(case, actor=office, at=LATER)
    assert refused.value.code == "seal_broken"
    assert LicencePrint.objects.count() == 2
    client.force_login(story.cast.service_office)
    place = f"/office/{case.number}/"
    assert "验章没有通过" in html.unescape(client.get(place).content.decode())
    assert client.post(place, {"do": "print"}).status_code == 409
    assert client.post(place, {"do": "remake"}).status_code == 302
    sheet = client.post(place, {"do": "print"})
    assert sheet["Content-Type"] == "application/pdf"
    assert "副本第 2 份" in html.unescape(client.get(place).content.decode())
    acts = list(AuditEntry.objects.filter(subject=case.audit_subject).values_list("act", flat=True))
    assert acts[-4:] == ["licence_printed", "licence_printed", "licence_remade", "licence_printed"]


def test_without_a_licence_nothing_is_printed(story: Story) -> None:
    with pytest.raises(RuleViolation):
        printing.print_licence(story.accepted(), actor=story.cast.actor(story.cast.service_office), at=LATER)
