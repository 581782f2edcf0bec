"""The pages of a permit's life: the department acts after being asked back, the holder applies, everybody reads what was done."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.actors import Actor
from accounts.models import RegisterEntry
from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates.acts import changing, ending
from certificates.models import ApplicationPart, HolderApplication, LicenceItem, RegistrationDuty
from outbox import delivery
from permits.hearing import hearings
from permits.models import Case, Document
from permits.papers import grounds
from tests.workflows.conftest import MONDAY, Story
from workflows import life_steps, steps
from workflows.audit import disagreements
from workflows.forms.permits import GROUNDS
from workflows.reminders import of_permits, sources

THEN = MONDAY + timedelta(days=60)
SAID = {"reason": "冷藏设施停用", "statement": "当事人没有提出意见"}


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: THEN)


@pytest.fixture
def issued(story: Story) -> Case:
    case = story.decided()
    steps.issue(case, at=MONDAY + timedelta(days=1))
    return case


def signed_in(story: Story, who: str) -> Client:
    client = Client()
    cast = story.cast
    people = {"shop": cast.shopkeeper, "stranger": cast.stranger, "window": cast.clerk, "office": cast.service_office}
    client.force_login(people.get(who) or cast.officer(who))
    return client


def act(case: Case, slug: str) -> str:
    return reverse("workflows:permit_act", args=[case.number, slug])


def state_of(case: Case, matter: str = "m_food_license") -> str:
    return str(LicenceItem.objects.get(case_matter__case=case, matter=matter).state)


def test_r2_33_a_department_acts_on_its_own_permits_after_being_asked_back(story: Story, issued: Case) -> None:
    client = signed_in(story, "dept_mrb")
    listed = client.get(reverse("workflows:permits", args=[issued.number])).content.decode()
    assert act(issued, "suspend") in listed
    assert act(issued, "reinstate") not in listed
    assert client.post(act(issued, "suspend"), {"matters": "m_food_license"}).status_code == 422
    refused = client.post(act(issued, "suspend"), {"matters": "m_tobacco", **SAID})
    assert refused.status_code == 422
    assert "刚刚有了变化" in refused.content.decode() and "m_tobacco" not in refused.content.decode()
    asked_back = client.post(act(issued, "suspend"), {"matters": "m_food_license", **SAID}).content.decode()
    assert "确认：暂扣" in asked_back
    assert "其余事项不受影响" in asked_back
    assert state_of(issued) == "valid"
    done = client.post(act(issued, "suspend"), {"matters": "m_food_license", **SAID, "confirmed": "1"})
    assert (done.status_code, state_of(issued)) == (302, "suspended")
    holder = signed_in(story, "shop").get(reverse("workflows:holder_permits", args=[issued.number])).content.decode()
    assert "暂扣许可证件决定书" in holder
    assert "最近到期的是" in holder  # R1.15
    assert "上海市长宁区人民政府" in holder  # to whom one can turn against it
    assert "暂扣" in signed_in(story, "shop").get(issued.get_absolute_url()).content.decode()
    assert client.get(act(issued, "suspend")).status_code == 302  # nothing is left to suspend


ENDINGS = {
    "withdraw": ({"ground": "law_changed"}, "withdrawn", Document.Kind.WITHDRAWAL_DECISION),
    "revoke": ({"ground": "fraud"}, "revoked", Document.Kind.REVOCATION_DECISION),
    "penalise": ({}, "revoked_as_penalty", Document.Kind.PENALTY_REVOCATION),
    "cancel": ({"ground": "requested"}, "cancelled", Document.Kind.CANCELLATION_RECORD),
}


def test_r2_33_each_end_has_its_page_its_paper_and_its_record(story: Story, issued: Case) -> None:
    """Two permits end on pages, the others of the same acts are refused a second time."""
    for (slug, (more, state, kind)), (body, matter) in zip(
        ENDINGS.items(), [("dept_mrb", "m_food_license"), ("dept_tobacco", "m_tobacco")] * 2, strict=True
    ):
        client = signed_in(story, body)
        if state_of(issued, matter) != "valid":
            assert client.get(act(issued, slug)).status_code in (200, 302)
            continue
        assert client.get(act(issued, slug)).status_code == 200
        given = {"matters": matter, **SAID, **more, "confirmed": "1"}
        assert client.post(act(issued, slug), given).status_code == 302
        assert state_of(issued, matter) == state
        assert issued.documents.filter(kind=kind).exists()
        assert issued.documents.filter(kind=Document.Kind.CANCELLATION_RECORD, matters=[matter]).count() == 1
    assert list(disagreements()) == []


def test_r2_33_a_hearing_that_can_still_be_asked_for_holds_the_penalty_up(story: Story, issued: Case) -> None:
    client = signed_in(story, "dept_mrb")
    given = {"matters": "m_food_license", **SAID, "confirmed": "1"}
    untold = client.post(act(issued, "penalise"), given)
    assert untold.status_code == 409 and "请先在“听证”页告知" in untold.content.decode()
    said = {"matter": "m_food_license", "cause": "penalty", "intended": "拟吊销", "actor": story.officer("dept_mrb")}
    one = hearings.tell(issued, at=THEN, **said)
    answer = client.post(act(issued, "penalise"), given)
    assert answer.status_code == 409
    assert f"{one.ask_by}（含当日）以前不能作出决定" in answer.content.decode()
    assert f"最迟 {one.ask_by} 要求听证" in client.get(act(issued, "penalise")).content.decode()
    assert state_of(issued) == "valid"


def test_r2_33_a_penalty_rests_on_the_hearing_that_was_asked_for(
    story: Story, issued: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told, asked for, arranged, held by a colleague: until then nothing is revoked, and the paper tells of the record."""
    officer, second = story.officer("dept_mrb"), story.cast.second_officer("dept_mrb")
    said = {"matter": "m_food_license", "cause": "penalty", "intended": "拟吊销该项许可"}
    one = hearings.tell(issued, actor=officer, at=THEN, **said)
    hearings.ask(issued, pk=one.pk, actor=story.applicant, at=THEN)
    starts = THEN + timedelta(days=14)
    at = {"starts_at": starts, "place": "二楼听证室", "presiding": second}
    hearings.schedule(issued, pk=one.pk, actor=officer, at=THEN, **at)
    given = {"matters": ["m_food_license"], "ground": "penalty", "actor": officer, **SAID}
    with pytest.raises(RuleViolation, match="先举行听证"):
        life_steps.revoke_as_penalty(issued, at=starts, **given)
    hearings.hold(issued, pk=one.pk, minutes="陈述", signed_by="王小店", actor=Actor.of(second), at=starts)
    monkeypatch.setattr("django.utils.timezone.now", lambda: starts)
    client, typed = signed_in(story, "dept_mrb"), {"matters": "m_food_license", **SAID, "confirmed": "1"}
    assert client.post(act(issued, "penalise"), typed).status_code == 302
    facts = issued.documents.get(kind=Document.Kind.PENALTY_REVOCATION).facts
    record = issued.documents.get(kind=Document.Kind.HEARING_RECORD)
    assert facts["hearing_told_on"] == str(one.told_on)
    assert record.number in facts["statement"] and facts["statement"].startswith(SAID["statement"])
    with pytest.raises(RuleViolation, match="没有可以吊销的许可"):
        hearings.tell(issued, actor=officer, at=starts, **said)


