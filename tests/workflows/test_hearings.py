"""R2.23, R2.21: hearings on the pages, on paper and in the log; a penalty has one too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from audit.verify import verify
from audit.violations import RuleViolation
from outbox.models import Message, Parcel
from permits.deadlines import stops
from permits.hearing import hearing_parties, hearings
from permits.models import Case, CaseMatter, ClockStop, Hearing
from tests.workflows.conftest import MONDAY, Story
from workflows import periodic, steps
from workflows.audit import disagreements

FOOD, MRB = "m_food_license", "dept_mrb"
TUESDAY = MONDAY + timedelta(days=1)
INTENDED = "经营场所与申请的经营项目不相适应，拟不予许可"


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY + timedelta(hours=1))


def told(story: Story, **more: Any) -> tuple[Case, Hearing]:
    case = story.accepted()
    said: dict[str, Any] = {"matter": FOOD, "cause": "refusal", "intended": INTENDED} | more
    return case, hearings.tell(case, actor=story.officer(MRB), at=TUESDAY, **said)


def test_r2_23_a_hearing_from_page_to_page(story: Story, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The officer tells the right, the shopkeeper asks, a colleague presides and records; the refusal rests on the record."""
    case = story.accepted()
    second = story.cast.second_officer(MRB)
    work, mine = f"/work/{case.number}/hearing/", f"/cases/{case.number}/hearing/"
    client.force_login(story.cast.officer(MRB))
    assert client.post(work, {"do": "tell", "matter": FOOD, "cause": "refusal"}).status_code == 422
    client.post(work, {"do": "tell", "matter": FOOD, "cause": "refusal", "intended": INTENDED})
    one = Hearing.objects.get()
    client.force_login(story.cast.shopkeeper)
    assert "2026-03-10" in client.get(f"/cases/{case.number}/").content.decode()
    assert INTENDED in client.get(mine).content.decode()
    client.post(mine, {"do": "ask", "pk": one.pk})
    assert client.post(mine, {"do": "waive", "pk": one.pk}).status_code == 409
    assert ClockStop.objects.get().ground == "hearing"
    client.force_login(story.cast.officer(MRB))
    said = {"do": "schedule", "pk": one.pk, "hour": "09:30", "place": "二楼听证室", "presiding": second.pk}
    assert client.post(work, said | {"day": "2026-03-11"}).status_code == 409  # six days' notice
    assert client.post(work, said | {"day": "2026-03-12", "presiding": story.cast.officer(MRB).pk}).status_code == 422
    client.post(work, said | {"day": "2026-03-12"})
    assert "生成听证笔录" not in client.get(work).content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=10, hours=3))
    client.force_login(second)
    assert "生成听证笔录" in client.get(work).content.decode()
    client.post(work, {"do": "hold", "pk": one.pk, "minutes": "申请人陈述、申辩", "signed_by": "王小店"})
    one.refresh_from_db()
    assert one.state == Hearing.State.HELD and one.record is not None
    assert ClockStop.objects.get().ended_on is not None
    at = MONDAY + timedelta(days=11)
    steps.refuse(case, matters=[FOOD], reason="根据听证笔录，场所不符合条件", actor=story.officer(MRB), at=at)
    assert one.record.number in case.documents.get(kind="refusal_decision").facts["evidence"]
    kinds = ["hearing_right_notice", "hearing_notice", "hearing_record"]
    assert list(case.documents.filter(kind__startswith="hearing").values_list("kind", flat=True)) == kinds
    assert verify() is None and list(disagreements()) == []
    events = ("hearing_told", "hearing_asked", "hearing_scheduled", "hearing_held")
    assert all(Parcel.objects.filter(key__endswith=f":{event}").exists() for event in events)


def test_a_stranger_s_wish_is_recorded_by_the_department(story: Story, client: Client) -> None:
    case, one = told(story, cause="interest", party="隔壁商户")
    client.force_login(story.cast.shopkeeper)
    assert client.post(f"/cases/{case.number}/hearing/", {"do": "ask", "pk": one.pk}).status_code == 400
    client.force_login(story.cast.officer(MRB))
    client.post(f"/work/{case.number}/hearing/", {"do": "ask", "pk": one.pk})
    one.refresh_from_db()
    assert one.state == Hearing.State.ASKED


def test_r2_23_what_the_law_submits_to_a_hearing_is_held_without_being_asked_for(story: Story) -> None:
    case, one = told(story, cause="public")
    assert one.state == Hearing.State.ASKED and ClockStop.objects.filter(case=case, ground="hearing").exists()
    stops.resume_clock(case, matters=[FOOD], actor=story.officer(MRB), at=TUESDAY)
    with pytest.raises(RuleViolation, match="先举行听证"):
        steps.grant(case, matters=[FOOD], actor=story.officer(MRB), at=TUESDAY)


