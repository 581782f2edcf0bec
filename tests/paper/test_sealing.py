"""Sealed papers: the drawn one with a certifying signature behind it; whatever is changed afterwards is seen."""

import asyncio
import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from paper import pdf, sealed, sealing
from paper.sealed import State
from permits.files import pdf_files
from tests.paper.sealer import TestSealer, sealer

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
PLACE = sealing.Place(left=120, bottom=20, side=38, name="电子印章")
PAGE = '<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>证</title></head><body><h1>许可证</h1></body></html>'


class Made(NamedTuple):
    """A paper before and after, and what sealed it."""

    drawn: bytes
    sealed: bytes
    sealer: TestSealer

    def look(self, changed: bytes) -> State:
        return sealed.look(changed, [self.sealer.certificate]).state


def make(by: TestSealer) -> Made:
    drawn = pdf.html_to_pdf(PAGE, variant=pdf.SEALED)
    picture = pdf.html_to_pdf(PAGE, tags=False)
    return Made(drawn, sealing.seal(drawn, by, place=PLACE, picture=picture, at=AT), by)


@pytest.fixture(scope="module")
def made() -> Made:
    return make(sealer())


def test_the_sealed_paper_is_the_drawn_one_and_the_seal_behind_it(made: Made) -> None:
    assert made.sealed.startswith(made.drawn)
    found = sealed.look(made.sealed, [made.sealer.certificate])
    assert (found.state, found.holder, found.at) == (State.GOOD, "示例印章", AT)
    assert found.certificate == made.sealer.certificate
    with pikepdf.open(io.BytesIO(made.sealed)) as document:
        field = document.Root.AcroForm.Fields[0]
        assert [round(float(edge) / sealing.MM, 1) for edge in field.Rect] == [120, 20, 158, 58]
        assert str(field.TU) == "电子印章"
        assert field.AP.N.Subtype == "/Form"
        assert field.V.SubFilter == "/ETSI.CAdES.detached"
        assert document.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


def test_a_sealed_paper_that_was_uploaded_is_shown_with_its_seal(made: Made) -> None:
    """The seal is ink on the empty place that the drawn page leaves for it."""

    def ink(content: bytes) -> int:
        page = Image.open(io.BytesIO(pdf_files.page_picture(content, 1, 600) or b"")).convert("L")
        return sum(count for shade, count in enumerate(page.histogram()) if shade < 200)

    assert ink(made.sealed) > ink(made.drawn)


@pytest.mark.parametrize("key", [ec.SECP384R1(), 2048], ids=["P-384", "RSA"])
def test_seals_of_other_keys_hold_too(key: ec.EllipticCurve | int) -> None:
    private = rsa.generate_private_key(65537, key) if isinstance(key, int) else ec.generate_private_key(key)
    other = make(sealer(private))
    assert other.look(other.sealed) is State.GOOD


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_poppler_says_the_same(made: Made, tmp_path: Path) -> None:
    def told(content: bytes) -> str:
        path = tmp_path / "paper.pdf"
        path.write_bytes(content)
        return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout

    good = told(made.sealed)
    assert "Signature is Valid" in good
    assert "Total document signed" in good
    at = made.sealed.index(b"/Title") if b"/Title" in made.sealed else len(made.drawn) // 2
    assert "Digest Mismatch" in told(flipped(made.sealed, at))


def flipped(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def test_every_flipped_byte_is_seen(made: Made) -> None:
    """Sixty places all over the file, and the beginning of the space that the signature itself does not cover."""
    length = len(made.sealed)
    space = made.sealed.index(b"/Contents <") + len(b"/Contents <")
    places = [*range(0, length, length // 60), *range(space, space + 60, 3), space + 4000, length - 1]
    unseen = [at for at in places if made.look(flipped(made.sealed, at)) is State.GOOD]
    blank = made.sealed[: space + 4000] + b" " + made.sealed[space + 4001 :]
    assert (unseen, made.look(blank)) == ([], State.BROKEN)


def turned(content: bytes) -> bytes:
    """The page turned by an incremental update, which leaves every signed byte as it was."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_what_is_added_behind_the_seal_is_seen(made: Made) -> None:
    assert made.look(turned(made.sealed)) is State.ADDED_TO
    assert made.look(made.sealed + b"\n") is State.ADDED_TO
    assert made.look(made.sealed + b"% saved again") is State.ADDED_TO


def test_a_second_signature_is_an_addition(made: Made) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(made.sealed))
    writer.root["/Perms"] = generic.DictionaryObject()
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert made.look(output.getvalue()) is State.ADDED_TO


def test_a_file_saved_anew_is_no_longer_sealed(made: Made) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(made.sealed)) as document:
        document.save(target)
    assert made.look(target.getvalue()) is State.BROKEN


def test_what_was_never_sealed_says_so(made: Made) -> None:
    assert made.look(made.drawn) is State.NONE
    assert made.look(b"%PDF-1.7\nnonsense") is State.NONE
    assert made.look(b"%PDF-1.7\n/ByteRange [0 1 2 3]") is State.BROKEN


def test_a_seal_of_somebody_else_is_foreign(made: Made) -> None:
    assert sealed.look(made.sealed, []).state is State.FOREIGN
    assert sealed.look(made.sealed, [sealer().certificate]).state is State.FOREIGN


def test_a_seal_within_a_running_event_loop(made: Made) -> None:
    """Where a page is made inside one, as a test driver or an asynchronous server has it."""

    async def inside() -> State:
        return made.look(made.sealed)

    assert asyncio.run(inside()) is State.GOOD
