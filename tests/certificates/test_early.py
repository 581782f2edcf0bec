"""Early issue: a licence with what is granted, its next versions with what comes later, and the end of the case."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import prefetch_related_objects

from accounts.actors import SYSTEM, Actor
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from certificates import code, early, issuing, publication
from certificates.models import Licence, LicenceVersion
from certificates.paper import code_text
from certificates.signers import keys
from certificates.verifying import offline, verification
from certificates.verifying.verdict import Answer, Warn
from industries.models import CatalogueVersion
from outbox.models import Parcel
from permits.models import Case, CaseMatter, Document
from tests.certificates.factories import decided_case
from tests.people import Cast

pytestmark = pytest.mark.django_db

TWO = ("m_food_license", "m_tobacco")


@pytest.fixture
def late(moment: datetime) -> datetime:
    """The day after the promised one; the factory promises the day of the grants itself."""
    return moment + timedelta(days=1)


@pytest.fixture
def shop(cast: Cast) -> Actor:
    return cast.actor(cast.shopkeeper)


@pytest.fixture
def case(catalogue: CatalogueVersion, moment: datetime) -> Case:
    """Two granted, two open."""
    return decided_case(catalogue, moment, granted=TWO, pending=("m_signboard", "m_health"))


def decide(case: Case, matter: str, at: datetime, *, granted: bool = True) -> None:
    """The matter is decided, as `permits.decisions` leaves it."""
    row = case.matters.get(matter=matter)
    row.ended_at, row.decided_on, row.valid_from = at, at.date(), at.date()
    if granted:
        row.grant()
    else:
        row.refuse()
    row.save()


def test_r6_21_the_licence_begins_with_what_is_granted(case: Case, shop: Actor, late: datetime) -> None:
    licence = early.issue_early(case, actor=shop, at=late)
    assert [item.matter for item in licence.items.all()] == list(TWO)
    version = licence.versions.get()
    assert (version.version, version.reason, version.at) == (1, "issued_early", late)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.issued_early_at, case.closed_at) == (Case.State.DECIDING, late, None)
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="licence_issued")
    assert (entry.facts["waiting"], entry.actor) == (["m_signboard", "m_health"], shop.label)
    assert Parcel.objects.filter(kind="certificates.paper").count() == 1


def test_a_second_click_gives_the_same_licence(case: Case, shop: Actor, late: datetime) -> None:
    first = early.issue_early(case, actor=shop, at=late)
    assert early.issue_early(Case.objects.get(pk=case.pk), actor=shop, at=late + timedelta(days=3)) == first
    assert (Licence.objects.count(), LicenceVersion.objects.count()) == (1, 1)


@pytest.mark.parametrize("days", [-1, 0])
def test_r6_21_on_the_promised_day_itself_departments_are_in_time(
    case: Case, shop: Actor, moment: datetime, days: int
) -> None:
    with pytest.raises(RuleViolation) as refused:
        early.issue_early(case, actor=shop, at=moment + timedelta(days=days))
    assert refused.value.code == "promise_not_over"
    assert not Licence.objects.exists()


@pytest.mark.parametrize(
    ("granted", "pending", "expected"),
    [
        (TWO[:1], ("m_signboard",), "too_few_granted"),
        (TWO, (), "all_decided"),
    ],
)
def test_r1_9_two_granted_and_something_open(
    catalogue: CatalogueVersion,
    shop: Actor,
    moment: datetime,
    late: datetime,
    granted: tuple[str, ...],
    pending: tuple[str, ...],
    expected: str,
) -> None:
    one = decided_case(catalogue, moment, granted=granted, pending=pending)
    with pytest.raises(RuleViolation) as refused:
        early.issue_early(one, actor=shop, at=late)
    assert refused.value.code == expected
    assert not early.is_offered(one, list(one.matters.all()), late.date())


@pytest.mark.parametrize("who", ["officer", "administrator", "system"])
def test_only_the_applicant_the_window_and_the_office_ask_for_it(
    case: Case, cast: Cast, late: datetime, who: str
) -> None:
    actors = {
        "officer": cast.actor(cast.officer("dept_mrb")),
        "administrator": cast.actor(cast.administrator),
        "system": SYSTEM,
    }
    with pytest.raises(RuleViolation, match="岗位"):
        early.issue_early(case, actor=actors[who], at=late)


def test_r1_17_a_late_grant_is_the_next_version_and_a_repeated_parcel_none(
    case: Case, shop: Actor, late: datetime
) -> None:
    licence = early.issue_early(case, actor=shop, at=late)
    decided = late + timedelta(days=2)
    decide(case, "m_health", decided)
    for _time in range(3):
        early.add_granted(Case.objects.get(pk=case.pk), actor=SYSTEM, at=decided)
    second = licence.versions.get(version=2)
    assert (second.reason, second.at, licence.versions.count()) == ("granted_later", decided, 2)
    assert [item["matter"] for item in second.facts["items"]] == [*TWO, "m_health"]
    assert list(licence.items.values_list("position", "matter")) == [(1, TWO[0]), (2, TWO[1]), (3, "m_health")]
    papers = Document.objects.filter(case=case, kind=Document.Kind.COMBINED_LICENCE).order_by("version")
    assert [(paper.number, paper.version, paper.on) for paper in papers] == [
        (licence.number, 1, late.date()),
        (licence.number, 2, decided.date()),
    ]
    assert verify() is None


def test_two_late_grants_whose_parcels_come_in_the_wrong_order_keep_the_versions_in_order(
    case: Case, shop: Actor, late: datetime
) -> None:
    """The first parcel to come brings both; no version bears a moment before the one that it follows."""
    licence = early.issue_early(case, actor=shop, at=late)
    first, second = late + timedelta(hours=1), late + timedelta(days=1)
    decide(case, "m_signboard", first)
    decide(case, "m_health", second)
    early.add_granted(Case.objects.get(pk=case.pk), actor=SYSTEM, at=second)
    early.add_granted(Case.objects.get(pk=case.pk), actor=SYSTEM, at=first)
    assert list(licence.versions.values_list("version", "at")) == [(1, late), (2, second)]
    assert licence.items.count() == 4


def test_a_grant_that_began_before_the_licence_does_not_turn_time_back(case: Case, shop: Actor, late: datetime) -> None:
    licence = early.issue_early(case, actor=shop, at=late)
    decide(case, "m_health", late - timedelta(seconds=1))
    early.add_granted(Case.objects.get(pk=case.pk), actor=SYSTEM, at=late)
    assert licence.versions.get(version=2).at == late


def test_the_last_grant_closes_the_case_with_its_version(case: Case, shop: Actor, late: datetime) -> None:
    licence = early.issue_early(case, actor=shop, at=late)
    end = late + timedelta(days=4)
    decide(case, "m_health", late + timedelta(days=1), granted=False)
    decide(case, "m_signboard", end)
    for _time in range(2):
        assert early.conclude(Case.objects.get(pk=case.pk), actor=SYSTEM, at=end) == licence
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.closed_at) == (Case.State.ISSUED, end)
    assert licence.versions.count() == 2
    assert early.add_granted(case, actor=SYSTEM, at=end) is None
    assert verify() is None


def test_a_late_refusal_makes_no_version_and_closes(case: Case, shop: Actor, late: datetime) -> None:
    licence = early.issue_early(case, actor=shop, at=late)
    for matter in ("m_health", "m_signboard"):
        decide(case, matter, late + timedelta(days=1), granted=False)
    early.conclude(case, actor=SYSTEM, at=late + timedelta(days=1))
    assert licence.versions.count() == 1
    assert Document.objects.filter(kind=Document.Kind.COMBINED_LICENCE).count() == 1
    assert AuditEntry.objects.filter(subject=case.audit_subject, act="licence_completed").count() == 1


def test_nothing_closes_while_a_matter_is_open(case: Case, shop: Actor, late: datetime) -> None:
    early.issue_early(case, actor=shop, at=late)
    with pytest.raises(RuleViolation) as refused:
        early.conclude(case, actor=SYSTEM, at=late)
    assert refused.value.code == "undecided"


def test_a_case_without_an_early_licence_has_no_next_version(case: Case, late: datetime) -> None:
    assert early.add_granted(case, actor=SYSTEM, at=late) is None
    assert not Licence.objects.exists()


@pytest.fixture
def two_versions(case: Case, shop: Actor, late: datetime) -> Licence:
    licence = early.issue_early(case, actor=shop, at=late)
    decide(case, "m_health", late + timedelta(days=2))
    early.add_granted(Case.objects.get(pk=case.pk), actor=SYSTEM, at=late + timedelta(days=2))
    return licence


def test_the_older_code_is_genuine_and_says_that_there_is_a_newer_one(two_versions: Licence, late: datetime) -> None:
    first, second = two_versions.versions.order_by("version")
    after = late + timedelta(days=3)
    old = verification.verify_text(code_text(first), at=after)
    assert old.answer is Answer.VALID
    assert (old.version, old.newest_version, [item.matter for item in old.items]) == (1, 2, [*TWO, "m_health"])
    assert Warn.OLDER_VERSION in old.warnings
    assert Warn.OLDER_VERSION not in verification.verify_text(code_text(second), at=after).warnings


def test_at_a_moment_between_the_versions_the_first_counts(two_versions: Licence, late: datetime) -> None:
    then = verification.look_up(two_versions.number, at=late + timedelta(days=1))
    assert (then.newest_version, [item.matter for item in then.items]) == (1, list(TWO))


def test_off_line_the_older_code_is_told_from_the_newer(two_versions: Licence, late: datetime, tmp_path: Path) -> None:
    after = late + timedelta(days=3)
    publication.publish(tmp_path, at=after)
    published = offline.load(tmp_path)
    first, second = two_versions.versions.order_by("version")
    old = offline.verify_text(code_text(first), at=after, published=published)
    new = offline.verify_text(code_text(second), at=after, published=published)
    assert Warn.OLDER_VERSION in old.warnings
    assert new.warnings == ()
    assert (new.answer, len(new.items)) == (Answer.VALID, 3)


def test_the_new_code_keeps_seat_and_positions(two_versions: Licence) -> None:
    first, second = (
        code.verify(code.parse_bytes(bytes(version.payload)), keys.verifying_keys())
        for version in two_versions.versions.order_by("version")
    )
    assert first.seat == second.seat == two_versions.pk
    assert [(item.position, item.matter) for item in second.items][:2] == [
        (item.position, item.matter) for item in first.items
    ]


def test_a_name_that_cannot_be_printed_stops_the_version_and_leaves_the_licence(
    case: Case, shop: Actor, late: datetime
) -> None:
    licence = early.issue_early(case, actor=shop, at=late)
    CaseMatter.objects.filter(case=case, matter="m_health").update(scope="理发\U0002ebf0")
    decide(case, "m_health", late)
    with pytest.raises(RuleViolation) as refused:
        early.add_granted(Case.objects.get(pk=case.pk), actor=SYSTEM, at=late)
    assert refused.value.code == "glyph_missing"
    assert (licence.versions.count(), licence.items.count()) == (1, 2)


@pytest.mark.parametrize("open_matters", [1, 6])
def test_asking_whether_it_is_offered_costs_nothing(
    catalogue: CatalogueVersion,
    moment: datetime,
    late: datetime,
    open_matters: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    pending = ("m_signboard", "m_health", "m_drug_retail", "m_device2_filing", "m_fire", "m_drainage")[:open_matters]
    one = decided_case(catalogue, moment, granted=TWO, pending=pending)
    rows = list(one.matters.all())
    prefetch_related_objects([one], "tolerances")  # as the pages that ask have it
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert early.is_offered(one, rows, late.date())


def test_r1_9_a_licence_is_never_issued_for_one(catalogue: CatalogueVersion, moment: datetime) -> None:
    one = decided_case(catalogue, moment, granted=TWO[:1], pending=("m_signboard",))
    with pytest.raises(RuleViolation):
        issuing.first_version(one, list(one.matters.all()), at=moment, reason="issued")
