"""Parcels: promised with the act, delivered once, retried with pauses, never in each other's way."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import Body
from outbox import delivery, post, worker
from outbox.models import Parcel

NOW = datetime(2026, 2, 11, 2, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Registers a handler for this test only."""
    monkeypatch.setattr(delivery, "_handlers", {})

    def register(call: Callable[[dict[str, Any]], None], kind: str = "test.thing", *, atomic: bool = True) -> None:
        delivery.handler(kind, atomic=atomic)(call)

    return register


@pytest.fixture
def seen(handle) -> list[dict[str, Any]]:
    """The payloads that a well-behaved handler was given."""
    payloads: list[dict[str, Any]] = []
    handle(payloads.append)
    return payloads


def put(*keys: str, kind: str = "test.thing", at: datetime = NOW) -> None:
    post.put_many([(kind, key, {"key": key}) for key in keys], at=at)


def breaks(_payload: dict[str, Any]) -> None:
    Body.objects.create(code="half", name="half", short_name="half")
    raise RuntimeError("the printer is on fire\nand more")


class TestWriting:
    def test_many_parcels_are_one_statement(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            put("a", "b", "c")
        assert Parcel.objects.count() == 3

    def test_no_parcels_are_no_statement(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            post.put_many([], at=NOW)

    def test_a_key_is_used_once(self) -> None:
        put("a")
        post.put("test.thing", "a", {"key": "other"}, at=NOW + timedelta(1))
        assert Parcel.objects.get().payload == {"key": "a"}

    def test_a_parcel_goes_with_its_act(self) -> None:
        def act() -> None:
            with transaction.atomic():
                put("a")
                raise ValueError("refused")

        with pytest.raises(ValueError):
            act()
        assert not Parcel.objects.exists()


class TestDelivering:
    def test_a_delivered_parcel_is_done(self, seen) -> None:
        put("a")
        assert delivery.deliver("a", at=NOW) is True
        assert seen == [{"key": "a"}]
        parcel = Parcel.objects.get()
        assert (parcel.status, parcel.done_at) == ("done", NOW)

    def test_a_parcel_is_delivered_once(self, seen) -> None:
        put("a")
        delivery.deliver("a", at=NOW)
        assert delivery.deliver("a", at=NOW) is None
        assert delivery.deliver("unheard of", at=NOW) is None
        assert len(seen) == 1

    def test_an_atomic_delivery_is_two_statements_and_its_transaction(self, seen, django_assert_num_queries) -> None:
        put("a")
        savepoints = 2  # in a test; a transaction of its own otherwise
        with django_assert_num_queries(2 + savepoints):
            delivery.deliver("a", at=NOW)

    def test_what_is_due_comes_first_come_first_served(self, seen) -> None:
        put("late", at=NOW + timedelta(minutes=1))
        put("second", at=NOW)
        put("first", at=NOW - timedelta(minutes=1))
        assert delivery.deliver_due(NOW, limit=10) == delivery.Report(delivered=2)
        assert [payload["key"] for payload in seen] == ["first", "second"]

    def test_a_batch_has_its_limit(self, seen) -> None:
        put("a", "b", "c")
        assert delivery.deliver_due(NOW, limit=2).delivered == 2

    def test_a_kind_has_one_handler(self, handle) -> None:
        handle(breaks)
        with pytest.raises(ValueError, match="test.thing"):
            handle(breaks)
        assert delivery.kinds() == {"test.thing"}


class TestFailing:
    def test_an_atomic_effect_goes_with_its_failure(self, handle) -> None:
        handle(breaks)
        put("a")
        assert delivery.deliver("a", at=NOW) is False
        parcel = Parcel.objects.get()
        assert (parcel.status, parcel.attempts) == ("waiting", 1)
        assert parcel.last_error == "RuntimeError: the printer is on fire"
        assert parcel.due_at == NOW + delivery.FIRST_PAUSE
        assert not Body.objects.exists()

    def test_one_broken_parcel_stops_no_other(self, handle, seen) -> None:
        handle(breaks, "test.broken")
        put("bad", kind="test.broken", at=NOW - timedelta(1))
        put("good")
        assert delivery.deliver_due(NOW) == delivery.Report(delivered=1, failed=1)
        assert seen == [{"key": "good"}]

    def test_a_broken_statement_stops_no_other(self, handle, seen) -> None:
        def collide(_payload: dict[str, Any]) -> None:
            Body.objects.bulk_create([Body(code="one", name="1", short_name="1")] * 2)

        handle(collide, "test.broken")
        put("bad", kind="test.broken", at=NOW - timedelta(1))
        put("good")
        assert delivery.deliver_due(NOW) == delivery.Report(delivered=1, failed=1)
        assert Parcel.objects.get(key="bad").last_error.startswith(IntegrityError.__name__)

    def test_pauses_grow_until_the_parcel_is_dead(self, handle) -> None:
        handle(breaks)
        put("a")
        at, pauses = NOW, []
        while (parcel := Parcel.objects.get()).status == "waiting":
            at = max(at, parcel.due_at)
            delivery.deliver_due(at)
            pauses.append(Parcel.objects.get().due_at - at)
        assert len(pauses) == delivery.MOST_ATTEMPTS
        assert pauses == sorted(pauses)
        assert pauses[-1] == delivery.LONGEST_PAUSE
        assert parcel.status == "dead"

    def test_a_dead_parcel_can_be_revived(self, handle, seen) -> None:
        put("a", "b")
        Parcel.objects.filter(key="a").update(status=Parcel.Status.DEAD, attempts=10)
        assert delivery.retry_dead(at=NOW, kind="test.other") == 0
        assert delivery.retry_dead(at=NOW) == 1
        assert delivery.deliver_due(NOW).delivered == 2

    def test_an_unknown_kind_is_kept_and_named(self, handle) -> None:
        put("a", kind="test.of_tomorrow")
        at = NOW
        for _ in range(delivery.MOST_ATTEMPTS + 2):
            assert delivery.deliver("a", at=at) is False
        parcel = Parcel.objects.get()
        assert parcel.status == "waiting"
        assert "test.of_tomorrow" in parcel.last_error


class TestEffectsOutside:
    def test_an_outside_effect_runs_under_a_lease(self, handle) -> None:
        def look(_payload: dict[str, Any]) -> None:
            assert Parcel.objects.get().leased_until == NOW + delivery.LEASE
            assert delivery.deliver("a", at=NOW) is None, "nobody else takes it meanwhile"

        handle(look, atomic=False)
        put("a")
        assert delivery.deliver("a", at=NOW) is True
        assert Parcel.objects.get().leased_until is None

    def test_a_dead_workers_parcel_is_taken_over(self, handle, seen) -> None:
        put("a")
        Parcel.objects.update(leased_until=NOW + delivery.LEASE)
        assert delivery.deliver_due(NOW) == delivery.Report()
        assert delivery.deliver_due(NOW + delivery.LEASE).delivered == 1

    def test_a_failure_gives_the_lease_back(self, handle) -> None:
        def fails(_payload: dict[str, Any]) -> None:
            raise TimeoutError

        handle(fails, atomic=False)
        put("a")
        assert delivery.deliver("a", at=NOW) is False
        parcel = Parcel.objects.get()
        assert (parcel.leased_until, parcel.last_error) == (None, "TimeoutError: ")


class TestModes:
    def test_inline_delivers_after_the_commit(self, seen, outbox_inline, django_capture_on_commit_callbacks) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            put("a", at=NOW - timedelta(365))
            assert seen == []
        assert seen == [{"key": "a"}]
        assert Parcel.objects.get().done_at == NOW - timedelta(365), "under the clock of the act"

    def test_inline_delivers_what_a_handler_posts(
        self, handle, seen, outbox_inline, django_capture_on_commit_callbacks
    ):
        handle(lambda payload: put("child"), "test.parent")
        with django_capture_on_commit_callbacks(execute=True):
            put("parent", kind="test.parent")
        assert seen == [{"key": "child"}]

    def test_worker_mode_leaves_them(self, seen, settings, django_capture_on_commit_callbacks) -> None:
        settings.OUTBOX_MODE = "worker"
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            put("a")
        assert (callbacks, seen) == ([], [])

    def test_the_command_delivers_what_is_due(self, seen) -> None:
        put("a", "b")
        out = StringIO()
        call_command("deliver", json=True, stdout=out)
        assert json.loads(out.getvalue()) == {"delivered": 2, "failed": 0, "revived": 0}

    def test_the_command_says_no_when_something_fails(self, handle) -> None:
        handle(breaks)
        put("a")
        with pytest.raises(SystemExit) as ended:
            call_command("deliver", stdout=StringIO())
        assert ended.value.code == 1

    def test_the_nap_ends_with_the_next_due_parcel(self) -> None:
        assert worker.nap(NOW) == worker.LONGEST_NAP
        put("a", at=NOW + timedelta(seconds=7))
        assert worker.nap(NOW) == 7
        assert worker.nap(NOW + timedelta(1)) == worker.SHORTEST_NAP


@pytest.mark.django_db(transaction=True)
class TestThreads:
    def test_the_thread_delivers_what_a_killed_process_left_and_what_comes(self, handle) -> None:
        arrived: dict[str, threading.Event] = {"left": threading.Event(), "new": threading.Event()}
        handle(lambda payload: arrived[payload["key"]].set())
        put("left")
        thread = worker.DeliveryThread()
        try:
            thread.wake()
            assert arrived["left"].wait(20)
            put("new")
            thread.wake()
            assert arrived["new"].wait(20)
        finally:
            thread.stop()
        assert set(Parcel.objects.values_list("status", flat=True)) == {"done"}

    def test_the_loop_ends_when_asked_and_outlives_a_lost_database(self, handle, monkeypatch) -> None:
        stop, woken = threading.Event(), threading.Event()
        looks = []

        def lost(_stop: threading.Event) -> None:
            looks.append(1)
            if len(looks) == 2:
                stop.set()
            woken.set()
            raise worker.DatabaseError("gone")

        monkeypatch.setattr(worker, "drain", lost)
        worker.run(stop, woken)
        assert len(looks) == 2

    @pytest.mark.postgres
    def test_two_workers_never_deliver_the_same_parcel(self, handle) -> None:
        taken, both = [], threading.Barrier(2, timeout=20)

        def slow(payload: dict[str, Any]) -> None:
            taken.append(payload["key"])
            both.wait()

        def work() -> None:
            try:
                delivery.deliver_due(NOW)
            finally:
                connection.close()

        handle(slow)
        put("a", "b")
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(taken) == ["a", "b"]
        assert set(Parcel.objects.values_list("status", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_the_server_command_finishes_the_parcel_in_hand_when_asked_to_stop(handle) -> None:
    def stop_in_the_middle(_payload: dict[str, Any]) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    handle(stop_in_the_middle)
    before = signal.getsignal(signal.SIGTERM)
    put("a")
    errors = StringIO()
    call_command("deliver", forever=True, stderr=errors)
    assert "stopped" in errors.getvalue()
    assert Parcel.objects.get().status == "done"
    assert signal.getsignal(signal.SIGTERM) is before