def test_a_clock_that_stands_for_a_hearing_already_is_not_stopped_twice(story: Story) -> None:
    case = story.accepted()
    stops.stop_clock(case, matters=[FOOD], ground="hearing", actor=story.officer(MRB), at=TUESDAY)
    made = hearings.tell(case, matter=FOOD, cause="refusal", intended=INTENDED, actor=story.officer(MRB), at=TUESDAY)
    hearings.ask(case, pk=made.pk, actor=story.applicant, at=TUESDAY)
    assert ClockStop.objects.filter(case=case).count() == 1


def test_r2_21_the_clock_stands_until_everybody_is_heard(story: Story) -> None:
    """The applicant and a neighbour are heard on two days; the second day is still a lawful stop."""
    case, own = told(story)
    officer, second = story.officer(MRB), story.cast.second_officer(MRB)
    other = hearings.tell(
        case, matter=FOOD, cause="interest", party="隔壁商户", intended=INTENDED, actor=officer, at=TUESDAY
    )
    hearings.ask(case, pk=own.pk, actor=story.applicant, at=TUESDAY)
    hearings.ask(case, pk=other.pk, actor=officer, at=TUESDAY)
    for one, day in ((own, 14), (other, 15)):
        assert ClockStop.objects.get(case=case).ended_on is None
        starts_at = MONDAY + timedelta(days=day)
        arranged = {"pk": one.pk, "starts_at": starts_at, "place": "二楼听证室", "presiding": second}
        hearings.schedule(case, **arranged, actor=officer, at=TUESDAY)
        said = {"pk": one.pk, "minutes": "陈述、申辩", "signed_by": "到场各方"}
        hearings.hold(case, **said, actor=story.cast.actor(second), at=starts_at + timedelta(hours=1))
    assert ClockStop.objects.get(case=case).ended_on == (MONDAY + timedelta(days=15)).date()
    assert verify() is None and list(disagreements()) == []


def test_r2_33_the_right_is_told_before_a_penalty_too(story: Story) -> None:
    from permits.hearing.heard import require_heard

    case = story.decided()
    one = hearings.tell(
        case, matter=FOOD, cause="penalty", intended="拟吊销该项许可", actor=story.officer(MRB), at=TUESDAY
    )
    row = case.matters.get(matter=FOOD)
    with pytest.raises(RuleViolation, match="以前不能作出决定"):
        require_heard([row], one.ask_by)
    assert require_heard([row], one.ask_by + timedelta(1)) == {}


def test_a_withdrawn_matter_has_no_hearing_any_more(story: Story) -> None:
    case, one = told(story)
    steps.withdraw(case, matters=[FOOD], actor=story.applicant, at=TUESDAY)
    one.refresh_from_db()
    assert one.state == Hearing.State.ENDED


def test_the_night_notes_what_nobody_asked_for(story: Story) -> None:
    _case, one = told(story)
    assert periodic.run_due(MONDAY + timedelta(days=8)).counts["hearing_lapsed"] == 0
    assert periodic.run_due(MONDAY + timedelta(days=9)).counts["hearing_lapsed"] == 1
    one.refresh_from_db()
    assert one.state == Hearing.State.LAPSED and verify() is None


