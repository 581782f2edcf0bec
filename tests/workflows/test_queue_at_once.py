"""Clerks who press "next" at the same moment call different people, and numbers drawn at once follow each other."""

import threading
from collections.abc import Callable, Iterable
from functools import partial

import pytest
from django.db.models import QuerySet

from accounts.models import User
from tests import people
from tests.workflows.conftest import MONDAY, Story
from tests.workflows.test_concurrency import all_at_once
from workflows.desk import queue_rules, queueing
from workflows.desk.queue_rules import Waiting
from workflows.models import Ticket

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CLERKS, NUMBERS = 4, 12


@pytest.fixture
def calls(story: Story) -> list[Callable[[], object]]:
    """Each clerk's press of "next"."""
    office = story.cast.clerk.body
    users = [people.person(f"window-{place}", User.Role.WINDOW, body=office) for place in range(CLERKS)]
    return [partial(queueing.call_next, actor=story.cast.actor(user), at=MONDAY) for user in users]


def called(jobs: list[Callable[[], object]]) -> list[int]:
    """The numbers that the clerks were given, in order."""
    given: list[int] = []

    def noting(job: Callable[[], object]) -> Callable[[], object]:
        return lambda: given.append(ticket.number if isinstance(ticket := job(), Ticket) else 0)

    _waits, errors = all_at_once([noting(job) for job in jobs])
    assert errors == []
    return sorted(given)


def test_numbers_drawn_at_once_follow_each_other_and_are_called_once(
    story: Story, calls: list[Callable[[], object]]
) -> None:
    drawing = [lambda: queueing.draw(actor=story.window, at=MONDAY)] * NUMBERS
    assert all_at_once(drawing)[1] == []
    assert list(Ticket.objects.values_list("number", flat=True)) == list(range(1, NUMBERS + 1))
    for _round in range(NUMBERS // CLERKS):
        first = Ticket.objects.filter(state=Ticket.State.WAITING).earliest("number").number
        assert called(calls) == list(range(first, first + CLERKS)), "four clerks, the next four people"
        Ticket.objects.filter(state=Ticket.State.CALLED).update(state=Ticket.State.SERVED)


def test_without_the_lock_two_clerks_call_the_same_number(
    story: Story, calls: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the rows' lock both have read who waits before either has called."""
    for _number in range(2):
        queueing.draw(actor=story.window, at=MONDAY)
    both, choose = threading.Barrier(2, timeout=10), queue_rules.next_of

    def after_both_have_read(waiting: Iterable[Waiting], *now: object) -> Waiting | None:
        both.wait()
        return choose(waiting, *now)  # type: ignore[arg-type]

    monkeypatch.setattr(queue_rules, "next_of", after_both_have_read)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows.all())
    assert called(calls[:2]) == [1, 1]
