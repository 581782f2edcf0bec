"""R3.1 to R3.10: reviews are the applicant's, in five levels, public in figures; bad ones are answered and looked at again."""

import html
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts import substitutions
from accounts.models import Representation, User
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import delivery as post_office
from outbox.models import Message, Parcel
from permits.models import Case
from tests import people
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.models import Rating
from workflows.ratings import acts, figures, rules
from workflows.shown.truth import cases_for, truth_of
from workflows.words import events

TUESDAY = MONDAY + timedelta(days=1)
MRB = "dept_mrb"
BAD = acts.Words(text="来回跑了两次", indicators=("sent_around",), may_publish=True)


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)


@pytest.fixture
def head(story: Story) -> User:
    """The head of the market bureau."""
    user = User.objects.get(pk=story.officer(MRB).user_id)
    user.is_head = True
    user.save(update_fields=["is_head"])
    return user


def rate(story: Story, case: Case, level: int = 2, **how: Any) -> Rating:
    told = {"actor": story.applicant, "at": TUESDAY, "body": MRB, "words": BAD if level <= 2 else acts.NOTHING_SAID}
    return acts.give(case, level=level, **(told | how))


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def code(act: Callable[[], Any]) -> str:
    with pytest.raises(RuleViolation) as refused:
        act()
    return refused.value.code


@given(st.lists(st.integers(1, 5)))
def test_r3_3_the_share_counts_the_middle_level_as_satisfied(levels: list[int]) -> None:
    share = rules.satisfied_share(levels)
    assert share == (sum(level >= 3 for level in levels) / len(levels) if levels else None)


@pytest.mark.parametrize(
    ("said", "level"),
    [(5, 5), ("1", 1), ("基本满意", 3), ("一般", None), (0, None), (True, None), ("", None), (6, None)],
)
def test_r3_3_levels_have_numbers_and_names(said: object, level: int | None) -> None:
    assert rules.level_of(said) == level


def test_r3_7_one_five_and_fifteen_working_days(official_calendar: None, db: None) -> None:
    days = rules.answer_days(current_calendar(), date(2026, 2, 11))
    assert (days.contact_by, days.answer_by, days.difficult_by) == (
        date(2026, 2, 12),
        date(2026, 2, 25),
        date(2026, 3, 10),
    )


def test_r3_2_each_body_once_at_each_stage(story: Story) -> None:
    case = story.accepted()
    rate(story, case)
    assert code(lambda: rate(story, case, 5)) == "rated_already"
    rate(story, case, 4, body="dept_tobacco")
    assert Rating.objects.count() == 2
    assert verify() is None


def test_r3_5_nobody_of_the_administration_rates(story: Story) -> None:
    case = story.accepted()
    for actor in (story.window, story.officer(MRB)):
        assert code(lambda actor=actor: rate(story, case, 5, actor=actor)) == "not_your_part"
    assert code(lambda: rate(story, story.draft(), 5)) == "not_your_case"
    assert code(lambda: rate(story, case, 5, body="dept_water")) == "no_such_body"
    assert code(lambda: rate(story, case, 5, words=acts.Words(indicators=("slow",)))) == "no_such_indicator"
    assert not Rating.objects.exists()


def test_r3_5_who_works_on_the_case_does_not_learn_of_it(story: Story) -> None:
    case = story.accepted()
    rate(story, case)
    case.refresh_from_db()
    assert "rated" not in {event.act for event in events.timeline(case, case.matters.all())}
    seen = truth_of(cases_for(story.cast.shopkeeper).get(pk=case.pk), today=TUESDAY.date())
    assert "rated" not in {event.title for event in seen.events}


def test_r3_7_a_named_one_is_contacted_first_then_answered(story: Story, head: User) -> None:
    rating = rate(story, story.accepted(), words=acts.Words(text="慢", named=True))
    actor = story.cast.actor(head)
    told = {"outcome": "fixed", "text": "已改进流程", "actor": actor, "at": TUESDAY}
    assert code(lambda: acts.answer(rating, **told)) == "contact_first"
    acts.contact(rating, actor=actor, at=TUESDAY)
    assert code(lambda: acts.contact(rating, actor=actor, at=TUESDAY)) == "contacted_already"
    acts.answer(rating, **told)
    assert code(lambda: acts.answer(rating, **told)) == "not_open"
    assert code(lambda: acts.revisit(rating, satisfied=True, notes="电话", actor=actor, at=TUESDAY)) == "not_your_part"
    office = story.cast.actor(story.cast.service_office)
    acts.revisit(rating, satisfied=False, notes="电话回访，仍觉得慢", actor=office, at=TUESDAY)
    assert Rating.objects.get().state == "revisited"
    assert verify() is None


