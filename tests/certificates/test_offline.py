"""`verify --offline`: published files alone, with the database and the network out of reach."""

import io
import json
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from PIL import Image

from certificates import code
from certificates.coding import presenting
from certificates.verifying import offline
from paper import qr
from tests.vectors import make
from tests.vectors.genuine import NUMBER
from tests.vectors.issuer import AT, MAIN, licence, url

TEXT = url(code.seal(licence(6), MAIN))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-django refuses every statement of a test without its mark; sockets are refused here."""

    def refuse(*_args: Any, **_more: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def run(capsys: pytest.CaptureFixture[str], what: object, folder: Path = make.PUBLISHED) -> tuple[int, Any, str]:
    """Exit code, printed JSON, what went to stderr."""
    status = 0
    try:
        call_command("verify", str(what), "--offline", str(folder), "--at", "2026-03-02T10:00+08:00", "--json")
    except SystemExit as ended:
        status = int(ended.code or 0)
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


def drawn(kind: str) -> bytes:
    """The code as a picture or as a PDF."""
    address, _, digits = TEXT.partition("#")
    picture = qr.png(segments=[("byte", f"{address}#"), ("numeric", digits)])
    target = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("L").save(target, format=kind, resolution=100)
    return target.getvalue()


def test_the_database_is_out_of_reach() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


@pytest.mark.parametrize("kind", ["text", "file.txt", "PNG", "JPEG", "PDF"])
def test_every_kind_of_input_is_verified_from_files_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    what: object = TEXT
    if kind != "text":
        what = tmp_path / f"licence.{kind.lower()}"
        Path(str(what)).write_bytes(TEXT.encode() if kind == "file.txt" else drawn(kind))
    status, told, _ = run(capsys, what)
    warnings = ["not_sealed"] if kind == "PDF" else []
    assert (status, told["verdict"], told["number"], told["warnings"]) == (0, "valid", NUMBER, warnings)
    assert told["as_of"] == "2026-03-02T09:30:00+08:00"
    assert told["items"]["m_food_license"]["department_name"] == "长宁区市场监督管理局"


def test_a_code_shown_on_a_telephone_is_read_with_what_it_adds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Typed or photographed: the paper's verdict, and that it is live, over, or of another licence."""
    shown = presenting.join(TEXT, presenting.token(code.parse(TEXT).raw, MAIN, at=AT))
    late = presenting.join(TEXT, presenting.token(code.parse(TEXT).raw, MAIN, at=AT - timedelta(hours=1)))
    picture = tmp_path / "shown.png"
    picture.write_bytes(qr.png(segments=[("byte", shown)]))
    for what, state in ((shown, "live"), (late, "over"), (f"{shown[:-1]}0", "forged"), (picture, "live")):
        status, told, _ = run(capsys, what)
        assert (status, told["verdict"], told["presented"]["state"]) == (0, "valid", state)
    assert run(capsys, TEXT)[1]["presented"] is None


def test_forged_and_unknown_end_with_1_and_repeat_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for name, verdict in (("dates changed", "forged"), ("a key nobody knows", "unknown"), ("cancelled", "not_valid")):
        case = next(case for case in make.all_cases() if case.name == name)
        status, told, _ = run(capsys, case.text)
        assert (status, told["verdict"]) == (1, verdict)
        assert bool(told["items"]) is (verdict == "not_valid")


def test_a_broken_pdf_says_how_to_mend_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "licence.pdf"
    for content in (drawn("PDF")[:200], b"", b"%PDF-1.7\n", b"not a PDF"):
        path.write_bytes(content)
        status, told, err = run(capsys, path)
        assert (status, told, err.count("\n")) == (2, None, 1)
        assert "文件已损坏或已加密，无法打开；请重新导出后再试" in err


@pytest.mark.parametrize("text", ["", "[]", "null", '{"keys": 1}', '{"keys": [], "site": "x"}', "{", '{"keys": [{}]}'])
def test_a_folder_with_something_else_in_it_ends_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    (tmp_path / offline.KEYS_FILE).write_text(text)
    status, told, err = run(capsys, TEXT, tmp_path)
    assert (status, told, err.count("\n")) == (2, None, 1)
    assert "keys.json" in err
