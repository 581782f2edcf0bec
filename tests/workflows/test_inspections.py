"""Joint visits through their JSON and their pages: idempotent, nothing overwritten, and for those who have a part in them alone."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from permits.inspections import arranging, entries, needs, pictures
from permits.inspections.entries import NewEntry
from permits.models import Case, CaseMatter, Document, Inspection, InspectionEntry, InspectionPhoto
from tests import people
from tests.workflows.conftest import Story
from workflows import audit, steps

pytestmark = pytest.mark.django_db
MRB, TOBACCO = "dept_mrb", "dept_tobacco"
FOOD, SMOKE = "m_food_license", "m_tobacco"


def team(story: Story) -> list[User]:
    cast = story.cast
    return [one for body in (MRB, TOBACCO) for one in (cast.officer(body), cast.second_officer(body))]


@pytest.fixture
def visit(story: Story) -> Inspection:
    """Agreed for today, for the food and the tobacco matter of the store."""
    case, now = story.accepted(), timezone.now()
    officers = team(story)
    return arranging.arrange(case, on=now, officers=officers, actor=story.officer(MRB), at=now)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def picture(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return out.getvalue()


def address(visit: Inspection, what: str = "") -> str:
    return f"/inspect/api/visits/{visit.key}/{what}"


def post(client: Client, visit: Inspection, what: str, said: dict[str, Any]) -> Any:
    return client.post(address(visit, what), json.dumps(said), content_type="application/json")


def an_entry(point: str, finding: str = "pass", note: str = "", id: str = "") -> dict[str, str]:
    now = timezone.localtime().isoformat()
    return {"client_id": id or str(uuid4()), "point": point, "finding": finding, "note": note, "made_at": now}


def points(client: Client, visit: Inspection, *, mine: bool = True) -> list[str]:
    return [one["id"] for one in client.get(address(visit)).json()["points"] if one["mine"] or not mine]


def enter_all(story: Story, visit: Inspection, wanting: dict[str, str] | None = None) -> None:
    """Every point is found, as the two first officers would."""
    for body in (MRB, TOBACCO):
        client = browser(story.cast.officer(body))
        found = client.get(address(visit)).json()
        todo = [one["id"] for one in found["points"] if one["mine"] and one["id"] in found["open"]]
        sent = [
            an_entry(id, "rectify" if id in (wanting or {}) else "pass", (wanting or {}).get(id, "")) for id in todo
        ]
        assert post(client, visit, "entries/", {"entries": sent}).status_code == 200


def sign_all(story: Story, visit: Inspection) -> None:
    now = timezone.localtime().isoformat()
    first = browser(story.cast.officer(MRB))
    said = {"client_id": str(uuid4()), "signed_at": now, "who": "business", "name": "王小店", "statement": "没有意见"}
    assert post(first, visit, "signatures/", said).json()["answers"][0]["status"] == "accepted"
    for officer in team(story):
        own = {"client_id": str(uuid4()), "signed_at": now, "who": "me"}
        assert post(browser(officer), visit, "signatures/", own).status_code == 200


def test_the_bundle_has_everything_that_a_phone_takes_along(story: Story, visit: Inspection) -> None:
    client = browser(story.cast.officer(MRB))
    (listed,) = client.get("/inspect/api/visits/").json()["visits"]
    assert listed["key"] == visit.key
    found = client.get(listed["url"]).json()
    assert found["is_officer"] and found["may_enter"] == "" and found["csrf"]
    assert {one["id"] for one in found["matters"]} == {FOOD, SMOKE}
    shared = next(one for one in found["points"] if one["id"] == "chk_premises_match")
    assert [one["matter"] for one in shared["bases"]] == [FOOD, SMOKE]
    assert set(found["open"]) == {one["id"] for one in found["points"]}
    assert len(found["officers"]) == len(found["unsigned"]) == 4


def test_the_version_of_a_visit_changes_with_it_and_not_without(story: Story, visit: Inspection, settings: Any) -> None:
    client, seen = browser(story.cast.officer(MRB)), []

    def changes() -> bool:
        (listed,) = client.get("/inspect/api/visits/").json()["visits"]
        seen.append(listed["version"])
        assert client.get(listed["url"]).json()["version"] == listed["version"]
        return len(seen) > 1 and seen[-1] != seen[-2]

    changes()
    assert not changes()
    enter_all(story, visit)
    assert changes()
    sign_all(story, visit)
    assert changes() and not changes()
    enterprise = visit.case.enterprise
    enterprise.phone = "021-50001111"
    enterprise.save()
    assert changes()
    settings.LANGUAGE_CODE = "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert changes()
    assert client.get(address(visit)).json()["meanings"]["食品经营许可"] == "Food business licence"


def test_what_is_sent_twice_is_there_once_and_nothing_is_overwritten(story: Story, visit: Inspection) -> None:
    client = browser(story.cast.officer(MRB))
    own = points(client, visit)
    sent = [
        an_entry(own[0]),
        an_entry(own[1], "rectify", "水池没有标识"),
        an_entry("chk_tob_layout"),
        an_entry("nowhere"),
    ]
    first = post(client, visit, "entries/", {"entries": sent}).json()["answers"]
    assert [one["status"] for one in first] == ["accepted", "accepted", "refused", "refused"]
    again = post(client, visit, "entries/", {"entries": sent[:2]}).json()["answers"]
    assert [one["status"] for one in again] == ["duplicate", "duplicate"]
    other = post(client, visit, "entries/", {"entries": [sent[0] | {"finding": "fail", "note": "x"}]}).json()["answers"]
    assert [one["status"] for one in other] == ["conflict"]
    assert set(InspectionEntry.objects.values_list("point", "finding")) == {(own[0], "pass"), (own[1], "rectify")}
    for bad in ({}, {"entries": [{"point": 1}]}, {"entries": []}):
        assert post(client, visit, "entries/", bad).status_code == 422
    silent = post(client, visit, "entries/", {"entries": [an_entry(own[2], "fail")]}).json()["answers"][0]
    assert silent["status"] == "refused" and silent["message"]


def test_two_officers_who_differ_settle_it_and_sign_again(story: Story, visit: Inspection) -> None:
    enter_all(story, visit)
    sign_all(story, visit)
    second = browser(story.cast.second_officer(MRB))
    answer = post(second, visit, "entries/", {"entries": [an_entry("chk_food_layout", "rectify", "没有分开")]}).json()
    assert (answer["answers"][0]["status"], answer["disputed"]) == ("conflict", ["chk_food_layout"])
    assert InspectionEntry.objects.filter(point="chk_food_layout").count() == 2
    refused = post(second, visit, "close/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "points_disputed")
    said = {
        "client_id": str(uuid4()),
        "point": "chk_food_layout",
        "finding": "rectify",
        "note": "共同查看后确认没有分开",
    }
    assert post(second, visit, "settlements/", said).json()["disputed"] == []
    assert post(second, visit, "close/", {}).json()["code"] == "signatures_missing"
    sign_all(story, visit)
    closed = post(second, visit, "close/", {"days": 3}).json()
    assert closed["state"] == "closed" and closed["notice"]
    assert post(second, visit, "close/", {}).json() == closed
    case = visit.case
    assert dict(case.matters.values_list("matter", "state")) | {"m_signboard": ""} == {
        FOOD: "rectifying",
        SMOKE: "pending",
        "m_signboard": "",
    }
    record = case.documents.get(kind=Document.Kind.INSPECTION_RECORD)
    assert len(record.facts["officers"]) == 4 and record.facts["statement"] == "没有意见"
    assert list(audit.disagreements()) == []
    late = post(second, visit, "entries/", {"entries": [an_entry("chk_food_layout")]}).json()["answers"][0]
    assert late["status"] == "refused"


def test_photographs_are_kept_by_hash_and_seen_by_those_with_a_part_alone(
    story: Story, visit: Inspection, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client, shot = browser(story.cast.officer(MRB)), picture()
    said = {"client_id": str(uuid4()), "point": "chk_grease", "taken_at": timezone.localtime().isoformat()}
    said |= {"sha256": hashlib.sha256(shot).hexdigest(), "place": '{"latitude": 31.2, "longitude": 121.4}'}
    for expected in ("accepted", "duplicate"):
        file = SimpleUploadedFile("a.jpg", shot, "image/jpeg")
        answer = client.post(address(visit, "photos/"), said | {"file": file})
        assert answer.json()["answers"][0]["status"] == expected
    torn = said | {"client_id": str(uuid4()), "file": SimpleUploadedFile("b.jpg", picture("blue"), "image/jpeg")}
    assert client.post(address(visit, "photos/"), torn).status_code == 409
    (kept,) = InspectionPhoto.objects.all()
    assert kept.sha256_received == said["sha256"] and kept.place == {"latitude": 31.2, "longitude": 121.4}
    url = f"/inspect/photos/{kept.client_id}/"
    with_part = [*team(story), story.cast.shopkeeper, story.cast.service_office]
    others = [story.cast.stranger, story.cast.officer("dept_fire"), story.cast.officer("dept_subdistrict")]
    others += [story.cast.clerk, story.cast.administrator]
    assert {browser(one).get(url).status_code for one in with_part} == {200}
    assert {browser(one).get(url).status_code for one in others} == {404}
    assert Client().get(url).status_code == 302
    for one in others:
        assert browser(one).get(f"/inspect/{visit.key}/").status_code in (403, 404)
        assert browser(one).get(address(visit)).status_code in (403, 404)
    assert Client().get(address(visit)).status_code == 401


def test_an_officer_without_a_place_in_the_visit_enters_nothing(story: Story, visit: Inspection) -> None:
    third = people.person("mrb-3", User.Role.OFFICER, body=people.body(MRB))
    answer = post(browser(third), visit, "entries/", {"entries": [an_entry("chk_food_layout")]})
    assert (answer.status_code, answer.json()["rule"]) == (409, "R2.18")
    assert post(browser(third), visit, "close/", {}).status_code == 409


def test_the_department_enters_signs_and_closes_on_the_page_without_a_script(story: Story, visit: Inspection) -> None:
    officer = browser(story.cast.officer(MRB))
    page = f"/inspect/{visit.key}/"
    assert "核查要点" in officer.get(page).content.decode()
    said = {f"finding_{id}": "pass" for id in points(officer, visit)} | {"finding_chk_grease": "rectify"}
    assert officer.post(f"{page}enter/", said).status_code == 422  # what is wanting is said
    assert officer.post(f"{page}enter/", said | {"note_chk_grease": "没有安装隔油设施"}).status_code == 302
    tobacco = browser(story.cast.officer(TOBACCO))
    assert tobacco.post(f"{page}enter/", {f"finding_{id}": "pass" for id in points(tobacco, visit)}).status_code == 302
    assert officer.post(f"{page}sign/", {"who": "business", "name": ""}).status_code == 422
    declined = {"who": "business", "declined": "on", "reason": "负责人不在场，员工拒绝签字"}
    assert officer.post(f"{page}sign/", declined).status_code == 302
    assert officer.post(f"{page}finish/", {"days": "3"}).status_code == 409
    for one in team(story):
        assert browser(one).post(f"{page}sign/", {"who": "me"}).status_code == 302
    assert officer.post(f"{page}finish/", {"days": "3"}).status_code == 302
    visit.refresh_from_db()
    assert visit.state == Inspection.State.CLOSED
    shop = browser(story.cast.shopkeeper)
    assert "没有安装隔油设施" in shop.get(page).content.decode()
    assert shop.post(f"{page}again/").status_code == 409  # not everything is done yet
    assert shop.post(f"{page}done/", {"point": "chk_grease", "done": "yes", "note": "已安装"}).status_code == 302
    assert shop.post(f"{page}again/").status_code == 302
    assert visit.case.matters.get(matter=FOOD).state == CaseMatter.State.INSPECTING
    assert list(audit.disagreements()) == []


def test_the_departments_agree_on_a_slot_and_the_business_moves_it_once(story: Story) -> None:
    case = story.accepted()
    lead = browser(story.cast.officer(MRB))
    assert "安排联合核查" in lead.get(f"/work/{case.number}/").content.decode()
    days = [(timezone.localdate() + timedelta(days=n)).isoformat() for n in (3, 4)]
    slots = {"day_1": days[0], "hour_1": "09:30", "day_2": days[1], "hour_2": "14:00"}
    plan = f"/inspect/plan/{case.number}/"
    assert browser(story.cast.officer(TOBACCO)).get(plan).status_code == 403
    assert browser(story.cast.officer("dept_fire")).get(plan).status_code == 404
    assert lead.get(plan).status_code == 200
    assert lead.post(plan, {"day_1": "昨天"}).status_code == 422
    assert lead.post(plan, slots).status_code == 302
    visit = case.inspections.get()
    assert case.matters.get(matter=FOOD).state == CaseMatter.State.INSPECTING
    officers = {body: [str(one.pk) for one in team(story) if one.body_id == body] for body in (MRB, TOBACCO)}
    confirm = f"/inspect/{visit.key}/confirm/"
    assert lead.post(confirm, {"officers": officers[MRB][:1], "slots": visit.slots}).status_code == 422
    assert lead.post(confirm, {"officers": officers[MRB], "slots": visit.slots}).status_code == 302
    tobacco = browser(story.cast.officer(TOBACCO))
    assert "待本部门确认" in tobacco.get("/inspect/").content.decode()
    assert tobacco.post(confirm, {"officers": officers[TOBACCO], "slots": visit.slots}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, str(visit.on)) == (Inspection.State.SCHEDULED, days[0])
    shop = browser(story.cast.shopkeeper)
    assert shop.post(f"/inspect/{visit.key}/slot/", {"slot": visit.slots[1]}).status_code == 302
    visit.refresh_from_db()
    assert str(visit.on) == days[1]
    assert shop.post(f"/inspect/{visit.key}/slot/", {"wish": "还是不行"}).status_code == 409
    assert list(audit.disagreements()) == []


def test_no_slot_that_suits_all_goes_back_to_the_lead(story: Story) -> None:
    case, now = story.accepted(), timezone.now()
    visit = arranging.propose(case, slots=[now + timedelta(days=3)], actor=story.officer(MRB), at=now)
    mrb, tobacco = team(story)[:2], team(story)[2:]
    arranging.confirm(visit, officers=mrb, actor=story.officer(MRB), at=now)
    visit = arranging.confirm(visit, officers=tobacco, slots=[], actor=story.officer(TOBACCO), at=now)
    assert (visit.state, visit.shared_slots) == (Inspection.State.PROPOSED, [])
    assert "待另提时间" in browser(story.cast.officer(MRB)).get("/inspect/").content.decode()


def test_a_refusal_on_paper_leaves_the_visit_and_the_other_matter_goes_on(story: Story, visit: Inspection) -> None:
    steps.refuse(visit.case, matters=[SMOKE], reason="与学校距离不足", actor=story.officer(TOBACCO), at=timezone.now())
    visit.refresh_from_db()
    assert visit.state == Inspection.State.SCHEDULED
    assert arranging.bodies_of(visit) == [MRB]
    assert list(audit.disagreements()) == []
    steps.withdraw(visit.case, actor=story.applicant, at=timezone.now())
    visit.refresh_from_db()
    assert visit.state == Inspection.State.CANCELLED
    assert list(audit.disagreements()) == []


def test_without_a_visit_a_grant_bears_its_reason(story: Story) -> None:
    case = story.accepted()
    steps.grant(case, matters=[FOOD], actor=story.officer(MRB), at=timezone.now())
    row = case.matters.get(matter=FOOD)
    assert (row.site_check, row.site_check_reason) == ("elsewhere", needs.CHECKED_BY_ITSELF)
    sign = case.matters.get(matter="m_signboard")
    assert sign.site_check == ""  # no check was ever asked for


def test_an_agent_whose_authority_does_not_reach_there_sees_nothing(story: Story, visit: Inspection) -> None:
    from accounts.models import Authority

    agent = people.person("helper", User.Role.APPLICANT)
    today = timezone.localdate()
    given = Authority.objects.create(
        enterprise=visit.case.enterprise,
        agent=agent,
        agent_name="陈代办",
        acts=["receive"],
        since=today,
        until=today,
        proof="recorded",
        granted_at=timezone.now(),
    )
    page = f"/inspect/{visit.key}/"
    assert browser(agent).get(page).status_code == 403
    given.acts = ["receive", "file"]
    given.save()
    assert browser(agent).get(page).status_code == 200


def test_self_check_photographs_are_the_business_s_and_of_the_checklist(
    story: Story, visit: Inspection, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    shop, page = browser(story.cast.shopkeeper), f"/inspect/{visit.key}/"
    for point, status in (("chk_grease", 302), ("nowhere", 409)):
        file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
        assert shop.post(f"{page}photo/", {"point": point, "file": file}).status_code == status
    assert shop.post(f"{page}photo/", {"point": "chk_grease"}).status_code == 422
    assert InspectionPhoto.objects.get().purpose == pictures.Purpose.SELF_CHECK
    assert "自查照片" in browser(story.cast.officer(MRB)).get(page).content.decode()


def test_an_entry_from_before_the_day_is_not_taken(story: Story, visit: Inspection) -> None:
    before = timezone.now() - timedelta(days=2)
    new = NewEntry(uuid4(), "chk_food_layout", "pass", "", before)
    (answer,) = entries.enter(visit, [new], actor=story.officer(MRB), at=timezone.now())
    assert answer.status == "refused"


def test_pages_cost_a_constant_number_of_statements(
    story: Story, visit: Inspection, django_assert_max_num_queries: Any
) -> None:
    enter_all(story, visit)
    officer = browser(story.cast.officer(MRB))
    for url, most in (("/inspect/", 14), (f"/inspect/{visit.key}/", 26), (address(visit), 24)):
        with django_assert_max_num_queries(most):
            assert officer.get(url).status_code == 200
    assert Case.objects.get(pk=visit.case_id).is_open
