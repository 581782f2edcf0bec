"""A licence that an inspector believes forged goes to the service office, which looks into it and hands it on (R5.8)."""

import json
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from certificates import paper
from certificates.models import Licence
from outbox import delivery
from outbox.models import Message
from tests import scans
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.models import Reminder, Suspicion
from workflows.reminders import remind, sources
from workflows.reminders.ladder import Kind
from workflows.scanning import suspicions

pytestmark = pytest.mark.django_db
API = "/scan/api"
HANDED: dict[str, Any] = {"outcome": "handed_over", "to_body": "dept_tobacco", "finding": "涉嫌无证经营，移送查处"}


@pytest.fixture
def licence(story: Story) -> Licence:
    case = story.decided()
    steps.issue(case, at=MONDAY)
    return Licence.objects.get(case=case)


@pytest.fixture
def finder(story: Story) -> User:
    return story.cast.officer("dept_mrb")


@pytest.fixture
def one(licence: Licence, finder: User) -> Suspicion:
    return scans.suspected(licence, finder, MONDAY, photo=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, body: dict[str, Any], status: int = 200) -> Any:
    answer = signed_in(user).post(f"{API}/suspicions/", body)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def scanned(user: User, text: str) -> str:
    """The client's id of a scan that has arrived."""
    key = str(uuid4())
    seen = {"client_id": key, "text": text, "way": "camera", "purpose": "daily", "said": "forged"}
    body = {"scans": [seen | {"made_at": timezone.now().isoformat()}]}
    signed_in(user).post(f"{API}/scans/", json.dumps(body), content_type="application/json")
    return key


def report_of(scan: str, **more: Any) -> dict[str, Any]:
    told = {"client_id": str(uuid4()), "scan": scan, "ground": "forged", "where": scans.SHOP, "what": scans.SEEN}
    return told | {"reason": "signature", "made_at": timezone.now().isoformat()} | more


def told(kind: str) -> set[int | None]:
    """Who has a message of the kind in the inbox."""
    while delivery.deliver_due(timezone.now()).delivered:
        pass
    return set(Message.objects.filter(kind=kind, channel="inbox").values_list("recipient_id", flat=True))


def test_a_forged_code_is_reported_once_with_its_evidence(licence: Licence, finder: User, story: Story) -> None:
    text, office = paper.code_text(licence.versions.get()), story.cast.service_office
    key = scanned(finder, f"{text[:-1]}{(int(text[-1]) + 1) % 10}")
    body = report_of(key)
    for _again in range(2):
        picture = scans.drawn()
        picture.name = "shop.png"
        assert send(finder, body | {"file": picture})["answers"][0]["status"] == "accepted"
    one = Suspicion.objects.get()
    assert (one.licence, one.number, one.found_reason) == (licence, licence.number, "signature")
    assert (one.where, one.state, one.photo_type) == (scans.SHOP, "reported", "image/png")
    assert told("suspicion_reported") == {office.pk}
    for wrong, status, says in (
        (report_of(key, where=" "), 409, "在哪里发现"),
        (report_of(key, what=""), 409, "reason_missing"),
        (report_of(key, ground="x"), 409, "疑点"),
        (report_of(key, client_id="x"), 422, "client_id"),
        (report_of(str(uuid4())), 200, "没有送达"),
    ):
        assert says in json.dumps(send(finder, wrong, status), ensure_ascii=False)
    assert send(story.cast.officer("dept_tobacco"), report_of(key), 409)["code"] == "not_your_scan"
    assert Suspicion.objects.count() == 1


def test_what_is_no_code_of_ours_or_no_paper_of_this_shop_is_reported_too(licence: Licence, finder: User) -> None:
    send(finder, report_of(scanned(finder, "https://example.org/#1234"), reason="text"))
    true = paper.code_text(licence.versions.get())
    send(finder, report_of(scanned(finder, true), ground="mismatch", reason=""))
    other, same = Suspicion.objects.order_by("pk")
    assert (other.licence, other.number, other.found_reason) == (None, "", "text")
    assert (same.licence, same.found_reason, same.scan.found) == (licence, "", "valid")


def test_the_service_office_sees_the_evidence_and_concludes(one: Suspicion, finder: User, story: Story) -> None:
    office = signed_in(story.cast.service_office)
    assert "1 项待办" in office.get("/office/").content.decode()
    assert "轮到您" in office.get("/suspicions/").content.decode()
    page = office.get(f"/suspicions/{one.pk}/").content.decode()
    licence = one.licence
    assert licence is not None
    for text in (scans.SHOP, scans.SEEN, licence.number, licence.get_absolute_url(), one.scan.text, "签名不对"):
        assert text in page, text
    assert office.get(f"/suspicions/{one.pk}/photo/").headers["Content-Type"] == "image/png"
    for said, status in (({}, 422), ({"outcome": "handed_over", "finding": "移送"}, 422), ({"outcome": "forged"}, 422)):
        assert office.post(f"/suspicions/{one.pk}/", said).status_code == status, said
    assert office.post(f"/suspicions/{one.pk}/", {"outcome": "forged", "finding": "当场收缴"}).status_code == 302
    assert told("suspicion_concluded") == {finder.pk}
    assert "查实为伪造" in signed_in(finder).get("/work/scans/").content.decode()
    assert "查实为伪造" in office.get("/suspicions/?tab=answered").content.decode()
    assert office.post(f"/suspicions/{one.pk}/", {"result": "再来一次"}).status_code == 409
    assert [entry.act for entry in AuditEntry.objects.filter(subject=one.audit_subject)] == [
        "suspicion_reported",
        "suspicion_concluded",
    ]
    assert verify() is None


