"""An optional virus scanner (clamd). Where one is configured and does not answer, nothing is taken in."""

import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from audit.violations import RuleViolation

SECONDS = 30
CHUNK = 1 << 16


def scan(content: bytes) -> None:
    """Ask the scanner at `settings.CLAMD_SOCKET` (a socket's path, or host:port); raises RuleViolation.

    Without the setting nothing is asked.
    """
    address = settings.CLAMD_SOCKET
    if not address:
        return
    try:
        verdict = ask(address, content)
    except OSError:
        verdict = ""
    if verdict.endswith("FOUND"):
        raise RuleViolation("infected", _("文件中发现病毒，没有保存。请在安全的电脑上重新制作文件"), field="file")
    if not verdict.endswith("OK"):
        raise RuleViolation(
            "scanner_unavailable", _("现在无法检查文件是否安全，没有保存。请过几分钟再上传"), field="file"
        )


def ask(address: str, content: bytes) -> str:
    """The scanner's one line of answer (INSTREAM)."""
    with connect(address) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(part)) + part)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while part := line.recv(4096):
            answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def connect(address: str) -> socket.socket:
    """The connection to the scanner. Raises OSError."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(address)
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