def test_a_permit_that_ends_otherwise_has_no_hearing_any_more(story: Story, issued: Case) -> None:
    said = {"matter": "m_food_license", "cause": "penalty", "intended": "拟吊销", "actor": story.officer("dept_mrb")}
    one = hearings.tell(issued, at=THEN, **said)
    ending.cancel(issued, matters=["m_food_license"], ground="requested", actor=story.officer("dept_mrb"), at=THEN)
    one.refresh_from_db()
    assert one.state == "ended" and list(disagreements()) == []


def test_r1_18_a_holder_applies_once_and_each_department_decides(story: Story, issued: Case) -> None:
    shop, page = signed_in(story, "shop"), reverse("workflows:holder_permits", args=[issued.number])
    assert shop.get(page).status_code == 200
    assert shop.post(page, {"do": "renew", "matters": "m_food_license"}).status_code == 422  # its window is not open
    assert shop.post(page, {"do": "change", "field": "f_rep_name", "f_rep_name": ""}).status_code == 422
    assert shop.post(page, {"do": "change", "field": "f_rep_name", "f_rep_name": "李新"}).status_code == 302
    assert shop.post(page, {"do": "change", "field": "f_rep_name", "f_rep_name": "李新"}).status_code == 409
    waiting = ApplicationPart.objects.filter(application__case=issued, state="pending")
    assert waiting.count() == 3
    for body in ("dept_mrb", "dept_tobacco", "dept_subdistrict"):
        client, matter = signed_in(story, body), waiting.get(item__body_id=body).item.matter
        assert issued.number in client.get(reverse("workflows:holder_applications")).content.decode()
        assert (
            "轮到本部门：经营者申请了"
            in client.get(reverse("workflows:section", args=[issued.number])).content.decode()
        )
        assert "轮到本部门：1 项申请" in client.get(reverse("workflows:permits", args=[issued.number])).content.decode()
        asked = client.get(act(issued, "decide")).content.decode()
        assert "<del>" in asked and "<ins>李新</ins>" in asked, "what is to change stands beside the decision"
        refusal = {"matters": matter, "outcome": "refuse", "reason": "", "confirmed": "1"}
        assert client.post(act(issued, "decide"), refusal).status_code == 422
        given = {"matters": matter, "outcome": "grant", "confirmed": "1"}
        assert client.post(act(issued, "decide"), given).status_code == 302
    newest = issued.licence.versions.latest("version")
    assert (newest.version, newest.reason, newest.facts["holder"]["representative"]) == (2, "changed", "李新")
    assert issued.documents.filter(kind=Document.Kind.CHANGE_DECISION).count() == 3
    assert list(disagreements()) == []


