"""Substitutions: who may arrange them, for whom, when; what the database keeps whoever writes; who is able to act."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from accounts import substitutions
from accounts.actors import LABEL, Actor
from accounts.models import Substitution, User
from audit import verify
from audit.models import AuditEntry
from audit.violations import RuleViolation
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
WEEK = timedelta(6)
MRB = "dept_mrb"


@pytest.fixture
def absent(cast: Cast) -> User:
    return cast.officer(MRB)


@pytest.fixture
def colleague(cast: Cast) -> User:
    return cast.second_officer(MRB)


def third(body: str | None = MRB, **facts: Any) -> User:
    values = {"role": User.Role.OFFICER, "body_id": body} | facts
    return User.objects.create(username="third", display_name="第三人", **values)


def appoint(absent: User, substitute: User, by: User | None = None, **said: Any) -> Substitution:
    values = {"since": TODAY, "until": TODAY + WEEK, "reason": "年休假", "at": AT} | said
    return substitutions.appoint(absent=absent, substitute=substitute, actor=Actor.of(by or absent), **values)


def code_of(call: Any) -> str:
    with pytest.raises(RuleViolation) as refused:
        call()
    return refused.value.code


def test_it_runs_from_its_first_day_to_its_last(absent: User, colleague: User) -> None:
    appoint(absent, colleague, since=TODAY + timedelta(1))
    assert [bool(substitutions.entrusted(colleague, TODAY + timedelta(day))) for day in (0, 1, 6, 7)] == [
        False,
        True,
        True,
        False,
    ]
    assert substitutions.entrusted(absent, TODAY + timedelta(1)) == frozenset()


def test_the_act_is_logged_for_both(absent: User, colleague: User) -> None:
    appoint(absent, colleague)
    actor = substitutions.acting(Actor.of(colleague), absent.pk, AT)
    assert actor is not None
    assert actor.label == f"mrb-2 mrb-2（代 {absent}）"
    assert actor.people == {absent.pk, colleague.pk}
    assert substitutions.acting(Actor.of(colleague), None, AT) == Actor.of(colleague)
    assert substitutions.acting(Actor.of(third()), absent.pk, AT) is None


def test_a_long_name_leaves_room_for_the_colleague(absent: User) -> None:
    long = Actor(role="officer", label="x" * 200, user_id=1, body=MRB)
    assert len(long.in_place_of(absent).label) == LABEL
    assert long.in_place_of(absent).label.endswith(f"（代 {absent}）")


def test_a_chain_goes_on_to_whoever_is_there(absent: User, colleague: User) -> None:
    last = third()
    appoint(absent, colleague)
    appoint(colleague, last)
    assert substitutions.entrusted(last, TODAY) == {absent.pk, colleague.pk}
    assert set(User.objects.able_to_act(MRB, AT)) == {last}


def test_a_body_whose_only_substitute_has_left_has_nobody(absent: User, colleague: User) -> None:
    appoint(absent, colleague)
    assert set(User.objects.able_to_act(MRB, AT)) == {colleague}
    colleague.is_active = False
    colleague.save()
    assert not User.objects.able_to_act(MRB, AT).exists()
    assert set(User.objects.able_to_act(MRB, AT + timedelta(7))) == {absent}


def test_the_head_and_the_administrator_arrange_it_for_others(cast: Cast, absent: User, colleague: User) -> None:
    other = third()
    assert code_of(lambda: appoint(absent, colleague, by=other)) == "not_yours_to_arrange"
    assert code_of(lambda: appoint(absent, colleague, by=cast.officer("dept_tobacco"))) == "not_yours_to_arrange"
    assert code_of(lambda: appoint(absent, colleague, by=cast.head("dept_tobacco"))) == "not_yours_to_arrange"
    appoint(absent, other, by=cast.head(MRB), until=TODAY)
    appoint(absent, other, by=cast.administrator, since=TODAY + WEEK, until=TODAY + WEEK)
    assert verify.verify() is None
    assert list(AuditEntry.objects.filter(act="substitution_made").values_list("actor", flat=True)) == [
        "mrb-2 mrb-2",
        "admin 钱管理",
    ]


@pytest.mark.parametrize("facts", [{"body": "dept_tobacco"}, {"role": User.Role.SUBDISTRICT}, {"is_active": False}])
def test_the_substitute_is_there_in_the_same_body_and_post(cast: Cast, absent: User, facts: dict[str, Any]) -> None:
    cast.officer("dept_tobacco")
    assert code_of(lambda: appoint(absent, third(**facts))) == "not_a_colleague"


def test_window_clerks_stand_in_for_window_clerks(cast: Cast) -> None:
    second = third(body=cast.clerk.body_id, role=User.Role.WINDOW)
    assert code_of(lambda: appoint(cast.clerk, cast.service_office)) == "not_a_colleague"
    assert appoint(cast.clerk, second).runs_on(TODAY)


def test_applicants_have_no_substitutes(cast: Cast) -> None:
    assert code_of(lambda: appoint(cast.shopkeeper, cast.stranger)) == "nobody_absent"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"until": TODAY - timedelta(1)}, "substitution_dates"),
        ({"since": TODAY - timedelta(1)}, "substitution_past"),
        ({"until": TODAY + timedelta(367)}, "substitution_long"),
        ({"reason": "  "}, "reason_missing"),
    ],
)
def test_its_days_and_reason_are_checked(absent: User, colleague: User, said: dict[str, Any], code: str) -> None:
    assert code_of(lambda: appoint(absent, colleague, **said)) == code


def test_one_substitute_a_day_and_no_circle(absent: User, colleague: User) -> None:
    appoint(absent, colleague)
    assert code_of(lambda: appoint(absent, third())) == "substitution_overlap"
    assert code_of(lambda: appoint(colleague, absent)) == "substitution_circle"
    assert code_of(lambda: appoint(absent, absent, since=TODAY + timedelta(30), until=TODAY + timedelta(31))) == (
        "substitution_oneself"
    )


def test_ended_early_it_ends_at_once_and_makes_room(absent: User, colleague: User) -> None:
    made = appoint(absent, colleague)
    assert code_of(lambda: substitutions.end(made, reason="", actor=Actor.of(absent), at=AT)) == "reason_missing"
    assert code_of(lambda: substitutions.end(made, reason="已返岗", actor=Actor.of(colleague), at=AT)) == (
        "not_yours_to_arrange"
    )
    substitutions.end(made, reason="已返岗", actor=Actor.of(absent), at=AT)
    assert substitutions.acting(Actor.of(colleague), absent.pk, AT) is None
    assert (
        code_of(lambda: substitutions.end(made, reason="已返岗", actor=Actor.of(absent), at=AT)) == "substitution_over"
    )
    appoint(absent, third())


def test_r2_19_head_power_goes_with_it_only_where_a_head_says_so(cast: Cast, absent: User) -> None:
    head = cast.head(MRB)
    appoint(head, absent, until=TODAY)
    assert substitutions.acting_head(Actor.of(absent), AT) is None
    tomorrow = {"since": TODAY + timedelta(1), "until": TODAY + timedelta(1)}
    assert (
        code_of(lambda: appoint(head, absent, by=cast.administrator, head_power=True, **tomorrow))
        == "head_power_by_head"
    )
    assert code_of(lambda: appoint(absent, third(), head_power=True, **tomorrow)) == "no_head_power"
    appoint(head, absent, head_power=True, **tomorrow)
    named = substitutions.acting_head(Actor.of(absent), AT + timedelta(1))
    assert named is not None
    assert named.stands_in_for == head.pk
    assert substitutions.acting_head(Actor.of(head), AT) == Actor.of(head)
    assert substitutions.acting_head(Actor.of(absent), AT + timedelta(2)) is None


class TestTheDatabase:
    """Whoever goes around the acts meets the same refusals."""

    def row(self, absent: User, substitute: User, since: date = TODAY, until: date = TODAY + WEEK) -> Substitution:
        return Substitution.objects.create(
            absent=absent, substitute=substitute, since=since, until=until, reason="年休假", made_at=AT
        )

    def refuses(self, *rows: Any) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            self.row(*rows)

    def test_days_oneself_overlap_and_circle(self, absent: User, colleague: User) -> None:
        last = third()
        self.refuses(absent, colleague, TODAY, TODAY - timedelta(1))
        self.refuses(absent, absent)
        self.row(absent, colleague)
        self.refuses(absent, last, TODAY + WEEK, TODAY + 2 * WEEK)
        self.row(colleague, last, TODAY + WEEK, TODAY + 2 * WEEK)
        self.refuses(last, absent, TODAY + WEEK, TODAY + WEEK)
        self.row(last, absent, TODAY + WEEK + timedelta(1), TODAY + WEEK + timedelta(1))

    def test_a_change_is_refused_as_a_new_row_is(self, absent: User, colleague: User) -> None:
        self.row(absent, colleague)
        later = self.row(absent, third(), TODAY + 2 * WEEK, TODAY + 3 * WEEK)
        with pytest.raises(DatabaseError), transaction.atomic():
            Substitution.objects.filter(pk=later.pk).update(since=TODAY + WEEK)
        Substitution.objects.filter(pk=later.pk).update(since=TODAY + WEEK + timedelta(1))

    def test_what_was_ended_early_makes_room(self, absent: User, colleague: User) -> None:
        first = self.row(absent, colleague)
        Substitution.objects.filter(pk=first.pk).update(revoked_at=AT, revoke_reason="已返岗")
        self.row(absent, third())
        with pytest.raises(DatabaseError), transaction.atomic():
            Substitution.objects.filter(pk=first.pk).update(revoked_at=None)
