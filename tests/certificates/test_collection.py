"""Licences go to the city's store: signed, in order, again and again until each version is there once, in its last state."""

import base64
import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import SYSTEM, Actor
from certificates import elicence, issuing, paper
from certificates.acts import ending, replacing, suspending
from certificates.collection import days, entries, message_signature, parcels, rest, sending, store
from certificates.collection.store import StoreFailed
from certificates.models import CollectedEntry, CollectionDay, Licence
from certificates.signers import checks
from industries.models import CatalogueVersion
from outbox import delivery
from outbox.models import Parcel
from permits.models import Case
from tests.certificates.factories import decided_case
from tests.certificates.fake_store import FAULTS
from tests.people import Cast
from workflows.periodic import run_due

pytestmark = pytest.mark.django_db
KEY, SECRET = "changning", "a key of thirty-two signs or more"
FOOD, TOBACCO = "m_food_license", "m_tobacco"


class FakeStore:
    """The store in the other process."""

    def __init__(self, root: str) -> None:
        self.root = root

    def told(self, path: str, said: Any = None) -> Any:
        asked = urllib.request.Request(self.root + path, None if said is None else json.dumps(said).encode())
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return json.load(answer)

    def fail(self, *faults: str) -> None:
        self.told("/faults", list(faults))

    @property
    def entries(self) -> dict[str, dict[str, dict[str, Any]]]:
        found: dict[str, dict[str, dict[str, Any]]] = self.told("/all")["entries"]
        return found

    def states(self) -> dict[str, str]:
        """How each version stands there."""
        return {identifier: several[max(several)]["state"] for identifier, several in self.entries.items()}


