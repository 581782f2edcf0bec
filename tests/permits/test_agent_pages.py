"""The pages on which authority is given, read and taken back, and the counter's for agents who come in person."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.authorities import Agent, grant, signed
from accounts.models import Authority, User
from audit.models import AuditEntry
from industries.models import Notice
from permits.at_counter import channels
from permits.models import Case, Document
from tests import people
from tests.permits import nasty
from tests.workflows.conftest import MONDAY, Story, official_calendar, story
from workflows import steps
from workflows.messages import recipients

__all__ = ["official_calendar", "story"]

ID = "11010519491231002X"
UNTIL = date.today() + timedelta(days=30)
NEVER = date.today() - timedelta(days=1)
WITHDRAWAL = {"matters": ["m_food_license", "m_tobacco", "m_signboard"], "reason": "", "confirmed": "1"}
Browser = Callable[[User], Client]


@pytest.fixture
def agent(db: None) -> User:
    return people.person("agent", User.Role.APPLICANT, display_name="陈代办")


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("委托书.pdf", nasty.pdf(), "application/pdf")


def typed(**changed: Any) -> dict[str, Any]:
    facts = {"enterprise": people.USCC, "name": "陈代办", "account": "agent", "acts": ["file", "supplement"]}
    return facts | {"until": str(UNTIL), "proof": "signed", "case": ""} | changed


def authority_of(story: Story, agent: User, *acts: str, **more: Any) -> Authority:
    return grant(
        enterprise=people.enterprise(story.cast.shopkeeper),
        agent=Agent("陈代办", agent),
        acts=acts,
        until=UNTIL,
        proof=signed("授权委托书", "王小店"),
        actor=story.applicant,
        at=MONDAY,
        **more,
    )


def test_the_representative_reads_the_letter_and_signs_it(story: Story, agent: User, sign_in: Browser) -> None:
    people.enterprise(story.cast.shopkeeper)
    client = sign_in(story.cast.shopkeeper)
    assert "目前没有委托任何人" in client.get("/agents/").content.decode()
    page = client.post("/agents/new/", typed()).content.decode()
    assert "授权委托书" in page and "填写并提交申请、补正材料" in page and not Authority.objects.exists()
    unsigned = client.post("/agents/new/", typed(signature=""))
    assert unsigned.status_code == 422
    assert client.post("/agents/new/", typed(revise="1")).status_code == 200
    done = client.post("/agents/new/", typed(signature="王小店"), follow=True)
    assert "已授权 陈代办" in done.content.decode()
    authority = Authority.objects.get()
    assert (authority.agent, authority.signed_by, authority.proof) == (agent, "王小店", "signed")
    assert "代理人：陈代办" in authority.letter
    assert authority.letter.splitlines()[0] in client.get(f"/agents/{authority.pk}/").content.decode()


def test_the_letter_is_signed_by_the_registered_representative(story: Story, agent: User, sign_in: Browser) -> None:
    enterprise = people.enterprise(story.cast.shopkeeper)
    enterprise.legal_representative = "王小店"
    enterprise.save()
    answer = sign_in(story.cast.shopkeeper).post("/agents/new/", typed(signature="陈代办"))
    assert answer.status_code == 422 and "签名与登记的法定代表人" in answer.content.decode()


def test_a_paper_letter_is_uploaded_and_kept_with_its_hash(story: Story, agent: User, sign_in: Browser) -> None:
    people.enterprise(story.cast.shopkeeper)
    client = sign_in(story.cast.shopkeeper)
    lacking = client.post("/agents/new/", typed(proof="uploaded"))
    assert lacking.status_code == 422 and "请选择授权委托书的扫描件" in lacking.content.decode()
    wrong = client.post("/agents/new/", typed(proof="uploaded", file=SimpleUploadedFile("a.pdf", b"MZ")))
    assert wrong.status_code == 422 and not Authority.objects.exists()
    client.post("/agents/new/", typed(proof="uploaded", file=scan()))
    authority = Authority.objects.get()
    assert len(authority.sha256_received) == len(authority.sha256_stored) == 64
    file = client.get(f"/agents/{authority.pk}/proof/")
    assert file.status_code == 200 and file["Content-Type"] == "application/pdf"
    assert sign_in(story.cast.stranger).get(f"/agents/{authority.pk}/proof/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "别人"}, "没有找到账号"),
        ({"account": "window"}, "没有找到账号"),
        ({"account": ""}, "请填写代理人的账号或手机号"),
        ({"until": str(NEVER)}, "或之后"),
        ({"until": "soon"}, "请写日期"),
        ({"acts": []}, "请至少选择一项"),
        ({"account": "", "id_type": "居民身份证", "id_number": "123"}, "号码应为 18 位"),
        ({"case": "zzz"}, "zzz"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    story: Story, agent: User, sign_in: Browser, changed: dict[str, Any], words: str
) -> None:
    people.enterprise(story.cast.shopkeeper)
    _ = story.cast.clerk
    answer = sign_in(story.cast.shopkeeper).post("/agents/new/", typed(**changed))
    assert answer.status_code == 422 and words in answer.content.decode()


def test_an_authority_for_one_case(story: Story, agent: User, sign_in: Browser) -> None:
    case = story.submitted()
    client = sign_in(story.cast.shopkeeper)
    assert case.number in client.get("/agents/new/").content.decode()
    client.post("/agents/new/", typed(case=case.key, signature="王小店"))
    assert Authority.objects.get().case_key == case.key
    assert f"办件{case.number}" in Authority.objects.get().letter


def test_it_is_taken_back_with_a_reason_and_laid_down_by_the_agent(story: Story, agent: User, sign_in: Browser) -> None:
    first, second = authority_of(story, agent, "file"), authority_of(story, agent, "withdraw")
    client = sign_in(story.cast.shopkeeper)
    assert client.post(f"/agents/{first.pk}/", {"reason": ""}).status_code == 422
    assert "已撤销对 陈代办" in client.post(f"/agents/{first.pk}/", {"reason": "办完了"}, follow=True).content.decode()
    assert client.post(f"/agents/{first.pk}/", {"reason": "再一次"}).status_code == 409
    own = sign_in(agent)
    assert "我受托办理的" in own.get("/agents/").content.decode()
    own.post(f"/agents/{second.pk}/", {"reason": "不再代理"})
    assert not Authority.objects.running(MONDAY.date()).exists()
    assert sign_in(story.cast.stranger).post(f"/agents/{second.pk}/", {"reason": "x"}).status_code == 404


def test_only_applicants_give_authority(story: Story, sign_in: Browser) -> None:
    for user in (story.cast.clerk, story.cast.officer("dept_mrb"), story.cast.service_office):
        assert sign_in(user).get("/agents/").status_code == 403
        assert sign_in(user).post("/agents/new/", typed()).status_code == 403
    assert sign_in(story.cast.stranger).get("/agents/new/").status_code == 302


def test_the_pages_cost_the_same_however_many_there_are(
    story: Story, agent: User, sign_in: Browser, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for days in range(6):
        authority = authority_of(story, agent, "file")
        Authority.objects.filter(pk=authority.pk).update(until=UNTIL + timedelta(days=days + 1))
    client = sign_in(story.cast.shopkeeper)
    with django_assert_max_num_queries(5):
        client.get("/agents/")


def test_an_agent_reads_the_case_and_is_offered_only_their_acts(story: Story, agent: User, sign_in: Browser) -> None:
    case = story.submitted()
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=MONDAY)
    authority_of(story, agent, "supplement")
    client = sign_in(agent)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "您受 上海长宁示例便利店有限公司 委托办理，可以：补正材料" in page
    assert "逐项补正" in page and "withdraw" not in page
    assert client.post(f"/cases/{case.number}/withdraw/", WITHDRAWAL).status_code == 409
    receipt = case.documents.get(kind=Document.Kind.FILING_RECEIPT)
    refused = client.get(f"/cases/{case.number}/papers/{receipt.pk}.pdf")
    assert refused.status_code == 403 and "不包括领取文书" in refused.content.decode()
    notice = case.documents.get(kind=Document.Kind.SUPPLEMENT_NOTICE)
    assert client.get(f"/cases/{case.number}/papers/{notice.pk}.pdf").status_code == 200


def test_a_former_agent_is_told_what_to_do(story: Story, agent: User, sign_in: Browser) -> None:
    case = story.submitted()
    authority = authority_of(story, agent, "supplement")
    client = sign_in(agent)
    for name in ("", "flow/", "flow/chart.svg", "why/m_food_license/", "dates.ics"):
        assert client.get(f"/cases/{case.number}/{name}").status_code == 200, name
    Authority.objects.filter(pk=authority.pk).update(until=NEVER)
    case_page = f"/cases/{case.number}/"
    others = [f"{case_page}{name}" for name in ("flow/", "flow/chart.svg", "why/m_food_license/", "dates.ics")]
    for page in (case_page, *others, f"/apply/{case.key}/", f"/apply/{case.key}/check/"):
        answer = client.get(page)
        assert answer.status_code == 403, page
        assert "已于" in answer.content.decode() and "重新授权" in answer.content.decode()
    assert sign_in(story.cast.stranger).get(f"/cases/{case.number}/").status_code == 404


def recorded(client: Client, case: Case, **changed: Any) -> Any:
    facts = {"name": "李跑腿", "id_type": "居民身份证", "id_number": ID, "phone": "13812345678"}
    facts |= {"acts": ["supplement"], "until": str(UNTIL), "file": scan()} | changed
    return client.post(f"/apply/{case.key}/agent/", facts)


def test_r2_16_the_counter_records_who_came_and_papers_name_them(story: Story, sign_in: Browser) -> None:
    now = datetime.now(tz=MONDAY.tzinfo)
    case = story.submitted(now)
    client = sign_in(story.cast.clerk)
    assert "到场代理人" in client.get(f"/window/{case.number}/").content.decode()
    lacking = recorded(client, case, file="")
    assert lacking.status_code == 422
    assert recorded(client, case, id_number="1").status_code == 422
    assert recorded(client, case).status_code == 302
    authority = Authority.objects.get()
    assert (authority.agent_name, authority.proof, authority.case_key) == ("李跑腿", "uploaded", case.key)
    assert AuditEntry.objects.filter(act="agent_recorded").exists()
    page = client.get(f"/window/{case.number}/").content.decode()
    assert "李跑腿" in page and "登记到场代理人" in page
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=now)
    assert case.documents.get(kind=Document.Kind.SUPPLEMENT_NOTICE).facts["agent"] == "李跑腿"
    channels.take_over(case, consent_by="李跑腿", how="present", actor=story.window, at=now)
    steps.answer_supplement(case, actor=story.window, at=now)
    entry = AuditEntry.objects.get(act="supplemented")
    assert entry.actor == "window 李窗口（代理人李跑腿，代上海长宁示例便利店有限公司）"
    truth = sign_in(story.cast.shopkeeper).get(f"/cases/{case.number}/").content.decode()
    assert "代理人李跑腿" in truth


def test_r2_16_the_counter_is_held_to_the_letter_too(story: Story, sign_in: Browser) -> None:
    case = story.submitted()
    client = sign_in(story.cast.clerk)
    recorded(client, case)
    answer = client.post(f"/cases/{case.number}/withdraw/", WITHDRAWAL)
    assert answer.status_code == 409 and "不包括" in answer.content.decode()
    client.post(f"/apply/{case.key}/agent/", {"leave": "1"})
    assert Case.objects.get().authority is None
    assert client.post(f"/cases/{case.number}/withdraw/", WITHDRAWAL).status_code == 302


def test_who_was_authorised_online_shows_their_document_at_the_counter(story: Story, sign_in: Browser) -> None:
    case = story.submitted()
    owner = sign_in(story.cast.shopkeeper)
    owner.post("/agents/new/", typed(account="", id_type="居民身份证", id_number=ID, signature="王小店"))
    authority = Authority.objects.get()
    client = sign_in(story.cast.clerk)
    assert "陈代办 到场" in client.get(f"/apply/{case.key}/agent/").content.decode()
    assert client.post(f"/apply/{case.key}/agent/", {"arrive": str(authority.pk + 9)}).status_code == 409
    client.post(f"/apply/{case.key}/agent/", {"arrive": str(authority.pk)})
    assert Case.objects.get().authority == authority


def test_r2_16_whoever_signs_for_the_papers_may_receive_them(story: Story, sign_in: Browser) -> None:
    case = story.decided()
    steps.issue(case, at=datetime.now(tz=MONDAY.tzinfo))
    client = sign_in(story.cast.clerk)
    recorded(client, case)
    office = sign_in(story.cast.service_office)
    facts = {"do": "deliver", "way": "window", "receiver": "李跑腿", "on": str(date.today())}
    refused = office.post(f"/office/{case.number}/", facts)
    assert refused.status_code == 422 and "不包括" in refused.content.decode()
    assert office.post(f"/office/{case.number}/", facts | {"receiver": "王小店"}).status_code == 302


def test_nobody_but_the_counter_records(story: Story, sign_in: Browser) -> None:
    case = story.submitted()
    for user in (story.cast.shopkeeper, story.cast.officer("dept_mrb"), story.cast.service_office):
        assert sign_in(user).get(f"/apply/{case.key}/agent/").status_code == 404
        assert recorded(sign_in(user), case).status_code == 404


@pytest.mark.each_database
def test_staff_read_the_letter_of_the_case_they_work_on(story: Story, agent: User, sign_in: Browser) -> None:
    authority = authority_of(story, agent, "file")
    case = steps.submit(story.draft(), actor=story.cast.actor(agent), at=MONDAY)
    officer = sign_in(story.cast.officer("dept_mrb"))
    assert officer.get(f"/agents/{authority.pk}/").status_code == 404
    steps.accept(case, actor=story.window, at=MONDAY)
    assert "撤销委托" not in officer.get(f"/agents/{authority.pk}/").content.decode()
    assert "陈代办" in officer.get(f"/work/{case.number}/").content.decode()
    assert sign_in(story.cast.officer("dept_water")).get(f"/agents/{authority.pk}/").status_code == 404


def test_an_agent_is_told_what_happens_as_long_as_the_authority_runs(story: Story, agent: User) -> None:
    case = story.submitted()
    authority = authority_of(story, agent, "supplement", case_key=case.key)
    assert [one.user for one in recipients.of("applicant", case, MONDAY.date())] == [agent, story.cast.shopkeeper]
    assert [one.user for one in recipients.of("applicant", story.submitted(), MONDAY.date())] == [story.cast.shopkeeper]
    Authority.objects.filter(pk=authority.pk).update(until=NEVER)
    assert [one.user for one in recipients.of("applicant", case, MONDAY.date())] == [story.cast.shopkeeper]


def test_an_agent_begins_a_case_for_whom_they_may_file(
    notice: Notice, story: Story, agent: User, sign_in: Browser
) -> None:
    client = sign_in(agent)
    authority = authority_of(story, agent, "supplement")
    assert f'value="{people.USCC}"' not in client.get(f"/apply/start/{notice.code}/").content.decode()
    chosen = {"act": "choose", "enterprise": people.USCC}
    assert client.post(f"/apply/start/{notice.code}/", chosen).status_code == 404
    Authority.objects.filter(pk=authority.pk).update(acts=["file"])
    assert f'value="{people.USCC}"' in client.get(f"/apply/start/{notice.code}/").content.decode()
    assert client.post(f"/apply/start/{notice.code}/", chosen).status_code == 302
    assert Case.objects.get().authority == authority
