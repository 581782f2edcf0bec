"""R2.27: what was refused for false material, or revoked for fraud, is not applied for again while the bar stands."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.verify import verify
from audit.violations import RuleViolation
from permits.barring import bars, leaving_out, notice_bars
from permits.merged_form import drafts
from permits.merged_form.form import notice_of
from permits.models import Case, ReapplyBar
from permits.papers import values
from tests import people
from tests.permits.conftest import issued
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.audit import disagreements

FOOD, SIGN, MRB = "m_food_license", "m_signboard", "dept_mrb"
TUESDAY = MONDAY + timedelta(days=1)
pytestmark = pytest.mark.each_database


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=3))


def refused(story: Story, ground: str = "false_material") -> Case:
    """The food permit is refused on Tuesday because the lease is forged."""
    case = story.accepted()
    said: dict[str, Any] = {"reason": "租赁合同系伪造", "ground": ground}
    steps.refuse(case, matters=[FOOD], actor=story.officer(MRB), at=TUESDAY, **said)
    return case


def the_bar(story: Story) -> ReapplyBar:
    return ReapplyBar.objects.get(case_matter__case=refused(story))


def test_r2_27_a_refusal_for_false_material_bars_the_matter_for_a_year_and_warns(story: Story) -> None:
    bar = the_bar(story)
    assert (bar.matter, bar.body_id, bar.since, bar.until) == (FOOD, MRB, date(2026, 3, 3), date(2027, 3, 3))
    assert bar.enterprise.name == bar.subject_name and bar.document.kind == "refusal_decision"
    said = values._reason(type("Page", (), {"facts": bar.document.facts}))  # type: ignore[arg-type]
    assert "给予警告" in said and "至2027年3月3日止，你（单位）不得再次申请食品经营许可" in said
    assert verify() is None and list(disagreements()) == []


def test_an_ordinary_refusal_bars_nothing(story: Story) -> None:
    assert not ReapplyBar.objects.filter(case_matter__case=refused(story, "")).exists()


def test_r2_27_no_other_ground_is_known(story: Story) -> None:
    with pytest.raises(RuleViolation, match="情形"):
        refused(story, "fraud")


def test_r2_27_not_accepted_for_false_material_bars_what_it_is_about(story: Story) -> None:
    case = story.submitted()
    said = {"reason": "租赁合同系伪造，与不动产登记不符", "ground": "false_material", "matters": [FOOD, SIGN]}
    steps.decline(case, actor=story.window, at=TUESDAY, **said)
    assert [bar.matter for bar in bars.of_case(case)] == [FOOD]  # a filing is no permit


def test_r2_27_what_two_persons_refuse_keeps_its_ground(story: Story) -> None:
    from permits import proposals

    case = story.accepted()
    case.matters.filter(matter=FOOD).update(two_persons=True)
    said: dict[str, Any] = {"decision": "refuse", "reason": "租赁合同系伪造", "ground": "false_material"}
    proposals.propose(case, matters=[FOOD], actor=story.officer(MRB), at=TUESDAY, **said)
    assert bars.of_case(case) == []
    second = story.cast.actor(story.cast.second_officer(MRB))
    steps.approve(case, matters=[FOOD], actor=second, at=TUESDAY)
    assert [bar.recorded_by_id for bar in bars.of_case(case)] == [second.user_id]


@pytest.mark.parametrize("days", [1, 366])
def test_r2_27_the_barred_matter_is_refused_at_hand_in_up_to_the_last_day(story: Story, days: int) -> None:
    refused(story)
    with pytest.raises(RuleViolation, match="食品经营许可.*2027-03-03.*先不办该事项") as violation:
        story.submitted(MONDAY + timedelta(days=days, hours=1))
    assert violation.value.rule == "R2.27"


def test_r2_27_after_the_last_day_it_is_taken_in(story: Story) -> None:
    refused(story)
    assert story.submitted(MONDAY + timedelta(days=367)).state == Case.State.SUBMITTED


def test_r2_27_the_other_matters_go_on_without_the_barred_one(story: Story) -> None:
    refused(story)
    draft, at = story.draft(TUESDAY), TUESDAY + timedelta(hours=2)
    with pytest.raises(RuleViolation, match="只有依法"):
        leaving_out.leave_out(draft, matters=[SIGN], actor=story.applicant, at=at)
    leaving_out.leave_out(draft, matters=[FOOD], actor=story.applicant, at=at)
    assert [told.matter.id for told in notice_of(draft).blocked] == [FOOD]
    steps.submit(draft, actor=story.applicant, at=at)
    assert FOOD not in draft.matters.values_list("matter", flat=True) and draft.matters.count() == 2
    with pytest.raises(RuleViolation):
        leaving_out.take_in(draft, matters=[FOOD], actor=story.applicant, at=at)


def test_r1_9_two_matters_at_least_must_be_left(story: Story) -> None:
    refused(story)
    story.answers = story.answers | {"sells_tobacco": False}
    draft = story.draft(TUESDAY)
    with pytest.raises(RuleViolation, match="不发行业综合许可证"):
        leaving_out.leave_out(draft, matters=[FOOD], actor=story.applicant, at=TUESDAY)


def test_r2_27_a_person_is_barred_with_whichever_enterprise_they_come(story: Story) -> None:
    case = refused(story, "")
    case.enterprise.legal_representative, case.enterprise.representative_id_number = "王小店", "11010519491231002X"
    case.enterprise.save()
    paper, row = case.documents.get(kind="refusal_decision"), case.matters.get(matter=FOOD)
    with transaction.atomic():
        made = bars.arise(case, [(row, paper)], "penalty", actor=story.officer(MRB), at=MONDAY)
    assert [(one.enterprise_id is None, one.person_name) for one in made] == [(False, ""), (True, "王小店")]
    bars.lift(made[0].pk, reason="复议决定撤销原决定", actor=story.officer(MRB), at=TUESDAY)
    with pytest.raises(RuleViolation, match="不得再次申请"):
        story.submitted(MONDAY + timedelta(days=3))


def test_r2_27_a_lifted_bar_stands_against_nothing(story: Story) -> None:
    bar = the_bar(story)
    with pytest.raises(RuleViolation, match="由作出决定的部门"):
        bars.lift(bar.pk, reason="复议决定撤销原决定", actor=story.officer("dept_tobacco"), at=TUESDAY)
    with pytest.raises(RuleViolation, match="理由"):
        bars.lift(bar.pk, reason=" ", actor=story.officer(MRB), at=TUESDAY)
    bars.lift(bar.pk, reason="复议决定撤销原决定", actor=story.officer(MRB), at=TUESDAY)
    with pytest.raises(RuleViolation, match="已于"):
        bars.lift(bar.pk, reason="再次", actor=story.officer(MRB), at=TUESDAY)
    assert story.submitted(MONDAY + timedelta(days=3)).state == Case.State.SUBMITTED
    assert verify() is None


def test_the_database_keeps_one_subject_and_a_reason(story: Story) -> None:
    bar = the_bar(story)
    for wrong in ({"person_id_number": "1"}, {"lifted_on": date(2026, 4, 1)}, {"until": bar.since}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReapplyBar.objects.filter(pk=bar.pk).update(**wrong)


def test_the_bar_shows_to_its_holder_its_department_and_the_counter(story: Story, client: Client) -> None:
    bar = the_bar(story)
    case = bar.case_matter.case
    draft = story.draft(TUESDAY)
    shown = {
        story.cast.shopkeeper: ["/my/", f"/cases/{case.number}/", reverse("permits:draft", args=[draft.key])],
        story.cast.officer(MRB): [f"/work/{case.number}/", "/bars/", f"/bars/{bar.pk}/"],
        story.cast.clerk: [f"/window/{case.number}/", "/bars/?q=便利店"],
    }
    for user, pages in shown.items():
        client.force_login(user)
        for page in pages:
            assert "2027-03-03" in client.get(page).content.decode(), page
    client.force_login(story.cast.officer("dept_tobacco"))
    assert client.get(f"/bars/{bar.pk}/").status_code == 404
    assert "便利店" not in client.get("/bars/").content.decode()


def test_the_holder_leaves_the_matter_out_and_hands_in(story: Story, client: Client) -> None:
    refused(story)
    draft = story.draft(MONDAY + timedelta(days=2))
    client.force_login(story.cast.shopkeeper)
    assert client.post(reverse("workflows:submit", args=[draft.key])).status_code == 409
    check = reverse("permits:check", args=[draft.key])
    assert "确认无误" not in client.get(check).content.decode()
    address = reverse("permits:leave_out", args=[draft.key])
    assert client.post(address, {"leave_out": SIGN}).status_code == 409
    client.post(address, {"leave_out": FOOD})
    page = client.get(check).content.decode()
    assert "本次不办" in page and "确认无误" in page
    client.post(address, {"take_in": FOOD})
    assert "确认无误" not in client.get(check).content.decode()
    client.post(address, {"leave_out": FOOD})
    client.post(reverse("workflows:submit", args=[draft.key]))
    assert Case.objects.get(pk=draft.pk).state == Case.State.SUBMITTED


def test_the_department_ticks_false_material_and_lifts_the_bar(story: Story, client: Client) -> None:
    case = story.accepted()
    client.force_login(story.cast.officer(MRB))
    page = client.get(f"/work/{case.number}/")
    said = {
        "do": "decide",
        "stamp": page.context["page"].stamp,
        f"decision_{FOOD}": "refuse",
        f"reason_{FOOD}": "提交的租赁合同系伪造，与登记不符",
        f"false_{FOOD}": "on",
    }
    assert "1 年内不得再次申请" in client.post(f"/work/{case.number}/", said).content.decode()
    client.post(f"/work/{case.number}/", said | {"confirmed": "1"})
    bar = ReapplyBar.objects.get()
    assert client.post(f"/bars/{bar.pk}/", {"reason": ""}).status_code == 422
    client.post(f"/bars/{bar.pk}/", {"reason": "复议决定撤销原决定"})
    assert ReapplyBar.objects.get().lifted_on is not None
    assert client.post(f"/bars/{bar.pk}/", {"reason": "再次"}).status_code == 409


def test_the_counter_says_what_is_false_and_confirms_it(story: Story, client: Client) -> None:
    case = story.submitted()
    client.force_login(story.cast.clerk)
    stamp = client.get(f"/window/{case.number}/").context["page"].stamp
    said: dict[str, Any] = {"do": "decline", "stamp": stamp, "ground": "false_material"}
    said["reason"] = "租赁合同系伪造，与不动产登记不符"
    assert client.post(f"/window/{case.number}/", said).status_code == 422
    said["matters"] = [FOOD]
    assert "1 年内不得再次申请" in client.post(f"/window/{case.number}/", said).content.decode()
    client.post(f"/window/{case.number}/", said | {"confirmed": "1"})
    assert [bar.matter for bar in bars.of_case(case)] == [FOOD]


def test_r2_27_the_notice_tells_whoever_is_known_of_the_bars_on_its_matters(story: Story) -> None:
    """With the last day and the remedy; strangers, and who represents others, read the plain notice."""
    refused(story)
    notice = issued(story.catalogue, story.industries, story.answers, story.cast)
    page, start = (reverse(f"{name}", args=[notice.code]) for name in ("industries:notice", "permits:start"))

    def read(user: User | None, address: str = page) -> str:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client.get(address).content.decode()

    barred = "至 2027-03-03（含当日）不得再次申请"
    own = read(story.cast.shopkeeper)
    assert barred in own and "申请行政复议" in own and "本次不办" in own
    assert all(barred not in read(user) for user in (None, story.cast.clerk, story.cast.officer(MRB)))
    assert barred in read(story.cast.shopkeeper, start)
    drafts.begin(notice, people.enterprise(story.cast.shopkeeper), actor=story.window, at=MONDAY)
    assert barred in read(story.cast.clerk)
    with CaptureQueriesContext(connection) as few:
        assert notice_bars.remarks(notice, [], MONDAY.date()) == []
    assert len(few) == 0


def test_r2_27_the_list_of_materials_says_what_is_left_out(story: Story) -> None:
    refused(story)
    case = story.draft(MONDAY + timedelta(days=2))
    leaving_out.leave_out(case, matters=[FOOD], actor=story.applicant, at=MONDAY + timedelta(days=2))
    client = Client()
    client.force_login(story.cast.shopkeeper)
    assert "食品经营许可：本次不办" in client.get(reverse("permits:materials", args=[case.key])).content.decode()