def test_r2_33_a_holder_gives_a_permit_up_on_line_and_its_department_decides(story: Story, issued: Case) -> None:
    shop, page = signed_in(story, "shop"), reverse("workflows:holder_permits", args=[issued.number])
    assert shop.post(page, {"do": "cancel", "matters": "m_food_license", "reason": " "}).status_code == 422
    asked = {"do": "cancel", "matters": ["m_food_license", "m_tobacco"], "reason": "不再经营食品和卷烟"}
    assert shop.post(page, asked).status_code == 302
    assert shop.post(page, asked).status_code == 422  # both wait already, and are offered no more
    assert state_of(issued) == "valid"
    assert "不再经营食品和卷烟" in issued.documents.get(kind=Document.Kind.APPLICATION_RECEIPT).facts["change_words"]
    assert "轮到" in shop.get(page).content.decode()
    mrb, tobacco = signed_in(story, "dept_mrb"), signed_in(story, "dept_tobacco")
    assert issued.number in mrb.get(reverse("workflows:holder_applications")).content.decode()
    granting = {"matters": "m_food_license", "outcome": "grant", "confirmed": "1"}
    assert mrb.post(act(issued, "decide"), granting).status_code == 302
    refusing = {"matters": "m_tobacco", "outcome": "refuse", "reason": "处罚案件尚未办结", "confirmed": "1"}
    assert tobacco.post(act(issued, "decide"), refusing).status_code == 302
    assert (state_of(issued), state_of(issued, "m_tobacco")) == ("cancelled", "valid")
    record, refusal = (
        issued.documents.get(kind=kind)
        for kind in (Document.Kind.CANCELLATION_RECORD, Document.Kind.CANCELLATION_REFUSAL)
    )
    assert (record.facts["ground"], record.facts["reason"]) == ("requested", "不再经营食品和卷烟")
    assert refusal.facts["remedies"]["review_body"]
    due = THEN.date() + timedelta(30)
    assert [(one.subject, one.day) for one in of_permits.registrations(None, [issued.pk])] == [
        (f"registration:{RegistrationDuty.objects.get().pk}", due)
    ]
    done = {"do": "registered", "matters": "m_food_license", "how": "changed"}
    assert shop.post(page, {**done, "on": "2026-04-01"}).status_code == 409  # before it ended
    assert shop.post(page, {**done, "on": str(THEN.date())}).status_code == 302
    assert list(of_permits.registrations(None, [issued.pk])) == []
    parts = {part.item.matter: part.decision_id for part in ApplicationPart.objects.select_related("item")}
    assert parts == {"m_food_license": record.pk, "m_tobacco": refusal.pk}
    assert list(disagreements()) == []


