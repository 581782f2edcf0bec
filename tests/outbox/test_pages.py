"""The inbox: one's own messages and nobody else's, read by opening, counted in the header without a further query."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from outbox import letters
from outbox.letters import Letter
from outbox.models import Message, MessagePreference
from tests.people import Cast

NOW = datetime(2026, 2, 11, 2, 0, tzinfo=UTC)
INBOX = "/messages/"
WISHES = "/messages/settings/"
pytestmark = pytest.mark.django_db


def tell(user: User, subject: str, *, days: int = 0) -> Message:
    facts = {
        "kind": "accepted",
        "language": "zh-hans",
        "body": "已受理。\n\n请查看。",
        "link": "/my/",
        "about": "310105",
    }
    key = f"{subject}-{days}"
    letters.write(key, [Letter(channel="inbox", recipient=user, subject=subject, **facts)], at=NOW + timedelta(days))
    return Message.objects.get(recipient=user, key__startswith=key)


def page(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


class TestInbox:
    def test_the_newest_comes_first_and_only_what_is_one_s_own(self, client: Client, cast: Cast) -> None:
        tell(cast.shopkeeper, "较早的消息")
        tell(cast.shopkeeper, "较新的消息", days=1)
        tell(cast.stranger, "别人的消息")
        text = page(client, cast.shopkeeper, INBOX)
        assert text.index("较新的消息") < text.index("较早的消息")
        assert "别人的消息" not in text

    @pytest.mark.parametrize("role", ["clerk", "service_office", "administrator"])
    def test_staff_have_one_too(self, client: Client, cast: Cast, role: str) -> None:
        user = getattr(cast, role)
        tell(user, "提醒")
        assert "提醒" in page(client, user, INBOX)

    def test_somebody_else_s_message_is_not_there(self, client: Client, cast: Cast) -> None:
        message = tell(cast.shopkeeper, "消息甲")
        client.force_login(cast.stranger)
        assert client.get(reverse("outbox:message", args=[message.pk])).status_code == 404
        message.refresh_from_db()
        assert message.read_at is None

    def test_opening_is_reading(self, client: Client, cast: Cast) -> None:
        message = tell(cast.shopkeeper, "消息甲")
        assert "条未读" in page(client, cast.shopkeeper, INBOX)
        address = reverse("outbox:message", args=[message.pk])
        client.head(address)
        assert Message.objects.unread().exists(), "a preview of the link is no reading"
        text = page(client, cast.shopkeeper, address)
        assert "请查看。" in text and 'href="/my/"' in text
        assert "条未读" not in text
        message.refresh_from_db()
        first = message.read_at
        client.get(address)
        message.refresh_from_db()
        assert message.read_at == first is not None

    @pytest.mark.each_database
    def test_all_at_once(self, client: Client, cast: Cast) -> None:
        tell(cast.shopkeeper, "消息甲")
        tell(cast.shopkeeper, "消息乙")
        other = tell(cast.stranger, "消息丙")
        client.force_login(cast.shopkeeper)
        assert client.post(reverse("outbox:mark_all_read")).status_code == 302
        assert list(Message.objects.unread()) == [other]

    def test_only_the_unread(self, client: Client, cast: Cast) -> None:
        tell(cast.shopkeeper, "消息甲")
        tell(cast.shopkeeper, "消息乙")
        Message.objects.filter(subject="消息甲").update(read_at=NOW)
        text = page(client, cast.shopkeeper, f"{INBOX}?show=unread")
        assert "消息乙" in text and "消息甲" not in text

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_page_asks_the_same_however_much_was_told(
        self, client: Client, cast: Cast, count: int, django_assert_num_queries: Any
    ) -> None:
        for place in range(count):
            tell(cast.shopkeeper, f"消息 {place}")
        client.force_login(cast.shopkeeper)
        with django_assert_num_queries(4):  # session, user with unread messages, how many pages, this page
            client.get(INBOX)

    def test_the_header_s_count_costs_no_query(
        self, client: Client, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        tell(cast.shopkeeper, "消息甲")
        client.force_login(cast.shopkeeper)
        with django_assert_num_queries(2):  # session and user
            text = client.get("/contact/").content.decode()
        assert "条未读" in text

    def test_a_closed_account_is_out(self, client: Client, cast: Cast) -> None:
        user = cast.shopkeeper
        client.force_login(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert client.get(INBOX).status_code == 302


class TestWishes:
    def test_language_and_channels_are_kept(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.shopkeeper)
        typed = {"language": "en", "email": "on", "address": "wang@example.com", "phone": "138 1234 5678"}
        assert client.post(WISHES, typed).status_code == 302
        user = User.objects.get(pk=cast.shopkeeper.pk)
        assert (user.email, user.phone) == ("wang@example.com", "13812345678")
        wish = MessagePreference.objects.get(user=user)
        assert (wish.language, wish.email, wish.sms) == ("en", True, False)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"email": "on"}, "address"),
            ({"email": "on", "address": "wang@"}, "address"),
            ({"sms": "on"}, "phone"),
            ({"sms": "on", "phone": "021-52281234"}, "phone"),
            ({"sms": "on", "phone": "12"}, "phone"),
        ],
    )
    def test_a_channel_needs_an_address_that_works(
        self, client: Client, cast: Cast, typed: dict[str, str], field: str
    ) -> None:
        client.force_login(cast.shopkeeper)
        answer = client.post(WISHES, {"language": "zh-hans"} | typed)
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in answer.content.decode()
        assert not MessagePreference.objects.exists()

    def test_a_channel_that_is_not_set_up_is_not_offered(self, client: Client, cast: Cast, settings: Any) -> None:
        settings.EMAIL_BACKEND, settings.SMS_BACKEND = letters.NO_MAIL, ""
        text = page(client, cast.shopkeeper, WISHES)
        assert "给我发短信" not in text and "给我发电子邮件" not in text
        assert client.post(WISHES, {"language": "en"}).status_code == 302
        assert MessagePreference.objects.get().sms, "what was not asked stays as it was"

    def test_the_form_shows_how_it_is(self, client: Client, cast: Cast) -> None:
        user = cast.shopkeeper
        user.phone = "13812345678"
        user.save()
        text = page(client, user, WISHES)
        assert text.count("checked") == 2, "the language, and SMS; without an address there is no e-mail"
