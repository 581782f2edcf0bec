"""What comes in is judged by its content, made harmless or refused, and stored where only the service reads it."""

import hashlib
import io
import socket
import stat
import threading
import time
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as configured
from PIL import Image

from audit.violations import RuleViolation
from permits.files import draw_page, pdf_files, uploads
from permits.files.sample_files import sample_pdf
from tests.permits import nasty


def take_in(raw: bytes, name: str = "材料.pdf") -> uploads.Received:
    return uploads.take_in(io.BytesIO(raw), name)


@pytest.mark.parametrize("what", nasty.CLEANED)
def test_harm_is_taken_out(what: str) -> None:
    received = take_in(nasty.CLEANED[what])
    assert b"NASTY" not in received.content
    assert b"<script" not in received.content
    assert received.sha256_received == hashlib.sha256(nasty.CLEANED[what]).hexdigest()
    assert received.sha256_stored == hashlib.sha256(received.content).hexdigest()
    if received.content_type == "application/pdf":
        with pikepdf.open(io.BytesIO(received.content)) as pdf:
            text = pdf.Root.unparse(resolved=True) + b"".join(
                thing.unparse(resolved=True) for thing in pdf.objects if not isinstance(thing, pikepdf.Stream)
            )
            assert not any(
                word in text
                for word in (b"NASTY", b"/JavaScript", b"/Launch", b"/SubmitForm", b"/EmbeddedFile", b"/URI")
            )
            assert not any(b"NASTY" in thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream))


@pytest.mark.parametrize("what", nasty.REFUSED)
def test_what_cannot_be_made_harmless_is_refused_in_words(what: str) -> None:
    with pytest.raises(RuleViolation) as violation:
        take_in(nasty.REFUSED[what])
    assert violation.value.field == "file"
    assert "请" in str(violation.value)


def test_pictures_lose_their_metadata_and_stand_upright() -> None:
    received = take_in(nasty.jpeg_with_place(), "IMG_1.JPG")
    picture = Image.open(io.BytesIO(received.content))
    assert not picture.getexif()
    assert b"Camera of Wang" not in received.content
    assert picture.size == (30, 40)


@pytest.mark.parametrize(
    ("raw", "kind", "name"),
    [
        (nasty.jpeg(), "image/jpeg", "平面图.jpg"),
        (nasty.png(), "image/png", "平面图.png"),
        (nasty.png("RGBA"), "image/png", "平面图.png"),
        (nasty.png("P"), "image/png", "平面图.png"),
        (nasty.heic(), "image/jpeg", "平面图.jpg"),
        (nasty.pdf(), "application/pdf", "平面图.pdf"),
    ],
    ids=["jpeg", "png", "png with transparency", "png with palette", "heic", "pdf"],
)
def test_good_files_keep_their_type_whatever_their_name(raw: bytes, kind: str, name: str) -> None:
    received = take_in(raw, "../../平面图.exe")
    assert (received.content_type, received.name) == (kind, name)
    assert received.pages == 1


def test_a_file_over_the_limit_is_refused(settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2 * 1024 * 1024
    with pytest.raises(RuleViolation, match="2 MB"):
        take_in(nasty.jpeg() + b"\0" * 2 * 1024 * 1024)


def test_a_taken_file_is_taken_again_unchanged() -> None:
    once = take_in(nasty.pdf())
    assert take_in(once.content).sha256_stored == once.sha256_stored


def test_a_stored_file_is_private_and_has_a_name_nobody_guesses() -> None:
    received = take_in(nasty.pdf())
    first, second = uploads.store(received, "key"), uploads.store(received, "key")
    assert first != second
    stored = uploads.location(first)
    assert stored.read_bytes() == received.content
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert not [path for path in stored.parent.iterdir() if path.name.startswith(".part-")]


def test_a_crash_while_writing_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        uploads.store(take_in(nasty.pdf()), "key")
    assert list(Path(configured.MEDIA_ROOT).rglob("*.*")) == []


def test_no_path_leads_out_of_the_store() -> None:
    with pytest.raises(FileNotFoundError):
        uploads.location("../../etc/passwd")


def test_a_page_is_shown_as_a_picture() -> None:
    picture = pdf_files.page_picture(nasty.pdf(), 1, 100)
    assert Image.open(io.BytesIO(picture)).size == (100, 150)
    assert pdf_files.page_picture(nasty.pdf(), 2, 100) is None


def test_a_page_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred kilobytes of it once held up every page of the house."""
    monkeypatch.setattr(draw_page, "SECONDS", 1)
    taken = take_in(nasty.endless_drawing())
    assert len(taken.content) < 400_000
    begun = time.monotonic()
    with pytest.raises(pdf_files.NotDrawable):
        pdf_files.page_picture(taken.content, 1, 1200)
    assert time.monotonic() - begun < 5


def test_a_page_that_is_none_is_not_drawn() -> None:
    with pytest.raises(pdf_files.NotDrawable):
        pdf_files.page_picture(b"%PDF-1.4 and nothing else", 1, 100)


def test_samples_are_good_files_and_always_the_same() -> None:
    sample = sample_pdf("mat_floor_plan", "场所平面图")
    assert sample_pdf.__wrapped__("mat_floor_plan", "场所平面图") == sample
    assert take_in(sample.content).pages == 1


def scanner(answer: bytes, heard: list[bytes]) -> str:
    """A virus scanner that answers this once; its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _address = server.accept()
        with line, server:
            data = b""
            while not data.endswith(b"\0\0\0\0"):
                data += line.recv(65536)
            heard.append(data)
            line.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{server.getsockname()[1]}"


def test_a_scanner_hears_the_whole_file(settings) -> None:
    heard: list[bytes] = []
    settings.CLAMD_SOCKET = scanner(b"stream: OK\0", heard)
    take_in(nasty.jpeg())
    assert heard[0].startswith(b"zINSTREAM\0")
    assert nasty.jpeg() in heard[0]


def test_what_a_scanner_finds_is_refused(settings) -> None:
    settings.CLAMD_SOCKET = scanner(b"stream: Eicar-Signature FOUND\0", [])
    with pytest.raises(RuleViolation, match="病毒"):
        take_in(nasty.EICAR)


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_without_a_verdict_nothing_is_taken(settings, answer: bytes) -> None:
    settings.CLAMD_SOCKET = scanner(answer, [])
    with pytest.raises(RuleViolation) as violation:
        take_in(nasty.jpeg())
    assert violation.value.code == "scanner_unavailable"


def test_a_silent_scanner_lets_nothing_in(settings, tmp_path: Path) -> None:
    settings.CLAMD_SOCKET = str(tmp_path / "none.sock")
    with pytest.raises(RuleViolation, match="过几分钟"):
        take_in(nasty.jpeg())
