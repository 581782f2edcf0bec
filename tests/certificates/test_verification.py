"""Verification: signature first, then the record; online, from files, and by command."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.actors import SYSTEM
from certificates import check_character, code, issuing, paper, publication
from certificates.facts import content_of
from certificates.models import Licence, LicenceItem, LicenceVersion
from certificates.signers import keys
from certificates.signers.signing import KeySigner, make_private_key
from certificates.status import ItemState
from certificates.verifying import offline, verification
from certificates.verifying.verdict import Answer, Signature, Warn, foreign_host
from industries.models import CatalogueVersion
from paper import qr
from tests.certificates.factories import decided_case

pytestmark = pytest.mark.django_db
At = Callable[[str], datetime]


def text_of(licence: Licence) -> str:
    return paper.code_text(licence.versions.order_by("version").last())


def put(item: LicenceItem, state: ItemState) -> None:
    """Put an item into a state without the act that belongs to it."""
    item.__dict__["state"] = str(state)
    item.ended_on = None if state in (ItemState.VALID, ItemState.SUSPENDED) else item.valid_from
    item.save(update_fields=["state", "ended_on"])


def newer(licence: Licence, at: datetime) -> LicenceVersion:
    """A second version of the licence that says the same."""
    facts = licence.versions.get(version=1).facts | {"version": 2, "at": at.isoformat()}
    return issuing.write_version(licence, facts, at=at, reason="test")


def test_a_fresh_licence_is_valid(licence: Licence, moment: datetime) -> None:
    verdict = verification.verify_text(text_of(licence), at=moment)
    assert (verdict.answer, verdict.signature, verdict.warnings) == (Answer.VALID, Signature.GOOD, ())
    assert (verdict.number, verdict.version, verdict.newest_version) == (licence.number, 1, 1)
    assert [item.department for item in verdict.items] == ["dept_mrb", "dept_tobacco"]


def test_r1_17_one_item_lost_leaves_the_other_valid(licence: Licence, moment: datetime) -> None:
    put(licence.items.all()[0], ItemState.SUSPENDED)
    verdict = verification.verify_text(text_of(licence), at=moment)
    assert verdict.answer is Answer.PARTLY_VALID
    assert [item.state for item in verdict.items] == [ItemState.SUSPENDED, ItemState.VALID]


def test_an_expired_term_counts_before_the_nightly_job(licence: Licence, at: At) -> None:
    assert verification.verify_text(text_of(licence), at=at("2031-02-25")).answer is Answer.VALID
    late = verification.verify_text(text_of(licence), at=at("2031-02-26"))
    assert late.answer is Answer.NOT_VALID
    assert {item.state for item in late.items} == {ItemState.EXPIRED}


def test_r1_24_an_older_paper_is_told_from_the_newest(licence: Licence, moment: datetime) -> None:
    old = text_of(licence)
    newer(licence, moment + timedelta(days=1))
    later = moment + timedelta(days=2)
    assert Warn.OLDER_VERSION in verification.verify_text(old, at=later).warnings
    assert verification.verify_text(text_of(licence), at=later).warnings == ()


def test_an_earlier_moment_is_answered_by_the_version_of_then(licence: Licence, moment: datetime) -> None:
    newer(licence, moment + timedelta(days=1))
    put(licence.items.all()[0], ItemState.REVOKED)
    assert verification.look_up(licence.number, at=moment).answer is Answer.VALID
    assert verification.look_up(licence.number, at=moment + timedelta(days=2)).answer is Answer.PARTLY_VALID
    before = verification.look_up(licence.number, at=moment - timedelta(days=1))
    assert (before.answer, Warn.NOT_YET_ISSUED in before.warnings) == (Answer.NOT_VALID, True)


@pytest.mark.parametrize("place", range(0, 500, 37))
def test_a_changed_digit_is_forged(licence: Licence, moment: datetime, place: int) -> None:
    address, _, digits = text_of(licence).partition("#")
    place = place % len(digits)
    changed = digits[:place] + str(int(digits[place]) % 9 + 1) + digits[place + 1 :]
    verdict = verification.verify_text(f"{address}#{changed}", at=moment)
    assert verdict.answer is Answer.FORGED
    assert (verdict.number, verdict.items, verdict.holder) == ("", (), {})


def test_a_good_code_behind_another_licences_address_is_forged(
    licence: Licence, catalogue: CatalogueVersion, moment: datetime
) -> None:
    other = issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    text = text_of(licence).replace(licence.code, other.code)
    assert verification.verify_text(text, at=moment).reason == "address"


def test_signed_with_our_key_but_never_issued_is_forged(licence: Licence, moment: datetime) -> None:
    facts = licence.versions.get().facts
    for changed in ({"version": 7}, {"holder": facts["holder"] | {"name": "别的店"}}):
        raw = code.seal(content_of(facts | changed, seat=licence.pk), keys.signer())
        assert verification.verify_text(code.to_digits(raw), at=moment).answer is Answer.FORGED


def test_a_strangers_key(licence: Licence, moment: datetime) -> None:
    stranger = KeySigner(make_private_key("ES256"))
    facts = licence.versions.get().facts
    ours = code.to_digits(code.seal(content_of(facts, seat=1), stranger))
    assert verification.verify_text(ours, at=moment).answer is Answer.FORGED
    elsewhere = code.to_digits(code.seal(content_of(facts | {"number": "京综许1号"}, seat=1), stranger))
    verdict = verification.verify_text(elsewhere, at=moment)
    assert (verdict.answer, verdict.signature) == (Answer.UNKNOWN, Signature.UNKNOWN_KEY)


def test_a_foreign_address_is_said_aloud(licence: Licence, moment: datetime) -> None:
    digits = text_of(licence).partition("#")[2]
    verdict = verification.verify_text(f"https://evil.example/v/{licence.code}#{digits}", at=moment)
    assert verdict.answer is Answer.VALID
    assert (verdict.warnings, verdict.foreign_host) == ((Warn.OTHER_ADDRESS,), "evil.example")


@pytest.mark.parametrize("text", ["https://evil.example/menu", "https://evil.example/v/ABCDEFGHJK", "http://[evil"])
def test_a_foreign_address_is_said_aloud_whatever_the_verdict(licence: Licence, moment: datetime, text: str) -> None:
    verdict = verification.verify_text(text, at=moment)
    assert not verdict.holds
    assert Warn.OTHER_ADDRESS in verdict.warnings


def test_the_name_before_an_at_sign_is_no_host() -> None:
    own = "https://yyyz.example"
    assert foreign_host(f"{own}/v/ABC#123", [own]) == ""
    assert foreign_host("https://yyyz.example@evil.example/v/ABC#123", [own]) == "evil.example"
    assert foreign_host("沪长综许〔2026〕000001号", [own]) == ""


def test_a_site_that_answers_under_two_names_calls_neither_foreign(licence: Licence, moment: datetime) -> None:
    here = text_of(licence).replace(settings.SITE_URL, "http://localhost:8000")
    assert verification.verify_text(here, at=moment).foreign_host == "localhost:8000"
    assert verification.verify_text(here, at=moment, site="http://localhost:8000").warnings == ()


@pytest.mark.parametrize(
    "typed",
    [
        "沪长综许〔2026〕000001号",
        "沪长综许[2026]000001号",
        " 沪长综许 (2026)\t000001 号 \n",
        "沪长综许\u3000〔2026〕000001号",
    ],
)
def test_a_number_however_typed_finds_the_licence_but_proves_nothing(
    licence: Licence, moment: datetime, typed: str
) -> None:
    verdict = verification.verify_text(typed, at=moment)
    assert (verdict.number, verdict.answer) == (licence.number, Answer.VALID)
    assert verdict.warnings == (Warn.SIGNATURE_NOT_CHECKED,)


def test_the_check_character_tells_a_slip_from_a_number_that_nobody_issued(licence: Licence, moment: datetime) -> None:
    check = check_character.of(licence.number)
    assert verification.verify_text(f"{licence.number} 校验码 {check}", at=moment).number == licence.number
    slip = verification.verify_text(f"{licence.number.replace('1', '7')} 校验码 {check}", at=moment)
    assert (slip.answer, slip.reason) == (Answer.UNKNOWN, "check_character")


@pytest.mark.parametrize("typed", ["沪长综许〔2026〕999999号", "hello", "ABCDEFGHJK", "1", "\0", "a\0b"])
def test_what_nobody_issued_is_unknown(licence: Licence, moment: datetime, typed: str) -> None:
    assert verification.verify_text(typed, at=moment).answer is Answer.UNKNOWN


# Files.


def test_the_paper_itself_verifies(licence: Licence, moment: datetime) -> None:
    pdf = paper.store(licence.versions.get(), at=moment)
    verdict = verification.verify_file(pdf, at=moment)
    assert (verdict.answer, verdict.warnings) == (Answer.VALID, ())


def test_a_picture_of_a_code_verifies(licence: Licence, moment: datetime) -> None:
    address, _, digits = text_of(licence).partition("#")
    picture = qr.png(segments=[("byte", f"{address}#"), ("numeric", digits)])
    assert verification.verify_file(picture, at=moment).answer is Answer.VALID


# Published files.


@pytest.fixture
def folder(licence: Licence, moment: datetime, tmp_path: Path) -> Path:
    publication.publish(tmp_path / "published", at=moment)
    return tmp_path / "published"


def test_offline_says_the_same_as_online(licence: Licence, moment: datetime, tmp_path: Path) -> None:
    put(licence.items.all()[1], ItemState.REVOKED)
    publication.publish(tmp_path, at=moment)
    text = text_of(licence)
    online = verification.verify_text(text, at=moment)
    found = offline.verify_text(text, at=moment, published=offline.load(tmp_path))
    assert (found.answer, found.number, found.code) == (online.answer, online.number, online.code)
    assert [(i.matter, i.name, i.state, i.valid_to, i.department_name) for i in found.items] == [
        (i.matter, i.name, i.state, i.valid_to, i.department_name) for i in online.items
    ]
    assert found.answer is Answer.PARTLY_VALID
    assert found.as_of == moment
    assert all(item.remedies for item in found.items)


def test_offline_needs_no_database(folder: Path, licence: Licence, moment: datetime) -> None:
    text = text_of(licence)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        verdict = offline.verify_text(text, at=moment, published=offline.load(folder))
    assert (len(asked), verdict.answer) == (0, Answer.VALID)


def test_a_stale_list_a_newer_version_and_a_newer_licence_are_told(
    folder: Path, licence: Licence, catalogue: CatalogueVersion, moment: datetime
) -> None:
    published = offline.load(folder)
    stale = offline.verify_text(text_of(licence), at=moment + timedelta(hours=25), published=published)
    assert stale.warnings == (Warn.LIST_STALE,)
    later = issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
    assert offline.verify_text(text_of(later), at=moment, published=published).warnings == (Warn.NOT_IN_LIST,)
    old = text_of(licence)
    newer(licence, moment)
    publication.publish(folder, at=moment)
    again = offline.verify_text(old, at=moment, published=offline.load(folder))
    assert again.warnings == (Warn.OLDER_VERSION,)


def test_offline_refuses_what_is_not_ours(folder: Path, licence: Licence, moment: datetime) -> None:
    published = offline.load(folder)
    text = text_of(licence)
    assert offline.verify_text(text[:-1] + str((int(text[-1]) + 1) % 10), at=moment, published=published).answer is (
        Answer.FORGED
    )
    assert offline.verify_text(text, at=moment - timedelta(days=1), published=published).reason == "future"
    assert offline.verify_text(licence.number, at=moment, published=published).reason == "number_only"


def test_a_changed_status_list_is_refused(folder: Path) -> None:
    path = folder / offline.STATUS_FILE
    raw = path.read_bytes()
    for place in range(len(raw)):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with pytest.raises(offline.BadPublication):
            offline.load(folder)


def test_a_code_is_no_status_list(folder: Path, licence: Licence) -> None:
    (folder / offline.STATUS_FILE).write_bytes(bytes(licence.versions.get().payload))
    with pytest.raises(offline.BadPublication):
        offline.load(folder)


# The command.


def run(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, Any, str]:
    """Exit code, the printed JSON (None without), and what went to stderr."""
    status = 0
    try:
        call_command("verify", *map(str, args), "--json")
    except SystemExit as ended:
        status = int(ended.code or 0)
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


def test_the_command_reads_text_pdf_and_text_file(
    capsys: pytest.CaptureFixture[str], licence: Licence, moment: datetime, tmp_path: Path
) -> None:
    pdf, text = tmp_path / "licence.pdf", tmp_path / "qr.txt"
    pdf.write_bytes(paper.store(licence.versions.get(), at=moment))
    text.write_text(text_of(licence) + "\n", encoding="utf-8")
    for what in (pdf, text, text_of(licence), licence.number):
        status, told, _ = run(capsys, what, "--at", "2026-03-01")
        assert (status, told["verdict"], told["number"], told["version"]) == (0, "valid", licence.number, 1)
        assert told["items"]["m_food_license"]["state"] == "valid"
        assert told["as_of"].startswith("2026-03-01T23:59:59")


def test_the_command_says_no_with_1(capsys: pytest.CaptureFixture[str], licence: Licence) -> None:
    text = text_of(licence)
    assert run(capsys, text[:-1] + str((int(text[-1]) + 1) % 10))[:2][0] == 1
    assert run(capsys, "沪长综许〔2026〕999999号")[0] == 1
    status, told, _ = run(capsys, text, "--at", "2040-01-01")
    assert (status, told["verdict"]) == (1, "not_valid")


def test_the_command_works_from_files_alone(
    capsys: pytest.CaptureFixture[str], folder: Path, licence: Licence, django_assert_num_queries: Any
) -> None:
    text = text_of(licence)
    with django_assert_num_queries(0):
        status, told, _ = run(capsys, text, "--offline", folder, "--at", "2026-02-26T16:00")
    assert (status, told["verdict"], told["warnings"]) == (0, "valid", [])


@pytest.mark.parametrize(
    "what", ["", "\udcff", "missing.pdf", "/no/such/file", "{empty}", "{noise}", "{blank}", "{broken}", "{named.pdf}"]
)
def test_unusable_input_ends_with_2_and_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path, what: str) -> None:
    files = {
        "empty": b"",
        "noise": b"\xff\xfe\x00\x80noise",
        "blank": qr.png("https://example.org/menu"),
        "broken": b"%PDF-1.7 broken",
        "named.pdf": "沪长综许〔2026〕000001号".encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    given = str(tmp_path / what[1:-1]) if what[1:-1] in files else what
    status, told, err = run(capsys, given)
    assert (status, told, err.count("\n")) == (2, None, 1)


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01"])
def test_a_moment_that_is_none_ends_with_2(capsys: pytest.CaptureFixture[str], at: str) -> None:
    assert run(capsys, "x", "--at", at)[0] == 2


def test_a_folder_that_holds_nothing_ends_with_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "x", "--offline", tmp_path)[0] == 2


def test_a_drawn_code_without_a_signature_is_nobodys(moment: datetime, licence: Licence) -> None:
    picture = qr.png(segments=[("byte", f"{settings.SITE_URL}/v/{licence.code}")])
    verdict = verification.verify_file(picture, at=moment)
    assert (verdict.answer, verdict.reason) == (Answer.FORGED, "unsigned")
    typed = verification.verify_text(f"{settings.SITE_URL}/v/{licence.code}", at=moment)
    assert (typed.answer, typed.signature) == (Answer.VALID, Signature.NOT_CHECKED), "typed by hand it is looked up"


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_at_the_end_of_time_is_unusable(text: str, licence: Licence) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("verify", licence.number, "--at", text)
    assert stopped.value.code == 2