def test_the_database_lets_nobody_preside_who_told_the_right(story: Story) -> None:
    _case, one = told(story)
    for wrong in ({"presiding": one.told_by}, {"party": "隔壁商户"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hearing.objects.filter(pk=one.pk).update(**wrong)


def test_r2_23_the_auditor_sees_a_hearing_that_does_not_fit_its_matter(story: Story) -> None:
    """Bent behind the acts, one after the other: each is named; what the acts make is sound."""
    case, one = told(story)
    row, of_case = CaseMatter.objects.filter(matter=FOOD), Hearing.objects.filter(pk=one.pk)
    periodic.run_due(MONDAY + timedelta(days=9))
    steps.refuse(case, matters=[FOOD], reason="不符合", actor=story.officer(MRB), at=MONDAY + timedelta(days=9))
    assert list(disagreements()) == []
    bends: list[tuple[Callable[[], Any], str]] = [
        (lambda: of_case.update(state="told"), "is refused, but a hearing on it is told"),
        (lambda: of_case.update(state="told", cause="penalty"), "no such permit runs"),
        (lambda: row.update(decided_on=one.ask_by), "its hearing was over on"),
        (
            lambda: Case.objects.update(state="closed_refused") and of_case.update(state="told"),
            "is closed_refused, but",
        ),
        (
            lambda: of_case.update(state="held", held_on=one.told_on, minutes="…", signed_by="…", **met(one)),
            "its record",
        ),
    ]
    for bend, said in bends:
        with transaction.atomic():
            bend()
            assert any(said in fault for fault in disagreements()), said
            transaction.set_rollback(True)


def met(one: Hearing) -> dict[str, Any]:
    """Where and before whom a hearing is said to have been."""
    other = User.objects.exclude(pk=one.told_by_id).first()
    return {"starts_at": TUESDAY, "place": "二楼", "notified_on": one.told_on, "presiding": other}


def test_r2_23_an_interested_party_asks_on_its_own_page_and_sees_nothing_else(story: Story, client: Client) -> None:
    """Told of the right, it reads what concerns it by an address that nobody else has, says what it thinks, and asks."""
    case, one = told(story, cause="interest", party="隔壁商户", party_phone="13812345678")
    page, work = f"/hearing/{one.code}/", f"/work/{case.number}/hearing/"
    shown = client.get(page)
    text = shown.content.decode()
    assert INTENDED in text and "2026-03-10" in text and "轮到您" in text and shown["X-Robots-Tag"] == "noindex"
    enterprise = case.enterprise
    private = (case.number, case.key, enterprise.uscc, case.code, "13812345678", "m_tobacco", "烟草专卖")
    assert [what for what in private if what and what in text] == []
    assert client.get("/hearing/x/").status_code == 404
    assert client.post(page, {"do": "state", "statement": ""}).status_code == 422
    assert client.post(page, {"do": "hold"}).status_code == 400
    client.post(page, {"do": "state", "statement": "油烟会排进我的店"})
    client.post(page, {"do": "ask"})
    one.refresh_from_db()
    assert (one.state, one.statement) == (Hearing.State.ASKED, "油烟会排进我的店")
    assert ClockStop.objects.filter(case=case, ground="hearing", ended_on=None).exists()
    assert client.post(page, {"do": "waive"}).status_code == 409
    client.force_login(story.cast.officer(MRB))
    assert "油烟会排进我的店" in client.get(work).content.decode()
    assert f"/hearing/{one.code}/" in client.get(f"{work}{one.pk}/slip/").content.decode()
    sent = Message.objects.get(kind="hearing_party")
    assert one.code in sent.body and not any(what in sent.body for what in (enterprise.name, "隔壁商户", case.number))
    assert verify() is None and list(disagreements()) == []


def test_r2_23_the_address_of_an_interested_party_is_the_department_s_alone(story: Story, client: Client) -> None:
    """No role but the deciding department's officers reads the slip; the applicant meets the address nowhere."""
    case, one = told(story, cause="interest", party="隔壁商户")
    slip, cast = f"/work/{case.number}/hearing/{one.pk}/slip/", story.cast
    assert client.get(slip).status_code == 302
    for user in (cast.shopkeeper, cast.stranger, cast.clerk, cast.administrator, cast.officer("dept_tobacco")):
        client.force_login(user)
        assert client.get(slip).status_code in (403, 404), user
        for page in (f"/cases/{case.number}/", f"/cases/{case.number}/hearing/"):
            assert one.code not in client.get(page).content.decode(), user
    client.force_login(cast.officer(MRB))
    assert client.get(slip).status_code == 200
    assert not any(one.code in str(paper.facts) for paper in case.documents.all())


def test_r2_23_after_the_decision_the_interested_party_reads_it_and_can_do_nothing_more(
    story: Story, client: Client
) -> None:
    case, one = told(story, cause="interest", party="隔壁商户")
    other = hearings.tell(case, matter=FOOD, cause="refusal", intended=INTENDED, actor=story.officer(MRB), at=TUESDAY)
    stranger = hearing_parties.actor_of(one)
    with pytest.raises(RuleViolation):
        hearings.waive(case, pk=other.pk, actor=stranger, at=TUESDAY)
    client.post(f"/hearing/{one.code}/", {"do": "waive"})
    steps.grant(case, matters=[FOOD], actor=story.officer(MRB), at=TUESDAY)
    text = client.get(f"/hearing/{one.code}/").content.decode()
    assert "作出决定" in text and "提交意见" not in text and "要求听证</button>" not in text
    assert client.post(f"/hearing/{one.code}/", {"do": "state", "statement": "……"}).status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        Hearing.objects.filter(pk=other.pk).update(code="x")
