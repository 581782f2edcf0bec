"""People are told what happened: once, in their language, on the channels they take, and nothing of what was rolled back."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.template import engines
from django.template.base import VariableNode
from django.template.defaulttags import IfNode
from django.utils import timezone

from accounts.enterprises import grant_representation
from accounts.models import Representation, User
from audit.violations import RuleViolation
from outbox import delivery, post
from outbox.models import Message, MessagePreference, Parcel
from permits import messages
from permits.at_counter import channels
from permits.models import Case
from permits.service import Handing
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.messages import compose
from workflows.messages.kinds import ALL, KINDS, WRITTEN
from workflows.messages.recipients import PHONES

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
TUESDAY = MONDAY + timedelta(days=1)


def brought() -> list[tuple[str, str]]:
    """Deliver everything; kind and channel of each message, oldest first."""
    while delivery.deliver_due(timezone.now()).delivered:
        pass
    return list(Message.objects.order_by("created_at", "pk").values_list("kind", "channel"))


def of_kind(kind: str, **filters: Any) -> Message:
    return Message.objects.get(kind=kind, channel="inbox", **filters)


@pytest.fixture
def reachable(story: Story) -> User:
    """The shopkeeper, with an e-mail address and a telephone."""
    user = story.cast.shopkeeper
    user.email, user.phone = "wang@example.com", "13800000000"
    user.save()
    return user


class TestActs:
    def test_filing_and_acceptance_are_told_on_every_channel(self, story: Story, reachable: User) -> None:
        case = story.accepted()
        told = brought()
        assert told == [(kind, channel) for kind in ("submitted", "accepted") for channel in ALL]
        message = of_kind("accepted")
        assert (message.recipient, message.about, message.link) == (reachable, case.number, f"/cases/{case.number}/")
        assert "2026年3月9日" in message.body

    def test_a_whole_case_is_told_in_its_order(self, story: Story) -> None:
        case = story.decided()
        brought()
        steps.deliver(
            Case.objects.get(pk=case.pk),
            handing=Handing("window", "王小店"),
            actor=story.cast.actor(story.cast.service_office),
            at=timezone.now(),
        )
        kinds = [kind for kind, _channel in brought()]
        assert kinds == ["submitted", "accepted", "granted", "granted", "granted", "licence_issued", "delivered"]

    def test_a_decision_in_two_parts_is_told_twice(self, restaurant: Story) -> None:
        case = restaurant.accepted()
        (department, matters) = next((d, m) for d, m in restaurant.parts(case).items())
        steps.refuse(case, matters=matters, reason="王某身份证不符", actor=restaurant.officer(department), at=TUESDAY)
        brought()
        message = of_kind("refused")
        assert "身份证" not in message.body, "reasons are read on the page, after a sign-in"

    def test_one_granted_matter_ends_with_its_own_message(self, story: Story) -> None:
        case = story.accepted()
        grants = {"dept_mrb"}
        for department, matters in story.parts(case).items():
            deed = {"matters": matters, "actor": story.officer(department), "at": TUESDAY}
            if department in grants:
                steps.grant(case, **deed)
            else:
                steps.refuse(case, **deed, reason="不符合条件")
        brought()
        assert of_kind("single_permit").subject == "您的申请已办结"

    def test_the_clerk_who_asked_hears_of_the_answer(self, story: Story) -> None:
        case = story.submitted()
        steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
        steps.answer_supplement(case, actor=story.applicant, at=TUESDAY)
        brought()
        assert of_kind("supplement_requested").recipient == story.cast.shopkeeper
        assert of_kind("supplemented").recipient == story.cast.clerk

    def test_r2_8_acceptance_by_silence_has_its_own_words(self, story: Story) -> None:
        steps.accept_by_silence(story.submitted(), at=MONDAY + timedelta(days=8))
        brought()
        assert of_kind("accepted_by_silence").subject == "您的申请视为受理"

    def test_r2_10_a_return_is_told_and_called_no_refusal(self, story: Story) -> None:
        case = story.consenting(story.submitted())
        steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
        steps.return_unanswered(case, at=TUESDAY + timedelta(days=60))
        brought()
        assert "不是不予许可" in of_kind("returned").body

    def test_withdrawing_tells_the_applicant_and_whoever_holds_a_section(self, story: Story) -> None:
        case = story.accepted()
        officer = story.cast.officer("dept_mrb")
        case.sections.filter(body="dept_mrb").update(claimed_by=officer, claimed_at=TUESDAY)
        steps.withdraw(case, actor=story.applicant, at=TUESDAY)
        brought()
        told = Message.objects.filter(kind="withdrawn").values_list("recipient__username", flat=True)
        assert set(told) == {"shop", "mrb"}

    def test_a_draft_that_is_thrown_away_is_no_news(self, story: Story) -> None:
        steps.withdraw(story.draft(), actor=story.applicant, at=TUESDAY)
        assert brought() == []

    def test_declining_is_told(self, story: Story) -> None:
        steps.decline(story.submitted(), reason="不属于本区", actor=story.window, at=TUESDAY)
        brought()
        assert of_kind("declined").subject == "您的申请不予受理"

    def test_r2_6_a_moved_limit_is_told_with_both_days(self, story: Story) -> None:
        case = story.accepted()
        move = {"matter": "m_food_license", "limit": "promised_by", "before": "2026-03-09", "after": "2026-03-10"}
        parcel = messages.told(case, "clock_moved", at=TUESDAY, moves=[move])
        with transaction.atomic():
            post.put_many([parcel], at=TUESDAY)
        brought()
        assert "由 2026-03-09 改为 2026-03-10" in of_kind("clock_moved").body


class TestCommit:
    def test_a_refused_act_tells_nobody(self, story: Story) -> None:
        case = story.accepted()
        brought()
        before = Parcel.objects.count()
        with pytest.raises(RuleViolation):
            steps.grant(case, matters=["m_tobacco"], actor=story.officer("dept_mrb"), at=TUESDAY)
        assert Parcel.objects.count() == before

    def test_an_act_that_is_rolled_back_tells_nobody(self, story: Story) -> None:
        case = story.submitted()
        before = Parcel.objects.count()

        def act() -> None:
            with transaction.atomic():
                steps.accept(case, actor=story.window, at=TUESDAY)
                raise ValueError("the machine stops")

        with pytest.raises(ValueError):
            act()
        assert Parcel.objects.count() == before

    def test_composing_twice_writes_once(self, story: Story, reachable: User) -> None:
        story.submitted()
        brought()
        count = Message.objects.count()
        Parcel.objects.filter(kind=messages.KIND).update(status=Parcel.Status.WAITING)
        brought()
        assert Message.objects.count() == count


class TestRecipients:
    @pytest.mark.each_database
    def test_whoever_acts_for_the_enterprise_is_told_and_whoever_has_left_is_not(self, story: Story) -> None:
        case = story.draft()
        for name in ("agent", "former", "closed"):
            user = User.objects.create_user(name, password=name, display_name=name, is_active=name != "closed")
            grant_representation(user=user, enterprise=case.enterprise, actor=story.cast.system, at=MONDAY)
        Representation.objects.filter(user__username="former").update(until=date(2026, 1, 1))
        steps.submit(case, actor=story.applicant, at=MONDAY)
        brought()
        told = Message.objects.values_list("recipient__username", flat=True)
        assert set(told) == {"shop", "agent"}

    def test_a_wish_for_english_and_against_sms_is_kept(self, story: Story, reachable: User) -> None:
        MessagePreference.objects.create(user=reachable, language="en", sms=False)
        story.accepted()
        assert set(brought()) == {(kind, channel) for kind in ("submitted", "accepted") for channel in WRITTEN}
        message = of_kind("submitted")
        assert message.subject == "We have received your application"
        assert "Convenience store (便利店)" in message.body

    def test_where_nobody_has_an_account_the_form_s_telephone_gets_an_sms(self, story: Story) -> None:
        case = story.draft()
        Representation.objects.update(until=date(2026, 1, 1))
        case.entries.filter(field__in=PHONES).update(value="021-52281234")
        type(case.enterprise).objects.filter(pk=case.enterprise_id).update(phone="138 0000 0000")
        channels.take_over(case, consent_by="王小店", how="present", actor=story.window, at=MONDAY)
        steps.submit(case, actor=story.window, at=MONDAY)
        brought()
        message = Message.objects.get()
        assert (message.channel, message.address, message.recipient) == ("sms", "13800000000", None)
        assert message.link == "/progress/"

    def test_a_case_costs_few_statements_to_tell(self, story: Story, django_assert_max_num_queries: Any) -> None:
        case = story.submitted()
        parcel = Parcel.objects.get(kind=messages.KIND)
        case.own_catalogue  # noqa: B018 - in memory, as in a worker
        with django_assert_max_num_queries(11):
            delivery.deliver(parcel.key)


class TestTexts:
    def test_every_kind_has_its_texts_and_no_text_is_left_over(self) -> None:
        written = {f"{kind}.{language}.txt" for kind in KINDS for language in LANGUAGES}
        short = {f"{kind}.{language}.txt" for kind in KINDS for language in LANGUAGES if ALL in KINDS[kind].values()}
        assert {path.name for path in FOLDER.glob("*.txt")} == written
        assert {path.name for path in (FOLDER / "sms").glob("*.txt")} == short

    @pytest.mark.parametrize("path", sorted((FOLDER / "sms").glob("*.txt")), ids=lambda path: path.name)
    def test_an_sms_knows_the_end_of_the_number_or_a_booked_time_and_an_address_and_nothing_else(
        self, path: Path
    ) -> None:
        source = path.read_text(encoding="utf-8")
        assert personal(source) == []

    @pytest.mark.parametrize(
        "source", ["{{ enterprise }}", "{{ case.number }}", "{% if phone %}x{% endif %}", "13812345678"]
    )
    def test_a_text_with_something_personal_is_seen(self, source: str) -> None:
        """The control of the test above."""
        assert personal(source)

    def test_whatever_an_sms_asks_for_there_is_nothing_personal_to_be_had(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        greedy = engines["django"].from_string("{{ enterprise }}{{ number }}{{ case }}{{ user }}{{ tail }}").template
        monkeypatch.setattr(compose, "_template", lambda _name: greedy)
        assert compose.sms_text("accepted", "en", "3101052026000011", "https://x/") == "0011"

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_written_text_has_a_subject_and_a_body_in_its_language(self, kind: str, language: str) -> None:
        facts = dict.fromkeys(["enterprise", "industries", "matters", "number", "licence", "on", "old", "new"], "X")
        facts |= {"answer_by": "X", "due_on": "X", "count": 2} | dict.fromkeys(
            ["received_on", "accepted_on"], date(2026, 3, 2)
        )
        subject, body = compose.written_text(kind, language, facts | {"promised_by": date(2026, 3, 9)})
        assert subject and body
        assert "\n" not in subject
        assert bool(re.search(r"[\u4e00-\u9fff]", subject + body)) == (language != "en")


def personal(source: str) -> list[str]:
    """Whatever of a text is neither plain words nor one of the three that an SMS may hold."""
    parsed = engines["django"].from_string(source).template
    found = [
        node.filter_expression.token
        for node in parsed.nodelist.get_nodes_by_type(VariableNode)
        if node.filter_expression.token not in ("tail", "link", "when")
    ]
    found += [type(node).__name__ for node in parsed.nodelist.get_nodes_by_type(IfNode)]
    return found + re.findall(r"\d{4,}", source)
