"""The departments' pages: who may enter, what is read, claiming races, stale pages, double clicks, refusals."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from audit.models import AuditEntry
from permits.models import Case, CaseMatter, Document
from tests.workflows.conftest import MONDAY, Story
from workflows import claims, steps

MRB, TOBACCO = "dept_mrb", "dept_tobacco"
REASON = "经查，申请人提交的平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"


def text_of(page: HttpResponse) -> str:
    return html.unescape(page.content.decode())


def stamp_of(page: HttpResponse) -> str:
    return re.search(r'name="stamp" value="([^"]+)"', page.content.decode())[1]


def url(case: Case) -> str:
    return f"/work/{case.number}/"


def matter_of(story: Story, case: Case, body: str = MRB) -> str:
    return story.parts(case)[body][0]


@pytest.fixture(autouse=True)
def _a_day_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands in the story, whatever the day on which the tests run."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=3))


@pytest.fixture
def officer(story: Story, client: Client) -> Client:
    client.force_login(story.cast.officer(MRB))
    return client


@pytest.mark.parametrize("page", ["/work/", "/window/", "/office/"])
@pytest.mark.parametrize("role", ["shopkeeper", "clerk", "officer", "service_office", "administrator"])
def test_each_desk_is_for_its_own_people(story: Story, client: Client, page: str, role: str) -> None:
    allowed = {
        "/work/": {"officer"},
        "/window/": {"clerk"},
        "/office/": {"service_office", "administrator"},
    }
    user = story.cast.officer(MRB) if role == "officer" else getattr(story.cast, role)
    client.force_login(user)
    assert client.get(page).status_code == (200 if role in allowed[page] else 403)


@pytest.mark.parametrize("page", ["/work/", "/window/", "/office/", "/work/1/", "/window/1/", "/office/1/", "/desk/"])
def test_strangers_are_led_to_the_sign_in(db: None, client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("applicant", "/my/"),
        ("window", "/window/"),
        ("officer", "/work/"),
        ("subdistrict", "/work/"),
        ("service_office", "/office/"),
        ("administrator", "/office/"),
    ],
)
def test_the_sign_in_leads_everybody_to_their_desk(db: None, client: Client, role: str, place: str) -> None:
    client.force_login(User.objects.create(username="x", role=role))
    assert client.get("/desk/")["Location"] == place


def test_r1_2_another_department_finds_no_section(story: Story, client: Client) -> None:
    case = story.accepted()
    client.force_login(story.cast.officer("dept_sports"))
    assert client.get(url(case)).status_code == 404
    assert client.post(url(case), {"do": "claim"}).status_code == 404


def test_list_and_section_tell_the_same_limits_of_what_is_open(story: Story, officer: Client) -> None:
    story.answers |= {"sells_device": ["第二类"]}
    case = story.accepted()
    own = {row.matter: row for row in case.matters.filter(section__body_id=MRB)}
    filing, food = own["m_device2_filing"], own["m_food_license"]
    assert filing.statutory_by < food.statutory_by and filing.promised_by < food.promised_by

    def told() -> tuple[Any, ...]:
        (row,) = officer.get("/work/?tab=free").context["rows"]
        page = officer.get(url(case)).context["page"]
        assert (page.promised, page.statutory) == (row.promised, row.statutory)
        return row.promised.by, row.statutory.by

    assert told() == (filing.promised_by, filing.statutory_by)
    steps.grant(case, matters=[filing.matter], actor=story.officer(MRB), at=MONDAY + timedelta(days=1))
    assert told() == (food.promised_by, food.statutory_by)


def test_before_acceptance_there_is_nothing_to_read(story: Story, officer: Client) -> None:
    assert officer.get(url(story.submitted())).status_code == 404


@pytest.mark.each_database
def test_an_officer_reads_the_own_part_and_of_the_rest_the_state(story: Story, officer: Client) -> None:
    case = story.accepted()
    steps.refuse(
        case,
        matters=[matter_of(story, case, TOBACCO)],
        reason="距离学校不足一百米",
        actor=story.officer(TOBACCO),
        at=MONDAY,
    )
    page = text_of(officer.get(url(case)))
    assert "食品经营许可" in page
    assert "烟草专卖零售许可证核发" in page
    assert "不予许可" in page
    assert "距离学校不足一百米" not in page
    refusal = Document.objects.get(case=case, kind=Document.Kind.REFUSAL_DECISION)
    assert refusal.number not in page
    assert officer.get(f"/cases/{case.number}/papers/{refusal.pk}.pdf").status_code == 404


def test_a_claim_race_has_one_winner_and_a_clear_answer(story: Story, officer: Client) -> None:
    case = story.accepted()
    claims.claim(case, actor=story.cast.actor(story.cast.second_officer(MRB)), at=MONDAY)
    answer = officer.post(url(case), {"do": "claim"})
    assert answer.status_code == 409
    assert "mrb-2 已于" in text_of(answer)
    assert case.sections.get(body_id=MRB).claimed_by.username == "mrb-2"


@pytest.mark.each_database
def test_claim_release_and_hand_over_by_clicks(story: Story, officer: Client) -> None:
    case, second = story.accepted(), story.cast.second_officer(MRB)
    assert officer.post(url(case), {"do": "claim"}).status_code == 302
    assert "由我办理" in text_of(officer.get(url(case)))
    assert officer.post(url(case), {"do": "release"}).status_code == 302
    officer.post(url(case), {"do": "claim"})
    wrong = officer.post(url(case), {"do": "hand_over", "to": second.pk, "reason": ""})
    assert wrong.status_code == 422
    assert officer.post(url(case), {"do": "hand_over", "to": second.pk, "reason": "培训"}).status_code == 302
    assert case.sections.get(body_id=MRB).claimed_by == second
    own = officer.get(url(case))
    assert "这一环节由 mrb-2 办理" in text_of(own)
    assert 'name="stamp"' not in own.content.decode()


def decision(story: Story, case: Case, choice: str, **more: str) -> dict[str, str]:
    matter = matter_of(story, case)
    unvisited = {f"unvisited_{matter}": "上月已实地核查同一地址"} if choice == "grant" else {}
    return {"do": "decide", f"decision_{matter}": choice} | unvisited | more


def test_r2_24_granting_writes_scope_and_validity(story: Story, officer: Client) -> None:
    case = story.accepted()
    matter = matter_of(story, case)
    data = decision(story, case, "grant", opinion="符合条件")
    data |= {f"scope_{matter}": "食品销售（含散装）", "stamp": stamp_of(officer.get(url(case)))}
    assert officer.post(url(case), data).status_code == 302
    row = case.matters.get(matter=matter)
    assert (row.state, row.scope, row.opinion) == ("granted", "食品销售（含散装）", "符合条件")
    assert row.valid_to
    page = text_of(officer.get(url(case)))
    assert row.permit_number in page


def test_two_clicks_decide_once(story: Story, officer: Client) -> None:
    case = story.accepted()
    data = decision(story, case, "grant", stamp=stamp_of(officer.get(url(case))))
    assert [officer.post(url(case), data).status_code for _ in range(2)] == [302, 409]
    assert Document.objects.filter(case=case, kind=Document.Kind.GRANT_DECISION).count() == 1
    assert AuditEntry.objects.filter(subject=case.audit_subject, act="granted").count() == 1


def test_a_stale_page_says_what_happened_and_keeps_the_words(story: Story, officer: Client) -> None:
    case = story.accepted()
    matter = matter_of(story, case)
    data = decision(story, case, "refuse", stamp=stamp_of(officer.get(url(case))))
    data |= {f"reason_{matter}": REASON, "opinion": "建议不予"}
    second = story.cast.actor(story.cast.second_officer(MRB))
    steps.grant(case, matters=[matter], actor=second, at=MONDAY)
    answer = officer.post(url(case), data)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "刚才的决定没有提交" in page
    assert "mrb-2 准予许可：食品经营许可" in page
    assert REASON in page
    assert case.matters.get(matter=matter).state == CaseMatter.State.GRANTED


def test_a_page_is_not_stale_because_others_decided(story: Story, officer: Client) -> None:
    case = story.accepted()
    data = decision(story, case, "grant", stamp=stamp_of(officer.get(url(case))))
    steps.grant(case, matters=[matter_of(story, case, TOBACCO)], actor=story.officer(TOBACCO), at=MONDAY)
    assert officer.post(url(case), data).status_code == 302


def test_a_section_taken_over_meanwhile_keeps_what_was_typed(story: Story, officer: Client) -> None:
    case = story.accepted()
    data = decision(story, case, "grant", stamp=stamp_of(officer.get(url(case))), opinion="我写了很久的意见")
    claims.claim(case, actor=story.cast.actor(story.cast.second_officer(MRB)), at=MONDAY)
    answer = officer.post(url(case), data)
    assert answer.status_code == 409
    assert "我写了很久的意见" in text_of(answer)


@pytest.mark.parametrize("reason", ["", "不符合", "。。。。。。。。。。", "……——！？、，不符合"])
def test_r2_25_a_refusal_needs_own_words(story: Story, officer: Client, reason: str) -> None:
    case = story.accepted()
    data = decision(story, case, "refuse", stamp=stamp_of(officer.get(url(case))))
    answer = officer.post(url(case), data | {f"reason_{matter_of(story, case)}": reason})
    assert answer.status_code == 422
    assert "请用自己的话写明" in text_of(answer)


def test_a_refusal_is_confirmed_and_can_be_taken_back_before(story: Story, officer: Client) -> None:
    case = story.accepted()
    matter = matter_of(story, case)
    data = decision(story, case, "refuse", stamp=stamp_of(officer.get(url(case)))) | {f"reason_{matter}": REASON}
    asked = officer.post(url(case), data)
    assert asked.status_code == 200
    assert "确认不予许可" in text_of(asked)
    assert case.matters.get(matter=matter).state == CaseMatter.State.PENDING
    assert REASON in text_of(officer.post(url(case), data | {"do": "revise"}))
    assert officer.post(url(case), data | {"confirmed": "1"}).status_code == 302
    assert case.matters.get(matter=matter).reason == REASON


def test_nothing_chosen_decides_nothing(story: Story, officer: Client) -> None:
    case = story.accepted()
    answer = officer.post(url(case), {"do": "decide", "stamp": stamp_of(officer.get(url(case)))})
    assert answer.status_code == 422
    assert "请至少对一个事项" in text_of(answer)


def test_one_sheet_is_all_or_nothing(story: Story, officer: Client) -> None:
    """One post may decide several matters: a grant does not stand when the refusal beside it fails."""
    case = story.accepted()
    first = matter_of(story, case)
    other = case.matters.get(matter=matter_of(story, case, TOBACCO))
    other.section = case.sections.get(body_id=MRB)
    other.save(update_fields=["section"])
    data = {"do": "decide", "confirmed": "1", "stamp": stamp_of(officer.get(url(case)))}
    data |= {f"decision_{first}": "grant", f"decision_{other.matter}": "refuse", f"reason_{other.matter}": REASON}
    data |= {f"unvisited_{first}": "上月已实地核查同一地址"}
    assert officer.post(url(case), data).status_code == 302
    assert set(case.matters.filter(section__body_id=MRB).values_list("state", flat=True)) == {"granted", "refused"}


@pytest.mark.parametrize("data", [{}, {"do": "nonsense"}, {"do": "decide", "stamp": "x"}, {"do": "decide"}])
def test_nonsense_is_refused_plainly(story: Story, officer: Client, data: dict[str, str]) -> None:
    assert officer.post(url(story.accepted()), data).status_code in {400, 409}


def test_a_claim_is_one_click_in_the_list(story: Story, officer: Client) -> None:
    case = story.accepted()
    page = officer.get("/work/?tab=free").content.decode()
    assert f'action="{url(case)}"' in page
    assert "可领取" in page


@pytest.mark.parametrize("query", ["?tab=nonsense", "?page=99", "?holder=1;drop", "?clock=later&sort=up", "?q=%00"])
def test_an_old_or_broken_address_still_shows_a_list(story: Story, officer: Client, query: str) -> None:
    story.accepted()
    assert officer.get(f"/work/{query}").status_code == 200


def test_an_empty_list_says_what_to_do(story: Story, officer: Client) -> None:
    story.accepted()
    assert "有 1 件可以领取" in text_of(officer.get("/work/"))
    assert "清除条件" in text_of(officer.get("/work/?q=nobody"))


def test_the_section_costs_a_fixed_number_of_queries(
    restaurant: Story, client: Client, django_assert_max_num_queries: Any
) -> None:
    case = restaurant.accepted()
    client.force_login(restaurant.cast.officer(MRB))
    client.get(url(case))
    with django_assert_max_num_queries(15):
        client.get(url(case))


def test_what_an_officer_was_writing_survives_the_end_of_the_session(story: Story, client: Client) -> None:
    case = story.accepted()
    address, reason = f"/work/{case.number}/", "现场条件不符合食品安全标准第三条"
    gone = client.post(address, {"do": "decide", "decision_m_food_license": "refuse", "reason_m_food_license": reason})
    assert gone.status_code == 302
    assert "刚才写的内容还在" in client.get(gone["Location"]).content.decode()
    client.force_login(story.cast.officer("dept_mrb"))
    page = client.get(address).content.decode()
    assert reason in page
    assert "刚才的提交没有生效" in page
    assert reason not in client.get(address).content.decode(), "shown once"
    assert not case.documents.filter(kind="refusal_decision").exists()
