"""Issuing: once, whole, numbered without gaps, or not at all."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SYSTEM
from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import code, issuing
from certificates.models import Licence, LicenceItem, LicenceVersion
from certificates.signers import keys
from industries.models import CatalogueVersion
from outbox.models import Parcel
from permits.models import Case, Document
from tests import people
from tests.certificates.factories import SIX, decided_case

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_r1_9_two_granted_matters_make_a_licence(catalogue: CatalogueVersion, moment: datetime) -> None:
    case = decided_case(catalogue, moment, granted=("m_food_license", "m_tobacco"), refused=("m_signboard",))
    licence = issuing.issue(case, actor=SYSTEM, at=moment)
    assert licence.number == "沪长综许〔2026〕000001号"
    assert [item.matter for item in licence.items.all()] == ["m_food_license", "m_tobacco"]
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.closed_at) == (Case.State.ISSUED, moment)
    document = Document.objects.get(case=case, kind=Document.Kind.COMBINED_LICENCE)
    assert (document.number, document.matters) == (licence.number, ["m_food_license", "m_tobacco"])
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="licence_issued")
    assert (entry.facts["number"], entry.digest) == (licence.number, case.audit_head)
    assert Parcel.objects.filter(kind="certificates.paper").count() == 1


def test_r1_34_the_version_says_who_decided_and_what_one_can_do(licence: Licence) -> None:
    facts = licence.versions.get().facts
    assert facts["holder"]["name"] == "上海长宁示例便利店有限公司"
    assert facts["holder"]["address"] == "上海市长宁区愚园路 1088 弄 48 号"
    assert facts["holder"]["industries"] == ["便利店"]
    assert [item["department"] for item in facts["items"]] == ["dept_mrb", "dept_tobacco"]
    assert all(item["remedies"]["review_body"] for item in facts["items"])


def test_the_code_says_what_the_version_says(licence: Licence) -> None:
    version = licence.versions.get()
    said = code.verify(code.parse_bytes(bytes(version.payload)), keys.verifying_keys())
    assert (said.number, said.version, said.seat) == (licence.number, 1, licence.pk)
    assert [item.matter for item in said.items] == ["m_food_license", "m_tobacco"]
    assert version.kid == keys.signer().kid.hex()


def test_issuing_twice_gives_one_licence(catalogue: CatalogueVersion, moment: datetime) -> None:
    case = decided_case(catalogue, moment)
    first = issuing.issue(case, actor=SYSTEM, at=moment)
    second = issuing.issue(Case.objects.get(pk=case.pk), actor=SYSTEM, at=moment)
    assert first == second
    assert (Licence.objects.count(), LicenceVersion.objects.count(), LicenceItem.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ({"granted": ("m_food_license",), "refused": ("m_tobacco",)}, "too_few_granted"),
        ({"granted": ("m_food_license", "m_tobacco"), "pending": ("m_signboard",)}, "undecided"),
        ({"granted": (), "refused": ("m_tobacco",)}, "too_few_granted"),
    ],
)
def test_r1_9_too_early_or_too_little(
    catalogue: CatalogueVersion, moment: datetime, standing: dict[str, Any], expected: str
) -> None:
    case = decided_case(catalogue, moment, **standing)
    with pytest.raises(RuleViolation) as refused:
        issuing.issue(case, actor=SYSTEM, at=moment)
    assert refused.value.code == expected
    assert Case.objects.get(pk=case.pk).state == Case.State.DECIDING
    assert not Licence.objects.exists()


def test_r6_12_a_refusal_to_print_leaves_no_gap(catalogue: CatalogueVersion, moment: datetime) -> None:
    strange = people.enterprise(people.Cast().stranger, uscc="91310105MA1FW0030X", name="长宁\U0002ebf0店")
    case = decided_case(catalogue, moment, enterprise=strange)
    with pytest.raises(RuleViolation) as refused:
        issuing.issue(case, actor=SYSTEM, at=moment)
    assert refused.value.code == "glyph_missing"
    assert "U+2EBF0" in str(refused.value)
    good = issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    assert good.number == "沪长综许〔2026〕000001号"


def test_a_very_long_name_still_fits(catalogue: CatalogueVersion, moment: datetime) -> None:
    long = people.enterprise(
        people.Cast().stranger, uscc="91310105MA1FW0030X", name="上海长宁" + "示例" * 40 + "便利店"
    )
    licence = issuing.issue(decided_case(catalogue, moment, enterprise=long), actor=SYSTEM, at=moment)
    said = code.claimed(code.parse_bytes(bytes(licence.versions.get().payload)))
    assert len(said.holder) == 30
    assert said.holder.endswith("…")


def test_r1_28_an_identity_number_is_masked_everywhere(catalogue: CatalogueVersion, moment: datetime) -> None:
    person = people.enterprise(people.Cast().stranger, uscc="11010519491231002X", name="长宁小吃店")
    licence = issuing.issue(decided_case(catalogue, moment, enterprise=person), actor=SYSTEM, at=moment)
    version = licence.versions.get()
    assert version.facts["holder"]["uscc"] == "1101051949****002X"
    assert code.claimed(code.parse_bytes(bytes(version.payload))).uscc == "1101051949****002X"


@pytest.mark.parametrize("granted", [SIX[:2], SIX])
def test_issuing_takes_the_same_few_statements_however_many_items(
    catalogue: CatalogueVersion, moment: datetime, granted: tuple[str, ...]
) -> None:
    issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    keys.signer()
    case = decided_case(catalogue, moment, granted=granted)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        issuing.issue(case, actor=SYSTEM, at=moment)
    statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(statements) <= 11, "\n".join(statements)


def test_r1_9_a_single_permit_is_recorded_without_a_licence(catalogue: CatalogueVersion, moment: datetime) -> None:
    case = decided_case(catalogue, moment, granted=("m_food_license",), refused=("m_tobacco",))
    case.close_single()
    case.save()
    item = issuing.issue_single(case, actor=SYSTEM, at=moment)
    assert issuing.issue_single(Case.objects.get(pk=case.pk), actor=SYSTEM, at=moment) == item
    assert (item.licence, item.number) == (None, case.matters.get(matter="m_food_license").permit_number)
    assert not Licence.objects.exists()


def test_a_single_permit_needs_a_case_closed_as_single(catalogue: CatalogueVersion, moment: datetime) -> None:
    with pytest.raises(RuleViolation):
        issuing.issue_single(decided_case(catalogue, moment), actor=SYSTEM, at=moment)


def test_a_rehearsal_signs_with_a_key_of_its_own(
    catalogue: CatalogueVersion, moment: datetime, settings: Any, tmp_path: Path
) -> None:
    real = keys.signer()
    settings.KEYS_DIR = tmp_path / "rehearsal-keys"
    licence = issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    parsed = code.parse_bytes(bytes(licence.versions.get().payload))
    assert parsed.kid != real.kid
    with pytest.raises(code.Unknown):
        code.verify(parsed, {key: value for key, value in keys.verifying_keys().items() if key == real.kid})
