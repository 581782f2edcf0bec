"""Published versions and issued notices are written once; the version in effect is the newest on the day."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from accounts.actors import SYSTEM
from accounts.models import Body
from audit.models import AuditEntry
from audit.violations import RuleViolation
from industries.catalogue import InvalidCatalogue
from industries.models import CatalogueVersion, Notice
from industries.publishing import BUNDLED, catalogue_of, current_version, issue_notice, publish, sha256_of
from tests.catalogues import bundled_text
from tests.industries.conftest import PUBLISHED_AT
from tests.industries.sample import STORE

pytestmark = pytest.mark.each_database

TEXT = bundled_text()
NEXT = TEXT.replace(f'"id": "{BUNDLED[-1].stem}"', '"id": "changning-2027.1"', 1)
COMPLETE = STORE | {
    "infant_or_health_food": False, "menu_hot": True, "menu_cold_veg": False, "menu_cold_meat": False, "menu_raw": False,
    "menu_drinks": False, "bakes_pastry": False, "cream_cake": False, "open_kitchen_online": False,
    "chain_convenience_list": False, "cannot_meet_food_license": False, "online_food": False, "choose_commitment": False,
    "uses_agent": False, "vending_machine": False, "tobacco_special_group": False,
}  # fmt: skip


def issued() -> Notice:
    return issue_notice(
        industries=["convenience_store"], answers=COMPLETE, on=PUBLISHED_AT.date(), actor=SYSTEM, at=PUBLISHED_AT
    )


def test_the_same_document_twice_is_one_version(version: CatalogueVersion) -> None:
    assert publish(document=TEXT, actor=SYSTEM, at=PUBLISHED_AT + timedelta(days=1)) == version
    assert CatalogueVersion.objects.count() == 1
    assert AuditEntry.objects.filter(act="catalogue_published").count() == 1
    assert version.sha256 == sha256_of(TEXT)


def test_another_document_needs_another_version(version: CatalogueVersion) -> None:
    with pytest.raises(RuleViolation, match=BUNDLED[-1].stem):
        publish(document=TEXT + "\n", actor=SYSTEM, at=PUBLISHED_AT)


def test_a_faulty_document_is_not_published(db: None) -> None:
    with pytest.raises(InvalidCatalogue):
        publish(
            document=TEXT.replace('"department": "dept_mrb"', '"department": "dept_moon"', 1),
            actor=SYSTEM,
            at=PUBLISHED_AT,
        )
    assert not CatalogueVersion.objects.exists()


def test_departments_become_bodies(version: CatalogueVersion) -> None:
    assert Body.objects.count() == len(catalogue_of(version).departments)
    assert Body.objects.get(code=settings.SERVICE_OFFICE).kind == Body.Kind.SERVICE_OFFICE
    assert Body.objects.get(code="dept_mrb").remedies["suit_months"] == 6


def test_the_newest_version_in_effect_counts(version: CatalogueVersion) -> None:
    later = publish(document=NEXT, actor=SYSTEM, at=PUBLISHED_AT, effective_from=date(2026, 7, 1))
    assert current_version(date(2026, 6, 30)) == version
    assert current_version(date(2026, 7, 1)) == later
    assert current_version(date(2021, 1, 1)) == version


def test_nothing_published_changes_or_goes(version: CatalogueVersion) -> None:
    notice = issued()
    for row in (version, notice):
        rows = type(row).objects.all()
        for attempt in (
            row.save,
            row.delete,
            rows.delete,
            lambda rows=rows: rows.update(sha256="x"),
            lambda rows=rows, row=row: rows.bulk_update([row], ["id"]),
        ):
            with pytest.raises(RuleViolation):
                attempt()


def test_r6_12_notices_are_numbered_without_gaps(version: CatalogueVersion) -> None:
    first, second = issued(), issued()
    assert first.number == "沪长综告〔2026〕000001号"
    assert second.number == "沪长综告〔2026〕000002号"
    assert first.code != second.code
    assert first.result["catalogue"] == version.label


def test_a_notice_is_issued_whole(version: CatalogueVersion) -> None:
    with pytest.raises(RuleViolation) as raised:
        issue_notice(industries=["bar"], answers={}, on=PUBLISHED_AT.date(), actor=SYSTEM, at=PUBLISHED_AT)
    assert raised.value.code == "unanswered"
    assert not Notice.objects.exists()


def test_no_notice_without_a_published_catalogue(db: None) -> None:
    with pytest.raises(RuleViolation) as raised:
        issued()
    assert raised.value.code == "no_catalogue"


def test_a_parsed_catalogue_stays_in_memory(version: CatalogueVersion, django_assert_num_queries: object) -> None:
    catalogue = catalogue_of(version)
    with django_assert_num_queries(1):  # type: ignore[operator]
        again = current_version(date(2026, 6, 1))
        assert again is not None
        assert catalogue_of(again) is catalogue
