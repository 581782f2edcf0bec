"""Files that somebody might try to hand in, each made here from nothing."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>alert(document.domain)</script>"


def jpeg(**save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG", **save)
    return out.getvalue()


def png(mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "PNG")
    return out.getvalue()


def jpeg_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways
    exif[0x010F] = "Camera of Wang"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 12.0)
    return jpeg(exif=exif)


def heic() -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "green")).save(out)
    return out.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **save: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page(page_size=(200, 300))
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **save)
    return out.getvalue()


def endless_drawing() -> bytes:
    """A small file whose one page is filled three million times."""

    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].Contents = made.make_stream(b"q 1 0 0 1 0 0 cm 0 0 100 100 re f Q " * 3_000_000)

    return pdf(change)


def _action(**entries: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, **entries)


def _script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = made.make_indirect(_action(S=pikepdf.Name.JavaScript, JS="app.alert('NASTY')"))


def _named_script(made: pikepdf.Pdf) -> None:
    action = _action(S=pikepdf.Name.JavaScript, JS=made.make_stream(b"app.alert('NASTY')"))
    made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", made.make_indirect(action)]))


def _launch(made: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 99, 99],
        A=_action(S=pikepdf.Name.Launch, F="NASTY.exe", Next=_action(S=pikepdf.Name.JavaScript, JS="NASTY")),
    )  # fmt: skip
    made.pages[0].Annots = pikepdf.Array([link])


def _page_action(made: pikepdf.Pdf) -> None:
    made.pages[0].AA = pikepdf.Dictionary(O=_action(S=pikepdf.Name.JavaScript, JS="NASTY"))


def _attachment(made: pikepdf.Pdf) -> None:
    made.attachments["NASTY.exe"] = b"MZ NASTY"


def _attached_note(made: pikepdf.Pdf) -> None:
    spec = pikepdf.AttachedFileSpec(made, b"MZ NASTY", filename="NASTY.exe")
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec.obj
    )
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(note)])


def _link(made: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 99, 99],
        A=_action(S=pikepdf.Name.URI, URI="https://NASTY.example/"),
    )  # fmt: skip
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(link)])


def _form(made: pikepdf.Pdf) -> None:
    button = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T="b", Rect=[0, 0, 9, 9],
        A=_action(S=pikepdf.Name.SubmitForm, F="https://NASTY.example/"),
    )  # fmt: skip
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[made.make_indirect(button)], XFA=made.make_stream(b"<NASTY/>"))
    made.pages[0].Annots = made.Root.AcroForm.Fields


def _author(made: pikepdf.Pdf) -> None:
    made.docinfo["/Author"] = "NASTY gossip"


def png_bomb(side: int = 20_000) -> bytes:
    """A few kilobytes that unpack to hundreds of millions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    data = b"".join(packer.compress(row) for _row in range(side)) + packer.flush()
    head = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


def docm() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<w/>")
        made.writestr("word/vbaProject.bin", b"NASTY")
    return out.getvalue()


CLEANED = {
    "a script on opening": pdf(_script),
    "a script by name": pdf(_named_script),
    "a launch, and a script after it": pdf(_launch),
    "a script of the page": pdf(_page_action),
    "an attached program": pdf(_attachment),
    "a program in a note": pdf(_attached_note),
    "a link to the outside": pdf(_link),
    "a form that sends itself": pdf(_form),
    "gossip about the author": pdf(_author),
    "a PDF that goes on as HTML": pdf() + b"\n<html>NASTY" + SCRIPT,
    "a picture with a comment of HTML": jpeg(comment=b"NASTY" + SCRIPT),
    "a picture that goes on as an archive": jpeg() + zipped("NASTY.exe", b"NASTY"),
    "a picture that tells where it was taken": jpeg_with_place(),
}
"""Harmless once taken apart and put together anew: taken in, with nothing of the harm left."""

REFUSED = {
    "encrypted": pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
    "encrypted for the owner": pdf(encryption=pikepdf.Encryption(owner="o", user="")),
    "a PDF cut short": pdf()[:-200],
    "a PDF of noise": b"%PDF-1.7\n" + random.Random(1).randbytes(2000),
    "HTML": b"<!DOCTYPE html><html><body>" + SCRIPT,
    "HTML with a PDF in it": b"<!DOCTYPE html><html>" + SCRIPT + b"%PDF-1.7",
    "a GIF that is a script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "a drawing with a script": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "a picture bomb": png_bomb(),
    "a picture cut short": jpeg()[:200],
    "an archive bomb": zipped("zeros", b"\0" * 20_000_000),
    "a document with macros": docm(),
    "the test virus": EICAR,
    "a program": b"MZ\x90\0" + b"\0" * 100,
    "nothing": b"",
    "plain text": "材料".encode(),
}
"""Not taken in, with a sentence that says what to do instead."""
