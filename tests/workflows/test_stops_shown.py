"""A stop is shown as a stop wherever a case is listed, with its reason and the law it rests on (R1.38, R2.21, R2.22)."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from permits.clock import RECTIFICATION
from permits.deadlines import stops
from permits.models import Case, ClockStop, Supplement
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.shown.days import course_of

FOOD = "m_food_license"
ALL = {"dept_mrb": FOOD, "dept_tobacco": "m_tobacco", "dept_subdistrict": "m_signboard"}


def stopped(story: Story) -> Case:
    """All its clocks stand for a test."""
    case = story.accepted()
    for department, matter in ALL.items():
        actor = story.officer(department)
        stops.stop_clock(case, matters=[matter], ground="testing", needed_days=5, actor=actor, at=MONDAY)
    return case


def test_lists_and_the_progress_page_show_a_stop(story: Story, client: Client) -> None:
    case = stopped(story)
    page = client.get(reverse("workflows:progress", args=[case.code])).text
    assert "停止计时：检测，预计 2026-03-09 结束（《行政许可法》第四十五条）" in page
    assert "已暂停" in page
    client.force_login(story.cast.shopkeeper)
    assert "已暂停" in client.get(reverse("workflows:my_cases")).text
    truth = client.get(reverse("workflows:case", args=[case.number])).text
    assert "依法停止计时的事项" in truth
    assert "承诺办结日期见下面" not in truth  # there is none while every clock stands
    client.force_login(story.cast.officer("dept_mrb"))
    assert "第四十五条" in client.get(reverse("workflows:work"), {"tab": "all"}).text


def test_r2_22_putting_things_right_is_no_step_of_article_45(story: Story, client: Client) -> None:
    case = stopped(story)
    ClockStop.objects.filter(case=case).update(ground=RECTIFICATION)
    client.force_login(story.cast.officer("dept_mrb"))
    listed = client.get(reverse("workflows:work"), {"tab": "all"}).text
    assert "该事项的规定" in listed
    assert "第四十五条" not in listed
    client.force_login(story.cast.shopkeeper)
    why = client.get(reverse("workflows:why", args=[case.number, FOOD])).text
    assert "依该事项的规定，整改时间不计入期限" in why
    assert "第四十五条" not in why
    assert "依该事项的规定" in client.get(reverse("workflows:progress", args=[case.code])).text


def test_r2_10_until_a_notice_is_served_the_days_are_not_the_applicant_s(story: Story) -> None:
    case = story.submitted()
    told, served, answered = (MONDAY + timedelta(days=n) for n in (1, 3, 7))
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=told)
    assert course_of(Case.objects.get(pk=case.pk), served.date()).supplements == ()
    steps.deliver(
        case, handing=Handing("window", "王小店"), actor=story.cast.actor(story.cast.service_office), at=served
    )
    steps.answer_supplement(case, actor=story.applicant, at=answered)
    assert Supplement.objects.get().told_on == served.date()
    course = course_of(Case.objects.get(pk=case.pk), answered.date())
    assert course.supplements == ((served.date(), answered.date()),)
