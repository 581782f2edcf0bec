"""Signing in and out, opening an account, claiming an enterprise."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts import demo, doors
from accounts.enterprises import enterprises_of
from accounts.models import Body, RegisterEntry, SignInFailures, User
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("someone", password="right-word-1", display_name="某人")


def sign_in(client: Client, password: str, **more: str):
    return client.post("/sign-in/", {"username": "someone", "password": password, **more}, REMOTE_ADDR="192.0.2.1")


class TestSigningIn:
    def test_the_right_password_lets_in(self, client: Client, user: User) -> None:
        answer = sign_in(client, "right-word-1", next="/enterprises/")
        assert (answer.status_code, answer["Location"]) == (302, "/enterprises/")
        assert client.session[SESSION_KEY] == str(user.pk)

    def test_the_wrong_one_is_told_and_noted(self, client: Client, user: User) -> None:
        answer = sign_in(client, "wrong")
        assert "账号或密码不正确" in answer.content.decode()
        assert SESSION_KEY not in client.session
        assert AuditEntry.objects.get(act="sign_in_failed").facts == {"username": "someone"}

    def test_a_password_typed_as_a_name_is_not_kept(self, client: Client) -> None:
        client.post("/sign-in/", {"username": "my secret", "password": "x"})
        assert AuditEntry.objects.get(act="sign_in_failed").facts == {"username": ""}

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
    )
    def test_nobody_is_sent_elsewhere(self, client: Client, user: User, target: str) -> None:
        answer = sign_in(client, "right-word-1", next=target)
        assert "evil" not in answer["Location"]
        assert "javascript" not in answer["Location"]

    def test_five_failures_close_the_door_for_ten_minutes(self, client: Client, user: User) -> None:
        for _ in range(doors.MOST_FAILURES):
            answer = sign_in(client, "wrong")
        assert answer.status_code == 429
        assert "10 分钟" in answer.content.decode()
        assert sign_in(client, "right-word-1").status_code == 429, "not even the right password, or guessing would pay"
        SignInFailures.objects.update(last_at=timezone.now() - doors.CLOSED_FOR)
        assert sign_in(client, "right-word-1").status_code == 302
        assert not SignInFailures.objects.exists()

    def test_a_closed_door_closes_no_other(self, client: Client, user: User) -> None:
        for _ in range(doors.MOST_FAILURES):
            sign_in(client, "wrong")
        answer = client.post("/sign-in/", {"username": "someone", "password": "right-word-1"}, REMOTE_ADDR="192.0.2.2")
        assert answer.status_code == 302

    def test_failures_long_ago_do_not_add_up(self) -> None:
        now = timezone.now()
        for step in range(10):
            doors.note_failure("door", now + step * timedelta(minutes=11))
        assert doors.minutes_closed("door", now + timedelta(minutes=100)) == 0

    def test_the_session_gets_a_new_key(self, client: Client, user: User) -> None:
        client.session.save()
        before = client.session.session_key
        sign_in(client, "right-word-1")
        assert client.session.session_key != before

    def test_signing_out_takes_a_post(self, client: Client, user: User) -> None:
        client.force_login(user)
        assert client.get("/sign-out/").status_code == 405
        assert client.post("/sign-out/").status_code == 302
        assert SESSION_KEY not in client.session

    def test_demo_accounts_stand_on_the_page_in_the_demo_only(self, client: Client, settings) -> None:
        Body.objects.create(code="dept_mrb", name="市场监管局", short_name="区市场监管局")
        demo.make_demo_accounts(timezone.now())
        assert 'value="mrb-2"' in client.get("/sign-in/").content.decode()
        settings.DEMO = False
        page = client.get("/sign-in/").content.decode()
        assert "mrb-2" not in page
        assert "demo-2026" not in page


class TestRegistering:
    FIELDS = {"username": "neu", "display_name": "新来的", "phone": "138 1234 5678", "password": "long-enough-7"}

    def test_a_new_applicant_is_signed_in(self, client: Client) -> None:
        answer = client.post("/register/", self.FIELDS)
        assert (answer.status_code, answer["Location"]) == (302, "/enterprises/")
        user = User.objects.get(username="neu")
        assert (user.role, user.phone) == ("applicant", "13812345678")
        assert client.session[SESSION_KEY] == str(user.pk)

    def test_nobody_registers_as_staff(self, client: Client) -> None:
        client.post("/register/", {**self.FIELDS, "role": "officer", "is_superuser": "1", "is_staff": "1"})
        user = User.objects.get(username="neu")
        assert (user.role, user.is_superuser, user.is_staff) == ("applicant", False, False)

    @pytest.mark.parametrize(
        "wrong",
        [{"password": "short"}, {"password": "password123"}, {"phone": "12"}, {"username": "a b"}, {"phone": ""}],
    )
    def test_what_is_wrong_is_said_at_the_field(self, client: Client, wrong: dict[str, str]) -> None:
        answer = client.post("/register/", self.FIELDS | wrong)
        assert answer.status_code == 200
        assert set(answer.context["form"].errors) == set(wrong)
        assert not User.objects.exists()

    @pytest.mark.each_database
    def test_a_name_is_taken_once(self, client: Client, user: User) -> None:
        answer = client.post("/register/", self.FIELDS | {"username": "someone"})
        assert "username" in answer.context["form"].errors


class TestClaiming:
    @pytest.fixture(autouse=True)
    def _register(self) -> None:
        demo.make_demo_accounts(timezone.now())

    def claim(self, client: Client, entry: RegisterEntry, tail: str = ""):
        return client.post(
            "/enterprises/",
            {
                "uscc": entry.uscc,
                "name": entry.legal_representative,
                "id_tail": tail or entry.representative_id_number[-4:],
            },
        )

    def test_it_needs_a_sign_in(self, client: Client) -> None:
        assert client.get("/enterprises/")["Location"].startswith("/sign-in/")

    def test_the_right_proof_adds_the_enterprise(self, client: Client, user: User) -> None:
        client.force_login(user)
        entry = demo.claimable()[0]
        assert self.claim(client, entry).status_code == 302
        assert [enterprise.uscc for enterprise in enterprises_of(user)] == [entry.uscc]
        assert entry.name in client.get("/enterprises/").content.decode()

    def test_guessing_ends_after_five_tries(self, client: Client, user: User) -> None:
        client.force_login(user)
        entry = demo.claimable()[0]
        for _ in range(doors.MOST_FAILURES):
            assert self.claim(client, entry, tail="0000").status_code == 200
        assert self.claim(client, entry).status_code == 200
        assert enterprises_of(user) == []

    def test_an_impossible_code_is_told_at_the_field(self, client: Client, user: User) -> None:
        client.force_login(user)
        answer = client.post("/enterprises/", {"uscc": "91350100M000100Y4Z", "name": "x", "id_tail": "1234"})
        assert "uscc" in answer.context["form"].errors


REGISTRATION = {"username": "wang", "display_name": "王小店", "phone": "13812345678", "password": "long-enough-1"}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("username", "", "请填写账号"),
        ("phone", "", "请填写手机号"),
        ("username", "a b", "账号只能用"),
        ("password", "short1!", "密码太短"),
    ],
)
def test_a_mistake_in_the_registration_says_what_to_write(client: Client, field: str, value: str, told: str) -> None:
    answer = client.post("/register/", REGISTRATION | {field: value})
    assert told in answer.text
    assert "这个字段是必填项" not in answer.text
    assert "This password" not in answer.text


def test_an_account_that_differs_only_by_capitals_is_taken(client: Client, user: User) -> None:
    answer = client.post("/register/", REGISTRATION | {"username": user.username.upper()})
    assert "已有人使用" in answer.text
    assert User.objects.count() == 1
