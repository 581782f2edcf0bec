"""Codes are drawn as asked and read back, also by other people's decoders and from paper."""

import io
import struct
import zlib

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from paper import pdf, qr, reading

ADDRESS = "https://licence.example.cn/v/7K3M9QX2AB#"


def sides(picture: bytes) -> tuple[int, int]:
    return struct.unpack(">II", picture[16:24])


@given(st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=120))
@settings(max_examples=25, deadline=None)
def test_what_was_drawn_is_read(text: str) -> None:
    assert qr.read_codes(qr.png(text)) == [text]


@given(st.text("0123456789", min_size=1, max_size=400))
@settings(max_examples=15, deadline=None)
def test_several_segments_are_one_text(digits: str) -> None:
    assert qr.read_codes(qr.png(segments=[("byte", ADDRESS), ("numeric", digits)])) == [ADDRESS + digits]


def test_digits_as_digits_make_a_smaller_code() -> None:
    digits = "7" * 400
    mixed = qr.matrix(segments=[("byte", ADDRESS), ("numeric", digits)])
    assert len(mixed) < len(qr.matrix(ADDRESS + digits))
    assert len(mixed) <= segno.make(ADDRESS + digits, error="m", micro=False).symbol_size(border=4)[0]


def test_a_code_is_level_m_with_four_quiet_modules_in_one_bit() -> None:
    rows = qr.matrix(ADDRESS)
    assert not any(any(row) for row in (*rows[:4], *rows[-4:]))
    assert rows[4][4]
    picture = qr.png(ADDRESS, scale=3)
    assert sides(picture) == (3 * len(rows), 3 * len(rows))
    image = Image.open(io.BytesIO(picture))
    assert image.mode == "1"
    [code] = zxingcpp.read_barcodes(image.convert("L"), zxingcpp.BarcodeFormat.QRCode)
    assert code.ec_level == "M"


def test_the_same_text_gives_the_same_picture() -> None:
    assert qr.png(ADDRESS) == qr.png(ADDRESS)
    assert qr.png_data_uri(ADDRESS).startswith("data:image/png;base64,")


def test_a_text_that_is_no_number_is_no_numeric_segment() -> None:
    with pytest.raises(ValueError):
        qr.png(segments=[("numeric", "12a")])


@pytest.mark.parametrize("millimetres", [25, 32])
def test_codes_are_read_from_a_printed_page(millimetres: int) -> None:
    text = ADDRESS + "8" * 200
    picture = qr.png_data_uri(segments=[("byte", ADDRESS), ("numeric", "8" * 200)])
    other = qr.png_data_uri("https://example.cn/other")
    html = (
        f'<html lang="zh"><head><title>x</title></head><body><img src="{picture}" style="width: {millimetres}mm">'
        f'<img src="{other}" style="width: 25mm; margin-left: 20mm"></body></html>'
    )
    assert set(qr.read_codes(pdf.html_to_pdf(html))) == {text, "https://example.cn/other"}


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_photograph_is_read(angle: int) -> None:
    image = Image.open(io.BytesIO(qr.png(ADDRESS, scale=6))).convert("RGB").rotate(angle)
    photo = io.BytesIO()
    image.save(photo, "JPEG", quality=60)
    assert qr.read_codes(photo.getvalue()) == [ADDRESS]


def test_a_picture_without_a_code_has_none() -> None:
    plain = io.BytesIO()
    Image.new("L", (50, 50), 255).save(plain, "PNG")
    assert qr.read_codes(plain.getvalue()) == []


class TestUnreadable:
    @pytest.mark.parametrize(
        "data", [b"", b"hello", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg/>"]
    )
    def test_it_is_told(self, data: bytes) -> None:
        with pytest.raises(reading.Unreadable):
            qr.read_codes(data)

    def test_a_bomb_is_not_unpacked(self) -> None:
        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        header = chunk(b"IHDR", struct.pack(">IIBBBBB", 9000, 9000, 1, 0, 0, 0, 0))
        bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1126 * 9000))) + chunk(b"IEND", b"")
        with pytest.raises(reading.Unreadable):
            qr.read_codes(bomb)

    def test_a_page_of_a_square_kilometre_is_not_painted(self) -> None:
        page = pdf.html_to_pdf('<style>@page { size: 5000mm 5000mm }</style><html lang="zh"><title>x</title><p>x')
        assert qr.read_codes(page) == []

    @given(st.integers(8, 400), st.binary(min_size=1, max_size=4))
    @settings(max_examples=60, deadline=None)
    def test_a_damaged_picture_is_read_or_refused(self, place: int, noise: bytes) -> None:
        whole = qr.png(ADDRESS)
        try:
            read = qr.read_codes(whole[:place] + noise + whole[place + len(noise) :])
        except reading.Unreadable:
            return
        assert set(read) <= {ADDRESS}
