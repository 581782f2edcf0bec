"""Service of papers from which days run: on line, handed over, never yet; what the record and the pages say of each (R2.34)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import delivering
from outbox import delivery as post_office
from outbox.models import Message, Parcel
from permits import delivery, service
from permits.models import Case, Delivery, Document
from permits.service import PERMITS, Handing
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_after_checks import FIRE, bath, broken  # noqa: F401
from tests.workflows.test_delivering import FOOD, SIGN, TOBACCO, grant, hand, refuse, text_of
from workflows import life_steps, periodic, steps
from workflows.audit import disagreements
from workflows.lists import making
from workflows.reminders import sources
from workflows.shown.truth import cases_for, truth_of

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
K = Document.Kind


def refused_one(story: Story, *, consents: bool = False) -> Case:
    case = story.accepted()
    if consents:
        case = story.consenting(case)
    refuse(story, case, TOBACCO)
    return Case.objects.get(pk=case.pk)


def arrive(at: datetime) -> None:
    """What is served on line arrives; papers need not be made for it."""
    post_office.deliver_all(list(Parcel.objects.filter(kind=service.KIND).values_list("key", flat=True)), at=at)


def paper(case: Case, kind: str = K.REFUSAL_DECISION) -> Document:
    return Document.objects.select_related("service").get(case=case, kind=kind)


def test_r2_34_with_consent_a_refusal_is_served_by_arriving_in_the_account(story: Story, calendar: Any) -> None:
    case = refused_one(story, consents=True)
    assert paper(case).facts["remedies"]["review_by"] == "2026-05-06"
    arrive(FRIDAY)  # it arrives when it arrives, whatever the paper supposed
    record = paper(case).service
    assert record is not None
    assert (record.way, record.on, record.receipt) == (Delivery.Way.ELECTRONIC, FRIDAY.date(), None)
    told = service.last_days(paper(case), calendar)
    assert (told["review_by"], told["suit_by"]) == ("2026-05-06", "2026-09-07")
    (letter,) = Message.objects.filter(kind="papers_served")
    assert paper(case).number in letter.body and letter.recipient == story.cast.shopkeeper
    assert steps.serve_papers(case, at=FRIDAY) is None
    assert list(disagreements()) == []


@pytest.mark.parametrize("lacks", ["consent", "account"])
def test_r2_34_without_consent_or_account_no_day_runs_before_the_hand_over(
    story: Story, calendar: Any, lacks: str
) -> None:
    if lacks == "account":
        case = story.consenting(story.accepted())
        case.enterprise.representations.update(until=MONDAY)
        refuse(story, case, TOBACCO)
    else:
        case = refused_one(story)
    arrive(TUESDAY)
    assert paper(case).service is None
    assert "review_by" not in paper(case).facts["remedies"]
    assert "review_by" not in service.last_days(paper(case), calendar)
    record = hand(story, case, at=FRIDAY, way="post", carrier="中国邮政", tracking_number="1", on=date(2026, 3, 5))
    assert paper(case).service == record
    assert record.receipt is not None
    assert record.receipt.facts["last_days"] == [
        {"number": paper(case).number, "review_by": "2026-05-06", "suit_by": "2026-09-07", "provisional": False}
    ]
    entry = AuditEntry.objects.get(subject=case.audit_subject, act="papers_served")
    assert entry.facts["papers"] == [paper(case).number]
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, at=FRIDAY)
    assert refused.value.code == "nothing_issued"
    assert list(disagreements()) == []


def test_r2_34_no_paper_is_served_before_it_was_written(story: Story) -> None:
    case = refused_one(story)
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, at=FRIDAY, on=MONDAY.date())
    assert (refused.value.code, refused.value.field) == ("impossible_day", "on")


def test_r2_34_each_thing_can_be_handed_over_on_its_own_day(story: Story) -> None:
    case = refused_one(story)
    grant(story, case, FOOD, SIGN)
    steps.issue(case, at=TUESDAY)
    number = paper(case).number
    with pytest.raises(RuleViolation) as refused:
        hand(story, case, things=frozenset())
    assert (refused.value.code, refused.value.field) == ("nothing_chosen", "things")
    alone = hand(story, case, things=frozenset({number}))
    assert (list(alone.served.all()), alone.covered) == ([paper(case)], [])
    licence = hand(story, case, at=FRIDAY, things=frozenset({PERMITS, number}))
    assert (list(licence.served.all()), {row.matter for row in licence.covered}) == ([], {FOOD, SIGN})
    assert list(disagreements()) == []


def test_r2_34_the_licence_and_the_refusal_go_with_one_receipt(story: Story) -> None:
    case = refused_one(story)
    grant(story, case, FOOD, SIGN)
    steps.issue(case, at=TUESDAY)
    record = hand(story, case)
    assert record.receipt is not None
    titles = [title for title, _number in record.receipt.facts["papers"]]
    assert (titles[0], titles[-1], len(titles)) == ("行业综合许可证", "不予行政许可决定书", 4)
    assert paper(case).service == record


def test_r2_34_a_later_consent_serves_what_waits(story: Story) -> None:
    case = refused_one(story)
    refuse(story, case, FOOD, SIGN)
    case = Case.objects.get(pk=case.pk)
    delivery.choose(case, way="door", consents=True, address="", actor=story.applicant, at=FRIDAY)
    arrive(FRIDAY)
    assert service.unserved(case) == []
    with pytest.raises(RuleViolation) as refused:
        delivery.choose(case, way="door", consents=False, address="", actor=story.applicant, at=FRIDAY)
    assert refused.value.code == "nothing_to_deliver"


def test_r2_10_the_days_of_the_answer_begin_with_the_service_of_the_notice(story: Story, calendar: Any) -> None:
    case = story.submitted()
    asked = steps.request_supplement(case, items={"mat_floor_plan": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    assert (asked.awaits_service, asked.last_day) == (True, None)
    (thing,) = sources.services(None, [case.pk])
    assert (thing.subject, thing.due_on(calendar)) == (
        f"notice:{paper(case, K.SUPPLEMENT_NOTICE).pk}",
        date(2026, 3, 9),
    )
    assert list(sources.supplements(None, [case.pk])) == []
    served = FRIDAY
    assert not steps.return_unanswered(case, at=served)
    hand(story, case, at=served, way="door", deliverer="陈送证")
    asked.refresh_from_db()
    assert asked.last_day == calendar.add(served.date(), 20).date
    assert not steps.return_unanswered(case, at=TUESDAY + timedelta(days=30))
    assert steps.return_unanswered(case, at=served + timedelta(days=60))
    assert list(disagreements()) == []


def test_r2_10_who_answers_an_unserved_notice_was_told_and_nothing_is_left_to_serve(story: Story) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"mat_floor_plan": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    steps.answer_supplement(case, actor=story.applicant, at=FRIDAY)
    assert service.unserved(case) == []


def test_r2_8_a_notice_that_comes_too_late_neither_binds_nor_returns(story: Story) -> None:
    """However the nightly run fared: the service itself accepts, and the page says that nothing is to be corrected."""
    case = story.submitted()
    steps.request_supplement(case, items={"mat_floor_plan": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    late = MONDAY + timedelta(days=9)
    assert list(periodic.untold(late.date())) == [case]
    hand(story, case, at=late, on=late.date() - timedelta(days=1), way="door", deliverer="陈送证")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.acceptance, case.accepted_on) == ("accepted", "deemed", MONDAY.date())
    assert not steps.accept_by_silence(case, at=late) and not steps.return_unanswered(case, at=late)
    assert list(periodic.untold(late.date())) == [] and list(disagreements()) == []
    client = Client()
    client.force_login(story.cast.shopkeeper)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "下列内容不用补正" in page and "逐项补正" not in page and "没有在五个工作日内送达" in page
    assert "补正材料的最后一日" not in client.get(reverse("workflows:dates", args=[case.number])).content.decode()


def test_r2_24_an_unserved_decision_is_due_within_ten_working_days(story: Story, calendar: Any) -> None:
    case = refused_one(story)
    (thing,) = sources.services(None, [case.pk])
    assert (thing.subject, thing.due_on(calendar)) == (f"service:{case.pk}", date(2026, 3, 17))
    assert making.due_on(case, calendar) == date(2026, 3, 17)
    assert case in making.cases(story.cast.service_office, making.DELIVER, "", calendar, TUESDAY.date())
    hand(story, case)
    assert list(sources.services(None, [case.pk])) == []


def test_the_database_knows_no_service_of_what_opens_no_days(story: Story) -> None:
    case = refused_one(story)
    record = hand(story, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(case=case, kind=K.ACCEPTANCE_NOTICE).update(service=record)


def test_only_those_who_deliver_serve(story: Story) -> None:
    case = refused_one(story)
    with pytest.raises(RuleViolation) as refused:
        steps.deliver(case, handing=Handing("window", "王小店"), actor=story.officer("dept_tobacco"), at=TUESDAY)
    assert refused.value.code == "not_your_part"
    assert delivering.serve_papers(case, at=TUESDAY) is None


# pages --------------------------------------------------------------------------------------------------------------


def test_the_pages_say_what_waits_to_be_served_and_since_when_days_run(
    story: Story, client: Client, monkeypatch: Any
) -> None:
    case = story.submitted()
    steps.decline(case, reason="该项经营依法不需要许可", ground="not_needed", actor=story.window, at=TUESDAY)
    client.force_login(story.cast.shopkeeper)
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    page = text_of(client.get(f"/cases/{case.number}/"))
    assert "自收到决定书之日起 60 日内" in page and "等待送达，期限从收到的次日起计算" in page
    client.force_login(story.cast.service_office)
    assert "待送达：不予受理决定书" in text_of(client.get("/office/"))
    answer = client.get(f"/office/{case.number}/")
    assert "以下文书的期限自送达起算" in text_of(answer)
    said = {"do": "deliver", "way": "window", "receiver": "王小店", "on": "2026-03-03"}
    assert client.post(f"/office/{case.number}/", said).status_code == 302
    assert "送达回证" in text_of(client.get(f"/office/{case.number}/"))
    client.force_login(story.cast.shopkeeper)
    page = text_of(client.get(f"/cases/{case.number}/"))
    assert "2026-03-03 送达（窗口领取）；申请复议最后一日 2026-05-06" in page


def test_the_office_chooses_what_it_hands_over(story: Story, client: Client, monkeypatch: Any) -> None:
    case = refused_one(story)
    refuse(story, case, FOOD)
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    client.force_login(story.cast.service_office)
    first, second = service.unserved(case)
    said = {"do": "deliver", "way": "window", "receiver": "王小店", "on": "2026-03-03"}
    assert client.post(f"/office/{case.number}/", said).status_code == 422  # nothing was ticked
    assert client.post(f"/office/{case.number}/", said | {"things": [second.number]}).status_code == 302
    assert service.unserved(case) == [first]


def test_the_counter_hands_the_notice_over_and_says_how_it_is_served(
    story: Story, client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    client.force_login(story.cast.clerk)
    gaps = {"need_mat_food_layout": "on", "text_mat_food_layout": "请补交平面图"}
    for taken_by, said in (("王小店", "已当场交付王小店"), ("", "由政务服务办公室送达")):
        case = story.submitted()
        url = f"/window/{case.number}/"
        typed = gaps | {"stamp": client.get(url).context["page"].stamp, "taken_by": taken_by}
        page = text_of(client.post(url, typed | {"do": "preview"}))
        assert "当场签收人" in page and "期限自送达起算" in page
        assert said in text_of(client.post(url, typed | {"do": "serve"}, follow=True))
        notice = paper(case, K.SUPPLEMENT_NOTICE)
        assert bool(notice.service) == bool(taken_by)
        assert case.supplements.get().awaits_service is not bool(taken_by)


def test_r2_8_the_counter_is_told_when_silence_had_accepted_before_it(
    story: Story, client: Client, monkeypatch: Any
) -> None:
    case, late = story.submitted(), MONDAY + timedelta(days=9)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    client.force_login(story.cast.clerk)
    url = f"/window/{case.number}/"
    typed = {"do": "accept", "confirmed": "1", "stamp": client.get(url).context["page"].stamp}
    page = text_of(client.post(url, typed, follow=True))
    assert "依法自 2026-03-02 起视为受理" in page and f"已受理 {case.number}" not in page


def test_r2_33_where_the_only_permit_was_revoked_nobody_is_told_that_one_stands(bath: Story) -> None:  # noqa: F811
    case = bath.promised(MONDAY)
    steps.grant(case, matters=["m_fire"], actor=bath.officer(FIRE), at=MONDAY)
    broken(bath, case)
    late = MONDAY + timedelta(days=20)
    given = {"ground": "commitment_broken", "reason": "仍堆放杂物", "actor": bath.officer(FIRE), "at": late}
    life_steps.revoke(case, matters=["m_fire"], **given)
    office = bath.cast.actor(bath.cast.service_office)
    served = steps.deliver(case, handing=Handing("window", "王小店"), actor=office, at=late)
    kinds = ["rectification_order", "revocation_decision", "cancellation_record"]
    assert ([paper.kind for paper in served.served.all()], served.covered) == (kinds, [])
    with pytest.raises(RuleViolation) as refused:
        steps.deliver(case, handing=Handing("window", "王小店"), actor=office, at=late)
    assert refused.value.code == "all_ended"
    for department, matters in bath.parts(case).items():
        if department != FIRE:
            steps.refuse(case, matters=matters, reason="不符合条件", actor=bath.officer(department), at=late)
    told = Parcel.objects.get(kind="permits.message", payload__event="single_permit")
    assert told.payload["ended"] is True
    truth = truth_of(cases_for(bath.cast.shopkeeper).get(pk=case.pk), today=late.date())
    assert truth.turn.title == "已办结：许可已终止"
    assert next(line.state for line in truth.matters if line.row.matter == "m_fire") == "已撤销"


def test_r2_34_the_counter_hands_over_what_waits_to_be_served(story: Story, client: Client) -> None:
    """From its list of papers to serve, long after the act: whoever comes signs, the days begin, and nothing else is delivered."""
    case = refused_one(story)
    grant(story, case, FOOD)
    waiting = truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=TUESDAY.date())
    assert "1 份文书等待送达：不予行政许可决定书" in waiting.turn.text
    client.force_login(story.cast.clerk)
    page = f"/papers-to-serve/{case.number}/"
    assert page in client.get("/papers-to-serve/").content.decode()
    assert "没有符合条件的文书" in client.get("/papers-to-serve/?q=无此企业").content.decode()
    number = paper(case).number
    assert number in client.get(page).content.decode()
    assert client.post(page, {"receiver": "", "things": [number]}).status_code == 422
    assert client.post(page, {"receiver": "王小店", "things": [number]}).status_code == 302
    served = paper(case).service
    assert served is not None and served.way == Delivery.Way.WINDOW and served.receipt is not None
    assert case.matters.get(matter=FOOD).delivery_id is None
    assert "没有待领取的文书" in client.get("/papers-to-serve/").content.decode()
    assert client.get(page).status_code == 404 and client.post(page, {}).status_code == 302
    assert list(disagreements()) == []
    for user in (story.cast.shopkeeper, story.cast.officer("dept_mrb"), story.cast.service_office):
        client.force_login(user)
        assert client.get(page).status_code in (302, 403, 404)
