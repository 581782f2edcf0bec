"""A one-page sample PDF that names the material it stands for; the same material gives the same bytes."""

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache

import pikepdf


@dataclass(frozen=True)
class Sample:
    """A sample's content and its hash."""

    content: bytes
    sha256: str


@lru_cache(maxsize=256)
def sample_pdf(material: str, name: str) -> Sample:
    """The sample of one material. Its Chinese is set in the reader's own Song face: a sample carries no font."""
    pdf = pikepdf.new()
    latin = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=latin, F2=pdf.make_indirect(_song(pdf))))
    text = (
        f"BT /F2 28 Tf 72 700 Td <{_hex('样例材料')}> Tj ET "
        f"BT /F2 16 Tf 72 650 Td <{_hex(name)}> Tj ET "
        f"BT /F1 12 Tf 72 620 Td (SAMPLE {material}) Tj ET "
        "1 w 60 600 m 535 600 l S 60 100 475 480 re S"
    )
    page.Contents = pdf.make_stream(text.encode("ascii"))
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    content = out.getvalue()
    return Sample(content, hashlib.sha256(content).hexdigest())


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _song(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The standard Song face that every PDF reader knows by name."""
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name("/STSong-Light"),
        Flags=6,
        FontBBox=[-25, -254, 1000, 880],
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=880,
        StemV=93,
    )
    face = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name("/CIDFontType0"),
        BaseFont=pikepdf.Name("/STSong-Light"),
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"GB1", Supplement=4),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=1000,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name("/STSong-Light"),
        Encoding=pikepdf.Name("/UniGB-UCS2-H"),
        DescendantFonts=pikepdf.Array([pdf.make_indirect(face)]),
    )