@contextmanager
def serving() -> Iterator[FakeStore]:
    command = [sys.executable, "-m", "tests.certificates.fake_store", KEY, SECRET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}) as process:
        assert process.stdout
        try:
            yield FakeStore(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def one_server() -> Iterator[FakeStore]:
    with serving() as server:
        yield server


@pytest.fixture
def server(one_server: FakeStore, settings: Any, monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    """The store, reachable and patient; papers are made of a line, since nobody reads them here."""
    settings.ELICENCE_STORE = "certificates.collection.rest.Rest"
    settings.ELICENCE_STORE_URL = f"{one_server.root}/api"
    settings.ELICENCE_STORE_KEY_ID, settings.ELICENCE_STORE_SECRET = KEY, SECRET
    monkeypatch.setattr(rest, "TIMEOUT", 0.3)
    monkeypatch.setattr(rest, "DEADLINE", 0.5)
    monkeypatch.setattr(store, "current", rest.Rest)
    monkeypatch.setattr(paper, "pdf_of", lambda version, at: f"%PDF {version}".encode())
    one_server.fail()
    return one_server


def deliver(at: datetime, rounds: int = 30) -> datetime:
    """Deliver what concerns the store until nothing waits, the clock going from attempt to attempt."""
    for _round in range(rounds):
        waiting = Parcel.objects.filter(status=Parcel.Status.WAITING, kind__in=[parcels.KIND, days.KIND])
        if not waiting:
            break
        at = max(at, min(parcel.due_at for parcel in waiting))
        for parcel in waiting:
            delivery.deliver(parcel.key, at=at)
    return at


def lively(case: Case, cast: Cast, at: datetime) -> Licence:
    """A licence with five versions: issued, suspended, reinstated, replaced, one permit ended."""
    issuing.issue(case, actor=SYSTEM, at=at)
    actors: Mapping[str, Actor] = {matter: cast.actor(cast.officer(body)) for matter, body in OFFICERS.items()}
    food = {"matters": [FOOD], "actor": actors[FOOD]}
    suspending.suspend(case, **food, reason="停用", statement="没有意见", at=at + timedelta(hours=1))
    suspending.reinstate(case, **food, at=at + timedelta(hours=2))
    replacing.replace(case, actor=cast.actor(cast.service_office), at=at + timedelta(hours=3))
    said = {"ground": "requested", "reason": "停止经营"}
    ending.cancel(case, matters=[TOBACCO], actor=actors[TOBACCO], at=at + timedelta(hours=4), **said)
    return case.licence


OFFICERS = {FOOD: "dept_mrb", TOBACCO: "dept_tobacco"}


def expected(licence: Licence) -> dict[str, str]:
    """Every version void, but for the newest, which is partly valid."""
    versions = list(licence.versions.order_by("version"))
    states = [*[elicence.REPLACED] * (len(versions) - 1), "99"]
    return {one.facts["identifier"]: state for one, state in zip(versions, states, strict=True)}


def test_each_version_is_in_the_store_once_and_in_its_last_state_whatever_went_wrong(
    server: FakeStore, catalogue: CatalogueVersion, cast: Cast, moment: datetime
) -> None:
    server.fail(*FAULTS)
    licence = lively(decided_case(catalogue, moment), cast, moment)
    keys = {parcels.key_of(licence.pk, version) for version in range(1, 6)}
    # The newest first: what came before it goes before it all the same.
    for key in sorted(keys, reverse=True):
        delivery.deliver(key, at=moment + timedelta(hours=5))
    at = deliver(moment + timedelta(hours=5))
    found = server.entries
    assert {one: server.states()[one] for one in expected(licence)} == expected(licence)
    assert [set(found[one]) for one in expected(licence)] == [{"1", "2"}] * 4 + [{"1"}]
    order = [line for line in server.told("/all")["log"] if line.split()[0] in expected(licence)]
    assert len(order) == len(set(order)) == 9, "nothing counts twice, though answers were lost and repeated"
    first = [one.facts["identifier"] for one in licence.versions.order_by("version")]
    assert [line.split()[0] for line in order if line.endswith(" 1")] == first
    assert max(entry["times"] for one in expected(licence) for entry in found[one].values()) > 1
    assert not sending.uncollected().exists()
    assert CollectedEntry.objects.filter(version__licence=licence).exclude(receipt="").count() == 9
    before = server.told("/all")["log"]
    for key in keys:
        delivery.revive([key], at=at)
        delivery.deliver(key, at=at)
    assert server.told("/all")["log"] == before, "what was acknowledged is not sent again"


def test_r1_25_the_day_is_compared_and_what_differs_goes_out_again(
    server: FakeStore, catalogue: CatalogueVersion, cast: Cast, moment: datetime
) -> None:
    licence = lively(decided_case(catalogue, moment), cast, moment)
    at = deliver(moment + timedelta(hours=5))
    tomorrow = moment + timedelta(days=1)
    first, second = list(expected(licence))[:2]
    server.told("/forget", {"identifier": first, "sequence": "1"})
    server.told("/forget", {"identifier": second, "sequence": "2"})
    assert run_due(tomorrow).counts["days_to_compare"] == 1
    deliver(max(at, tomorrow))
    compared = CollectionDay.objects.get()
    assert (compared.day, compared.ours - compared.theirs, compared.agreed) == (moment.date(), 2, False)
    assert compared.again == 3, "both, and that the one which was lost is void"
    assert {one: server.states()[one] for one in expected(licence)} == expected(licence)
    run_due(tomorrow + timedelta(hours=1))
    assert not Parcel.objects.filter(kind=days.KIND, status=Parcel.Status.WAITING).exists(), "once on each day"
    run_due(tomorrow + timedelta(days=1))
    server.fail("other", "garbage")
    deliver(tomorrow + timedelta(days=1))
    again, next_day = CollectionDay.objects.order_by("day")
    assert (again.agreed, again.unknown, next_day.agreed) == (True, 0, True)


def test_what_nobody_took_is_a_dead_end_until_the_next_day(
    server: FakeStore, catalogue: CatalogueVersion, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MOST_ATTEMPTS", 2)
    server.fail("503", "500")
    licence = issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    deliver(moment)
    parcel = Parcel.objects.get(key=parcels.key_of(licence.pk, 1))
    assert (parcel.status, parcel.attempts) == (Parcel.Status.DEAD, 2)
    assert "HTTP 500" in parcel.last_error
    assert [one.licence_id for one in sending.uncollected()] == [licence.pk]
    run_due(moment + timedelta(days=1))
    deliver(moment + timedelta(days=1))
    assert not sending.uncollected().exists()


def test_two_deliveries_of_one_licence_wait_for_each_other(
    server: FakeStore, licence: Licence, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = licence.versions.get()

    def meanwhile(_self: rest.Rest, _entry: entries.Entry) -> str:
        with pytest.raises(StoreFailed, match="another delivery"):
            sending.collect(version, at=moment + timedelta(seconds=1))
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patched:
        patched.setattr(rest.Rest, "put", meanwhile)
        with pytest.raises(RuntimeError):
            sending.collect(version, at=moment)
    Licence.objects.filter(pk=licence.pk).update(collected_until=moment + timedelta(minutes=1))
    with pytest.raises(StoreFailed):
        sending.collect(version, at=moment)
    sending.collect(version, at=moment + timedelta(minutes=2))
    assert not sending.pending(version)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_counts_only_where_it_repeats_what_was_sent(server: FakeStore, fault: str, on: Any) -> None:
    entry = entries.Entry(f"1.2.{fault}", 1, on("2026-03-02"), body_of(f"1.2.{fault}"))
    server.fail(fault)
    if fault == "twice":
        rest.Rest().put(entry)
    else:
        with pytest.raises(StoreFailed):
            rest.Rest().put(entry)
        rest.Rest().put(entry)
    assert list(server.entries[entry.identifier]) == ["1"]


def body_of(identifier: str) -> bytes:
    return json.dumps({"identifier": identifier, "sequence": 1, "state_number": "01", "day": "2026-03-02"}).encode()


def test_a_request_that_is_not_ours_is_refused(
    server: FakeStore, settings: Any, on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake store checks by itself: another key, an old request, one that was overheard."""
    entry = entries.Entry("1.2.foreign", 1, on("2026-03-02"), body_of("1.2.foreign"))
    settings.ELICENCE_STORE_SECRET = "another key of thirty-two signs!!"
    with pytest.raises(StoreFailed, match="HTTP 401.*signature"):
        rest.Rest().put(entry)
    settings.ELICENCE_STORE_SECRET = SECRET
    with monkeypatch.context() as patched:
        patched.setattr(rest.secrets, "token_urlsafe", lambda _length: "one nonce")
        rest.Rest().put(entry)
        with pytest.raises(StoreFailed, match="HTTP 401.*nonce"):
            rest.Rest().put(entry)
    monkeypatch.setattr(rest.time, "time", lambda: 0)
    with pytest.raises(StoreFailed, match="HTTP 401.*age"):
        rest.Rest().put(entry)


def test_a_signature_is_that_of_the_standard() -> None:
    """RFC 9421, B.2.5."""
    parts = {
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "@authority": "example.com",
        "content-type": "application/json",
    }
    params = message_signature.parameters(list(parts), {"created": 1618884473, "keyid": "test-shared-secret"})
    assert params == '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    made = message_signature.signature(parts, params, SHARED)
    assert made == "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="
    assert message_signature.content_digest(b'{"hello": "world"}').startswith(
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWx"
    )


SHARED = base64.b64decode("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==")


def test_without_a_store_nothing_is_promised(licence: Licence, moment: datetime) -> None:
    assert not Parcel.objects.filter(kind=parcels.KIND).exists()
    assert run_due(moment + timedelta(days=1)).counts["days_to_compare"] == 0
    sending.collect(licence.versions.get(), at=moment)
    assert days.compare(moment.date(), at=moment) is None
    assert not CollectedEntry.objects.exists()


def test_the_act_takes_no_statement_more_with_a_store(
    catalogue: CatalogueVersion, moment: datetime, settings: Any
) -> None:
    counts = []
    for path in ("", "", "", "certificates.collection.store.Console"):  # the first two make keys and remember
        settings.ELICENCE_STORE = path
        case = decided_case(catalogue, moment)
        with CaptureQueriesContext(connection) as asked:
            issuing.issue(case, actor=SYSTEM, at=moment)
        counts.append(len(asked))
    assert counts[2] == counts[3]
    assert Parcel.objects.filter(kind=parcels.KIND).count() == 1


def test_at_home_the_console_shows_what_would_go(
    licence: Licence, moment: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the versions from before the store was set."""
    monkeypatch.setattr(paper, "pdf_of", lambda version, at: b"%PDF")
    settings.ELICENCE_STORE = "certificates.collection.store.Console"
    with redirect_stderr(io.StringIO()) as shown:
        assert days.compare(moment.date(), at=moment) is None
        deliver(moment)
    version = licence.versions.get()
    assert shown.getvalue().startswith(f"STORE {version.facts['identifier']} 1 ")
    assert not sending.uncollected().exists()
    told = json.loads(entries.make(version, entries.ISSUED, pdf=b"%PDF").body)
    assert (told["state_number"], told["operation_number"], told["holder_id"]["type"]) == ("01", "01", "001")
    assert base64.b64decode(told["file"]["pdf"]) == b"%PDF"


@pytest.mark.parametrize(
    ("path", "url", "secret", "hint"),
    [
        ("certificates.nothing.There", "", "", "nothing"),
        ("certificates.collection.rest.Rest", "http://store.example.com", SECRET, "https://"),
        ("certificates.collection.rest.Rest", "https://store.example.com", "", "signed"),
        ("certificates.collection.rest.Rest", "https://store.example.com", "short", "fewer than 32"),
    ],
)
def test_a_store_that_cannot_be_used_is_told_at_the_start(
    settings: Any, path: str, url: str, secret: str, hint: str
) -> None:
    settings.ELICENCE_STORE, settings.ELICENCE_STORE_URL = path, url
    settings.ELICENCE_STORE_KEY_ID, settings.ELICENCE_STORE_SECRET = KEY, secret
    (found,) = checks.store_can_be_reached()
    assert hint in str(found.msg)
    settings.ELICENCE_STORE_SECRET, settings.ELICENCE_STORE_URL = SECRET, "https://store.example.com/api"
    settings.ELICENCE_STORE = "certificates.collection.rest.Rest"
    assert checks.store_can_be_reached() == []


def test_every_reason_of_a_version_has_its_operation() -> None:
    assert {elicence.operation(reason) for reason in ("permit_expired", "grant_withdrawn", "replaced", "?")} == {
        "04",
        "05",
        "07",
    }
