"""The log of scans, the same paper at two places, and problems handed over to the department that decided (R5.8)."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit.violations import RuleViolation
from certificates import live, paper
from certificates.coding.presenting import LIFE
from certificates.models import Licence
from outbox import delivery
from outbox.models import Message
from tests.workflows.conftest import MONDAY, Story
from workflows import audit, steps
from workflows.models import Referral, Reminder, Scan
from workflows.reminders import remind, sources
from workflows.reminders.ladder import Kind
from workflows.scanning import referrals
from workflows.scanning.places import FAR, WINDOW, Place, Sighting, apart, elsewhere

SHOP, OTHER_SHOP = Place(31.2174, 121.4187, 20), Place(31.2304, 121.4737, 30)
NOON = datetime.fromisoformat("2026-03-04T12:00+08:00")
Send = Callable[..., Any]


class TestPlaces:
    def test_two_shops_are_kilometres_apart(self) -> None:
        assert 5_200 < apart(SHOP, OTHER_SHOP) < 5_500
        assert apart(SHOP, SHOP) == 0

    @pytest.mark.parametrize(
        ("place", "later", "found"),
        [
            (OTHER_SHOP, timedelta(hours=1), True),
            (OTHER_SHOP, -WINDOW, True),
            (OTHER_SHOP, WINDOW + timedelta(seconds=1), False),
            (Place(31.2180, 121.4190), timedelta(hours=1), False),
            (Place(31.2304, 121.4737, 6_000), timedelta(hours=1), False),  # the device does not know where it is
        ],
    )
    def test_the_same_paper_is_at_two_places_within_a_day(self, place: Place, later: timedelta, found: bool) -> None:
        other = Sighting(1, place, NOON + later)
        assert elsewhere(Sighting(0, SHOP, NOON), [other]) == (other if found else None)

    def test_the_nearest_in_time_is_told(self) -> None:
        near, far = (Sighting(key, OTHER_SHOP, NOON + timedelta(hours=key)) for key in (1, 2))
        assert elsewhere(Sighting(0, SHOP, NOON), [far, near]) == near

    @given(*[st.builds(Place, st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 50)) for _place in "ab"])
    def test_it_is_as_far_there_as_back(self, one: Place, other: Place) -> None:
        assert apart(one, other) == pytest.approx(apart(other, one), abs=1e-3)
        assert 0 <= apart(one, other) <= 20_100_000
        assert apart(one, one) <= FAR


@pytest.fixture
def licence(story: Story) -> Licence:
    case = story.decided()
    steps.issue(case, at=MONDAY)
    return Licence.objects.get(case=case)


@pytest.fixture
def text(licence: Licence) -> str:
    return paper.code_text(licence.versions.get())


@pytest.fixture
def send(story: Story) -> Send:
    """`send("scans", body)`: the answer to an officer of the market's department, or to another."""

    def post(what: str, body: dict[str, Any], user: User | None = None, status: int = 200) -> Any:
        client = Client()
        client.force_login(user or story.cast.officer("dept_mrb"))
        answer = client.post(f"/scan/api/{what}/", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return post


def scan(text: str, place: Place | None = None, **more: Any) -> dict[str, Any]:
    told = {"client_id": str(uuid4()), "text": text, "way": "camera", "purpose": "daily", "said": "valid"}
    where = {"latitude": place.latitude, "longitude": place.longitude, "accuracy": place.accuracy} if place else None
    return told | {"made_at": timezone.now().isoformat(), "note": "", "place": where} | more


@pytest.mark.django_db
class TestLog:
    def test_a_scan_is_logged_once_with_its_purpose_and_judged_by_the_record(
        self, send: Send, text: str, licence: Licence, story: Story
    ) -> None:
        one = scan(text, purpose="complaint", said="unknown")
        forged = scan(f"{text[:-1]}{(int(text[-1]) + 1) % 10}", said="forged")
        first = send("scans", {"scans": [one, forged]})["answers"]
        again = send("scans", {"scans": [one]})["answers"]
        assert [answer["status"] for answer in (*first, *again)] == ["accepted", "accepted", "duplicate"]
        logged, other = Scan.objects.order_by("pk")
        assert (logged.licence, logged.purpose, logged.said, logged.found) == (licence, "complaint", "unknown", "valid")
        assert (
            logged.made_at.isoformat()
            == datetime.fromisoformat(one["made_at"]).astimezone(logged.made_at.tzinfo).isoformat()
        )
        assert (other.licence, other.found) == (None, "forged")
        stranger = send("scans", {"scans": [one]}, story.cast.officer("dept_tobacco"))["answers"]
        assert stranger[0]["status"] == "refused"

    @pytest.mark.parametrize(
        ("wrong", "says"), [({"purpose": ""}, "扫码目的"), ({"purpose": "other"}, "写明"), ({"way": "x"}, "方式")]
    )
    def test_what_has_no_purpose_is_not_logged(self, send: Send, text: str, wrong: dict[str, str], says: str) -> None:
        (answer,) = send("scans", {"scans": [scan(text, **wrong)]})["answers"]
        assert answer["status"] == "refused" and says in answer["message"]
        assert not Scan.objects.exists()

    def test_the_same_paper_at_two_places_is_told_to_the_second(self, send: Send, text: str, story: Story) -> None:
        (first,) = send("scans", {"scans": [scan(text, SHOP)]})["answers"]
        tobacco = story.cast.officer("dept_tobacco")
        (typed,) = send("scans", {"scans": [scan(text, OTHER_SHOP, way="typed")]}, tobacco)["answers"]
        (second,) = send("scans", {"scans": [scan(text, OTHER_SHOP)]}, tobacco)["answers"]
        assert first["elsewhere"] is None and typed["elsewhere"] is None
        assert 5_200 < second["elsewhere"]["metres"] < 5_500
        assert second["elsewhere"]["by"] == story.cast.officer("dept_mrb").body.name
        client = Client()
        client.force_login(tobacco)
        assert "两处出现" in client.get("/work/scans/").content.decode()

    def test_what_a_telephone_shows_is_logged_as_such_and_goes_about(
        self, send: Send, text: str, licence: Licence, story: Story
    ) -> None:
        client = Client()
        client.force_login(story.cast.shopkeeper)
        assert client.get("/show/api/").json()["licences"] == [
            {"code": licence.code, "number": licence.number, "holder": licence.enterprise.name}
        ]
        shown = client.get(f"/show/api/{licence.code}/").json()
        assert shown["picture"].startswith("data:image/png") and shown["until"] > shown["begins"]
        code = live.present(licence, at=timezone.now()).text
        send("scans", {"scans": [scan(text, SHOP), scan(code, OTHER_SHOP)]})
        assert [(one.shown_live, one.elsewhere, one.found) for one in Scan.objects.order_by("pk")] == [
            (False, None, "valid"),
            (True, None, "valid"),
        ]
        for at, words in ((timezone.now(), "实时出示"), (timezone.now() - 2 * LIFE, "出示码已过期")):
            page = client.post("/v/", {"text": live.present(licence, at=at).text}).content.decode()
            assert words in page and "二维码签名已核验" in page

    @pytest.mark.parametrize(
        "body",
        [{}, {"scans": []}, {"scans": ["x"]}, {"scans": [{"client_id": "x"}]}, {"scans": [scan("x", Place(91, 0))]},
         {"scans": [scan("x" * 1600)]}, {"scans": [scan("x", list_as_of="x")]}],
    )  # fmt: skip
    def test_what_cannot_be_read_is_said(self, send: Send, body: dict[str, Any]) -> None:
        assert send("scans", body, status=422)["code"] == "not_understood"


@pytest.mark.django_db
class TestReferrals:
    def referred(self, send: Send, text: str) -> dict[str, Any]:
        """The market's officer finds something about the tobacco licence."""
        seen = scan(text)
        send("scans", {"scans": [seen]})
        problem = {"client_id": str(uuid4()), "scan": seen["client_id"], "made_at": seen["made_at"]}
        return problem | {"position": 2, "what": "柜台向学生出售卷烟"}

    def test_r5_8_a_problem_goes_to_the_department_that_decided_and_changes_nothing(
        self, send: Send, text: str, licence: Licence, story: Story
    ) -> None:
        problem = self.referred(send, text)
        for _again in range(2):
            assert send("referrals", problem)["answers"][0]["status"] == "accepted"
        one = Referral.objects.get()
        tobacco = story.cast.officer("dept_tobacco")
        assert (one.body_id, one.item.matter, one.item.state) == ("dept_tobacco", "m_tobacco", "valid")
        assert send("look", {"text": text})["referrals"][0]["what"] == problem["what"]
        assert "referrals" not in Client().get(licence.get_absolute_url()).content.decode()
        assert tobacco.pk in told("problem_referred")
        answer_of_the_department(one, tobacco)
        assert told("referral_answered") == {story.cast.officer("dept_mrb").pk}
        with pytest.raises(RuleViolation, match="已经处理过"):
            referrals.dismiss(one, answer="不属实", actor=story.officer("dept_tobacco"), at=timezone.now())

    def test_r1_2_nobody_answers_for_another_department(self, send: Send, text: str, story: Story) -> None:
        send("referrals", self.referred(send, text))
        one = Referral.objects.get()
        with pytest.raises(RuleViolation, match="作出许可决定的部门"):
            referrals.take_up(one, answer="属实", actor=story.officer("dept_mrb"), at=timezone.now())
        client = Client()
        client.force_login(story.cast.officer("dept_mrb"))
        assert client.get(f"/work/referrals/{one.pk}/").status_code == 404
        assert list(audit.disagreements()) == []
        Referral.objects.update(body_id="dept_mrb")
        assert ["did not decide" in fault for fault in audit.disagreements()] == [True]

    def test_r5_8_whoever_does_not_answer_is_reminded_and_then_those_above(
        self, send: Send, text: str, licence: Licence, story: Story
    ) -> None:
        send("referrals", self.referred(send, text))
        Referral.objects.update(received_at=MONDAY)
        one, tobacco = Referral.objects.get(), story.cast.officer("dept_tobacco")

        def rules(days: int) -> list[tuple[str, str]]:
            remind.remind(Kind.REFERRAL, MONDAY + timedelta(days=days), lambda _case: nullcontext())
            return list(Reminder.objects.exclude(levels=[]).order_by("pk").values_list("rule", "body_id"))

        assert rules(4) == []
        assert rules(7) == [("referral+0", "dept_tobacco")]
        delivery.deliver_due(MONDAY + timedelta(days=7))
        client = Client()
        client.force_login(tobacco)
        assert f"/work/referrals/{one.pk}/" in client.get("/reminders/").content.decode()
        assert rules(8)[-1] == ("referral+1", "dept_tobacco")
        referrals.take_up(one, answer="属实", actor=story.officer("dept_tobacco"), at=timezone.now())
        assert sources.still_open(Reminder.objects.all()) == set()

    def test_what_is_no_referral_is_refused(self, send: Send, text: str, story: Story) -> None:
        problem = self.referred(send, text)
        tobacco = story.cast.officer("dept_tobacco")
        assert send("referrals", problem, tobacco, 409)["code"] == "not_your_scan"
        assert send("referrals", problem | {"position": 9}, status=409)["code"] == "no_such_permit"
        assert send("referrals", problem | {"what": " "}, status=409)["code"] == "reason_missing"
        assert send("referrals", problem | {"scan": str(uuid4())})["answers"][0]["status"] == "refused"
        assert not Referral.objects.exists()


def told(kind: str) -> set[int | None]:
    """Who has a message of the kind in the inbox."""
    while delivery.deliver_due(timezone.now()).delivered:
        pass
    return set(Message.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def answer_of_the_department(one: Referral, officer: User) -> None:
    """On its page: first without words, then with."""
    client = Client()
    client.force_login(officer)
    assert "1 项待办" in client.get("/work/").content.decode()
    page = f"/work/referrals/{one.pk}/"
    assert one.what in client.get(page).content.decode()
    assert client.post(page, {"outcome": "take_up"}).status_code == 422
    assert client.post(page, {"outcome": "take_up", "answer": "已到店核实，责令改正"}).status_code == 302
    assert "已核实，依法处理" in client.get("/work/referrals/?tab=answered").content.decode()
    assert Referral.objects.get().answered_by == officer