def test_r1_18_several_facts_change_by_one_application(story: Story, issued: Case) -> None:
    """What was typed stays when another fact is chosen; each says in its own place what is wrong; one receipt for all."""
    shop, page = signed_in(story, "shop"), reverse("workflows:holder_permits", args=[issued.number])
    typed = {"field": "f_rep_name", "f_rep_name": "李新"}
    both = shop.post(page, {"do": "change_more", "change": "f_area", **typed}).content.decode()
    assert both.count('name="field"') == 2 and 'value="李新"' in both
    assert shop.post(page, {"do": "change_more", "change": "", **typed}).status_code == 422
    assert shop.post(page, {"do": "change_more", "change": "f_premises_address", **typed}).status_code == 422
    wanted = {"do": "change", "field": ["f_rep_name", "f_area", "f_area"], "f_rep_name": "李新"}
    wrong = shop.post(page, wanted | {"f_area": "很大"})
    assert wrong.status_code == 409 and '<a href="#change_f_area">' in wrong.content.decode()
    assert shop.post(page, wanted | {"f_area": "95"}).status_code == 302
    (made,) = HolderApplication.objects.filter(case=issued)
    assert {id: after for id, (_before, after) in made.fields.items()} == {"f_rep_name": "李新", "f_area": "95㎡"}


def test_r1_18_a_new_scope_is_on_licence_register_and_page_at_once(story: Story, issued: Case) -> None:
    shop, page = signed_in(story, "shop"), reverse("workflows:holder_permits", args=[issued.number])
    assert shop.get(page, {"change": "f_premises_address"}).status_code == 422  # that takes a new permit
    assert 'name="f_food_items"' in shop.get(page, {"change": "f_food_items"}).content.decode()
    given = {"do": "change", "field": "f_food_items", "f_food_items": ["预包装食品销售", "自制饮品制售"]}
    assert shop.post(page, given).status_code == 302
    mrb, wanted = signed_in(story, "dept_mrb"), "预包装食品销售；自制饮品制售"
    assert 'name="scope_m_food_license"' in mrb.get(act(issued, "decide")).content.decode()
    granting = {"matters": "m_food_license", "outcome": "grant", "scope_m_food_license": wanted}
    item = LicenceItem.objects.get(case_matter__case=issued, matter="m_food_license")
    refusing = granting | {"outcome": "refuse", "reason": "没有条件"}
    for said, is_told in (
        (granting, True),
        (granting | {"scope_m_food_license": item.scope}, False),
        (refusing, False),
    ):
        asked_back = mrb.post(act(issued, "decide"), said).content.decode()
        assert "自制饮品制售</ins>" in asked_back, "what was applied for stands where it is decided"
        assert ("准予变更后的范围" in asked_back) is is_told
    assert mrb.post(act(issued, "decide"), granting | {"confirmed": "1"}).status_code == 302
    item = LicenceItem.objects.get(case_matter__case=issued, matter="m_food_license")
    newest = issued.licence.versions.latest("version")
    assert (item.scope, newest.version, newest.facts["items"][0]["scope"]) == (wanted, 2, wanted)
    assert wanted in Client().get(issued.licence.get_absolute_url()).content.decode()
    assert wanted in issued.documents.get(kind=Document.Kind.CHANGE_DECISION).facts["change_words"]
    old = shop.get(reverse("certificates:licence_page", args=[issued.licence.code]), {"version": "1"}).content.decode()
    assert "已被第 2 版" in old
    assert wanted not in old
    assert "已被替代" in Client().get(issued.licence.get_absolute_url()).content.decode()


@pytest.mark.parametrize("consents", [True, False])
def test_r2_34_what_a_department_decides_of_an_application_is_served(
    story: Story, issued: Case, consents: bool
) -> None:
    """Early on a day of Shanghai it is still yesterday elsewhere: last days are counted from the day that it is here."""
    if consents:
        issued = story.consenting(issued)
    early = datetime(2026, 5, 5, 22, 30, tzinfo=UTC)  # half past six on the sixth
    changing.change(issued, fields={"f_rep_name": "李新"}, actor=story.applicant, at=THEN)
    refused = {"matters": ["m_food_license"], "reason": "新负责人不符合条件", "actor": story.officer("dept_mrb")}
    changing.refuse(issued, at=early, **refused)
    paper = issued.documents.get(kind=Document.Kind.CHANGE_DECISION)
    assert paper.to_serve
    remedies = paper.facts["remedies"]
    assert remedies.get("known_on") == ("2026-05-06" if consents else None)
    assert remedies.get("review_by") == ("2026-07-06" if consents else None)  # the sixtieth day is a Sunday
    delivery.deliver_due(early, 1000)
    assert Document.objects.unserved().filter(pk=paper.pk).exists() is not consents
    assert [one.subject for one in sources.services(None, [issued.pk])] == (
        [] if consents else [f"service:{issued.pk}"]
    )