def test_r3_7_an_officer_who_is_no_head_answers_nothing(story: Story) -> None:
    rating = rate(story, story.accepted())
    told = {"outcome": "fixed", "text": "已改进", "at": TUESDAY}
    for department in (MRB, "dept_tobacco"):
        assert code(lambda d=department: acts.answer(rating, actor=story.officer(d), **told)) == "not_your_part"


def test_r3_7_more_time_once_with_a_reason_and_before_the_limit(story: Story, head: User) -> None:
    rating, actor = rate(story, story.accepted()), story.cast.actor(head)
    assert code(lambda: acts.prolong(rating, reason=" ", actor=actor, at=TUESDAY)) == "reason_missing"
    late = TUESDAY + timedelta(days=20)
    assert code(lambda: acts.prolong(rating, reason="涉及多个部门", actor=actor, at=late)) == "too_late"
    assert acts.prolong(rating, reason="涉及多个部门", actor=actor, at=TUESDAY).answer_by == date(2026, 3, 24)
    assert code(lambda: acts.prolong(rating, reason="再延", actor=actor, at=TUESDAY)) == "prolonged_already"


def test_r3_8_a_period_has_its_day(story: Story, head: User) -> None:
    rating, actor = rate(story, story.accepted()), story.cast.actor(head)
    told = {"outcome": "period", "text": "增加窗口", "actor": actor, "at": TUESDAY}
    assert code(lambda: acts.answer(rating, **told)) == "day_missing"
    assert code(lambda: acts.answer(rating, promised_on=MONDAY.date(), **told)) == "day_missing"
    assert acts.answer(rating, promised_on=date(2026, 3, 20), **told).promised_on == date(2026, 3, 20)


def test_r3_8_only_who_was_not_rated_finds_a_mistake_and_nothing_is_deleted(story: Story, head: User) -> None:
    case = story.accepted()
    rating, own = rate(story, case), rate(story, case, body="dept_gov_service")
    office = story.cast.actor(story.cast.service_office)
    assert code(lambda: acts.exclude(rating, reason="x", actor=story.cast.actor(head), at=TUESDAY)) == "not_your_part"
    assert code(lambda: acts.exclude(own, reason="误点", actor=office, at=TUESDAY)) == "own_rating"
    acts.exclude(rating, reason="评价内容与本办件无关", actor=office, at=TUESDAY)
    assert code(lambda: acts.exclude(rating, reason="误点", actor=office, at=TUESDAY)) == "not_open"
    assert Rating.objects.count() == 2
    assert [(row.bad, row.total) for row in figures.by_body()] == [(1, 1)]