def test_r5_8_what_was_handed_over_is_dealt_with_by_that_department_alone(
    one: Suspicion, finder: User, story: Story
) -> None:
    tobacco = story.cast.officer("dept_tobacco")
    theirs = f"/suspicions/{one.pk}/"
    assert signed_in(tobacco).get(theirs).status_code == 404, "not theirs before it is handed over"
    office = story.cast.actor(story.cast.service_office)
    for actor in (story.officer("dept_mrb"), story.applicant):
        with pytest.raises(RuleViolation):
            suspicions.conclude(one, **HANDED, actor=actor, at=MONDAY)
    suspicions.conclude(one, **HANDED, actor=office, at=MONDAY)
    assert told("suspicion_handed_over") >= {tobacco.pk}
    assert "1 项待办" in signed_in(tobacco).get("/work/").content.decode()
    assert "轮到" in signed_in(finder).get(theirs).content.decode()
    assert signed_in(finder).post(theirs, {"result": "已查处"}).status_code == 409
    with pytest.raises(RuleViolation, match="受移送"):
        suspicions.deal_with(one, result="已查处", actor=story.officer("dept_mrb"), at=MONDAY)
    assert signed_in(tobacco).post(theirs, {"result": ""}).status_code == 422
    assert signed_in(tobacco).post(theirs, {"result": "已立案查处"}).status_code == 302
    assert told("suspicion_dealt_with") == {finder.pk, story.cast.service_office.pk}
    assert "已立案查处" in signed_in(finder).get(theirs).content.decode()


def test_r5_8_a_finding_says_what_and_a_hand_over_to_whom(one: Suspicion, story: Story) -> None:
    office = story.cast.actor(story.cast.service_office)
    for wrong in (
        {"outcome": "dealt_with"}, {"finding": " "}, {"to_body": "nobody"}, {"outcome": "handed_out"}, {"to_body": ""},
    ):  # fmt: skip
        with pytest.raises(RuleViolation):
            suspicions.conclude(one, **HANDED | wrong, actor=office, at=MONDAY)
    out = {"outcome": "handed_out", "to_others": "上海市公安局长宁分局", "finding": "涉嫌伪造国家机关证件"}
    assert suspicions.conclude(one, **out, actor=office, at=MONDAY).state == "handed_out"


def test_whoever_does_not_look_is_reminded_and_then_those_above(one: Suspicion, story: Story) -> None:
    def rules(days: int) -> list[tuple[str, str]]:
        remind.remind(Kind.SUSPICION, MONDAY + timedelta(days=days), lambda _case: nullcontext())
        return list(Reminder.objects.exclude(levels=[]).order_by("pk").values_list("rule", "body_id"))

    assert rules(1) == []
    assert [rule for rule, _body in rules(3)] == ["suspicion+0"]
    assert [rule for rule, _body in rules(4)] == ["suspicion+0", "suspicion+1"]
    shown = signed_in(story.cast.service_office)
    delivery.deliver_due(MONDAY + timedelta(days=4))
    assert sources.still_open(Reminder.objects.all()) == set(Reminder.objects.values_list("pk", flat=True))
    assert shown.get("/reminders/").status_code == 200
    at = MONDAY + timedelta(days=4)
    suspicions.conclude(one, **HANDED, actor=story.cast.actor(story.cast.service_office), at=at)
    assert sources.still_open(Reminder.objects.all()) == set()
    assert rules(10)[-1] == ("suspicion+1", "dept_tobacco")


def test_the_list_costs_the_same_however_long_it_is(
    licence: Licence, finder: User, story: Story, django_assert_max_num_queries: Any
) -> None:
    office = signed_in(story.cast.service_office)
    for _nth in range(3):
        scans.suspected(licence, finder, MONDAY)
        with django_assert_max_num_queries(4):
            office.get("/suspicions/")


def test_a_citizen_is_told_where_to_report_and_no_more(licence: Licence, client: Client) -> None:
    text = paper.code_text(licence.versions.get())
    forged = client.post("/v/", {"text": f"{text[:-1]}{(int(text[-1]) + 1) % 10}"}).content.decode()
    unknown = client.post("/v/", {"text": "AAAAAAAAAAAA"}).content.decode()
    assert "拨打 12345 举报" in forged and "拨打 12345 举报" in unknown
    assert "12345 举报" not in client.post("/v/", {"text": text}).content.decode()