def test_r1_18_what_the_register_has_changed_is_changed_on_the_spot(story: Story, issued: Case) -> None:
    facts = {"name": "上海长宁新名商店有限公司", "legal_representative": "王小店", "as_of": THEN.date()}
    RegisterEntry.objects.create(uscc=issued.enterprise.uscc, **facts)
    page = reverse("workflows:holder_permits", args=[issued.number])
    signed_in(story, "shop").post(page, {"do": "change", "field": "f_name", "f_name": facts["name"]})
    assert issued.licence.versions.latest("version").facts["holder"]["name"] == facts["name"]
    listed = Client().get(reverse("certificates:register")).content.decode()
    assert facts["name"] in listed


def test_r1_20_a_lost_licence_is_replaced_on_the_holders_page(story: Story, issued: Case) -> None:
    page = reverse("workflows:holder_permits", args=[issued.number])
    assert signed_in(story, "window").post(page, {"do": "replace"}).status_code == 302
    assert issued.licence.versions.latest("version").reason == "replaced"


def test_nobody_sees_or_moves_anothers_permits(story: Story, issued: Case) -> None:
    page, own = (
        reverse("workflows:holder_permits", args=[issued.number]),
        reverse("workflows:permits", args=[issued.number]),
    )
    assert signed_in(story, "stranger").get(page).status_code == 404
    assert signed_in(story, "office").get(page).status_code == 404
    assert signed_in(story, "dept_water").get(own).status_code == 404
    assert signed_in(story, "dept_water").post(act(issued, "suspend"), {"matters": "m_food_license"}).status_code == 404
    assert signed_in(story, "shop").get(own).status_code == 403
    assert signed_in(story, "window").get(act(issued, "suspend")).status_code == 403
    assert signed_in(story, "dept_mrb").get(act(issued, "nonsense")).status_code == 404


def test_r2_33_pages_name_the_grounds_as_the_papers_do() -> None:
    known = {**grounds.WITHDRAWALS, **grounds.REVOCATIONS, **grounds.CANCELLATIONS}
    with translation.override("zh-hans"):
        named = {code: str(words) for code, words in GROUNDS.items()}
    assert named == {code: ground.name for code, ground in known.items() if code != "commitment_broken"}


def test_r1_2_what_takes_two_persons_is_proposed_by_one_and_done_by_another(story: Story, issued: Case) -> None:
    second = story.cast.second_officer("dept_mrb")
    granted = issued.matters.filter(matter="m_food_license")
    granted.update(two_persons=True, handled_by=second)
    mrb, colleague = signed_in(story, "dept_mrb"), Client()
    colleague.force_login(second)
    page = reverse("workflows:permits", args=[issued.number])
    answer = reverse("workflows:permit_approval", args=[issued.number])
    asked_back = mrb.post(act(issued, "suspend"), {"matters": "m_food_license", **SAID}).content.decode()
    assert "提交审批" in asked_back
    given = {"matters": "m_food_license", **SAID, "until": "2026-05-20", "confirmed": "1"}
    assert mrb.post(act(issued, "suspend"), given).status_code == 302
    assert mrb.post(act(issued, "suspend"), given).status_code == 409  # it waits already
    assert state_of(issued) == "valid"
    assert "批准，作出决定" not in mrb.get(page).content.decode()
    assert "轮到您" in colleague.get(page).content.decode()
    assert issued.number in colleague.get(reverse("workflows:holder_applications")).content.decode()
    said = {"matters": "m_food_license", "answer": ""}
    assert mrb.post(answer, {**said, "do": "approve"}).status_code == 422  # nothing is theirs to answer
    assert colleague.post(answer, {**said, "do": "send_back"}).status_code == 422
    assert colleague.post(answer, {**said, "do": "approve"}).status_code == 302
    item = LicenceItem.objects.get(case_matter__case=issued, matter="m_food_license")
    assert (item.state, str(item.suspended_until)) == ("suspended", "2026-05-20")
    entry = AuditEntry.objects.filter(subject=issued.audit_subject, act="suspended").get()
    assert str(story.cast.officer("dept_mrb")) == entry.facts["handled_by"]
    assert str(second) in entry.actor
    assert mrb.post(answer, {"do": "recall"}).status_code == 409