def test_the_database_keeps_what_must_never_be(story: Story) -> None:
    rating = rate(story, story.accepted())
    for wrong in ({"level": 9}, {"level": 4}, {"answer_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.filter(pk=rating.pk).update(**wrong)


@pytest.mark.each_database
def test_r3_1_the_figures_are_counted_from_the_records(story: Story, head: User) -> None:
    case = story.accepted()
    acts.answer(rate(story, case), outcome="fixed", text="已改进", actor=story.cast.actor(head), at=TUESDAY)
    rate(story, case, 5, body="dept_tobacco")
    rows = {row.body: row for row in figures.by_body()}
    assert sorted(row.satisfied for row in rows.values()) == [0.0, 100.0]
    food = next(row for row in rows.values() if row.bad)
    assert (food.levels, food.answered, food.in_time, food.satisfied) == ((0, 0, 0, 1, 0), 1, 1, 0.0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        figures.by_body()
    assert len(queries) == 1


def test_the_page_takes_a_review_in_two_steps_and_shows_the_answer(story: Story, head: User) -> None:
    case = story.accepted()
    shop = sign_in(story.cast.shopkeeper)
    page = f"/cases/{case.number}/rate/"
    assert "评价完全自愿" in html.unescape(shop.get(page).content.decode())
    empty = shop.get(page, {"body": MRB})
    assert empty.status_code == 422
    step = f"{page}?body={MRB}&level=1"
    assert "哪里不好" in html.unescape(shop.get(step).content.decode())
    assert "哪里好" in html.unescape(shop.get(f"{page}?body={MRB}&level=5").content.decode())
    said = {"indicators": ["slow"], "text": "太慢", "may_publish": "on"}
    assert shop.post(step, said).status_code == 302
    assert shop.post(step, said).status_code == 409
    rating = Rating.objects.get()
    acts.answer(rating, outcome="fixed", text="已改为当日办结", actor=story.cast.actor(head), at=TUESDAY)
    assert "已改为当日办结" in html.unescape(shop.get(page).content.decode())
    public = html.unescape(Client().get("/ratings/").content.decode())
    assert "太慢" in public
    assert "已改为当日办结" in public
    assert case.enterprise.name not in public
    assert str(case.number) not in public


def test_words_that_may_not_be_shown_are_not(story: Story) -> None:
    rate(story, story.accepted(), words=acts.Words(text="不公开的话"))
    assert "不公开的话" not in html.unescape(Client().get("/ratings/").content.decode())


@pytest.mark.each_database
def test_bad_ones_are_answered_by_the_head_on_the_page(story: Story, head: User) -> None:
    rating = rate(story, story.accepted(), words=acts.Words(text="慢", named=True))
    desk = sign_in(head)
    assert "差评" in html.unescape(desk.get("/work/ratings/").content.decode())
    page = f"/work/ratings/{rating.pk}/"
    assert desk.post(page, {"do": "nothing"}).status_code == 400
    assert desk.post(page, {"do": "contact"}).status_code == 302
    assert desk.post(page, {"do": "answer", "outcome": "fixed"}).status_code == 422
    assert desk.post(page, {"do": "answer", "outcome": "period", "text": "增加窗口"}).status_code == 409
    assert desk.post(page, {"do": "prolong", "reason": "涉及多个部门"}).status_code == 302
    assert desk.post(page, {"do": "answer", "outcome": "fixed", "text": "已改进"}).status_code == 302
    office = sign_in(story.cast.service_office)
    assert office.post(page, {"do": "revisit", "satisfied": "yes", "notes": "电话"}).status_code == 302
    assert Rating.objects.get().satisfied is True


@pytest.mark.parametrize("who", ["clerk", "shopkeeper", "officer"])
def test_nobody_else_reads_the_bad_ones(story: Story, who: str) -> None:
    rating = rate(story, story.accepted())
    other = story.officer("dept_tobacco").user_id if who == "officer" else getattr(story.cast, who).pk
    client = sign_in(User.objects.get(pk=other))
    assert client.get(f"/work/ratings/{rating.pk}/").status_code in (403, 404)
    assert client.get(f"/cases/{rating.case.number}/rate/").status_code == (200 if who == "shopkeeper" else 404)


def test_the_head_is_told_and_then_the_applicant(story: Story, head: User) -> None:
    rating = rate(story, story.accepted())
    deliver()
    assert Message.objects.filter(kind="bad_rating", recipient=head).exists()
    acts.answer(rating, outcome="fixed", text="已改进", actor=story.cast.actor(head), at=TUESDAY)
    deliver()
    assert Message.objects.filter(kind="rating_answered", recipient=story.cast.shopkeeper).exists()


@pytest.mark.each_database
def test_r3_5_no_message_says_which_case_was_reviewed_or_tells_others_of_the_enterprise(
    story: Story, head: User
) -> None:
    case = story.accepted()
    partner = people.person("partner", User.Role.APPLICANT)
    Representation.objects.create(enterprise=case.enterprise, user=partner, since=MONDAY.date())
    rating = rate(story, case)
    deliver()
    told = Message.objects.get(kind="bad_rating", recipient=head)
    assert (told.about, told.link) == ("", "/work/ratings/")
    assert str(case.number)[-4:] not in told.body.replace(str(rating.answer_by), "")
    acts.answer(rating, outcome="fixed", text="已改进", actor=story.cast.actor(head), at=TUESDAY)
    deliver()
    assert not Message.objects.filter(kind="rating_answered", recipient=partner).exists()


def test_r3_5_a_head_who_worked_on_the_case_neither_answers_nor_learns_of_it(story: Story, head: User) -> None:
    case = story.accepted()
    actor = story.cast.actor(head)
    steps.grant(case, matters=["m_food_license"], actor=actor, at=TUESDAY)
    rating = rate(story, case)
    deliver()
    assert not Message.objects.filter(kind="bad_rating", recipient=head).exists()
    assert sign_in(head).get(f"/work/ratings/{rating.pk}/").status_code == 404
    assert code(lambda: acts.answer(rating, outcome="fixed", text="已改进", actor=actor, at=TUESDAY)) == "not_your_part"
    office = story.cast.actor(story.cast.service_office)
    assert acts.answer(rating, outcome="fixed", text="已改进", actor=office, at=TUESDAY).state == "answered"


def deliver() -> None:
    for parcel in Parcel.objects.filter(kind="permits.message", status=Parcel.Status.WAITING):
        try:
            post_office.deliver(parcel.key, at=TUESDAY)
        except ObjectDoesNotExist:  # pragma: no cover
            raise AssertionError(parcel.key) from None


def test_r3_2_a_body_that_was_rated_is_not_offered_again(story: Story) -> None:
    case = story.accepted()
    desk, page = sign_in(story.cast.shopkeeper), f"/cases/{case.number}/rate/"
    rate(story, case)
    offered = desk.get(page).text
    assert f'value="{MRB}"' not in offered
    assert 'value="dept_tobacco"' in offered
    again = desk.post(f"{page}?level=5&body={MRB}", {})
    assert (again.status_code, "您已经评价过这一环节" in again.text) == (409, True)
    for body in acts.left_to_rate(case, story.cast.shopkeeper):
        rate(story, case, 5, body=body)
    assert "这一环节的部门您都评价过了" in desk.get(page).text


@pytest.mark.each_database
def test_r3_8_the_office_takes_down_words_that_name_somebody_and_the_level_counts_on(story: Story, head: User) -> None:
    rating = rate(story, story.accepted(), words=acts.Words(text="张三李四都是骗子", may_publish=True))
    office, page = sign_in(story.cast.service_office), f"/work/ratings/{rating.pk}/"
    assert "张三李四" in Client().get("/ratings/").text
    assert "张三李四" in office.get("/work/ratings/?tab=public").text
    assert code(
        lambda: acts.hide_words(rating, ground="insult", reason="…骂", actor=story.cast.actor(head), at=TUESDAY)
    ) == ("not_your_part")
    assert office.post(page, {"do": "hide", "reason": "骂人"}).status_code == 422
    assert office.post(page, {"do": "hide", "ground": "insult", "reason": "称人为骗子"}).status_code == 302
    assert office.post(page, {"do": "hide", "ground": "insult", "reason": "称人为骗子"}).status_code == 409
    assert "张三李四" not in Client().get("/ratings/").text
    assert figures.by_body()[0].levels == (0, 0, 0, 1, 0)
    kept = Rating.objects.get()
    assert (kept.text, kept.state) == ("张三李四都是骗子", "open"), "the words stay on record, the answer is still due"
    seen = sign_in(story.cast.shopkeeper).get(f"/cases/{rating.case.number}/rate/").text
    assert "起不再公开" in seen and "称人为骗子" in seen
    deliver()
    assert Message.objects.filter(kind="rating_words_hidden", recipient=story.cast.shopkeeper).exists()
    assert verify() is None


def test_r3_5_published_words_bear_nobodys_number(story: Story) -> None:
    case, words = story.accepted(), acts.Words(text="找13812345678问", may_publish=True)
    assert code(lambda: rate(story, case, words=words)) == "personal_number"
    rate(story, case, words=acts.Words(text="找13812345678问"))


def test_r3_7_whom_an_absent_head_named_answers_in_their_place(story: Story, head: User) -> None:
    rating = rate(story, story.accepted())
    deputy = people.person("deputy", User.Role.OFFICER, body=head.body)
    told = {"outcome": "fixed", "text": "已改进", "actor": story.cast.actor(deputy), "at": TUESDAY}
    days = {"since": TUESDAY.date(), "until": TUESDAY.date(), "reason": "年休假", "at": TUESDAY}
    made = substitutions.appoint(absent=head, substitute=deputy, actor=story.cast.actor(head), **days)
    assert code(lambda: acts.answer(rating, **told)) == "not_your_part", "a substitute without the head's power"
    substitutions.end(made, reason="改为代行", actor=story.cast.actor(head), at=TUESDAY)
    substitutions.appoint(absent=head, substitute=deputy, actor=story.cast.actor(head), head_power=True, **days)
    client = sign_in(deputy)
    assert "评价答复" in client.get("/work/").text
    assert client.get(f"/work/ratings/{rating.pk}/").status_code == 200
    deliver()
    assert Message.objects.filter(kind="bad_rating", recipient=deputy).exists()
    acts.answer(rating, **told)
    assert "（代 " in AuditEntry.objects.get(act="rating_answered").actor
