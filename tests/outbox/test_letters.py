"""Messages: written once per event, recipient and channel; handed over with a log; a repetition bears the same identity."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from outbox import delivery, letters, sms
from outbox.letters import Letter
from outbox.models import Channel, DeliveryAttempt, Message, Parcel
from tests.people import Cast

NOW = datetime(2026, 2, 11, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def letter(channel: str, **values: Any) -> Letter:
    address = {"inbox": "", "email": "wang@example.com", "sms": "13800000000"}[channel]
    facts = {"kind": "accepted", "language": "zh-hans", "subject": "已受理", "body": "您的申请已受理。", "link": "/my/"}
    return Letter(**{"channel": channel, "address": address} | facts | values)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """The SMS that went out: number, text, identity."""
    taken: list[tuple[str, str, str]] = []

    class Fake:
        def send(self, to: str, text: str, *, id: str) -> str:
            taken.append((to, text, id))
            return "receipt 7"

    monkeypatch.setattr(sms, "gateway", Fake)
    return taken


class TestWriting:
    def test_an_event_is_written_once_per_recipient_and_channel(self, cast: Cast) -> None:
        user, other = cast.shopkeeper, cast.stranger
        for _time in range(2):
            letters.write("e:1", [letter(c, recipient=u) for c in Channel.values for u in (user, other)], at=NOW)
        assert Message.objects.count() == 6
        assert Parcel.objects.count() == 4, "the inbox needs nobody to bring it"

    def test_writing_is_two_statements(self, cast: Cast, django_assert_num_queries: Any) -> None:
        written = [letter(c, recipient=cast.shopkeeper) for c in Channel.values]
        with django_assert_num_queries(2):
            letters.write("e:1", written, at=NOW)

    def test_somebody_without_an_account_is_told_apart_by_the_address_and_the_key_does_not_tell_it(self) -> None:
        letters.write("e:1", [letter("sms", address=n) for n in ("13800000000", "13800000001")], at=NOW)
        assert Message.objects.count() == 2
        assert not any("1380000" in key for key in Message.objects.values_list("key", flat=True))

    def test_what_is_rolled_back_was_never_written(self, cast: Cast) -> None:
        def act() -> None:
            with transaction.atomic():
                letters.write("e:1", [letter("email", recipient=cast.shopkeeper)], at=NOW)
                raise ValueError("refused")

        with pytest.raises(ValueError):
            act()
        assert not Message.objects.exists()
        assert not Parcel.objects.exists()

    @pytest.mark.parametrize(
        ("mail_backend", "sms_backend", "expected"),
        [
            ("outbox.console.EmailBackend", "outbox.sms.Console", {"inbox", "email", "sms"}),
            (letters.NO_MAIL, "", {"inbox"}),
        ],
    )
    def test_a_channel_that_is_not_set_up_is_none(
        self, settings: Any, mail_backend: str, sms_backend: str, expected: set[str]
    ) -> None:
        settings.EMAIL_BACKEND, settings.SMS_BACKEND = mail_backend, sms_backend
        assert letters.channels() == expected


class TestSending:
    def test_an_email_goes_out_in_plain_text_with_its_link(self, cast: Cast, settings: Any) -> None:
        letters.write("e:1", [letter("email", recipient=cast.shopkeeper, subject="已受理\nBcc: x@y.z")], at=NOW)
        assert delivery.deliver_due(NOW).delivered == 1
        (sent_mail,) = mail.outbox
        assert sent_mail.to == ["wang@example.com"]
        assert sent_mail.subject == "已受理 Bcc: x@y.z", "a line break would begin a header"
        assert f"{settings.SITE_URL}/my/" in sent_mail.body
        message = Message.objects.get()
        assert message.sent_at is not None
        assert sent_mail.extra_headers["Message-ID"] == DeliveryAttempt.objects.get(message=message).detail

    def test_an_sms_goes_through_the_port(self, sent: list[tuple[str, str, str]]) -> None:
        letters.write("e:1", [letter("sms")], at=NOW)
        delivery.deliver_due(NOW)
        assert sent == [("13800000000", "您的申请已受理。", Message.objects.get().public_id)]
        assert DeliveryAttempt.objects.get().detail == "receipt 7"

    def test_a_failure_is_noted_and_tried_again(self, monkeypatch: pytest.MonkeyPatch, sent: list[Any]) -> None:
        letters.write("e:1", [letter("sms")], at=NOW)
        working = sms.gateway

        def broken() -> sms.Gateway:
            raise sms.SmsFailed("no credit\nand more")

        monkeypatch.setattr(sms, "gateway", broken)
        assert delivery.deliver_due(NOW).failed == 1
        monkeypatch.setattr(sms, "gateway", working)
        assert delivery.deliver_due(NOW + delivery.FIRST_PAUSE).delivered == 1
        noted = list(DeliveryAttempt.objects.values_list("succeeded", "detail"))
        assert noted == [(False, "SmsFailed: no credit"), (True, "receipt 7")]

    def test_a_worker_that_dies_before_it_can_note_sends_again_with_the_same_identity(
        self, monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, str, str]]
    ) -> None:
        letters.write("e:1", [letter("sms")], at=NOW)

        class Killed(BaseException):
            pass

        def dies(*_args: Any, **_facts: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr("outbox.sending.note", dies)
            with pytest.raises(Killed):
                delivery.deliver_due(NOW)
        assert delivery.deliver_due(NOW).delivered == 0, "the lease still stands"
        assert delivery.deliver_due(NOW + delivery.LEASE).delivered == 1
        assert len(sent) == 2
        assert len({identity for _to, _text, identity in sent}) == 1

    def test_a_message_that_is_out_is_not_sent_again(self, sent: list[tuple[str, str, str]]) -> None:
        letters.write("e:1", [letter("sms")], at=NOW)
        delivery.deliver_due(NOW)
        Parcel.objects.update(status=Parcel.Status.WAITING)
        delivery.deliver_due(NOW)
        assert len(sent) == 1

    def test_the_console_shows_the_end_of_the_number_alone(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert sms.gateway().send("13812345678", "办件已受理", id="ab" * 16) == "console"
        out, err = capsys.readouterr()
        assert out == "", "what commands print stays theirs"
        assert "5678" in err
        assert "13812345678" not in err
