"""What verifiers fetch: keys and status list as static files that any cache may serve, and that need no trust in it."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.actors import SYSTEM
from certificates import code, issuing, publication
from certificates.coding import status_list
from certificates.models import Licence
from certificates.signers import keys
from certificates.status import ItemState
from certificates.verifying import offline
from certificates.verifying.offline import KEYS_FILE, STATUS_FILE
from certificates.verifying.verdict import Answer, Warn
from industries.models import CatalogueVersion
from tests.certificates.factories import decided_case
from tests.certificates.test_verification import newer, put, text_of

pytestmark = pytest.mark.django_db
ADDRESSES = [f"/published/{name}" for name in (KEYS_FILE, STATUS_FILE)]
Clock = Callable[[timedelta], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> Clock:
    """The site's clock: on the moment of issue, until it is put on by so much."""

    def put_on(by: timedelta) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment + by)

    put_on(timedelta())
    return put_on


def fetched(client: Client) -> offline.Published:
    """What a verifier has after it asked for both files."""
    keys_text, status = (client.get(address).content for address in ADDRESSES)
    ring = offline.ring(keys_text.decode())
    return ring.with_list(status_list.unseal(status, ring.keys))


@pytest.mark.parametrize("address", ADDRESSES)
def test_any_cache_may_keep_them_and_any_page_may_ask(
    client: Client, licence: Licence, clock: Clock, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=30, stale-if-error=86400"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert client.head(address)["ETag"] == answer["ETag"]
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("name", ["", ".lock", "..%2Fkeys", "keys.pem", "status.cbor.1"])
def test_nothing_else_of_the_folder_is_served(client: Client, licence: Licence, name: str) -> None:
    client.get(ADDRESSES[0])
    assert client.get(f"/published/{name}").status_code == 404


def test_a_revoked_item_is_seen_within_a_minute(
    client: Client, licence: Licence, clock: Clock, moment: datetime
) -> None:
    before = fetched(client)
    put(licence.items.all()[0], ItemState.REVOKED)
    assert client.get(ADDRESSES[1]).content == client.get(ADDRESSES[1]).content
    clock(publication.LIST_AGE)
    answer = client.get(ADDRESSES[1])
    held = offline.renew(before, answer.content)
    verdict = offline.verify_text(text_of(licence), at=moment + timedelta(minutes=1), published=held)
    assert verdict.answer is Answer.PARTLY_VALID
    kept = int(answer["Cache-Control"].split("max-age=")[1].split(",")[0])
    assert publication.LIST_AGE + timedelta(seconds=kept) <= timedelta(minutes=1)


def test_a_list_is_not_made_for_everybody_who_asks(
    client: Client, licence: Licence, clock: Clock, django_assert_num_queries: Any
) -> None:
    client.get(ADDRESSES[1])
    with django_assert_num_queries(0):
        client.get(ADDRESSES[1])
        client.get(ADDRESSES[0])


def test_the_list_never_goes_back_in_time(client: Client, licence: Licence, clock: Clock) -> None:
    first = client.get(ADDRESSES[1]).content
    clock(-timedelta(minutes=10))
    assert client.get(ADDRESSES[1]).content == first


def test_a_list_that_is_renewed_leaves_young_keys_alone(client: Client, licence: Licence, clock: Clock) -> None:
    client.get(ADDRESSES[0])
    before = (Path(publication.settings.PUBLISHED_DIR) / KEYS_FILE).stat().st_mtime
    clock(publication.LIST_AGE)
    assert fetched(client).statuses.keys_hash == hashlib.sha256(client.get(ADDRESSES[0]).content).digest()
    assert (Path(publication.settings.PUBLISHED_DIR) / KEYS_FILE).stat().st_mtime == before
    keys.make("ES256", actor="test", at=timezone.now())
    clock(2 * publication.LIST_AGE)
    assert keys.signer().kid in fetched(client).keys, "made by another process: the list's own key is always among them"


def test_the_keys_stay_the_same_bytes_until_something_changes(client: Client, licence: Licence, clock: Clock) -> None:
    first = client.get(ADDRESSES[0])
    clock(timedelta(days=1))
    assert client.get(ADDRESSES[0])["ETag"] == first["ETag"]


def test_a_verifier_follows_a_rotation_without_trusting_who_serves_it(
    client: Client, licence: Licence, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    held = fetched(client)
    call_command("keys", "rotate", "--after", "24")
    keys_text, status = (client.get(address).content for address in ADDRESSES)
    held = offline.renew(held, status, keys_text.decode())
    coming = keys.SigningKey.objects.get(retired_at=None)
    assert bytes.fromhex(coming.kid) in held.keys, "known a day before it signs"
    strange = json.loads(keys_text)
    strange["keys"].append(strange["keys"][0] | {"valid_from": "2020-01-01T00:00:00+00:00"})
    with pytest.raises(code.Forged, match="keys"):
        offline.renew(held, status, json.dumps(strange))


def test_a_leaked_key_s_list_is_refused_once_its_end_is_known(client: Client, licence: Licence) -> None:
    leaked = keys.signer()
    call_command("keys", "make")
    for row in keys.SigningKey.objects.exclude(kid=keys.signer().kid.hex()):
        call_command("keys", "retire", row.kid, "--leaked")
    made = fetched(client)
    assert made.keys[leaked.kid].retired_at is not None
    late = status_list.StatusList(
        made.statuses.as_of + timedelta(hours=1), made.statuses.expires, 0, {}, made.statuses.keys_hash
    )
    with pytest.raises(code.Unknown, match="key_leaked"):
        offline.renew(made, status_list.seal(late, leaked))


def test_r1_24_offline_knows_newest_versions_and_what_came_after_the_list(
    client: Client, licence: Licence, catalogue: CatalogueVersion, moment: datetime, clock: Clock
) -> None:
    old = text_of(licence)
    newer(licence, moment)
    held = fetched(client)
    assert offline.verify_text(old, at=moment, published=held).warnings == (Warn.OLDER_VERSION,)
    assert offline.verify_text(text_of(licence), at=moment, published=held).warnings == ()
    later = issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    assert offline.verify_text(text_of(later), at=moment, published=held).warnings == (Warn.NOT_IN_LIST,)
    stale = offline.verify_text(text_of(licence), at=moment + timedelta(hours=25), published=held)
    assert stale.warnings == (Warn.LIST_STALE,)


def test_the_command_writes_where_the_site_serves_from(
    licence: Licence, settings: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("publish_status", "--json")
    assert json.loads(capsys.readouterr().out)["last_seat"] == licence.pk
    assert offline.load(settings.PUBLISHED_DIR).statuses.last_seat == licence.pk
    call_command("publish_status", str(tmp_path / "other"))
    assert offline.load(tmp_path / "other").site == settings.SITE_URL
